# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands before the panel, and what other panels are like: sizes, redirects, envelopes, names, codes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.sandbox.handle import Sandbox
from tests.sandbox.shapes import PRESETS
from tests.support.common import PASSWORD
from tests.support.sandbox.accounts import ADA, populated, read
from tests.support.sandbox.web import DOMAIN, Web

USER = f"/api/user/{ADA}"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A panel whose switches nobody else has turned, with a domain."""
    with Sandbox() as running:
        running.api("POST", DOMAIN, name="Before")
        yield running


def test_a_long_head_is_answered_with_502_or_dropped(web: Web, sandbox: Sandbox) -> None:
    long = {"name": "x" * 8000}
    assert web.ask("GET", DOMAIN, params=long).status_code == 502
    sandbox.shape(long_head="drop")
    with pytest.raises(requests.ConnectionError):
        web.ask("GET", DOMAIN, params=long)
    assert [text.partition(" bytes of ")[2] for text in sandbox.violations()] == ["request line and headers"] * 2
    assert web.ask("PUT", DOMAIN, data=long).status_code == 200, "a body may be long"
    assert [entry["status"] for entry in sandbox.log()][-3:] == [502, None, 200]


def test_the_limit_was_lower(web: Web, sandbox: Sandbox) -> None:
    params = {"name_only": "yes" * 1500}
    assert web.ask("GET", "/api/domains", params=params).status_code == 200
    sandbox.shape(head_limit="4096")
    assert web.ask("GET", "/api/domains", params=params).status_code == 502


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 502)])
def test_the_limit_to_a_byte(sandbox: Sandbox, more: int, status: int) -> None:
    head = f"GET /iredadmin{DOMAIN} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: %s\r\n\r\n"
    limit = int(sandbox.panel.shapes["head_limit"]) + more
    with socket.create_connection(("127.0.0.1", urlsplit(sandbox.url).port or 0), timeout=10) as connection:
        connection.sendall((head % ("x" * (limit - len(head) + 2))).encode())
        assert connection.recv(12) == b"HTTP/1.1 %d" % status
    assert len(sandbox.violations()) == more


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_body_of_more_than_12_mb_is_refused_before_the_panel(web: Web, sandbox: Sandbox, method: str) -> None:
    most = 12 * 1024 * 1024
    answer = web.ask(method, DOMAIN, data=b"name=" + b"x" * (most - 4))
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "text/html; charset=utf-8")
    assert "Set-Cookie" not in answer.headers
    assert [text.partition(": ")[2] for text in sandbox.violations()] == ["a body of more than 12 MB"]
    assert read(sandbox, DOMAIN)["description"] == "Before"
    assert web.ask("PUT", DOMAIN, data=b"name=" + b"x" * (most - 5)).json() == {"_success": True}
    assert len(sandbox.violations()) == 1


def test_a_list_belongs_into_the_body(web: Web, sandbox: Sandbox) -> None:
    web.ask("PUT", DOMAIN, params={"catchall": "a@x.example"})
    (found,) = sandbox.violations()
    assert "the list catchall is in the query string" in found


@pytest.mark.parametrize(("method", "path"), [("GET", DOMAIN), ("DELETE", USER), ("PUT", USER)])
def test_no_secret_belongs_into_a_query(web: Web, sandbox: Sandbox, method: str, path: str) -> None:
    web.ask(method, path, params={"password": PASSWORD})
    assert any("a password is in the query string, which web servers log" in one for one in sandbox.violations())


def test_plain_http_may_be_redirected_whatever_the_path(web: Web, sandbox: Sandbox) -> None:
    sandbox.shape(plain_http="301")
    for method in ("GET", "PUT"):
        answer = web.ask(method, DOMAIN, data={"name": "After"})
        assert answer.status_code == 301
        assert answer.headers["Location"].startswith("https://127.0.0.1:")
        assert answer.headers["Location"].endswith("/iredadmin" + DOMAIN)
        assert "Set-Cookie" not in answer.headers
    assert read(sandbox, DOMAIN)["description"] == "Before"


def test_another_product_has_another_envelope(sandbox: Sandbox) -> None:
    sandbox.shape(envelope="ee")
    assert sandbox.api("PUT", DOMAIN) == {"_success": True, "_msg": ""}
    assert sandbox.api("POST", DOMAIN) == {"_success": False, "_msg": "ALREADY_EXISTS"}
    assert sandbox.api("GET", "/api/domains", name_only="yes")["data"] == ["example.org"]
    refused = sandbox.api("POST", USER, password="short")
    assert (refused["_success"], refused["_parameter"]) == (False, "password")
    assert refused["_msg"].startswith("PW_"), "it is always there"
    wrong = Web(sandbox, login=False).login(password="wrong").json()
    assert wrong == {"_success": False, "_msg": "INVALID_CREDENTIALS", "_parameter": "password"}


@pytest.mark.parametrize("prefix", ["/iredadmin", ""])
def test_both_layouts_and_an_encoded_at_sign(prefix: str) -> None:
    with Sandbox(prefix=prefix) as sandbox, requests.Session() as session:
        session.trust_env = False
        sandbox.api("POST", DOMAIN)
        sandbox.api("POST", USER, password=PASSWORD)
        known = {"username": sandbox.username, "password": sandbox.password}
        assert session.post(sandbox.url + "/api/login", data=known, timeout=10).json() == {"_success": True}
        there = sandbox.url + USER.replace("@", "%40")
        headers = {"X-Forwarded-For": "192.0.2.1"}  # which the panel does not look at
        assert session.get(there, headers=headers, timeout=10).json()["_data"]["username"] == ADA


def preset(backend: str, name: str) -> Sandbox:
    """A panel with a domain and two users that answers so."""
    sandbox = populated(backend)
    sandbox.shape(**PRESETS[name])
    return sandbox


def test_names_of_older_code() -> None:
    with preset("sql", "gpl-names") as sandbox:
        found = read(sandbox, DOMAIN)
        assert (found["sbcc_addr"], found["rbcc_active"], found["mailbox_count"]) == (None, None, 2)
        assert not {"num_existing_users", "sender_bcc", "recipient_bcc"} & set(found)
        sandbox.api("PUT", DOMAIN, senderBcc="s@x.example", recipientBcc="r@x.example")
        found = read(sandbox, DOMAIN)
        expected: dict[str, Any] = {"sbcc_addr": "s@x.example", "rbcc_addr": "r@x.example", "sbcc_active": 1}
        assert expected.items() <= found.items()
        sandbox.api("PUT", USER, senderBcc="s@x.example")
        found = read(sandbox, USER)
        expected = {"sbcc_bcc_address": "s@x.example", "sbcc_username": ADA, "sbcc_active": 1, "rbcc_bcc_address": None}
        assert expected.items() <= found.items()
    with preset("ldap", "gpl-names") as sandbox:
        sandbox.api("PUT", USER, senderBcc="s@x.example")
        assert read(sandbox, USER)["userSenderBccAddress"] == ["s@x.example"]


@pytest.mark.parametrize(("backend", "code"), [("sql", "INVALID_MAIL"), ("ldap", "NO_SUCH_ACCOUNT")])
def test_codes_of_older_code(backend: str, code: str) -> None:
    with preset(backend, "gpl-codes") as sandbox:
        assert sandbox.api("GET", "/api/domain/no.example")["_msg"] == "NO_SUCH_OBJECT"
        assert sandbox.api("GET", "/api/user/no@example.org")["_msg"] == code
        assert sandbox.api("GET", "/api/admin/no@x.example")["_msg"] == code
        sandbox.shape(no_domain="NO_SUCH_DOMAIN")
        assert sandbox.api("GET", "/api/domain/no.example")["_msg"] == "NO_SUCH_DOMAIN"


def test_older_schemas_have_no_columns_for_a_person() -> None:
    with populated("sql") as sandbox:
        sandbox.api("PUT", USER, gn="Ada", sn="Lovelace")
        assert read(sandbox, USER)["first_name"] == "Ada"
        sandbox.shape(person_columns="missing")
        assert sandbox.api("PUT", USER, gn="Eva", name="E") == {"_success": True}
        assert not {"first_name", "last_name", "birthday"} & set(read(sandbox, USER))
        assert "first_name" not in read(sandbox, "/api/users/example.org")[0]
        sandbox.shape(person_columns="shown")
        assert (read(sandbox, USER)["first_name"], read(sandbox, USER)["name"]) == ("Ada", "E")


def test_the_own_address_is_added_once() -> None:
    with populated("sql") as sandbox:
        answer = sandbox.api("PUT", USER, addForwarding=f"{ADA},x@x.example")
        assert answer["_success"] is False
        assert answer["_msg"].startswith("IntegrityError(")
        assert read(sandbox, USER)["forwardings"] == [ADA]
        sandbox.api("PUT", USER, forwarding="x@x.example")
        assert sandbox.api("PUT", USER, addForwarding=ADA) == {"_success": True}
        sandbox.shape(self_forwarding="hidden")
        assert sandbox.api("PUT", USER, addForwarding=ADA) == {"_success": True}


def test_what_was_only_a_draft_is_no_parameter(web: Web, sandbox: Sandbox) -> None:
    web.ask("POST", "/api/greylisting/example.org", data={"status": "inherit"})
    web.ask("POST", "/api/greylisting/example.org", data={"whitelistSenders": "a@x.example"})
    found = [text.partition(": ")[2] for text in sandbox.violations()]
    assert found == ["status=inherit is none of enable, disable", "there is no parameter whitelistSenders"]

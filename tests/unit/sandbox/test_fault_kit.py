# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that harder tests need: what is answered late, half, or meanwhile; and the control API's own answers."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
from werkzeug.test import Client

from tests.sandbox.app import App
from tests.sandbox.faults import Fault
from tests.sandbox.handle import Sandbox
from tests.support.sandbox.web import DOMAIN, Web, name

ALIAS = "/api/alias/team@example.org"


def put(web: Web, timeout: float = 10) -> requests.Response:
    """The request that faults happen to."""
    return web.request("PUT", web.sandbox.url + DOMAIN, data={"name": "after"}, timeout=timeout, allow_redirects=False)


def control(sandbox: Sandbox, method: str, path: str, **arguments: Any) -> requests.Response:
    """A request to the sandbox itself."""
    root = sandbox.url.removesuffix("/iredadmin") + "/_sandbox/"
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, root + path, timeout=10, **arguments)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("after", [False, True])
def test_every_status_of_a_server_in_trouble(sandbox: Sandbox, web: Web, status: int, after: bool) -> None:
    sandbox.fault({"status": status, "after": after}, "POST", "/api/alias/*")

    assert web.ask("POST", ALIAS).status_code == status
    assert sandbox.api("GET", ALIAS)["_success"] is after, "an error, although the object was created"


@pytest.mark.parametrize(("after", "stored"), [(False, "before"), (True, "after")])
def test_a_client_that_does_not_wait(sandbox: Sandbox, web: Web, after: bool, stored: str) -> None:
    sandbox.fault({"delay": 3, "after": after}, "PUT")

    started = time.monotonic()
    with pytest.raises(requests.ReadTimeout):
        put(web, timeout=0.3)
    assert name(sandbox) == stored, "what there is when the client gives up"
    assert time.monotonic() - started < 2.8

    while not sandbox.writes():
        assert time.monotonic() - started < 10
        time.sleep(0.05)
    assert name(sandbox) == "after", "the panel goes on by itself"


def test_a_proxy_that_does_not_wait(sandbox: Sandbox, web: Web) -> None:
    sandbox.fault({"delay": 0.3, "after": True, "status": 504})
    started = time.monotonic()
    assert put(web).status_code == 504
    assert time.monotonic() - started >= 0.3
    assert name(sandbox) == "after"


def test_stopping_does_not_wait_for_delays() -> None:
    started = time.monotonic()
    with Sandbox() as sandbox, Web(sandbox) as web:
        sandbox.api("POST", DOMAIN, name="before")
        sandbox.fault({"delay": 60}, "PUT")
        with pytest.raises(requests.ReadTimeout):
            put(web, timeout=0.2)
    time.sleep(0.3)
    assert time.monotonic() - started < 20
    assert sandbox.violations() == []
    assert sandbox.writes() == [], "it was dropped"


def test_half_an_answer(sandbox: Sandbox, web: Web) -> None:
    sandbox.fault({"cut": True})

    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        put(web).json()

    assert name(sandbox) == "after"
    assert web.ask("GET", DOMAIN).json()["_success"] is True


def test_all_sessions_expire_in_the_middle(sandbox: Sandbox, web: Web) -> None:
    with Web(sandbox) as other:
        sandbox.fault({"expire": True}, "PUT", skip=1)
        assert put(web).json() == {"_success": True}
        assert web.ask("PUT", DOMAIN, data={"name": "third"}).json() == {"_success": False, "_msg": "LOGIN_REQUIRED"}
        assert other.ask("GET", DOMAIN).json()["_msg"] == "LOGIN_REQUIRED", "everybody's"
        assert name(sandbox) == "after"
        web.login()
        assert web.ask("GET", DOMAIN).json()["_success"] is True

    sandbox.shape(not_logged_in="303")
    sandbox.fault({"expire": True})
    assert put(web).status_code == 303, "as the panel answers those without a session"
    sandbox.shape(not_logged_in="LOGIN_REQUIRED")


def test_a_login_that_finds_no_session_makes_one(sandbox: Sandbox, web: Web) -> None:
    sandbox.fault({"expire": True}, "POST", "/api/login")
    assert web.login().json() == {"_success": True}
    assert put(web).json() == {"_success": True}


def test_a_second_controller(sandbox: Sandbox, web: Web) -> None:
    change = {"method": "PUT", "path": DOMAIN, "params": {"name": "theirs", "transport": "smtp:x"}}

    sandbox.fault({"change": {**change, "when": "after"}}, "PUT", DOMAIN)
    assert put(web).json() == {"_success": True}
    assert name(sandbox) == "theirs", "right after"

    sandbox.fault({"change": change}, "PUT", DOMAIN)
    assert put(web).json() == {"_success": True}
    data = sandbox.api("GET", DOMAIN)["_data"]
    assert (data["description"], data["transport"]) == ("after", "smtp:x"), "right before"
    assert len(sandbox.writes()) == 2, "theirs are not in the log"
    assert sandbox.violations() == []


def test_the_nth_request_meets_changes(sandbox: Sandbox, web: Web) -> None:
    new = {"method": "POST", "path": ALIAS}
    gone = {"method": "DELETE", "path": DOMAIN}
    sandbox.fault({"change": [new, {**gone, "when": "after"}], "drop": "after"}, "GET", skip=1)

    assert web.ask("GET", ALIAS).json()["_success"] is False
    with pytest.raises(requests.ConnectionError):
        web.ask("GET", ALIAS)
    assert sandbox.log()[-1]["success"] is True, "the second one found it"
    assert web.ask("GET", DOMAIN).json()["_msg"] == "INVALID_DOMAIN_NAME"


def test_a_change_that_is_refused_shows(sandbox: Sandbox, web: Web) -> None:
    sandbox.fault({"change": {"method": "PUT", "path": ALIAS}})
    assert put(web).json() == {"_success": True}
    assert ["a fault's change PUT" in one and "NO_SUCH_ACCOUNT" in one for one in sandbox.violations()] == [True]


@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_hiding_what_has_no_keys(sandbox: Sandbox, web: Web, method: str) -> None:
    sandbox.fault({"hide": ["description"]}, times=None)
    assert put(web).json() == {"_success": True}
    assert web.ask("GET", "/api/domains?name_only=yes").json()["_data"] == ["example.org"]
    assert web.ask("GET", "/api/nothing").status_code == 404
    assert web.ask("GET", ALIAS).json() == {"_success": False, "_msg": "NO_SUCH_ACCOUNT"}
    assert web.ask("GET", "/api/throttle/global/inbound").json()["_data"] == {}
    sandbox.shape(throttle_unset="null")
    assert web.ask("GET", "/api/throttle/global/inbound").json()["_data"] is None
    sandbox.shape(throttle_unset="{}")
    (row,) = web.ask("GET", "/api/domains").json()["_data"]
    assert "transport" in row
    assert "description" not in row, "in every row of a list"
    assert sandbox.violations() == []


def test_hiding_in_a_wrapped_profile() -> None:
    with Sandbox("ldap", preset="wrapped") as sandbox, Web(sandbox) as web:
        sandbox.api("POST", DOMAIN, name="before")
        sandbox.fault({"hide": ["cn"]})
        hidden, shown = (web.ask("GET", DOMAIN).json()["_data"]["ldif"] for _ in range(2))
    assert set(shown) - set(hidden) == {"cn"}


@pytest.mark.parametrize(
    "fault",
    [
        {"action": {"status": "502"}},
        {"action": {"status": 5020}},
        {"action": {"drop": "now"}},
        {"action": {"delay": -1}},
        {"action": {"delay": "1"}},
        {"action": {"truncate": 1}},
        {"action": {"hide": "description"}},
        {"action": {"ignore": [1]}},
        {"action": {"fail": None}},
        {"action": {"change": {"path": DOMAIN}}},
        {"action": {"change": {"method": "PUT", "path": DOMAIN, "when": "later"}}},
        {"action": {"change": {"method": "PUT", "path": DOMAIN, "data": {}}}},
        {"action": {"status": 500}, "method": "put"},
        {"action": {"status": 500}, "times": "2"},
        {"action": {"status": 500}, "path": None},
    ],
)
def test_faults_that_would_never_happen(sandbox: Sandbox, fault: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"cannot be|there is no method|path is a string"):
        Fault(**fault)
    assert control(sandbox, "POST", "faults", json=fault).status_code == 400
    assert control(sandbox, "GET", "faults").json() == []


def test_faults_over_http(sandbox: Sandbox, web: Web) -> None:
    fault = {"action": {"fail": "X"}, "method": "PUT", "path": "/api/domain/*", "times": 1, "skip": 1}
    assert control(sandbox, "POST", "faults", json=fault).json() is None
    assert [put(web).json().get("_msg") for _ in range(4)] == [None, "X", None, None]
    assert control(sandbox, "GET", "faults").json() == [{**fault, "seen": 4, "done": 1}]


@pytest.mark.parametrize("body", [b"{", b"nonsense", b"\xff", b"[" * 100_000, b"[]", b'"text"', b"5", b'{"x": 1}'])
@pytest.mark.parametrize("path", ["faults", "shapes", "seed"])
def test_control_refuses_what_it_cannot_read(sandbox: Sandbox, path: str, body: bytes) -> None:
    answer = control(sandbox, "POST", path, data=body)
    assert (answer.status_code, set(answer.json())) == (400, {"error"})


@pytest.mark.parametrize("body", ["{", "-1", "NaN", "Infinity", '"soon"', "null", "[]"])
def test_latency_is_a_number(sandbox: Sandbox, body: str) -> None:
    assert control(sandbox, "POST", "latency", data=body).status_code == 400
    assert sandbox.panel.latency == 0


def test_control_shows_the_switches(sandbox: Sandbox) -> None:
    assert control(sandbox, "GET", "shapes").json()["catchall"] == "list"


def test_every_request_of_a_kind(sandbox: Sandbox) -> None:
    """The failure of issue #110: a list endpoint that always crashes, next to single reads that never do."""
    sandbox.fault({"status": 500}, "GET", "/api/users/*", times=None)
    web = Client(App(sandbox.panel))
    web.post("/iredadmin/api/login", data={"username": sandbox.username, "password": sandbox.password})
    for query in ("", "?email_only=yes", "?disabled_only=yes"):
        assert web.get("/iredadmin/api/users/example.org" + query).status_code == 500
    assert web.get("/iredadmin" + DOMAIN).status_code == 200

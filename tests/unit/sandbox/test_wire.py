# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox on the wire: web.py's reading of requests, routes, sessions, connections (panel/transport.md)."""

from __future__ import annotations

import http.client
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client

from tests.sandbox import sessions
from tests.sandbox.app import App
from tests.sandbox.handle import Sandbox
from tests.support.sandbox.web import DOMAIN, Web, name

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("arguments", "stored", "violation"),
    [
        ({"data": {"name": "body"}}, "body", ""),
        ({"params": {"name": "query"}}, "query", ""),
        ({"params": {"language": "de_DE"}, "data": {"name": "both"}}, "both", ""),
        ({"params": {"name": "query"}, "data": {"name": "body"}}, "body", "in the query and in the body"),
        ({"data": "name=first&name=last", "headers": FORM}, "last", "name is repeated"),
        ({"params": "name=first&name=last"}, "last", ""),
        ({"data": "name=", "headers": FORM}, "", ""),
        ({"data": {"name": "Grüße"}}, "Grüße", ""),
        ({"data": {"name": "  around "}}, "around", "blanks around the value"),
        ({"data": b"name=untyped"}, "untyped", ""),
        ({"data": "name=plain", "headers": {"Content-Type": "text/plain"}}, "plain", "text/plain is read as a form"),
        ({"files": {"name": (None, "parts")}}, "parts", ""),
        ({"json": {"name": "json"}}, "before", "application/json is read as a form"),
        ({"data": {"Name": "other case"}}, "before", "there is no parameter Name"),
        ({"data": {"nickname": "unknown"}}, "before", "there is no parameter nickname"),
    ],
)
def test_parameters_are_read_as_webpy_does(
    sandbox: Sandbox, web: Web, arguments: dict[str, Any], stored: str, violation: str
) -> None:
    answer = web.ask("PUT", DOMAIN, **arguments)

    assert (answer.status_code, answer.json()) == (200, {"_success": True})
    assert name(sandbox) == stored
    if violation:
        assert any(violation in one for one in sandbox.violations()), sandbox.violations()
    else:
        assert sandbox.violations() == []


def test_the_body_of_a_delete_is_not_read(sandbox: Sandbox, web: Web) -> None:
    assert web.ask("DELETE", DOMAIN, data={"nonsense": "yes"}).json() == {"_success": True}

    assert sandbox.violations() == ["DELETE /api/domain/example.org: the body of a DELETE is never read"]
    assert sandbox.writes()[0]["params"] == {}
    assert sandbox.api("GET", "/api/domains", name_only="yes")["_data"] == []


def test_a_body_that_is_not_utf8_crashes_the_panel(sandbox: Sandbox, web: Web) -> None:
    answer = web.ask("PUT", DOMAIN, data=b"name=\xff\xfe", headers=FORM)

    assert (answer.status_code, answer.text) == (500, "internal server error")
    assert name(sandbox) == "before"


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/api/nothing", 404, "not found"),
        ("GET", "/api/user/notanaddress", 404, "not found"),
        ("GET", "/api/user/a@b.averyveryverylongtld", 404, "not found"),
        ("GET", "/api/domain/nodots", 404, "not found"),
        ("GET", "/api/domain/example.org/", 404, "not found"),
        ("GET", "/elsewhere", 404, "not found"),
        ("PATCH", DOMAIN, 405, "method not allowed"),
        ("GET", "/api/login", 405, "method not allowed"),
    ],
)
def test_what_is_no_route_is_an_html_page(web: Web, method: str, path: str, status: int, text: str) -> None:
    answer = web.ask(method, path)

    assert (answer.status_code, answer.text) == (status, text)
    assert answer.headers["Content-Type"].startswith("text/html")


def test_paths_are_decoded_and_lowered(sandbox: Sandbox, web: Web) -> None:
    sandbox.api("POST", "/api/alias/team@example.org")

    assert web.ask("GET", "/api/alias/Team%40Example.ORG").json()["_data"]["address"] == "team@example.org"


def test_envelope(web: Web) -> None:
    read, refused, written = (
        web.ask("GET", DOMAIN),
        web.ask("GET", "/api/user/nobody@example.org"),
        web.ask("PUT", DOMAIN, data={"name": "x"}),
    )

    assert {answer.status_code for answer in (read, refused, written)} == {200}, "failures too"
    assert {answer.headers["Content-Type"] for answer in (read, refused, written)} == {"application/json"}
    assert set(read.json()) == {"_success", "_data"}
    assert read.json()["_success"] is True
    assert refused.json() == {"_success": False, "_msg": "NO_SUCH_ACCOUNT"}
    assert written.json() == {"_success": True}


@pytest.mark.parametrize(("backend", "cookie"), [("sql", "iRedAdmin-Pro-MYSQL"), ("ldap", "iRedAdmin-Pro-LDAP")])
def test_every_answer_sets_the_session_cookie(backend: str, cookie: str) -> None:
    with Sandbox(backend) as sandbox, Web(sandbox, login=False) as web:
        answers = [
            web.ask("GET", "/api/domains"),
            web.login(password="wrong"),
            web.login(),
            web.ask("GET", "/api/domains"),
            web.ask("GET", "/api/nothing"),
            web.ask("PATCH", "/api/domains"),
            web.ask("GET", "/elsewhere"),
            web.ask("GET", "/login"),
        ]
        web_server = web.get(sandbox.url.removesuffix("/iredadmin") + "/elsewhere", timeout=10)

    assert (web_server.status_code, web_server.headers.get("Set-Cookie")) == (404, None), "not the panel's"
    headers = [answer.headers["Set-Cookie"] for answer in answers]
    assert len(set(headers)) == 1, "the same session before, during and after the login"
    assert re.fullmatch(cookie + r"=[0-9a-f]{40}; HttpOnly; Path=/iredadmin/; SameSite=Strict", headers[0])
    assert [answer.json()["_success"] for answer in answers[:4]] == [False, False, True, True]


def test_who_is_not_logged_in(sandbox: Sandbox) -> None:
    with Web(sandbox, login=False) as web:
        assert web.ask("GET", DOMAIN).json() == {"_success": False, "_msg": "LOGIN_REQUIRED"}
        assert web.ask("PUT", DOMAIN, data={"name": "x"}).json()["_msg"] == "LOGIN_REQUIRED"
    assert name(sandbox) == "before"


def test_sessions_expire(sandbox: Sandbox, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    first = web.ask("GET", DOMAIN)
    sandbox.expire_sessions()
    second = web.ask("GET", DOMAIN)
    assert second.json() == {"_success": False, "_msg": "LOGIN_REQUIRED"}
    assert first.headers["Set-Cookie"] != second.headers["Set-Cookie"], "an anonymous session replaces the old one"

    assert sessions.TIMEOUT == 1800
    web.login()
    assert web.ask("GET", DOMAIN).json()["_success"] is True
    monkeypatch.setattr(sessions, "TIMEOUT", -1)
    assert web.ask("GET", DOMAIN).json() == {"_success": False, "_msg": "LOGIN_REQUIRED"}


def test_a_session_belongs_to_an_address(sandbox: Sandbox) -> None:
    client = Client(App(sandbox.panel))
    client.post(
        "/iredadmin/api/login",
        data={"username": sandbox.username, "password": sandbox.password},
        environ_overrides={"REMOTE_ADDR": "192.0.2.1"},
    )

    stayed = client.get("/iredadmin" + DOMAIN, environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    moved = client.get("/iredadmin" + DOMAIN, environ_overrides={"REMOTE_ADDR": "192.0.2.2"})
    back = client.get("/iredadmin" + DOMAIN, environ_overrides={"REMOTE_ADDR": "192.0.2.1"})

    assert stayed.get_json()["_success"] is True
    assert (moved.status_code, moved.headers["Location"]) == (303, "/iredadmin/login?msg=SESSION_EXPIRED")
    assert back.status_code == 303, "the new session belongs to the second address"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, None),
        ({"username": " Postmaster@Example.COM "}, None),
        ({"username": "postmaster"}, "INVALID_USERNAME"),
        ({"password": ""}, "EMPTY_PASSWORD"),
        ({"password": "wrong"}, "INVALID_CREDENTIALS"),
        ({"username": "nobody@example.com"}, "INVALID_CREDENTIALS"),
    ],
)
def test_login(sandbox: Sandbox, changes: dict[str, str], message: str | None) -> None:
    with Web(sandbox, login=False) as web:
        answer = web.login(**changes).json()
        assert (answer["_success"], answer.get("_msg")) == (message is None, message)
        assert web.ask("GET", DOMAIN).json()["_success"] is (message is None)


def test_an_api_that_is_switched_off() -> None:
    with Sandbox(api_disabled=True) as sandbox, Web(sandbox, login=False) as web:
        answer = web.login()

    assert (answer.status_code, answer.text) == (404, "not found")
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(("allowed", "answer"), [("192.0.2.1", "NOT_AUTHORIZED"), ("127.0.0.1", None)])
def test_clients_that_are_not_allowed(allowed: str, answer: str | None) -> None:
    with Sandbox(allow_client=[allowed]) as sandbox, Web(sandbox, login=False) as web:
        assert web.login().json().get("_msg") == answer


def test_connections_are_kept(sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=10)
    ports = set()
    for method, path, body in [
        ("POST", "/api/login", "username=x"),
        ("PUT", "/api/nothing", "a=b"),
        ("GET", "/api/domains", ""),
    ]:
        connection.request(method, "/iredadmin" + path, body, FORM)
        answer = connection.getresponse()
        answer.read()
        assert not answer.will_close
        ports.add(connection.sock.getsockname())
    connection.close()

    assert len(ports) == 1, "a body that nobody wanted must not be in the way of the next request"

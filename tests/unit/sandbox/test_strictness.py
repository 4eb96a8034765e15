# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sandbox holds against a request, what it lets pass silently, and what it tells about both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.__main__ import main
from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.sandbox.web import DOMAIN, Web

USER = "/api/user/ada@example.org"
ALIAS = "/api/alias/team@example.org"
BACKENDS = ("sql", "ldap")


def populated(backend: str) -> Sandbox:
    """A panel with a domain, a user and an alias."""
    sandbox = Sandbox(backend)
    sandbox.api("POST", DOMAIN, name="before")
    sandbox.api("POST", USER, password=PASSWORD)
    sandbox.api("POST", ALIAS, name="before")
    return sandbox


@pytest.fixture(params=BACKENDS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Such a panel of either backend."""
    with populated(request.param) as running:
        yield running


@pytest.fixture(scope="module", params=BACKENDS)
def kept(request: pytest.FixtureRequest) -> Iterator[Web]:
    """A client of a panel that many tests share, for those that need nothing to be as it was."""
    with populated(request.param) as running, Web(running) as client:
        yield client


@pytest.fixture
def shared(kept: Web) -> Web:
    """The same without violations."""
    kept.sandbox.clear_violations()
    return kept


@pytest.mark.parametrize(
    ("method", "path", "params", "violation"),
    [
        ("PUT", USER, {"forwarding": "a@x.example", "addForwarding": "b@x.example"}, "forwarding conflicts with add"),
        ("PUT", USER, {"aliases": "", "removeAlias": "b@example.org"}, "aliases conflicts with removeAlias"),
        ("PUT", USER, {"services": "smtp", "addService": "pop3"}, "services conflicts with addService"),
        ("PUT", USER, {"password": PASSWORD, "password_hash": "{PLAIN}x"}, "password conflicts with password_hash"),
        ("PUT", ALIAS, {"members": "", "addMember": "b@x.example"}, "members conflicts with addMember"),
        ("PUT", DOMAIN, {"transport": "x", "is_backupmx": "yes"}, "transport conflicts with is_backupmx"),
        ("PUT", DOMAIN, {"primarymx": "mx.x.example"}, "primarymx needs is_backupmx"),
        ("POST", "/api/admin/a@x.example", {"password": PASSWORD, "maxQuota": "1"}, "maxQuota needs quotaUnit"),
        ("PUT", USER, {"accountStatus": "enabled"}, "accountStatus=enabled is none of active, disabled"),
        ("PUT", USER, {"isGlobalAdmin": "true"}, "isGlobalAdmin=true is none of yes, no"),
        ("PUT", USER, {"mailboxFormat": "mbox"}, "mailboxFormat=mbox is none of"),
        ("GET", "/api/domains", {"name_only": "no"}, "name_only=no is none of yes"),
        ("PUT", USER, {"addForwarding": "a@x.example, b@x.example"}, "has blanks, empty or repeated items"),
        ("PUT", USER, {"addForwarding": "a@x.example,a@x.example"}, "has blanks, empty or repeated items"),
        ("PUT", USER, {"name": " Ada"}, "blanks around the value of name are cut off"),
        ("PUT", DOMAIN, {"language": "de;x:y"}, "a colon or semicolon in language breaks"),
        ("PUT", USER, {"givenName": "Ada"}, "there is no parameter givenName"),
        ("POST", "/api/user/new@example.org", {"password": PASSWORD, "accountStatus": "disabled"}, "no parameter acc"),
        ("POST", "/api/user/other@example.org", {"password": PASSWORD, "senderBcc": "a@x.example"}, "no parameter sen"),
        ("POST", "/api/domain/example.net", {"catchall": "a@x.example"}, "there is no parameter catchall"),
    ],
)
def test_violations(shared: Web, method: str, path: str, params: dict[str, str], violation: str) -> None:
    answer = shared.ask(method, path, **{"params" if method == "GET" else "data": params})

    assert answer.json()["_success"] is True, "the panel would not say a word"
    assert [violation in one for one in shared.sandbox.violations()] == [True], shared.sandbox.violations()
    assert shared.sandbox.violations()[0].startswith(f"{method} {path}: ")


@pytest.mark.parametrize(
    ("path", "params"),
    [
        (USER, {"name": "Ada", "quota": "1024", "addForwarding": "a@x.example", "password": " secret Horse-1 "}),
        (USER, {"quota": "nonsense"}),
        (USER, {"services": "smtptls,nonsense"}),
        (USER, {"language": "xx_XX", "mailboxFolder": "not/a/folder"}),
        (USER, {"forwarding": "missing@example.org,nonsense"}),
        (ALIAS, {"members": "missing@example.org"}),
        (DOMAIN, {"aliasDomains": "nonsense", "enableDomainProfile": "nonsense"}),
    ],
)
def test_what_passes_silently(shared: Web, path: str, params: dict[str, str]) -> None:
    assert shared.ask("PUT", path, data=params).json() == {"_success": True}

    assert shared.sandbox.violations() == []


@pytest.mark.parametrize(
    ("path", "params", "on"),
    [
        (USER, {"telephoneNumber": "1"}, "ldap"),
        (USER, {"mobile": "1"}, "ldap"),
        (ALIAS, {"accessPolicy": "domain"}, "sql"),
    ],
)
def test_parameters_of_one_backend(shared: Web, path: str, params: dict[str, str], on: str) -> None:
    assert shared.ask("PUT", path, data=params).json() == {"_success": True}

    expected = [f"PUT {path}: parameter {next(iter(params))} does not exist on {shared.sandbox.backend} backends"]
    assert shared.sandbox.violations() == ([] if shared.sandbox.backend == on else expected)


@pytest.mark.parametrize(
    ("method", "path", "params", "refusal"),
    [
        ("POST", "/api/user/ada@example.org", {"password": PASSWORD}, "ALREADY_EXISTS"),
        ("POST", "/api/user/team@example.org", {"password": PASSWORD}, "ALREADY_EXISTS"),
        ("POST", "/api/alias/ada@example.org", {}, "ALREADY_EXISTS"),
        ("POST", DOMAIN, {}, "ALREADY_EXISTS"),
        ("POST", "/api/user/a+b@example.org", {"password": PASSWORD}, "INVALID_MAIL"),
        ("POST", "/api/user/a@missing.example", {"password": PASSWORD}, "INVALID_DOMAIN_NAME"),
        (
            "POST",
            "/api/user/a@example.org",
            {"password": "12345678"},
            "PW_NO_LETTER,PW_NO_UPPERCASE,PW_NO_SPECIAL_CHAR",
        ),
        ("POST", "/api/user/a@example.org", {"password_hash": "$1$x"}, "INVALID_PASSWORD_SCHEME"),
        ("PUT", "/api/user/a@example.org", {}, "NO_SUCH_ACCOUNT"),
        ("PUT", "/api/alias/a@example.org", {}, "NO_SUCH_ACCOUNT"),
        ("POST", "/api/admin/a@example.org", {"password": PASSWORD}, "CAN_NOT_BE_LOCAL_DOMAIN"),
        ("DELETE", "/api/user/a@example.org", {}, None),
        ("DELETE", "/api/alias/a@example.org", {}, None),
        ("DELETE", "/api/domain/missing.example", {}, None),
    ],
)
def test_refusals(shared: Web, method: str, path: str, params: dict[str, str], refusal: str | None) -> None:
    answer = shared.sandbox.api(method, path, **params)

    assert answer == ({"_success": True} if refusal is None else {"_success": False, "_msg": refusal})


def test_passwords_do_not_belong_into_the_query(sandbox: Sandbox) -> None:
    with Web(sandbox, login=False) as web:
        login = {"username": sandbox.username, "password": sandbox.password}
        assert web.ask("POST", "/api/login", params=login).json() == {"_success": True}

    assert ["a password is in the query string" in one for one in sandbox.violations()] == [True]


def test_the_body_of_a_get_is_not_read(sandbox: Sandbox, web: Web) -> None:
    names = web.ask("GET", "/api/domains", data={"disabled_only": "yes", "name_only": "yes"}).json()["_data"]

    assert len(names) == 1
    assert names != ["example.org"]
    assert sandbox.violations() == ["GET /api/domains: the body of a GET is never read"]


def test_a_trailing_slash_is_a_violation(sandbox: Sandbox, web: Web) -> None:
    web.ask("GET", DOMAIN + "/")

    assert sandbox.violations() == ["GET /api/domain/example.org/: do not send a trailing slash"]


def test_a_second_failed_login_is_a_violation(sandbox: Sandbox) -> None:
    refused = f"POST /api/login: {sandbox.username} was refused before; servers ban repeated failures"
    with Web(sandbox, login=False) as web:
        web.login(password="wrong")
        web.login(username="nobody@example.com")
        assert sandbox.violations() == [], "one each"
        assert web.login(password="wrong").json()["_msg"] == "INVALID_CREDENTIALS"
        assert sandbox.violations() == [refused]

        web.login()
        web.login(password="wrong")
        assert sandbox.violations() == [refused], "a login that succeeds clears the account"


def test_writes_while_read_only(sandbox: Sandbox, web: Web) -> None:
    before = sandbox.state()
    sandbox.readonly(True)

    assert web.ask("GET", USER).json()["_success"] is True
    verified = web.ask("POST", "/api/verify_password/user/ada@example.org", data={"password": PASSWORD})
    assert verified.json() == {"_success": True}, "not a write"
    assert sandbox.violations() == []
    for method, path in (("PUT", USER), ("DELETE", USER), ("POST", "/api/alias/new@example.org")):
        assert web.ask(method, path).json()["_success"] is False
        assert sandbox.violations()[-1] == f"{method} {path}: a write while writes are not allowed"
    assert sandbox.state() == before

    sandbox.readonly(False)
    assert web.ask("DELETE", USER).json() == {"_success": True}


def test_log(sandbox: Sandbox, web: Web) -> None:
    sandbox.clear_log()
    web.ask("GET", DOMAIN)
    web.ask("PUT", USER, params={"name": "query"}, data={"sn": "body"})
    web.ask("DELETE", "/api/alias/not-an-address")
    web.ask("GET", "/api/user/missing@example.org")
    sandbox.api("GET", DOMAIN)

    keys = ("n", "method", "path", "status", "success", "msg", "write")
    assert [tuple(entry[key] for key in keys) for entry in sandbox.log()] == [
        (1, "GET", DOMAIN, 200, True, None, False),
        (2, "PUT", USER, 200, True, None, True),
        (3, "DELETE", "/api/alias/not-an-address", 404, None, None, True),
        (4, "GET", "/api/user/missing@example.org", 200, False, "NO_SUCH_ACCOUNT", False),
    ]
    assert [entry["n"] for entry in sandbox.writes()] == [2, 3]
    assert sandbox.log()[1]["query"] == {"name": "query"}
    assert sandbox.log()[1]["params"] == {"name": "query", "sn": "body"}
    assert len({entry["session"] for entry in sandbox.log()}) == 1


def test_a_crash_of_the_sandbox_shows(sandbox: Sandbox, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_arguments: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("tests.sandbox.resources.users.wrap", crash)

    answer = web.ask("GET", USER)

    assert (answer.status_code, answer.text) == (500, "internal server error")
    assert sandbox.violations() == [f"GET {USER}: the sandbox crashed: RuntimeError('boom')"]


def test_control(sandbox: Sandbox, web: Web) -> None:
    root = sandbox.url.removesuffix("/iredadmin") + "/_sandbox/"

    def control(method: str, name: str, body: Any = None) -> Any:
        answer = web.request(method, root + name, json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert control("GET", "health") == {"backend": sandbox.backend, "username": sandbox.username}
    control("POST", "faults", {"action": {"fail": "X"}, "method": "PUT", "times": None})
    assert web.ask("PUT", USER).json()["_msg"] == "X"
    control("DELETE", "faults")
    control("POST", "shapes", {"catchall": "hidden"})
    assert "catchall" not in web.ask("GET", DOMAIN).json()["_data"]
    assert [entry["path"] for entry in control("GET", "log")] == ["/api/login", USER, DOMAIN]
    control("DELETE", "log")
    control("POST", "readonly", True)
    assert web.ask("DELETE", USER).json()["_success"] is False
    assert control("GET", "violations") == [f"DELETE {USER}: a write while writes are not allowed"]
    control("DELETE", "violations")
    assert control("GET", "violations") == []
    control("POST", "latency", 5)
    assert sandbox.panel.latency == 0.005
    control("POST", "sessions/expire")
    assert web.ask("GET", DOMAIN).json()["_msg"] == "LOGIN_REQUIRED"
    assert [row["domain"] for row in control("GET", "state")["domain"]] == ["example.org"]
    control("POST", "reset")
    assert control("GET", "state")["domain"] == []
    web.login()
    assert web.ask("GET", "/api/domains").json()["_success"] is True, "the first admin is there again"


@pytest.mark.parametrize(
    ("name", "body"), [("shapes", {"x": "y"}), ("faults", {"action": {"x": 1}}), ("faults", {}), ("nothing", None)]
)
def test_what_control_does_not_know(shared: Web, name: str, body: Any) -> None:
    answer = shared.post(shared.sandbox.url.removesuffix("/iredadmin") + "/_sandbox/" + name, json=body, timeout=10)

    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}


@pytest.mark.parametrize("shape", ["nonsense=1", "lists=nonsense"])
def test_an_unknown_shape_ends_the_command(shape: str) -> None:
    with pytest.raises(SystemExit, match="there are"):
        main(["--shape", shape])

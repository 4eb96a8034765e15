# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots of a sandbox, and which request took which accounts: what tests of whole states rest on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.sandbox.accounts import ADA, BOB, OK, TEAM, populated
from tests.support.sandbox.web import DOMAIN, Web


@pytest.fixture(params=["sql", "ldap"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A panel of either backend with a domain, two users and an alias."""
    with populated(request.param) as running:
        yield running


@pytest.fixture
def web(sandbox: Sandbox) -> Iterator[Web]:
    """A client that is logged in: what it asks for is in the log."""
    with Web(sandbox) as client:
        yield client


def lost(kind: str, *names: str) -> list[dict[str, str]]:
    """Accounts as the log has them."""
    return [{"kind": kind, "name": name} for name in names]


def test_a_snapshot_is_put_back_any_number_of_times(sandbox: Sandbox, web: Web) -> None:
    before, state = sandbox.snapshot(), sandbox.state()
    for _run in range(3):
        web.ask("DELETE", DOMAIN)
        web.ask("POST", "/api/domain/example.net", data={"name": "Other"})
        web.ask("POST", "/api/throttle/global/inbound", data={"period": "60"})
        assert sandbox.snapshot() != before
        sandbox.restore(before)
        assert (sandbox.snapshot(), sandbox.state(), sandbox.log()) == (before, state, [])
    assert web.ask("PUT", f"/api/user/{ADA}", data={"name": "A"}).json() == OK, "the session stayed"
    assert before != sandbox.snapshot()
    assert sandbox.violations() == []


def test_a_restored_panel_goes_on_alike(sandbox: Sandbox) -> None:
    def write() -> dict[str, Any]:
        sandbox.api("POST", "/api/user/new@example.org", password_hash="{PLAIN}x")
        sandbox.api("POST", "/api/alias/crew@example.org", members=f"{ADA},{BOB}")
        sandbox.api("POST", f"/api/throttle/{ADA}/inbound", period="60")
        times = ("created", "modified", "passwordlastchange", "maildir")
        return {
            table: [{key: value for key, value in row.items() if key not in times} for row in rows]
            for table, rows in sandbox.state().items()
        }

    before = sandbox.snapshot()
    first = write()
    sandbox.restore(before)
    assert write() == first, "the same requests store the same, down to the numbers of rows"


def test_refused_logins_are_part_of_it(sandbox: Sandbox) -> None:
    before = sandbox.snapshot()
    for _run in range(2):
        with Web(sandbox, login=False) as client:
            client.login(password="wrong")
        sandbox.restore(before)
    assert sandbox.violations() == []


def test_snapshots_by_hand(sandbox: Sandbox, web: Web) -> None:
    root = sandbox.url.removesuffix("/iredadmin") + "/_sandbox/"

    def control(method: str, name: str, body: Any = None, status: int = 200) -> Any:
        answer = web.request(method, root + name, json=body, timeout=10)
        assert answer.status_code == status, answer.text
        return answer.json()

    before = control("GET", "state")
    assert control("POST", "snapshots") == 1
    web.ask("DELETE", f"/api/user/{ADA}")
    assert control("POST", "snapshots") == 2
    assert control("GET", "losses") == [
        {"n": 2, "method": "DELETE", "path": f"/api/user/{ADA}", "lost": lost("user", ADA)}
    ]
    control("POST", "restore", 1)
    assert (control("GET", "state"), control("GET", "losses")) == (before, [])
    control("POST", "restore", 2)
    assert ADA not in [row["username"] for row in control("GET", "state")["mailbox"]]
    for wrong in (0, 3, "1", True, None, -1):
        assert "is no snapshot" in control("POST", "restore", wrong, 400)["error"]
    control("DELETE", "snapshots")
    assert "is no snapshot" in control("POST", "restore", 1, 400)["error"]


def test_what_each_request_took(sandbox: Sandbox, web: Web) -> None:
    sandbox.api("POST", "/api/domain/example.net")
    sandbox.api("POST", "/api/ml/news@example.org")
    sandbox.api("POST", "/api/admin/it@x.example", password=PASSWORD)
    sandbox.clear_log()
    for method, path, params, expected in (
        ("GET", f"/api/user/{ADA}", {}, []),
        ("PUT", f"/api/user/{ADA}", {"name": "A"}, []),
        ("PUT", "/api/users/example.org", {"language": "de_DE"}, []),
        ("POST", f"/api/user/{ADA}/change_email/new@example.org", {}, lost("user", ADA)),
        ("POST", f"/api/user/new@example.org/change_email/{BOB}", {}, []),
        ("DELETE", "/api/user/missing@example.org", {}, []),
        ("DELETE", "/api/admin/it@x.example", {}, lost("admin", "it@x.example")),
        ("DELETE", "/api/domain/example.net", {}, lost("domain", "example.net")),
        (
            "DELETE",
            DOMAIN,
            {},
            lost("domain", "example.org")
            + lost("user", BOB, "new@example.org")
            + lost("alias", TEAM)
            + lost("ml", "news@example.org"),
        ),
    ):
        web.ask(method, path, data=params)
        assert sandbox.log()[-1]["lost"] == expected, path

    assert [entry["path"] for entry in sandbox.losses()] == [
        f"/api/user/{ADA}/change_email/new@example.org",
        "/api/admin/it@x.example",
        "/api/domain/example.net",
        DOMAIN,
    ]


@pytest.mark.parametrize(
    ("fault", "carried_out"),
    [
        ({"drop": "after"}, True),
        ({"status": 504, "after": True}, True),
        ({"cut": True}, True),
        ({"garbage": True}, True),
        ({"drop": "before"}, False),
        ({"status": 503}, False),
        ({"fail": "X"}, False),
        ({"change": {"method": "DELETE", "path": f"/api/user/{BOB}"}}, True),
    ],
)
def test_what_is_gone_counts_whatever_the_client_was_told(
    sandbox: Sandbox, web: Web, fault: dict[str, Any], carried_out: bool
) -> None:
    sandbox.fault(fault, "DELETE")
    sandbox.clear_log()
    with contextlib.suppress(OSError):
        web.ask("DELETE", f"/api/user/{ADA}")

    assert [entry["lost"] for entry in sandbox.losses()] == ([lost("user", ADA)] if carried_out else [])


def test_a_crash_takes_nothing(sandbox: Sandbox, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_arguments: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("tests.sandbox.resources.domain_end._below", crash)
    assert web.ask("DELETE", DOMAIN).status_code == 500
    assert sandbox.losses() == []

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""accountStatus everywhere: words for active, and that everything else disables (panel/values.md#account-status)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.handle import Sandbox
from tests.sandbox.routing import ROUTES
from tests.sandbox.tables import ACCOUNTS
from tests.support.common import PASSWORD

ADMIN = "it@x.example"
#: what has a status, as paths name it
KINDS = sorted(
    {route.template.split("/")[2] for route in ROUTES if route.method == "PUT" and "accountStatus" in route.choices}
)
# What a status is written to, and the row that it is then in
PLACES = {
    "domain": ("/api/domain/example.org", "domain", "domain", "example.org"),
    "users": ("/api/users/example.org", "mailbox", "username", "user@example.org"),
    "admin": (f"/api/admin/{ADMIN}", "admin", "username", ADMIN),
    **{
        kind: (f"/api/{kind}/{kind}@example.org", table.name, key, f"{kind}@example.org")
        for kind, (table, key) in ACCOUNTS.items()
    },
}


@pytest.fixture(scope="module", params=["sql", "ldap"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A panel of either backend with one of each, for all tests."""
    with Sandbox(request.param) as running:
        for kind in ["domain", *(kind for kind in KINDS if kind not in ("domain", "users"))]:
            assert running.api("POST", PLACES[kind][0], password=PASSWORD)["_success"]
        yield running


def active(sandbox: Sandbox, kind: str) -> int:
    """What is stored."""
    _path, table, key, name = PLACES[kind]
    (row,) = (row for row in sandbox.state()[table] if row[key] == name)
    return int(row["active"])


@pytest.mark.parametrize(
    ("words", "on"),
    [
        (("active", "enable", "yes", "1", " active "), ("sql", "ldap")),
        (("on",), ("ldap",)),
        (("disabled", "enabled", "Active", "true", "TRUE", "2", "0", "no", ""), ()),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_put(sandbox: Sandbox, kind: str, words: tuple[str, ...], on: tuple[str, ...]) -> None:
    for word in words:
        expected = int(sandbox.backend in on)
        sandbox.api("PUT", PLACES[kind][0], accountStatus="disabled" if expected else "active")
        assert active(sandbox, kind) != expected
        assert sandbox.api("PUT", PLACES[kind][0], accountStatus=word) == {"_success": True}
        assert active(sandbox, kind) == expected, word


@pytest.mark.parametrize("kind", ["ml", "admin"])
def test_post(sandbox: Sandbox, kind: str) -> None:
    on = {"active", "enable", "yes", "1", None} | ({"on"} if sandbox.backend == "ldap" else set())
    for word in ("active", "enable", "yes", "1", None, "on", "enabled", "disabled", ""):
        sandbox.api("DELETE", PLACES[kind][0])
        status = {} if word is None else {"accountStatus": word}
        assert sandbox.api("POST", PLACES[kind][0], password=PASSWORD, **status) == {"_success": True}
        assert active(sandbox, kind) == int(word in on), word

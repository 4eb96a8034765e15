# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A look at the panel: what it is, what it does not show, and what nobody can say."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import NoSuchEndpoint, Rejected, ServerFault
from ansible_collections.mailstate.iredmail.plugins.module_utils._support.server import SERVER_INFO
from tests.support.scripted import Answers

ROOT = "root@example.org"
DOMAINS, USERS, ALIASES = "/api/domains", "/api/users/example.com", "/api/aliases/example.com"
ADMIN, ACCOUNT = f"/api/admin/{ROOT}", f"/api/user/{ROOT}"
SQL = {
    DOMAINS: ["example.com"],
    "/api/domain/example.com": {"domain": "example.com", "active": 1},
    USERS: ["ada@example.com"],
    "/api/user/ada@example.com": {"username": "ada@example.com", "active": 1, "name": "Ada"},
    ALIASES: [],
    ADMIN: Rejected("no", "NO_SUCH_ACCOUNT"),
    ACCOUNT: {"username": ROOT, "active": 1, "isglobaladmin": 1},
}


def run(username=ROOT, **changes):
    task, client = SERVER_INFO.start({}), Answers(**{**SQL, **changes})
    client.username = username
    task.run(client, check_mode=False)
    assert client.sent == []
    return task.result()["server"]


def test_what_it_is():
    server = run()
    assert (server["backend"], server["global_admin"], server["domains"]) == ("sql", True, 1)
    assert set(server["unreadable"]) == {"domains", "users"}
    assert "quota" in server["unreadable"]["users"]
    assert "name" not in server["unreadable"]["users"]


def test_a_profile_knows_better_than_the_cookie():
    profile = {"mail": ["ada@example.com"], "cn": ["Ada"], "accountStatus": ["active"]}
    assert run(**{"/api/user/ada@example.com": profile})["backend"] == "ldap"


def test_an_empty_panel():
    server = run(**{DOMAINS: []})
    assert (server["domains"], server["unreadable"]) == (0, {})


@pytest.mark.parametrize("failure", [NoSuchEndpoint("404"), Rejected("no", "X"), ServerFault("crash", 500)])
def test_what_cannot_be_listed_is_left_out(failure):
    assert set(run(**{USERS: failure})["unreadable"]) == {"domains"}


def test_what_passes_by_is_no_reason_to_leave_it_out():
    with pytest.raises(ServerFault):
        run(**{USERS: ServerFault("busy", 503)})


@pytest.mark.parametrize(
    ("username", "changes", "verdict"),
    [
        (None, {}, None),
        (ROOT, {ACCOUNT: {"username": ROOT, "active": 1, "isglobaladmin": 0}}, False),
        (ROOT, {ADMIN: Rejected("no", "PERMISSION_DENIED")}, False),
        (ROOT, {ACCOUNT: Rejected("no", "NO_SUCH_ACCOUNT")}, None),
    ],
)
def test_whether_the_account_is_a_global_admin(username, changes, verdict):
    assert run(username, **changes)["global_admin"] is verdict

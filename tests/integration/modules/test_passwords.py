# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords: verified, written once, never shown; and what can be concluded when they cannot be verified."""

from __future__ import annotations

import pytest

from tests.support.playbook import DOORS, run_tasks, task

pytestmark = pytest.mark.both_backends

FIRST, SECOND = "First-Pass-Word-11", "Second-Pass-Word-22"
MAIL = "ada@example.com"


def user(**options):
    return task("iredmail_user", mail=MAIL, **options)


def verifies(sandbox, password):
    return sandbox.api("POST", f"/api/verify_password/user/{MAIL}", password=password)["_success"]


@pytest.mark.parametrize("door", DOORS)
def test_a_password_is_written_only_when_it_differs(sandbox, door):
    assert run_tasks(sandbox, [user(password=FIRST)], door).only["changed"]
    for check in (True, False):
        same = run_tasks(sandbox, [user(password=FIRST)], door, check=check).only
        assert (same["changed"], same["operations"]) == (False, [])
    sandbox.clear_log()
    predicted = run_tasks(sandbox, [user(password=SECOND)], door, check=True).only
    assert predicted["changed"]
    assert sandbox.writes() == []
    assert verifies(sandbox, FIRST)
    real = run_tasks(sandbox, [user(password=SECOND)], door).only
    assert real["operations"] == predicted["operations"]
    assert real["operations"] == [{"method": "PUT", "path": f"/api/user/{MAIL}", "params": {"password": "********"}}]
    assert real["unverified"] == ["password"]
    assert verifies(sandbox, SECOND)
    assert not run_tasks(sandbox, [user(password=SECOND)], door).only["changed"]


def test_on_create_and_always(sandbox):
    run = run_tasks(
        sandbox,
        [
            user(password=FIRST),
            user(password=SECOND, update_password="on_create"),
            user(password=FIRST, update_password="always"),
        ],
    )
    assert [result["changed"] for result in run.results] == [True, False, True]
    assert verifies(sandbox, FIRST)


def test_a_hash_acts_on_creation_only_unless_always(sandbox):
    run = run_tasks(
        sandbox,
        [
            user(password_hash="{PLAIN}" + FIRST),
            user(password_hash="{PLAIN}" + SECOND),
            user(password_hash="{PLAIN}" + SECOND, update_password="always"),
            user(password_hash="$1$abc"),
            user(password=FIRST, password_hash="{PLAIN}" + FIRST),
        ],
    )
    assert [result["changed"] for result in run.results[:3]] == [True, False, True]
    assert run.results[0]["unverified"] == ["password_hash"]
    assert "scheme" in run.results[3]["msg"]
    assert "mutually exclusive" in run.results[4]["msg"]


def test_a_disabled_account_proves_nothing(sandbox):
    run_tasks(sandbox, [user(password=FIRST, enabled=False)])
    sandbox.clear_log()
    result = run_tasks(sandbox, [user(password=SECOND)]).only
    assert (result["changed"], result["operations"], result["unverified"]) == (False, [], ["password"])
    assert sandbox.writes() == []
    enabled = run_tasks(sandbox, [user(password=SECOND, enabled=True)]).only
    assert [one["params"] for one in enabled["operations"]] == [
        {"accountStatus": "active"},
        {"password": "********"},
    ]
    assert verifies(sandbox, SECOND)


def test_creation_without_a_password_is_refused_before_anything_is_sent(sandbox):
    result = run_tasks(sandbox, [user(name="Ada")]).only
    assert result["failed"]
    assert "password or password_hash" in result["msg"]
    assert sandbox.writes() == []


def test_the_servers_password_policy_is_told(sandbox):
    result = run_tasks(sandbox, [user(password="abc")]).only
    assert result["failed"]
    assert "PW_" in result["msg"]
    assert (result["changed"], result["operations"]) == (False, [])


def test_verifying_needs_a_global_admin_and_says_so(sandbox):
    run_tasks(sandbox, [user(password=FIRST)])
    sandbox.fault(method="POST", path="/api/verify_password/*", action={"fail": "PERMISSION_DENIED"})
    result = run_tasks(sandbox, [user(password=FIRST)]).only
    assert result["failed"]
    assert "global admin" in result["msg"]
    assert "on_create" in result["msg"]

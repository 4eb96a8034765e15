# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account in use is never locked out, whether it is known or only its session is."""

from __future__ import annotations

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.common import COM, PASSWORD
from tests.support.people import ADA, BOB, BOSS, OTHER, PARTNER, populate
from tests.support.playbook import DOORS, run_tasks, task

NOT_BY_SESSION = "is a global admin, and with api_session nobody knows which account is in use"


@pytest.fixture(autouse=True)
def people(sandbox: Sandbox):
    """Two users, a user who is a global admin, and a standalone one who is not."""
    populate(sandbox)
    sandbox.api("POST", f"/api/user/{BOSS}", password=PASSWORD)
    sandbox.api("PUT", f"/api/user/{BOSS}", isGlobalAdmin="yes")
    sandbox.clear_log()


def declared(**kinds):
    return task("iredmail_state", declared=kinds, max_delete_percent=100, max_deletions=99)


LOSSES = [
    task("iredmail_user", mail=BOSS, state="absent"),
    task("iredmail_user", mail=BOSS, enabled=False),
    task("iredmail_user", mail=BOSS, global_admin=False),
    task("iredmail_user", mail="new@example.com", rename_from=BOSS),
    task("iredmail_domain", domain=COM, state="absent"),
    task("iredmail_domain", domain=COM, enabled=False),
    task("iredmail_domain_users", domain=COM, enabled=False),
    declared(domains=[{"domain": COM, "state": "absent"}]),
    declared(domains=[{"domain": COM, "enabled": False}]),
    declared(users=[{"mail": "new@example.com", "rename_from": BOSS}]),
    declared(domain_users=[{"domain": COM, "enabled": False}]),
]


def login(sandbox: Sandbox, username: str = "", password: str = "") -> str:
    given = {"api_username": username, "api_password": password} if username else {}
    return str(run_tasks(sandbox, [task("iredmail_login", **given)]).only["session"])


def all_refused(sandbox: Sandbox, tasks, words: str, door: str, **connection) -> None:
    run = run_tasks(sandbox, tasks, door, play={"module_defaults": defaults(sandbox, **connection)})
    assert len(run.results) == len(tasks), run.output
    for result in run.results:
        assert result.get("failed"), result
        assert words in result["msg"], result["msg"]
        assert (result["changed"], result["operations"]) == (False, [])
    assert sandbox.writes() == []


def defaults(sandbox: Sandbox, **connection):
    return {"group/mailstate.iredmail.iredmail": {"api_url": sandbox.url, **connection}}


@pytest.mark.parametrize("door", DOORS)
def test_a_user_that_is_logged_in_stays(sandbox: Sandbox, door):
    mine = {"api_username": BOSS.upper(), "api_password": PASSWORD}
    all_refused(sandbox, LOSSES, "the one in use is never ", door, **mine)
    # another one may lose the same
    for loss in LOSSES[:3]:
        sandbox.api("PUT", f"/api/user/{ADA}", isGlobalAdmin="yes")
        options = dict(loss["mailstate.iredmail.iredmail_user"], mail=ADA)
        one = task("iredmail_user", **options)
        assert run_tasks(sandbox, [one], door, play={"module_defaults": defaults(sandbox, **mine)}).only["changed"]
        sandbox.api("POST", f"/api/user/{ADA}", password=PASSWORD)
        sandbox.api("PUT", f"/api/user/{ADA}", accountStatus="active")


@pytest.mark.parametrize("door", DOORS)
def test_with_a_session_alone_no_global_admin_goes(sandbox: Sandbox, door):
    all_refused(sandbox, LOSSES, NOT_BY_SESSION, door, api_session=login(sandbox))
    run = run_tasks(
        sandbox,
        [task("iredmail_user", mail=BOB, state="absent"), task("iredmail_user", mail=ADA, enabled=False)],
        door,
        play={"module_defaults": defaults(sandbox, api_session=login(sandbox))},
    )
    assert [result["changed"] for result in run.results] == [True, True]


@pytest.mark.parametrize("door", DOORS)
def test_the_session_of_one_and_the_name_of_another(sandbox: Sandbox, door):
    """The environment names an account that this run does not log in with: it guards nobody."""
    session = login(sandbox, BOSS, PASSWORD)
    other = {"api_username": sandbox.username, "api_password": sandbox.password}
    all_refused(sandbox, LOSSES[::3], NOT_BY_SESSION, door, api_session=session, **other)


@pytest.mark.parametrize("door", DOORS)
def test_a_normal_admin_does_not_take_itself_out(sandbox: Sandbox, door):
    sandbox.api("PUT", f"/api/domain/admins/{COM}", addAdmin=f"{ADA},{PARTNER}")
    sandbox.clear_log()
    alone = [
        task("iredmail_domain_admins", domain=COM, remove_admins=[ADA]),
        task("iredmail_domain_admins", domain=COM, state="absent"),
        declared(domain_admins=[{"domain": COM, "remove_admins": [ADA]}]),
    ]
    words = "never taken out of the admins of a domain"
    all_refused(sandbox, alone, words, door, api_username=ADA, api_password=PASSWORD)
    words = "manages domains, and with api_session nobody knows"
    all_refused(sandbox, alone[:2], words, door, api_session=login(sandbox, ADA, PASSWORD))
    # a global admin may, whoever it is
    run = run_tasks(sandbox, alone[:1], door, play={"module_defaults": defaults(sandbox, api_session=login(sandbox))})
    assert run.only["changed"], run.output


@pytest.mark.parametrize("door", DOORS)
def test_its_password_may_change(sandbox: Sandbox, door):
    mine = {"api_username": BOSS, "api_password": PASSWORD}
    secret = "{{ lookup('ansible.builtin.env', 'SECRET') }}"
    run = run_tasks(
        sandbox,
        [task("iredmail_user", mail=BOSS, password=secret)],
        door,
        play={"module_defaults": defaults(sandbox, **mine)},
        env={"SECRET": OTHER},
    )
    assert run.only["changed"]
    assert any("change api_password as well" in text for text in run.only["warnings"])
    assert login(sandbox, BOSS, OTHER)

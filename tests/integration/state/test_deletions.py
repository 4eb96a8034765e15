# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brakes where a deletion takes more with it: domains with all in them, accounts with their rights."""

from __future__ import annotations

import pytest

from tests.support.common import COM, ORG, PASSWORD
from tests.support.playbook import IN_PROCESS, run_tasks, task
from tests.support.state_apply import (
    applied,
    apply,
    counts,
    panel,
    refused,
    requests,
    there,
    told,
    user,
    users,
    written,
)

GONE = {"domains": [{"domain": ORG, "state": "absent"}]}
NONE_LEFT = {"kinds": ["domains"], "domains": [ORG]}
#: LDAP panels do not list what else may be in a domain
UNSEEN = {"ignore_findings": ["contents_unknown"]}


@pytest.fixture
def filled(backend):
    """Four users and an alias in either domain."""
    with panel(backend) as sandbox:
        for domain in (COM, ORG):
            for one in users(4, domain):
                sandbox.api("POST", f"/api/user/{one['mail']}", password=PASSWORD)
            sandbox.api("POST", f"/api/alias/all@{domain}", members=f"u00@{domain}")
        yield sandbox


def session(sandbox):
    """Options for a run that does not know which account it uses."""
    result = run_tasks(sandbox, [task("iredmail_login")], IN_PROCESS).only
    return {"api_username": None, "api_password": None, "api_session": result["session"]}


def promoted(sandbox, *mails):
    for mail in mails:
        sandbox.api("PUT", f"/api/user/{mail}", isGlobalAdmin="yes")


# -- domains


@pytest.mark.parametrize("how", ["absent", "pruned"])
def test_a_domain_counts_with_all_that_is_in_it(filled, how):
    declared, prune = (GONE, None) if how == "absent" else ({"domains": []}, NONE_LEFT)
    more = {"prune": prune, **UNSEEN} if prune else {}
    for check in (True, False):
        refused(
            filled, declared, "6 deletions are planned, and max_deletions is 5: ", check=check, max_deletions=5, **more
        )
    for number in range(4, 12):
        filled.api("POST", f"/api/user/u{number:02}@{ORG}", password=PASSWORD)
    refused(filled, declared, f"12 of 12 users in {ORG} would be deleted", max_deletions=20, **more)
    done = applied(filled, declared, max_deletions=14, max_delete_percent=100.0, **more)
    assert counts(done) == [0, 0, 0, 1, 0, 0, 0]
    assert there(filled, "domain", "domain") == [COM]
    assert {name.partition("@")[2] for name in there(filled)} == {COM}


def test_what_goes_both_by_itself_and_with_its_domain_counts_once(filled):
    declared = {"domains": [], "users": [], "aliases": []}
    prune = {"kinds": ["domains", "users", "aliases"], "domains": [ORG], "keep_mailbox_days": 7}
    refused(filled, declared, "6 deletions are planned", prune=prune, max_deletions=5, **UNSEEN)
    done = applied(filled, declared, prune=prune, max_deletions=6, max_delete_percent=100.0, **UNSEEN)
    assert filled.writes()[-1]["path"] == f"/api/domain/{ORG}/keep_mailbox_days/7"
    assert counts(done)[3] == 6


@pytest.mark.parametrize("how", ["absent", "pruned"])
def test_a_domain_with_a_protected_account_stays(filled, how):
    protect = {"protect": ["u03@*"]}
    declared, prune = (GONE, protect) if how == "absent" else ({"domains": []}, dict(NONE_LEFT, **protect))
    for check in (True, False):
        done = applied(filled, declared, check, prune=prune)
        assert done["changes"] == []
        assert done["warnings"] == [f"domain {ORG} stays: prune.protect matches u03@{ORG}."]


def test_a_domain_with_a_declared_account_is_contradictory(filled):
    for kind, mail in (("users", f"u00@{ORG}"), ("aliases", f"all@{ORG}"), ("users", f"new@{ORG}")):
        one = user(mail) if kind == "users" else {"mail": mail}
        declared = dict(GONE, **{kind: [one]})
        singular = {"users": "user", "aliases": "alias"}[kind]
        refused(filled, declared, f"domain {ORG}: it is to go, and {singular} {mail} in it is declared to be there.")
    declared = {"domains": [], "users": users(4, ORG)}
    refused(filled, declared, f"it is to go, and user u00@{ORG} in it", prune=NONE_LEFT)


def test_a_contradiction_is_told_as_such_where_the_rest_goes_on(filled):
    declared = dict(GONE, users=[user(f"u00@{ORG}"), user(f"new@{COM}")])
    for check in (True, False):
        result = apply(filled, declared, check, continue_on_error=True)
        assert [one["id"] for one in result["failures"]] == [ORG]
        assert [(one["id"], one["action"]) for one in result["changes"]] == [(f"new@{COM}", "create")]
        assert [one["path"] for one in result["operations"]] == [f"/api/user/new@{COM}"]
        assert counts(result) == [1, 0, 0, 0, 1, 1, 0]
    assert requests(filled, "/api/domain/")[-1].startswith("GET")


def test_a_domain_whose_contents_cannot_be_read_stays(filled):
    for path in (f"/api/users/{ORG}", f"/api/aliases/{ORG}", f"/api/mls/{ORG}"):
        filled.clear_faults()
        filled.fault({"status": 500}, "GET", path, times=None)
        refused(filled, GONE, f"domain {ORG}: what is in it could not be read, so it stays: The server failed")
        result = apply(filled, dict(GONE, users=[user(f"x@{COM}", state="absent")]), continue_on_error=True)
        assert [one["id"] for one in result["failures"]] == [ORG]
        assert (filled.writes(), result["operations"], result["changed"]) == ([], [], False)


# -- accounts in use, and admins


def test_the_account_in_use_is_never_lost(filled):
    me = filled.username
    filled.api("POST", f"/api/user/{me}", password=filled.password)
    promoted(filled, me)
    prune = {"kinds": ["users"], "domains": [COM]}
    done = applied(filled, {"users": users(4)}, prune=prune)
    assert done["changes"] == []
    assert done["warnings"] == [f"user {me} is not declared; it is the account in use, and stays."]
    for item in ({"state": "absent"}, {"enabled": False}, {"global_admin": False}):
        refused(filled, {"users": [{"mail": me, **item}]}, f"user {me}: this is the account of api_username")
    refused(filled, {"admins": [{"mail": me, "state": "absent"}]}, f"admin {me}: this is the account of api_username")
    refused(filled, {"domain_users": [{"domain": COM, "enabled": False}]}, "the one in use is never disabled")
    home = {"domains": [{"domain": COM, "state": "absent"}]}
    refused(filled, home, f"domain {COM}: the account of api_username is in it")
    assert me in there(filled)


@pytest.mark.parametrize("change", [{"state": "absent"}, {"enabled": False}, {"global_admin": False}], ids=str)
def test_the_last_global_admin_is_not_lost_through_a_session(filled, change):
    boss = f"u00@{ORG}"
    promoted(filled, boss)
    options = session(filled)
    declared = {"users": [{"mail": boss, **change}]}
    words = f"user {boss}: this account is a global admin, and with api_session nobody knows which account is in use"
    for check in (True, False):
        refused_by_session(filled, declared, words, check, **options)
    moved = {"users": [user(f"new@{ORG}", rename_from=boss, enabled=False, global_admin=change.get("global_admin"))]}
    refused_by_session(filled, moved, f"user new@{ORG}: {boss} is a global admin", **options)
    # whose account is known is another one, which remains
    assert applied(filled, declared)["changed"]


def test_nobody_loses_what_nobody_has(filled):
    """Accounts that become global admins, and are disabled, are none that go."""
    people = [
        user(f"new@{ORG}", enabled=False, global_admin=True),
        user(f"u01@{ORG}", enabled=False, global_admin=True),
    ]
    result = apply(filled, {"users": people}, **session(filled))
    assert not result.get("failed"), result["msg"]
    assert counts(result)[:2] == [1, 1]


@pytest.mark.parametrize(
    ("declared", "more"),
    [
        (GONE, {"max_delete_percent": 100.0}),
        ({"domains": []}, {"prune": NONE_LEFT, "max_delete_percent": 100.0, **UNSEEN}),
        ({"users": users(4, ORG)[1:]}, {"prune": {"kinds": ["users"], "domains": [ORG]}}),
        ({"domain_users": [{"domain": ORG, "enabled": False}]}, {}),
    ],
    ids=["domain", "pruned domain", "pruned user", "all users"],
)
def test_nor_together_with_others(filled, declared, more):
    boss = f"u00@{ORG}"
    options = session(filled)
    assert not apply(filled, declared, True, **more, **options).get("failed")
    promoted(filled, boss)
    for check in (True, False):
        refused_by_session(filled, declared, "is a global admin", check, **more, **options)
        refused_by_session(filled, declared, boss, check, **more, **options)
    assert applied(filled, declared, **more)["changed"]


def refused_by_session(sandbox, declared, words, check=False, **options):
    result = apply(sandbox, declared, check, **options)
    assert result.get("failed"), result
    assert words in result["msg"], result["msg"]
    assert sandbox.writes() == []
    assert requests(sandbox, "/api/login") == []


# -- scopes half read

WIDE = {"kinds": ["users"], "domains": [COM, ORG]}


def halves():
    """In either domain one user is changed, one is pruned and one is declared to be absent."""
    found = []
    for domain in (COM, ORG):
        found += [
            user(f"u00@{domain}", name="New"),
            user(f"u02@{domain}"),
            {"mail": f"u03@{domain}", "state": "absent"},
        ]
    return {"users": found}


@pytest.mark.parametrize("path", [f"/api/user/u02@{COM}", f"/api/users/{COM}"])
def test_a_read_that_fails_stops_everything(filled, path):
    filled.fault({"status": 500}, "GET", path, times=None)
    for check in (True, False):
        result = refused(filled, halves(), "nothing was written", "HTTP 500", check=check, prune=WIDE)
        assert len(result["failures"]) == 1


@pytest.mark.parametrize("path", [f"/api/user/u02@{COM}", f"/api/users/{COM}"])
def test_a_read_that_fails_keeps_its_domain_from_deletions(filled, path):
    filled.fault({"status": 500}, "GET", path, times=None)
    result = apply(filled, halves(), prune=WIDE, continue_on_error=True)
    assert result["failed"]
    kept = {one["id"]: one["msg"] for one in result["failures"]}
    assert "HTTP 500" in kept.pop(path.rpartition("/")[2])
    names = [f"u01@{COM}", f"u03@{COM}"] if "/user/" in path else [f"u03@{COM}"]
    assert sorted(kept) == names
    assert all(text.startswith("it was not deleted, since ") for text in kept.values())
    assert {f"u01@{COM}", f"u03@{COM}"} <= set(there(filled))
    assert [name for name in there(filled) if name.endswith(ORG)] == [f"u00@{ORG}", f"u02@{ORG}"]
    assert told(result) == written(filled)
    assert {row["name"] for row in filled.state()["mailbox"] if row["username"].startswith("u00")} == {"New"}
    # once it can be read, the rest is done
    filled.clear_faults()
    assert counts(applied(filled, halves(), prune=WIDE)) == [0, 0, 0, 2, 5, 0, 0]

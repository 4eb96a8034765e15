# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What refers to a name that passes to somebody else in the same run still refers to it afterwards.

A deletion takes the name out of whatever refers to it (panel/endpoints-sql.md#deletion-of-a-user), and a change of
address puts the new one there (#change-of-address): so whoever is to refer to the next holder is sent once more.
"""

from __future__ import annotations

import pytest

from tests.support.common import COM, ORG, PASSWORD
from tests.support.state_export import apply, assert_nothing_to_do, panel

NAME, MOVED, OTHER = f"b@{COM}", f"moved@{COM}", f"z@{COM}"
KEEP = {"password": PASSWORD, "update_password": "on_create"}
#: those who refer to the name, each in another option
HOLDERS = {
    "domains": [{"domain": COM, "catchall": [NAME], "sender_bcc": NAME}, {"domain": ORG}],
    "users": [
        {"mail": OTHER, **KEEP, "forwarding": [NAME, f"x@{ORG}"], "recipient_bcc": NAME},
        {"mail": f"only@{COM}", **KEEP, "forwarding": [NAME], "forwarding_keep_copy": False},
        {"mail": f"x@{ORG}", **KEEP},
    ],
    "aliases": [{"mail": f"list@{ORG}", "members": [NAME]}, {"mail": f"two@{ORG}", "add_members": [NAME]}],
    "mls": [{"mail": f"ml@{ORG}", "owners": [NAME], "moderators": [NAME, OTHER], "subscribers": [NAME]}],
}
BEFORE = {**HOLDERS, "users": [{"mail": NAME, **KEEP}, *HOLDERS["users"]]}
#: what becomes of the user, and who has the name then
PASSES = {
    "an alias gets it": {"aliases": [{"mail": NAME, "members": [f"x@{ORG}"]}]},
    "another one has it as an alias address": {"users": [{"mail": f"heir@{COM}", **KEEP, "aliases": [NAME]}]},
    "its user is renamed and keeps it as an alias address": {
        "users": [{"mail": MOVED, "rename_from": NAME, "aliases": [NAME]}]
    },
    "its user is renamed and an alias gets it": {
        "users": [{"mail": MOVED, "rename_from": NAME}],
        "aliases": [{"mail": NAME, "members": [f"x@{ORG}"]}],
    },
}


def _with(more, drop=True):
    state = {kind: [*HOLDERS.get(kind, ()), *more.get(kind, ())] for kind in {**HOLDERS, **more}}
    if drop and not any("rename_from" in user for user in more.get("users", ())):
        state["users"] = [*state["users"], {"mail": NAME, "state": "absent"}]
    return state


def _run(sandbox, state, **options):
    plan = apply(sandbox, state, check=True, **options)
    done = apply(sandbox, state, **options)
    assert not done.get("failed"), done["msg"]
    assert done["operations"] == plan["operations"]
    assert sandbox.violations() == []
    return done


@pytest.mark.parametrize("how", PASSES)
def test_who_refers_to_a_name_that_passes_keeps_it(backend, how):
    with panel(backend) as sandbox:
        _run(sandbox, BEFORE)
        after = _with(PASSES[how])
        _run(sandbox, after)
        assert_nothing_to_do(sandbox, after)


def test_a_pruned_name_that_passes_keeps_its_references_though_all_others_stand_in_a_list(backend):
    """Whoever a list shows as declared is not read, and is sent once more all the same."""
    more = {"aliases": [{"mail": f"more{number}@{ORG}", "members": [NAME, f"x@{ORG}"]} for number in range(12)]}
    before = {**BEFORE, "aliases": [*BEFORE["aliases"], *more["aliases"]]}
    after = _with({"aliases": [*more["aliases"], *PASSES["an alias gets it"]["aliases"]]}, drop=False)
    prune = {"prune": {"kinds": ["users"], "domains": [COM]}}
    with panel(backend) as sandbox:
        _run(sandbox, before)
        done = _run(sandbox, after, **prune)
        assert {one["id"] for one in done["changes"] if one["action"] == "update"} >= {
            f"more{n}@{ORG}" for n in range(12)
        }
        declared = sum(map(len, after.values()))
        assert done["summary"]["unchanged"] + done["summary"]["created"] + done["summary"]["updated"] == declared
        assert_nothing_to_do(sandbox, after)


def test_both_the_renamed_and_the_new_one_are_members(backend):
    more = PASSES["its user is renamed and an alias gets it"]
    after = _with(more)
    after["aliases"][:2] = [
        {"mail": f"list@{ORG}", "members": [NAME, MOVED]},
        {"mail": f"two@{ORG}", "members": [MOVED]},
    ]
    with panel(backend) as sandbox:
        _run(sandbox, BEFORE)
        _run(sandbox, after)
        assert_nothing_to_do(sandbox, after)


def test_who_drops_a_name_does_so_before_it_is_renamed(backend):
    """Else the new name would take its place there."""
    before = {"domains": [{"domain": COM}, {"domain": ORG}]}
    before["aliases"] = [{"mail": f"{name}@{ORG}", "members": [NAME, f"x@{ORG}"]} for name in ("list", "two")]
    before["users"] = [
        {"mail": NAME, **KEEP},
        {"mail": OTHER, **KEEP, "forwarding": [NAME, f"x@{ORG}"]},
        {"mail": f"x@{ORG}", **KEEP},
    ]
    after = {
        "domains": before["domains"],
        "users": [
            {"mail": MOVED, "rename_from": NAME},
            {"mail": OTHER, **KEEP, "forwarding": [f"x@{ORG}"]},
            {"mail": f"x@{ORG}", **KEEP},
        ],
        "aliases": [{"mail": f"list@{ORG}", "members": [f"x@{ORG}"]}, {"mail": f"two@{ORG}", "remove_members": [NAME]}],
    }
    with panel(backend) as sandbox:
        _run(sandbox, before)
        _run(sandbox, after, concurrency=1)  # one after another, in the order of the plan
        assert_nothing_to_do(sandbox, after)
        assert_nothing_to_do(sandbox, {"aliases": [{"mail": f"two@{ORG}", "members": [f"x@{ORG}"]}]})


def test_who_drops_a_name_for_what_comes_with_the_rename(backend):
    """A list cannot drop the name before the rename, as it waits for what the renamed one gets."""
    target, team = f"target@{COM}", f"team@{COM}"
    before = {
        "domains": [{"domain": COM}, {"domain": ORG}],
        "users": [
            {"mail": NAME, **KEEP},
            {"mail": OTHER, **KEEP, "forwarding": [NAME]},
            {"mail": f"x@{ORG}", **KEEP},
        ],
        "aliases": [{"mail": f"list@{ORG}", "members": [NAME, f"x@{ORG}"]}],
    }
    after = {
        "domains": before["domains"],
        "users": [
            {"mail": OTHER, **KEEP, "forwarding": [target]},
            {"mail": MOVED, "rename_from": NAME, "aliases": [target]},
            {"mail": f"x@{ORG}", **KEEP},
        ],
        "aliases": [{"mail": f"list@{ORG}", "members": [team]}, {"mail": team, "members": [MOVED]}],
    }
    with panel(backend) as sandbox:
        _run(sandbox, before)
        _run(sandbox, after)
        assert_nothing_to_do(sandbox, after)


def test_a_rename_and_a_pass_change_one_list(backend):
    """Of two members one goes, one is renamed, and the renamed one gets the name of the one that goes."""
    one, two = f"one@{COM}", f"two@{COM}"
    before = {
        "domains": [{"domain": COM}],
        "users": [
            {"mail": NAME, **KEEP},
            {"mail": one, **KEEP},
            {"mail": OTHER, **KEEP, "forwarding": [NAME, one]},
        ],
    }
    after = {
        "domains": before["domains"],
        "users": [
            {"mail": OTHER, **KEEP, "forwarding": [NAME]},
            {"mail": NAME, "state": "absent"},
            {"mail": two, "rename_from": one, "aliases": [NAME]},
        ],
    }
    with panel(backend) as sandbox:
        _run(sandbox, before)
        _run(sandbox, after)
        assert_nothing_to_do(sandbox, after)


def test_a_new_reference_is_sent_once(backend):
    before = {
        "domains": [{"domain": COM}, {"domain": ORG}],
        "users": [{"mail": NAME, **KEEP}],
        "aliases": [{"mail": f"list@{ORG}", "members": ["y@elsewhere.example"]}],
    }
    after = {
        "domains": before["domains"],
        "users": [{"mail": MOVED, "rename_from": NAME}],
        "aliases": [
            {"mail": f"list@{ORG}", "members": ["y@elsewhere.example", NAME]},
            {"mail": NAME, "members": ["y@elsewhere.example"]},
        ],
    }
    with panel(backend) as sandbox:
        _run(sandbox, before)
        done = _run(sandbox, after)
        (change,) = [one for one in done["changes"] if one["id"] == f"list@{ORG}"]
        assert change["before"]["members"] == ["y@elsewhere.example"]
        assert [one["path"] for one in done["operations"]].count(f"/api/alias/list@{ORG}") == 1
        assert_nothing_to_do(sandbox, after)


def test_an_alias_is_no_admin(backend):
    """Whoever manages a domain goes, and an alias gets the address: where that is not stored, it is said."""
    before = {
        "domains": [{"domain": COM}, {"domain": ORG}],
        "users": [{"mail": NAME, **KEEP}],
        "domain_admins": [{"domain": ORG, "add_admins": [NAME]}],
    }
    after = {
        "domains": before["domains"],
        "users": [{"mail": NAME, "state": "absent"}],
        "aliases": [{"mail": NAME, "members": ["y@elsewhere.example"]}],
        "domain_admins": before["domain_admins"],
    }
    with panel(backend) as sandbox:
        _run(sandbox, before)
        result = apply(sandbox, after, continue_on_error=True)
        # an SQL panel has no account to look for; one with LDAP notes admins in the entries of accounts
        assert [one["code"] for one in result["failures"]] == (["not_verified"] if backend == "ldap" else [])
        assert "did not carry it out for " + NAME in result.get("msg", "") or backend == "sql"


def test_who_comes_to_refer_to_a_name_that_passes_is_sent_once(backend):
    """An alias goes, a user is renamed to its address, and a list that named the user names it by that."""
    domains = [{"domain": COM}, {"domain": ORG}]
    before = {
        "domains": domains,
        "users": [{"mail": MOVED, **KEEP}],
        "aliases": [{"mail": NAME, "members": ["x@elsewhere.example"]}, {"mail": f"list@{ORG}", "members": [MOVED]}],
    }
    after = {
        "domains": domains,
        "users": [{"mail": NAME, "rename_from": MOVED}],
        "aliases": [{"mail": NAME, "state": "absent"}, {"mail": f"list@{ORG}", "members": [NAME]}],
    }
    with panel(backend) as sandbox:
        _run(sandbox, before)
        done = _run(sandbox, after)
        assert [one["method"] for one in done["operations"]].count("PUT") == 1
        assert_nothing_to_do(sandbox, after)


def test_who_manages_a_domain_still_does_when_a_mailbox_gets_the_address(backend):
    """A standalone admin goes, his domain comes to this server, and a mailbox of the same address gets his rights."""
    managed = [{"domain": ORG, "add_admins": [NAME]}]
    before = {"domains": [{"domain": ORG}], "admins": [{"mail": NAME, **KEEP}], "domain_admins": managed}
    after = {
        "domains": [{"domain": ORG}, {"domain": COM}],
        "admins": [{"mail": NAME, "state": "absent"}],
        "users": [{"mail": NAME, **KEEP}],
        "domain_admins": managed,
    }
    with panel(backend) as sandbox:
        _run(sandbox, before)
        _run(sandbox, after)
        assert_nothing_to_do(sandbox, after)

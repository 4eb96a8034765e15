# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts of one run that refer to each other, in any order, and what becomes of them when something fails."""

from __future__ import annotations

from tests.support.common import COM, PASSWORD
from tests.support.state_export import apply, assert_nothing_to_do, panel

STATE = {
    "domains": [{"domain": COM}],
    "users": [
        {"mail": f"a@{COM}", "password": PASSWORD, "update_password": "on_create", "forwarding": [f"b.alias@{COM}"]},
        {"mail": f"b@{COM}", "password": PASSWORD, "update_password": "on_create", "forwarding": [f"z@{COM}"]},
        {
            "mail": f"z@{COM}",
            "password": PASSWORD,
            "update_password": "on_create",
            "forwarding": [f"a@{COM}", f"one@{COM}"],
            "aliases": [f"b.alias@{COM}"],
        },
    ],
    "aliases": [
        {"mail": f"one@{COM}", "members": [f"two@{COM}", f"a@{COM}"]},
        {"mail": f"two@{COM}", "members": [f"list@{COM}"]},
    ],
    "mls": [{"mail": f"list@{COM}"}],
}


def test_circles_are_closed(backend):
    with panel(backend) as sandbox:
        plan = apply(sandbox, STATE, check=True)
        done = apply(sandbox, STATE)
        assert not done.get("failed"), done["msg"]
        assert done["operations"] == plan["operations"]
        assert_nothing_to_do(sandbox, STATE)
        assert sandbox.violations() == []


def test_what_was_begun_is_told_when_something_fails(backend):
    with panel(backend) as sandbox:
        sandbox.fault({"fail": "NOT_ALLOWED"}, "POST", f"/api/user/z@{COM}")
        done = apply(sandbox, STATE)
        assert done["failed"]
        assert {one["id"] for one in done["failures"]} == {f"a@{COM}", f"b@{COM}", f"z@{COM}"}
        told = [one["path"] for one in done["operations"]]
        sent = [entry["path"] for entry in sandbox.writes() if entry["path"] != f"/api/user/z@{COM}"]
        assert sorted(told) == sorted(sent), "the refused one changed nothing"
        again = apply(sandbox, STATE)
        assert not again.get("failed"), again["msg"]
        assert_nothing_to_do(sandbox, STATE)


def test_an_address_goes_from_one_to_another_in_one_run(backend):
    """Somebody leaves, and others get the addresses: from a mailbox, an alias, a list of further addresses."""
    keep = {"password": PASSWORD, "update_password": "on_create"}
    leaver, heir, other = f"leaver@{COM}", f"heir@{COM}", f"other@{COM}"
    before = {
        "domains": [{"domain": COM}],
        "users": [
            {"mail": heir, **keep, "aliases": []},
            {"mail": leaver, **keep},
            {"mail": other, **keep, "aliases": [f"desk@{COM}"]},
        ],
        "aliases": [{"mail": f"sales@{COM}", "members": [leaver]}],
    }
    after = {
        "domains": [{"domain": COM}],
        "users": [
            {"mail": heir, **keep, "aliases": [leaver, f"desk@{COM}"]},
            {"mail": other, **keep, "aliases": []},
            {"mail": f"sales@{COM}", **keep},
            {"mail": leaver, "state": "absent"},
        ],
        "aliases": [{"mail": f"sales@{COM}", "state": "absent"}],
    }
    with panel(backend) as sandbox:
        first = apply(sandbox, before)
        assert not first.get("failed"), first["msg"]
        plan = apply(sandbox, after, check=True)
        assert sandbox.writes() == []
        done = apply(sandbox, after)
        assert not done.get("failed"), done["msg"]
        assert done["operations"] == plan["operations"]
        assert_nothing_to_do(sandbox, after)
        assert sandbox.violations() == []


def test_an_empty_domain_becomes_an_alias_of_another(backend):
    before = {"domains": [{"domain": COM}, {"domain": "old.example"}]}
    after = {
        "domains": [{"domain": COM, "alias_domains": ["old.example"]}, {"domain": "old.example", "state": "absent"}],
    }
    with panel(backend) as sandbox:
        assert not apply(sandbox, before).get("failed")
        done = apply(sandbox, after)
        assert not done.get("failed"), done["msg"]
        assert [entry["path"] for entry in sandbox.writes()] == ["/api/domain/old.example", f"/api/domain/{COM}"]


def test_nothing_makes_room_where_something_failed(backend):
    """The mailbox stays, since the alias that is to go first could not be read."""
    with panel(backend) as sandbox:
        before = {"domains": [{"domain": COM}], "aliases": [{"mail": f"sales@{COM}"}, {"mail": f"news@{COM}"}]}
        assert not apply(sandbox, before).get("failed")
        sandbox.fault({"status": 500}, "GET", f"/api/alias/news@{COM}", times=None)
        after = {
            "domains": [{"domain": COM}],
            "users": [{"mail": f"sales@{COM}", "password": PASSWORD, "update_password": "on_create"}],
            "aliases": [{"mail": f"sales@{COM}", "state": "absent"}, {"mail": f"news@{COM}", "name": "News"}],
        }
        result = apply(sandbox, after, continue_on_error=True)
        assert result["failed"]
        assert [entry for entry in sandbox.writes() if entry["method"] == "DELETE"] == []


def test_a_domain_that_nobody_makes_is_no_plan(backend):
    state = {
        "domains": [{"domain": COM}],
        "users": [
            {"mail": f"a@{COM}", "password": PASSWORD, "update_password": "on_create"},
            {"mail": "a@typo.example", "password": PASSWORD, "update_password": "on_create"},
        ],
    }
    with panel(backend) as sandbox:
        for check in (True, False):
            result = apply(sandbox, state, check)
            assert "there is no domain typo.example, neither on the server nor declared" in result["msg"]
            assert [one["id"] for one in result["failures"]] == ["a@typo.example"]
            assert sandbox.writes() == []

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts of one run that refer to each other, in any order, and what becomes of them when something fails."""

from __future__ import annotations

from tests.integration.state_scene import COM, PASSWORD
from tests.integration.state_support import apply, assert_nothing_to_do, panel

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
        assert told == [entry["path"] for entry in sandbox.writes()][:-1]  # the refused one changed nothing
        again = apply(sandbox, STATE)
        assert not again.get("failed"), again["msg"]
        assert_nothing_to_do(sandbox, STATE)

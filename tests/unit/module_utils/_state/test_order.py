# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying a plan out in order, on a panel that is a dict."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import Rejected
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN as DOMAINS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from tests.support.fake_panel import FakePanel
from tests.support.planned import DOMAIN, PASSWORD, apply, failures, plan, requests

A, B, C = (f"{name}@{DOMAIN}" for name in "abc")


def panel_of(*users):
    panel = FakePanel()
    panel.put(DOMAINS, DOMAIN)
    for mail in users:
        panel.put(USER, mail)
    return panel


def test_kinds_follow_each_other_and_deletions_come_last():
    panel = panel_of(C)
    declared = {
        "aliases": [{"mail": B, "members": ["x@other.example"]}],
        "users": [{"mail": C, "state": "absent"}, {"mail": A, "password": PASSWORD}],
        "domains": [{"domain": "new.example"}],
    }
    apply(panel, plan(panel, declared))
    assert requests(panel) == ["POST domain/new.example", f"POST user/{A}", f"POST alias/{B}", f"DELETE user/{C}"]


def test_what_refers_to_others_waits_for_them():
    panel = panel_of()
    declared = {
        "users": [
            {"mail": A, "password": PASSWORD, "forwarding": [B]},
            {"mail": B, "password": PASSWORD},
        ]
    }
    apply(panel, plan(panel, declared))
    assert sorted(requests(panel)[:2]) == [f"POST user/{A}", f"POST user/{B}"]
    assert requests(panel)[2:] == [f"PUT user/{A}"]


def test_a_name_is_freed_before_somebody_else_gets_it():
    panel = panel_of(B)
    panel.put(ALIAS, A)
    declared = {"aliases": [{"mail": A, "state": "absent"}], "users": [{"mail": A, "password": PASSWORD}]}
    apply(panel, plan(panel, declared))
    assert requests(panel) == [f"DELETE alias/{A}", f"POST user/{A}"]


def test_an_alias_address_goes_from_one_to_the_other():
    panel = panel_of(A, B)
    panel.put(USER, A, aliases=frozenset({C}))
    apply(panel, plan(panel, {"users": [{"mail": B, "aliases": [C]}, {"mail": A, "aliases": []}]}))
    assert requests(panel) == [f"PUT user/{A}", f"PUT user/{B}"]


@pytest.mark.parametrize("go_on", [True, False])
def test_nothing_is_deleted_where_anything_failed(go_on):
    panel = panel_of(A, B)
    planner = plan(panel, {"users": [{"mail": A, "name": "New"}, {"mail": B, "state": "absent"}]})
    panel.replies = [Rejected("no", "NO")]
    apply(panel, planner, go_on)
    assert requests(panel) == [f"PUT user/{A}"]
    codes = {f"user {A}": "rejected"}
    assert failures(planner) == (dict(codes, **{f"user {B}": "not_deleted"}) if go_on else codes)
    assert ("user", B) in panel.objects


def test_a_second_run_has_nothing_to_do():
    panel = panel_of()
    declared = {
        "domains": [{"domain": DOMAIN, "max_users": 5}],
        "users": [{"mail": A, "password": PASSWORD, "aliases": [C], "update_password": "on_create"}],
        "aliases": [{"mail": B, "members": [A]}],
    }
    apply(panel, plan(panel, declared))
    assert all(step.action == "none" for step in plan(panel, declared).steps)

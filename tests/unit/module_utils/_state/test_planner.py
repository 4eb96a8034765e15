# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning a whole state, on a panel that is a dict."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError, NotListed
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN as DOMAINS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from tests.support.fake_panel import FakePanel, PlannedPanel
from tests.support.planned import DOMAIN, PASSWORD, failures, plan, told

A, B, C = (f"{name}@{DOMAIN}" for name in "abc")
ALL = {"kinds": ["users"], "domains": ["*"]}


def panel_of(*users, **more):
    panel = FakePanel(**more)
    panel.put(DOMAINS, DOMAIN)
    for mail in users:
        panel.put(USER, mail, name="Old")
    return panel


def test_what_stands_as_declared_is_no_step_to_take():
    planner = plan(panel_of(A, B), {"users": [{"mail": A, "name": "Old"}, {"mail": B, "name": "New"}]})
    assert told(planner) == {f"user {B}": "update"}


def test_parents_count_for_their_children():
    planner = plan(
        FakePanel(),
        {
            "domains": [{"domain": DOMAIN}],
            "users": [{"mail": A, "password": PASSWORD}],
            "domain_admins": [{"domain": DOMAIN, "add_admins": [A]}],
            "domain_users": [{"domain": DOMAIN, "language": "de_DE"}],
            "throttles": [{"account": A, "direction": "inbound", "period": 60, "max_msgs": 5}],
        },
    )
    assert failures(planner) == {}
    assert told(planner) == {
        f"domain {DOMAIN}": "create",
        f"user {A}": "create",
        f"domain_admins {DOMAIN}": "update",
        f"domain_users {DOMAIN}": "update",
        f"throttle {A} inbound": "create",
    }


def test_an_account_in_a_domain_that_is_nowhere_is_no_plan():
    planner = plan(FakePanel(), {"users": [{"mail": A, "password": PASSWORD}], "aliases": [{"mail": B}]})
    assert failures(planner) == {f"user {A}": "missing_domain", f"alias {B}": "missing_domain"}
    assert told(planner) == {}


def test_one_object_does_not_take_the_others_with_it():
    panel = panel_of(A, username=A)
    planner = plan(panel, {"users": [{"mail": A, "enabled": False}, {"mail": B, "password": PASSWORD}]})
    assert failures(planner) == {f"user {A}": "input_error"}
    assert told(planner) == {f"user {B}": "create"}


def test_what_is_not_declared_goes_only_when_asked_for():
    declared = {"users": [{"mail": A}]}
    assert told(plan(panel_of(A, B), declared)) == {}
    assert told(plan(panel_of(A, B), declared, ALL)) == {f"user {B}": "delete"}


def test_what_is_protected_or_in_use_stays():
    planner = plan(panel_of(A, B, C, username=B), {"users": []}, dict(ALL, protect=["c@*"]))
    assert told(planner) == {f"user {A}": "delete"}
    assert any("it is the account in use, and stays" in text for text in planner.warnings)


def test_a_former_name_is_declared_as_well():
    planner = plan(panel_of(A), {"users": [{"mail": B, "rename_from": A}]}, ALL)
    assert told(planner) == {f"user {B}": "rename"}


def test_a_list_that_cannot_be_read_is_a_failure_of_its_own():
    class Denies(PlannedPanel):
        def names_in(self, resource, domain):
            raise NotListed("no.")

    planner = plan(panel_of(A), {"users": []}, ALL, planned=Denies)
    assert failures(planner) == {f"user {DOMAIN}": "not_listed"}
    assert told(planner) == {}


def test_with_a_domain_goes_what_is_in_it():
    panel = panel_of(A)
    panel.put(ALIAS, B)
    planner = plan(panel, {"domains": [{"domain": DOMAIN, "state": "absent"}]})
    fine = [step for step in planner.steps if step.failure is None]
    assert planner.deletions.of(fine) == {"domains": {DOMAIN}, "users": {A}, "aliases": {B}, "mls": set()}


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ({"users": [{"mail": A, "name": "Old"}]}, "still_declared"),
        ({}, "account_in_use"),
    ],
)
def test_a_domain_that_is_needed_stays(declared, code):
    panel = panel_of(A, username=A if code == "account_in_use" else "root@other.example")
    planner = plan(panel, {"domains": [{"domain": DOMAIN, "state": "absent"}], **declared})
    assert failures(planner) == {f"domain {DOMAIN}": code}


def test_a_domain_that_is_named_and_nowhere_is_a_slip():
    with pytest.raises(InputError, match=r"there is no domain other\.example"):
        plan(panel_of(A), {"users": []}, {"kinds": ["users"], "domains": ["other.example"]})

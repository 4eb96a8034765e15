# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at what was written: a list is enough where it shows enough."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.proof import Proof
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import MAX_UNREACHABLE, Workers
from tests.support.common import COM, PASSWORD
from tests.support.fake_panel import FakePanel
from tests.support.fake_state import MAILS, carried_out, failures, interrupted, listed_users, planned, singles


@pytest.fixture
def server():
    return listed_users()


def declared(**options):
    return {
        "users": [{"mail": mail, "password": PASSWORD, "update_password": "on_create", **options} for mail in MAILS]
    }


def test_a_changed_quota_costs_one_request_and_lists(server):
    planner = planned(server, declared(quota="2MB"))
    carried_out(server, planner)
    assert failures(planner) == {}
    assert singles(server) == []
    assert server.reads.count(f"/api/users/{COM}") == 3, "to plan, right before the first write, and after the last"
    assert len(server.writes) == len(MAILS)


def test_what_a_list_shows_otherwise_was_not_stored(server):
    server.ignores.add("quota")
    planner = planned(server, declared(quota="2MB"))
    carried_out(server, planner, go_on=True)
    assert set(failures(planner).values()) == {"not_verified"}
    assert len(failures(planner)) == len(MAILS)


def test_what_cannot_be_looked_at_any_more_is_told_as_that(server):
    planner = planned(server, declared(quota="2MB"))
    for step in planner.steps:
        step.begin()
    with Workers(1) as workers:
        for _time in range(MAX_UNREACHABLE):
            workers.heard(True)
        jobs = Proof(FakePanel(server), workers, planner.steps).jobs(planner.steps)
        while jobs:
            jobs = [*jobs[1:], *jobs[0]()]
    assert {tuple(step.outcome.unverified) for step in planner.steps} == {("quota",)}
    assert failures(planner) == {}


@pytest.mark.parametrize(
    "declared",
    [
        {"users": [{"mail": mail, "quota": "2MB"} for mail in MAILS]},
        {"throttles": [{"account": mail, "direction": "inbound", "period": 60, "max_msgs": 5} for mail in MAILS]},
    ],
)
def test_what_was_written_before_the_run_was_ended_has_not_failed(server, declared):
    server.hides = True
    planner = planned(server, declared)
    interrupted(server, planner, after=2)
    done = [step for step in planner.steps if step.action != "none"]
    assert failures(planner) == {}
    assert len(done) == 2
    assert done[-1].outcome.unverified
    assert "accepted it; what became of it" in str(done[-1].outcome.warnings)

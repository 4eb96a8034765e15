# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at many objects: a list is enough where it shows enough."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.listing import Listing
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import BadAnswer
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.proof import Proof, Wanted, read_profiles
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.step import Step
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import MAX_UNREACHABLE, Workers
from tests.support.common import COM, PASSWORD
from tests.support.fake_panel import FakePanel, Server
from tests.support.fake_state import carried_out, failures, item_of, planned

MAILS = [f"u{number}@{COM}" for number in range(6)]


class Listed(Server):
    """Its list shows quotas and names of users as they are."""

    hides = False

    def read(self, path, descriptor=None):
        found = super().read(path, descriptor)
        if path != USER.list_at(COM) or self.hides:
            return found
        users = {place[1]: thing for place, thing in self.things.items() if place[0] == "user"}
        rows = {
            mail: {"username": mail, "active": 1, "quota": one.value("quota"), "name": one.value("name")}
            for mail, one in users.items()
        }
        return Listing(rows, frozenset({"username", "active", "quota", "name"}))


@pytest.fixture
def server():
    made = Listed()
    made.has(DOMAIN, COM)
    for mail in MAILS:
        made.has(USER, mail, quota=1, name="U")
    return made


def wanted(options, gone=False):
    return [Wanted(Step(item_of(mail=mail)), USER, mail, options, gone) for mail in MAILS]


def read(server, these):
    with Workers(2) as workers:
        found = read_profiles(FakePanel(server), workers, these)
    return {one.ident: found[one.step] for one in these}


def singles(server):
    return [path for path in server.reads if path.startswith("/api/user/")]


def test_one_list_shows_them_all(server):
    found = read(server, wanted({"quota"}))
    assert {current.value("quota") for current in found.values()} == {1}
    assert server.reads == [f"/api/users/{COM}"]


@pytest.mark.parametrize("options", [None, {"quota", "language"}])
def test_what_it_does_not_show_is_read_by_itself(server, options):
    assert len(read(server, wanted(options))) == len(MAILS)
    assert sorted(singles(server)) == [f"/api/user/{mail}" for mail in MAILS]


def test_a_list_without_it_says_enough_of_what_is_to_be_gone(server):
    server.things.pop(USER.at(MAILS[0]))
    found = read(server, wanted(frozenset(), gone=True))
    assert [mail for mail, current in found.items() if current is None] == MAILS[:1]
    assert singles(server) == []


def test_an_error_is_what_was_found(server):
    server.hides = True
    server.things[USER.at(MAILS[0])] = BadAnswer("odd")
    assert isinstance(read(server, wanted({"quota"}))[MAILS[0]], BadAnswer)


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

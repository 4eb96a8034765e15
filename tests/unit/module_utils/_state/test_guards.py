# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has changed since a change was planned, so that it does not hold any more."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    AnswerLost,
    BadAnswer,
    Interrupted,
    Rejected,
    ServerFault,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.guards import OwnChanges, read_profiles
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.lists import Wanted
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.step import Step
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import Workers
from tests.support.common import COM, ORG, user
from tests.support.fake_panel import FakePanel
from tests.support.fake_state import MAILS, Strict, carried_out, failures, item_of, listed_users, planned, sent, singles

ADA, BOB, CY, ALL = (f"{name}@{COM}" for name in ("ada", "bob", "cy", "all"))
NO = Rejected("no", "NO")
SERVER = Strict


def test_what_has_changed_since_it_was_planned_is_left_alone(server):
    server.has(USER, ADA, quota=1)
    planner = planned(server, {"users": [user(ADA, quota="2MB")]})
    server.things[USER.at(ADA)] = server.things[USER.at(ADA)].changed({"quota": 7})
    carried_out(server, planner)
    assert failures(planner) == {f"user {ADA}": "changed_since_planned"}
    assert server.writes == []


def test_what_has_changed_beside_it_does_not_matter(server):
    server.has(USER, ADA, quota=1, language="en_US")
    planner = planned(server, {"users": [user(ADA, quota="2MB")]})
    server.things[USER.at(ADA)] = server.things[USER.at(ADA)].changed({"language": "de_DE"})
    carried_out(server, planner)
    assert server.things[USER.at(ADA)].value("quota") == 2


@pytest.mark.parametrize("error", [AnswerLost("lost."), BadAnswer("odd."), NO, ServerFault("crash.", 500)])
@pytest.mark.parametrize("options", [{"quota": "2MB"}, {"state": "absent"}, {"aliases": [ALL]}])
def test_what_cannot_be_looked_at_before_it_is_sent_was_not_done(server, error, options):
    server.has(USER, ADA, quota=1)
    planner = planned(server, {"users": [{"mail": ADA, **options}]})
    server.things[USER.at(ADA)] = error
    carried_out(server, planner)
    (step,) = planner.steps
    assert failures(planner) == {f"user {ADA}": error.reason}
    assert (server.writes, step.outcome.operations, step.action, step.doubtful) == ([], [], "none", False)


def test_what_could_not_be_looked_at_since_the_run_is_to_end_is_left_out(server):
    server.has(USER, ADA)
    planner = planned(server, {"users": [{"mail": ADA, "state": "absent"}]})
    server.things[USER.at(ADA)] = Interrupted("interrupted.")
    carried_out(server, planner)
    (step,) = planner.steps
    assert (failures(planner), step.skipped, server.writes) == ({}, True, [])


def test_what_is_gone_by_then_is_not_made_anew(server):
    server.has(USER, ADA, quota=1)
    server.has(USER, BOB, quota=1)
    planner = planned(server, {"users": [user(mail, quota="2MB") for mail in (ADA, BOB)]})
    del server.things[USER.at(BOB)]
    carried_out(server, planner, go_on=True)
    assert failures(planner) == {f"user {BOB}": "changed_since_planned"}
    assert sent(server) == [f"PUT /user/{ADA}"]


def test_and_ends_the_run_unless_it_is_to_go_on(server):
    server.has(DOMAIN, ORG)
    for mail in (ADA, BOB, "eve@" + ORG):
        server.has(USER, mail, quota=1)
    absent = {"mail": "eve@" + ORG, "state": "absent"}
    planner = planned(server, {"users": [*(user(mail, quota="2MB") for mail in (ADA, BOB)), absent]})
    del server.things[USER.at(BOB)]
    carried_out(server, planner)
    assert failures(planner) == {f"user {BOB}": "changed_since_planned"}
    assert server.writes == []


def test_a_panel_that_goes_away_is_not_asked_for_each_of_many(server):
    mails = [f"u{number}@{COM}" for number in range(9)]
    for mail in mails:
        server.has(USER, mail, quota=1)
    planner = planned(server, {"users": [user(mail, quota="2MB") for mail in mails]})
    for mail in mails:
        server.things[USER.at(mail)] = AnswerLost("lost.")
    server.reads = []
    carried_out(server, planner, go_on=True)
    assert [path for path in server.reads if "@" in path] == [f"/api/user/{mail}" for mail in mails[:3]]
    assert len(failures(planner)) == 3
    assert sum(step.skipped for step in planner.steps) == 6


def test_what_somebody_else_made_while_the_answer_was_lost_is_not_changed(server):
    """It has another password, so it is not the one that was sent."""
    planner = planned(server, {"users": [user(ADA, employee_id="7")]})
    server.has(USER, ADA)
    server.passwords[ADA] = "theirs"
    server.next_write(AnswerLost("lost."), done=False)
    carried_out(server, planner)
    assert failures(planner) == {f"user {ADA}": "changed_since_planned"}
    assert server.things[USER.at(ADA)].value("employee_id") == ""
    assert sent(server) == [f"POST /user/{ADA}"] * 2, "the second one is refused"


def test_what_somebody_else_made_by_then_is_not_changed(server):
    planner = planned(server, {"users": [user(ADA, employee_id="7")]})
    server.has(USER, ADA)
    carried_out(server, planner)
    assert failures(planner) == {f"user {ADA}": "changed_since_planned"}
    assert server.things[USER.at(ADA)].value("employee_id") == ""


def test_what_somebody_else_deleted_by_then_is_gone(server):
    server.has(USER, ADA)
    planner = planned(server, {"users": [{"mail": ADA, "state": "absent"}]})
    del server.things[USER.at(ADA)]
    carried_out(server, planner)
    assert (failures(planner), server.writes) == ({}, [])
    assert [step.action for step in planner.steps] == ["none"]


def test_what_is_to_go_must_be_what_it_was(server):
    server.has(USER, ADA)
    planner = planned(server, {"users": [{"mail": ADA, "state": "absent"}]})
    server.things[USER.at(ADA)] = server.things[USER.at(ADA)].changed({"name": "Somebody else"})
    carried_out(server, planner)
    assert (failures(planner), server.writes) == ({f"user {ADA}": "changed_since_planned"}, [])


@pytest.mark.parametrize("resource", [USER, ALIAS])
def test_a_domain_that_got_somebody_since_stays(server, resource):
    server.has(DOMAIN, ORG)
    server.has(USER, "eve@" + ORG)
    planner = planned(server, {"domains": [{"domain": ORG, "state": "absent"}]})
    server.has(resource, "new@" + ORG)
    carried_out(server, planner)
    assert (failures(planner), server.writes) == ({f"domain {ORG}": "changed_since_planned"}, [])
    del server.things[resource.at("new@" + ORG)]
    carried_out(server, planned(server, {"domains": [{"domain": ORG, "state": "absent"}]}))
    assert sent(server) == [f"DELETE /domain/{ORG}"]


def test_the_first_of_those_that_came_into_it_is_named(server):
    server.has(DOMAIN, ORG)
    planner = planned(server, {"domains": [{"domain": ORG, "state": "absent"}]})
    for name in ("b", "a"):
        server.has(USER, f"{name}@{ORG}")
    carried_out(server, planner)
    (step,) = planner.steps
    assert f" a@{ORG} came into it" in step.failure.sentence


# -- many at once


@pytest.fixture
def listed():
    return listed_users()


def wanted(options, gone=False):
    return [Wanted(Step(item_of(mail=mail)), USER, mail, options, gone) for mail in MAILS]


def read(listed, these):
    with Workers(2) as workers:
        found = read_profiles(FakePanel(listed), workers, these)
    return {one.ident: found[one.step] for one in these}


def test_one_list_shows_them_all(listed):
    found = read(listed, wanted({"quota"}))
    assert {current.value("quota") for current in found.values()} == {1}
    assert listed.reads == [f"/api/users/{COM}"]


@pytest.mark.parametrize("options", [None, {"quota", "language"}])
def test_what_it_does_not_show_is_read_by_itself(listed, options):
    assert len(read(listed, wanted(options))) == len(MAILS)
    assert sorted(singles(listed)) == [f"/api/user/{mail}" for mail in MAILS]


def test_a_list_without_it_says_enough_of_what_is_to_be_gone(listed):
    listed.things.pop(USER.at(MAILS[0]))
    found = read(listed, wanted(frozenset(), gone=True))
    assert [mail for mail, current in found.items() if current is None] == MAILS[:1]
    assert singles(listed) == []


def test_an_error_is_what_was_found(listed):
    listed.hides = True
    listed.things[USER.at(MAILS[0])] = BadAnswer("odd")
    assert isinstance(read(listed, wanted({"quota"}))[MAILS[0]], BadAnswer)


# -- what the run itself changes elsewhere


def test_what_is_set_for_all_users_does_not_keep_one_from_going(server):
    for mail in (ADA, BOB):
        server.has(USER, mail, language="en_US")
    declared = {"domain_users": [{"domain": COM, "language": "de_DE"}], "users": [{"mail": BOB, "state": "absent"}]}
    planner = planned(server, declared)
    carried_out(server, planner)
    assert failures(planner) == {}
    assert USER.at(BOB) not in server.things


def test_another_value_than_what_is_set_for_all_does(server):
    server.has(USER, BOB, language="en_US")
    declared = {"domain_users": [{"domain": COM, "enabled": True}], "users": [{"mail": BOB, "state": "absent"}]}
    planner = planned(server, declared)
    server.things[USER.at(BOB)] = server.things[USER.at(BOB)].changed({"language": "fr_FR"})
    carried_out(server, planner, go_on=True)
    assert failures(planner) == {f"user {BOB}": "changed_since_planned"}


@pytest.mark.parametrize("delegates", [True, False])
def test_the_service_of_an_admin_goes_with_what_he_manages(server, delegates):
    services = frozenset({"imap", "domainadmin"})
    server.has(USER, BOB, services=services)
    server.has(DOMAIN, ORG)
    server.admins[ORG] = frozenset({BOB})
    declared = {"users": [{"mail": BOB, "state": "absent"}]}
    if delegates:
        declared["domain_admins"] = [{"domain": ORG, "remove_admins": [BOB]}]
    planner = planned(server, declared)
    server.things[USER.at(BOB)] = server.things[USER.at(BOB)].changed({"services": services - {"domainadmin"}})
    carried_out(server, planner)
    assert failures(planner) == ({} if delegates else {f"user {BOB}": "changed_since_planned"})


def test_what_goes_with_a_domain_goes_out_of_lists_of_others(server):
    server.has(DOMAIN, ORG, catchall=frozenset({f"u@{COM}"}))
    server.has(USER, f"u@{COM}")
    declared = {"domains": [{"domain": COM, "state": "absent"}, {"domain": ORG, "state": "absent"}]}
    planner = planned(server, declared)
    server.things[DOMAIN.at(ORG)] = server.things[DOMAIN.at(ORG)].changed({"catchall": frozenset()})
    carried_out(server, planner)
    assert failures(planner) == {}


@pytest.mark.parametrize(
    ("was", "is_now", "explained"),
    [
        (BOB, "", True),
        (BOB, UNREADABLE, True),
        (BOB, CY, True),
        (BOB, ALL, False),
        (ADA, "", False),
        (ADA, CY, False),
    ],
)
def test_an_address_that_is_given_up_goes_out_of_what_names_it_or_becomes_the_new_one(server, was, is_now, explained):
    server.has(DOMAIN, ORG, sender_bcc=was)
    found = server.things[DOMAIN.at(ORG)]
    own = OwnChanges([], frozenset({BOB}), frozenset({CY}), {BOB: CY})
    step = Step(item_of("domains", domain=ORG))
    assert own.explain(step, "sender_bcc", found.changed({"sender_bcc": is_now}), found) is explained

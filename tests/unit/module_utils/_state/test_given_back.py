# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was freed for an object that fails: given back, told of, or left with who has it by now."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    AnswerLost,
    IRedMailError,
    Rejected,
    ServerFault,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from tests.support.common import COM, user
from tests.support.fake_state import Strict, carried_out, failures, planned, sent
from tests.support.passing import one_name_passes

ADA, BOB, CY, ALL = (f"{name}@{COM}" for name in ("ada", "bob", "cy", "all"))
NO = Rejected("no", "NO")
SERVER = Strict


@pytest.mark.parametrize(
    ("error", "code"),
    [(NO, "rejected"), (None, "not_verified"), (ServerFault("crash.", 500), "server_fault")],
    ids=["refused", "dropped", "crash"],
)
def test_who_frees_a_name_gets_it_back_if_the_other_one_does_not_get_it(server, error, code):
    planner = one_name_passes(server)
    server.next_write(None, done=True)
    server.next_write(error, done=False)
    carried_out(server, planner)
    assert failures(planner) == {f"user {BOB}": code, f"user {ADA}": "put_back"}
    assert server.things[USER.at(ADA)].value("aliases") == {CY}


def test_a_name_that_the_other_one_got_before_the_crash_stays_there(server):
    planner = one_name_passes(server, forwarding=[f"dee@{COM}"])
    server.next_write(None, done=True)
    server.next_write(ServerFault("crash.", 500), done=True)
    carried_out(server, planner)
    assert server.things[USER.at(BOB)].value("aliases") == {CY}
    assert server.things[USER.at(ADA)].value("aliases") == frozenset()


@pytest.mark.parametrize("error", [AnswerLost("lost."), ServerFault("proxy.", 502)])
def test_a_name_that_the_other_one_may_still_get_is_told_of(server, error):
    """The panel has perhaps not done with the request; it would have two holders then."""
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(ALIAS, ALL)
    server.has(USER, BOB)
    absent = {"mail": ALL, "state": "absent"}
    state = {"users": [user(BOB, aliases=[ALL, CY]), user(ADA, aliases=[])], "aliases": [absent]}
    planner = planned(server, state)
    for _number in range(2):
        server.next_write(None, done=True)
    for _number in range(9):
        server.next_write(error, done=False)
    carried_out(server, planner)
    (sentence,) = (step.failure.sentence for step in planner.steps if step.failed())
    assert f"may be nobody's now: {ALL}. " in sentence
    assert f"may be nobody's now: {CY}. " in sentence
    assert server.things[USER.at(ADA)].value("aliases") == frozenset()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AnswerLost("lost."), "answer_lost"),
        (ServerFault("crash.", 500), "server_fault"),
        (NO, "rejected"),
        (None, "not_verified"),
    ],
    ids=["lost", "crash", "refused", "dropped"],
)
def test_a_name_that_was_not_given_up_is_not_put_back(server, error, code):
    """Who has it still shows it."""
    server.has(ALIAS, ALL)
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB)
    absent = {"mail": ALL, "state": "absent"}
    for state, holder in (
        ({"users": [user(ALL)], "aliases": [absent]}, f"alias {ALL}"),
        ({"users": [user(BOB, aliases=[CY]), user(ADA, aliases=[])]}, f"user {ADA}"),
    ):
        planner = planned(server, state)
        tries = 2 if code == "answer_lost" else 1
        written = len(server.writes)
        for _try in range(tries):
            server.next_write(error, done=False)
        carried_out(server, planner)
        assert sorted(failures(planner).values()) == sorted([code, "not_tried"])
        assert failures(planner)[holder] == code
        assert not any("freed" in step.failure.sentence for step in planner.steps if step.failure)
        assert len(server.writes) == written + tries


def test_nobody_is_asked_for_a_name_that_was_refused(server):
    planner = one_name_passes(server)
    server.next_write(None, done=True)
    server.next_write(NO, done=False)
    looked = len(server.reads)
    carried_out(server, planner)
    assert server.reads[looked:].count(f"/api/user/{BOB}") == 1, "before the write"


def test_a_name_that_the_other_one_has_stays_there(server):
    """What failed is something else: of two lists that were given to it, one was dropped."""
    planner = one_name_passes(server, forwarding=[f"dee@{COM}"])
    carried_out(server, planner)
    assert failures(planner) == {f"user {BOB}": "not_verified"}
    assert server.things[USER.at(BOB)].value("aliases") == {CY}


class Hides(Strict):
    """Once a user is written to, it cannot be read any more."""

    def write(self, operation):
        super().write(operation)
        if operation.path == USER.at(BOB):
            self.things[USER.at(BOB)] = IRedMailError("no")


def test_a_name_that_the_other_one_may_have_is_not_put_back():
    """It was accepted, and nobody can look at what became of it."""
    server = Hides()
    server.has(DOMAIN, COM)
    planner = one_name_passes(server)
    carried_out(server, planner)
    assert set(failures(planner)) == {f"user {BOB}"}
    assert server.things[USER.at(ADA)].value("aliases") == frozenset()
    (sentence,) = (step.failure.sentence for step in planner.steps if step.failed())
    assert sentence.endswith(f"may be nobody's now: {CY}. Apply the state again.")


def test_an_alias_that_goes_for_a_mailbox_comes_back_if_that_fails(server):
    server.has(ALIAS, ALL, members=frozenset({"x@x.example"}), name="All")
    planner = planned(server, {"users": [user(ALL)], "aliases": [{"mail": ALL, "state": "absent"}]})
    server.next_write(None, done=True)
    server.next_write(NO, done=False)
    carried_out(server, planner)
    assert failures(planner) == {f"user {ALL}": "rejected", f"alias {ALL}": "put_back"}
    assert server.things[ALIAS.at(ALL)].value("members") == {"x@x.example"}
    assert server.things[ALIAS.at(ALL)].value("name") == "All"


def test_a_mailbox_that_went_for_another_object_is_told_of(server):
    server.has(USER, ALL, maildir="/var/vmail/all")
    planner = planned(server, {"users": [{"mail": ALL, "state": "absent"}], "aliases": [{"mail": ALL}]})
    server.next_write(None, done=True)
    server.next_write(NO, done=False)
    carried_out(server, planner)
    (failure,) = [step.failure for step in planner.steps if step.failure]
    assert "/var/vmail/all" in failure.sentence
    assert "iredmail_user with mail: " + ALL in failure.sentence


def test_a_renamed_account_keeps_its_new_name_and_is_told_of(server):
    server.has(USER, ADA)
    planner = planned(server, {"users": [user(BOB, rename_from=ADA)], "aliases": [{"mail": ADA}]})
    server.next_write(None, done=True)
    server.next_write(NO, done=False)
    carried_out(server, planner)
    assert failures(planner) == {f"alias {ADA}": "rejected"}, "nothing was put back, so nothing says so"
    (failure,) = [step.failure for step in planner.steps if step.failure]
    assert f"user {BOB} was renamed from {ADA} before, as planned, and keeps its new name." in failure.sentence


def test_what_was_done_for_somebody_else_is_not_told_of(server):
    server.has(USER, ADA)
    server.has(USER, CY, aliases=frozenset({ALL}))
    users = [user(BOB, rename_from=ADA), user(CY, aliases=[])]
    planner = planned(server, {"users": users, "aliases": [{"mail": ADA}, {"mail": ALL}]})
    for _write in range(3):
        server.next_write(None, done=True)
    server.next_write(NO, done=False)
    carried_out(server, planner)
    assert failures(planner) == {f"alias {ALL}": "rejected", f"user {CY}": "put_back"}
    (sentence,) = [step.failure.sentence for step in planner.steps if step.failure and step.item.ident == ALL]
    assert "renamed" not in sentence


def test_another_object_that_went_is_told_of(server):
    server.has(ML, ALL)
    planner = planned(server, {"users": [user(ALL)], "mls": [{"mail": ALL, "state": "absent"}]})
    server.next_write(None, done=True)
    server.next_write(NO, done=False)
    carried_out(server, planner)
    assert failures(planner) == {f"user {ALL}": "rejected"}
    (failure,) = [step.failure for step in planner.steps if step.failure]
    assert f"ml {ALL} was deleted for it, as planned, and is not made anew." in failure.sentence


def test_a_name_that_an_alias_has_got_is_not_given_back_when_the_list_to_which_it_leads_fails(server):
    """It is to be an extra address of that list as well."""
    team = f"team@{COM}"
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(ML, team, extra_addresses=frozenset(), name="")
    lists = [{"mail": team, "extra_addresses": [CY]}]
    planner = planned(
        server, {"users": [user(ADA, aliases=[])], "aliases": [{"mail": CY, "members": [team]}], "mls": lists}
    )
    for _write in range(2):
        server.next_write(None, done=True)
    server.next_write(NO, done=False)
    carried_out(server, planner)
    assert sent(server) == [f"PUT /user/{ADA}", f"POST /alias/{CY}", f"PUT /ml/{team}"]
    assert failures(planner) == {f"ml {team}": "rejected"}


def test_whoever_gets_two_names_and_fails_gives_both_back(server):
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB, aliases=frozenset({ALL}))
    dee = f"dee@{COM}"
    planner = planned(server, {"users": [user(ADA, aliases=[]), user(BOB, aliases=[]), user(dee, aliases=[CY, ALL])]})
    for _write in range(3):
        server.next_write(None, done=True)
    server.next_write(NO, done=False)
    carried_out(server, planner)
    assert failures(planner) == {f"user {dee}": "rejected", f"user {ADA}": "put_back", f"user {BOB}": "put_back"}

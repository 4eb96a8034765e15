# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that pass from one object to another: last of all, and back if the other one fails."""

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
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import Workers
from tests.support.common import COM, user
from tests.support.fake_state import (
    Interrupted,
    Strict,
    applied,
    carried_out,
    carry_out,
    failures,
    interrupted,
    planned,
    sent,
)
from tests.support.growth import grows_evenly

ADA, BOB, CY, ALL = (f"{name}@{COM}" for name in ("ada", "bob", "cy", "all"))
NO = Rejected("no", "NO")
SERVER = Strict


@pytest.mark.parametrize(
    ("error", "code"),
    [(NO, "rejected"), (None, "not_verified"), (ServerFault("crash.", 500), "server_fault")],
    ids=["refused", "dropped", "crash"],
)
def test_who_frees_a_name_gets_it_back_if_the_other_one_does_not_get_it(server, error, code):
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB)
    planner = planned(server, {"users": [user(BOB, aliases=[CY]), user(ADA, aliases=[])]})
    server.next_write(None, done=True)
    server.next_write(error, done=False)
    carried_out(server, planner)
    assert failures(planner) == {f"user {BOB}": code, f"user {ADA}": "put_back"}
    assert server.things[USER.at(ADA)].value("aliases") == {CY}


def test_a_name_that_the_other_one_got_before_the_crash_stays_there(server):
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB)
    planner = planned(server, {"users": [user(BOB, aliases=[CY], forwarding=[f"dee@{COM}"]), user(ADA, aliases=[])]})
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
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB)
    planner = planned(server, {"users": [user(BOB, aliases=[CY]), user(ADA, aliases=[])]})
    server.next_write(None, done=True)
    server.next_write(NO, done=False)
    looked = len(server.reads)
    carried_out(server, planner)
    assert server.reads[looked:].count(f"/api/user/{BOB}") == 1, "before the write"


def test_a_holder_that_is_gone_already_is_not_deleted_once_more(server):
    server.has(USER, ALL)
    planner = planned(server, {"users": [{"mail": ALL, "state": "absent"}], "aliases": [{"mail": ALL}]})
    del server.things[USER.at(ALL)]
    assert failures(carried_out(server, planner)) == {}
    assert sent(server) == [f"POST /alias/{ALL}"]


def test_a_name_that_the_other_one_has_stays_there(server):
    """What failed is something else: of two lists that were given to it, one was dropped."""
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB)
    planner = planned(server, {"users": [user(BOB, aliases=[CY], forwarding=[f"dee@{COM}"]), user(ADA, aliases=[])]})
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
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB)
    planner = planned(server, {"users": [user(BOB, aliases=[CY]), user(ADA, aliases=[])]})
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


def test_no_name_passes_while_something_else_fails(server):
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB)
    declared = {"users": [user(BOB, aliases=[CY]), user(ADA, aliases=[]), user("dee@" + COM)]}
    planner = planned(server, declared)
    server.next_write(NO, done=False)
    looked = len(server.reads)
    carried_out(server, planner, go_on=True)
    assert sent(server) == [f"POST /user/dee@{COM}"]
    assert server.reads[looked:] == [], "it does not matter any more how those stand"
    assert set(failures(planner).values()) == {"rejected", "not_tried"}


def test_the_first_failure_is_named_for_it(server):
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB)
    dee, eve = (f"{name}@{COM}" for name in ("dee", "eve"))
    planner = planned(server, {"users": [user(BOB, aliases=[CY]), user(ADA, aliases=[]), user(dee), user(eve)]})
    for _write in range(2):
        server.next_write(NO, done=False)
    carried_out(server, planner, go_on=True)
    untried = [step.failure.sentence for step in planner.steps if step.failure and step.failure.code == "not_tried"]
    assert untried == [f"it waits for all others to succeed, and user {dee} failed."] * 2


def test_one_name_passes_after_the_other(server):
    """What fails leaves alone whatever is to pass after it, and gives back what was freed for it."""
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB, aliases=frozenset({ALL}))
    planner = planned(server, {"users": [user(ADA, aliases=[]), user(BOB, aliases=[]), user(CY), user(ALL)]})
    server.next_write(None, done=True)
    server.next_write(NO, done=False)
    carried_out(server, planner)
    assert failures(planner) == {
        f"user {CY}": "rejected",
        f"user {ADA}": "put_back",
        f"user {BOB}": "not_tried",
        f"user {ALL}": "not_tried",
    }
    assert server.things[USER.at(ADA)].value("aliases") == {CY}
    assert server.things[USER.at(BOB)].value("aliases") == {ALL}


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


def test_the_work_grows_with_the_number_of_names_that_pass():
    def prepare(number):
        server = Strict()
        server.has(DOMAIN, COM)
        mails = [f"u{index}@{COM}" for index in range(number)]
        for mail in mails:
            server.has(USER, mail)
        users = [{"mail": mail, "state": "absent"} for mail in mails]
        planner = planned(
            server, {"users": users, "aliases": [{"mail": mail, "members": ["x@x.example"]} for mail in mails]}
        )
        return lambda: carried_out(server, planner)

    assert grows_evenly(prepare, 300)


@pytest.mark.parametrize("gone", [True, False])
def test_nothing_is_freed_for_somebody_who_is_not_what_he_was(server, gone):
    server.has(USER, ADA)
    server.has(USER, BOB)
    planner = planned(server, {"users": [{"mail": ADA, "state": "absent"}, user(BOB, aliases=[ADA])]})
    if gone:
        del server.things[USER.at(BOB)]
    else:
        server.things[USER.at(BOB)] = server.things[USER.at(BOB)].changed({"aliases": frozenset({CY})})
    carried_out(server, planner)
    assert failures(planner) == {f"user {BOB}": "changed_since_planned", f"user {ADA}": "not_tried"}
    assert server.writes == []


def test_a_run_that_ends_after_a_name_was_freed_says_so(server):
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB)
    planner = planned(server, {"users": [user(ADA, aliases=[]), user(BOB, aliases=[CY])]})
    interrupted(server, planner, after=1)
    assert failures(planner) == {f"user {ADA}": "not_put_back", f"user {BOB}": "not_tried"}


class EndsAt(Interrupted):
    """Somebody ends the run right before one user is looked at."""

    def get(self, resource, identity, *args, **options):
        if identity == BOB:
            self.interrupt.set("SIGINT")
        return super().get(resource, identity, *args, **options)


def test_one_that_ends_before_it_says_that_nothing_was_tried(server):
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB)
    planner = planned(server, {"users": [user(ADA, aliases=[]), user(BOB, aliases=[CY])]})
    panel = EndsAt(server, after=0)
    carry_out(planner, panel, Workers(1, interrupt=panel.interrupt))
    assert server.writes == []
    assert failures(planner) == {}
    assert all(step.skipped for step in planner.steps)


def test_one_that_ends_between_two_names_says_nothing_of_the_other(server):
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB, aliases=frozenset({ALL}))
    users = [user(ADA, aliases=[]), user(BOB, aliases=[])]
    planner = planned(server, {"users": users, "aliases": [{"mail": CY}, {"mail": ALL}]})
    interrupted(server, planner, after=2)
    assert sent(server) == [f"PUT /user/{ADA}", f"POST /alias/{CY}"]
    assert failures(planner) == {}
    assert [step.item.ident for step in planner.steps if step.skipped] == [BOB, ALL]


def test_and_how_to_have_a_mailbox_again_that_was_deleted_for_it(server):
    server.has(USER, ADA, maildir="/m")
    users = [{"mail": ADA, "state": "absent"}]
    planner = planned(server, {"users": users, "aliases": [{"mail": ADA, "members": ["x@x.example"]}]})
    interrupted(server, planner, after=1)
    assert failures(planner) == {f"alias {ADA}": "not_tried"}
    (sentence,) = [step.failure.sentence for step in planner.steps if step.failure]
    assert "its messages are in /m" in sentence


def test_two_swap_their_names(server):
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB, aliases=frozenset({ALL}))
    declared = {"users": [user(ADA, aliases=[ALL]), user(BOB, aliases=[CY])]}
    assert failures(applied(server, declared)) == {}
    assert server.things[USER.at(ADA)].value("aliases") == {ALL}
    assert server.things[USER.at(BOB)].value("aliases") == {CY}
    taken = [line for line in server.writes if "removeAlias" in line]
    assert server.writes[: len(taken)] == taken, "no name is given before it is free"


def test_a_ring_of_new_aliases_is_closed_at_the_end(server):
    declared = {"aliases": [{"mail": mail, "members": [to, "x@x.example"]} for mail, to in ((CY, ALL), (ALL, CY))]}
    assert failures(applied(server, declared)) == {}
    assert server.things[ALIAS.at(CY)].value("members") == {ALL, "x@x.example"}
    assert server.things[ALIAS.at(ALL)].value("members") == {CY, "x@x.example"}


def test_a_failed_change_keeps_all_that_it_names_from_being_deleted(server):
    server.has(DOMAIN, "old.example")
    server.has(USER, "ann@old.example")
    server.next_write(NO, done=False)
    declared = {
        "users": [user("ann@" + COM, rename_from="ann@old.example")],
        "domains": [{"domain": "old.example", "state": "absent"}],
    }
    planner = applied(server, declared, go_on=True)
    assert failures(planner)["domain old.example"] == "not_deleted"
    assert USER.at("ann@old.example") in server.things

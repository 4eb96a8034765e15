# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that pass from one object to another: last of all, in order, and not if the run ends."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import Rejected
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
from tests.support.passing import one_name_passes

ADA, BOB, CY, ALL = (f"{name}@{COM}" for name in ("ada", "bob", "cy", "all"))
NO = Rejected("no", "NO")
SERVER = Strict


def test_a_holder_that_is_gone_already_is_not_deleted_once_more(server):
    server.has(USER, ALL)
    planner = planned(server, {"users": [{"mail": ALL, "state": "absent"}], "aliases": [{"mail": ALL}]})
    del server.things[USER.at(ALL)]
    assert failures(carried_out(server, planner)) == {}
    assert sent(server) == [f"POST /alias/{ALL}"]


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


def test_the_work_grows_with_the_number_of_names_that_pass():
    """The first half of them do, then one fails, and the rest are not tried."""

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
        for _write in range(number):
            server.next_write(None, done=True)
        server.next_write(NO, done=False)
        return lambda: carried_out(server, planner)

    assert grows_evenly(prepare, 600)


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
    planner = one_name_passes(server)
    interrupted(server, planner, after=1)
    assert failures(planner) == {f"user {ADA}": "not_put_back", f"user {BOB}": "not_tried"}


class EndsAt(Interrupted):
    """Somebody ends the run right before one user is looked at."""

    def get(self, resource, identity, *args, **options):
        if identity == BOB:
            self.interrupt.set("SIGINT")
        return super().get(resource, identity, *args, **options)


def test_one_that_ends_before_it_says_that_nothing_was_tried(server):
    planner = one_name_passes(server)
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


def test_a_name_that_two_give_up_waits_for_both(server):
    """An alias that delivers to a list may be an extra address of it."""
    team = f"team@{COM}"
    server.has(ALIAS, ALL, members=frozenset({team}))
    server.has(ML, team, extra_addresses=frozenset({ALL}), name="")
    absent = {"mail": ALL, "state": "absent"}
    declared = {"users": [user(ALL)], "aliases": [absent], "mls": [{"mail": team, "extra_addresses": []}]}
    assert failures(applied(server, declared)) == {}
    assert sorted(sent(server)[:-1]) == [f"DELETE /alias/{ALL}", f"PUT /ml/{team}"]
    assert sent(server)[-1] == f"POST /user/{ALL}"


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

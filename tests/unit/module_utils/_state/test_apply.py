# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying a plan out: each change while it still holds, what refers to others after them, and deletions last."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.holders import TAKEN
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import IRedMailError, Rejected
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import LDAP
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import Workers
from tests.support.common import COM, ORG, user
from tests.support.fake_panel import FakePanel
from tests.support.fake_state import Strict, applied, carried_out, carry_out, failures, planned, sent

ADA, BOB, CY, ALL = (f"{name}@{COM}" for name in ("ada", "bob", "cy", "all"))
NO = Rejected("no", "NO")
SERVER = Strict


# -- the order


def test_kinds_are_made_in_order_and_deleted_in_reverse(server):
    server.has(DOMAIN, "old.example")
    server.has(USER, BOB)
    server.has(ALIAS, "old@" + COM)
    declared = {
        "wblists": [{"account": ORG, "direction": "inbound", "list": "whitelist", "addresses": ["x@x.example"]}],
        "aliases": [{"mail": ALL, "members": ["x@x.example"]}, {"mail": "old@" + COM, "state": "absent"}],
        "users": [user("eve@" + ORG), {"mail": BOB, "state": "absent"}],
        "domains": [{"domain": ORG}, {"domain": "old.example", "state": "absent"}],
    }
    assert failures(applied(server, declared)) == {}
    made = sent(server)[:-3]
    assert sorted(made[:2]) == [f"POST /alias/{ALL}", f"POST /domain/{ORG}"], "different domains go side by side"
    assert sent(server)[2:] == [
        f"POST /user/eve@{ORG}",
        f"POST /wblist/inbound/whitelist/{ORG}",
        f"DELETE /alias/old@{COM}",
        f"DELETE /user/{BOB}",
        "DELETE /domain/old.example",
    ]


@pytest.mark.parametrize("order", [(ADA, BOB), (BOB, ADA)])
def test_who_refers_to_others_waits_for_them(server, order):
    options = {ADA: {"forwarding": [BOB, ALL]}, BOB: {}}
    declared = {"users": [user(mail, **options[mail]) for mail in order], "aliases": [{"mail": ALL, "members": [ADA]}]}
    assert failures(applied(server, declared)) == {}
    assert sent(server)[-1] == f"PUT /user/{ADA}"
    assert server.things[USER.at(ADA)].value("forwarding") == {BOB, ALL, ADA}
    assert server.things[ALIAS.at(ALL)].value("members") == {ADA}


def test_a_ring_of_users_is_closed_after_all_of_them_are_there(server):
    ring = {ADA: BOB, BOB: CY, CY: ADA}
    declared = {"users": [user(mail, forwarding=[to]) for mail, to in ring.items()]}
    assert failures(applied(server, declared)) == {}
    assert [line.split(" ")[0] for line in sent(server)] == ["POST"] * 3 + ["PUT"] * 3
    assert all(to in server.things[USER.at(mail)].value("forwarding") for mail, to in ring.items())


def test_so_is_one_of_users_that_are_there_and_get_names_for_each_other(server):
    for mail in (ADA, BOB):
        server.has(USER, mail)
    ring = {ADA: (CY, ALL), BOB: (ALL, CY)}
    declared = {"users": [user(mail, aliases=[own], forwarding=[to]) for mail, (own, to) in ring.items()]}
    assert failures(applied(server, declared)) == {}
    assert sent(server) == [f"PUT /user/{ADA}", f"PUT /user/{BOB}", f"PUT /user/{ADA}"]
    assert {step.action for step in planned(server, declared).steps} == {"none"}


def test_a_ring_in_which_somebodys_names_are_not_shown(server):
    server.things[USER.at(ADA)] = server.has(USER, ADA).changed({"aliases": UNREADABLE})
    declared = {
        "users": [user(ADA, aliases=[CY], forwarding=[ALL])],
        "aliases": [{"mail": ALL, "members": [CY]}],
    }
    assert failures(applied(server, declared)) == {}


def test_an_alias_comes_after_those_among_its_members(server):
    names = [f"a{number}@{COM}" for number in range(4)]
    declared = {"aliases": [{"mail": mail, "members": [to]} for mail, to in itertools.pairwise(names)]}
    declared["aliases"].append({"mail": names[-1], "members": ["x@x.example"]})
    assert failures(applied(server, declared)) == {}
    assert sent(server) == [f"POST /alias/{mail}" for mail in reversed(names)]


def test_a_name_is_free_before_another_one_gets_it(server):
    server.has(USER, ADA, aliases=frozenset({CY}))
    declared = {"users": [user(BOB, aliases=[CY]), user(ADA, aliases=[])]}
    applied(server, declared)
    assert [line for line in server.writes if "lias" in line] == [
        f"PUT /api/user/{ADA} removeAlias={CY}",
        f"PUT /api/user/{BOB} addAlias={CY}",
    ]


def test_also_among_those_that_wait_for_something_else(server):
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(USER, BOB)
    declared = {"users": [user(BOB, aliases=[CY]), user(ADA, aliases=[], forwarding=[ALL])], "aliases": [{"mail": ALL}]}
    applied(server, declared)
    changes = [line.split(" ")[1] for line in server.writes if "Alias=" in line or "addForwarding" in line]
    assert changes == [f"/api/user/{ADA}", f"/api/user/{BOB}"]


def test_what_has_the_name_of_another_goes_right_before_it(server):
    server.has(USER, ALL)
    declared = {"users": [{"mail": ALL, "state": "absent"}], "aliases": [{"mail": ALL}, {"mail": CY}]}
    planner = applied(server, declared)
    assert sent(server) == [f"POST /alias/{CY}", f"DELETE /user/{ALL}", f"POST /alias/{ALL}"]
    assert [step.action for step in planner.steps] == ["delete", "create", "create"]


# -- what fails, and what that stops


def test_a_failed_write_stops_what_comes_after_it(server):
    server.has(USER, CY)
    server.next_write(None, done=True)
    server.next_write(NO, done=False)
    declared = {"users": [user(ADA), user(BOB), {"mail": CY, "state": "absent"}], "aliases": [{"mail": ALL}]}
    planner = applied(server, declared)
    assert sent(server) == [f"POST /user/{ADA}", f"POST /user/{BOB}"]
    assert failures(planner) == {f"user {BOB}": "rejected"}
    assert {step.item.ident for step in planner.steps if step.skipped} == {CY, ALL}


def test_or_only_deletions_in_its_domain(server):
    server.has(DOMAIN, ORG)
    for mail in (CY, "eve@" + ORG):
        server.has(USER, mail)
    server.next_write(NO, done=False)
    absent = [{"mail": mail, "state": "absent"} for mail in (CY, "eve@" + ORG)]
    planner = applied(server, {"users": [user(ADA), *absent], "aliases": [{"mail": ALL}]}, go_on=True)
    assert sent(server) == [f"POST /user/{ADA}", f"POST /alias/{ALL}", f"DELETE /user/eve@{ORG}"]
    assert failures(planner) == {f"user {ADA}": "rejected", f"user {CY}": "not_deleted"}


def test_nor_where_something_was_not_tried(server):
    server.has(DOMAIN, ORG)
    server.has(USER, "old@" + ORG)
    server.has(ALIAS, "sales@" + ORG, members=frozenset({"old@" + ORG}))
    server.next_write(NO, done=False)
    declared = {
        "users": [user(ADA), {"mail": "old@" + ORG, "state": "absent"}],
        "aliases": [{"mail": "sales@" + ORG, "members": [ADA]}],
    }
    planner = applied(server, declared, go_on=True)
    assert failures(planner) == {f"user {ADA}": "rejected", f"user old@{ORG}": "not_deleted"}
    assert f"alias sales@{ORG} was not changed" in planner.steps[1].failure.sentence
    assert sent(server) == [f"POST /user/{ADA}"]


def test_a_name_freed_by_a_change_that_failed_otherwise_is_put_back(server):
    """It was sent, and the name is free; only then it turned out that something else of it did not stick."""
    server.has(USER, ADA, aliases=frozenset({CY}), quota=1)
    server.has(USER, BOB)
    server.ignores = {"quota"}
    planner = applied(server, {"users": [user(ADA, aliases=[], quota="5MB"), user(BOB, aliases=[CY])]})
    assert failures(planner) == {f"user {ADA}": "put_back", f"user {BOB}": "not_tried"}
    assert server.things[USER.at(ADA)].value("aliases") == {CY}
    assert "quota was not accepted" in planner.steps[0].failure.sentence
    assert f"{CY} was freed for user {BOB}" in planner.steps[0].failure.sentence


def test_nothing_more_is_sent_of_what_failed(server):
    ring = {ADA: BOB, BOB: CY, CY: ADA}
    server.next_write(NO, done=False)
    planner = applied(server, {"users": [user(mail, forwarding=[to]) for mail, to in ring.items()]}, go_on=True)
    assert [line for line in sent(server) if ADA in line] == [f"POST /user/{ADA}"]
    (ada,) = [step for step in planner.steps if step.item.ident == ADA]
    assert ada.failure.code == "rejected"
    assert not ada.skipped, "it was tried"


def test_a_change_that_is_refused_for_a_name_is_not_one_of_what_somebody_else_made(server):
    server.has(USER, ADA, quota=1)
    server.next_write(Rejected("no", TAKEN), done=False)
    assert failures(applied(server, {"users": [user(ADA, quota="5MB")]})) == {f"user {ADA}": "rejected"}


def test_a_new_object_that_is_refused_for_its_name_and_cannot_be_looked_at(server):
    planner = planned(server, {"users": [user(ADA)]})
    server.things[USER.at(ADA)] = IRedMailError("no")
    server.next_write(Rejected("refused", TAKEN), done=False)
    assert failures(carried_out(server, planner)) == {f"user {ADA}": "rejected"}


def test_what_stands_or_failed_is_not_sent(server):
    server.has(USER, ADA)
    planner = applied(server, {"users": [user(ADA), user("eve@no.example")]}, go_on=True)
    assert sent(server) == []
    assert set(failures(planner)) == {"user eve@no.example"}


def test_a_second_run_has_nothing_to_do(server):
    declared = {
        "domains": [{"domain": COM, "max_users": 5}],
        "users": [user(ADA, aliases=[CY], employee_id="7")],
        "aliases": [{"mail": ALL, "members": [ADA]}],
        "throttles": [{"account": ADA, "direction": "inbound", "period": 60, "max_msgs": 5}],
    }
    assert failures(applied(server, declared)) == {}
    done = len(server.writes)
    planner = applied(server, declared)
    assert {step.action for step in planner.steps} == {"none"}
    assert len(server.writes) == done


# -- side by side


class SideBySide(FakePanel):
    """Knows how many deletions of a domain were under way at once."""

    def __init__(self, server):
        super().__init__(server)
        self.lock, self.under_way, self.most = threading.Lock(), Counter(), Counter()

    def write(self, operation):
        domain = operation.path[1].partition("@")[2]
        with self.lock:
            self.under_way[domain] += 1
            self.most[domain] = max(self.most[domain], self.under_way[domain])
        time.sleep(0.05)
        super().write(operation)
        with self.lock:
            self.under_way[domain] -= 1


def test_on_ldap_a_domain_loses_one_account_after_the_other():
    server = Strict(LDAP)
    for domain in (COM, ORG):
        server.has(DOMAIN, domain)
    mails = [f"{name}@{domain}" for domain in (COM, ORG) for name in ("ada", "bob", "cy")]
    for mail in mails:
        server.has(USER, mail)
    planner = planned(server, {"users": [{"mail": mail, "state": "absent"} for mail in mails]})
    panel = SideBySide(server)
    carry_out(planner, panel, Workers(6))
    assert len(server.writes) == 6
    assert panel.most == {COM: 1, ORG: 1}


# -- progress


def told_by(server, declared, go_on=False):
    """Each line of progress."""
    told = []
    carry_out(planned(server, declared), FakePanel(server), Workers(1, go_on, lambda *line: told.append(line)))
    return told


def test_progress_moves_with_every_object_that_is_written_and_looked_at(server):
    server.has(USER, BOB)
    mails = [f"u{number}@{COM}" for number in range(9)]
    told = told_by(server, {"users": [user(mail) for mail in mails] + [{"mail": BOB, "state": "absent"}]})
    assert told[:9] == [("write users", number, 9) for number in range(1, 10)]
    assert told[9:18] == [("look at what was written", number, 10) for number in range(1, 10)]
    assert told[18:] == [("delete users", 1, 1), ("look at what was written", 10, 10)]


def test_what_is_sent_in_two_parts_counts_once_in_progress(server):
    ring = {ADA: BOB, BOB: CY, CY: ADA}
    told = told_by(server, {"users": [user(mail, forwarding=[to]) for mail, to in ring.items()]})
    assert len(server.writes) == 6
    assert [line for line in told if line[0] == "write users"] == [("write users", number, 3) for number in (1, 2, 3)]


def test_and_so_does_what_fails(server):
    server.next_write(NO, done=False)
    told = told_by(server, {"users": [user(ADA), user(BOB)]}, go_on=True)
    assert [line for line in told if line[0] == "write users"] == [("write users", 1, 2), ("write users", 2, 2)]

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying a plan out: in the order of kinds, what refers to others after them, and deletions last."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import Rejected
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.order import in_order, refers_to
from tests.support.common import COM, ORG, PASSWORD
from tests.support.fake_panel import Server
from tests.support.fake_state import applied, failures, steps_of

ADA, BOB, CY, ALL = (f"{name}@{COM}" for name in ("ada", "bob", "cy", "all"))
NO = Rejected("no", "NO")


class Strict(Server):
    """Drops silently what is not there yet, as panels do with addresses of their own domains."""

    def write(self, operation):
        params = dict(operation.params)
        for name in ("members", "addMember", "forwarding", "addForwarding"):
            if name in params:
                known = [one for one in params[name].split(",") if not one.endswith(COM) or self._is_there(one)]
                params[name] = ",".join(known)
        super().write(type(operation)(operation.method, operation.path, params))

    def _is_there(self, mail):
        return any(resource.at(mail) in self.things for resource in (USER, ALIAS))


@pytest.fixture
def server():
    made = Strict()
    made.has(DOMAIN, COM)
    return made


def user(mail, **options):
    return {"mail": mail, "password": PASSWORD, "update_password": "on_create", **options}


def sent(server):
    """Methods and paths, without /api."""
    return [" ".join(line.split(" ")[:2]).replace("/api", "") for line in server.writes]


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
    assert sent(server) == [
        f"POST /domain/{ORG}",
        f"POST /user/eve@{ORG}",
        f"POST /alias/{ALL}",
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
    assert sent(server)[0] == f"DELETE /user/{ALL}"
    assert [step.action for step in planner.steps] == ["delete", "create", "create"]


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


def test_what_stands_or_failed_is_not_sent(server):
    server.has(USER, ADA)
    planner = applied(server, {"users": [user(ADA), user("eve@no.example")]}, go_on=True)
    assert sent(server) == []
    assert set(failures(planner)) == {"user eve@no.example"}


def test_what_an_object_refers_to():
    (step,) = steps_of({"users": [user(ADA, forwarding=[BOB, "x@x.example"], aliases=[CY], sender_bcc="y@x.example")]})
    assert refers_to(step) == {BOB}, "its own further names are no others"
    (step,) = steps_of({"wblists": [{"account": ADA, "direction": "inbound", "list": "whitelist", "addresses": [BOB]}]})
    assert refers_to(step) == set()


def test_in_order_keeps_what_does_not_depend_on_each_other():
    steps = steps_of({"aliases": [{"mail": mail, "members": [to]} for mail, to in ((ADA, CY), (BOB, ADA), (CY, ADA))]})
    assert [step.item.ident for step in in_order(steps)] == [CY, ADA, BOB]


def test_a_second_run_has_nothing_to_do(server):
    declared = {
        "domains": [{"domain": COM, "max_users": 5}],
        "users": [user(ADA, aliases=[CY], employee_id="7")],
        "aliases": [{"mail": ALL, "members": [ADA]}],
        "throttles": [{"account": ADA, "direction": "inbound", "period": 60}],
    }
    assert failures(applied(server, declared)) == {}
    done = len(server.writes)
    planner = applied(server, declared)
    assert {step.action for step in planner.steps} == {"none"}
    assert len(server.writes) == done

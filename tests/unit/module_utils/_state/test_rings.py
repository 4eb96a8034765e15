# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that wait for each other: they pass names on, are new or renamed, and refer to each other by these names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.plan import Operation
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import AnswerLost, Rejected, ServerFault
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import LDAP, SQL
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.items import own_names
from tests.support.common import COM, ORG, user
from tests.support.fake_state import Strict, applied, carried_out, failures, planned, sent
from tests.support.passing import declaration, lasting, worlds
from tests.support.random_states import RUNS

ADA, BOB, CY, DEE, ALL, X, Y, Z = (f"{name}@{COM}" for name in ("ada", "bob", "cy", "dee", "all", "x", "y", "z"))


class Panel(Strict):
    """Besides, it leaves out an alias address that somebody else has; a deletion takes a name out of what names it."""

    def write(self, operation: Operation) -> None:
        params = dict(operation.params)
        if "addAlias" in params:
            params["addAlias"] = ",".join(one for one in params["addAlias"].split(",") if not self._is_there(one))
        name = operation.path[-1]
        if "extra_addresses" in params:
            params["extra_addresses"] = ",".join(one for one in params["extra_addresses"].split(",") if one != name)
        if operation.method == "POST" and self._is_there(name):
            self.writes.append(f"{operation.method} {name} is taken")
            raise Rejected("taken", "ALREADY_EXISTS")
        super().write(type(operation)(operation.method, operation.path, params))
        if operation.method == "DELETE":
            for place, thing in self.things.items():
                lists = {option: thing.value(option) for option in ("members", "forwarding")}
                left = {option: names - {name} for option, names in lists.items() if isinstance(names, frozenset)}
                self.things[place] = thing.changed(left)


SERVER = Panel


def reach(server: Panel, declared: dict[str, Any]) -> None:
    """It comes to be as declared in one run, and a second one has nothing to do."""
    assert failures(applied(server, declared)) == {}
    again = planned(server, declared)
    assert {step.item.label: step.outcome.operations for step in again.steps if step.outcome.operations} == {}


def test_new_users_by_alias_addresses(server):
    wanted = {ADA: (X, Y), BOB: (Y, Z), CY: (Z, X)}
    reach(server, {"users": [user(mail, aliases=[own], forwarding=[to]) for mail, (own, to) in wanted.items()]})
    names = [line for line in sent(server) if line.startswith("PUT")]
    assert len(names) <= 2 * len(wanted), "a request for the names, and one for who refers to them"


@pytest.mark.parametrize("before", [{}, {"rename_from": CY}])
def test_new_users_and_an_alias(server, before):
    users = [user(ADA, aliases=[CY], forwarding=[BOB, ALL], **before), user(BOB, aliases=[DEE], forwarding=[CY])]
    reach(server, {"users": users, "aliases": [{"mail": ALL, "members": [CY, DEE]}]})


def test_users_that_are_renamed(server):
    server.has(USER, ADA)
    server.has(USER, BOB)
    users = [
        user(CY, rename_from=ADA, aliases=[X], forwarding=[Y]),
        user(DEE, rename_from=BOB, aliases=[Y], forwarding=[X]),
    ]
    reach(server, {"users": users})


def test_a_renamed_user_and_a_new_alias(server):
    server.has(USER, ADA)
    users = [user(CY, rename_from=ADA, aliases=[X], forwarding=[ALL])]
    reach(server, {"users": users, "aliases": [{"mail": ALL, "members": [X]}]})


@pytest.mark.parametrize("renamed", [False, True])
def test_users_that_swap_names_and_refer_to_them(server, renamed):
    server.has(USER, ADA, aliases=frozenset({X}))
    server.has(USER, BOB, aliases=frozenset({Y}))
    new = {"rename_from": ADA} if renamed else {}
    reach(
        server,
        {
            "users": [
                user(CY if renamed else ADA, aliases=[Y], forwarding=[X], **new),
                user(BOB, aliases=[X], forwarding=[Y]),
            ]
        },
    )


@pytest.mark.parametrize("there", [{BOB}, {CY}])
@pytest.mark.parametrize("wanted", [BOB, CY])
@pytest.mark.parametrize("option", ["extra_addresses", "subscription_moderators", "moderators", "owners"])
def test_a_renamed_user_whose_name_a_list_has(server, option, wanted, there):
    """A change of address goes through tables, not through the files of mlmmj (panel/mailing-lists.md)."""
    more = {"moderate_subscription": True} if option == "subscription_moderators" else {}
    server.has(USER, BOB)
    server.has(ML, DEE, **{option: frozenset(there)}, **more)
    lists = [{"mail": DEE, option: [wanted], **more}]
    reach(server, {"users": [user(CY, rename_from=BOB)], "mls": lists, "aliases": [{"mail": BOB, "members": [CY]}]})


@pytest.mark.parametrize("more", [{}, {"sender_bcc": ADA}])
@pytest.mark.parametrize("own", [{ADA}, set()])
def test_a_user_that_is_renamed_to_a_list_to_which_it_forwarded(server, own, more):
    """The list goes. A copy of its own stands there all the time, if there was one; the list does not become one."""
    server.has(ML, BOB)
    server.has(USER, ADA, forwarding=frozenset({BOB, *own}))
    users = [user(BOB, rename_from=ADA, forwarding=[X], **more)]
    lists = [{"mail": BOB, "state": "absent"}, {"mail": ADA}]
    reach(server, {"users": users, "mls": lists, "aliases": [{"mail": X, "members": ["x@x.example"]}]})
    sent_again = any("addForwarding" in line and BOB in line.partition("=")[2] for line in server.writes)
    assert sent_again is not bool(own), "a panel refuses what is there already"


def test_a_name_is_dropped_by_its_new_one_also_where_what_is_sent_besides_makes_that_late(server):
    """The catch-all is sent once more, since its name passes; what waits for that comes after another one's rename."""
    passes, new, further = (f"{name}@{ORG}" for name in ("passes", "new", "further"))
    server.has(DOMAIN, ORG, catchall=frozenset({passes}))
    server.has(USER, passes)
    server.has(USER, ADA)
    server.has(ALIAS, ALL, members=frozenset({ADA}))
    declared = {
        "domains": [{"domain": ORG, "catchall": [passes]}],
        "users": [
            user(further, aliases=[passes]),
            user(new, rename_from=passes),
            user(BOB, rename_from=ADA),
        ],
        "aliases": [{"mail": ADA}, {"mail": ALL, "members": [passes]}],
    }
    late = planned(server, declared).order.dropped_late()
    assert [(step.item.ident, names) for step, names in late.items()] == [(ALL, {ADA: BOB})]
    (step,) = late
    sent_for_it = [part.plan.operations for part in step.chain]
    assert BOB in [one.params.get("removeMember") for operations in sent_for_it for one in operations]


def waits_of(server: Panel, name: str, declared: dict[str, Any]) -> list[str]:
    """For whom an object waits that is sent in one piece."""
    order = planned(server, declared).order
    (piece,) = [one for one in order.pieces if one.step.item.ident == name]
    return [other.step.item.ident for other in order.waits[piece]]


def test_a_name_that_is_nobodys_meanwhile_stays_in_a_list_that_is_sent(server):
    """A panel leaves it out of what it is sent, though it stood there."""
    server.has(USER, ADA, forwarding=frozenset({ADA, X}))
    server.has(USER, BOB)
    ada = user(ADA, forwarding=[X, "y@x.example"])
    assert waits_of(server, ADA, {"users": [ada, user(BOB, aliases=[X])]}) == [BOB], "its holder went before"
    server.has(USER, BOB, aliases=frozenset({X}))
    gone = {"mail": BOB, "state": "absent"}
    assert waits_of(server, ADA, {"users": [ada, gone], "mls": [{"mail": X}]}) == [X], "its holder goes"
    assert waits_of(server, ADA, {"users": [ada, user(BOB, name="Bob", aliases=[X])]}) == [], "its holder stays"


def test_what_is_only_better_first_is_let_go_before_what_is_needed(server):
    """The accounts of a domain wait for its changes, which may raise a limit; here its catch-all waits for them."""
    old, new, further = (f"{name}@{ORG}" for name in ("old", "new", "further"))
    server.has(ML, ALL)
    server.has(DOMAIN, ORG, catchall=frozenset({ALL}))
    server.has(USER, old, aliases=frozenset({further}))
    declared = {
        "domains": [{"domain": ORG, "catchall": [ALL]}],
        "users": [user(new, aliases=[further], sender_bcc=ADA), {"mail": old, "state": "absent"}],
        "aliases": [
            {"mail": ADA, "members": [further]},
            {"mail": old, "members": [ADA]},
            {"mail": ALL, "members": [old]},
        ],
        "mls": [{"mail": ALL, "state": "absent"}],
    }
    assert failures(applied(server, declared)) == {}
    lines = sent(server)
    assert lines.index(f"POST /alias/{ALL}") < lines.index(f"PUT /domain/{ORG}")


def both_renamed(server: Panel) -> dict[str, Any]:
    """Two users, each to be renamed to what is an alias address of the other one."""
    server.has(USER, BOB, aliases=frozenset({CY}))
    server.has(USER, DEE, aliases=frozenset({ADA, X}))
    return {"users": [user(ADA, rename_from=BOB, aliases=[X]), user(CY, rename_from=DEE, aliases=[])]}


def test_users_that_are_renamed_to_names_of_each_other(server):
    reach(server, both_renamed(server))
    assert sent(server)[0] == f"PUT /user/{BOB}", "a name is given up before the other one can have it"


def test_a_name_that_was_given_up_before_a_rename_comes_back_if_the_other_one_fails(server):
    planner = planned(server, both_renamed(server))
    server.next_write(None, done=True)
    server.next_write(Rejected("no", "NO"), done=False)
    carried_out(server, planner)
    assert failures(planner) == {f"user {CY}": "rejected", f"user {ADA}": "put_back"}
    (sentence,) = (step.failure.sentence for step in planner.steps if step.item.ident == CY)
    assert "was renamed" not in sentence, "the other one was not renamed yet"
    assert server.things[USER.at(BOB)].value("aliases") == {CY}
    assert server.things[USER.at(DEE)].value("aliases") == {ADA, X}


def test_a_name_that_the_other_one_has_by_then_does_not(server):
    planner = planned(server, both_renamed(server))
    for _number in range(2):
        server.next_write(None, done=True)
    server.next_write(Rejected("no", "NO"), done=False)
    carried_out(server, planner)
    assert failures(planner) == {f"user {CY}": "rejected", f"user {ADA}": "half_done"}
    assert server.things[USER.at(BOB)].value("aliases") == set()
    assert server.things[USER.at(CY)].value("aliases") == {ADA, X}


# -- any of them

backends = st.sampled_from([SQL, LDAP])


def furnished(there: dict[str, Any], backend: str = SQL) -> Panel:
    server = Panel(backend)
    server.has(DOMAIN, COM)
    for name, one in there.items():
        refers = frozenset(one["refers"])
        if one["kind"] == "users":
            server.has(USER, name, aliases=frozenset(one["aliases"]), forwarding=refers | {name})
        elif one["kind"] == "mls":
            server.has(ML, name, extra_addresses=frozenset(one["aliases"]))
        else:
            server.has(ALIAS, name, members=refers)
    return server


@settings(max_examples=RUNS)
@given(worlds(), backends)
def test_whatever_passes_and_refers(world, backend):
    there, wanted, renamed = world
    reach(furnished(there, backend), declaration(there, wanted, renamed))


def names_in(server: Panel) -> set[str]:
    """Every name that somebody has."""
    found = {str(place[1]) for place in server.things if place[0] != DOMAIN.name}
    return found.union(*(own_names(thing.values) for thing in server.things.values()))


@pytest.mark.parametrize(
    "error",
    [Rejected("no", "NO"), ServerFault("HTTP 500", 500), None],
    ids=["refused", "a crash", "accepted and dropped"],
)
@settings(max_examples=RUNS)
@given(worlds(), st.integers(0, 9))
def test_no_name_that_stays_is_lost_where_one_request_does_nothing(error, world, number):
    there, wanted, renamed = world
    server = furnished(there)
    for _number in range(number):
        server.next_write(None, done=True)
    server.next_write(error, done=False)
    planner = carried_out(server, planned(server, declaration(there, wanted, renamed)))
    assume("not_put_back" not in failures(planner).values())  # that one did nothing
    assume(error or not any("change_email" in line for line in server.writes[number : number + 1]))
    assert lasting(world) <= names_in(server), server.writes


#: what may become of a write: the error, and whether it is done
TROUBLES = {
    "refused": lambda: (Rejected("no", "NO"), False),
    "accepted, and dropped": lambda: (None, False),
    "lost, and done": lambda: (AnswerLost("no answer"), True),
    "lost, and not done": lambda: (AnswerLost("no answer"), False),
    "a crash, and done": lambda: (ServerFault("HTTP 500", 500), True),
    "a crash, and not done": lambda: (ServerFault("HTTP 500", 500), False),
}
#: what becomes of the writes, one after the other
troubles = st.lists(st.sampled_from([None, None, None, *TROUBLES]), max_size=12)


@settings(max_examples=RUNS)
@given(worlds(), troubles, st.booleans(), backends)
def test_whatever_goes_wrong_the_next_run_comes_to_what_is_declared(world, wrong, go_on, backend):
    there, wanted, renamed = world
    server = furnished(there, backend)
    declared = declaration(there, wanted, renamed)
    for trouble in wrong:
        error, done = TROUBLES[trouble]() if trouble else (None, True)
        server.next_write(error, done)
    carried_out(server, planned(server, declared), go_on)
    server.forget_fates()
    reach(server, declared)

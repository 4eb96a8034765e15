# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of addresses on their way to the declared state: white- and blacklists."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.address_set import AddressSetTask
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Found
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    AnswerLost,
    BadAnswer,
    InputError,
    NotVerified,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.greylisting import WHITELIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST
from tests.support.engine_runs import Runs
from tests.support.fake_panel import FakePanel, Server

WHITE, BLACK = (f"/api/wblist/inbound/{name}/global" for name in ("whitelist", "blacklist"))
A, B, C = "a@x.example", "b@x.example", "c@x.example"


@pytest.fixture
def server():
    return Server()


def has(server, *names, path=WHITE, automatic=()):
    server.things[tuple(path.split("/")[2:])] = Found(frozenset(names), frozenset(automatic))


RUNS = Runs(
    lambda **options: AddressSetTask(
        WBLIST, {"account": "global", "direction": "inbound", "list": "whitelist", **options}
    )
)
run, both, fail = RUNS.run, RUNS.both, RUNS.fail


def test_an_exact_set_is_reached_by_the_difference(server):
    has(server, A, B)
    result = both(server, addresses=[B, C])
    assert server.writes == [f"POST {WHITE} addresses={C}", f"PUT {WHITE} addresses={A}"]
    assert (result["diff"]["before"], result["diff"]["after"]) == ({"addresses": [A, B]}, {"addresses": [B, C]})
    assert result["wblist"]["addresses"] == [B, C]


def test_a_set_that_nobody_configured_is_empty(server):
    both(server, addresses=[A])
    assert server.writes == [f"POST {WHITE} addresses={A}"]


@pytest.mark.parametrize(
    ("params", "write"),
    [
        ({"add_addresses": [A, C]}, f"POST {WHITE} addresses={C}"),
        ({"remove_addresses": [A, C]}, f"PUT {WHITE} addresses={A}"),
    ],
)
def test_others_are_left_as_they_are(server, params, write):
    has(server, A, B)
    both(server, **params)
    assert server.writes == [write]


@pytest.mark.parametrize(
    ("params", "writes", "left"),
    [
        ({"addresses": [B, C]}, [("POST", {B, C}), ("PUT", {A})], {B, C}),
        ({"add_addresses": [A]}, [("POST", {A})], {A, B}),
        ({"remove_addresses": [A, C]}, [("PUT", {A})], {B}),
        ({"state": "absent"}, [("DELETE", set())], set()),
    ],
)
def test_what_may_be_there_is_neither_taken_for_there_nor_for_gone(server, params, writes, left):
    found = Found(perhaps=frozenset({A, B}))
    plan = RUNS.task(**params).plan(FakePanel(server), found)
    sent = [(one.method, set(filter(None, one.params.get("addresses", "").split(",")))) for one in plan.operations]
    assert (sent, plan.before, plan.after) == (writes, {"addresses": {A, B}}, {"addresses": left})
    assert plan.predicted == Found(frozenset(left))


def test_an_ip_address_is_the_same_in_any_spelling(server):
    has(server, "2001:db8::1", "192.0.2.1")
    result = both(server, addresses=["2001:DB8:0:0::1", "192.0.2.1/32"])
    assert (server.writes, result["changed"]) == ([], False)
    both(server, remove_addresses=["2001:0DB8::0:1"], add_addresses=["2001:DB8::2/128"])
    assert server.writes == [f"POST {WHITE} addresses=2001:db8::2", f"PUT {WHITE} addresses=2001:db8::1"]


def test_what_is_there_in_a_spelling_that_never_matches_is_replaced(server):
    has(server, "2001:db8:0::1")
    both(server, addresses=["2001:db8::1"])
    assert server.writes == [f"POST {WHITE} addresses=2001:db8::1", f"PUT {WHITE} addresses=2001:db8:0::1"]


def test_every_spelling_of_what_is_named_is_removed(server):
    has(server, "2001:db8:0::1", "2001:db8::1", B)
    both(server, remove_addresses=["2001:db8::1"])
    assert server.writes == [f"PUT {WHITE} addresses=2001:db8:0::1,2001:db8::1"]


def test_an_ipv6_network_is_warned_of_where_it_never_matches(server):
    result = both(server, addresses=["2001:DB8::/32", A])
    (warning,) = result["warnings"]
    assert "addresses: 2001:db8::/32 matches nobody, since IPv6 networks are not looked up" in warning
    assert "warnings" not in run(server, addresses=["2001:db8::/32", A])


def test_absent_clears_the_set(server):
    has(server, A, B)
    assert both(server, state="absent")["diff"]["after"] == {"addresses": []}
    assert server.writes == [f"DELETE {WHITE}"]


def test_absent_and_addresses_contradict_each_other(server):
    assert "remove_addresses" in fail(server, InputError, state="absent", remove_addresses=[A])


def test_what_a_cron_job_listed_is_left_to_it(server):
    has(server, A, automatic=[B])
    both(server, addresses=[A, B])
    assert server.writes == []
    both(server, addresses=[A])
    assert server.writes == []


def test_an_address_leaves_the_opposite_list(server):
    has(server, A, C, path=BLACK)
    result = run(server, check=True, add_addresses=[A, B])
    assert result["diff"]["before"] == {"addresses": [], "blacklist": [A]}
    assert result["diff"]["after"] == {"addresses": [A, B], "blacklist": []}


def test_one_method_takes_both_ways_in_one_request(server):
    path = "/api/greylisting/global/whitelists"
    has(server, "192.0.2.1", path=path)
    task = AddressSetTask(WHITELIST, {"account": "global", "whitelist": ["192.0.2.2"]})
    task.reach(FakePanel(server))
    assert server.writes == [f"POST {path} addSenders=192.0.2.2&removeSenders=192.0.2.1"]


def test_a_set_that_cannot_be_read_is_not_taken_for_empty(server):
    server.things[tuple(WHITE.split("/")[2:])] = BadAnswer("odd")
    for params in ({"addresses": []}, {"add_addresses": [A]}, {"state": "absent"}):
        fail(server, BadAnswer, **params)
    assert server.writes == []


@pytest.mark.parametrize("lost", [0, 1])
def test_a_lost_answer_to_either_request(server, lost):
    has(server, A)
    for number in range(2):
        server.next_write(AnswerLost("lost") if number == lost else None, done=True)
    run(server, addresses=[B])
    assert len(server.writes) == 2, "the other one is not taken for this one"


@pytest.mark.parametrize("lost", [0, 1])
def test_either_request_may_be_lost(server, lost):
    has(server, A)
    for number in range(lost + 1):
        server.next_write(AnswerLost("lost") if number == lost else None, done=number != lost)
    run(server, addresses=[B])
    assert len(server.writes) == 3


def test_a_clearing_that_was_lost(server):
    has(server, A)
    server.next_write(AnswerLost("lost"), done=False)
    run(server, state="absent")
    assert len(server.writes) == 2


def test_what_did_not_stick(server):
    has(server, A)
    server.ignores.add("addresses")
    sentence = f"addresses: the server accepted the change; not stored: {B}; still there: {A}"
    assert fail(server, NotVerified, addresses=[B]).startswith(sentence)
    assert run(server, addresses=[B], verify="warn")["warnings"] == [f"wblist global inbound whitelist: {sentence}."]
    server.next_write(None, done=False)
    assert fail(server, NotVerified, state="absent").startswith(f"the server accepted the DELETE and still shows {A}")


# -- IPv6 networks of a greylisting whitelist

LIST = "/api/greylisting/global/whitelists"
NETWORK = "2001:db8:0:0:0:1::/96"
OTHERWISE = "2001:db8:0000:0:0:1::/96"
GREY = Runs(lambda **options: AddressSetTask(WHITELIST, {"account": "global", **options}))


@pytest.mark.parametrize("option", ["whitelist", "add_whitelist"])
def test_a_network_in_another_spelling_that_works_stays(server, option):
    has(server, OTHERWISE, path=LIST)
    result = GREY.both(server, **{option: ["2001:db8::1:0:0/96"]})
    assert (result["changed"], server.writes) == (False, [])
    result = GREY.both(server, **{option: [NETWORK, A]})
    assert server.writes == [f"POST {LIST} addSenders={A}"]
    assert result["diff"]["after"] == {"whitelist": [OTHERWISE, A]}


def test_a_network_in_a_spelling_that_never_matches_is_replaced(server):
    has(server, "2001:db8::1:0:0/96", path=LIST)
    GREY.both(server, whitelist=[NETWORK])
    assert server.writes == [f"POST {LIST} addSenders={NETWORK}&removeSenders=2001:db8::1:0:0/96"]


def test_a_network_is_removed_in_the_spelling_that_is_there(server):
    has(server, OTHERWISE, path=LIST)
    GREY.both(server, remove_whitelist=[NETWORK])
    assert server.writes == [f"POST {LIST} removeSenders={OTHERWISE}"]

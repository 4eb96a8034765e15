# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that a plan mentions."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.items import own_names
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.mentions import dropped, kept, referred
from tests.support.common import COM
from tests.support.fake_panel import Server
from tests.support.fake_state import planned

ADA, ALL, X, Y = (f"{name}@{COM}" for name in ("ada", "all", "x", "y"))


@pytest.fixture
def server():
    return Server()


def step_of(server, plural, **options):
    (step,) = planned(server, {plural: [options]}).steps
    return step


def test_a_list_names_whom_it_takes_in_and_drops_whom_it_takes_out(server):
    server.has(ALIAS, ALL, members=frozenset({X}))
    step = step_of(server, "aliases", mail=ALL, members=[Y])
    plan = step.chain[0].plan
    assert referred(plan, step.item.refers) == {Y}
    assert dict(dropped(plan, step.item.fields)) == {X: {Y}}
    assert (own_names(plan.before), own_names(plan.after)) == (frozenset(), frozenset())


def test_alias_addresses_are_its_own(server):
    server.has(USER, ADA, aliases=frozenset({X}))
    step = step_of(server, "users", mail=ADA, aliases=[Y])
    plan = step.chain[0].plan
    assert (own_names(plan.before), own_names(plan.after)) == ({X}, {Y})
    assert referred(plan, step.item.refers) == frozenset()
    assert dict(dropped(plan, step.item.fields)) == {}


def test_subscribers_are_not_the_panels(server):
    server.has(ML, ALL, subscribers=frozenset({X}), owners=frozenset({X}))
    step = step_of(server, "mls", mail=ALL, subscribers=[Y], owners=[Y])
    found = [name for planned_one in step.chain for name in dropped(planned_one.plan, step.item.fields)]
    assert found == [(X, {Y})], "of the owners alone"


def test_a_text_that_holds_an_address_names_nobody(server):
    step = step_of(server, "users", mail=ADA, name=X, password_hash="{PLAIN}x")
    assert [referred(planned_one.plan, step.item.refers) for planned_one in step.chain] == [frozenset()] * len(
        step.chain
    )


def test_what_stands_beside_what_is_sent(server):
    server.has(ALIAS, ALL, members=frozenset({ADA, X}), name="All")
    (plan,) = (part.plan for part in step_of(server, "aliases", mail=ALL, members=[X, Y]).chain)
    assert kept(plan, frozenset({"members"})) == {X}
    assert kept(plan, frozenset({"forwarding"})) == frozenset()
    (plan,) = (part.plan for part in step_of(server, "aliases", mail=ALL, members=[ADA, X], name="New").chain)
    assert kept(plan, frozenset({"members"})) == frozenset(), "that list is not sent"

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a server in random steps: somebody declares, plans, approves and applies, while others change it by hand.

A plan that was approved may be old when it is applied; then all of it happens or nothing does.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.sandbox.handle import Sandbox
from tests.support.random_states import (
    ITEMS,
    RUNS,
    SHARED,
    by_hand,
    furnished,
    lost,
    may_be_lost,
    options,
    servers,
    states,
    troubles,
    undone,
)
from tests.support.state_apply import apply, told

pytestmark = [pytest.mark.both_backends]

STEPS = 8


class Life(RuleBasedStateMachine):
    """One server and one repository."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self.sandbox = sandbox
        self.state: dict[str, list[dict[str, Any]]] = {}
        self.chosen: dict[str, Any] = {}

    @initialize(server=servers(), state=states(), chosen=options())
    def begin(self, server, state, chosen):
        self.sandbox.clear_faults()
        furnished(self.sandbox, server)
        self.state, self.chosen = state, chosen

    @rule(request=by_hand())
    def somebody_changes_it_by_hand(self, request):
        method, path, params = request
        self.sandbox.api(method, path, **params)

    @rule(state=states())
    def another_state_is_declared(self, state):
        self.state = state

    @rule(kind=st.sampled_from(tuple(ITEMS)), data=st.data())
    def one_item_is_declared_otherwise(self, kind, data):
        item = data.draw(ITEMS[kind])
        others = [one for one in self.state[kind] if not named(one) & named(item)]
        self.state = {**self.state, kind: [*others, item]}

    @rule(chosen=options())
    def other_options_are_chosen(self, chosen):
        self.chosen = chosen

    @rule(trouble=troubles)
    def the_server_gets_into_trouble(self, trouble):
        for method, skip, action in trouble:
            self.sandbox.fault(action, method, "/api/[!l]*", times=1, skip=skip)

    @rule()
    def the_trouble_is_over(self):
        self.sandbox.clear_faults()

    @rule(requests=st.lists(by_hand(), max_size=2), another=st.none() | st.none() | states())
    def it_is_planned_approved_and_applied(self, requests, another):
        """Between approval and run others may have been at work, or the repository may have moved on."""
        plan = self.planned()
        may_go = may_be_lost(plan, self.state)
        for method, path, params in requests:
            self.sandbox.api(method, path, **params)
        self.state = another or self.state
        done = apply(self.sandbox, self.state, expect_checksum=plan.get("checksum") or "0" * 64, **self.chosen)
        note(done.get("msg") or done["operations"])
        assert lost(self.sandbox) <= may_go, "what the approved plan did not take away"
        assert only_this(self.sandbox, done, plan), "what was not approved was written"

    @rule()
    def it_is_applied_unseen(self):
        plan = self.planned()
        done = apply(self.sandbox, self.state, **self.chosen)
        note(done.get("msg") or done["operations"])
        assert lost(self.sandbox) <= may_be_lost(plan, self.state)
        assert only_this(self.sandbox, done, plan), "what was not planned was written"

    @rule()
    def it_is_reported(self):
        report = {name: value for name, value in self.chosen.items() if name != "prune"}
        apply(self.sandbox, self.state, check=True, undeclared={"domains": ["*"]}, **report)
        assert self.sandbox.writes() == []

    def planned(self) -> dict[str, Any]:
        plan = apply(self.sandbox, self.state, check=True, **self.chosen)
        assert self.sandbox.writes() == [], "check mode"
        return plan

    def teardown(self):
        self.sandbox.clear_faults()
        if not self.state:
            return
        first = apply(self.sandbox, self.state, **self.chosen)
        if not first.get("failed"):
            second = apply(self.sandbox, self.state, **self.chosen)
            assert not second.get("failed"), second["msg"]
            assert told(second) == [], "a second run changes nothing"
            assert self.sandbox.writes() == []


def named(item: dict[str, Any]) -> set[str]:
    """The names that an item speaks of."""
    return {item["mail"], item.get("rename_from", item["mail"])}


def only_this(sandbox: Sandbox, done: dict[str, Any], plan: dict[str, Any]) -> bool:
    """Whether a run wrote nothing but its plan; what it put back after a failure does not count."""
    if undone(done):
        return True
    # the log of a request that a fault refused has no parameters
    planned = {(one["method"], one["path"]) for one in plan["operations"]}
    sent = {(one["method"], one["path"]) for one in sandbox.writes()}
    return sent <= planned and set(told(done)) <= set(told(plan))


def test_the_life_of_a_server(sandboxes, backend):
    lives = settings(SHARED, max_examples=max(RUNS // 5, 1), stateful_step_count=STEPS)
    run_state_machine_as_test(lambda: Life(sandboxes[backend]), settings=lives)
    assert sandboxes[backend].violations() == []

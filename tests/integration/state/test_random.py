# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random servers, declarations, prunes, refusals and losses: what must be true of every run."""

from __future__ import annotations

import pytest
from hypothesis import given, note, settings

from tests.support.random_states import (
    RUNS,
    SHARED,
    furnished,
    lost,
    may_be_lost,
    options,
    servers,
    states,
    troubles,
    undone,
)
from tests.support.state_apply import apply, told, written

pytestmark = [pytest.mark.both_backends]

randomly = settings(SHARED, max_examples=max(RUNS // 2, 1))


@randomly
@given(server=servers(), state=states(), chosen=options())
def test_what_was_planned_is_done_and_nothing_else(sandboxes, backend, server, state, chosen):
    sandbox = sandboxes[backend]
    furnished(sandbox, server)
    plan = apply(sandbox, state, check=True, **chosen)
    assert sandbox.writes() == []
    note(plan.get("msg") or plan["operations"])
    if not plan.get("checksum"):
        assert plan["failed"], "what must not be done has no checksum"
        done = apply(sandbox, state, **dict(chosen, continue_on_error=False))
        assert done["failed"]
        assert sandbox.writes() == []
        return
    done = apply(sandbox, state, expect_checksum=plan["checksum"], **chosen)
    assert lost(sandbox) <= may_be_lost(plan, state)
    assert set(told(done)) <= set(written(sandbox)), "what it tells was sent"
    warned = any(one["code"] == "unknown_address" for one in plan["findings"])
    if done.get("failed") and not warned:
        # who has an alias address and is not declared shows only here
        surprises = [one for one in done["failures"] if not one["msg"].startswith("aliases was not accepted")]
        assert not {one["code"] for one in surprises} & {"not_verified", "changed_since_planned"}, done["msg"]
    if plan.get("failed") or done.get("failed"):
        planned = told(plan)
        assert undone(done) or all(one in planned for one in told(done)), "nothing outside the plan"
        return
    assert told(done) == told(plan)
    again = apply(sandbox, state, **chosen)
    assert not again.get("failed"), again["msg"]
    assert told(again) == []


@randomly
@given(server=servers(), state=states(), chosen=options(), trouble=troubles)
def test_whatever_goes_wrong_nothing_is_lost_that_was_not_to_go(sandboxes, backend, server, state, chosen, trouble):
    sandbox = sandboxes[backend]
    furnished(sandbox, server)
    plan = apply(sandbox, state, check=True, **chosen)
    for method, skip, action in trouble:
        sandbox.fault(action, method, "/api/[!l]*", times=1, skip=skip)
    done = apply(sandbox, state, **chosen)
    note(done.get("msg") or done["operations"])
    assert lost(sandbox) <= may_be_lost(plan, state)
    planned = {(one["method"], one["path"]) for one in plan["operations"]}
    if not undone(done):
        assert {(one["method"], one["path"]) for one in sandbox.writes()} <= planned, "nothing outside the plan"
    sandbox.clear_faults()
    again = apply(sandbox, state, **chosen)
    if not plan.get("failed") and not again.get("failed"):
        assert told(apply(sandbox, state, **chosen)) == []

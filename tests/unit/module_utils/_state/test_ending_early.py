# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that ends before all of its plan is carried out: what was not begun, and what was written in part."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.interrupt import Interrupt
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import Rejected
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import Workers
from tests.support.common import COM, user
from tests.support.fake_panel import FakePanel
from tests.support.fake_state import Strict, carry_out, failures, planned

SERVER = Strict


class Interruptible(FakePanel):
    """A panel whose client begins no request once it is interrupted; that happens right before one of them."""

    def __init__(self, server, **before):
        super().__init__(server)
        self.interrupt, self.before, self.asked = Interrupt(), before, []

    def write(self, operation):
        self.asked.append(operation.method)
        if self.asked.count(operation.method) == self.before.get(operation.method):
            self.interrupt.set("SIGINT")
        self.interrupt.check()
        super().write(operation)


def interrupted(server, **before):
    declared = {"users": [user(f"u{number}@{COM}", employee_id="7") for number in range(5)]}
    planner, panel = planned(server, declared), Interruptible(server, **before)
    workers = Workers(1, interrupt=panel.interrupt)
    carry_out(planner, panel, workers)
    assert workers.stopped
    return planner.steps


def test_an_interrupt_skips_what_was_not_begun(server):
    steps = interrupted(server, POST=3)
    assert [bool(step.outcome.operations) for step in steps] == [True, True, False, False, False]
    assert [step.skipped for step in steps] == [False, False, True, True, True]
    assert [step.failure for step in steps] == [None] * 5
    assert len(server.writes) == 4


def test_what_was_written_in_part_has_failed(server):
    steps = interrupted(server, PUT=2)
    assert [len(step.outcome.operations) for step in steps] == [2, 1, 0, 0, 0]
    assert steps[1].failure.code == "interrupted"
    assert len(server.writes) == 3


class Breaks(FakePanel):
    """The process is told to end in the middle of a write."""

    def __init__(self, server, during):
        super().__init__(server)
        self.during = during

    def write(self, operation):
        if operation.path == USER.at(self.during):
            raise KeyboardInterrupt
        super().write(operation)


def test_a_run_that_breaks_off_tells_what_was_not_done(server):
    server.next_write(Rejected("no", "NO"), done=False)
    names = [f"u{number}@{COM}" for number in range(4)]
    planner = planned(server, {"users": [user(mail) for mail in names]})
    with pytest.raises(KeyboardInterrupt):
        carry_out(planner, Breaks(server, names[2]), Workers(1, go_on=True))
    assert [step.skipped for step in planner.steps] == [False, False, True, True]
    assert failures(planner) == {f"user {names[0]}": "rejected", f"user {names[2]}": "half_done"}

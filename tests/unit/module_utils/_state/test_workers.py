# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many things at once: side by side, in order within a group, and stopped together."""

from __future__ import annotations

import signal
import threading

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.interrupt import Interrupt
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    Interrupted,
    IRedMailError,
    NoSuchEndpoint,
    NotSent,
    Rejected,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import MAX_UNREACHABLE, SHOWN, Workers
from tests.support.common import COM, PASSWORD
from tests.support.fake_panel import FakePanel, Server
from tests.support.fake_state import steps_of

MAILS = [f"u{number}@{COM}" for number in range(6)]


@pytest.fixture
def server():
    made = Server()
    made.has(DOMAIN, COM)
    return made


def users():
    declared = [{"mail": mail, "name": "U", "password": PASSWORD, "update_password": "on_create"} for mail in MAILS]
    return steps_of({"users": declared})


def run(server, groups, read_only=False, go_on=False, **options):
    seen = []
    with Workers(1, go_on, lambda *told: seen.append(told)) as workers:
        workers.run(FakePanel(server, read_only), groups, "write users", **options)
        return workers, seen


def test_each_group_is_in_order_and_progress_is_told(server):
    steps = users()
    _workers, seen = run(server, [steps[:4], steps[4:]])
    assert [line.split(" ")[1] for line in server.writes] == [f"/api/user/{mail}" for mail in MAILS]
    assert seen[-1] == ("write users", 6, 6)
    assert len(seen) == 2


def test_a_failed_write_keeps_the_rest_from_being_tried(server):
    server.next_write(Rejected("no", "NO"), done=False)
    steps = users()
    workers, _seen = run(server, [steps])
    assert workers.stopped
    assert len(server.writes) == 1
    assert [step.skipped for step in steps] == [False] + [True] * 5
    assert steps[0].failure.code == "rejected"


def test_unless_the_others_are_to_go_on(server):
    server.next_write(Rejected("no", "NO"), done=False)
    workers, _seen = run(server, [users()], go_on=True)
    assert not workers.stopped
    assert len(server.writes) == 6


def test_a_failed_plan_stops_nobody(server):
    server.things[USER.at(MAILS[0])] = Rejected("no", "NO")
    steps = users()
    workers, _seen = run(server, [steps], read_only=True)
    assert not workers.stopped
    assert [step.action for step in steps] == ["none"] + ["create"] * 5


@pytest.mark.parametrize("go_on", [True, False])
def test_a_panel_that_does_not_answer_is_left_alone(server, go_on):
    for mail in MAILS:
        server.things[USER.at(mail)] = NotSent("refused")
    steps = users()
    workers, _seen = run(server, [steps], read_only=True, go_on=go_on)
    assert workers.stopped
    assert len(server.reads) == MAX_UNREACHABLE


def test_an_answer_in_between_is_a_sign_of_life(server):
    for mail in [*MAILS[: MAX_UNREACHABLE - 1], *MAILS[MAX_UNREACHABLE:]]:
        server.things[USER.at(mail)] = NotSent("refused")
    run(server, [users()[:5]], read_only=True)
    assert len(server.reads) == 5


def test_some_are_only_begun(server):
    steps = users()[:2]
    for step in steps:
        step.item.desired.exact["employee_id"] = "7"
    run(server, [steps], create_only=steps[:1])
    assert [step.item.task.is_half_done for step in steps] == [True, False]
    assert [line.split(" ")[0] for line in server.writes] == ["POST", "POST", "PUT"]
    run(server, [steps[:1]])
    assert server.writes[-1] == f"PUT /api/user/{MAILS[0]} employeeid=7"


def test_work_is_done_side_by_side():
    together = threading.Barrier(4, timeout=20)
    with Workers(4) as workers:
        assert sorted(workers.each(lambda number: (together.wait(), number)[1], range(4))) == [0, 1, 2, 3]


# -- reads


def test_results_keep_the_order_of_the_jobs():
    later = threading.Event()

    def first():
        assert later.wait(10)
        return 1

    def second():
        later.set()
        return 2

    with Workers(2) as workers:
        assert workers.read([("first", first), ("second", second)]) == [1, 2]


def test_a_failed_read_stops_the_rest_and_is_named():
    begun = []

    def broken():
        raise IRedMailError("The server failed.")

    jobs = [("user a@x.example", broken)] + [(str(number), lambda: begun.append(1)) for number in range(50)]
    with Workers(1) as workers, pytest.raises(IRedMailError, match=r"user a@x\.example could not be read: The"):
        workers.read(jobs)
    assert begun == []


def test_a_bug_is_not_taken_for_an_answer():
    with Workers(1) as workers, pytest.raises(ZeroDivisionError):
        workers.read([("one", lambda: 1 // 0), ("two", lambda: 2)])


def failing(error):
    def read():
        raise error

    return read


def test_a_kind_that_is_not_there_can_be_left_out():
    with Workers(1) as workers, pytest.raises(IRedMailError, match="leave its kind out of kinds"):
        workers.read([("ml a", failing(NoSuchEndpoint("404.")))])


def test_of_many_failures_some_are_shown():
    together = threading.Barrier(8, timeout=20)

    def read():
        together.wait()
        raise NotSent("gone.")

    with Workers(8) as workers, pytest.raises(IRedMailError) as caught:
        workers.read([(f"user {number}", read) for number in range(8)])
    assert str(caught.value).count("could not be read") == SHOWN
    assert str(caught.value).endswith("And 3 more.")


# -- the end


def test_only_the_main_thread_gets_signals():
    """Else it would act on one when all work is done."""

    def mask(_number):
        return signal.pthread_sigmask(signal.SIG_BLOCK, [])

    with Workers(2) as workers:
        found = [*workers.each(mask, range(4)), *workers.read([("mask", lambda: mask(0))])]
    assert all({signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM} <= one for one in found)
    assert not mask(0)


def test_progress_that_cannot_be_shown_stops_nothing(server):
    told = []

    def broken(*line):
        told.append(line)
        raise OSError("the screen is gone")

    with Workers(1, progress=broken) as workers:
        workers.run(FakePanel(server), [[step] for step in users()], "write users")
        workers.progress("write users", 1, 1)
    assert len(server.writes) == 6
    assert len(told) == 1, "once is enough"


class Ends(BaseException):
    """As KeyboardInterrupt is, or the time-out of a task."""


def test_an_exception_on_the_way_out_begins_nothing_new_and_waits_for_what_is_in_flight():
    begun, ended, in_flight, go = [], [], threading.Event(), threading.Event()

    def work(number):
        begun.append(number)
        if number:
            in_flight.set()
            assert go.wait(20)
        ended.append(number)

    def run():
        for _done in workers.each(work, range(50)):
            assert in_flight.wait(20)
            threading.Timer(0.2, go.set).start()
            raise Ends

    with pytest.raises(Ends), Workers(1) as workers:
        run()
    assert begun == ended == [0, 1]
    assert workers.stopped


def test_an_exception_of_one_thing_ends_the_others():
    begun = []

    def work(number):
        begun.append(number)
        if number == 1:
            raise Ends
        return number

    with pytest.raises(Ends), Workers(1) as workers:
        list(workers.each(work, range(500)))
    assert len(begun) < 500


class Interruptible(FakePanel):
    """A panel whose client begins no request once it is interrupted; that happens right before one of them."""

    def __init__(self, server, before, read_only=False):
        super().__init__(server, read_only)
        self.interrupt, self.before, self.asked = Interrupt(), before, []

    def _ask(self, what):
        self.asked.append(what)
        if self.asked.count(what) == self.before.get(what):
            self.interrupt.set("SIGINT")
        self.interrupt.check()

    def get(self, *args, **options):
        self._ask("GET")
        return super().get(*args, **options)

    def write(self, operation):
        self._ask(operation.method)
        super().write(operation)


def interrupted(server, read_only=False, **before):
    steps, panel = users(), Interruptible(server, before, read_only)
    for step in steps[:2]:
        step.item.desired.exact["employee_id"] = "7"
    with Workers(1, interrupt=panel.interrupt) as workers:
        workers.run(panel, [steps], "write users", create_only=steps[:1])
        workers.run(panel, [steps[:1]], "write what refers to others")
        assert workers.stopped
    return steps


def test_an_interrupt_skips_what_was_not_begun(server):
    steps = interrupted(server, GET=7)  # four of the first two, two of the third, and then the fourth is looked for
    assert [bool(step.outcome.operations) for step in steps] == [True, True, True, False, False, False]
    assert [step.skipped for step in steps[1:]] == [False, False, True, True, True]
    assert [step.failure for step in steps[1:]] == [None] * 5
    assert len(server.writes) == 4
    assert steps[0].failure.code == "half_done"


def test_what_was_written_in_part_has_failed(server):
    steps = interrupted(server, PUT=1)
    assert [len(step.outcome.operations) for step in steps] == [1, 1, 0, 0, 0, 0]
    assert steps[1].failure.code == "interrupted"
    assert len(server.writes) == 2


def test_planning_is_interrupted_as_well(server):
    steps = interrupted(server, read_only=True, GET=3)
    assert [step.skipped for step in steps[1:]] == [False, True, True, True, True]
    assert [step.action for step in steps[1:]] == ["create"] + ["none"] * 4


def test_what_was_planned_and_not_begun_was_not_done(server):
    steps = users()
    with Workers(1) as workers:
        workers.run(FakePanel(server, read_only=True), [steps], "read users")
        workers.run(FakePanel(server), [steps[:2]], "write users")
        workers.skip_rest(steps)
    assert [bool(step.outcome.operations) for step in steps] == [True, True] + [False] * 4
    assert [step.skipped for step in steps] == [False, False] + [True] * 4


def test_an_interrupted_read_is_no_answer():
    interrupt, begun = Interrupt(), []

    def first():
        interrupt.set("SIGINT")
        return 1

    jobs = [("first", first), *((str(number), lambda: begun.append(1)) for number in range(9))]
    with pytest.raises(Interrupted, match="interrupted by SIGINT"), Workers(1, interrupt=interrupt) as workers:
        workers.read(jobs)
    assert begun == []

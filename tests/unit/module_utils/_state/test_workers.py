# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many things at once: side by side, in order within a group, and stopped together."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
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

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one life of a writing task, with the smallest engine there can be: a number that is to be another one."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.desired import Desired
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.plan import (
    CREATE,
    NONE,
    UPDATE,
    Operation,
    Plan,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.writing import WritingTask
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    AnswerLost,
    BadAnswer,
    InputError,
    IRedMailError,
    NotVerified,
    Rejected,
    ServerFault,
    WriteInCheckMode,
)
from tests.support.fake_panel import FakePanel, Server

PATH = ("number",)
SENT = {"method": "PUT", "path": "/api/number", "params": {"to": "2"}}


class Number(WritingTask):
    """Sets the number to 2; creates it as 1 first where there is none."""

    def __init__(self, verify="strict"):
        super().__init__("number", "n", Desired("n", verify=verify))
        self.reads = 0

    def read(self, panel):
        self.reads += 1
        return panel.server.read(PATH)

    def plan(self, panel, found):
        if found is None:
            plan = Plan(CREATE, [Operation("POST", PATH, {"to": "1"})], marks={"state": ("absent", "present")})
            plan.predicted, plan.rest = 1, lambda made: self._update(made)
            return plan
        return self._update(found)

    def _update(self, found):
        plan = Plan(before={"number": found}, after={"number": 2}, predicted=2)
        if found != 2:
            plan.action, plan.operations = UPDATE, [Operation("PUT", PATH, {"to": "2"})]
        return plan

    def unmet(self, plan, state):
        fine = state is not None if plan.action == CREATE else state == 2
        return [] if fine else [(("number",), f"number is {state}")]

    def show(self, state):
        self.outcome.values["number"] = {"is": state}


class Numbers(Server):
    """Stores the number."""

    def _carry_out(self, method, path, params):
        if "number" not in self.ignores:
            self.things[path] = int(params["to"])


@pytest.fixture
def server():
    made = Numbers()
    made.things[PATH] = 1
    return made


def done(server, task=None, check=False):
    """The result of a task that succeeds."""
    task = task or Number()
    task.reach(FakePanel(server, read_only=check))
    return task.result()


def failed(server, error, task=None):
    """The task that failed with an error, and the error."""
    task = task or Number()
    with pytest.raises(error) as caught:
        task.reach(FakePanel(server))
    return task, caught.value


def test_what_differs_is_sent_read_back_and_shown(server):
    task = Number()
    result = done(server, task)
    assert server.writes == ["PUT /api/number to=2"]
    assert task.reads == 2
    assert result["changed"] is True
    assert result["operations"] == [SENT]
    assert (result["diff"]["before"], result["diff"]["after"]) == ({"number": 1}, {"number": 2})
    assert result["number"] == {"is": 2}


def test_what_stands_is_left_alone(server):
    server.things[PATH] = 2
    task = Number()
    result = done(server, task)
    assert server.writes == []
    assert task.reads == 1
    assert result["changed"] is False
    assert task.outcome.action == NONE


@pytest.mark.parametrize("there", [None, 1, 2])
def test_check_mode_says_the_same_and_writes_nothing(server, there):
    server.things[PATH] = there
    predicted = done(server, check=True)
    assert server.writes == []
    assert done(server) == predicted


def test_a_reading_panel_refuses_even_a_task_that_forgets_to_ask(server):
    with pytest.raises(WriteInCheckMode):
        FakePanel(server, read_only=True).write(Operation("PUT", PATH, {"to": "2"}))
    assert server.writes == []


def test_a_failed_read_writes_nothing(server):
    server.things[PATH] = BadAnswer("odd")
    task, _error = failed(server, BadAnswer)
    assert server.writes == []
    assert task.result()["changed"] is False


def test_a_lost_answer_is_looked_into_and_nothing_is_sent_twice(server):
    server.next_write(AnswerLost("lost"), done=True)
    assert done(server)["operations"] == [SENT]
    assert len(server.writes) == 1


def test_a_lost_write_is_sent_again_as_often_as_retries_say(server):
    before = server.things[PATH]
    server.next_write(AnswerLost("lost"), done=False)
    assert done(server)["operations"] == [SENT]
    assert len(server.writes) == 2
    assert server.pauses == [0]
    server.retries = 3
    for _try in range(3):
        server.next_write(AnswerLost("lost"), done=False)
    server.things[PATH] = before
    assert done(server)["operations"] == [SENT]
    assert server.pauses == [0, 0, 1, 2]


def test_a_write_that_never_succeeds_is_told_as_a_change(server):
    for _try in range(3):
        server.next_write(AnswerLost("lost"), done=False)
    task, _error = failed(server, AnswerLost)
    assert len(server.writes) == 2
    assert task.result()["changed"] is True


def test_a_crash_is_not_cured_by_sending_again(server):
    server.next_write(ServerFault("crash", 500), done=False)
    failed(server, ServerFault)
    assert len(server.writes) == 1


def test_whether_it_was_done_is_not_known_when_reading_back_fails_too(server):
    class Blind(Number):
        def is_done(self, panel, plan, operation):
            raise BadAnswer("odd.")

    server.next_write(AnswerLost("lost."), done=True)
    task, error = failed(server, IRedMailError, Blind())
    assert str(error) == "lost. Whether it was carried out is not known, since reading back failed too: odd."
    assert task.result()["changed"] is True


def test_a_refused_write_changed_nothing(server):
    server.next_write(Rejected("no", "NO"), done=False)
    task, _error = failed(server, Rejected)
    assert task.result()["operations"] == []


@pytest.mark.parametrize(("verify", "warnings"), [("warn", ["number n: number is 1."]), ("off", None)])
def test_what_did_not_stick_is_a_warning_if_the_user_wants_it_so(server, verify, warnings):
    server.ignores.add("number")
    result = done(server, Number(verify))
    assert result.get("warnings") == warnings
    assert result["unverified"] == (["number"] if warnings else [])


def test_what_did_not_stick_fails(server):
    server.ignores.add("number")
    task, error = failed(server, NotVerified)
    assert str(error) == "number is 1 (set verify: warn to go on regardless)."
    assert task.result()["changed"] is True


def test_what_is_made_first_is_completed_from_what_is_there_then(server):
    server.things[PATH] = None
    result = done(server)
    assert server.writes == ["POST /api/number to=1", "PUT /api/number to=2"]
    assert result["diff"]["before"] == {"state": "absent", "number": 1}
    assert result["diff"]["after"] == {"state": "present", "number": 2}


def test_a_creation_that_is_refused_shows_no_difference(server):
    server.things[PATH] = None
    server.next_write(Rejected("no", "NO"), done=False)
    task, _error = failed(server, Rejected)
    assert task.result()["diff"]["after"] == {}


def test_what_is_made_is_looked_at_even_if_nobody_wants_to_hear_of_it(server):
    server.things[PATH] = None
    server.next_write(None, done=False)
    assert "warnings" not in done(server, Number("off"))
    assert server.things[PATH] == 2


def test_what_was_planned_is_sent_as_it_was_planned(server):
    server.things[PATH] = None
    task = Number()
    task.foresee(FakePanel(server, read_only=True))
    assert [planned.plan.action for planned in task.chain] == [CREATE, UPDATE]
    predicted = list(task.outcome.operations)
    assert server.writes == []
    task.outcome.operations = []
    server.things[PATH] = 2  # somebody else was faster: what to do about that is not a task's to decide
    for planned in task.chain:
        planned.task.send(FakePanel(server), planned.plan)
    assert task.outcome.operations == predicted
    with pytest.raises(NotVerified):
        task.prove(task.chain[-1].plan, 3)


def test_a_plan_is_forgotten_before_another_try(server):
    task = Number()
    done(server, task, check=True)
    assert done(server, task)["operations"] == [SENT]


def test_what_is_missing_fails_the_task_but_in_check_mode_it_may_come(server):
    task, error = Number(), InputError("there is no domain.")
    with pytest.raises(InputError):
        task.missing(FakePanel(server), error)
    task.missing(FakePanel(server, read_only=True), error)
    assert task.outcome.warnings == ["there is no domain. Unless it is made before, the task fails."]

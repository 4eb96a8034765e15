# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every row of docs/reliability.md: what is said, what is sent, what is left, and what a second run makes of it."""

from __future__ import annotations

import collections
import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from tests.reliability.language import Case, Row
from tests.reliability.rows import rows
from tests.reliability.run import CANARY, Played, special
from tests.reliability.words import FROM_ENV
from tests.sandbox.handle import Sandbox
from tests.support.playbook import IN_PROCESS, MODULE, run_tasks, task

PANELS = [("sql", IN_PROCESS), ("ldap", IN_PROCESS), ("sql", MODULE)]
ROWS = {row.name: row for row in rows()}

pytestmark = pytest.mark.parametrize(("backend", "door"), PANELS)


# One test a panel, since all rows are played together and each worker of pytest would play them again
def test_every_row(backend: str, door: str, subtests: pytest.Subtests) -> None:
    with Sandbox(backend=backend) as sandbox:
        played = Played(sandbox, door)
        for name, row in ROWS.items():
            if special(row):
                continue
            with subtests.test(name):
                assert len(played.cases[name]) == (len(row.cases()) if door == IN_PROCESS else 1)
                for case in played.cases[name]:
                    _says(played, case)
                    _sends(played, case)
                    _leaves(played, case)
                    _converges(played, case)
        with subtests.test("nothing secret and no traceback"):
            _hides(played)
        with subtests.test("nothing undocumented was asked"):
            assert sandbox.violations() == []


def _says(played: Played, case: Case) -> None:
    """The task ends as the row says, with that very message."""
    result, row = played.results[0][case.name], case.row
    if row.outcome.ok:
        assert not result.get("failed"), (case, result["msg"])
        assert result.get("warnings", []) == ([case.message] if row.message else [])
    else:
        assert result["failed"]
        assert result["msg"] == case.message
    if case.task.reads:
        assert [one.get("name") for one in result["users"]] == ["Before"] * row.outcome.ok
        assert not result["changed"]


def _sends(played: Played, case: Case) -> None:
    """The fault happened, the request was sent as often as the row says, and the result tells of every write."""
    result, row, log = played.results[0][case.name], case.row, played.log[case.domain]
    trace = [line.partition(":")[0] for line in result["api_trace"]]
    wanted = f"{case.method} {case.path}"
    assert trace.count("POST /api/login") == row.outcome.logins, trace
    if row.outcome.tries == 0 or not case.is_read or case.task.reads or not row.outcome.ok or row.path:
        assert trace.count(wanted) == row.outcome.tries, (case, trace)
    if not case.is_read and "reads back" in row.outcome.words:
        sent = [number for number, one in enumerate(trace) if one == wanted]
        for number, following in itertools.pairwise([*sent, len(trace)]):
            assert f"GET {case.path}" in trace[number:following], "no second write without a look"
    if case.action:
        times = row.outcome.tries if row.times is None else min(row.times, row.outcome.tries)
        assert played.happened[case.domain][0] == times, "the fault happened"
        assert all(played.happened[case.domain]) or not row.outcome.tries
    writes = [f"{one['method']} {one['path']}" for one in log if one["write"]]
    told = [f"{one['method']} {one['path']}" for one in result.get("operations", [])]
    assert set(told) <= set(writes)
    assert result["changed"] is bool(told)
    refused = {f"{one['method']} {one['path']}" for one in log if one["write"] and one["success"] is False}
    assert set(writes) - set(told) <= refused | _lost(case)
    if played.left(case) != played.before[case.domain] and case.row.server != "refused: `NO_SUCH_ACCOUNT`":
        assert told, "a change is told"


def _lost(case: Case) -> set[str]:
    """A write that was not carried out for want of a session is none."""
    lost = {"logout", "redirect", "html", "fail"} & set(case.action)
    return {f"{case.method} {case.path}"} if lost and not case.row.outcome.ok else set()


def _leaves(played: Played, case: Case) -> None:
    """Every row of the database is one that shall be there."""
    assert played.after[0][case.domain] == played.left(case), case


def _converges(played: Played, case: Case) -> None:
    """A second run does what is missing, a third one nothing; nothing is made twice."""
    second, third = (played.results[number][case.name] for number in (1, 2))
    for result in (second, third):
        assert not result.get("failed"), (case, result["msg"])
    if not case.task.reads:
        assert second["changed"] is case.row.changes_again, (case, second)
    assert not third["changed"], (case, third)
    assert played.after[1][case.domain] == played.after[2][case.domain] == played.end(case), case
    assert all(number <= 1 for path, number in played.made.items() if case.domain in path)


def _hides(played: Played) -> None:
    shown = "\n".join(played.shown)
    assert "ada@case1.example" in shown
    assert "Traceback" not in shown
    assert len(played.sessions) > len(played.everything())
    for secret in (CANARY, played.sandbox.password, *played.sessions):
        assert secret not in shown


@contextmanager
def side_by_side(sandbox: Sandbox) -> Iterator[None]:
    """Nobody writes before two sessions have planned all that they are going to write."""
    panel, here, both, began = sandbox.panel, threading.local(), threading.Event(), set()
    pick, take = panel.faults.pick, panel.sessions.take

    def note(method: str, path: str) -> Any:
        here.writes = method != "GET" and path != "/api/login"
        return pick(method, path)

    def meet(cookie: str | None, address: str) -> Any:
        if here.writes:
            began.add(cookie)
            if len(began) == 2:
                both.set()
            assert both.wait(timeout=120)
        return take(cookie, address)

    panel.faults.pick, panel.sessions.take = note, meet  # type: ignore[method-assign]
    try:
        yield
    finally:
        panel.faults.pick, panel.sessions.take = pick, take  # type: ignore[method-assign]


def test_together(backend: str, door: str) -> None:
    """Two processes that find the same to be done at the same moment."""
    row: Row = ROWS["together"]
    number = 12
    declared = {
        "users": [
            {
                "mail": f"u{index:02}@example.com",
                "name": "U",
                "employee_id": "7",
                "password": FROM_ENV,
                "update_password": "on_create",
            }
            for index in range(number)
        ],
        "aliases": [{"mail": "all@example.com", "name": "All", "members": ["u00@example.com", "u01@example.com"]}],
    }
    wanted = task("iredmail_state", "", declared=declared)
    with Sandbox(backend=backend) as sandbox, ThreadPoolExecutor(2) as pool:
        sandbox.api("POST", "/api/domain/example.com")
        sandbox.latency(20)
        with side_by_side(sandbox):
            runs = list(pool.map(lambda _number: run_tasks(sandbox, [wanted], door, env={"CANARY": CANARY}), range(2)))
        log = [one for one in sandbox.log() if one["write"]]
        for run in runs:
            assert {one["code"] for one in run.only["failures"]} <= {"changed_since_planned"}, run.only["msg"]
            assert CANARY not in run.output
        sessions = [one["session"] for one in log]
        assert len(set(sessions)) == 2
        made = collections.Counter(one["path"] for one in log if one["method"] == "POST" and one["success"])
        assert set(made.values()) == {1}
        last = run_tasks(sandbox, [wanted], door, env={"CANARY": CANARY}).only
        assert not last.get("failed"), last["msg"]
        again = run_tasks(sandbox, [wanted], door, env={"CANARY": CANARY}).only
        assert again["changed"] is row.changes_again is False
        assert again["summary"]["unchanged"] == number + 1
        assert sandbox.violations() == []

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running a task of a module: what comes of errors, and that no secret does."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import Module, Task, execute
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError, MissingDomain, Rejected

PARAMS = {"api_password": "very-secret-1"}


class Client:
    """As much of one as is looked at."""

    read_only: bool | None = None
    trace: list[str] = []


class Fails(Task):
    """Fails with what it is given, half-way."""

    subject = "user a@example.com"

    def __init__(self, error):
        self.error, self.seen = error, None

    def run(self, client, check_mode):
        self.seen = (client.read_only, check_mode)
        client.trace.append("GET /api/user/a@example.com: HTTP 200, 1 ms")
        if self.error:
            raise self.error

    def result(self):
        return {"changed": True, "text": "it said very-secret-1"}


def run(error, check_mode=False, verbosity=0):
    task = Fails(error)
    result = execute(Module(dict, lambda _params: task), PARAMS, check_mode, verbosity, lambda _params: Client())
    return task, result


@pytest.mark.parametrize("check_mode", [True, False])
def test_mode_is_an_argument_and_the_client_is_locked_besides(check_mode):
    task, result = run(None, check_mode)
    assert task.seen == (check_mode, check_mode)
    assert result == {"changed": True, "text": "it said ********"}


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (InputError("quota: no."), "user a@example.com: quota: no."),
        (Rejected("very-secret-1 is refused", "X"), "user a@example.com: ******** is refused"),
        (KeyError("x"), "user a@example.com: this is a bug of mailstate.iredmail, please report it: KeyError: 'x'"),
    ],
)
def test_an_error_is_a_sentence_and_the_result_is_true_nevertheless(error, message):
    _task, result = run(error)
    assert (result["failed"], result["msg"], result["changed"]) == (True, message, True)


def test_the_trace_is_there_when_asked_for():
    assert "api_trace" not in run(None, verbosity=2)[1]
    assert run(None, verbosity=3)[1]["api_trace"]


def test_what_is_impossible_needs_no_client():
    def start(_params):
        raise InputError("no.")

    def never(_params):
        raise AssertionError("a client was made")

    assert execute(Module(dict, start), PARAMS, False, 0, never) == {"changed": False, "failed": True, "msg": "no."}


def test_a_failure_has_a_reason_for_programs():
    assert [one.reason for one in (InputError("x"), MissingDomain("x"), Rejected("x", "X"))] == [
        "input_error",
        "missing_domain",
        "rejected",
    ]

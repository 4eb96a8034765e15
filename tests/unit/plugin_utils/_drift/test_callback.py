# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback when something in it fails: Ansible would only warn, and the report must tell."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from jsonschema import Draft202012Validator

from ansible_collections.mailstate.iredmail.plugins.callback import drift
from tests.support.drift_report import SCHEMA

CANARY = "Canary-4711"


@pytest.fixture
def callback(tmp_path, monkeypatch):
    monkeypatch.setattr(drift.context, "CLIARGS", {"check": True})
    monkeypatch.setattr(drift.atexit, "register", lambda _function: None)
    found = drift.CallbackModule()
    options = {"output_dir": str(tmp_path), "formats": ["json"]}
    monkeypatch.setattr(found, "get_option", options.__getitem__)
    monkeypatch.setattr(found, "_display", SimpleNamespace(warning=lambda text: found.warnings.append(text)))
    found.warnings = []
    return found


def result(**returned):
    """What Ansible hands on of a task with a whole state."""
    fields = {"name": "Compare", "action": "mailstate.iredmail.iredmail_state", "args": {}, "check_mode": True}
    task = SimpleNamespace(loop=None, loop_with=None)
    host = SimpleNamespace(get_name=lambda: "localhost")
    return SimpleNamespace(_task_fields=fields, _task=task, _host=host, _result=returned)


def ended(callback, tmp_path):
    callback.v2_playbook_on_stats(SimpleNamespace(processed={"localhost": 1}, failures={}, dark={}))
    document = json.loads((tmp_path / "drift.json").read_text(encoding="utf-8"))
    Draft202012Validator(SCHEMA).validate(document)
    return document


def test_a_result_that_is_taken_is_no_failure(callback, tmp_path):
    callback.v2_runner_on_ok(result(in_sync={"users": 2}))
    document = ended(callback, tmp_path)
    assert (document["summary"]["complete"], document["objects"], callback.warnings) == (True, [], [])


def test_a_run_that_looked_at_nothing_is_not_complete(callback, tmp_path):
    """Its only task was skipped, or only asked for something."""
    callback.v2_playbook_on_task_start(SimpleNamespace(action="mailstate.iredmail.iredmail_user"), False)
    asked = result(users=[])
    asked._task_fields["action"] = "mailstate.iredmail.iredmail_user_info"
    callback.v2_runner_on_ok(asked)
    document = ended(callback, tmp_path)
    assert (document["summary"]["complete"], document["objects"]) == (False, [])


@pytest.mark.parametrize("handler", ["v2_runner_on_ok", "v2_runner_on_failed", "v2_runner_item_on_ok"])
@pytest.mark.parametrize("place", ["take", "event_of", "learn", "goes_on"])
def test_a_result_that_cannot_be_taken_is_a_failure(callback, tmp_path, monkeypatch, handler, place):
    def fail(*_args):
        raise ValueError(CANARY)

    callback.v2_runner_on_ok(result(in_sync={"users": 1}))
    owner = {"event_of": drift.tasks, "learn": callback._secrets}.get(place, drift)
    with monkeypatch.context() as patched:
        patched.setattr(owner, place, fail)
        for _ in range(2):
            getattr(callback, handler)(result(in_sync={"users": 2}))
    document = ended(callback, tmp_path)
    assert document["summary"]["complete"] is False
    assert [(one["kind"], one["id"], one["status"]) for one in document["objects"]] == [("run", "results", "failed")]
    assert "(ValueError)" in document["objects"][0]["message"]
    assert callback.warnings
    assert CANARY not in str((document, callback.warnings))


def test_also_where_it_is_the_first(callback, tmp_path):
    callback.v2_runner_on_ok(result(in_sync={"users": "many"}))
    document = ended(callback, tmp_path)
    assert (document["summary"]["complete"], [one["id"] for one in document["objects"]]) == (False, ["results"])


# -- how often it is written


@pytest.fixture
def clock(monkeypatch):
    """Time that passes while a report is written, for as long as it is told, and as a test lets it."""
    clock = SimpleNamespace(now=1000.0, costs=[], writes=[])

    def write(*_args):
        clock.writes.append(clock.now)
        clock.now += clock.costs.pop(0) if len(clock.costs) > 1 else clock.costs[0]

    monkeypatch.setattr(drift, "write", write)
    monkeypatch.setattr(drift, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def run_task(callback, clock, seconds=0.05):
    callback.v2_playbook_on_task_start(SimpleNamespace(action="mailstate.iredmail.iredmail_state"), False)
    clock.now += seconds
    callback.v2_runner_on_ok(result(in_sync={"users": 1}))


@pytest.mark.parametrize("costs", [[0.5, 0.01], [0.01, 0.01, 0.5, 0.01]])
def test_what_is_known_is_written_before_a_task_that_may_take_long(callback, clock, costs):
    """The run may be killed in it. That it was slow to write once, as the first time, says little."""
    clock.costs = list(costs)
    for _ in costs:
        run_task(callback, clock)
    callback.v2_playbook_on_task_start(SimpleNamespace(action="ansible.builtin.pause"), False)
    assert not callback._changed
    assert len(clock.writes) >= len(costs)


def test_writing_takes_a_tenth_of_the_time_where_it_takes_long(callback, clock):
    clock.costs = [0.5]
    begin = clock.now
    for _ in range(400):
        run_task(callback, clock)
    assert 0.05 < 0.5 * len(clock.writes) / (clock.now - begin) < 0.15

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is interrupted: requests in flight end, nothing new is begun, and what was done is told."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.connection import make_client
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import with_progress
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.task import STATE_MODULE
from tests.sandbox.handle import Sandbox
from tests.support.common import COM, PASSWORD
from tests.support.playbook import DOORS, IN_PROCESS, MODULE, connection, run_tasks, task
from tests.support.state_apply import DEFAULTS, panel, told, users, written
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.both_doors]

through_both = pytest.mark.parametrize("door", DOORS)
NUMBER, LATENCY = 40, 150


@pytest.fixture
def sandbox():
    with panel("sql") as running:
        for one in users(NUMBER):
            running.api("POST", f"/api/user/{one['mail']}", password=PASSWORD)
        running.clear_log()
        yield running


def slow(sandbox: Sandbox, milliseconds: int = LATENCY) -> None:
    """Planning is quick, and each write takes its time."""
    for method in ("PUT", "POST", "DELETE"):
        sandbox.fault({"delay": milliseconds / 1000}, method, "/api/user/*", times=None)


def still_writes(sandbox: Sandbox) -> bool:
    """Whether more is written after what was in flight has ended."""
    time.sleep(2 * LATENCY / 1000)
    before = len(sandbox.writes())
    time.sleep(5 * LATENCY / 1000)
    return len(sandbox.writes()) > before


def started(sandbox: Sandbox, folder: Path, tasks: list[dict[str, object]], door: str, **env: str) -> subprocess.Popen:
    """A playbook that runs as from a terminal: a session of its own."""
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {
            "iredmail_in_process": door == IN_PROCESS,
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        },
        "module_defaults": {"group/mailstate.iredmail.iredmail": connection(sandbox)},
        "tasks": tasks,
    }
    (folder / "play.yml").write_text(yaml.safe_dump([play]))
    return subprocess.Popen(
        ["ansible-playbook", "-i", "localhost,", str(folder / "play.yml")],
        env=dict(os.environ, ANSIBLE_LOCALHOST_WARNING="false", **env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def state(**options: object) -> dict[str, object]:
    return task("iredmail_state", declared={"users": users(NUMBER, quota=2048)}, concurrency=1, **options)


PRUNE = {
    "declared": {"users": []},
    "concurrency": 1,
    "prune": {"kinds": ["users"], "domains": [COM]},
    "max_deletions": 99,
    "max_delete_percent": 100,
}


@through_both
@pytest.mark.parametrize(
    "declared",
    [
        pytest.param({"declared": {"users": users(NUMBER, quota=2048)}, "concurrency": 1}, id="write"),
        # the same with another method
        pytest.param(PRUNE, id="prune", marks=pytest.mark.matrix),
    ],
)
@pytest.mark.parametrize("how", ["ctrl-c", pytest.param("INT", marks=pytest.mark.matrix), "TERM", "HUP", "KILL"])
def test_a_playbook_that_ends_stops_its_writes(sandbox, door, tmp_path, declared, how):
    slow(sandbox)
    process = started(sandbox, tmp_path, [task("iredmail_state", **declared)], door)
    wait_for(lambda: len(sandbox.writes()) >= 5)
    if how == "ctrl-c":
        os.killpg(process.pid, signal.SIGINT)
    else:
        os.kill(process.pid, signal.Signals[f"SIG{how}"])
    output, _nothing = process.communicate(timeout=60)
    assert not still_writes(sandbox)
    done = len(sandbox.writes())
    assert 5 <= done < NUMBER - 5, output
    if how in ("ctrl-c", "INT", "TERM"):
        (said,) = re.findall(r"iredmail_state: interrupted by SIG.*: (\d+) requests that change something", output)
        assert int(said) == done, output


@through_both
def test_a_loop_ends_with_the_item_that_was_interrupted(sandbox, door, tmp_path):
    slow(sandbox)
    one = task("iredmail_user", mail="{{ item }}", quota=2048)
    one["loop"] = [user["mail"] for user in users(NUMBER)]
    process = started(sandbox, tmp_path, [one], door)
    wait_for(lambda: len(sandbox.writes()) >= 3)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert not still_writes(sandbox)
    assert len(sandbox.writes()) <= 5


@through_both
def test_the_time_limit_of_a_task_returns_what_was_done(sandbox, door):
    slow(sandbox, 400)
    limited = dict(state(), timeout=8)
    run = run_tasks(sandbox, [limited, task("iredmail_server_info", "next")], door)
    result = run.named("iredmail_state")
    assert result["summary"]["seconds"] < 10
    assert not still_writes(sandbox)
    assert result["failed"]
    assert "interrupted by the timeout of the task" in result["msg"]
    assert result["timedout"]["period"] == 8
    assert 1 <= len(sandbox.writes()) < NUMBER
    assert told(result) == written(sandbox)
    assert result["changed"]
    assert result["summary"]["updated"] + result["summary"]["failed"] == len(sandbox.writes())
    assert result["summary"]["not_tried"] == NUMBER - len(sandbox.writes())
    assert not run.named("next").get("failed")


class Ends(BaseException):
    """As KeyboardInterrupt is."""


@pytest.mark.parametrize(("error", "number"), [(OSError("no screen"), 3), (Ends(), 1)], ids=["display", "end"])
def test_progress_that_fails_hides_nothing_that_was_done(sandbox, error, number):
    def progress(what, done, total):
        if what == "write domains":
            raise error

    declared = {"domains": [{"domain": f"d{index}.example"} for index in range(3)]}
    params = dict(DEFAULTS, **connection(sandbox), declared=declared, concurrency=1)
    task = with_progress(STATE_MODULE, progress).start(params)
    client = make_client(dict(DEFAULTS, **connection(sandbox)))
    with contextlib.suppress(Ends):
        task.run(client, check_mode=False)
    result = task.result()
    assert told(result) == written(sandbox)
    assert len(sandbox.writes()) >= number
    assert result["changed"]


@through_both
@pytest.mark.parametrize("how", ["ctrl-c", pytest.param("HUP", marks=pytest.mark.matrix)])
def test_an_export_ends_as_well(sandbox, door, tmp_path, how):
    sandbox.latency(100)
    process = started(sandbox, tmp_path, [task("iredmail_state_info", concurrency=1)], door)
    wait_for(lambda: len(sandbox.log()) >= 5)
    if how == "ctrl-c":
        os.killpg(process.pid, signal.SIGINT)
    else:
        os.kill(process.pid, signal.SIGHUP)
    process.communicate(timeout=60)
    time.sleep(1.5)
    before = len(sandbox.log())
    time.sleep(1)
    assert len(sandbox.log()) == before


@pytest.mark.parametrize("pipelining", ["true", "false"])
def test_no_file_with_the_state_is_there_while_it_writes(sandbox, tmp_path, pipelining):
    slow(sandbox)
    remote = tmp_path / "remote"
    process = started(
        sandbox, tmp_path, [state()], MODULE, ANSIBLE_REMOTE_TMP=str(remote), ANSIBLE_PIPELINING=pipelining
    )
    try:
        wait_for(lambda: len(sandbox.log()) >= 1)
        assert list(remote.rglob("*")) != []
        assert [path for path in remote.rglob("*") if path.is_file() and PASSWORD in path.read_text("utf-8")] == []
        wait_for(lambda: len(sandbox.writes()) >= 1)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)
    assert list(remote.rglob("*.json")) == []

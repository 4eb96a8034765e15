# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drift report of runs that fail, break off or are killed: it never calls fine what nobody has seen."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from functools import partial
from pathlib import Path

import junitparser
import pytest
import yaml

from tests.sandbox.handle import Sandbox
from tests.support.common import COM
from tests.support.drift import (
    ADA,
    BOB,
    CANARY,
    DECLARED,
    FILES,
    check_user,
    enabled,
    report_in,
    reported,
    state_task,
    statuses,
)
from tests.support.playbook import connection, task
from tests.support.waiting import wait_for

PING = {"name": "ping", "ansible.builtin.ping": {}}


def test_a_failed_read_is_shown_as_failed(sandbox: Sandbox, tmp_path):
    for mail in (ADA, BOB):
        sandbox.api("POST", f"/api/user/{mail}", password=CANARY, quota=1024)
    sandbox.fault({"status": 500}, "GET", f"/api/user/{BOB}", times=None)
    state = {"users": DECLARED["users"]}
    tasks = [state_task(declared=state, prune=None, continue_on_error=True)]
    _run, document = reported(sandbox, tmp_path, tasks, check=True)
    assert statuses(document) == {f"user {BOB}": "failed"}
    assert "500" in document["objects"][0]["message"]
    assert document["summary"]["by_kind"]["user"]["in_sync"] == 1
    assert junitparser.JUnitXml.fromfile(str(tmp_path / "drift.xml")).errors == 1

    # also where the play goes on as if nothing had happened
    for more in ({"failed_when": False}, {"ignore_errors": True}):
        tasks = [dict(check_user(BOB, quota=1024), **more), dict(task("iredmail_user_info", mail=BOB), **more)]
        run, document = reported(sandbox, tmp_path, tasks, check=True)
        assert (run.code, statuses(document)) == (0, {f"user {BOB}": "failed"})


def test_a_secret_that_is_no_utf_8_takes_nothing_out_of_a_report(sandbox: Sandbox, tmp_path):
    env = {"IREDMAIL_API_PASSWORD": "Canary-p\udce4ss"}
    run, document = reported(sandbox, tmp_path, [check_user(ADA, password=CANARY)], check=True, env=env)
    assert (document["summary"]["complete"], statuses(document)) == (True, {f"user {ADA}": "drift"})
    assert "Callback dispatch" not in run.output


def test_what_a_panel_hides_is_unknown(backend, tmp_path):
    option = "sender_bcc" if backend == "sql" else "mailbox_format"
    value = "audit@other.example" if backend == "sql" else "mdbox"
    with Sandbox(backend, preset="hiding") as sandbox:
        sandbox.api("POST", f"/api/domain/{COM}", name="Example")
        sandbox.api("POST", f"/api/user/{ADA}", password=CANARY)
        for unreadable in ("send", "skip"):
            tasks = [check_user(ADA, unreadable=unreadable, **{option: value})]
            _run, document = reported(sandbox, tmp_path, tasks, check=True)
            assert statuses(document) == {f"user {ADA}": "unknown"}, unreadable
            assert option in document["objects"][0]["message"]


def test_a_run_that_does_not_reach_its_end_is_not_complete(sandbox: Sandbox, tmp_path):
    stop = {"name": "stop", "ansible.builtin.fail": {"msg": CANARY}}
    rest = [check_user(ADA, password=CANARY)]
    (tmp_path / "drift.json").write_text("yesterday", encoding="utf-8")
    _run, document = reported(sandbox, tmp_path, [stop, *rest], check=True)
    assert not document["summary"]["complete"]
    assert statuses(document) == {"host localhost": "failed"}
    assert document["finished"]

    rescued = {"name": "block", "block": [stop], "rescue": rest}
    _run, document = reported(sandbox, tmp_path, [rescued], check=True)
    assert (document["summary"]["complete"], statuses(document)) == (True, {f"user {ADA}": "drift"})

    # of what came after it in the block nobody knows anything
    for block in ([stop, check_user()], [{"name": "inner", "block": [stop]}, {"name": "b", "block": [check_user()]}]):
        cut = {"name": "block", "block": block, "rescue": [PING]}
        run, document = reported(sandbox, tmp_path, [*rest, cut], check=True)
        assert (run.code, document["summary"]["complete"]) == (0, False)
        assert statuses(document) == {f"user {ADA}": "drift", "host localhost": "failed"}
    run, document = reported(sandbox, tmp_path, [{**check_user(), "when": False}], check=True)
    assert (run.code, document["summary"]["complete"], statuses(document)) == (0, False, {})

    verdict = dict(stop, vars={"iredmail_drift_verdict": True})
    run, document = reported(sandbox, tmp_path, [*rest, verdict], check=True)
    assert (run.code, document["summary"]["complete"]) == (2, True)


@pytest.mark.parametrize(
    "play",
    [
        {"roles": ["mailstate.iredmail.mail_state"]},
        {"tasks": [{"name": "role", "ansible.builtin.include_role": {"name": "mailstate.iredmail.mail_state"}}]},
        {"tasks": [{"name": "b", "block": [{"name": "c", "block": [PING], "always": [check_user()]}]}]},
        {"post_tasks": [check_user()]},
    ],
    ids=["role", "include_role", "block", "post_tasks"],
)
def test_an_old_report_does_not_outlive_a_run_that_dies_early(tmp_path, play):
    (tmp_path / "drift.json").write_text("yesterday", encoding="utf-8")
    stop = {"name": "stop", "ansible.builtin.fail": {"msg": "no"}}
    _run, document = reported(None, tmp_path, [], play={"pre_tasks": [stop], **play}, check=True)
    assert statuses(document) == {"host localhost": "failed"}
    assert not document["summary"]["complete"]


def test_an_unreachable_host_is_not_fine(sandbox: Sandbox, tmp_path):
    play = {"hosts": "one,two", "connection": "ssh", "gather_facts": False}
    variables = {"ansible_port": 1, "ansible_host": "127.0.0.1"}
    more = {"play": play, "variables": variables, "args": ("-i", "one,two,"), "check": True}
    _run, document = reported(sandbox, tmp_path, [check_user(ADA)], **more)
    assert not document["summary"]["complete"]
    assert {"host one", "host two"} <= set(statuses(document))
    assert set(statuses(document).values()) == {"failed"}


def test_a_play_without_hosts_is_not_fine(sandbox: Sandbox, tmp_path):
    _run, document = reported(sandbox, tmp_path, [check_user(ADA)], play={"hosts": "nobody"}, check=True)
    assert not document["summary"]["complete"]
    assert statuses(document) == {"run play Test": "failed"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_a_killed_run_leaves_a_report(tmp_path, number):
    with Sandbox() as sandbox:
        sandbox.api("POST", f"/api/domain/{COM}", name="Example")
        tasks = [check_user(ADA, password=CANARY), {"name": "wait", "ansible.builtin.pause": {"seconds": 60}}]
        play = {
            "name": "Test",
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "module_defaults": {"group/mailstate.iredmail.iredmail": connection(sandbox)},
            "tasks": tasks,
        }
        path = tmp_path / "play.yml"
        path.write_text(yaml.safe_dump([play]), encoding="utf-8")
        folder = tmp_path / "drift"
        environment = dict(os.environ, **dict(enabled(folder), ANSIBLE_CALLBACKS_ENABLED="mailstate.iredmail.drift"))
        printed = tmp_path / "printed"
        with (
            printed.open("wb") as output,
            subprocess.Popen(
                ["ansible-playbook", "--check", "-i", "localhost,", str(path)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # where a shell started these tests in the background, it had all of them ignore SIGINT
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            ) as process,
        ):
            workers: list[int] = []
            try:
                wait_for(
                    lambda: (folder / "drift.json").exists() and report_in(folder)["objects"],
                    partial(printed.read_text, "utf-8"),
                )
                workers = children(process.pid)
                stop(process, number)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                for worker in workers:  # each has a process group of its own
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(worker, signal.SIGKILL)
    document = report_in(folder)
    assert statuses(document) == {f"user {ADA}": "drift"}
    assert not document["summary"]["complete"]
    assert sorted(one.name for one in folder.iterdir()) == sorted(FILES)
    assert "incomplete" in (folder / "drift.html").read_text(encoding="utf-8")
    assert "iredmail_drift_complete 0" in (folder / "drift.prom").read_text(encoding="utf-8")


def children(pid):
    """The processes that a process has started and that still run."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text(encoding="ascii").split()]


def stop(process, number):
    """Send a signal; once more if nothing comes of it, as people do: Python loses an interrupt while it forks."""
    for _ in range(3):
        os.kill(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(15)
    raise AssertionError("it goes on")

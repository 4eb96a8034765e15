# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brakes and breaks as users meet them: real `ansible-playbook` through both doors."""

from __future__ import annotations

import collections
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from tests.sandbox.handle import Sandbox
from tests.support.common import COM, ORG, PASSWORD
from tests.support.playbook import DOORS, IN_PROCESS, connection, run_playbook, run_tasks, task
from tests.support.state_apply import applied, panel, requests, there, users
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.both_backends, pytest.mark.both_doors]

both_backends = pytest.mark.parametrize(("backend", "door"), list(zip(("sql", "ldap"), DOORS, strict=True)))


@both_backends
def test_plan_approve_apply_and_what_stops_it(backend, door, tmp_path):
    empty, src = tmp_path / "empty.yml", tmp_path / "mail.yml"
    empty.write_text("users: []\n")
    src.write_text(yaml.safe_dump({"users": users(11), "aliases": [{"mail": f"a@{COM}", "members": [f"u00@{COM}"]}]}))
    prune = {"kinds": ["users"], "domains": [COM]}
    approved = "{{ plan.checksum }}"
    tasks = [
        task("iredmail_state", "empty", src=str(empty), prune=prune),
        task("iredmail_state", "none", src=str(src), prune=prune, max_deletions=0),
        dict(
            task("iredmail_state", "percent", src=str(src), prune=prune, max_delete_percent=8.3), register="looked_at"
        ),
        dict(task("iredmail_state", "plan", src=str(src), prune=prune), check_mode=True, register="plan"),
        task("iredmail_state", "other", src=str(empty), expect_checksum=approved),
        task("iredmail_state", "apply", src=str(src), prune=prune, expect_checksum=approved),
        task("iredmail_state", "again", src=str(src), prune=prune),
    ]
    with panel(backend) as sandbox:
        for one in users(12):
            sandbox.api("POST", f"/api/user/{one['mail']}", password=PASSWORD)
        sandbox.clear_log()
        run = run_tasks(sandbox, tasks, door, args=("--diff",))
        words = {
            "empty": "12 deletions are planned, and max_deletions is 10",
            "none": "1 deletions are planned, and max_deletions is 0: user u11@example.com; nothing was written",
            "percent": "1 of 12 users in example.com would be deleted, and max_delete_percent is 8.3",
            "other": "the plan is not the one that was approved",
        }
        for name, text in words.items():
            result = run.named(name)
            assert result["failed"]
            assert text in result["msg"]
            assert (result["changed"], result["operations"]) == (False, [])
        # nobody can look at the result of a task that does not register it, and Ansible shows it as one line
        assert [run.named(name)["changes"] for name in ("empty", "none", "other")] == [[], [], []]
        assert [one["action"] for one in run.named("percent")["changes"]] == ["create", "delete"]
        plan, done, again = (run.named(name) for name in ("plan", "apply", "again"))
        assert plan["summary"]["created"] == plan["summary"]["deleted"] == 1
        assert done["operations"] == plan["operations"]
        assert (again["changed"], again["changes"]) == (False, [])
        assert requests(sandbox, "/api/login") == ["POST /api/login"] * len(tasks)
        assert [f"{one['method']} {one['path']}" for one in sandbox.writes()] == [
            f"POST /api/alias/a@{COM}",
            f"DELETE /api/user/u11@{COM}",
        ]
        assert PASSWORD not in run.output + json.dumps(run.lines)


def descendants(pid: int) -> list[int]:
    """A process and all that it started, also what has left its group, as Ansible's workers do."""
    children = collections.defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children[int(fields[1])].append(int(stat.parent.name))
    found = [pid]
    for one in found:
        found += children[one]
    return found


def killed(sandbox: Sandbox, play: Path, writes: int) -> None:
    """Run a playbook and kill all of it in the middle of its writes."""
    env = dict(os.environ, ANSIBLE_LOCALHOST_WARNING="false", ANSIBLE_PIPELINING="true")
    command = ["ansible-playbook", "-i", "localhost,", str(play)]
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )

    def in_the_middle() -> bool:
        assert process.poll() is None, "it ended before it could be killed"
        return len(sandbox.writes()) >= writes

    try:
        wait_for(in_the_middle, seconds=90)
    finally:
        for pid in descendants(process.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait()


@both_backends
def test_a_run_that_is_killed_is_finished_by_the_next_one(backend, door, tmp_path):
    declared = {
        "domains": [{"domain": COM, "max_users": 99}, {"domain": "new.example", "description": "New"}],
        "users": [one for domain in (COM, ORG, "new.example") for one in users(30, domain, name="U", employee_id="7")],
        "aliases": [{"mail": f"all@{domain}", "members": [f"u00@{domain}"]} for domain in (COM, ORG)],
    }
    (tmp_path / "mail.yml").write_text(yaml.safe_dump(declared))
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {
            "iredmail_in_process": door == IN_PROCESS,
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        },
        "tasks": [task("iredmail_state", src=str(tmp_path / "mail.yml"))],
    }
    with panel(backend) as sandbox:
        play["module_defaults"] = {"group/mailstate.iredmail.iredmail": connection(sandbox)}
        path = tmp_path / "play.yml"
        path.write_text(yaml.safe_dump([play]))
        sandbox.clear_log()
        sandbox.latency(30)
        killed(sandbox, path, writes=30)
        sandbox.latency(0)
        time.sleep(0.3)  # what is under way is carried out
        first = [one["path"] for one in sandbox.writes() if one["method"] == "POST" and one["success"]]
        assert 10 < len(there(sandbox)) < 90

        sandbox.clear_log()
        run = run_playbook(path)
        result = run.only
        assert not result.get("failed"), result
        assert result["summary"]["created"] == 90 + 1 + 2 - len(first)
        second = [one["path"] for one in sandbox.writes() if one["method"] == "POST"]
        assert not set(first) & set(second)
        assert len(set(first + second)) == len(first + second)
        assert there(sandbox) == sorted(one["mail"] for one in declared["users"])
        assert applied(sandbox, declared)["changes"] == []

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run real `ansible-playbook` and look at what every task returned."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
IN_PROCESS, MODULE = "in_process", "module"
DOORS = (IN_PROCESS, MODULE)


@dataclass
class Run:
    """What came of a playbook run: the results of its tasks, by name and in order, and all that was printed."""

    code: int
    output: str
    lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def results(self) -> list[dict[str, Any]]:
        """The results of the tasks, loop items left out."""
        return [line["result"] for line in self.lines if not line["item"]]

    @property
    def items(self) -> list[dict[str, Any]]:
        """The results of loop items."""
        return [line["result"] for line in self.lines if line["item"]]

    @property
    def only(self) -> dict[str, Any]:
        """The result of the only task."""
        (result,) = self.results
        return result

    def named(self, task: str) -> dict[str, Any]:
        """The result of the task of that name."""
        (result,) = [line["result"] for line in self.lines if line["task"] == task and not line["item"]]
        return result


def connection(sandbox: Any) -> dict[str, Any]:
    """Connection options for a sandbox."""
    return {"api_url": sandbox.url, "api_username": sandbox.username, "api_password": sandbox.password}


def in_environment(sandbox: Any) -> dict[str, str]:
    """The same as variables of the environment."""
    return {f"IREDMAIL_{name.upper()}": value for name, value in connection(sandbox).items()}


def task(module: str, _name: str = "", **options: Any) -> dict[str, Any]:
    """A task that calls a module of the collection; it may fail, for the test to look at."""
    return {
        "name": _name or module,
        "mailstate.iredmail." + module: options,
        "ignore_errors": True,
    }


def in_turn(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each task three times: in check mode, for real, and once more."""
    return [turn for one in tasks for turn in (dict(one, check_mode=True), one, one)]


def run_in_turn(
    sandbox: Any, tasks: list[dict[str, Any]], door: str = IN_PROCESS, args: tuple[str, ...] = ()
) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """What each of the tasks returned in check mode, for real and once more, in one run."""
    results = run_tasks(sandbox, in_turn(tasks), door, args=args).results
    return zip(results[::3], results[1::3], results[2::3], strict=True)


def run_tasks(
    sandbox: Any,
    tasks: list[dict[str, Any]],
    door: str = IN_PROCESS,
    check: bool = False,
    args: tuple[str, ...] = (),
    play: dict[str, Any] | None = None,
    env: dict[str, str] | None = None,
    variables: dict[str, Any] | None = None,
) -> Run:
    """Run tasks against a sandbox on localhost, through one of the doors."""
    content = {
        "name": "Test",
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": dict(
            {"iredmail_in_process": door == IN_PROCESS, "ansible_python_interpreter": "{{ ansible_playbook_python }}"},
            **(variables or {}),
        ),
        "tasks": tasks,
    }
    if sandbox is not None:
        content["module_defaults"] = {"group/mailstate.iredmail.iredmail": connection(sandbox)}
    content.update(play or {})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "play.yml"
        path.write_text(yaml.safe_dump([content], sort_keys=False, allow_unicode=True), encoding="utf-8")
        run = run_playbook(path, ("--check",) * check + args, env)
    if tasks and "hosts" not in (play or {}):
        # A playbook that cannot even be read shows nothing, and would please a test that looks for what is not there.
        assert run.lines, run.output
        assert len(run.results) == len(tasks) or not all(one.get("ignore_errors") for one in tasks), run.output
    return run


def play(
    sandbox: Any,
    playbook: str,
    *args: str,
    door: str = IN_PROCESS,
    env: Mapping[str, str] | None = None,
    **variables: Any,
) -> Run:
    """Run a playbook of the collection; the connection comes from the environment."""
    more = {"ansible_connection": "local", "iredmail_in_process": door == IN_PROCESS, **variables}
    more["ansible_python_interpreter"] = "{{ ansible_playbook_python }}"
    told = yaml.safe_dump(more, default_flow_style=True, width=9999)
    return run_playbook(Path(playbook), ("-e", told, *args), dict(in_environment(sandbox), **(env or {})))


def run_playbook(path: Path, args: tuple[str, ...] = (), env: dict[str, str] | None = None) -> Run:
    """Run a playbook file on localhost; ``code`` is what ansible-playbook returned."""
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder) / "results.jsonl"
        capture.touch()
        environment = dict(
            os.environ,
            CAPTURE_FILE=str(capture),
            ANSIBLE_CALLBACK_PLUGINS=str(HERE / "callback"),
            ANSIBLE_CALLBACKS_ENABLED="capture",
            ANSIBLE_LOCALHOST_WARNING="false",
            ANSIBLE_PIPELINING="true",  # a third of the time of a module, and nothing here depends on it
        )
        environment.update(env or {})
        done = subprocess.run(
            ["ansible-playbook", "-i", "localhost,", str(path), *args],
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        lines = [json.loads(line) for line in capture.read_text(encoding="utf-8").splitlines()]
    return Run(done.returncode, done.stdout + done.stderr, lines)

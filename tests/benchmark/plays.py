# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks of the benchmarks, and how long they take."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent


def play(tasks: list[dict[str, Any]], defaults: dict[str, Any], in_process: bool) -> str:
    """A playbook on localhost as text."""
    content = {
        "name": "Benchmark",
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"iredmail_in_process": in_process, "ansible_python_interpreter": sys.executable},
        "module_defaults": {"group/mailstate.iredmail.iredmail": defaults},
        "tasks": tasks,
    }
    return yaml.safe_dump([content], sort_keys=False)


#: Prints the peak memory (KB) of a command. A process of its own, since one begins with the peak of what forked it.
PEAK = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


def run(text: str) -> float:
    """Wall seconds of one ansible-playbook run; it must succeed."""
    return measured(text)[0]


def empty_play(rounds: int) -> float:
    """Wall seconds of a playbook without a task, the least of some rounds."""
    return min(run(play([], {}, True)) for _round in range(rounds))


def measured(text: str) -> tuple[float, int]:
    """The same, and the peak memory (MB) of any of its processes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "play.yml"
        path.write_text(text, encoding="utf-8")
        environment = dict(os.environ, ANSIBLE_LIBRARY=str(HERE / "library"), ANSIBLE_NOCOLOR="true")
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", PEAK, "ansible-playbook", "-i", "localhost,", str(path)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        elapsed = time.perf_counter() - started
    if done.returncode:
        sys.exit(done.stdout[-3000:] + done.stderr[-3000:])
    return elapsed, int(done.stdout.split()[-1]) // 1024

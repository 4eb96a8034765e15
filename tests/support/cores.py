# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Older ansible-cores, in small virtual environments, for what `make test` must know of them."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

from tests.support.common import ROOT

#: each with the Pythons that its controller takes, the one to try first in front
PYTHONS = {"2.17": ("3.12", "3.11"), "2.18": ("3.13", "3.12", "3.11")}
#: one that the collection refuses, as the default execution environment of AWX 24 has it
TOO_OLD = {"2.15": ("3.9", "3.10", "3.11")}


def path_with(core: str) -> str:
    """A PATH on which that ansible-core comes first; its virtual environment is made if need be."""
    folder = ROOT / ".build" / "cores" / core
    ready = folder / "ready"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{core}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another worker may be making it
        if not ready.exists():
            _make(core, folder)
            ready.touch()
    return f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"


def _make(core: str, folder: Path) -> None:
    interpreter = python(*{**PYTHONS, **TOO_OLD}[core])
    assert interpreter, f"there is no Python for ansible-core {core} on this machine"
    shutil.rmtree(folder, ignore_errors=True)
    uv, there = str(ROOT / ".venv" / "bin" / "uv"), str(folder / "bin" / "python")
    _run(uv, "venv", "--quiet", "--python", interpreter, str(folder))
    _run(uv, "pip", "install", "--quiet", "--python", there, f"ansible-core~={core}.0", "requests")


def python(*versions: str) -> str | None:
    """The path of the first of these Pythons that is on this machine."""
    found = subprocess.run([ROOT / "scripts" / "pythons", "7"], capture_output=True, text=True, check=True).stdout
    paths = dict(line.split(" ", 1) for line in found.splitlines())
    return next((paths[version] for version in versions if version in paths), None)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path("/"))
    assert done.returncode == 0, done.stderr

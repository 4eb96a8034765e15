# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Older ansible-cores, in small virtual environments, for what `make test` must know of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.support.common import ROOT

#: each with the Pythons that its controller takes, newest first
PYTHONS = {"2.17": ("3.12", "3.11"), "2.18": ("3.13", "3.12", "3.11")}


def path_with(core: str) -> str:
    """A PATH on which that ansible-core comes first; its virtual environment is made if need be."""
    folder = ROOT / ".build" / "cores" / core
    ready = folder / "ready"
    if not ready.exists():
        shutil.rmtree(folder, ignore_errors=True)
        uv = str(ROOT / ".venv" / "bin" / "uv")
        _run(uv, "venv", "--quiet", "--python", _python(core), str(folder))
        _run(
            uv,
            "pip",
            "install",
            "--quiet",
            "--python",
            str(folder / "bin" / "python"),
            f"ansible-core~={core}.0",
            "requests",
        )
        ready.touch()
    return f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"


def _python(core: str) -> str:
    found = subprocess.run([ROOT / "scripts" / "pythons"], capture_output=True, text=True, check=True).stdout
    paths = dict(line.split(" ", 1) for line in found.splitlines())
    return next(paths[version] for version in PYTHONS[core] if version in paths)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path("/"))
    assert done.returncode == 0, done.stderr

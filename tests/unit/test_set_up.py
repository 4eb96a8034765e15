# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make venv` where .venv is that of another place, or of other requirements."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.support.common import ROOT


@pytest.mark.parametrize("location", ["elsewhere", "here"])
def test_the_interpreter_is_not_taken_from_what_is_deleted(tmp_path: Path, location: str) -> None:
    (tmp_path / "requirements").mkdir()
    lock = tmp_path / "requirements" / "dev.txt"
    lock.write_text("# nothing is pinned==here\n", encoding="utf-8")
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    venv.create(tmp_path / ".venv", with_pip=False)
    (tmp_path / ".venv" / ".location").write_text(f"{tmp_path if location == 'here' else location}\n", encoding="utf-8")
    (tmp_path / ".venv" / ".installed").write_text("other==1\n", encoding="utf-8")
    # as make has it; nothing is installed, so that no package index is asked
    path = f"{tmp_path / '.venv' / 'bin'}{os.pathsep}{Path(sys._base_executable).parent}{os.pathsep}{os.defpath}"
    done = subprocess.run(
        [tmp_path / "scripts" / "venv"],
        env={**os.environ, "PATH": path, "PIP_NO_INDEX": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / ".venv" / ".installed").read_text(encoding="utf-8") == lock.read_text(encoding="utf-8")
    home = (tmp_path / ".venv" / "pyvenv.cfg").read_text(encoding="utf-8")
    assert str(tmp_path / ".venv") not in home.splitlines()[0]

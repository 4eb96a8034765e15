# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection awx.awx, from the wheel of the package ansible that requirements/awx.in pins."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from tests.support.common import ROOT

WANTED = "ansible_collections/awx/awx/"


class Unavailable(Exception):
    """The wheel cannot be had here."""


def awx_collections() -> Path:
    """A folder with ``ansible_collections/awx/awx``, made when it is missing.

    The package itself is not installed: it would bring another ansible-core.

    :raises Unavailable: the package index does not give it
    """
    lines = (ROOT / "requirements" / "awx.in").read_text(encoding="utf-8").splitlines()
    (pinned,) = [line for line in lines if not line.startswith("#")]
    home = ROOT / ".build" / f"awx-{pinned.partition('==')[2]}"
    if home.exists():
        return home
    with tempfile.TemporaryDirectory(dir=ROOT / ".build") as folder:
        # not the Python that runs the tests: an environment of the matrix has no pip
        command = [
            str(ROOT / ".venv" / "bin" / "python"),
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary",
            ":all:",
        ]
        try:
            subprocess.run(
                [*command, "--dest", folder, pinned], check=True, capture_output=True, text=True, timeout=240
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            reason = (str(error.stderr or error).strip().splitlines() or [""])[-1]
            raise Unavailable(f"pip download {pinned}: {reason}") from error
        (wheel,) = Path(folder).glob("*.whl")
        unpacked = Path(folder) / "unpacked"
        with zipfile.ZipFile(wheel) as content:
            content.extractall(unpacked, [name for name in content.namelist() if name.startswith(WANTED)])
        try:
            unpacked.rename(home)
        except OSError:
            # another worker was faster
            if not home.exists():
                raise
            shutil.rmtree(unpacked)
    return home

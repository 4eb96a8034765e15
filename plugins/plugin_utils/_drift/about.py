# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who made a report, and from which files."""

from __future__ import annotations

import os
import socket
import subprocess

from ansible_collections.mailstate.iredmail.plugins.module_utils._version import VERSION

from .entry import Document

#: seconds that git may take
_PATIENCE = 5


def about(path: str = "") -> Document:
    """The foot of a report.

    :param path: of the files, or one of them; empty: there are none
    """
    return {"version": VERSION, "revision": revision_of(path) if path else "", "host": socket.gethostname()}


def revision_of(path: str) -> str:
    """The commit that the files are from; empty where no repository has them, and where git is missing or refuses."""
    folder, name = (path, ".") if os.path.isdir(path) else os.path.split(path)
    # git looks for a repository in every folder above, and one there may have nothing to do with the files
    if not _git(folder or ".", "ls-files", "--", name):
        return ""
    return _git(folder or ".", "rev-parse", "--short=12", "HEAD")


def _git(folder: str, *arguments: str) -> str:
    """What git says; empty if it says nothing, or fails."""
    try:
        answer = subprocess.run(
            ["git", "-C", folder, *arguments],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""

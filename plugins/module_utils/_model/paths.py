# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths of the API."""

from __future__ import annotations

from typing import Tuple

#: the parts of a path below ``/api``
Path = Tuple[str, ...]


def api_path(path: Path) -> str:
    """The path as the API document writes it: ``("user", "a@b.c")`` is ``/api/user/a@b.c``."""
    return "/api/" + "/".join(path)

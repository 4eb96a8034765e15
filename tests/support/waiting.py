# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for what another thread or process does."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_for(condition: Callable[[], object], shown: Callable[[], str] = str, seconds: float = 60) -> None:
    """Wait until something is true.

    :param shown: what helps to see why it did not become true
    :raises AssertionError: it did not in so many seconds
    """
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not in {seconds:g} seconds\n{shown()}"
        time.sleep(0.02)

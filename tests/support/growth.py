# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How time grows with the amount of work, as a ratio within one run."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

TIMES = 8
#: a linear work takes 8 times as long, a quadratic one 64 times
MOST = 3 * TIMES


def grows_evenly(prepare: Callable[[int], Callable[[], Any]], size: int) -> bool:
    """Whether eight times ``size`` costs about eight times as much; ``prepare`` makes the work of a size."""

    def seconds(amount: int) -> float:
        best = float("inf")
        for _try in range(2):
            work = prepare(amount)
            started = time.process_time()
            work()
            best = min(best, time.process_time() - started)
        return best

    seconds(size)  # what is made once
    return seconds(TIMES * size) < MOST * max(seconds(size), 0.002)

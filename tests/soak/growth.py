# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process holds, and whether that grows from round to round."""

from __future__ import annotations

import statistics
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

#: KiB of resident memory that may come after the warm-up, by a line through all measurements
MOST_MEMORY = 8 * 1024
#: so many measurements are too few to tell a leak from what is filled once
FEW = 40
#: of all rounds, those in which what is made once is made
WARM_UP = 0.25
NAMES = ("memory", "files", "connections", "threads")


def measured() -> dict[str, int]:
    """Of this process: resident memory in KiB, open files, connections among these, and threads."""
    opened = []
    for path in Path("/proc/self/fd").iterdir():
        try:
            opened.append(str(path.readlink()))
        except OSError:  # the folder itself, which is closed by now
            continue
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    (memory,) = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")]
    connections = sum(name.startswith("socket:") for name in opened)
    return {"memory": memory, "files": len(opened), "connections": connections, "threads": threading.active_count()}


def after_warm_up(samples: Sequence[Any]) -> Sequence[Any]:
    """Those that count."""
    return samples[int(len(samples) * WARM_UP) :]


def memory_growth(samples: Sequence[dict[str, int]]) -> float:
    """KiB that came after the warm-up, by the slope of a line through all measurements from then on."""
    counted = [one["memory"] for one in after_warm_up(samples)]
    if len(counted) < 2:
        return 0.0
    return float(statistics.linear_regression(range(len(counted)), counted).slope) * len(counted)


def leaks(who: str, samples: Sequence[dict[str, int]]) -> list[str]:
    """A sentence for each thing of which a process holds more and more.

    Memory may grow by ``MOST_MEMORY`` from the end of the warm-up to the end. Of files, connections and threads the
    second half of what comes after the warm-up may never show more than the first half does.
    """
    counted = after_warm_up(samples)
    if len(counted) < FEW:
        return []
    found = []
    growth = memory_growth(samples)
    if growth > MOST_MEMORY:
        found.append(f"{who}: memory grew by {growth / 1024:.1f} MiB in {len(counted)} rounds after the warm-up")
    half = len(counted) // 2
    for name in NAMES[1:]:
        before, after = (max(one[name] for one in part) for part in (counted[:half], counted[half:]))
        if after > before:
            found.append(f"{who}: {name} grew from {before} to {after}")
    return found

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a soak came to, as a table and as JSON."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.soak.growth import NAMES, after_warm_up, memory_growth
from tests.support.common import ROOT

#: what the last soak came to, and the one that docs/reliability.md shows
LAST = ROOT / ".build" / "soak" / "figures.json"
RECORD = ROOT / "tests" / "reliability" / "soak.json"
TAKEN = "runs that met a name of somebody undeclared"
COUNTED = (
    "rounds",
    "rounds with ansible-playbook",
    "runs",
    "runs that failed, as they said",
    TAKEN,
    "runs that put something back",
    "requests",
    "writes",
    "accounts taken away as planned",
    "faults hit",
    "changes by hand",
    "restarts",
    "jumps of the clocks",
)
WRONG = "what was wrong"


def figures_of(
    seed: int, seconds: float, counts: Counter[str], samples: Mapping[str, Sequence[dict[str, int]]], wrong: int
) -> dict[str, Any]:
    """All of it; ``samples`` by process, of which each has first and last figures."""
    return {
        "date": datetime.date.today().isoformat(),
        "seed": seed,
        "minutes": round(seconds / 60, 1),
        "counts": {**{name: counts[name] for name in COUNTED}, WRONG: wrong},
        "processes": {
            who: {
                "rounds": len(several),
                **{name: [after_warm_up(several)[0][name], several[-1][name]] for name in NAMES},
                "growth": round(memory_growth(several)),
            }
            for who, several in samples.items()
            if several
        },
    }


def table(figures: Mapping[str, Any]) -> str:
    """For people, in Markdown."""
    lines = ["| | |", "|---|---:|"]
    lines += [f"| {name} | {number:,} |" for name, number in figures["counts"].items()]
    lines += ["", "| after the warm-up, and at the end | memory (MiB) | open files | connections | threads |"]
    lines.append("|---|---:|---:|---:|---:|")
    for who, found in figures["processes"].items():
        memory = ", ".join(f"{one / 1024:.1f}" for one in found["memory"])
        others = [", ".join(map(str, found[name])) for name in NAMES[1:]]
        lines.append(f"| {who} | {memory} | " + " | ".join(others) + " |")
    return "\n".join(lines)


def write(path: Path, figures: Mapping[str, Any]) -> None:
    """Keep it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def recorded() -> dict[str, Any]:
    """The soak that docs/reliability.md shows."""
    return dict(json.loads(RECORD.read_text(encoding="utf-8")))

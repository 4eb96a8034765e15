# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changes cost: requests for each changed object, and the time beside that of the writes alone.

The panel waits 30 ms before each answer. What an answer takes, with its own work, is measured there.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmark.alone import alone, time_of_an_answer
from tests.benchmark.plays import empty_play
from tests.benchmark.whole_state import apply
from tests.sandbox.handle import Sandbox
from tests.support.state_apply import user

LATENCY, CONCURRENCY = 0.03, 4
DOMAIN = "d.example"
CAN_BE_REPEATED = ("quotas", "throttles")
OPTIONS = {"concurrency": CONCURRENCY, "max_deletions": 10**6, "max_delete_percent": 100}
#: what is done, the requests that are allowed for each object, and how often the time that the writes alone would take
GOALS = {"quotas": (1.3, 1.5), "throttles": (2.3, None), "deletions": (3.3, None), "mailboxes": (2.3, 1.5)}


class Measured(NamedTuple):
    """One run that applied a state.

    :ivar each: requests for each object
    :ivar seconds: net of an empty playbook
    :ivar answer: seconds that the panel took to answer a write
    :ivar ratio: the time to that of the writes alone, as many at a time as they may be
    :ivar beside: the time to that of the same requests by a script, where they can be repeated
    """

    each: float
    seconds: float
    answer: float
    ratio: float
    beside: float | None


def states(names: list[str], turn: int) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The states that are applied one after the other, with other values in each turn."""
    throttle = {"direction": "inbound", "period": 60, "max_msgs": 5 + turn}
    return {
        "quotas": {"users": [{"mail": name, "quota": f"{7 + turn}MB"} for name in names]},
        "throttles": {"throttles": [{"account": name, **throttle} for name in names]},
        "deletions": {"users": [{"mail": name, "state": "absent"} for name in names]},
        # with a quota: the list of an LDAP server shows none where there is none, so each would be read by itself
        "mailboxes": {"users": [user(name, employee_id="7", quota="1MB") for name in names]},
    }


def main(rounds: int, number: int) -> None:
    """Measure and print, on both backends."""
    empty = empty_play(rounds)
    for backend in ("sql", "ldap"):
        runs: dict[str, list[Measured]] = defaultdict(list)
        with Sandbox(backend=backend) as sandbox, tempfile.TemporaryDirectory() as folder:
            names = sandbox.seed([DOMAIN], number)[DOMAIN]
            sandbox.latency(LATENCY * 1000)
            for turn in range(rounds):
                for what, state in states(names, turn).items():
                    path = Path(folder) / "state.json"
                    path.write_text(json.dumps(state), encoding="utf-8")
                    seconds, _methods, _peak = apply(sandbox, path, **OPTIONS)
                    runs[what].append(measured(sandbox, backend, what, number, seconds - empty))
        for what, those in runs.items():
            report(backend, what, number, min(those, key=lambda one: one.ratio), max(one.each for one in those))


def measured(sandbox: Sandbox, backend: str, what: str, number: int, seconds: float) -> Measured:
    """What the run took that the sandbox has logged.

    :param seconds: net of an empty playbook
    """
    writes = len(sandbox.writes())
    assert writes >= number
    one_by_one = backend == "ldap" and what in ("deletions", "mailboxes")  # the panel counts in the domain's entry
    answer = time_of_an_answer(sandbox.writes())
    floor = writes * answer / (1 if one_by_one else CONCURRENCY)
    each = len(sandbox.log()) / number
    beside = seconds / alone(sandbox, ("POST", "PUT"), CONCURRENCY) if what in CAN_BE_REPEATED else None
    return Measured(each, seconds, answer, seconds / floor, beside)


def report(backend: str, what: str, number: int, best: Measured, each: float) -> None:
    """One line for one state: the quickest of its runs, and the most requests for each object."""
    most, longest = GOALS[what]
    fine = each <= most and (longest is None or best.ratio <= longest)
    goal = f" (goal: {longest})" if longest else ""
    beside = "" if best.beside is None else f", {best.beside:.2f} x the same requests by a script"
    floor = f"writes x {best.answer * 1000:.0f} ms / concurrency"
    print(
        f"{backend}: {number} {what} changed: {each:.2f} requests each (goal: {most}), "
        f"{best.seconds:.1f} s = {best.ratio:.2f} x {floor}{goal}{beside} {'ok' if fine else 'MISSED'}"
    )

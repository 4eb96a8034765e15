# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changes cost: requests for each changed object, and the time beside that of the writes alone.

The panel waits 30 ms before each answer. What an answer takes, with its own work, is measured there.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

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


def states(names: list[str]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The states that are applied one after the other."""
    throttle = {"direction": "inbound", "period": 60, "max_msgs": 5}
    return {
        "quotas": {"users": [{"mail": name, "quota": "7MB"} for name in names]},
        "throttles": {"throttles": [{"account": name, **throttle} for name in names]},
        "deletions": {"users": [{"mail": name, "state": "absent"} for name in names]},
        "mailboxes": {"users": [user(name, employee_id="7") for name in names]},
    }


def main(rounds: int, number: int) -> None:
    """Measure and print, on both backends."""
    empty = empty_play(rounds)
    for backend in ("sql", "ldap"):
        with Sandbox(backend=backend) as sandbox, tempfile.TemporaryDirectory() as folder:
            names = sandbox.seed([DOMAIN], number)[DOMAIN]
            sandbox.latency(LATENCY * 1000)
            for what, state in states(names).items():
                path = Path(folder) / "state.json"
                path.write_text(json.dumps(state), encoding="utf-8")
                seconds, _methods, _peak = apply(sandbox, path, **OPTIONS)
                report(sandbox, backend, what, number, seconds - empty)


def report(sandbox: Sandbox, backend: str, what: str, number: int, seconds: float) -> None:
    """One line for one state.

    :param seconds: net of an empty playbook
    """
    writes = len(sandbox.writes())
    assert writes >= number
    one_by_one = backend == "ldap" and what in ("deletions", "mailboxes")  # the panel counts in the domain's entry
    answer = time_of_an_answer(sandbox.writes())
    floor = writes * answer / (1 if one_by_one else CONCURRENCY)
    each, ratio = len(sandbox.log()) / number, seconds / floor
    beside = ""
    if what in CAN_BE_REPEATED:
        beside = f", {seconds / alone(sandbox, ('POST', 'PUT'), CONCURRENCY):.2f} x the same requests by a script"
    most, longest = GOALS[what]
    fine = each <= most and (longest is None or ratio <= longest)
    goal = f" (goal: {longest})" if longest else ""
    print(
        f"{backend}: {number} {what} changed: {each:.2f} requests each (goal: {most}), {seconds:.1f} s = {ratio:.2f} x "
        f"writes x {answer * 1000:.0f} ms / concurrency{goal}{beside} {'ok' if fine else 'MISSED'}"
    )

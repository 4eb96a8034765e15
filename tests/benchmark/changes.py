# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changes cost: requests for each changed object, and the time beside that of the writes alone."""

from __future__ import annotations

import time
from typing import Any

from tests.sandbox.handle import Sandbox
from tests.support.state_apply import apply, user

LATENCY, CONCURRENCY = 0.03, 4
DOMAIN = "d.example"
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


def main(number: int) -> None:
    """Measure and print, on both backends."""
    for backend in ("sql", "ldap"):
        with Sandbox(backend=backend) as sandbox:
            names = sandbox.seed([DOMAIN], number)[DOMAIN]
            sandbox.latency(LATENCY * 1000)
            for what, state in states(names).items():
                report(sandbox, backend, what, state)


def report(sandbox: Sandbox, backend: str, what: str, state: dict[str, Any]) -> None:
    """One line for one state."""
    started = time.monotonic()
    result = apply(
        sandbox, state, concurrency=CONCURRENCY, max_deletions=10**6, max_delete_percent=100.0, verify="strict"
    )
    seconds = time.monotonic() - started
    assert not result.get("failed"), result["msg"]
    writes = len(sandbox.writes())
    one_by_one = backend == "ldap" and what in ("deletions", "mailboxes")  # the panel counts in the domain's entry
    floor = writes * LATENCY / (1 if one_by_one else CONCURRENCY)
    each, ratio = len(sandbox.log()) / len(result["changes"]), seconds / floor
    most, longest = GOALS[what]
    fine = each <= most and (longest is None or ratio <= longest)
    print(
        f"{backend}: {len(result['changes'])} {what} changed: {each:.2f} requests each (goal: {most}), {seconds:.1f} s "
        f"= {ratio:.2f} x the writes alone{f' (goal: {longest})' if longest else ''} {'ok' if fine else 'MISSED'}"
    )

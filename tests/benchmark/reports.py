# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What plans and drift reports cost: twice as many changes take twice as long."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.collect import Event, take
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.formats import FORMATS, rendered
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.report import Report
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.plan import plan_files
from tests.benchmark.whole_state import verdict
from tests.sandbox.handle import Sandbox
from tests.support.state_apply import apply

NUMBER = 8000
#: times of so many changes to that of half as many
MOST = 3


def main() -> None:
    """Measure and print."""
    with Sandbox(backend="sql") as sandbox:
        names = [mail for mails in sandbox.seed(4, NUMBER // 4).values() for mail in mails]
        results = [planned(sandbox, names[:number]) for number in (NUMBER // 2, NUMBER)]
    print(f"{NUMBER:,} changes to {NUMBER // 2:,}")
    for what, make in (("the plan, in all formats", plan), ("the drift report, in all formats", drift)):
        half, whole = (seconds(make, result) for result in results)
        verdict(f"{what}, {whole:.2f} s", whole / half, MOST)


def planned(sandbox: Sandbox, names: list[str]) -> dict[str, Any]:
    """A plan that gives each of them another quota."""
    state = {"users": [{"mail": name, "quota": "7MB"} for name in names]}
    result = apply(sandbox, state, check=True)
    assert len(result["changes"]) == len(names)
    return result


def seconds(make: Callable[[dict[str, Any]], object], result: dict[str, Any]) -> float:
    """The least of three tries."""
    found = []
    for _try in range(3):
        started = time.perf_counter()
        make(result)
        found.append(time.perf_counter() - started)
    return min(found)


def plan(result: dict[str, Any]) -> object:
    """The files of a plan."""
    return plan_files(result, ["json", "markdown", "html"])


def drift(result: dict[str, Any]) -> object:
    """The files of a drift report."""
    report = Report("2026-11-28T00:00:00Z")
    report.ran(True)
    take(report, Event("state", "localhost", "Compare", result, {}, result["panel"], True))
    return list(rendered(report.document("2026-11-28T00:01:00Z", complete=True), FORMATS))

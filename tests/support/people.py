# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A domain with two users and an admin from outside, and tasks that are run three times over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.playbook import IN_PROCESS, run_in_turn

OTHER = "Other-Horse-8-Staple"
DOMAIN = "example.com"
ADA, BOB, BOSS, PARTNER = "ada@example.com", "bob@example.com", "boss@example.com", "admin@partner.example"
PRESETS = ["hiding", "old", "strings", "wrapped"]


def populate(sandbox: Sandbox) -> None:
    """Make the people."""
    for mail in (ADA, BOB):
        sandbox.api("POST", f"/api/user/{mail}", password=PASSWORD)
    sandbox.api("POST", f"/api/admin/{PARTNER}", password=PASSWORD)


@contextmanager
def other_panel(backend: str, preset: str) -> Iterator[Sandbox]:
    """A sandbox of other shapes with the same people."""
    with Sandbox(backend=backend, preset=preset) as sandbox:
        sandbox.api("POST", f"/api/domain/{DOMAIN}", name="Example")
        populate(sandbox)
        yield sandbox
        assert sandbox.violations() == []


def thrice(
    sandbox: Sandbox, tasks: list[dict[str, Any]], door: str = IN_PROCESS, always: tuple[int, ...] = ()
) -> list[dict[str, Any]]:
    """Run each task in check mode, really, and once more, all in one play; returns what the real ones returned.

    ``always`` are the numbers of tasks that write in every run.
    """
    sandbox.clear_log()
    results = list(run_in_turn(sandbox, tasks, door))
    failed = [result.get("msg") for turns in results for result in turns if result.get("failed")]
    assert not failed, failed
    told = []
    for number, (predicted, applied, again) in enumerate(results):
        for key in ("operations", "diff", "changed", "unverified"):
            assert predicted[key] == applied[key], (number, key)
        assert applied["changed"] is bool(applied["operations"]), number
        assert again["operations"] == (applied["operations"] if number in always else []), number
        assert again["changed"] is (number in always), number
        told += applied["operations"] + again["operations"]
    assert [(one["method"], one["path"]) for one in sandbox.writes()] == [(one["method"], one["path"]) for one in told]
    return [applied for _predicted, applied, _again in results]


def params(result: dict[str, Any]) -> list[dict[str, str]]:
    """The parameters of the writes of a task."""
    return [one["params"] for one in result["operations"]]

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole state planned and carried out on a panel that is a dict."""

from __future__ import annotations

from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.items import Reader
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.limits import prune_of
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.order import carry_out
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.planner import StatePlanner
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import Workers
from tests.support.fake_panel import FakePanel, PlannedPanel

PASSWORD = "secret-word-1"
DOMAIN = "example.com"


def plan(
    panel: FakePanel,
    declared: dict[str, Any],
    prune: dict[str, Any] | None = None,
    planned: type[PlannedPanel] = PlannedPanel,
) -> StatePlanner:
    """The plan of what is declared."""
    items = Reader(declared, {"verify": "strict"}, {}).read()
    with Workers(2) as workers:
        planner = StatePlanner(planned(panel), items, prune_of(prune, declared), workers, "strict")
        planner.plan()
    return planner


def apply(panel: FakePanel, planner: StatePlanner, go_on: bool = False) -> None:
    """Carry a plan out."""
    with Workers(1, go_on) as workers:
        carry_out(planner.steps, panel, workers)


def told(planner: StatePlanner) -> dict[str, str]:
    """What is to happen, or has happened, by object."""
    return {step.item.label: step.action for step in planner.steps if step.action != "none"}


def failures(planner: StatePlanner) -> dict[str, str]:
    """The codes of what failed, by object."""
    return {step.item.label: step.failure.code for step in planner.steps if step.failure}


def requests(panel: FakePanel) -> list[str]:
    """The writes that arrived, in order."""
    return [f"{one.method} {'/'.join(one.path)}" for one in panel.written]

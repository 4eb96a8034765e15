# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole state over a fake panel: what is planned for a declaration, and what is sent for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.items import Item, Reader
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.limits import Prune, prune_of
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.order import carry_out
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.planner import StatePlanner
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.step import Step
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import Workers
from tests.support.fake_panel import FakeOverlay, FakePanel, Server


def items_of(declared: Mapping[str, Any], **shared: Any) -> list[Item]:
    """What is declared, checked."""
    return Reader(declared, {"verify": "strict", **shared}, {}).read()


def item_of(plural: str = "users", **options: Any) -> Item:
    """One declared thing: a user, unless it is said to be something else."""
    (item,) = items_of(
        {plural: [options if {"account", "domain", "mail"} & set(options) else {"mail": "a@b.example", **options}]}
    )
    return item


def steps_of(declared: Mapping[str, Any], **shared: Any) -> list[Step]:
    """The steps of a declaration of which nothing is planned yet."""
    return [Step(item) for item in items_of(declared, **shared)]


def planned(
    server: Server, declared: Mapping[str, Any], prune: Mapping[str, Any] | None = None, workers: Workers | None = None
) -> StatePlanner:
    """The plan for a declaration; nothing is written."""
    checked, written = prune_of(prune, declared) if prune else Prune(), len(server.writes)
    with workers or Workers(1) as pool:
        planner = StatePlanner(FakeOverlay(server), items_of(declared), checked, pool, "strict")
        planner.plan()
    assert len(server.writes) == written
    return planner


def applied(
    server: Server, declared: Mapping[str, Any], prune: Mapping[str, Any] | None = None, go_on: bool = False
) -> StatePlanner:
    """The same, and then it is carried out, one after the other."""
    planner = planned(server, declared, prune)
    with Workers(1, go_on) as workers:
        carry_out(planner.steps, FakePanel(server), workers)
    return planner


def actions(planner: StatePlanner) -> dict[str, str]:
    """What happens to each thing that is planned for."""
    return {step.item.label: step.action for step in planner.steps}


def failures(planner: StatePlanner) -> dict[str, str]:
    """The codes of what failed."""
    return {step.item.label: step.failure.code for step in planner.steps if step.failure}

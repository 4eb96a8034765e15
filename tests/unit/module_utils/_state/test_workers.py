# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads that work side by side and stop together."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import NotSent, Rejected
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN as DOMAINS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import MAX_UNREACHABLE, Workers
from tests.support.fake_panel import FakePanel
from tests.support.planned import DOMAIN, plan

MAILS = [f"u{number}@{DOMAIN}" for number in range(6)]


def prepared():
    panel = FakePanel()
    panel.put(DOMAINS, DOMAIN)
    for mail in MAILS:
        panel.put(USER, mail)
    planner = plan(panel, {"users": [{"mail": mail, "name": "New"} for mail in MAILS]})
    return panel, [[step] for step in planner.steps]


@pytest.mark.parametrize("go_on", [True, False])
def test_one_failed_write_stops_the_rest_unless_it_goes_on(go_on):
    panel, groups = prepared()
    panel.replies = [Rejected("no", "NO")]
    with Workers(1, go_on) as workers:
        workers.run(panel, groups, "write users")
        assert workers.stopped is not go_on
    assert len(panel.written) == (len(MAILS) if go_on else 1)
    assert sum(step.skipped for (step,) in groups) == (0 if go_on else len(MAILS) - 1)


def test_a_panel_that_cannot_be_reached_is_given_up():
    panel, groups = prepared()
    panel.replies = [NotSent("no route")] * 50
    with Workers(1, go_on=True) as workers:
        workers.run(panel, groups, "write users")
    assert sum(step.unreachable for (step,) in groups) == MAX_UNREACHABLE


def test_progress_moves_with_every_group():
    seen = []
    panel, groups = prepared()
    with Workers(2, progress=lambda what, done, total: seen.append((what, done, total))) as workers:
        workers.run(panel, groups, "write users")
    assert seen == [("write users", number, len(MAILS)) for number in range(1, len(MAILS) + 1)]

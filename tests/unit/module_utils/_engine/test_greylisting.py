# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The greylisting modules on a panel that is a dict."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current, Found
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.greylisting import (
    GreylistingTask,
    SpfDomainsTask,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import AnswerLost, InputError
from tests.support.fake_panel import FakePanel, lost

WHITELISTS = ("greylisting", "example.com", "whitelists")


class Panel(FakePanel):
    """Keeps the setting besides."""

    def _carry_out(self, operation):
        if "status" in operation.params:
            self.settings[operation.path] = Current("sql", {"enabled": operation.params["status"] == "enable"})
        else:
            super()._carry_out(operation)


def test_the_setting_first_and_then_the_whitelist():
    panel = Panel()
    for _run in range(2):
        one = GreylistingTask({"account": "example.com", "enabled": True, "whitelist": ["a@example.org"]})
        one.reach(panel)
    assert [operation.params for operation in panel.written] == [
        {"status": "enable"},
        {"addSenders": "a@example.org"},
    ]
    assert one.outcome.values["greylisting"] == {
        "account": "example.com",
        "whitelist": ["a@example.org"],
        "enabled": True,
    }


def test_absent_leaves_the_whitelist_alone():
    panel = Panel()
    panel.sets[WHITELISTS] = Found(frozenset({"a@example.org"}))
    one = GreylistingTask({"account": "example.com", "state": "absent"})
    one.reach(panel)
    assert panel.written == []
    assert one.outcome.values["greylisting"]["whitelist"] == ["a@example.org"]
    with pytest.raises(InputError, match="does not go with a whitelist"):
        GreylistingTask({"account": "example.com", "state": "absent", "whitelist": []})


def test_domains_that_nobody_shows_are_sent_and_said_to_be_unverified():
    panel = Panel(read_only=True)
    one = SpfDomainsTask({"add_domains": ["example.org"]})
    one.reach(panel)
    assert (one.outcome.action, one.outcome.unverified) == ("update", ["domains"])
    skipped = SpfDomainsTask({"add_domains": ["example.org"], "unreadable": "skip"})
    skipped.reach(panel)
    assert (skipped.outcome.changed, skipped.outcome.uncompared) == (False, ["domains"])


def test_what_nobody_can_see_is_not_taken_for_done():
    panel = Panel()
    panel.replies = [lost(AnswerLost("gone"), False)] * 5
    with pytest.raises(AnswerLost):
        SpfDomainsTask({"domains": []}).reach(panel)
    assert len(panel.written) == 1 + panel.retries

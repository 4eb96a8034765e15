# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings on a panel that is a dict."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.setting import SettingTask
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError, NotVerified
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.spampolicy import SPAMPOLICY
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.throttle import THROTTLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from tests.support.fake_panel import FakePanel

ACCOUNT = {"account": "example.com", "direction": "inbound"}
LIMITS = {"msg_size": -1, "max_msgs": -1, "max_quota": -1}
PATH = ("throttle", "example.com", "inbound")


class Panel(FakePanel):
    """Keeps throttles as they are sent."""

    def _carry_out(self, operation):
        values = {name: int(text) for name, text in operation.params.items()}
        self.settings[operation.path] = Current("sql", {**LIMITS, **values})
        if values.get("period") == 0:
            del self.settings[operation.path]


def throttle(**options):
    return SettingTask(THROTTLE, {**ACCOUNT, **options})


def test_a_setting_is_made_changed_and_switched_off():
    panel = Panel()
    for options, action, params in (
        ({"period": 60, "max_msgs": 5}, "create", {"period": "60", "max_msgs": "5"}),
        ({"max_msgs": 7}, "update", {"period": "60", "max_msgs": "7"}),
        ({"max_msgs": 7}, "none", None),
        ({"state": "absent"}, "delete", {"period": "0"}),
        ({"state": "absent"}, "none", None),
    ):
        panel.written.clear()
        one = throttle(**options)
        one.reach(panel)
        assert one.outcome.action == action
        assert [operation.params for operation in panel.written] == ([params] if params else [])


def test_what_is_needed_is_asked_for_before_anything_is_sent():
    panel = Panel()
    with pytest.raises(InputError, match="period is needed, since nothing is configured yet"):
        throttle(max_msgs=5).reach(panel)
    assert panel.written == []


@pytest.mark.parametrize("verify", ["strict", "warn"])
def test_what_does_not_stick_is_told(verify):
    panel = Panel()
    panel.settings[PATH] = Current("sql", {**LIMITS, "period": 60})
    panel.replies = ["ignored"]
    one = throttle(max_msgs=5, verify=verify)
    if verify == "strict":
        with pytest.raises(NotVerified, match="sent 5, found -1"):
            one.reach(panel)
    else:
        one.reach(panel)
        assert one.outcome.warnings
    assert one.outcome.unverified == ["max_msgs"]


def test_what_the_panel_hides_is_sent_or_left_alone_as_said():
    panel = Panel(read_only=True)
    panel.settings[("spampolicy", "domain", "example.com")] = Current(
        "sql", {one.option: UNREADABLE for one in SPAMPOLICY.fields}
    )
    sends = SettingTask(SPAMPOLICY, {"account": "example.com", "bypass_spam_checks": True})
    sends.reach(panel)
    assert (sends.outcome.before, sends.outcome.after) == (
        {"bypass_spam_checks": "<unknown>"},
        {"bypass_spam_checks": True},
    )
    skips = SettingTask(
        SPAMPOLICY, {"account": "example.com", "bypass_spam_checks": True, "unreadable": "skip", "verify": "strict"}
    )
    skips.reach(panel)
    assert (skips.outcome.operations, skips.outcome.uncompared) == ([], ["bypass_spam_checks"])

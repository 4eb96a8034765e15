# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of addresses on a panel that is a dict."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.address_set import AddressSetTask
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Found
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import AnswerLost, InputError, NotVerified
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.greylisting import WHITELIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST
from tests.support.fake_panel import FakePanel, lost

KEYS = {"account": "global", "direction": "inbound", "list": "whitelist"}
PATH = ("wblist", "inbound", "whitelist", "global")
A, B, C = "a@example.org", "b@example.org", "c@example.org"


def members(**options):
    return AddressSetTask(WBLIST, {**KEYS, **options})


def calls(panel):
    return [(one.method, one.params) for one in panel.written]


def test_exactly_these_by_the_smallest_calls():
    panel = FakePanel()
    panel.sets[PATH] = Found(frozenset({A, B}))
    for _run in range(2):
        one = members(addresses=[B, C])
        one.reach(panel)
    assert calls(panel) == [("POST", {"addresses": C}), ("PUT", {"addresses": A})]
    assert not one.outcome.changed


def test_one_call_where_both_go_by_the_same_method():
    panel = FakePanel()
    panel.sets["greylisting", "global", "whitelists"] = Found(frozenset({A}))
    AddressSetTask(WHITELIST, {"account": "global", "whitelist": [B]}).reach(panel)
    assert calls(panel) == [("POST", {"addSenders": B, "removeSenders": A})]


def test_what_a_cron_job_put_there_is_left_alone():
    panel = FakePanel()
    panel.sets["greylisting", "global", "whitelists"] = Found(frozenset({A}), frozenset({B}))
    AddressSetTask(WHITELIST, {"account": "global", "whitelist": [A, B]}).reach(panel)
    assert panel.written == []


def test_an_address_moves_between_opposite_lists():
    panel = FakePanel(read_only=True)
    panel.sets["wblist", "inbound", "blacklist", "global"] = Found(frozenset({A}))
    one = members(add_addresses=[A])
    one.reach(panel)
    assert (one.outcome.before["blacklist"], one.outcome.after["blacklist"]) == ([A], [])


@pytest.mark.parametrize("done", [True, False])
def test_each_call_is_looked_after_by_itself(done):
    panel = FakePanel()
    panel.sets[PATH] = Found(frozenset({A}))
    panel.replies = [lost(AnswerLost("gone"), done)]
    members(addresses=[B]).reach(panel)
    assert len(panel.written) == (2 if done else 3)
    assert panel.sets[PATH].own == {B}


def test_what_is_not_stored_is_told():
    panel = FakePanel()
    panel.sets[PATH] = Found(frozenset({A}))
    panel.replies = ["ignored", "ignored"]
    with pytest.raises(NotVerified, match=f"not stored: {B}; still there: {A}"):
        members(addresses=[B]).reach(panel)


def test_absent_removes_all_and_does_not_go_with_some():
    panel = FakePanel()
    panel.sets[PATH] = Found(frozenset({A}))
    for _run in range(2):
        members(state="absent").reach(panel)
    assert calls(panel) == [("DELETE", {})]
    with pytest.raises(InputError, match="removes every address"):
        members(state="absent", remove_addresses=[A])

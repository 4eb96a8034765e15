# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Greylisting: a setting with a whitelist beside it, and domains that no panel shows."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current, Found
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.greylisting import (
    GreylistingTask,
    SpfDomainsTask,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import AnswerLost, InputError, NotVerified
from tests.support.engine_runs import Runs
from tests.support.fake_panel import FakePanel, Server

SETTING, WHITELIST = ("greylisting", "example.com"), ("greylisting", "example.com", "whitelists")
POST, SENDERS = "POST /api/greylisting/example.com ", "POST /api/greylisting/example.com/whitelists "
SPF = "POST /api/greylisting/whitelist_spf_domains "
A, B = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def server():
    return Server()


RUNS = Runs(lambda task=GreylistingTask, **options: task({"account": "example.com", **options}))
run, both = RUNS.run, RUNS.both


def test_setting_and_whitelist_are_one_thing_in_two_requests(server):
    result = both(server, enabled=False, whitelist=[A])
    assert server.writes == [POST + "status=disable", SENDERS + f"addSenders={A}"]
    assert result["greylisting"] == {"account": "example.com", "enabled": False, "whitelist": [A]}
    assert result["diff"]["after"] == {"state": "present", "enabled": False, "whitelist": [A]}


def test_a_whitelist_alone_leaves_the_setting_alone(server):
    server.things[WHITELIST] = Found(frozenset({A}))
    both(server, add_whitelist=[B])
    assert server.writes == [SENDERS + f"addSenders={B}"]


def test_a_setting_alone_leaves_the_whitelist_alone_and_shows_it(server):
    server.things[WHITELIST] = Found(frozenset({A}))
    assert both(server, enabled=True)["greylisting"]["whitelist"] == [A]
    assert server.writes == [POST + "status=enable"]


def test_more_senders_are_no_drift_unless_the_list_is_exact(server):
    """A panel may list addresses that a cron job has looked up among those that people put there."""
    server.things[WHITELIST] = Found(frozenset({A, B, "198.51.100.0/24"}))
    assert run(server, add_whitelist=[A], remove_whitelist=["192.0.2.9"])["changed"] is False
    both(server, whitelist=[A])
    assert server.writes == [SENDERS + f"removeSenders={B},198.51.100.0/24"]


def test_absent_removes_the_setting_only(server):
    server.things[SETTING] = Current("sql", {"enabled": True})
    server.things[WHITELIST] = Found(frozenset({A}))
    both(server, state="absent")
    assert server.writes == ["DELETE /api/greylisting/example.com"]
    assert server.things[WHITELIST] == Found(frozenset({A}))
    with pytest.raises(InputError, match="does not go with a whitelist"):
        run(server, state="absent", remove_whitelist=[A])


def test_a_whitelist_that_did_not_stick_fails_after_the_setting(server):
    server.ignores.add("whitelist")
    task = GreylistingTask({"account": "example.com", "enabled": True, "whitelist": [A]})
    with pytest.raises(NotVerified, match=f"not stored: {A}"):
        task.reach(FakePanel(server))
    assert task.result()["operations"][0]["params"] == {"status": "enable"}
    assert len(task.result()["operations"]) == 2


@pytest.mark.parametrize(
    ("params", "sent"),
    [
        ({"domains": ["b.example", "a.example"]}, "domains=a.example,b.example"),
        ({"domains": []}, "domains="),
        ({"state": "absent"}, "domains="),
        ({"add_domains": ["a.example"]}, "addDomains=a.example"),
        (
            {"add_domains": ["a.example"], "remove_domains": ["b.example"]},
            "addDomains=a.example&removeDomains=b.example",
        ),
    ],
)
def test_domains_that_nobody_can_read_are_sent_each_time(server, params, sent):
    predicted = run(server, check=True, task=SpfDomainsTask, **params)
    assert server.writes == []
    for _run in range(2):
        assert run(server, task=SpfDomainsTask, **params) == predicted
    assert server.writes == [(SPF + sent)] * 2
    assert server.reads == []
    assert predicted["unverified"] == ["domains"]
    assert predicted["diff"]["before"] == {"domains": "<unknown>"}


def test_or_left_alone_if_the_user_wants_that(server):
    result = run(server, task=SpfDomainsTask, domains=["a.example"], unreadable="skip")
    assert (server.writes, result["changed"]) == ([], False)
    assert "unreadable: skip" in result["warnings"][0]
    assert run(server, task=SpfDomainsTask)["changed"] is False


def test_state_absent_and_domains_contradict_each_other(server):
    with pytest.raises(InputError, match="remove_domains"):
        SpfDomainsTask({"state": "absent", "add_domains": ["a.example"]})


def test_an_answer_that_was_lost_cannot_be_looked_into(server):
    server.next_write(AnswerLost("lost"), done=True)
    run(server, task=SpfDomainsTask, domains=["a.example"])
    assert len(server.writes) == 2

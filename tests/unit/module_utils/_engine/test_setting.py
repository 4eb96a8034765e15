# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings on their way to the declared state: throttles, which are sent whole, and spam policies."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current, decode_setting
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.setting import SettingTask
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    AnswerLost,
    BadAnswer,
    InputError,
    NotVerified,
    Rejected,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.accounts import Target
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.spampolicy import SPAMPOLICY
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.throttle import THROTTLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from tests.support.engine_runs import Runs
from tests.support.fake_panel import FakePanel, Server

PATH = ("throttle", "example.com", "outbound")
POST = "POST /api/throttle/example.com/outbound "
BLANK = POST + "period=60&msg_size=&max_msgs=&max_quota="
SET = {"period": 60, "msg_size": -1, "max_msgs": 10, "max_quota": -1}


@pytest.fixture
def server():
    return Server()


RUNS = Runs(lambda **options: SettingTask(THROTTLE, {"account": "example.com", "direction": "outbound", **options}))
run, both, fail = RUNS.run, RUNS.both, RUNS.fail


def has(server, **values):
    server.things[PATH] = Current("sql", {**SET, **values})


def test_a_setting_is_configured(server):
    result = both(server, period=60, max_msgs=10)
    assert server.writes == [POST + "period=60&max_msgs=10"]
    assert result["diff"]["before"] == {"state": "absent"}
    assert result["diff"]["after"] == {"state": "present", "period": 60, "max_msgs": 10}
    assert result["throttle"] == {"account": "example.com", "direction": "outbound", **SET}


def test_what_is_set_goes_along_since_the_server_may_replace_all(server):
    has(server)
    both(server, max_msgs=20)
    assert server.writes == [POST + "period=60&max_msgs=20"]


def test_what_may_be_gone_by_then_is_sent_all_the_same(server):
    has(server, max_quota=7)
    server.things[PATH].unsure = True
    plan = RUNS.task(period=60, max_msgs=10).plan(FakePanel(server), server.things[PATH])
    (operation,) = plan.operations
    assert operation.params == {"period": "60", "max_msgs": "10", "max_quota": "7"}
    assert (plan.after, plan.predicted.value("max_quota")) == ({"period": 60, "max_msgs": 10}, 7)


def test_a_policy_is_sent_by_its_own_method(server):
    task = SettingTask(SPAMPOLICY, {"account": "ada@example.com", "quarantine_virus": False})
    task.reach(FakePanel(server))
    assert server.writes == ["PUT /api/spampolicy/user/ada@example.com quarantine_virus=no"]
    assert task.result()["spampolicy"]["quarantine_virus"] is False


def test_nothing_is_sent_for_what_is_unset_anyway(server):
    assert both(server, period=0)["throttle"] == {}


def test_zero_switches_it_off(server):
    has(server)
    assert both(server, period=0)["throttle"] == {}
    assert server.writes == [POST + "period=0&max_msgs=10"]


def test_absent(server):
    has(server)
    result = both(server, state="absent")
    assert server.writes == [BLANK]
    assert (result["diff"]["before"], result["throttle"]) == ({"state": "present"}, {})


def test_absent_by_the_other_way_where_the_likelier_one_does_not_do_it(server):
    has(server)
    server.keeps_blank = True
    result = run(server, state="absent")
    assert server.writes == [BLANK, POST + "period=0"]
    assert [one["params"] for one in result["operations"]] == [
        {"period": "60", "msg_size": "", "max_msgs": "", "max_quota": ""},
        {"period": "0"},
    ]
    assert run(server, state="absent")["changed"] is False


def test_absent_by_the_other_way_where_the_likelier_one_is_refused(server):
    has(server)
    server.next_write(Rejected("no", "INVALID_NUMBER"), done=False)
    result = run(server, state="absent")
    assert server.writes == [BLANK, POST + "period=0"]
    assert [one["params"] for one in result["operations"]] == [{"period": "0"}]
    has(server)
    server.next_write(Rejected("no", "INVALID_NUMBER"), done=False)
    server.next_write(Rejected("no", "PERMISSION_DENIED"), done=False)
    assert fail(server, Rejected, state="absent") == "no"


def test_absent_by_the_other_way_where_the_period_is_not_shown(server):
    has(server, period=UNREADABLE)
    run(server, state="absent")
    assert server.writes == [POST + "period=0"]


@pytest.mark.parametrize("verify", ["warn", "off"])
def test_that_it_is_gone_is_proved_by_reading(server, verify):
    has(server)
    for _way in range(2):
        server.next_write(None, done=False)
    result = run(server, state="absent", verify=verify)
    assert len(server.writes) == 2
    assert "still shows" in result["warnings"][0]


@pytest.mark.parametrize(
    ("there", "options"),
    [
        ({}, {"period": 60}),
        ({}, {"period": 60, "max_msgs": -1}),
        (SET, {"max_msgs": -1}),
        (SET, {"period": 90, "max_msgs": -1, "msg_size": -1, "max_quota": -1}),
    ],
)
def test_a_period_without_a_limit_is_refused(server, there, options):
    if there:
        has(server)
    for check in (True, False):
        assert "does not save a throttle that limits nothing" in fail(server, InputError, check, **options)
    assert server.writes == []


def test_unlimited_is_a_limit_of_its_own(server):
    """0 ends the search for what is less specific, which leaving it out does not."""
    both(server, period=60, max_msgs=0)
    assert server.writes == [POST + "period=60&max_msgs=0"]


def test_what_has_no_limit_is_there_all_the_same(server):
    has(server, max_msgs=-1)
    assert run(server, period=60)["changed"] is False
    assert run(server, state="absent")["changed"] is True


def test_absent_goes_by_delete_where_there_is_one(server):
    server.things["spampolicy", "global"] = Current("sql", {"quarantine_spam": True})
    task = SettingTask(SPAMPOLICY, {"account": "global", "state": "absent"})
    task.reach(FakePanel(server))
    assert server.writes == ["DELETE /api/spampolicy/global"]


@pytest.mark.parametrize(
    ("there", "why"), [({}, "nothing is configured yet"), ({"period": UNREADABLE}, "does not show the one that is set")]
)
def test_what_a_setting_needs(server, there, why):
    if there:
        has(server, **there)
    assert why in fail(server, InputError, max_msgs=20)
    assert server.writes == []


@pytest.mark.parametrize(("unreadable", "writes"), [("send", [POST + "period=60&max_msgs=10"]), ("skip", [])])
def test_what_is_not_shown(server, unreadable, writes):
    has(server, max_msgs=UNREADABLE)
    result = run(server, max_msgs=10, unreadable=unreadable)
    assert server.writes == writes
    assert bool(result.get("warnings")) is bool(writes)


def test_what_is_not_shown_may_be_lost_with_the_rest(server):
    has(server, max_quota=UNREADABLE)
    result = run(server, max_msgs=20)
    assert "max_quota is not shown by this panel, which may set it back" in result["warnings"][0]


def test_a_setting_that_cannot_be_read_is_not_taken_for_none(server):
    server.things[PATH] = BadAnswer("odd")
    fail(server, BadAnswer, period=60)
    fail(server, BadAnswer, state="absent")
    assert server.writes == []


def test_a_lost_answer(server):
    server.next_write(AnswerLost("lost"), done=True)
    assert run(server, period=60, max_msgs=5)["changed"] is True
    assert len(server.writes) == 1


def test_a_lost_request_is_sent_again(server):
    has(server)
    server.next_write(AnswerLost("lost"), done=False)
    run(server, max_msgs=20)
    assert len(server.writes) == 2


def test_what_did_not_stick(server):
    has(server)
    server.ignores.add("max_msgs")
    assert fail(server, NotVerified, max_msgs=20).startswith(
        "max_msgs was not accepted by the server: sent 20, found 10"
    )
    assert run(server, max_msgs=20, verify="warn")["unverified"] == ["max_msgs"]


@pytest.mark.parametrize(
    ("there", "params", "words"),
    [
        (False, {"period": 60, "max_msgs": 5}, "the server accepted the POST and shows nothing configured"),
        (True, {"state": "absent"}, "the server accepted the POST and still shows the throttle"),
    ],
)
def test_a_success_that_is_none(server, there, params, words):
    if there:
        has(server)
    for _way in range(2):
        server.next_write(None, done=False)
    assert fail(server, NotVerified, **params).startswith(words)


# -- what no option can say


def decoded(setting, target, **row):
    return decode_setting(setting, Target(target), row)


@pytest.mark.parametrize(("rcpts", "warned"), [(50, True), (0, True), ("7", True), (-1, False), (None, False)])
def test_a_limit_that_is_no_parameter_is_warned_of_before_a_post(server, rcpts, warned):
    target = (("account", "example.com"), ("direction", "outbound"))
    server.things[PATH] = decoded(THROTTLE, target, max_rcpts=rcpts, **SET)
    assert "warnings" not in run(server, max_msgs=10)
    result = run(server, check=True, max_msgs=20)
    sentence = f"max_rcpts is {rcpts}: no option can say this, and the server may set it back when others are sent."
    assert result.get("warnings", []) == [f"throttle example.com outbound: {sentence}"] * warned
    assert "warnings" not in run(server, state="absent")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"spam_tag2_level": 5, "spam_kill_level": 9999.0}, "spam_kill_level is 9999.0"),
        ({"spam_tag2_level": None, "spam_kill_level": "6.9"}, "spam_kill_level is 6.9"),
        ({"spam_subject_tag2": "[JUNK] "}, "spam_subject_tag2 is [JUNK] "),
        ({"virus_quarantine_to": "boss@example.com"}, "virus_quarantine_to is boss@example.com"),
        ({"spam_tag_level": 2.0}, "spam_tag_level is 2.0"),
        ({"spam_tag2_level": "5.0", "spam_kill_level": 5}, ""),
        ({"spam_tag_level": -100.0, "spam_subject_tag2": "[SPAM] "}, ""),
        ({"spam_quarantine_to": "spam-quarantine", "virus_quarantine_to": "", "spam_kill_level": None}, ""),
        ({"quarantine_virus": "yes", "spam_score": 5}, ""),
    ],
)
def test_what_somebody_put_into_the_row_of_a_policy_is_warned_of(server, row, said):
    server.things["spampolicy", "domain", "example.com"] = decoded(
        SPAMPOLICY, (("account", "example.com"),), bypass_spam_checks="N", **row
    )
    task = SettingTask(SPAMPOLICY, {"account": "example.com", "bypass_header_checks": True, "unreadable": "send"})
    task.foresee(FakePanel(server, read_only=True))
    warnings = [text.partition(": no option can say this")[0] for text in task.outcome.warnings if "can say" in text]
    assert warnings == [said] * bool(said)

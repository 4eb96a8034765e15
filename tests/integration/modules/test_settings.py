# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spam policies, throttles, greylisting, white- and blacklists: every option, on panels of every shape."""

from __future__ import annotations

import pytest

from tests.sandbox.handle import Sandbox
from tests.sandbox.shapes import PRESETS
from tests.support.cases import STAGES
from tests.support.playbook import IN_PROCESS, MODULE, run_tasks, task
from tests.support.setting_cases import CASES, FLAGS, called, lives, loop, on_server, one_backend_for_modules, requests

DOMAIN = "example.com"
OUTBOUND = {"account": DOMAIN, "direction": "outbound"}


@pytest.mark.parametrize("preset", [name for name in PRESETS if name != "ee"])
def test_every_option_through_its_life(backend, preset):
    with Sandbox(backend=backend, preset=preset) as sandbox:
        live(sandbox, IN_PROCESS, lives())
        assert sandbox.violations() == []


@pytest.mark.matrix
@pytest.mark.parametrize("backend", ["sql"])
def test_all_options_together_as_modules(sandbox: Sandbox):
    """One backend is enough for the slow door: the doors share this code, and the settings look the same on both."""
    live(sandbox, MODULE, lives(together=True))


def live(sandbox, door, known):
    """Each stage as a prediction, for real, once more, and with everything omitted: only the real one writes.

    Modules are slow to start: there, everything is omitted in the last stage only.
    """
    for stage in STAGES[:-1]:
        here = [life for life in known if stage in life.stages]
        kinds = {kind: [life for life in here if life.kind == kind] for kind in CASES}
        tasks = []
        times = 2 if door == IN_PROCESS or stage == "clear" else 1
        for kind, group in kinds.items():
            items = [life.keys | life.stages[stage] for life in group]
            again = items + [life.keys for life in group] * (times - 1)
            tasks += [
                loop("iredmail_" + kind, kind + " check", items, check_mode=True, diff=True),
                loop("iredmail_" + kind, kind + " real", items),
                loop("iredmail_" + kind, kind + " again", again),
            ]
        sandbox.clear_log()
        run = run_tasks(sandbox, tasks, door)
        told = []
        for kind, group in kinds.items():
            check, real, again = (called(run, f"{kind} {name}") for name in ("check", "real", "again"))
            assert (len(check), len(real), len(again)) == (len(group), len(group), times * len(group)), run.output
            for life, predicted, applied in zip(group, check, real, strict=True):
                where = f"{stage} {kind} {life.stages[stage]}: {predicted.get('msg')}, {applied.get('msg')}"
                assert not predicted.get("failed"), where
                assert not applied.get("failed"), where
                assert predicted["changed"] is applied["changed"] is True, where
                for key in ("operations", "diff", "unverified", kind):
                    assert predicted[key] == applied[key], (where, key)
                told += applied["operations"]
            for life, quiet, before in zip(group * times, again, real * times, strict=True):
                where = f"{stage} {kind} {life.keys}: {quiet.get('msg')}"
                assert not quiet.get("failed"), where
                assert (quiet["changed"], quiet["operations"]) == (False, []), where
                assert quiet[kind] == before[kind], where
                expected = {name: listed(value) for name, value in life.shown[stage].items()}
                assert expected.items() <= quiet[kind].items(), where
                assert expected.items() <= on_server(sandbox, kind, life.keys).items(), where
        assert requests(sandbox.writes()) == requests(told), "what was told is not all that was sent"


def listed(value):
    return sorted(value) if isinstance(value, list) else value


# Throttles


def test_limits_that_are_omitted_stay(sandbox: Sandbox):
    steps = [
        ({"period": 3600, "max_msgs": 20, "msg_size": 0}, {"period": 3600, "max_msgs": 20, "msg_size": 0}),
        ({"period": 60}, {"period": 60, "max_msgs": 20, "msg_size": 0, "max_quota": -1}),
        ({"max_msgs": 30}, {"period": 60, "max_msgs": 30, "msg_size": 0, "max_quota": -1}),
        ({"max_quota": 0}, {"msg_size": 0, "max_quota": 0}),  # unlimited is not inherited
        ({"msg_size": -1}, {"max_msgs": 30, "msg_size": -1, "max_quota": 0}),  # and inherited is not unlimited
    ]
    tasks = [task("iredmail_throttle", **OUTBOUND, **options) for options, _kept in steps]
    results = run_tasks(sandbox, tasks).results
    for (options, kept), result in zip(steps, results, strict=True):
        assert result["changed"], (options, result)
        assert kept.items() <= result["throttle"].items()
        assert result["diff"]["after"].keys() - {"state"} == options.keys()
    # limits that are not set stay out of the request; those that are set to "unlimited" do not
    assert [one["params"] for one in sandbox.writes()] == [
        {"period": "3600", "max_msgs": "20", "msg_size": "0"},
        {"period": "60", "max_msgs": "20", "msg_size": "0"},
        {"period": "60", "max_msgs": "30", "msg_size": "0"},
        {"period": "60", "max_msgs": "30", "msg_size": "0", "max_quota": "0"},
        {"period": "60", "max_msgs": "30", "msg_size": "-1", "max_quota": "0"},
    ]
    last = {"period": 60, "max_msgs": 30, "msg_size": -1, "max_quota": 0}
    assert last.items() <= on_server(sandbox, "throttle", OUTBOUND).items()
    sandbox.clear_log()  # a POST of what is there would make the server forget what it has counted
    sizes = {"period": 60, "max_msgs": "30", "msg_size": "-1", "max_quota": "0MB"}
    quiet = run_tasks(sandbox, [task("iredmail_throttle", **OUTBOUND, **sizes)]).only
    assert (quiet["changed"], sandbox.writes()) == (False, [])


@pytest.mark.parametrize("off", ["deleted", "kept"])
def test_a_throttle_is_switched_off_since_it_cannot_be_deleted(sandbox: Sandbox, off):
    sandbox.shape(throttle_off=off)
    sandbox.api("POST", "/api/throttle/set.example/inbound", period=60, max_msgs=5)
    sandbox.api("POST", "/api/throttle/zero.example/inbound", period=60, max_msgs=5)
    sandbox.api("POST", "/api/throttle/off.example/inbound", period=0)
    sandbox.clear_log()
    absent = [{"account": name + ".example", "direction": "inbound"} for name in ("unset", "off", "set", "zero")]
    for item in absent:
        item |= {"period": 0} if item["account"] == "zero.example" else {"state": "absent"}
    tasks = [
        loop("iredmail_throttle", "check", absent, check_mode=True),
        loop("iredmail_throttle", "real", absent),
        loop("iredmail_throttle", "again", [*absent, absent[0] | {"state": "present", "period": 0}]),
        loop("iredmail_throttle_info", "info", [{key: one[key] for key in ("account", "direction")} for one in absent]),
    ]
    run = run_tasks(sandbox, tasks)
    check, real = called(run, "check"), called(run, "real")
    assert [one["operations"] for one in check] == [one["operations"] for one in real]
    assert [one["changed"] for one in check] == [one["changed"] for one in real] == [False, False, True, True]
    blank = {"period": "60", "msg_size": "", "max_msgs": "", "max_quota": ""}
    assert requests(sandbox.writes()) == [
        ("POST", "/api/throttle/set.example/inbound", blank),
        ("POST", "/api/throttle/zero.example/inbound", {"period": "0", "max_msgs": "5"}),
    ]
    assert real[2]["diff"]["before"] == {"state": "present"}
    assert real[3]["diff"]["before"] == {"period": 60}
    assert [one["throttle"] for one in check + real] == [{}] * 8
    assert [one["changed"] for one in called(run, "again")] == [False] * 5
    assert [one["throttles"] for one in called(run, "info")] == [[]] * 4


def test_the_throttle_of_the_other_direction_is_not_taken_for_this_one(sandbox: Sandbox):
    rows = [{"kind": kind, "period": period, "max_msgs": 5} for kind, period in (("inbound", 60), ("outbound", 90))]
    for number, body in enumerate([rows, {row["kind"]: row for row in rows}, rows[:1], {"inbound": rows[0]}]):
        action = {"body": {"_success": True, "_data": body}}
        sandbox.fault(action, "GET", f"/api/throttle/d{number}.example/outbound", times=None)
    items = [{"account": f"d{number}.example", "direction": "outbound"} for number in range(4)]
    run = run_tasks(sandbox, [loop("iredmail_throttle_info", "info", items)])
    shown = [[one["period"] for one in result.get("throttles", [])] for result in called(run, "info")]
    assert shown == [[90], [90], [], []]
    assert "(keys: inbound)" in called(run, "info")[3]["msg"]


# Spam policies


@one_backend_for_modules
def test_a_spam_policy_keeps_what_is_not_named(sandbox: Sandbox, door):
    """The PUT replaces everything, and what it leaves out falls back: viruses to quarantine, the rest to "no"."""
    first = dict.fromkeys(FLAGS, True) | {"quarantine_virus": False, "spam_score": 4.5, "banned_rulenames": "B,A"}
    policy = {"account": "ada@example.com"}
    tasks = [
        task("iredmail_spampolicy", **policy, **first),
        task("iredmail_spampolicy", **policy, bypass_spam_checks=False),
        task("iredmail_spampolicy", **policy, spam_score=0),
        task("iredmail_spampolicy", **policy, spam_score="0.0"),
    ]
    results = run_tasks(sandbox, tasks, door).results
    kept = first | {"bypass_spam_checks": False}
    assert [one["changed"] for one in results] == [True, True, True, False]
    assert results[1]["spampolicy"] == policy | kept
    assert results[1]["diff"]["after"] == {"bypass_spam_checks": False}
    # a score of 0 is none, and none is sent blank
    assert (results[2]["operations"][0]["params"]["spam_score"], results[2]["spampolicy"]["spam_score"]) == ("", 0)
    assert on_server(sandbox, "spampolicy", policy) == kept | {"spam_score": 0}


def test_columns_of_a_spam_policy_that_no_parameter_sets_stay(sandbox: Sandbox):
    sandbox.api("PUT", "/api/spampolicy/global", quarantine_banned="yes")
    run = run_tasks(sandbox, [task("iredmail_spampolicy", account="global", prefix_spam_in_subject=True)])
    assert run.only["diff"]["before"] == {"prefix_spam_in_subject": False}
    found = on_server(sandbox, "spampolicy", {"account": "global"})
    assert {name for name in FLAGS if found[name]} == {
        "quarantine_banned",
        "quarantine_virus",
        "prefix_spam_in_subject",
    }


def test_a_spam_policy_is_deleted(sandbox: Sandbox):
    accounts = ["global", DOMAIN, "ada@example.com"]
    sandbox.api("DELETE", "/api/spampolicy/global")  # which iRedMail ships with
    present = [{"account": account, "spam_score": 5} for account in accounts]
    absent = [{"account": account, "state": "absent"} for account in accounts]
    tasks = [
        loop("iredmail_spampolicy", "present", present),
        loop("iredmail_spampolicy", "check", absent, check_mode=True),
        loop("iredmail_spampolicy", "absent", absent + absent),
        loop("iredmail_spampolicy_info", "info", [{"account": account} for account in accounts]),
    ]
    run = run_tasks(sandbox, tasks)
    paths = ["/api/spampolicy/global", f"/api/spampolicy/domain/{DOMAIN}", "/api/spampolicy/user/ada@example.com"]
    writes = requests(sandbox.writes())
    assert writes == [
        (method, path, params) for method, params in (("PUT", {"spam_score": "5"}), ("DELETE", {})) for path in paths
    ]
    assert [one["operations"] for one in called(run, "check")] == [
        one["operations"] for one in called(run, "absent")[:3]
    ]
    assert [one["changed"] for one in called(run, "absent")] == [True] * 3 + [False] * 3
    assert [one["spampolicies"] for one in called(run, "info")] == [[]] * 3


def test_a_flag_that_the_panel_does_not_show(sandbox: Sandbox):
    """Sent each time, and told; or else sent to what is configured for the first time, and not again."""
    sandbox.shape(spampolicy="friendly")
    tasks = []
    for unreadable in ("send", "skip"):
        account = unreadable + ".example"
        sandbox.fault({"hide": ["quarantine_spam"]}, "GET", f"/api/spampolicy/domain/{account}", times=None, skip=1)
        hidden = {"account": account, "quarantine_spam": True, "unreadable": unreadable}
        other = {"account": account, "bypass_spam_checks": True}
        tasks += [task("iredmail_spampolicy", **one) for one in (hidden, hidden, other)]
    results = run_tasks(sandbox, tasks).results
    for sends, (created, again, beside) in ((True, results[:3]), (False, results[3:])):
        assert (created["changed"], created["unverified"]) == (True, ["quarantine_spam"])
        assert created["spampolicy"]["quarantine_spam"] is None
        assert (again["changed"], again["unverified"]) == (sends, ["quarantine_spam"] if sends else [])
        assert any("quarantine_spam" in text for text in again.get("warnings", [])) is sends
        assert again["diff"]["before"] == ({"quarantine_spam": "<unknown>"} if sends else {})
        # it cannot be sent along, so the server may forget it
        assert any("quarantine_spam" in text and "default" in text for text in beside["warnings"])
        assert "quarantine_spam" not in beside["operations"][0]["params"]


# All of them


@one_backend_for_modules
def test_reading(sandbox: Sandbox, door):
    """Lists under the plural, for everybody, a domain and an address; empty where nothing is configured."""
    sandbox.api("PUT", "/api/spampolicy/global", spam_score="4")
    sandbox.api("POST", f"/api/throttle/{DOMAIN}/outbound", period=60, max_msgs=5)
    sandbox.api("POST", "/api/greylisting/ada@example.com", status="disable")
    sandbox.api("POST", "/api/greylisting/global/whitelists", addSenders="@x.example")
    sandbox.api("POST", "/api/wblist/inbound/blacklist/global", addresses="a@x.example")
    inbound, listing = {"direction": "inbound"}, {"direction": "inbound", "list": "blacklist"}
    tasks = [
        task("iredmail_spampolicy_info", account="global"),
        task("iredmail_spampolicy_info", account="ada@example.com"),
        task("iredmail_throttle_info", **OUTBOUND),
        task("iredmail_throttle_info", account=DOMAIN, **inbound),
        task("iredmail_greylisting_info", account="ADA@example.com"),
        task("iredmail_greylisting_info", account="global"),
        task("iredmail_greylisting_info", account=DOMAIN),
        task("iredmail_wblist_info", account="global", **listing),
        task("iredmail_wblist_info", account=DOMAIN, **listing),
    ]
    sandbox.clear_log()
    results = run_tasks(sandbox, tasks, door).results
    assert not any(one.get("failed") or one["changed"] for one in results)
    assert sandbox.writes() == []
    assert results[0]["spampolicies"] == [
        {"account": "global", "spam_score": 4.0, "banned_rulenames": ""}
        | {flag: flag == "quarantine_virus" for flag in FLAGS}
    ]
    assert results[1]["spampolicies"] == results[3]["throttles"] == results[6]["greylistings"] == []
    assert results[2]["throttles"] == [OUTBOUND | {"period": 60, "max_msgs": 5, "msg_size": -1, "max_quota": -1}]
    assert results[4]["greylistings"] == [{"account": "ada@example.com", "enabled": False, "whitelist": []}]
    assert results[5]["greylistings"] == [{"account": "global", "whitelist": ["@x.example"]}]
    assert results[7]["wblists"] == [{"account": "global", "addresses": ["a@x.example"]} | listing]
    assert results[8]["wblists"] == []

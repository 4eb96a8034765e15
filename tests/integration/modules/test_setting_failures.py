# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings and address sets: answers of unknown shape, values that cannot be meant, writes that do not stick."""

from __future__ import annotations

from tests.sandbox.handle import Sandbox
from tests.support.playbook import run_tasks, task
from tests.support.setting_cases import called, loop, on_server, one_backend_for_modules, requests

THROTTLE = {"account": "example.com", "direction": "outbound"}
LISTING = {"direction": "inbound", "list": "whitelist"}
# module: what names its thing beside the account, what is declared, and where it is read
MODULES = {
    "spampolicy": ({}, {"spam_score": 5}, "/api/spampolicy/domain/{}"),
    "throttle": ({"direction": "inbound"}, {"period": 60, "max_msgs": 5}, "/api/throttle/{}/inbound"),
    "greylisting": ({}, {"enabled": True, "whitelist": []}, "/api/greylisting/{}"),
    "wblist": (LISTING, {"addresses": ["a@x.example"]}, "/api/wblist/inbound/whitelist/{}"),
}
STRANGE = [7, 0, True, "strange", [1, 2], [7], {"colour": "blue"}, {"colour": []}, [{"colour": "blue"}], [[]], [{}]]
STRANGE += [["x", 1], [None]]
ANSWERS = [
    *({"body": {"_success": True, "_data": data}} for data in STRANGE),
    {"body": {"_success": False, "_msg": "DATABASE_DOWN"}},
    {"body": [1]},
    {"status": 200},  # a web page
    {"html": True},  # the page that asks to log in
    {"status": 500},
    {"garbage": True},
]
# The place is known, and what it holds is not
VALUES = [
    ("spampolicy", {"bypass_spam_checks": "perhaps"}),
    ("spampolicy", {"spam_tag2_level": "high"}),
    ("spampolicy", {"spam_tag_level": "low"}),
    ("spampolicy", {"spam_tag_level": {"low": 1}}),
    ("spampolicy", {"virus_quarantine_to": 7}),
    ("throttle", {"period": "often"}),
    ("throttle", {"period": 60, "max_msgs": True}),
    ("throttle", {"period": 60, "msg_size": {"MB": 1}}),
    ("throttle", [{"period": 60}, {"period": 90}]),
    ("greylisting", {"status": "perhaps"}),
    ("greylisting", {"active": {"on": 1}}),
    ("greylisting", [{"active": 1}, {"active": 0}]),
    ("wblist", [{"email": 7}]),
    ("wblist", {"whitelist": 7}),
]


def test_an_answer_of_unknown_shape_is_never_taken_for_anything(sandbox: Sandbox):
    """Not for absence, not for presence, not for equality: each task fails in words, and nothing is written."""
    alien = [(kind, answer) for kind in MODULES for answer in ANSWERS]
    alien += [(kind, {"body": {"_success": True, "_data": data}}) for kind, data in VALUES]
    where, tasks = [], []
    for number, (kind, answer) in enumerate(alien):
        where.append(MODULES[kind][2].format(f"d{number}.example"))
        sandbox.fault(answer, "GET", where[-1], times=None)
    for kind, (keys, wanted, _path) in MODULES.items():
        named = [{"account": f"d{number}.example"} | keys for number, one in enumerate(alien) if one[0] == kind]
        for name, options in (("present", wanted), ("absent", {"state": "absent"}), ("named", {})):
            items = [{**one, **options, "api_retries": 0} for one in named]
            tasks.append(loop("iredmail_" + kind, f"{kind} {name}", items))
        tasks.append(loop(f"iredmail_{kind}_info", kind + " info", named))
    run = run_tasks(sandbox, tasks)
    assert "Traceback" not in run.output
    assert sandbox.writes() == []
    for kind in MODULES:
        mine = [(place, one[1]) for place, one in zip(where, alien, strict=True) if one[0] == kind]
        for name in ("present", "absent", "named", "info"):
            for (place, answer), result in zip(mine, called(run, f"{kind} {name}"), strict=True):
                assert result.get("failed"), (name, place, answer, result)
                assert f"GET {place}" in result["msg"], (answer, result["msg"])
                assert "bug" not in result["msg"], (answer, result["msg"])
                assert not result["changed"]


def test_a_whitelist_of_unknown_shape(sandbox: Sandbox):
    """The setting beside it can be read, and stays as it is all the same."""
    tasks = []
    for number, data in enumerate([*STRANGE, [{"comment": "AUTO-UPDATE: x.example"}]]):
        account = f"d{number}.example"
        sandbox.fault({"body": {"_success": True, "_data": data}}, "GET", f"/api/greylisting/{account}/*", times=None)
        tasks += [{"whitelist": ["a@x.example"]}, {"remove_whitelist": ["a@x.example"]}, {"state": "absent"}]
        tasks[-3:] = [{"account": account, **options} for options in tasks[-3:]]
    named = [{"account": one["account"]} for one in tasks[::3]]
    run = run_tasks(
        sandbox, [loop("iredmail_greylisting", "set", tasks), loop("iredmail_greylisting_info", "info", named)]
    )
    results = called(run, "set") + called(run, "info")
    assert len(results) == len(tasks) + len(named)
    for result in results:
        assert result.get("failed"), result
        assert "nothing was concluded" in result["msg"]
    assert sandbox.writes() == []


IMPOSSIBLE = [
    ("spampolicy", {"account": ""}, "account: '' is empty; write global, a domain or an address"),
    ("spampolicy", {"account": "everybody"}, "account: 'everybody' is neither global nor a domain nor an address"),
    ("spampolicy", {"account": "@example.com"}, "account: '@example.com' is how iRedAPD writes a domain"),
    ("spampolicy", {"account": "example..com"}, "is not a domain name"),
    ("spampolicy", {"account": "example.com/inbound"}, "is not a domain name"),
    ("spampolicy", {"account": "example.com", "spam_score": -1}, "spam_score: '-1.0' must be 0"),
    ("throttle", {**THROTTLE, "direction": "external"}, "direction"),
    ("throttle", {**THROTTLE, "period": -1}, "period: '-1' must be 0 or more"),
    ("throttle", {**THROTTLE, "period": 60, "msg_size": "much"}, "msg_size: 'much' is not a size"),
    ("throttle", {**THROTTLE, "period": 60, "max_quota": "-2"}, "max_quota: '-2' is not a size"),
    ("throttle", {**THROTTLE, "period": 0, "max_msgs": 5}, "period: 0 switches the throttle off"),
    ("greylisting", {"account": "example.com", "whitelist": ["everybody"]}, "whitelist: has the item 'everybody'"),
    ("greylisting", {"account": "example.com", "whitelist": ["a@x.example,b@x.example"]}, "whitelist: has the item"),
    ("greylisting", {"account": "example.com", "whitelist": ["192.0.2.1/24"]}, "192.0.2.1/24"),
    (
        "greylisting",
        {"account": "example.com", "whitelist": [], "add_whitelist": ["a@x.example"]},
        "mutually exclusive",
    ),
    ("greylisting", {"account": "example.com", "state": "absent", "whitelist": []}, "removes the setting only"),
    (
        "greylisting",
        {"account": "example.com", "add_whitelist": ["@x.example"], "remove_whitelist": ["@X.example"]},
        "named by both",
    ),
    ("greylisting_spf_domains", {"domains": ["@x.example"]}, "domains: has the item '@x.example'"),
    ("greylisting_spf_domains", {"state": "absent", "domains": ["x.example"]}, "use remove_domains"),
    ("wblist", {**LISTING, "account": "example.com", "list": "greylist"}, "list"),
    ("wblist", {**LISTING, "account": "example.com", "addresses": [""]}, "addresses: has an empty item"),
    ("wblist", {**LISTING, "account": "example.com", "addresses": ["a b@x.example"]}, "addresses: has the item"),
    (
        "wblist",
        {**LISTING, "account": "example.com", "state": "absent", "addresses": ["a@x.example"]},
        "remove_addresses",
    ),
    ("wblist_info", {**LISTING, "account": "nobody"}, "neither global nor a domain nor an address"),
]


def test_what_cannot_be_meant_is_said_before_anything_is_sent(sandbox: Sandbox):
    run = run_tasks(sandbox, [task("iredmail_" + kind, **options) for kind, options, _words in IMPOSSIBLE])
    assert len(run.results) == len(IMPOSSIBLE)
    for (kind, options, words), result in zip(IMPOSSIBLE, run.results, strict=True):
        assert result.get("failed"), (kind, options)
        assert words in result["msg"], (kind, options, result["msg"])
    assert "Traceback" not in run.output
    assert sandbox.log() == []


@one_backend_for_modules
def test_a_throttle_needs_a_period(sandbox: Sandbox, door):
    run = run_tasks(sandbox, [task("iredmail_throttle", **THROTTLE, max_msgs=5)], door, check=True)
    assert run.only["failed"]
    assert "period is needed, since nothing is configured yet" in run.only["msg"]
    assert sandbox.writes() == []


def test_a_period_that_the_panel_does_not_show(sandbox: Sandbox):
    sandbox.api("POST", "/api/throttle/example.com/outbound", period=60, max_msgs=5)
    sandbox.fault({"hide": ["period"]}, "GET", "/api/throttle/*", times=None)
    sandbox.clear_log()
    tasks = [
        task("iredmail_throttle", **THROTTLE, max_msgs=5),
        task("iredmail_throttle", **THROTTLE, max_msgs=6),
        task("iredmail_throttle", **THROTTLE, max_msgs=6, period=60),
    ]
    same, other, given = run_tasks(sandbox, tasks).results
    assert (same["changed"], same["throttle"]["period"]) == (False, None)
    assert "does not show the one that is set" in other["msg"]
    assert (given["changed"], given["unverified"]) == (True, ["period"])
    assert requests(sandbox.writes()) == [
        ("POST", "/api/throttle/example.com/outbound", {"period": "60", "max_msgs": "6"})
    ]


def test_a_setting_that_did_not_stick(sandbox: Sandbox):
    """The parameter is ignored: a setting that was there shows another value, and one that was not stays away."""
    sandbox.api("PUT", "/api/spampolicy/domain/example.com", spam_score="4")
    sandbox.fault({"ignore": ["spam_score"]}, "PUT", "/api/spampolicy/*", times=None)
    sandbox.fault({"ignore": ["status"]}, "POST", "/api/greylisting/*", times=None)
    tasks, modes = [], ("strict", "warn", "off")
    for verify in modes:
        wanted = {"account": "example.com", "verify": verify}
        tasks += [
            task("iredmail_spampolicy", **wanted, spam_score=5),
            task("iredmail_greylisting", **wanted, enabled=True),
        ]
    words = ["spam_score was not accepted by the server: sent 5.0, found", "shows nothing configured"]
    for number, result in enumerate(run_tasks(sandbox, tasks).results):
        verify, text = modes[number // 2], words[number % 2]
        told = result.get("msg", "") + " ".join(result.get("warnings", []))
        assert bool(result.get("failed")) is (verify == "strict"), told
        assert (text in told) is (verify != "off"), told
        assert result["changed"]
    assert on_server(sandbox, "greylisting", {"account": "example.com"}) == {"whitelist": []}


def test_a_lost_answer_is_looked_after(sandbox: Sandbox):
    """What was carried out is not sent twice: a second POST of a throttle would start its counters anew."""
    inbound = {"direction": "inbound"}
    steps = [
        ("throttle", "POST", {"period": 60, "max_msgs": 5, **inbound}),
        ("throttle", "POST", {"state": "absent", **inbound}),
        ("throttle", "POST", {"period": 0, **inbound}),
        ("greylisting", "POST", {"enabled": False}),
        ("greylisting", "DELETE", {"state": "absent"}),
        ("spampolicy", "PUT", {"spam_score": 5}),
        ("spampolicy", "DELETE", {"state": "absent"}),
    ]
    actions = {"before": {"drop": "before"}, "after": {"drop": "after"}, "busy": {"status": 503}}
    tasks = []
    for name, action in actions.items():
        for number in (1, 2):
            sandbox.api("POST", f"/api/throttle/throttle{number}.{name}.example/inbound", period=60, max_msgs=5)
        for number, (kind, method, options) in enumerate(steps):
            account = f"{kind}{number}.{name}.example" if kind == "throttle" else name + ".example"
            sandbox.fault(action, method, f"/api/{kind}*/{account}*")
            tasks.append(task("iredmail_" + kind, account=account, **options))
    sandbox.clear_log()
    for result in run_tasks(sandbox, tasks).results:
        assert not result.get("failed"), result["msg"]
        assert (result["changed"], len(result["operations"])) == (True, 1)
    for name in actions:
        sent = [one["method"] for one in sandbox.writes() if f"{name}.example" in one["path"]]
        assert sent == [method for _kind, method, _all in steps for _ in range(1 if name == "after" else 2)]

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""White- and blacklists, the whitelists of greylisting, and domains whose SPF hosts it lets pass."""

from __future__ import annotations

from tests.sandbox.handle import Sandbox
from tests.support.playbook import in_turn, run_tasks, task
from tests.support.setting_cases import called, loop, on_server, one_backend_for_modules, requests

ACCOUNTS = ["global", "example.com", "ada@example.com"]
SPF = "/api/greylisting/whitelist_spf_domains"


def wblist(name, account="example.com", **options):
    return {"account": account, "direction": "inbound", "list": name, **options}


def changes(results):
    assert not any(one.get("failed") for one in results), results
    return [one["changed"] for one in results]


# White- and blacklists


def test_post_adds_put_removes_delete_removes_all(sandbox: Sandbox):
    steps = [
        {"addresses": ["a@x.example", "B@x.example"]},
        {"addresses": ["b@x.example", "c@x.example", "d@x.example"]},
        {"addresses": ["c@x.example", "d@x.example"]},
        {"add_addresses": ["d@x.example", "e@x.example"], "remove_addresses": ["c@x.example", "nobody@x.example"]},
        {"add_addresses": ["e@x.example"], "remove_addresses": ["c@x.example"]},
        {"add_addresses": [], "remove_addresses": []},
        {},
        {"state": "absent"},
        {"state": "absent"},
        {"addresses": []},
    ]
    tasks = [
        loop("iredmail_wblist", account, [wblist("whitelist", account, **step) for step in steps])
        for account in ACCOUNTS
    ]
    tasks.append(loop("iredmail_wblist_info", "info", [wblist("whitelist", account) for account in ACCOUNTS]))
    run = run_tasks(sandbox, tasks)
    for account in ACCOUNTS:
        results = called(run, account)
        assert changes(results) == [True] * 4 + [False] * 3 + [True, False, False]
        assert results[6]["wblist"]["addresses"] == ["d@x.example", "e@x.example"]
        assert [one["wblist"].get("addresses") for one in results[7:]] == [None, None, []]
    assert requests(sandbox.writes()) == [
        (method, f"/api/wblist/inbound/whitelist/{account}", {"addresses": listed} if listed else {})
        for account in ACCOUNTS
        for method, listed in (
            ("POST", "a@x.example,b@x.example"),
            ("POST", "c@x.example,d@x.example"),
            ("PUT", "a@x.example"),
            ("PUT", "b@x.example"),
            ("POST", "e@x.example"),
            ("PUT", "c@x.example"),
            ("DELETE", None),
        )
    ]
    assert [one["wblists"] for one in called(run, "info")] == [[]] * 3


def test_an_address_that_moves_to_the_opposite_list_is_one_visible_change(sandbox: Sandbox):
    black = wblist("blacklist", addresses=["a@x.example", "b@x.example"])
    white = wblist("whitelist", addresses=["b@x.example"])
    tasks = [
        loop("iredmail_wblist", "black", [black]),
        loop("iredmail_wblist", "check", [white], check_mode=True),
        loop("iredmail_wblist", "white", [white, white]),
        loop("iredmail_wblist", "elsewhere", [white | {"direction": "outbound"}]),
    ]
    run = run_tasks(sandbox, tasks)
    [check], (moved, again) = called(run, "check"), called(run, "white")
    assert changes([check, moved, again]) == [True, True, False]
    assert requests(moved["operations"]) == [
        ("POST", "/api/wblist/inbound/whitelist/example.com", {"addresses": "b@x.example"})
    ]
    assert check["diff"] == moved["diff"]
    assert moved["diff"]["before"] == {"addresses": [], "blacklist": ["b@x.example"]}
    assert moved["diff"]["after"] == {"addresses": ["b@x.example"], "blacklist": []}
    assert on_server(sandbox, "wblist", black) == {"addresses": ["a@x.example"]}
    assert on_server(sandbox, "wblist", white) == {"addresses": ["b@x.example"]}
    # the lists of the other direction are others
    assert called(run, "elsewhere")[0]["diff"]["before"] == {"addresses": []}


def test_an_address_that_the_server_dropped(sandbox: Sandbox):
    sandbox.fault({"ignore": ["addresses"]}, "POST", "/api/wblist/*", times=None)
    sandbox.fault({"ignore": ["addSenders"]}, "POST", "/api/greylisting/*", times=None)
    sets = [
        ("iredmail_wblist", wblist("whitelist", addresses=["a@x.example"])),
        ("iredmail_greylisting", {"account": "example.com", "whitelist": ["a@x.example"]}),
    ]
    tasks = [task(module, **options, verify=verify) for module, options in sets for verify in ("strict", "warn", "off")]
    for number, result in enumerate(run_tasks(sandbox, tasks).results):
        strict, warn = number % 3 == 0, number % 3 == 1
        told = result.get("msg", "") + " ".join(result.get("warnings", []))
        assert bool(result.get("failed")) is strict, told
        assert ("not stored: a@x.example" in told) is (strict or warn), told
        assert (result["changed"], bool(result["unverified"])) == (True, strict or warn)


def test_a_lost_answer_is_looked_after(sandbox: Sandbox):
    """Each request for itself: that the other is still to come does not make this one undone."""
    actions = {
        "before.example": {"drop": "before"},
        "after.example": {"drop": "after"},
        "busy.example": {"status": 502},
    }
    for account, action in actions.items():
        sandbox.api("POST", f"/api/wblist/inbound/whitelist/{account}", addresses="a@x.example")
        for method in ("POST", "PUT"):
            sandbox.fault(action, method, f"/api/wblist/*/{account}")
    sandbox.clear_log()
    items = [wblist("whitelist", account, addresses=["b@x.example"]) for account in actions]
    results = called(run_tasks(sandbox, [loop("iredmail_wblist", "set", items)]), "set")
    assert changes(results) == [True] * 3
    for account, result in zip(actions, results, strict=True):
        assert result["diff"]["before"] == {"addresses": ["a@x.example"]}
        assert [one["method"] for one in result["operations"]] == ["POST", "PUT"]
        assert on_server(sandbox, "wblist", wblist("whitelist", account)) == {"addresses": ["b@x.example"]}
        sent = [one["method"] for one in sandbox.writes() if one["path"].endswith(account)]
        assert sent == (["POST", "PUT"] if account == "after.example" else ["POST", "POST", "PUT", "PUT"])


# Greylisting


def test_the_whitelist_beside_the_setting(sandbox: Sandbox):
    steps = [
        {"whitelist": ["192.0.2.1", "@x.example"]},
        {"enabled": False, "whitelist": ["@x.example", "@.y.example"]},
        {"enabled": True},
        {"add_whitelist": ["a@z.example", "@x.example"], "remove_whitelist": ["@.y.example"]},
        {"add_whitelist": ["a@z.example"], "remove_whitelist": ["@.y.example"]},
        {},
        {"state": "absent"},
        {"state": "absent"},
        {"whitelist": []},
    ]
    tasks = [
        loop("iredmail_greylisting", account, [{"account": account, **step} for step in steps]) for account in ACCOUNTS
    ]
    tasks.append(loop("iredmail_greylisting_info", "info", [{"account": account} for account in ACCOUNTS]))
    run = run_tasks(sandbox, tasks)
    first, second = ["192.0.2.1", "@x.example"], ["@.y.example", "@x.example"]
    left = ["@x.example", "a@z.example"]
    for account in ACCOUNTS:
        results = called(run, account)
        assert changes(results) == [True] * 4 + [False, False, True, False, True]
        shown = [(one["greylisting"].get("enabled"), one["greylisting"].get("whitelist")) for one in results]
        assert shown[:4] == [(None, first), (False, second), (True, second), (True, left)]
        assert shown[4:] == [(True, left), (True, left), (None, left), (None, left), (None, [])]
        assert results[1]["diff"]["before"] == {"state": "absent", "whitelist": first}
        assert on_server(sandbox, "greylisting", {"account": account}) == {"whitelist": []}
    assert requests(sandbox.writes()) == [
        (method, f"/api/greylisting/{account}{more}", params)
        for account in ACCOUNTS
        for method, more, params in (
            ("POST", "/whitelists", {"addSenders": "192.0.2.1,@x.example"}),
            ("POST", "", {"status": "disable"}),
            ("POST", "/whitelists", {"addSenders": "@.y.example", "removeSenders": "192.0.2.1"}),
            ("POST", "", {"status": "enable"}),
            ("POST", "/whitelists", {"addSenders": "a@z.example", "removeSenders": "@.y.example"}),
            ("DELETE", "", {}),  # which leaves the whitelist alone
            ("POST", "/whitelists", {"removeSenders": "@x.example,a@z.example"}),
        )
    ]
    assert [one["greylistings"] for one in called(run, "info")] == [[]] * 3


def test_what_the_cron_job_whitelisted_is_left_alone(sandbox: Sandbox):
    """Rows that are marked AUTO-UPDATE: not shown, not removed, and not added again under our name."""
    sandbox.shape(greylist_whitelists="rows", spf_rows="shared")
    sandbox.api("POST", SPF, domains="spf.example")
    [row] = sandbox.state()["greylisting_whitelists"]
    assert row["comment"] == "AUTO-UPDATE: spf.example"
    items = [
        {"whitelist": ["a@x.example"]},
        {"whitelist": ["a@x.example", row["sender"]]},
        {"add_whitelist": [row["sender"]]},
        {"remove_whitelist": [row["sender"]]},
        {"whitelist": []},
    ]
    sandbox.clear_log()
    items = [{"account": "global", **item} for item in items]
    results = called(run_tasks(sandbox, [loop("iredmail_greylisting", "set", items)]), "set")
    assert changes(results) == [True, False, False, False, True]
    assert [one["greylisting"]["whitelist"] for one in results] == [["a@x.example"]] * 4 + [[]]
    assert [one["params"] for one in sandbox.writes()] == [
        {"addSenders": "a@x.example"},
        {"removeSenders": "a@x.example"},
    ]
    assert sandbox.state()["greylisting_whitelists"] == [row]


# Domains whose SPF hosts are whitelisted


@one_backend_for_modules
def test_domains_that_cannot_be_read_back(sandbox: Sandbox, door):
    """There is no GET: what is sent is a change, unverified, and check mode says so. Nothing is read meanwhile."""
    add, remove = {"add_domains": ["three.example"]}, {"remove_domains": ["one.example"]}
    steps = [
        ({"domains": ["One.example", "two.example"]}, {"domains": "one.example,two.example"}),
        (add | remove, {"addDomains": "three.example", "removeDomains": "one.example"}),
    ]
    wanted = [task("iredmail_greylisting_spf_domains", **options) for options, _params in steps]
    run = run_tasks(sandbox, in_turn(wanted), door)
    assert changes(run.results) == [True] * 6
    for number, result in enumerate(run.results):
        options, params = steps[number // 3]
        assert requests(result["operations"]) == [("POST", SPF, params)]
        assert result["unverified"] == ["domains"]
        assert any("does not show" in text for text in result["warnings"])
        assert result["diff"]["before"] == {"domains": "<unknown>"}
        assert result["diff"]["after"] == {name: [text.lower() for text in items] for name, items in options.items()}
    assert requests(sandbox.writes()) == [("POST", SPF, params) for _options, params in steps for _ in range(2)]
    assert {one["method"] for one in sandbox.log()} == {"POST"}
    assert sorted(stored(sandbox)) == ["three.example", "two.example"]


def test_all_spf_domains_or_none_to_speak_of(sandbox: Sandbox):
    sandbox.api("POST", SPF, domains="one.example,two.example")
    options = [{}, {"add_domains": []}, {"domains": ["a.example"], "unreadable": "skip"}, {"state": "absent"}]
    results = run_tasks(sandbox, [task("iredmail_greylisting_spf_domains", **one) for one in options]).results
    assert changes(results) == [False, False, False, True]
    assert "nothing is sent" in results[2]["warnings"][0]
    assert [one["unverified"] for one in results] == [[], [], [], ["domains"]]
    assert requests(sandbox.writes()) == [("POST", SPF, {"domains": ""})]
    assert stored(sandbox) == []


def stored(sandbox):
    return [row["domain"] for row in sandbox.state()["greylisting_whitelist_domains"]]

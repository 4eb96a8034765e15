# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that breaks: what was done is told, the rest is not tried, and a second run converges without duplicates."""

from __future__ import annotations

import collections
import json
import threading
import time

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.common import COM, ORG, PASSWORD
from tests.support.state_apply import applied, apply, counts, panel, requests, told, user, users, written

DECLARED = {
    "domains": [{"domain": "new.example", "description": "New", "max_users": 9, "catchall": ["x@other.example"]}],
    "users": [
        *users(5, name="U", employee_id="7"),
        *users(5, ORG, name="U", employee_id="7"),
        *users(2, "new.example"),
    ],
    "aliases": [{"mail": f"all@{domain}", "members": [f"u00@{domain}"]} for domain in (COM, ORG, "new.example")],
    "mls": [{"mail": f"team@{COM}", "name": "Team", "subject_prefix": "[T]"}],
    "throttles": [{"account": COM, "direction": "inbound", "period": 60, "max_msgs": 5}],
    "wblists": [{"account": COM, "direction": "inbound", "list": "blacklist", "addresses": ["@bad.example"]}],
}
NUMBER = sum(map(len, DECLARED.values()))


def created(sandbox):
    """How often each object was created successfully, as the server saw it."""
    done = [one for one in sandbox.log() if one["method"] == "POST" and one["write"] and one["success"]]
    return collections.Counter(one["path"] for one in done)


def assert_converges(sandbox, before, declared=DECLARED):
    """A second run does the rest, a third one nothing; and nothing is made twice."""
    applied(sandbox, declared)
    after = created(sandbox)
    assert not set(before) & set(after)
    assert applied(sandbox, declared)["changes"] == []
    return after


# -- a write that fails


@pytest.mark.parametrize("action", [{"fail": "NO_SPACE_LEFT"}, {"status": 500}, {"status": 503}], ids=str)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_write_that_fails_ends_the_run(backend, method, action):
    with panel(backend) as sandbox:
        sandbox.fault(action, method, f"/api/user/u02@{COM}", times=None)
        result = apply(sandbox, DECLARED, api_retries=0, concurrency=1)
        before = created(sandbox)
        assert [one["id"] for one in result["failures"]] == [f"u02@{COM}"]
        assert result["msg"].startswith(f"1 of {NUMBER} objects failed. user u02@{COM}: ")
        assert result["changed"]
        done, left = counts(result)[:4], counts(result)[4:]
        assert left[:2] == [0, 1]
        assert left[2] >= 2 + 3 + 1 + 1 + 1, "what comes later is not tried"
        assert sum(done) + 1 + left[2] == NUMBER
        # what is made in a domain of an LDAP panel goes one after the other: what waits for nothing is sent before that
        settings = ["/api/throttle", "/api/wblist/"] if backend == "sql" else []
        later = requests(sandbox, "/api/alias/", "/api/ml/", *settings)
        assert [one for one in later if not one.startswith("GET")] == []
        tried = {one["path"] for one in sandbox.writes()} - {f"/api/user/u02@{COM}"}
        assert {one["path"] for one in result["operations"]} - {f"/api/user/u02@{COM}"} == tried
        sandbox.clear_faults()
        assert len(assert_converges(sandbox, before)) >= 2 + 3 + 1 + 1 + 1


@pytest.mark.parametrize("action", [{"body": {"_success": True}}, {"status": 500}, {"drop": "before"}], ids=str)
@pytest.mark.parametrize("options", [{"quota": "7MB"}, {"state": "absent"}], ids=str)
def test_what_could_not_be_read_right_before_its_change_is_not_told_as_done(backend, action, options):
    with panel(backend) as sandbox:
        sandbox.api("POST", f"/api/user/u00@{COM}", password=PASSWORD, quota="5")
        sandbox.fault(action, "GET", f"/api/user/u00@{COM}", times=None, skip=1)
        result = apply(sandbox, {"users": [{"mail": f"u00@{COM}", **options}]}, max_delete_percent=100.0)
        assert [one["id"] for one in result["failures"]] == [f"u00@{COM}"]
        assert (result["changed"], result["operations"], sandbox.writes()) == (False, [], [])


def test_with_continue_on_error_the_rest_is_done(backend):
    with panel(backend) as sandbox:
        sandbox.fault({"fail": "NO_SPACE_LEFT"}, "POST", f"/api/user/u02@{COM}", times=None)
        sandbox.fault({"status": 500}, "POST", "/api/throttle/*", times=None)
        result = apply(sandbox, DECLARED, continue_on_error=True)
        before = created(sandbox)
        assert sorted(one["kind"] for one in result["failures"]) == ["throttle", "user"]
        assert "NO_SPACE_LEFT" in result["msg"]
        assert "HTTP 500" in result["msg"]
        assert counts(result) == [NUMBER - 3, 1, 0, 0, 0, 2, 0]
        sandbox.clear_faults()
        assert len(assert_converges(sandbox, before)) == 2


def test_a_failing_deletion_keeps_what_comes_after_it(backend):
    with panel(backend) as sandbox:
        for domain in (COM, ORG):
            for one in users(3, domain):
                sandbox.api("POST", f"/api/user/{one['mail']}", password=PASSWORD)
            sandbox.api("POST", f"/api/alias/all@{domain}")
        gone = {
            kind: [{"mail": f"{name}@{domain}", "state": "absent"} for domain in (COM, ORG) for name in names]
            for kind, names in {"users": ("u00", "u01", "u02"), "aliases": ("all",)}.items()
        }
        sandbox.fault({"fail": "DATABASE_IS_READ_ONLY"}, "DELETE", f"/api/alias/all@{COM}", times=None)
        result = apply(sandbox, gone)
        assert [one["id"] for one in result["failures"]] == [f"all@{COM}"]
        assert counts(result)[5] + counts(result)[6] + counts(result)[3] == 8
        assert counts(result)[3] <= 1
        assert requests(sandbox, "/api/user/")[6:] == []
        result = apply(sandbox, gone, continue_on_error=True)
        assert sorted(one["id"] for one in result["failures"]) == [f"all@{COM}", *(f"u0{n}@{COM}" for n in range(3))]
        assert told(result) == [one for one in written(sandbox) if f"all@{COM}" not in one]
        sandbox.clear_faults()
        applied(sandbox, gone)
        assert applied(sandbox, gone)["changes"] == []


def test_what_does_not_stick_fails_its_object(backend):
    with panel(backend) as sandbox:
        sandbox.fault({"ignore": ["name", "cn"]}, "POST", f"/api/user/u01@{ORG}", times=None)
        sandbox.fault({"ignore": ["name", "cn"]}, "PUT", f"/api/user/u01@{ORG}", times=None)
        result = apply(sandbox, DECLARED, continue_on_error=True)
        assert [one["id"] for one in result["failures"]] == [f"u01@{ORG}"]
        assert "name was not accepted by the server: sent U, found " in result["failures"][0]["msg"]
        warned = apply(sandbox, DECLARED, verify="warn")
        assert not warned.get("failed"), warned["msg"]
        assert f"user u01@{ORG}: name" in warned["unverified"]
        assert any(text.startswith(f"user u01@{ORG}: name was not accepted") for text in warned["warnings"])


# -- answers that are lost


@pytest.mark.parametrize(
    "action", [{"cut": True}, {"drop": "after"}, {"drop": "before"}, {"status": 502, "after": True}], ids=str
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_lost_answer_is_looked_after_in_the_same_run(backend, method, action):
    declared = dict(DECLARED, users=[*DECLARED["users"], {"mail": f"gone@{COM}", "state": "absent"}])
    with panel(backend) as sandbox:
        sandbox.api("POST", f"/api/user/gone@{COM}", password=PASSWORD)
        for path in ("/api/domain/*", "/api/user/*", "/api/alias/*", "/api/ml/*", "/api/throttle/*", "/api/wblist/*"):
            sandbox.fault(action, method, path, times=1)
        result = apply(sandbox, declared, api_retries=2)
        assert not result.get("failed"), result["msg"]
        # the one whose answer was cut has none, but it was carried out
        assert max(created(sandbox).values()) == 1
        assert apply(sandbox, declared)["changes"] == []
        rows = collections.Counter(row["username"] for row in sandbox.state()["mailbox"])
        assert sorted(rows.items()) == [
            (one["mail"], 1) for one in sorted(DECLARED["users"], key=lambda one: one["mail"])
        ]


# -- sessions


@pytest.mark.parametrize("lost", ["LOGIN_REQUIRED", "303", "html"])
@pytest.mark.parametrize("check", [True, False])
def test_a_session_that_is_lost_is_renewed_once_for_all_threads(check, lost):
    declared = {"users": [user(f"u@d{number}.example") for number in range(40)]}
    with Sandbox(backend="sql", shapes={"not_logged_in": lost}) as sandbox:
        for number in range(40):
            sandbox.api("POST", f"/api/domain/d{number}.example")
        sandbox.latency(15)
        sandbox.fault({"expire": True}, "GET" if check else "POST", "/api/user/*", skip=12)
        result = apply(sandbox, declared, check, concurrency=8)
        assert not result.get("failed"), result["msg"]
        assert counts(result)[0] == 40
        assert result["summary"]["logins"] == 2
        assert requests(sandbox, "/api/login") == ["POST /api/login"] * 2
        assert sandbox.violations() == []


def test_an_answer_that_comes_late_does_not_bring_the_lost_session_back():
    """The panel sets a cookie on every answer: here the old one, after the new login."""
    declared = {"users": [user(f"u@d{number}.example") for number in range(40)]}
    with Sandbox(backend="sql") as sandbox:
        for number in range(40):
            sandbox.api("POST", f"/api/domain/d{number}.example")
        sandbox.latency(15)
        sandbox.fault({"delay": 0.25}, "GET", "/api/user/u@d5.example")
        sandbox.fault({"expire": True}, "GET", "/api/user/u@d9.example")
        result = apply(sandbox, declared, concurrency=8)
        assert not result.get("failed"), result["msg"]
        assert result["summary"]["logins"] == 2


# -- a panel that is gone


@pytest.mark.parametrize("kind", ["refused", "silent", pytest.param("proxy", marks=pytest.mark.matrix)])
@pytest.mark.parametrize("when", ["planning", "writing"])
@pytest.mark.parametrize("go_on", [pytest.param(False, marks=pytest.mark.matrix), True])
def test_a_panel_that_goes_away_is_not_asked_for_hours(kind, when, go_on):
    domains = [f"d{number}.example" for number in range(120 if when == "planning" else 40)]
    declared = {"users": [one for domain in domains for one in users(5, domain)]}
    with Sandbox(backend="sql") as sandbox:
        sandbox.seed(domains, 0)
        if when == "planning":
            result, seconds = _broken(sandbox, declared, kind, "GET", go_on, skip=10)
            assert sandbox.writes() == []
        else:
            result, seconds = _broken(sandbox, declared, kind, "POST", go_on, skip=20)
            assert 0 < counts(result)[0] <= 30
        assert seconds < 20  # tries and waits alone would take half a minute for the lists, and minutes for the users
        assert len(sandbox.log()) < 400
        assert counts(result)[6] > 100
        assert 0 < len(result["failures"]) < 40
        words = {"refused": "cannot be reached", "silent": "was lost during", "proxy": "HTTP 502"}[kind]
        assert words in result["msg"]
        assert len(result["msg"]) < 20000
        if when == "writing" and kind != "refused":
            before = created(sandbox)
            assert_converges(sandbox, before, declared)


def _broken(sandbox, declared, kind, method, go_on, skip):
    """A run in whose middle the panel goes away."""
    action = {"refused": {"drop": "before"}, "silent": {"drop": "before"}, "proxy": {"status": 502}}[kind]
    gone = threading.Event()
    pick = sandbox.panel.faults.pick
    seen = collections.Counter()

    def away(verb, path):
        seen[verb] += 1
        if gone.is_set() or (verb == method and seen[verb] > skip):
            gone.set()
            if kind == "refused":
                sandbox._server.socket.close()
            return action
        return pick(verb, path)

    sandbox.panel.faults.pick = away
    started = time.monotonic()
    try:
        return apply(sandbox, declared, api_retries=3, continue_on_error=go_on), time.monotonic() - started
    finally:
        sandbox.panel.faults.pick = pick


# -- secrets


@pytest.mark.parametrize("go_on", [False, True])
def test_a_server_that_repeats_the_password_is_not_repeated(backend, go_on):
    canary, other = "Canary-5-Sings-In-The-Mine", "Canary-6-Is-Silent"
    declared = {
        "users": [user(f"a@{COM}", password=canary), user(f"b@{COM}", password=other), user(f"c@{ORG}")],
        "admins": [{"mail": "x@partner.example", "password": canary}],
        "domain_users": [{"domain": COM, "password": other, "update_password": "always"}],
    }
    with panel(backend) as sandbox:
        for path, secret in ((f"/api/user/a@{COM}", canary), (f"/api/user/b@{COM}", other), ("/api/users/*", other)):
            sandbox.fault({"fail": f"cannot store '{secret}'"}, None, path, times=None, skip=1)
        for check in (True, False):
            result = apply(sandbox, declared, check, continue_on_error=go_on)
            text = json.dumps(result)
            assert canary not in text
            assert other not in text
        assert result["failed"]
        assert "cannot store '********'" in text

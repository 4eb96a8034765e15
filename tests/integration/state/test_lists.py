# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading by whole lists: how many requests it costs, and that a list never decides alone what is written.

And what is foretold of things that the same run makes.
"""

from __future__ import annotations

import pytest

from tests.sandbox.shapes import FORMS
from tests.support.common import COM, ORG, PASSWORD
from tests.support.state_apply import applied, apply, counts, panel, refused, requests, user, users

NUMBER = 6
LIST = f"/api/users/{COM}"


def several(sandbox, **options):
    """Users on the server as they are declared."""
    declared = users(NUMBER, quota=100, name="U", **options)
    applied(sandbox, {"users": declared})
    return declared


def gets(sandbox, *prefixes):
    return [path for path in requests(sandbox, *prefixes) if path.startswith("GET")]


def row(mail, backend, **values):
    """An entry of a list of users that says what is true of these."""
    if backend == "sql":
        return {"username": mail, "name": "U", "quota": 100, "active": 1, **values}
    values = {"mail": mail, "cn": "U", "mailQuota": str(100 * 2**20), "accountStatus": "active", **values}
    return {name: [value] for name, value in values.items()}


def quota(backend, size):
    return {"quota": size} if backend == "sql" else {"mailQuota": str(size * 2**20)}


def test_one_list_of_a_domain_shows_that_all_stand(backend):
    with panel(backend) as sandbox:
        declared = several(sandbox)
        assert counts(applied(sandbox, {"users": declared})) == [0, 0, 0, 0, NUMBER, 0, 0]
        assert gets(sandbox) == [f"GET {LIST}"]


def test_what_differs_is_planned_from_the_list(backend):
    with panel(backend) as sandbox:
        declared = several(sandbox)
        declared[2]["quota"] = 7
        result = applied(sandbox, {"users": [*declared, user(f"new@{COM}")]}, check=True)
        assert counts(result) == [1, 1, 0, 0, NUMBER - 1, 0, 0]
        alone = [one for one in gets(sandbox) if "/user/" in one]
        assert alone == [f"GET /api/user/new@{COM}"], "what is not listed"
        more = [f"GET /api/{kind}/{COM}" for kind in ("aliases", "domain", "mls", "users")]
        assert sorted(set(gets(sandbox)) - set(alone)) == more, "the names and limits of its domain, once"


def test_few_objects_are_not_worth_a_list(backend):
    with panel(backend) as sandbox:
        declared = several(sandbox)
        applied(sandbox, {"users": declared[:2]})
        assert sorted(gets(sandbox)) == [f"GET /api/user/u0{number}@{COM}" for number in (0, 1)]


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 404},
        {"fail": "PERMISSION_DENIED"},
        {"truncate": True},
        {"drop": "before"},
        {"body": {"_success": True, "_data": "all of them"}},
        {"body": {"_success": True, "_data": [f"u00@{COM}"]}},
        {"body": {"_success": True, "_data": [{"who": "knows"}]}},
        {"body": {"_success": True, "_data": []}},
        {"body": {"_success": True, "_data": None}},
    ],
    ids=str,
)
def test_a_list_that_fails_or_is_strange_is_no_evidence(backend, fault):
    with panel(backend) as sandbox:
        declared = several(sandbox)
        declared[4]["name"] = "Other"
        expected = applied(sandbox, {"users": declared}, check=True)
        sandbox.fault(fault, "GET", "/api/users/*", times=None)
        result = applied(sandbox, {"users": declared}, check=True, api_retries=0)
        assert len(gets(sandbox, "/api/user/")) == NUMBER
        for name in ("changes", "operations", "checksum", "unverified"):
            assert result[name] == expected[name]
        assert counts(result) == counts(expected) == [0, 1, 0, 0, NUMBER - 1, 0, 0]


@pytest.mark.parametrize("preset", sorted(FORMS))
def test_presets_come_to_the_same_result(backend, preset):
    with panel(backend, preset) as sandbox:
        declared = {
            "domains": [{"domain": f"d{number}.example", "description": "D", "max_users": 9} for number in range(5)],
            "users": users(NUMBER, quota=100, name="U"),
            "aliases": [{"mail": f"a{number}@{COM}", "members": [f"u0{number}@{COM}"]} for number in range(5)],
        }
        applied(sandbox, declared)
        assert counts(applied(sandbox, declared)) == [0, 0, 0, 0, NUMBER + 10, 0, 0]
        sandbox.api("PUT", f"/api/user/u03@{COM}", quota=3)
        sandbox.api("PUT", "/api/domain/d1.example", numberOfUsers=3)
        sandbox.api("PUT", f"/api/alias/a1@{COM}", members=f"u05@{COM}")
        result = applied(sandbox, declared)
        assert [one["id"] for one in result["changes"]] == ["d1.example", f"u03@{COM}", f"a1@{COM}"]


@pytest.mark.parametrize("stale", [5, 100])
def test_a_list_that_says_something_else_than_the_profile_changes_nothing(backend, stale):
    """What a list shows is planned from; right before the write, the profile of one by itself is looked at."""
    with panel(backend) as sandbox:
        declared = several(sandbox)
        rows = [row(one["mail"], backend) for one in declared[1:]] + [
            row(f"u00@{COM}", backend, **quota(backend, stale))
        ]
        sandbox.fault({"body": {"_success": True, "_data": rows}}, "GET", LIST, times=None)
        result = apply(sandbox, {"users": declared})
        assert sandbox.writes() == []
        if stale == 100:
            assert counts(result) == [0, 0, 0, 0, NUMBER, 0, 0]
        else:
            assert [one["code"] for one in result["failures"]] == ["changed_since_planned"]


def test_who_is_missing_from_a_list_is_not_made_again(backend):
    with panel(backend) as sandbox:
        declared = several(sandbox)
        rows = [row(one["mail"], backend) for one in declared[1:]]
        sandbox.fault({"body": {"_success": True, "_data": rows}}, "GET", LIST, times=None)
        applied(sandbox, {"users": declared})
        assert gets(sandbox, "/api/user/") == [f"GET /api/user/u00@{COM}"]
        assert sandbox.writes() == []


def test_an_option_that_a_list_hides_is_read_one_by_one(backend):
    with panel(backend) as sandbox:
        declared = several(sandbox)
        rows = [row(one["mail"], backend) for one in declared]
        for one in rows:
            one.pop("quota" if backend == "sql" else "mailQuota")
        sandbox.fault({"body": {"_success": True, "_data": rows}}, "GET", LIST, times=None)
        sandbox.api("PUT", f"/api/user/u01@{COM}", quota=1)
        result = applied(sandbox, {"users": declared})
        assert [one["id"] for one in result["changes"]] == [f"u01@{COM}"]
        assert len(gets(sandbox, "/api/user/")) == NUMBER + 2


def test_a_list_that_hides_is_asked_for_one_domain_only(backend):
    with panel(backend, user_bcc="hidden") as sandbox:
        declared = users(4, sender_bcc="", unreadable="skip") + users(4, ORG, sender_bcc="", unreadable="skip")
        for one in declared:
            sandbox.api("POST", f"/api/user/{one['mail']}", password=PASSWORD)
        result = applied(sandbox, {"users": declared})
        assert result["changed"] is False
        # on LDAP an attribute that is not there is empty, if only a single profile is asked
        hidden = sorted(f"user {one['mail']}: sender_bcc" for one in declared) if backend == "sql" else []
        assert (result["uncompared"], result["in_sync"].get("users", 0)) == (hidden, 8 - len(hidden))
        assert result["summary"]["unchanged"] == 8
        assert gets(sandbox, "/api/users/") == [f"GET {LIST}"]
        assert len(gets(sandbox, "/api/user/")) == len(declared)


def test_an_attribute_seen_nowhere_in_a_list_proves_nothing():
    with panel("ldap") as sandbox:
        declared = several(sandbox, employee_id="")
        assert applied(sandbox, {"users": declared})["changed"] is False
        assert len(gets(sandbox, "/api/user/")) == NUMBER
        # now one has it, so the others would show it
        sandbox.api("PUT", f"/api/user/u00@{COM}", employeeid="7")
        declared[0]["employee_id"] = "7"
        assert applied(sandbox, {"users": declared})["changed"] is False
        assert gets(sandbox) == [f"GET {LIST}"]


def test_passwords_that_are_verified_cost_a_request_each(backend):
    with panel(backend) as sandbox:
        several(sandbox)
        declared = [dict(one, password=PASSWORD, update_password="verify") for one in users(NUMBER)]
        assert applied(sandbox, {"users": declared})["changed"] is False
        sandbox.api("PUT", f"/api/user/u05@{COM}", password="Other-Horse-8-Staple")
        plan = applied(sandbox, {"users": declared}, check=True)
        assert [one["after"] for one in plan["changes"]] == [{"password": "<changed>"}]
        assert applied(sandbox, {"users": declared})["operations"] == plan["operations"]
        assert sandbox.api("POST", f"/api/verify_password/user/u05@{COM}", password=PASSWORD)["_success"]


# -- what is foretold


def made(sandbox):
    for name in ("ada", "bob", "old"):
        sandbox.api("POST", f"/api/user/{name}@{COM}", password=PASSWORD, language="de_DE")


@pytest.mark.parametrize(
    ("people", "writes"),
    [
        ([], 0),
        ([user(f"new@{COM}", language="de_DE")], 1),
        ([user(f"new@{COM}")], 2),
        ([user(f"new@{COM}", rename_from=f"old@{COM}")], 1),
        ([user(f"new@{COM}", rename_from=f"old@{COM}", name="New")], 2),
        ([user(f"ada@{COM}", name="Ada"), user(f"bob@{COM}", enabled=True)], 1),
    ],
)
def test_what_all_users_get_takes_account_of_what_each_gets(backend, people, writes):
    declared = {"users": people, "domain_users": [{"domain": COM, "language": "de_DE"}]}
    if any("enabled" in one for one in people):
        declared["domain_users"][0]["enabled"] = True
    with panel(backend) as sandbox:
        made(sandbox)
        plan = applied(sandbox, declared, check=True)
        done = applied(sandbox, declared)
        assert len(done["operations"]) == writes
        for name in ("operations", "changes", "unverified"):
            assert done[name] == plan[name], name
        assert done.get("warnings") == plan.get("warnings")


def test_who_becomes_a_global_admin_needs_no_delegation(backend):
    declared = {
        "users": [user(f"ada@{COM}", global_admin=True), user(f"new@{ORG}", global_admin=True)],
        "domain_admins": [{"domain": COM, "add_admins": [f"ada@{COM}", f"new@{ORG}", f"bob@{COM}"]}],
    }
    with panel(backend) as sandbox:
        made(sandbox)
        plan = applied(sandbox, declared, check=True)
        done = applied(sandbox, declared)
        assert done["operations"] == plan["operations"]
        assert done.get("warnings") == plan.get("warnings")


def test_parents_that_nobody_makes_are_missed_in_check_mode_too():
    declared = {"domain_admins": [{"domain": COM, "add_admins": [f"nobody@{COM}"]}], "users": users(1)}
    with panel("sql") as sandbox:
        for check in (True, False):
            refused(sandbox, declared, f"there is no account nobody@{COM}", "nothing was written", check=check)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brakes: what is not asked for is never deleted, and a wrong list is harmless. Shown at the server."""

from __future__ import annotations

import pytest

from tests.support.common import COM, ORG, PASSWORD
from tests.support.state_apply import applied, apply, counts, panel, refused, requests, there, user, users

ALL = {"kinds": ["users"], "domains": [COM]}


@pytest.fixture
def twelve(backend):
    """A panel with twelve users in a domain, and two in another one that is in no scope."""
    with panel(backend) as sandbox:
        for one in users(12) + users(2, ORG):
            sandbox.api("POST", f"/api/user/{one['mail']}", password=PASSWORD)
        yield sandbox


def without(*numbers):
    return {"users": [one for number, one in enumerate(users(12)) if number not in numbers]}


# -- ceilings


def test_an_empty_list_does_not_empty_a_domain(twelve):
    for check in (True, False):
        result = refused(
            twelve,
            {"users": []},
            "12 deletions are planned, and max_deletions is 10: user u00@example.com, user u01@example.com, ",
            " and 7 more; nothing was written. If all of them are to go, run it once with max_deletions: 12 and "
            "max_delete_percent: 100.",
            check=check,
            prune=ALL,
        )
        assert len(result["changes"]) == 12
        assert counts(result)[:4] == [0, 0, 0, 0]
    done = applied(twelve, {"users": []}, prune=ALL, max_deletions=12, max_delete_percent=100.0)
    assert counts(done) == [0, 0, 0, 12, 0, 0, 0]
    assert there(twelve) == [one["mail"] for one in users(2, ORG)]


def test_without_prune_nothing_that_is_left_out_goes(twelve):
    declared = {"domains": [], "users": [], "aliases": [], "mls": []}
    assert applied(twelve, declared)["changes"] == []
    assert applied(twelve, declared, prune={"kinds": [], "domains": ["*"]})["changes"] == []
    assert applied(twelve, {}, prune={"protect": ["*"]})["changes"] == []
    assert len(there(twelve)) == 14


@pytest.mark.parametrize("check", [True, False])
def test_percent(twelve, check):
    sentence = "4 of 12 users in example.com would be deleted, and max_delete_percent is 30: user u00@example.com, "
    override = "nothing was written. If all of them are to go, run it once with max_delete_percent: 100."
    refused(twelve, without(0, 1, 2, 3), sentence, override, prune=ALL, check=check)
    # what is declared to be absent counts as well
    absent = {
        "users": [*without(0, 1, 2, 3)["users"], *({"mail": f"u0{n}@{COM}", "state": "absent"} for n in range(4))]
    }
    refused(twelve, absent, sentence, check=check)
    assert counts(applied(twelve, without(0, 1, 2, 3), prune=ALL, check=check, max_delete_percent=34.0))[3] == 4
    if check:
        assert counts(applied(twelve, without(0, 1, 2), prune=ALL, check=True))[3] == 3  # 25 percent


def test_of_fewer_than_ten_percent_counts_as_of_ten(twelve):
    for number in range(3):
        twelve.api("DELETE", f"/api/user/u0{number}@{COM}")
    refused(twelve, {"users": users(12)[7:]}, "4 of 9 users in example.com would be deleted", prune=ALL)
    assert counts(applied(twelve, {"users": users(12)[6:]}, prune=ALL))[3] == 3
    assert len(there(twelve)) == 6 + 2


def test_a_small_domain_whose_file_was_lost_keeps_its_mailboxes(twelve):
    for one in users(8, ORG)[2:]:
        twelve.api("POST", f"/api/user/{one['mail']}", password=PASSWORD)
    wide = {"kinds": ["users"], "domains": [COM, ORG]}
    refused(twelve, without(), "8 of 8 users in example.org would be deleted", prune=wide)
    assert len(there(twelve)) == 12 + 8


def test_each_kind_has_a_percentage_of_its_own(twelve):
    for number in range(10):
        twelve.api("POST", f"/api/alias/a{number}@{COM}", members=f"u11@{COM}")
    declared = dict(without(0), aliases=[{"mail": f"a{number}@{COM}"} for number in range(6)])
    more = {"kinds": ["users", "aliases"], "domains": [COM]}
    refused(twelve, declared, "4 of 10 aliases in example.com would be deleted", prune=more)
    declared["aliases"] += [{"mail": f"a6@{COM}"}]
    assert counts(applied(twelve, declared, prune=more))[3] == 4


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("how", ["pruned", "absent"])
def test_a_ceiling_of_nothing(twelve, how, check):
    declared, prune = without(0), ALL
    if how == "absent":
        declared, prune = {"users": [{"mail": f"u00@{COM}", "state": "absent"}]}, None
    words = "1 deletions are planned, and max_deletions is 0: user u00@example.com; nothing was written."
    refused(twelve, declared, words, prune=prune, max_deletions=0, check=check)
    refused(twelve, {"users": users(13)[1:]}, words, prune=ALL, max_deletions=0, check=check)  # nor is anything made
    if not check:
        assert counts(applied(twelve, declared, prune=prune, max_deletions=1))[3] == 1


# -- lists and scopes that are not said


@pytest.mark.parametrize(
    ("declared", "prune", "words"),
    [
        ({"users": None}, ALL, "prune names users, and the list of them is missing or null"),
        ({}, ALL, "say users: []."),
        ({"users": []}, {"kinds": ["users", "aliases"], "domains": [COM]}, "prune names aliases, and the list"),
        ({"users": []}, {"kinds": ["users"]}, "prune.domains is missing"),
        ({"users": []}, {"kinds": ["users"], "domains": []}, "prune.domains is missing"),
        ({"admins": []}, {"kinds": ["admins"], "domains": [COM]}, "prune.kinds: admins cannot be pruned"),
        ({"throttles": []}, {"kinds": ["throttles"], "domains": [COM]}, "those that can are domains, users, aliases"),
        ({"users": []}, dict(ALL, keep_mailbox_days=-1), "prune.keep_mailbox_days: must be 0 (forever) or more"),
    ],
)
def test_what_must_be_said_is_said_before_anything_is_asked(declared, prune, words):
    with panel("sql") as sandbox:
        for check in (True, False):
            refused(sandbox, declared, words, prune=prune, check=check)
            assert sandbox.log() == []


def test_options_that_make_no_sense():
    with panel("sql") as sandbox:
        nonsense = [{"max_delete_percent": float(one)} for one in ("nan", "inf", "-0.5")]
        for options in ({"max_deletions": -1}, {"concurrency": 0}, *nonsense):
            refused(sandbox, {}, f"{next(iter(options))}: must be ", **options)
            assert sandbox.log() == []


def test_an_empty_checksum_approves_nothing():
    with panel("sql") as sandbox:
        for check in (True, False):
            refused(sandbox, {}, "expect_checksum: it is empty", check=check, expect_checksum="")
            # what AWX hands on if it is not to render templates
            refused(sandbox, {}, "ALLOW_JINJA_IN_EXTRA_VARS", check=check, expect_checksum="{{ iredmail_checksum }}")
            assert sandbox.log() == []


def test_a_scope_that_is_not_there(twelve):
    refused(twelve, without(), "there is no domain exmaple.com", prune={"kinds": ["users"], "domains": ["exmaple.com"]})
    # a domain that this run makes, and a glob that matches none, are no mistakes
    declared = {"domains": [{"domain": "new.example"}], "users": []}
    prune = {"kinds": ["users"], "domains": ["new.example", "*.nowhere.example"]}
    assert counts(applied(twelve, declared, prune=prune)) == [1, 0, 0, 0, 0, 0, 0]


def test_the_scope_is_what_it_says(twelve):
    prune = {"kinds": ["users"], "domains": ["EXAMPLE.org"]}
    assert [one["id"] for one in applied(twelve, {"users": []}, prune=prune)["changes"]] == [
        f"u0{n}@{ORG}" for n in (0, 1)
    ]
    assert len(there(twelve)) == 12


def test_all_that_can_be_pruned(twelve):
    twelve.api("POST", f"/api/alias/gone@{COM}")
    twelve.api("POST", f"/api/ml/gone.list@{COM}")
    twelve.api("POST", "/api/domain/gone.example")
    declared = dict(without(11), domains=[{"domain": COM}], aliases=[], mls=[])
    prune = {"kinds": ["mls", "domains", "users", "aliases"], "domains": [COM, "gone.*"]}
    unseen = {"ignore_findings": ["contents_unknown"]}  # LDAP panels do not list all that may be in a domain
    plan = applied(twelve, declared, prune=prune, check=True, **unseen)
    done = applied(twelve, declared, prune=prune, **unseen)
    assert done["changes"] == plan["changes"]
    assert [one.split(" ")[1] for one in requests(twelve) if one.startswith("DELETE")] == [
        f"/api/ml/gone.list@{COM}",
        f"/api/alias/gone@{COM}",
        f"/api/user/u11@{COM}",
        "/api/domain/gone.example",
    ]
    assert applied(twelve, declared, prune=prune)["changes"] == []


def test_a_user_that_is_renamed_is_not_pruned(twelve):
    declared = {"users": [user(f"new@{COM}", rename_from=f"u00@{COM}"), *users(12)[1:]]}
    plan = applied(twelve, declared, prune=ALL, check=True)
    done = applied(twelve, declared, prune=ALL)
    assert done["operations"] == plan["operations"]
    assert counts(done) == [0, 0, 1, 0, 11, 0, 0]
    assert applied(twelve, declared, prune=ALL)["changes"] == []


# -- what stays


def test_protected_names_stay(twelve):
    twelve.api("POST", f"/api/user/abuse@{COM}", password=PASSWORD)
    prune = dict(ALL, protect=["ABUSE@*", "u1[01]@*"])
    done = applied(twelve, without(0, 10, 11), prune=prune)
    assert [one["id"] for one in done["changes"]] == [f"u00@{COM}"]
    assert {f"abuse@{COM}", f"u10@{COM}", f"u11@{COM}"} <= set(there(twelve))


def test_protected_names_stay_also_when_they_are_declared_to_be_absent(twelve):
    declared = {"users": [{"mail": f"u0{number}@{COM}", "state": "absent"} for number in (0, 1)]}
    for check in (True, False):
        done = applied(twelve, declared, prune={"protect": ["u00@*"]}, check=check)
        assert [one["id"] for one in done["changes"]] == [f"u01@{COM}"]
        assert done["warnings"] == [f"user u00@{COM} stays: prune.protect matches u00@{COM}."]
    assert f"u00@{COM}" in there(twelve)


def test_mailboxes_are_kept_as_long_as_is_said(twelve):
    prune = dict(ALL, keep_mailbox_days=30)
    plan = applied(twelve, without(3), prune=prune, check=True)
    done = applied(twelve, without(3), prune=prune)
    assert done["operations"] == plan["operations"]
    assert requests(twelve, "/api/user/")[-2] == f"DELETE /api/user/u03@{COM}/keep_mailbox_days/30"
    absent = {"users": [{"mail": f"u04@{COM}", "state": "absent", "keep_mailbox_days": 0}]}
    assert applied(twelve, absent)["operations"][0]["path"] == f"/api/user/u04@{COM}/keep_mailbox_days/0"


# -- plan, approve, apply


def test_the_checksum_is_that_of_the_plan(twelve):
    declared = dict(without(0), aliases=[{"mail": f"a@{COM}", "members": [f"u02@{COM}"]}])
    declared["users"] += users(3, "new.example")
    declared["domains"] = [{"domain": "new.example"}]
    plan = applied(twelve, declared, prune=ALL, check=True)
    turned = {kind: declared[kind][::-1] for kind in reversed(declared)}
    assert applied(twelve, turned, prune=ALL, check=True, concurrency=1)["checksum"] == plan["checksum"]
    expected = {"expect_checksum": plan["checksum"]}
    assert applied(twelve, turned, prune=ALL, check=True, **expected)["checksum"] == plan["checksum"]

    other = dict(declared, users=declared["users"][:-1])
    for check in (True, False):
        result = refused(twelve, other, "the plan is not the one that was approved", prune=ALL, check=check, **expected)
        assert result["checksum"] != plan["checksum"]
        assert result["checksum"] in result["msg"]
    twelve.api("PUT", f"/api/user/u05@{COM}", name="Somebody")  # nothing that is managed
    done = applied(twelve, turned, prune=ALL, **expected)
    assert (done["checksum"], counts(done)) == (plan["checksum"], [5, 0, 0, 1, 11, 0, 0])
    refused(twelve, declared, "the plan is not the one that was approved", prune=ALL, **expected)
    assert apply(twelve, declared, prune=ALL)["changes"] == []

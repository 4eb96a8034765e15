# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only a whole state can see: approved plans that do not hold any more, names that pass, people who go."""

from __future__ import annotations

import pytest

from tests.support.common import COM, ORG, PASSWORD
from tests.support.state_apply import applied, apply, panel, refused, user
from tests.support.state_export import assert_nothing_to_do

pytestmark = [pytest.mark.both_backends]

ADA, BOB, CY, DEE, ALL, X, Y = (f"{name}@{COM}" for name in ("ada", "bob", "cy", "dee", "all", "x", "y"))


def made(sandbox, *mails, **options):
    for mail in mails:
        assert sandbox.api("POST", f"/api/user/{mail}", password=PASSWORD, **options)["_success"]


def codes(result):
    return {one["code"] for one in result["findings"]} | {one["code"] for one in result["failures"]}


# -- an approval is for what was seen


def test_an_empty_domain_that_fills_is_another_plan(backend):
    gone = {"domains": [{"domain": ORG, "state": "absent"}]}
    with panel(backend) as sandbox:
        approved = applied(sandbox, gone, check=True)["checksum"]
        made(sandbox, f"eve@{ORG}")
        refused(sandbox, gone, "not the one that was approved", expect_checksum=approved)


def test_a_mailbox_that_went_meanwhile_is_not_made_anew(backend):
    declared = {"users": [user(mail, quota="7MB") for mail in (ADA, BOB)]}
    with panel(backend) as sandbox:
        made(sandbox, ADA, BOB)
        approved = applied(sandbox, declared, check=True)["checksum"]
        sandbox.api("DELETE", f"/api/user/{BOB}")
        refused(sandbox, declared, "not the one that was approved", expect_checksum=approved)


def test_a_plan_that_must_not_be_carried_out_has_no_checksum(backend):
    with panel(backend) as sandbox:
        made(sandbox, ADA)
        many = {"users": [{"mail": ADA, "state": "absent"}]}
        for approved in ({}, {"expect_checksum": "0" * 64}):
            result = refused(sandbox, many, "max_deletions is 0", check=True, max_deletions=0, **approved)
            assert "checksum" not in result
        bad = {"aliases": [{"mail": ALL, "members": [ADA]}], **many}
        assert "checksum" not in refused(sandbox, bad, "goes in this run", check=True)


# -- who holds a name


def test_two_users_swap_their_alias_addresses(backend):
    def state(of_ada, of_bob):
        return {"users": [user(ADA, aliases=[of_ada]), user(BOB, aliases=[of_bob])]}

    with panel(backend) as sandbox:
        applied(sandbox, state(CY, ALL))
        applied(sandbox, state(ALL, CY))
        assert_nothing_to_do(sandbox, state(ALL, CY))


def test_new_aliases_are_members_of_each_other(backend):
    ring = {"aliases": [{"mail": mail, "members": [to, "x@x.example"]} for mail, to in ((ALL, CY), (CY, ALL))]}
    with panel(backend) as sandbox:
        applied(sandbox, ring)
        assert_nothing_to_do(sandbox, ring)


def test_an_alias_address_becomes_a_mailbox(backend):
    after = {"users": [user(ADA, aliases=[]), user(CY)]}
    with panel(backend) as sandbox:
        applied(sandbox, {"users": [user(ADA, aliases=[CY])]})
        applied(sandbox, after)
        assert_nothing_to_do(sandbox, after)


def test_an_alias_address_of_its_own_becomes_its_name(backend):
    after = {"users": [user(CY, rename_from=ADA, aliases=[ADA])]}
    with panel(backend) as sandbox:
        applied(sandbox, {"users": [user(ADA, aliases=[CY])]})
        plan = applied(sandbox, after, check=True)
        assert applied(sandbox, after)["operations"] == plan["operations"]
        assert len(plan["operations"]) == 3
        assert_nothing_to_do(sandbox, after)


def test_the_old_name_may_stay_an_alias_address(backend):
    after = {"users": [user(CY, rename_from=ADA, aliases=[ADA])]}
    with panel(backend) as sandbox:
        made(sandbox, ADA)
        plan = applied(sandbox, after, check=True)
        assert applied(sandbox, after)["operations"] == plan["operations"]
        assert_nothing_to_do(sandbox, after)


#: what is there, and what comes to be of it in one run
RINGS = {
    "new users refer to each other by alias addresses": (
        {},
        {
            "users": [user(ADA, aliases=[X], forwarding=[ALL, Y]), user(BOB, aliases=[Y], forwarding=[X])],
            "aliases": [{"mail": ALL, "members": [X, Y]}],
        },
    ),
    "users swap alias addresses and forward to them": (
        {"users": [user(ADA, aliases=[X]), user(BOB, aliases=[Y])]},
        {"users": [user(ADA, aliases=[Y], forwarding=[X]), user(BOB, aliases=[X], forwarding=[Y])]},
    ),
    "users swap alias addresses as they are renamed": (
        {"users": [user(ADA, aliases=[X]), user(BOB, aliases=[Y])]},
        {
            "users": [
                user(CY, rename_from=ADA, aliases=[Y], forwarding=[X]),
                user(DEE, rename_from=BOB, aliases=[X], forwarding=[Y]),
            ]
        },
    ),
    "users are renamed to alias addresses of each other": (
        {"users": [user(ADA, aliases=[DEE]), user(BOB, aliases=[CY, X])]},
        {"users": [user(CY, rename_from=ADA, aliases=[X]), user(DEE, rename_from=BOB, aliases=[])]},
    ),
    "a new mailing list gets an alias address of a user": (
        {"users": [user(ADA, aliases=[X, Y])]},
        {"users": [user(ADA, aliases=[])], "mls": [{"mail": ALL, "name": "All", "extra_addresses": [X, Y]}]},
    ),
    "a mailing list takes the place of a mailbox and swaps names with a user": (
        {"users": [user(ADA, aliases=[ALL, X]), user(CY)], "aliases": [{"mail": Y, "members": [ADA]}]},
        {
            "users": [user(ADA, aliases=[CY], forwarding=[ALL]), {"mail": CY, "state": "absent"}],
            "aliases": [{"mail": Y, "state": "absent"}],
            "mls": [{"mail": ALL, "name": "All", "extra_addresses": [X, Y]}],
        },
    ),
}


@pytest.mark.parametrize("ring", RINGS)
def test_names_pass_in_rings(backend, ring):
    before, after = RINGS[ring]
    with panel(backend) as sandbox:
        applied(sandbox, before)
        plan = applied(sandbox, after, check=True)
        assert applied(sandbox, after)["operations"] == plan["operations"]
        assert_nothing_to_do(sandbox, after)


@pytest.mark.parametrize("what", [{"fail": "NO_SPACE_LEFT"}, {"fail": "PASSWORD_TOO_SHORT"}, {"status": 500}])
def test_an_alias_comes_back_if_the_mailbox_cannot_be_made(backend, what):
    with panel(backend) as sandbox:
        made(sandbox, ADA)
        applied(sandbox, {"aliases": [{"mail": ALL, "name": "All", "members": [ADA, "x@x.example"]}]})
        sandbox.fault(what, "POST", f"/api/user/{ALL}")
        after = {"users": [user(ALL)], "aliases": [{"mail": ALL, "state": "absent"}]}
        result = apply(sandbox, after)
        assert codes(result) == {"rejected" if "fail" in what else "server_fault", "put_back"}
        there = {"aliases": [{"mail": ALL, "name": "All", "members": [ADA, "x@x.example"]}]}
        assert_nothing_to_do(sandbox, there)
        applied(sandbox, after)


def test_no_name_passes_while_something_else_fails(backend):
    with panel(backend) as sandbox:
        applied(sandbox, {"aliases": [{"mail": ALL}]})
        sandbox.fault({"fail": "NO_SPACE_LEFT"}, "POST", f"/api/user/{BOB}")
        after = {"users": [user(ALL), user(BOB)], "aliases": [{"mail": ALL, "state": "absent"}]}
        result = apply(sandbox, after, continue_on_error=True)
        assert result["failed"]
        assert [one for one in sandbox.writes() if one["method"] == "DELETE"] == []


def test_a_domain_with_accounts_does_not_become_an_alias_domain(backend):
    after = {"domains": [{"domain": COM, "alias_domains": [ORG]}, {"domain": ORG, "state": "absent"}]}
    with panel(backend) as sandbox:
        made(sandbox, f"eve@{ORG}")
        unseen = {"contents_unknown"} if backend == "ldap" else set()
        assert codes(refused(sandbox, after, "is a domain with 1 accounts")) == {"domain_not_empty"} | unseen


# -- who is needed


def test_who_goes_is_nobodys_member(backend):
    declared = {
        "users": [{"mail": ADA, "state": "absent"}, user(BOB)],
        "aliases": [{"mail": ALL, "members": [ADA, BOB]}],
    }
    with panel(backend) as sandbox:
        made(sandbox, ADA, BOB)
        result = refused(sandbox, declared, "members: ada@example.com goes in this run")
        assert codes(result) == {"refers_to_deleted"}
        done = apply(sandbox, declared, ignore_findings=["refers_to_deleted"])
        assert done["findings"] == []


def test_a_misspelt_member_is_named_before_anything_is_written(backend):
    declared = {"users": [user(ADA, aliases=[])], "aliases": [{"mail": ALL, "members": [ADA, f"aad@{COM}"]}]}
    with panel(backend) as sandbox:
        result = refused(sandbox, declared, f"there is no aad@{COM}, neither on the server nor declared", check=True)
        assert codes(result) == {"unknown_address"}


def test_a_renamed_employee_is_not_pruned(backend):
    prune = {"kinds": ["users"], "domains": [COM]}
    with panel(backend) as sandbox:
        made(sandbox, ADA, name="Ada Bee")
        declared = {"users": [user(BOB, name="Ada Bee")]}
        result = refused(sandbox, declared, f"say rename_from: {ADA}", prune=prune, max_delete_percent=100.0)
        assert codes(result) == {"looks_like_rename"}
        declared["users"][0]["rename_from"] = ADA
        applied(sandbox, declared, prune=prune)


def test_who_is_protected_by_an_alias_address_stays(backend):
    prune = {"kinds": ["users"], "domains": [COM], "protect": ["abuse@*"]}
    with panel(backend) as sandbox:
        applied(sandbox, {"users": [user(ADA, aliases=[f"abuse@{COM}"]), user(BOB)]})
        result = applied(sandbox, {"users": []}, prune=prune, max_delete_percent=100.0)
        assert [one["id"] for one in result["changes"]] == [BOB]


def test_whether_a_hidden_alias_address_is_protected_must_be_said():
    prune = {"kinds": ["users"], "domains": [COM], "protect": ["abuse@*"]}
    with panel("sql", user_aliases="hidden") as sandbox:
        made(sandbox, ADA, BOB)
        declared = {"users": [user(BOB)]}
        result = refused(sandbox, declared, "this panel does not show these", prune=prune, max_delete_percent=100.0)
        assert codes(result) == {"protection_unknown"}
        meant = {"ignore_findings": ["protection_unknown"], "max_delete_percent": 100.0}
        assert [one["id"] for one in applied(sandbox, declared, prune=prune, **meant)["changes"]] == [ADA]


def test_a_list_that_no_panel_lists_protects_its_domain():
    hidden = f"all@{ORG}"
    with panel("ldap") as sandbox:
        made(sandbox, f"eve@{ORG}")
        sandbox.api("POST", f"/api/maillist/{hidden}", members=f"eve@{ORG}")
        gone = {"domains": [{"domain": ORG, "state": "absent"}]}
        result = applied(sandbox, gone, prune={"protect": ["all@*"]}, max_delete_percent=100.0)
        assert f"domain {ORG} stays: prune.protect matches {hidden}." in result["warnings"]
        assert sandbox.api("GET", f"/api/domain/{ORG}")["_success"]


def test_a_limit_is_raised_for_an_account_that_the_domain_speaks_of(backend):
    """The domain waits for the account, and the account for the limit."""
    with panel(backend) as sandbox:
        made(sandbox, ADA)
        sandbox.api("PUT", f"/api/domain/{COM}", numberOfUsers="1")
        declared = {"domains": [{"domain": COM, "max_users": 2, "catchall": [BOB]}], "users": [user(ADA), user(BOB)]}
        applied(sandbox, declared)
        assert_nothing_to_do(sandbox, declared)


def test_a_name_that_the_server_drops_silently_comes_back(backend):
    """It takes alias addresses in the domain of the mailbox only."""
    name = f"info@{COM}"
    declared = {"users": [user(ADA, aliases=[]), user(f"bob@{ORG}", aliases=[name])]}
    with panel(backend) as sandbox:
        applied(sandbox, {"users": [user(ADA, aliases=[name]), user(f"bob@{ORG}")]})
        assert codes(apply(sandbox, declared)) == {"not_verified", "put_back"}
        assert_nothing_to_do(sandbox, {"users": [user(ADA, aliases=[name])]})


def test_an_address_with_an_extension_is_that_of_the_account(backend):
    with panel(backend) as sandbox:
        made(sandbox, ADA)
        declared = {"aliases": [{"mail": ALL, "members": [f"ada+news@{COM}"]}]}
        applied(sandbox, declared)
        assert_nothing_to_do(sandbox, declared)
        refused(sandbox, dict(declared, users=[{"mail": ADA, "state": "absent"}]), f"{ADA} goes in this run")


def test_a_domain_that_does_not_allow_it_says_so_first(backend):
    with panel(backend) as sandbox:
        sandbox.api("PUT", f"/api/domain/{COM}", numberOfUsers="1", maxUserQuota="5")
        result = refused(sandbox, {"users": [user(ADA), user(BOB, quota="6MB")]}, "max_users of example.com allows 1")
        assert codes(result) == {"over_limit"}
        assert {one["option"] for one in result["findings"]} == {"max_users", "quota"}

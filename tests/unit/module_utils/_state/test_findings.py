# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a declaration contradicts in itself."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.audit import declared_findings
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.findings import (
    CODES,
    ERROR,
    WARNING,
    claimed_twice,
    conflicting_policies,
    references,
)
from tests.support.common import COM, ORG, user
from tests.support.fake_state import item_of, items_of

ADA, BOB, CY, ALL = (f"{name}@{COM}" for name in ("ada", "bob", "cy", "all"))


NEW = {"only_subscriber_can_post": True, "only_moderator_can_post": False}
THROTTLE = {"account": ADA, "direction": "inbound", "period": 60, "max_msgs": 5}


EVERYBODY = {"domain": COM, "password": "One-For-All-8-Users", "update_password": "always"}


def wblist(name):
    return {"account": ADA, "direction": "inbound", "list": name, "addresses": ["x@x.example"]}


def codes(declared):
    found = declared_findings(items_of(declared))
    assert {one.code for one in found} <= set(CODES)
    return [(one.code, one.severity, one.id, one.option) for one in found]


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"users": [user(ALL)], "aliases": [{"mail": ALL}]}, (ALL, "mail")),
        ({"users": [user(ADA, aliases=[ALL]), user(BOB, aliases=[ALL])]}, (BOB, "aliases")),
        ({"users": [user(ADA, aliases=[BOB]), user(BOB)]}, (BOB, "mail")),
        (
            {"aliases": [{"mail": ALL}], "mls": [{"mail": "l@" + COM, "extra_addresses": [ALL]}]},
            ("l@" + COM, "extra_addresses"),
        ),
        ({"domains": [{"domain": COM, "alias_domains": [ORG]}, {"domain": ORG}]}, (ORG, "domain")),
        (
            {"domains": [{"domain": name, "alias_domains": ["x.example"]} for name in (COM, ORG)]},
            (ORG, "alias_domains"),
        ),
        (
            {
                "wblists": [
                    {"account": ADA, "direction": "inbound", "list": name, "addresses": ["x@x.example"]}
                    for name in ("whitelist", "blacklist")
                ]
            },
            (f"{ADA} inbound blacklist", "addresses"),
        ),
        (
            {"users": [user(ADA, language="en_US")], "domain_users": [{"domain": COM, "language": "de_DE"}]},
            (ADA, "language"),
        ),
        ({"users": [user(ADA, update_password="verify")], "domain_users": [EVERYBODY]}, (ADA, "password")),
        ({"users": [user(ADA, update_password="always")], "domain_users": [EVERYBODY]}, (ADA, "password")),
        (
            {
                "users": [{"mail": ADA, "password_hash": "{SSHA512}x", "update_password": "always"}],
                "domain_users": [EVERYBODY],
            },
            (ADA, "password_hash"),
        ),
    ],
)
def test_two_items_that_govern_one_thing(declared, expected):
    assert codes(declared) == [("claimed_twice", ERROR, *expected)]


LIST = {"mail": "l@" + COM, "extra_addresses": [ALL]}


@pytest.mark.parametrize("option", ["members", "add_members"])
def test_an_alias_that_delivers_to_a_list_may_be_an_extra_address_of_it(option):
    other = {**LIST, "mail": "m@" + COM}
    alias = {"mail": ALL, option: [LIST["mail"], other["mail"], "x@x.example"]}
    assert codes({"aliases": [alias], "mls": [LIST]}) == []
    assert codes({"mls": [LIST, other], "aliases": [alias]}) == [], "nor do two such lists contradict each other"
    assert codes({"aliases": [alias], "mls": [LIST], "users": [user(ALL)]}) != []
    assert codes({"aliases": [{"mail": ALL, option: [ADA]}], "mls": [LIST]}) != []
    assert codes({"aliases": [alias], "users": [user(ADA, aliases=[ALL])], "mls": [{"mail": LIST["mail"]}]}) != []


def test_what_is_said_twice_alike_is_no_contradiction():
    declared = {
        "users": [user(ADA, language="de_DE"), user(BOB), {"mail": ALL, "state": "absent"}],
        "domain_users": [{"domain": COM, "language": "de_DE"}],
        "aliases": [{"mail": ALL}],
    }
    assert codes(declared) == []


@pytest.mark.parametrize(
    "options",
    [
        {"password": EVERYBODY["password"]},
        {"update_password": "on_create"},
        {"password": None, "password_hash": "{SSHA512}x"},
    ],
)
def test_a_password_for_all_and_one_that_does_not_come_back(options):
    assert codes({"users": [user(ADA, **options)], "domain_users": [EVERYBODY]}) == []


@pytest.mark.parametrize(
    ("declared", "who", "option"),
    [
        ({"aliases": [{"mail": ALL, "members": [ADA]}]}, ALL, "members"),
        ({"users": [user(BOB, forwarding=[ADA])]}, BOB, "forwarding"),
        ({"users": [user(BOB, sender_bcc=ADA)]}, BOB, "sender_bcc"),
        ({"domains": [{"domain": COM, "catchall": [ADA]}]}, COM, "catchall"),
        ({"mls": [{"mail": ALL, "add_subscribers": [ADA]}]}, ALL, "subscribers"),
        ({"domain_admins": [{"domain": COM, "admins": [ADA]}]}, COM, "admins"),
        (
            {"throttles": [{"account": ADA, "direction": "inbound", "period": 60, "max_msgs": 5}]},
            f"{ADA} inbound",
            "account",
        ),
    ],
)
def test_what_refers_to_somebody_who_goes(declared, who, option):
    gone = {"mail": ADA, "state": "absent"}
    declared = {**declared, "users": [*declared.get("users", []), gone]}
    assert codes(declared) == [("refers_to_deleted", ERROR, who, option)]
    declared["users"][-1] = user("new@" + COM, rename_from=ADA)
    assert codes(declared) == [("refers_to_deleted", ERROR, who, option)], "a name that is given up goes as well"
    declared["users"] = [*declared["users"][:-1], user(ADA)]
    assert codes(declared) == []


def test_a_domain_takes_all_addresses_in_it_along():
    declared = {"domains": [{"domain": ORG, "state": "absent"}], "aliases": [{"mail": ALL, "members": ["x@" + ORG]}]}
    assert codes(declared) == [("refers_to_deleted", ERROR, ALL, "members")]


@pytest.mark.parametrize(
    "setting",
    [
        {"domain_admins": [{"domain": ORG, "add_admins": [ADA]}]},
        {"domain_users": [{"domain": ORG, "language": "de_DE"}]},
        {"throttles": [{**THROTTLE, "account": ORG}]},
    ],
)
def test_what_is_said_of_a_domain_keeps_it(setting):
    ((_code, severity, _id, option),) = codes({"domains": [{"domain": ORG, "state": "absent"}], **setting})
    assert (severity, option) == (ERROR, "account")


@pytest.mark.parametrize(
    "declared",
    [
        {"users": [{"mail": BOB, "rename_from": ADA, "name": ADA}]},
        {"users": [user(BOB, name=ADA), {"mail": ADA, "state": "absent"}]},
        {"users": [{"mail": ADA, "state": "absent"}], "mls": [{"mail": ALL, "footer_text": ADA}]},
    ],
)
def test_a_text_is_no_reference(declared):
    assert codes(declared) == []


def test_an_extension_is_no_part_of_the_name():
    declared = {"aliases": [{"mail": ALL, "members": ["ada+news@" + COM]}], "users": [{"mail": ADA, "state": "absent"}]}
    assert codes(declared) == [("refers_to_deleted", ERROR, ALL, "members")]


def test_an_admin_that_goes_is_missed_by_domains_alone():
    """Its address is one of another server, where mail still arrives."""
    admin = "boss@partner.example"
    declared = {
        "admins": [{"mail": admin, "state": "absent"}],
        "aliases": [{"mail": ALL, "members": [admin]}],
        "users": [user(ADA, forwarding=[admin])],
    }
    assert codes(declared) == []
    declared["domain_admins"] = [{"domain": COM, "admins": [admin]}]
    assert codes(declared) == [("refers_to_deleted", ERROR, COM, "admins")]


def test_mail_that_goes_round_in_a_ring():
    ring = {"aliases": [{"mail": mail, "members": [to]} for mail, to in ((ALL, CY), (CY, ALL))]}
    assert [one[:3] for one in codes(ring)] == [("loop", WARNING, ALL), ("loop", WARNING, CY)]
    ring["aliases"][0]["members"].append("x@x.example")
    assert codes(ring) == []
    users = {"users": [user(ADA, forwarding=[BOB], forwarding_keep_copy=False), user(BOB, forwarding=[ADA])]}
    assert codes(users) == [], "somebody keeps a copy"
    itself = {"users": [user(ADA, forwarding=[BOB], forwarding_keep_copy=False, aliases=[BOB])]}
    assert [one[:3] for one in codes(itself)] == [("loop", WARNING, ADA)], "it is an alias address of its own"
    itself["users"][0]["forwarding_keep_copy"] = True
    assert codes(itself) == []


def test_a_policy_that_says_something_else_than_the_flag():
    declared = {"mls": [{"mail": ALL, "access_policy": "public", "only_subscriber_can_post": True}]}
    assert codes(declared) == [("conflicting_policy", WARNING, ALL, "only_subscriber_can_post")]
    declared["mls"][0]["access_policy"] = "membersonly"
    assert codes(declared) == []
    declared["mls"][0]["access_policy"] = "domain"
    assert codes(declared) == [], "both are enforced"
    declared["mls"][0]["access_policy"] = "moderatorsonly"
    assert codes(declared) == [], "nothing is said of that flag"
    items = items_of(declared)
    (found,) = conflicting_policies(items, lambda _item: {"only_moderator_can_post": False})
    assert (found.option, found.severity) == ("only_moderator_can_post", WARNING)
    (found,) = conflicting_policies(items_of({"mls": [{"mail": ALL, "access_policy": "public"}]}), lambda _item: NEW)
    assert found.option == "only_subscriber_can_post", "new lists have it"


def test_who_stands_where_and_what_to_do_about_it():
    (one,) = claimed_twice(items_of({"users": [user(ALL)], "aliases": [{"mail": ALL}]}))
    text = str(one)
    assert text.startswith("aliases[0] (all@example.com): all@example.com is the name here")
    assert str(one._replace(place="a.yml:7")).startswith("a.yml:7: alias all@example.com: all@example.com is")
    assert "take one of the two out" in text


def test_what_an_item_needs():
    assert list(references(item_of(mail=ADA, forwarding=[BOB], aliases=[CY], sender_bcc=ALL))) == [
        ("forwarding", BOB),
        ("sender_bcc", ALL),
    ]
    assert list(references(item_of(mail=ADA, state="absent"))) == []
    wblist = {"account": "global", "direction": "inbound", "list": "whitelist", "addresses": [ADA]}
    assert list(references(item_of("wblists", **wblist))) == []

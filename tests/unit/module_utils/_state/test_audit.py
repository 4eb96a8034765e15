# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a declaration and a server together contradict."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.admin import ADMIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.audit import Audit
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.findings import ERROR, WARNING
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.reading import read_for
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import Workers
from tests.support.common import COM, ORG, user
from tests.support.fake_panel import FakePanel, Server
from tests.support.fake_state import findings, planned

ADA, BOB, CY, ALL = (f"{name}@{COM}" for name in ("ada", "bob", "cy", "all"))
PRUNE = {"kinds": ["users"], "domains": [COM]}


def found(server, declared, prune=None):
    return [(one.code, one.severity, one.id, one.option) for one in findings(server, declared, prune)]


def test_what_is_pruned_must_not_be_needed(server):
    server.has(USER, BOB)
    declared = {"users": [user(ADA, forwarding=[BOB])]}
    assert found(server, declared, PRUNE) == [("refers_to_deleted", ERROR, ADA, "forwarding")]
    assert found(server, declared) == []


def test_nor_what_is_in_a_domain_that_goes(server):
    server.has(DOMAIN, ORG)
    server.has(USER, "eve@" + ORG)
    declared = {
        "domains": [{"domain": ORG, "state": "absent"}],
        "domain_admins": [{"domain": COM, "add_admins": ["eve@" + ORG]}],
    }
    assert ("refers_to_deleted", ERROR, COM, "admins") in found(server, declared)


def test_an_alias_address_that_is_given_up_goes_unless_somebody_gets_it(server):
    server.has(USER, ADA, aliases=frozenset({CY}))
    server.has(ALIAS, ALL, members=frozenset({CY}))
    declared = {"users": [user(ADA, aliases=[])], "aliases": [{"mail": ALL, "members": [CY]}]}
    assert found(server, declared) == [("refers_to_deleted", ERROR, ALL, "members")]
    declared["users"].append(user(BOB, aliases=[CY]))
    assert found(server, declared) == []


def test_a_list_that_is_emptied_item_by_item(server):
    server.has(ALIAS, ALL, members=frozenset({ADA}))
    server.has(USER, ADA)
    assert found(server, {"aliases": [{"mail": ALL, "remove_members": [ADA]}]}) == [
        ("no_recipient_left", ERROR, ALL, "members")
    ]
    assert found(server, {"aliases": [{"mail": ALL, "members": []}]}) == [], "that was said"


def test_a_domain_with_accounts_does_not_become_an_alias_domain(server):
    server.has(DOMAIN, ORG)
    declared = {"domains": [{"domain": COM, "alias_domains": [ORG]}, {"domain": ORG, "state": "absent"}]}
    assert found(server, declared) == []
    server.has(USER, "eve@" + ORG)
    assert found(server, declared) == [("domain_not_empty", ERROR, COM, "alias_domains")]


@pytest.mark.parametrize(
    ("new", "known"),
    [
        ({"employee_id": "7"}, {"employee_id": "7"}),
        ({"name": "Ann Bee"}, {"name": "Ann Bee"}),
        ({"aliases": [BOB]}, {}),
    ],
)
def test_a_rename_by_hand(server, new, known):
    server.has(USER, BOB, **known)
    declared = {"users": [user(ADA, **new)]}
    assert found(server, declared, PRUNE)[0] == ("looks_like_rename", ERROR, ADA, "rename_from")
    (one, *_others) = findings(server, declared, PRUNE)
    assert f"rename_from: {BOB}" in one.sentence
    declared["users"].append({"mail": BOB, "state": "absent"})
    assert ("looks_like_rename", WARNING, ADA, "rename_from") in found(server, declared)


def test_two_strangers_are_no_rename(server):
    server.has(USER, BOB, name="Bob", employee_id="8")
    assert found(server, {"users": [user(ADA, name="Ada", employee_id="7")]}, PRUNE) == []


@pytest.mark.parametrize(("most", "expected"), [(2, False), (1, True), (-1, True), (0, False)])
def test_more_accounts_than_a_domain_allows(server, most, expected):
    server.has(DOMAIN, COM, max_users=most)
    server.has(USER, BOB)
    over = [("over_limit", ERROR, ADA, "max_users")] if expected else []
    assert found(server, {"users": [user(ADA)]}) == over
    assert found(server, {"domains": [{"domain": COM, "max_users": 9}], "users": [user(ADA)]}) == []


def test_those_that_go_make_room(server):
    server.has(DOMAIN, COM, max_users=1)
    server.has(USER, BOB)
    declared = {"users": [user(ADA), {"mail": BOB, "state": "absent"}]}
    assert found(server, declared) == [("over_limit", ERROR, ADA, "max_users")], "deletions come last"


@pytest.mark.parametrize(("quota", "severity"), [("500MB", WARNING), ("650MB", ERROR), ("200MB", None)])
def test_what_gets_less_may_get_it_where_there_is_too_much_already(server, quota, severity):
    server.has(DOMAIN, COM, quota=1000)
    server.has(USER, ADA, quota=700)
    server.has(USER, BOB, quota=600)
    declared = {"users": [user(ADA, quota="700MB"), user(BOB, quota=quota)]}
    assert found(server, declared) == ([("over_limit", severity, BOB, "quota")] if severity else [])


@pytest.mark.parametrize(
    ("options", "left"),
    [({}, True), ({"add_members": ["x@x.example"]}, False), ({"remove_members": ["x@x.example"]}, True)],
)
def test_an_alias_whose_members_all_go_is_left_alone(server, options, left):
    server.has(DOMAIN, COM)
    server.has(USER, ADA)
    server.has(ALIAS, ALL, members=frozenset({ADA}))
    declared = {"users": [{"mail": ADA, "state": "absent"}], "aliases": [{"mail": ALL, **options}]}
    assert found(server, declared) == ([("no_recipient_left", ERROR, ALL, "members")] if left else [])
    server.has(ALIAS, ALL, members=frozenset({ADA, BOB}))
    assert found(server, declared) == []


def test_the_limits_of_the_server_count(server):
    server.has(DOMAIN, COM, max_user_quota=5)
    assert found(server, {"users": [user(ADA, quota="6MB")]}) == [("over_limit", ERROR, ADA, "quota")]


def limited(**limits):
    server = Server()
    server.has(DOMAIN, COM, description="old", **limits)
    server.has(USER, ADA, quota=6)
    return server


@pytest.mark.parametrize(
    ("limits", "options", "option"),
    [
        ({"max_user_quota": 5}, {"quota": "6MB"}, "quota"),
        ({"quota": 5}, {"quota": "6MB"}, "quota"),
        ({"min_password_length": 99}, {"update_password": "on_create"}, "password"),
    ],
)
def test_what_stands_and_is_not_sent_is_no_error(limits, options, option):
    """Neither if something else of the domain changes, nor of the user itself."""
    domain = {"domain": COM, "description": "new"}
    declared = {"domains": [domain], "users": [user(ADA, employee_id="7", **options)]}
    assert found(limited(**limits), declared) == [("over_limit", WARNING, ADA, option)]
    stricter = {name: value + 1 if option == "password" else value - 1 for name, value in limits.items()}
    declared["domains"] = [{"domain": COM, **stricter}]
    severity = WARNING if option == "password" else ERROR
    assert found(limited(**limits), declared) == [("over_limit", severity, ADA, option)]


def test_a_password_that_is_sent_must_be_allowed():
    declared = {"users": [user(ADA, update_password="always")]}
    assert found(limited(min_password_length=99), declared) == [("over_limit", ERROR, ADA, "password")]
    declared = {"users": [user(BOB, update_password="on_create")]}
    assert found(limited(min_password_length=99), declared) == [("over_limit", ERROR, BOB, "password")]


def test_an_admin_that_goes_is_no_recipient(server):
    admin = "boss@partner.example"
    server.has(ADMIN, admin)
    server.has(ALIAS, ALL, members=frozenset({admin}))
    declared = {
        "admins": [{"mail": admin, "state": "absent"}],
        "aliases": [{"mail": ALL, "name": "new", "members": [admin]}],
    }
    assert found(server, declared) == []
    server.has(DOMAIN, COM)
    declared["domain_admins"] = [{"domain": COM, "add_admins": [admin]}]
    assert ("refers_to_deleted", ERROR, COM, "admins") in found(server, declared)


# -- what goes with a domain and is on no list

MEMBER = "eve@" + ORG
HIDDEN = "all@" + ORG


def ending(backend):
    server = Server(backend)
    server.has(DOMAIN, COM)
    server.has(DOMAIN, ORG)
    server.has(USER, MEMBER).facts["mailing_lists"] = [HIDDEN.upper(), "elsewhere@" + COM]
    return server


def test_lists_without_subscription_go_unseen_with_a_domain():
    absent = {"domains": [{"domain": COM}, {"domain": ORG, "state": "absent"}]}
    (one,) = findings(ending("ldap"), absent)
    assert (one.code, one.severity, one.id) == ("contents_unknown", WARNING, ORG)
    assert HIDDEN in one.sentence
    assert "elsewhere" not in one.sentence
    assert findings(ending("sql"), absent) == [], "SQL has none"


def test_pruning_takes_no_domain_of_which_that_is_not_said_to_be_meant():
    prune = {"kinds": ["domains"], "domains": [COM, ORG]}
    (one,) = findings(ending("ldap"), {"domains": [{"domain": COM}]}, prune)
    assert (one.code, one.severity, one.id) == ("contents_unknown", ERROR, ORG)


def test_they_count_among_what_goes():
    server = ending("ldap")
    planner = planned(server, {"domains": [{"domain": ORG, "state": "absent"}]})
    audit = Audit(planner.world, planner.items, planner.order, planner.deletions)
    with Workers(1) as workers:
        read_for(audit.run(), planner.snapshot, FakePanel(server, read_only=True), workers)
    assert planner.deletions.of(planner.steps)["maillists"] == {HIDDEN}


def test_not_more_than_some_users_are_asked_for_them():
    server = ending("ldap")
    for number in range(40):
        server.has(USER, f"u{number:02}@{ORG}")
    (one,) = findings(server, {"domains": [{"domain": ORG, "state": "absent"}]})
    assert "as far as 30 of them tell" in one.sentence
    assert sum("/api/user/u" in path for path in server.reads) <= 30

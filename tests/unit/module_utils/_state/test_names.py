# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that nobody has, and names that somebody else has."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    BadAnswer,
    NoSuchEndpoint,
    Rejected,
    ServerFault,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.maillist import MAILLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.findings import ERROR, WARNING
from tests.support.common import COM, ORG, user
from tests.support.fake_state import findings

ADA, BOB, CY, ALL = (f"{name}@{COM}" for name in ("ada", "bob", "cy", "all"))


def found(server, declared):
    return [(one.code, one.severity, one.id, one.option) for one in findings(server, declared)]


MISSPELT = {"aliases": [{"mail": ALL, "members": [ADA, "ad@" + COM, "x@x.example"]}]}


def test_a_misspelt_member_is_nobody(server):
    server.has(USER, ADA, aliases=frozenset())
    assert found(server, MISSPELT) == [("unknown_address", ERROR, ALL, "members")]
    (one,) = findings(server, MISSPELT)
    assert "ad@example.com" in one.sentence


def test_it_stays_so_while_somebody_else_is_renamed(server):
    server.has(USER, BOB, aliases=frozenset())
    renamed = {**MISSPELT, "users": [user(ADA, rename_from=BOB)]}
    assert found(server, renamed) == [("unknown_address", ERROR, ALL, "members")]


@pytest.mark.parametrize("resource", [USER, ALIAS, ML, MAILLIST])
def test_somebody_who_is_there_is_known_whatever_it_is(server, resource):
    server.has(USER, ADA, aliases=frozenset())
    server.has(resource, "ad@" + COM)
    assert found(server, MISSPELT) == []


@pytest.mark.parametrize(
    ("answer", "severity"),
    [
        (ServerFault("crash.", 500), WARNING),
        (Rejected("no", "PERMISSION_DENIED"), WARNING),
        (NoSuchEndpoint("not found."), ERROR),
    ],
)
def test_who_could_not_be_asked_for_may_be_there(server, answer, severity):
    server.has(USER, ADA, aliases=frozenset())
    server.things[MAILLIST.at("ad@" + COM)] = answer
    assert found(server, MISSPELT) == [("unknown_address", severity, ALL, "members")]


def test_or_a_further_address_of_somebody(server):
    server.has(USER, ADA, aliases=frozenset({"ad@" + COM}))
    assert found(server, MISSPELT) == []


def test_or_an_extra_address_of_a_list_to_which_perhaps_nothing_delivers(server):
    ad, team = "ad@" + COM, f"team@{COM}"
    server.has(USER, ADA, aliases=frozenset())
    server.has(ML, team, extra_addresses=frozenset({ad}), name="")
    warned = [("unknown_address", WARNING, ALL, "members")]
    assert found(server, MISSPELT) == warned
    (one,) = findings(server, MISSPELT)
    assert "ad@example.com is only an extra address of a mailing list" in one.sentence
    for declared in ({"mail": team, "extra_addresses": [ad]}, {"mail": team, "name": "Team"}):
        assert found(server, {**MISSPELT, "mls": [declared]}) == warned, "or of one that is declared"
    throttle = {"account": ad, "direction": "inbound", "period": 60, "max_msgs": 5}
    assert found(server, {"domains": [{"domain": COM}], "throttles": [throttle]}) == []
    server.has(ALIAS, ad, members=frozenset({team}))
    assert found(server, MISSPELT) == []


def test_or_somebody_who_is_declared(server):
    server.has(USER, ADA, aliases=frozenset())
    assert found(server, {**MISSPELT, "users": [user(BOB, aliases=["ad@" + COM])]}) == []


def test_where_further_addresses_are_hidden_nobody_can_say(server):
    server.has(USER, ADA)
    server.things[USER.at(ADA)].values.pop("aliases", None)
    assert found(server, MISSPELT) == [("unknown_address", WARNING, ALL, "members")]


def test_or_where_accounts_cannot_be_listed(server):
    server.has(USER, ADA, aliases=frozenset())
    server.things[USER.list_at(COM)] = BadAnswer("odd")
    assert found(server, MISSPELT) == [("unknown_address", WARNING, ALL, "members")]


def test_in_a_new_domain_all_are_known(server):
    declared = {"domains": [{"domain": ORG}], "aliases": [{"mail": "all@" + ORG, "members": ["no@" + ORG]}]}
    assert found(server, declared) == [("unknown_address", ERROR, "all@" + ORG, "members")]


def test_what_the_server_keeps_already_is_not_asked_for(server):
    server.has(USER, ADA, aliases=frozenset())
    server.has(ALIAS, ALL, members=frozenset({ADA, "ad@" + COM, "x@x.example"}))
    assert found(server, MISSPELT) == []


def test_a_setting_for_nobody(server):
    server.has(USER, ADA, aliases=frozenset())
    throttle = {"account": "ad@" + COM, "direction": "inbound", "period": 60, "max_msgs": 5}
    declared = {"domains": [{"domain": COM}], "throttles": [throttle]}
    assert found(server, declared) == [("unknown_account", WARNING, f"ad@{COM} inbound", "account")]


@pytest.mark.parametrize("resource", [ALIAS, ML])
def test_a_name_that_somebody_else_has(server, resource):
    server.has(resource, ADA)
    assert found(server, {"users": [user(ADA)]}) == [("claimed_twice", ERROR, ADA, "")]
    server.has(USER, BOB, aliases=frozenset())
    assert found(server, {"users": [user(BOB, add_aliases=[ADA], name="B"), user(CY)]}) == [
        ("claimed_twice", ERROR, BOB, "aliases")
    ]


@pytest.mark.parametrize("kind", ["users", "aliases", "mls", "maillists"])
def test_whatever_is_to_be_made_there(server, kind):
    other = ALIAS if kind == "users" else USER
    server.has(other, ADA)
    item = user(ADA) if kind == "users" else {"mail": ADA}
    assert ("claimed_twice", ERROR, ADA, "") in found(server, {kind: [item]})


@pytest.mark.parametrize("resource", [USER, ALIAS, ML])
def test_a_further_address_that_somebody_else_has_as_its_own(server, resource):
    server.has(USER, BOB, aliases=frozenset())
    server.has(resource, ADA)
    assert found(server, {"users": [{"mail": BOB, "add_aliases": [ADA]}]}) == [("claimed_twice", ERROR, BOB, "aliases")]


def test_an_alias_domain_that_is_a_domain(server):
    server.has(DOMAIN, COM, alias_domains=frozenset())
    server.has(DOMAIN, ORG)
    (one,) = findings(server, {"domains": [{"domain": COM, "alias_domains": [ORG]}]})
    assert (one.code, one.severity, one.id, one.option) == ("claimed_twice", ERROR, COM, "alias_domains")
    assert one.sentence == (
        f"{ORG} is a different domain on the server; delete or rename that first, or take another name."
    )


def test_a_name_that_is_a_further_one_of_something_declared(server):
    server.has(USER, BOB, name="B", aliases=frozenset({ADA}))
    (one,) = findings(server, {"users": [user(BOB, name="Bob"), user(ADA)]})
    assert (one.code, one.severity, one.id, one.option) == ("claimed_twice", ERROR, ADA, "")
    assert one.sentence == f"user {BOB} has the name {ADA} on the server; take it from there, or take another name."


def test_or_of_something_protected_that_stays(server):
    server.has(USER, BOB, aliases=frozenset({CY}))
    prune = {"kinds": ["users"], "domains": [COM], "protect": [CY]}
    (one,) = findings(server, {"users": [user(ADA, aliases=[CY])]}, prune)
    assert (one.code, one.id, one.option) == ("claimed_twice", ADA, "aliases")
    assert one.sentence.startswith(f"user {BOB} has the name {CY} on the server")


def test_unless_it_is_an_alias_that_delivers_to_the_list(server):
    """Nothing else may: an extra address stands in a file of mlmmj's, which nobody asks where mail goes."""
    server.has(ML, ALL, extra_addresses=frozenset(), name="")
    server.has(ALIAS, ADA, members=frozenset({ALL}))
    more = {"mls": [{"mail": ALL, "extra_addresses": [ADA]}]}
    assert found(server, more) == []
    assert found(server, {**more, "aliases": [{"mail": ADA, "remove_members": [ALL], "add_members": [BOB]}]}) != []
    server.has(ALIAS, ADA, members=frozenset({BOB}))
    assert found(server, more) == [("claimed_twice", ERROR, ALL, "extra_addresses")]


def test_or_the_name_of_one_that_is_made(server):
    server.has(ML, ALL, extra_addresses=frozenset({ADA}), name="")
    changed = {"mls": [{"mail": ALL, "name": "All"}]}
    assert found(server, {**changed, "aliases": [{"mail": ADA, "members": [ALL]}]}) == []
    assert found(server, {**changed, "aliases": [{"mail": ADA, "members": ["x@x.example"]}]}) == [
        ("claimed_twice", ERROR, ADA, "")
    ]


def test_unless_it_gives_it_up(server):
    server.has(ALIAS, ADA)
    assert found(server, {"users": [user(ADA)], "aliases": [{"mail": ADA, "state": "absent"}]}) == []

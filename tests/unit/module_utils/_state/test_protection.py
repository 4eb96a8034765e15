# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What prune.protect keeps, also by names that no list shows; where nobody can tell, somebody must say so."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    AnswerLost,
    NoSuchEndpoint,
    Rejected,
    ServerFault,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import LDAP, SQL
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.maillist import MAILLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.findings import ERROR, WARNING
from tests.support.common import COM, ORG, user
from tests.support.fake_panel import Server
from tests.support.fake_state import actions, carried_out, failures, findings, planned, reported

ADA, ALL, EVE = f"ada@{COM}", f"all@{ORG}", f"eve@{ORG}"
ENDS = {"domains": [{"domain": COM}, {"domain": ORG, "state": "absent"}]}


def ending(backend, **member):
    server = Server(backend)
    server.has(DOMAIN, COM)
    server.has(DOMAIN, ORG)
    server.has(USER, EVE, **member)
    return server


def protecting(*patterns, kinds=("users",)):
    return {"kinds": list(kinds), "domains": [COM, ORG], "protect": list(patterns)}


def test_a_list_that_no_panel_lists_keeps_its_domain():
    server = ending(LDAP)
    server.things[USER.at(EVE)].facts["mailing_lists"] = [ALL.upper()]
    planner = planned(server, ENDS, {"protect": ["all@*"]})
    assert f"domain {ORG}" not in actions(planner)
    assert planner.warnings == [f"domain {ORG} stays: prune.protect matches {ALL}."]
    assert f"domain {ORG}" not in actions(planned(server, ENDS, {"protect": ["*ll@*"]}))


def test_one_that_nobody_is_in_is_asked_for_by_its_name():
    server = ending(LDAP)
    server.has(MAILLIST, ALL)
    planner = planned(server, ENDS, {"protect": ["all@*"]})
    assert f"domain {ORG}" not in actions(planner)
    assert planner.warnings == [f"domain {ORG} stays: prune.protect matches {ALL}."]


@pytest.mark.parametrize(
    "answer", [ServerFault("crash.", 500), AnswerLost("lost."), Rejected("no", "PERMISSION_DENIED")]
)
@pytest.mark.parametrize("who", [MAILLIST.at(ALL), USER.at(EVE)])
def test_where_a_list_could_not_be_asked_for_its_domain_stays(answer, who):
    server = ending(LDAP)
    server.things[who] = answer
    planner = planned(server, ENDS, {"protect": ["all@*"]})
    assert failures(planner) == {f"domain {ORG}": "contents_unknown"}
    carried_out(server, planner)
    assert server.writes == []


def test_a_panel_without_such_lists_has_none():
    server = ending(LDAP)
    server.things[MAILLIST.at(ALL)] = NoSuchEndpoint("not found.")
    assert actions(planned(server, ENDS, {"protect": ["all@*"]}))[f"domain {ORG}"] == "delete"


@pytest.mark.parametrize(
    ("pattern", "kept"), [("ada@alias.example", True), ("bob@alias.example", False), ("*@alias.example", True)]
)
def test_an_address_in_an_alias_domain_is_one_of_the_account(pattern, kept):
    server = Server()
    server.has(DOMAIN, COM, alias_domains=frozenset({"alias.example"}))
    server.has(USER, ADA)
    declared = {"users": [{"mail": ADA, "state": "absent"}]}
    planner = planned(server, declared, {"protect": [pattern]})
    assert (actions(planner) == {}) is kept
    assert planner.warnings == [f"user {ADA} stays: prune.protect matches ada@alias.example."] or not kept
    planner = planned(server, {"domains": [{"domain": COM, "state": "absent"}]}, {"protect": [pattern]})
    assert (f"domain {COM}" not in actions(planner)) is kept


def in_doubt(server, declared, prune):
    return [
        (one.severity, one.kind, one.id)
        for one in findings(server, declared, prune)
        if one.code == "protection_unknown"
    ]


@pytest.fixture(name="hiding")
def hiding_server():
    return ending(SQL, aliases=UNREADABLE)


def test_an_alias_address_that_the_panel_hides_is_a_doubt(hiding):
    hiding.has(USER, ADA, aliases=UNREADABLE)
    kept = {"users": [user(EVE)]}
    assert in_doubt(hiding, kept, protecting("abuse@*")) == [(ERROR, "user", ADA)]
    assert in_doubt(hiding, {"users": [user(EVE), {"mail": ADA, "state": "absent"}]}, protecting("abuse@*")) == [
        (WARNING, "user", ADA)
    ]
    assert in_doubt(hiding, kept, protecting("*abuse*")) == [(ERROR, "user", ADA)]
    assert in_doubt(hiding, kept, protecting(f"abuse@{ORG}")) == []
    assert in_doubt(hiding, kept, protecting()) == []


def test_there_is_none_where_somebody_else_has_the_name(hiding):
    hiding.has(USER, ADA, aliases=UNREADABLE)
    hiding.has(ALIAS, f"abuse@{COM}")
    assert in_doubt(hiding, {"users": [user(EVE)]}, protecting("abuse@*")) == []


def test_so_it_is_with_a_domain_that_goes(hiding):
    prune = {"domains": [COM, ORG], "protect": ["abuse@*"]}
    assert in_doubt(hiding, ENDS, prune) == [(WARNING, "domain", ORG)]
    declared = {"domains": [{"domain": COM}], "users": [user(ADA)]}
    assert in_doubt(hiding, declared, dict(prune, kinds=["domains"])) == [(ERROR, "domain", ORG)]
    shown = ending(SQL)
    assert in_doubt(shown, ENDS, prune) == []
    shown.has(DOMAIN, ORG, alias_domains=UNREADABLE)
    assert in_doubt(shown, ENDS, {"domains": [COM], "protect": ["old.example"]}) == [(WARNING, "domain", ORG)]
    assert in_doubt(shown, ENDS, {"domains": [COM], "protect": [COM]}) == []


def test_what_a_report_leaves_out_protects_nothing_that_is_declared_to_go():
    declared = {"users": [{"mail": EVE, "state": "absent"}]}
    planner = reported(ending(SQL), declared, kinds=["users"], protect=["eve@*"])
    assert actions(planner) == {f"user {EVE}": "delete"}
    assert not [one for one in planner.warnings if "prune" in one]

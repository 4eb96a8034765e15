# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is on the server and not declared: it goes only where that was surely meant, and a report deletes nothing."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import BadAnswer, InputError, Unroutable
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import Workers
from tests.support.common import COM, ORG, user
from tests.support.fake_panel import FakePanel
from tests.support.fake_state import actions, failures, planned, reported

ADA, BOB, CY = (f"{name}@{COM}" for name in ("ada", "bob", "cy"))
EVE = "eve@" + ORG
EVERYTHING = {"kinds": ["users"], "domains": [COM]}


def pruned(server, declared, workers=None, **prune):
    return planned(server, declared, {**EVERYTHING, **prune}, workers)


def test_what_is_not_declared_goes(server):
    for mail in (ADA, BOB):
        server.has(USER, mail)
    server.has(USER, "eve@" + ORG)
    server.has(DOMAIN, ORG)
    planner = pruned(server, {"users": [user(ADA), user(CY)]}, keep_mailbox_days=30)
    assert actions(planner) == {f"user {ADA}": "none", f"user {CY}": "create", f"user {BOB}": "delete"}
    assert [step.pruned for step in planner.steps] == [False, False, True]
    (operation,) = planner.steps[-1].outcome.operations
    assert operation["path"] == f"/api/user/{BOB}/keep_mailbox_days/30"


def test_what_is_renamed_was_declared(server):
    for resource in (USER, ALIAS):
        server.has(resource, BOB)
    declared = {"users": [user(ADA, rename_from=BOB)], "aliases": [{"mail": CY, "rename_from": BOB}]}
    planner = pruned(server, declared, kinds=["users", "aliases"])
    assert actions(planner) == {f"user {ADA}": "rename", f"alias {CY}": "rename"}


def test_what_is_protected_stays_and_so_does_the_account_in_use(server):
    server.username = BOB
    for mail in (ADA, BOB, CY):
        server.has(USER, mail)
    planner = pruned(server, {"users": []}, protect=["ada@*"])
    assert actions(planner) == {f"user {CY}": "delete"}
    assert planner.warnings == [f"user {BOB} is not declared; it is the account in use, and stays."]


def test_a_list_that_cannot_be_read_prunes_nothing(server):
    server.has(USER, ADA)
    server.things[USER.list_at(COM)] = BadAnswer("odd")
    planner = pruned(server, {"users": []})
    assert failures(planner) == {f"user {COM}": "not_listed"}
    assert actions(planner) == {f"user {COM}": "none"}


def test_a_domain_that_is_named_must_be_there(server):
    with pytest.raises(InputError, match=r"there is no domain no\.example"):
        pruned(server, {"users": []}, domains=["no.example"])
    pruned(server, {"users": []}, domains=["*.nothing.example"])
    pruned(server, {"users": [], "domains": [{"domain": ORG}]}, domains=[ORG])


def test_nothing_is_pruned_by_a_run_that_has_stopped(server):
    server.has(USER, ADA)
    with Workers(1) as workers:
        workers._stop.set()
        planner = pruned(server, {"users": []}, workers)
    assert planner.steps == []


@pytest.mark.parametrize("name", ["eve@" + ORG, "no address", "ünder@" + COM, "@" + COM])
def test_what_could_not_be_declared_is_not_pruned(server, monkeypatch, name):
    """A list of an odd panel may name somebody of another domain, or something that is not a name."""
    server.has(USER, ADA)
    listed = {USER.name: [ADA, BOB, name], DOMAIN.name: [COM]}
    monkeypatch.setattr(FakePanel, "names", lambda _panel, resource, *_more: listed.get(resource.name, []))
    server.has(USER, BOB)
    planner = planned(server, {"users": [user(ADA)]}, EVERYTHING)
    assert actions(planner) == {f"user {BOB}": "delete"} | {f"user {ADA}": "none"}
    assert any(name in text and "stays" in text for text in planner.warnings)


def test_an_odd_name_that_can_be_declared_is_pruned_as_any_other(server):
    server.has(ALIAS, "b=c@" + COM)
    server.has(ALIAS, ADA)
    planner = pruned(server, {"aliases": [{"mail": ADA}]}, kinds=["aliases"])
    assert actions(planner) == {f"alias {ADA}": "none", f"alias b=c@{COM}": "delete"}


def test_one_domain_in_two_spellings_is_not_pruned(server):
    """It is listed in its own script, and declared in ASCII, or the other way round."""
    listed, declared = "bücher.example", "xn--bcher-kva.example"
    server.has(DOMAIN, listed)
    server.has(USER, "ada@" + listed)
    everything = {"domains": [{"domain": COM}, {"domain": declared}], "users": [user("ada@" + declared)]}
    planner = pruned(server, everything, kinds=["domains", "users"], domains=["*.example", COM])
    assert "delete" not in actions(planner).values()
    told = [text for text in planner.warnings if "stays" in text]
    assert len(told) == 2
    assert all("another spelling" in text for text in told)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no address", "of_another_domain"),
        (EVE, "of_another_domain"),
        ("e vil'x@" + COM, "cannot_be_declared"),
        ("ünder@" + COM, "cannot_be_declared"),
    ],
)
def test_a_report_names_what_could_not_be_declared(server, monkeypatch, name, reason):
    listed = {USER.name: [ADA, name], DOMAIN.name: [COM]}
    monkeypatch.setattr(FakePanel, "names", lambda _panel, resource, *_more: listed.get(resource.name, []))
    server.has(USER, ADA)
    declared = {"domains": [{"domain": COM}], "users": [user(ADA)]}
    planner = reported(server, declared)
    assert [tuple(one) for one in planner.undeclared] == [("user", name, reason)]
    assert reported(server, declared, protect=["*"]).undeclared == []
    assert reported(server, declared, domains=["*.net"]).undeclared == []
    assert planned(server, declared, EVERYTHING).undeclared == [], "there it is a warning"


def test_a_report_names_a_domain_in_another_spelling(server):
    listed, declared = "bücher.example", "xn--bcher-kva.example"
    server.has(DOMAIN, listed)
    planner = reported(server, {"domains": [{"domain": COM}, {"domain": declared}]}, kinds=["domains"])
    assert [tuple(one) for one in planner.undeclared] == [("domain", listed, "another_spelling")]


def test_who_is_declared_may_be_listed_in_another_domain(two, monkeypatch):
    real = FakePanel.names

    def names(panel, resource, domain=None, *more):
        found = real(panel, resource, domain, *more)
        return [*found, EVE] if resource is USER and domain == COM else found

    monkeypatch.setattr(FakePanel, "names", names)
    planner = reported(two, {"domains": [{"domain": COM}, {"domain": ORG}], "users": [user(EVE), user(BOB)]})
    assert planner.undeclared == []
    assert planner.warnings == [f"user {EVE} stays: it is listed in {COM}, and is not of that domain."]


def test_a_report_knows_which_domains_could_not_be_listed(two):
    two.things[USER.list_at(ORG)] = Unroutable("no")
    planner = reported(two, {"domains": [{"domain": COM}, {"domain": ORG}], "users": [user(BOB)]})
    assert planner.pruning.unlisted == [(ORG, "users")]
    assert planned(two, {"users": [user(BOB)]}, {"kinds": ["users"], "domains": ["*"]}).pruning.unlisted == []


# -- domains of which nothing is declared


@pytest.fixture
def two(server):
    """Somebody in each of two domains."""
    server.has(DOMAIN, ORG)
    server.has(USER, BOB)
    server.has(USER, EVE)
    return server


def test_a_pattern_takes_nobody_where_nothing_is_declared(two):
    """The file of a domain may be missing."""
    planner = pruned(two, {"users": [user(ADA)]}, domains=["*"])
    assert actions(planner) == {f"user {ADA}": "create", f"user {BOB}": "delete"}
    assert [tuple(one) for one in planner.undeclared] == [("user", EVE, "domain_not_declared")]
    (warning,) = planner.warnings
    assert warning.startswith(f"1 undeclared users stay, since nothing that is declared belongs to {ORG}.")


@pytest.mark.parametrize(("number", "told"), [(3, "c.example."), (5, "c.example and 2 more domains.")])
def test_three_domains_are_named_and_more_are_counted(server, number, told):
    for letter in "abcde"[:number]:
        server.has(DOMAIN, letter + ".example")
        server.has(USER, f"eve@{letter}.example")
    (warning,) = pruned(server, {"users": [user(ADA)]}, domains=["*"]).warnings
    assert f"belongs to a.example, b.example, {told} If" in warning


def test_a_domain_whose_list_cannot_be_asked_for_stays_alone(two):
    """A name that the panel does not route says nothing of the other lists, unless all are like that."""
    dee = "dee@" + COM
    two.has(USER, dee)
    two.things[USER.list_at(COM)] = Unroutable("it has no place in a path.")
    both = {"users": [user(ADA), user("ann@" + ORG)]}
    planner = pruned(two, both, domains=[COM, ORG])
    assert failures(planner) == {}
    assert actions(planner)[f"user {EVE}"] == "delete", "the other list is read all the same"
    assert f"user {dee}" not in actions(planner)
    assert f"the users of {COM} stay, since they could not be listed: it has no place in a path." in planner.warnings
    two.things[USER.list_at(ORG)] = Unroutable("it has no place in a path.")
    assert set(failures(pruned(two, both, domains=[COM, ORG])).values()) == {"not_listed"}


def test_one_that_the_panel_does_not_route_stays_and_one_that_cannot_be_read_is_a_failure(two):
    two.has(USER, CY)
    two.things[USER.at(BOB)] = Unroutable("it has no place in a path.")
    two.things[USER.at(CY)] = BadAnswer("odd")
    planner = pruned(two, {"users": [user(ADA)]})
    assert failures(planner) == {f"user {CY}": "bad_answer"}
    assert f"user {BOB}" not in actions(planner)
    assert f"user {BOB} stays: it has no place in a path." in planner.warnings


@pytest.mark.parametrize(
    ("domains", "declared"),
    [
        ([ORG], {"users": []}),
        (["*", ORG], {"users": []}),
        (["*.org", "*.example", ORG], {"users": []}),
        (["*"], {"users": [], "domains": [{"domain": ORG}]}),
        (["*"], {"users": [], "aliases": [{"mail": "all@" + ORG}]}),
        (["*"], {"users": [], "throttles": [{"account": ORG, "direction": "inbound", "state": "absent"}]}),
    ],
)
def test_who_names_a_domain_means_it(two, domains, declared):
    assert actions(pruned(two, declared, domains=domains))[f"user {EVE}"] == "delete"


@pytest.mark.parametrize("scope", [["*"], [COM, ORG]])
def test_a_pattern_alone_takes_no_domain_that_holds_something(two, scope):
    declared = {"users": [user(BOB)], "domains": [{"domain": COM}]}
    planner = pruned(two, declared, kinds=["users", "domains"], domains=scope)
    if scope == ["*"]:
        assert f"domain {ORG}" not in actions(planner)
        assert {(one.kind, one.reason) for one in planner.undeclared if ORG in one.id} == {
            ("domain", "domain_not_declared"),
            ("user", "domain_not_declared"),
        }
        assert any(f"matches them: {ORG}. If one is to go" in text for text in planner.warnings)
    else:
        assert actions(planner)[f"domain {ORG}"] == "delete"
        assert (planner.undeclared, planner.warnings) == ([], []), "what goes with its domain does not stay"


def test_an_empty_domain_goes(two):
    for path in [path for path in two.things if ORG in str(path) and path[0] != "domain"]:
        del two.things[path]
    planner = pruned(two, {"domains": [{"domain": COM}]}, kinds=["domains"], domains=["*"])
    assert actions(planner)[f"domain {ORG}"] == "delete"


# -- patterns of what stays


@pytest.mark.parametrize(
    ("pattern", "idle"),
    [
        ("root@*", True),
        ("bob@*", False),
        ("ada@*", False),
        ("a.lias@*", False),
        ("*.org", True),
        (COM, False),
    ],
)
def test_a_pattern_that_protects_nothing_is_told(server, pattern, idle):
    server.has(USER, BOB)
    planner = pruned(server, {"users": [user(ADA, aliases=["a.lias@" + COM])]}, protect=[pattern])
    assert any(f"prune.protect: {pattern} matches nothing" in text for text in planner.warnings) is idle


# -- a report


def test_a_report_deletes_nothing_and_has_no_guards(two):
    """Neither the account in use nor something that is declared keeps a domain from being told."""
    two.username = BOB
    planner = reported(two, {"users": [user(EVE)]})
    assert [tuple(one) for one in planner.undeclared] == [("domain", COM, "reported"), ("domain", ORG, "reported")]
    assert (failures(planner), actions(planner)) == ({}, {f"user {EVE}": "none"})
    assert planner.warnings == [f"user {BOB} is not declared; it is the account in use, and stays."]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({}, {COM, ORG, BOB, EVE, "all@" + COM}),
        ({"kinds": ["users"]}, {BOB, EVE}),
        ({"kinds": [], "domains": None}, {COM, ORG, BOB, EVE, "all@" + COM}),
        ({"domains": ["*.org", ORG]}, {ORG, EVE}),
        ({"kinds": ["users", "aliases"], "protect": ["b*"]}, {EVE, "all@" + COM}),
    ],
)
def test_what_a_report_looks_for(two, wish, expected):
    two.has(ALIAS, "all@" + COM)
    assert {one.id for one in reported(two, {}, **wish).undeclared} == expected


def test_a_report_has_what_the_panel_shows_of_all_of_them(two):
    two.has(USER, BOB, name="Bob", quota=1024)
    for number in range(30):
        two.has(ALIAS, f"list{number}@{COM}")
    seen = reported(two, {}).pruning.seen
    assert (seen["user", BOB]["name"], seen["user", BOB]["quota"]) == ("Bob", 1024)
    assert sum(kind == "alias" for kind, _name in seen) == 30
    assert "" not in seen["user", BOB].values()


def test_a_report_says_what_it_could_not_read(two):
    two.things[USER.list_at(COM)] = BadAnswer("odd")
    assert failures(reported(two, {}, kinds=["users"])) == {f"user {COM}": "not_listed"}

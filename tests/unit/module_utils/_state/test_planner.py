# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning a whole state: everything is known before the first write, and a list saves reading each object."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.listing import Listing
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    BadAnswer,
    LoginRefused,
    NotSent,
    Rejected,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import MAX_UNREACHABLE
from tests.support.common import COM, ORG, user
from tests.support.fake_state import actions, failures, planned

ADA, BOB, CY, DEE, ALL = (f"{name}@{COM}" for name in ("ada", "bob", "cy", "dee", "all"))
EVERYTHING = {"kinds": ["users"], "domains": [COM]}


def rows(*mails, **values):
    """A list as an SQL panel shows it."""
    shown = {mail: {"username": mail, "active": 1, "language": "en_US", **values} for mail in mails}
    return Listing(shown, frozenset().union(*shown.values()))


def test_each_thing_has_its_action(server):
    server.has(USER, ADA, name="Ada")
    server.has(USER, BOB, name="Bob")
    declared = [user(ADA, name="Ada"), user(BOB, name="Bo"), user(CY), {"mail": DEE, "state": "absent"}]
    server.has(USER, DEE)
    planner = planned(server, {"users": declared})
    assert actions(planner) == {
        f"user {ADA}": "none",
        f"user {BOB}": "update",
        f"user {CY}": "create",
        f"user {DEE}": "delete",
    }
    assert planner.deletions.existing["users"] == {ADA, BOB, DEE}
    assert [step.item.ident for step in planner.planned] == [BOB, CY, DEE]


@pytest.mark.parametrize("passes", [True, False])
def test_the_order_is_the_declared_one_unless_names_pass(server, passes):
    """Then it is that of the names, so that files that are sorted anew make no other plan."""
    server.has(USER, ADA, aliases=frozenset({CY if passes else DEE}))
    server.has(USER, BOB)
    for users in ([user(BOB, aliases=[CY]), user(ADA, aliases=[])], [user(ADA, aliases=[]), user(BOB, aliases=[CY])]):
        declared = [one["mail"] for one in users]
        found = planned(server, {"users": users}).order.steps
        assert [step.item.ident for step in found] == ([ADA, BOB] if passes else declared)


def test_parents_count_for_their_children(server):
    declared = {
        "domains": [{"domain": ORG}],
        "users": [user("eve@" + ORG)],
        "aliases": [{"mail": "all@" + ORG, "members": ["eve@" + ORG]}],
        "throttles": [{"account": "eve@" + ORG, "direction": "inbound", "period": 60, "max_msgs": 5}],
        "domain_admins": [{"domain": ORG, "add_admins": ["eve@" + ORG]}],
    }
    planner = planned(server, declared)
    assert failures(planner) == {}
    assert [step.action for step in planner.steps] == ["create", "create", "update", "create", "create"]
    asked = [path for path in server.reads if ORG in path and not path.startswith("/api/domain/" + ORG)]
    assert asked == [f"/api/throttle/eve@{ORG}/inbound"], "only what an earlier one of that name may have left"


def test_a_domain_that_nobody_makes(server):
    planner = planned(server, {"users": [user("eve@" + ORG)], "aliases": [{"mail": "all@" + ORG}]})
    assert failures(planner) == {f"user eve@{ORG}": "missing_domain", f"alias all@{ORG}": "missing_domain"}


def test_a_domain_that_the_account_in_use_may_not_see(server):
    """Whether one may work in it is for the panel to say; that another one is not there is told all the same."""
    server.things[DOMAIN.at("hidden.example")] = Rejected("no", "PERMISSION_DENIED")
    planner = planned(server, {"users": [user("ann@hidden.example"), user("eve@" + ORG)]})
    assert failures(planner) == {f"user eve@{ORG}": "missing_domain"}
    assert actions(planner)["user ann@hidden.example"] == "create"


def test_a_domain_that_somebody_is_in_is_not_asked_for(server):
    """An admin may not be allowed to see it, and work in it all the same."""
    server.has(USER, ADA)
    planner = planned(server, {"users": [user(ADA), user(BOB)]})
    assert actions(planner)[f"user {BOB}"] == "create"
    assert [path for path in server.reads if path.startswith("/api/domain/")] == []
    planned(server, {"users": [user(BOB)]})
    assert f"/api/domain/{COM}" in server.reads


def test_one_failure_does_not_hide_the_others(server):
    server.things[USER.at(BOB)] = BadAnswer("odd")
    planner = planned(server, {"users": [user(ADA), user(BOB), user(CY)]})
    assert failures(planner) == {f"user {BOB}": "bad_answer"}
    assert actions(planner) == {f"user {ADA}": "create", f"user {BOB}": "none", f"user {CY}": "create"}


def test_the_domains_of_a_declaration(server):
    declared = {
        "domains": [
            {"domain": COM, "alias_domains": ["exact.example"]},
            {"domain": ORG, "add_alias_domains": ["added.example"]},
            {"domain": "gone.example", "state": "absent"},
        ],
        "admins": [{"mail": "root@admins.example", "password": "Correct-Horse-1"}],
        "users": [{"mail": "ann@left.example", "state": "absent"}, user("eve@other.example")],
        "throttles": [{"account": "global", "direction": "inbound", "period": 60, "max_msgs": 5}],
    }
    assert planned(server, declared).domains == ["added.example", "exact.example", COM, ORG, "other.example"]


def test_a_plan_for_a_panel_out_of_reach_is_not_gone_on_with(server):
    """Nothing of it is carried out, so nothing has to be sent again for a name that passes."""
    server.has(USER, ALL)
    server.has(ALIAS, CY, members=frozenset({ALL}))
    declared = {
        "users": [{"mail": ALL, "state": "absent"}],
        "aliases": [{"mail": ALL}, {"mail": CY, "members": [ALL]}],
        "greylistings": [{"account": f"u{number:02}@{COM}", "enabled": True} for number in range(20)],
    }
    assert actions(planned(server, declared))[f"alias {CY}"] == "update"
    for one in declared["greylistings"]:
        server.things["greylisting", one["account"]] = NotSent("refused")
    assert actions(planned(server, declared))[f"alias {CY}"] == "none"


def test_a_panel_that_is_out_of_reach_when_domains_are_asked_for(server):
    domains = [f"d{number:02}.example" for number in range(20)]
    for name in domains:
        server.things[DOMAIN.at(name)] = NotSent("refused")
    planner = planned(server, {"users": [user("eve@" + name) for name in domains]})
    assert planner.snapshot.gave_up, "and so nothing is written"
    assert failures(planner) == {}
    assert len([path for path in server.reads if path.startswith("/api/domain/")]) == MAX_UNREACHABLE


# -- whole lists


def test_what_a_list_shows_as_declared_is_not_read(server):
    server.things[USER.list_at(COM)] = rows(ADA, BOB, CY, DEE)
    declared = [user(mail, language="en_US") for mail in (ADA, BOB, CY)] + [user(DEE, language="de_DE")]
    server.has(USER, DEE, language="en_US")
    planner = planned(server, {"users": declared})
    assert actions(planner) == {f"user {DEE}": "update"}
    assert planner.in_sync == {"users": 3}
    assert [path for path in server.reads if path.startswith("/api/user/")] == [], "nor is what it shows otherwise"
    assert planner.deletions.existing["users"] == {ADA, BOB, CY, DEE}


def test_what_stands_is_sent_once_more_if_it_refers_to_a_name_that_passes(server):
    mails = (ADA, BOB, CY, DEE)
    to = dict.fromkeys(mails, ALL) | {DEE: ADA}
    shown = {mail: {"username": mail, "active": 1, "forwardings": [mail, to[mail]]} for mail in mails}
    server.things[USER.list_at(COM)] = Listing(shown, frozenset(shown[ADA]))
    for mail in mails:
        server.has(USER, mail, forwarding=frozenset({mail, to[mail]}))
    server.has(USER, ALL)
    users = [user(mail, forwarding=[to[mail]]) for mail in mails]
    declared = {"users": [*users, {"mail": ALL, "state": "absent"}]}
    assert planned(server, declared).in_sync == {"users": 4}
    planner = planned(server, {**declared, "aliases": [{"mail": ALL}]})
    referring = {f"user {mail}": "update" for mail in (ADA, BOB, CY)}
    assert actions(planner) == {f"user {ALL}": "delete", f"alias {ALL}": "create", **referring}
    assert planner.in_sync == {"users": 1}


def test_a_list_is_not_worth_it_for_a_few(server):
    server.things[USER.list_at(COM)] = rows(ADA, BOB, CY)
    planned(server, {"users": [user(mail) for mail in (ADA, BOB, CY)]})
    assert f"/api/users/{COM}" not in server.reads


def test_a_list_that_fails_says_nothing(server):
    server.things[USER.list_at(COM)] = BadAnswer("odd")
    for mail in (ADA, BOB, CY, DEE):
        server.has(USER, mail)
    planner = planned(server, {"users": [user(mail) for mail in (ADA, BOB, CY, DEE)]})
    assert set(actions(planner).values()) == {"none"}
    assert (failures(planner), planner.in_sync) == ({}, {})


def test_a_refused_login_is_the_end(server):
    server.things[USER.list_at(COM)] = LoginRefused("no")
    with pytest.raises(LoginRefused):
        planned(server, {"users": [user(mail) for mail in (ADA, BOB, CY, DEE)]})


def test_lists_that_show_too_little_are_asked_for_once(server):
    domains = [f"d{number}.example" for number in range(3)]
    mails = {name: [f"u{number}@{name}" for number in range(4)] for name in domains}
    for name in domains:
        server.has(DOMAIN, name)
        server.things[USER.list_at(name)] = rows(*mails[name])
        for mail in mails[name]:
            server.has(USER, mail, employee_id="7")
    everybody = [user(mail, employee_id="7") for name in domains for mail in mails[name]]
    planner = planned(server, {"users": everybody})
    assert set(actions(planner).values()) == {"none"}
    assert len([path for path in server.reads if path.startswith("/api/users/")]) == 1


def test_only_what_is_spoken_of_is_read(server):
    server.has(USER, ADA)
    planned(server, {"users": [user(ADA)]})
    assert server.reads == [f"/api/user/{ADA}"]


def test_a_panel_out_of_reach_is_not_asked_for_everything(server):
    mails = [f"u{number:02}@{COM}" for number in range(20)]
    for mail in mails:
        server.things[USER.at(mail)] = NotSent("refused")
    planner = planned(server, {"users": [user(mail) for mail in mails]})
    asked = [path for path in server.reads if path.startswith("/api/user/")]
    assert len(asked) == MAX_UNREACHABLE == len(failures(planner))
    assert sum(step.skipped for step in planner.steps) == 20 - MAX_UNREACHABLE


# -- what goes with a domain


def gone(server, prune=None, **more):
    return planned(server, {"domains": [{"domain": COM, "state": "absent"}], **more}, prune)


def test_what_goes_with_a_domain_counts(server):
    for resource, name in ((USER, ADA), (USER, BOB), (ALIAS, CY), (ML, DEE)):
        server.has(resource, name)
    planner = gone(server)
    lost = {kind: names for kind, names in planner.deletions.of(planner.steps).items() if names}
    assert lost == {"domains": {COM}, "users": {ADA, BOB}, "aliases": {CY}, "mls": {DEE}}


def test_a_domain_whose_contents_cannot_be_read_stays(server):
    server.things[ALIAS.list_at(COM)] = BadAnswer("it is odd.")
    planner = gone(server)
    (failure,) = [step.failure for step in planner.steps if step.failure]
    assert failure == ("contents_unknown", "what is in it could not be read, so it stays: it is odd.")
    assert actions(planner) == {f"domain {COM}": "none"}


def test_that_it_could_not_be_read_is_told_also_if_it_is_protected(server):
    server.things[ALIAS.list_at(COM)] = BadAnswer("odd")
    planner = gone(server, prune={"protect": [COM]})
    assert (failures(planner), planner.warnings) == ({f"domain {COM}": "contents_unknown"}, [])


def test_a_domain_with_the_account_in_use_stays(server):
    server.username = ADA
    server.has(USER, ADA)
    assert failures(gone(server)) == {f"domain {COM}": "account_in_use"}


def test_a_domain_in_which_something_is_declared_stays(server):
    server.has(USER, ADA)
    assert failures(gone(server, users=[user(ADA)]))[f"domain {COM}"] == "still_declared"
    assert failures(gone(server, users=[{"mail": ADA, "state": "absent"}])) == {}


def test_what_is_protected_keeps_its_domain(server):
    server.has(USER, ADA)
    declared = {"domains": [{"domain": COM, "state": "absent"}], "users": []}
    planner = planned(server, declared, {**EVERYTHING, "protect": ["ada@*"]})
    assert actions(planner) == {}
    assert planner.warnings == [f"domain {COM} stays: prune.protect matches {ADA}."]


@pytest.mark.parametrize(("resource", "further"), [(USER, "aliases"), (ML, "extra_addresses")])
def test_so_does_a_further_name_of_what_is_in_it(server, resource, further):
    server.has(resource, ADA, **{further: frozenset({"ceo@" + COM})})
    declared = {"domains": [{"domain": COM, "state": "absent"}], "users": []}
    for kinds in ([], ["users"]):
        planner = planned(server, declared, {"kinds": kinds, "domains": [COM], "protect": ["ceo@*"]})
        assert actions(planner) == {}
        assert f"domain {COM} stays: prune.protect matches ceo@{COM}." in planner.warnings
        assert not [one for one in planner.warnings if "matches nothing" in one]


def test_so_does_what_cannot_be_read_in_it(server):
    """Nobody knows whether it has a further name that is protected."""
    server.has(USER, ADA)
    server.things[USER.at(ADA)] = BadAnswer("odd.")
    planner = planned(server, {"domains": [{"domain": COM, "state": "absent"}]}, {"protect": ["ceo@*"]})
    assert failures(planner) == {f"domain {COM}": "contents_unknown"}
    assert actions(planned(server, {"domains": [{"domain": COM, "state": "absent"}]})) == {f"domain {COM}": "delete"}

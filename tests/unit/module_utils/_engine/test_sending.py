# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is sent besides what is asked for, and how: on mailing lists, whose options change each other."""

from __future__ import annotations

from itertools import product

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from tests.support.engine_runs import Runs
from tests.support.fake_lists import NONE, ListServer
from tests.support.fake_state import applied, failures, planned

TEAM, ADA, BOB, MORE = "team@example.com", "ada@x.example", "bob@x.example", "more@example.com"
RUNS = Runs(lambda **options: resource_module(ML).start({"mail": TEAM, **options}))
both, run = RUNS.both, RUNS.run


@pytest.fixture(params=["sql", "ldap"])
def server(request):
    return ListServer(request.param)


def sent(server):
    """The parameters of each write, without the name that goes along."""
    return [line.partition(f"/api/ml/{TEAM}")[2].strip() for line in server.writes]


# -- further addresses: an empty value would take the list's own, too


@pytest.mark.parametrize(
    "options",
    [
        {"extra_addresses": []},
        {"extra_addresses": [TEAM]},
        {"extra_addresses": ["Team@Example.com"]},
        {"remove_extra_addresses": [MORE]},
        {"remove_extra_addresses": [MORE, TEAM]},
    ],
)
def test_a_list_without_further_addresses_lives(server, options):
    server.has_list(TEAM, extra_addresses=frozenset({MORE}))
    result = both(server, **options)
    assert sent(server) == ["extra_addresses=" + TEAM]
    assert (server.dead, server.list_of(TEAM)["extra_addresses"]) == (set(), NONE)
    assert result["ml"]["extra_addresses"] == []
    assert result["diff"]["after"] == {"extra_addresses": []}


@pytest.mark.parametrize("there", [True, False])
def test_the_lists_own_address_is_no_further_one(server, there):
    if there:
        server.has_list(TEAM, name="")
    result = both(server, extra_addresses=[TEAM, MORE])
    assert result["ml"]["extra_addresses"] == [MORE]
    assert server.writes == [f"{'PUT' if there else 'POST'} /api/ml/{TEAM} extra_addresses={MORE}"]
    assert run(server, add_extra_addresses=[TEAM])["operations"] == []
    assert run(server, remove_extra_addresses=[TEAM])["operations"] == []


def test_a_list_whose_further_addresses_are_hidden_lives(server):
    server.has_list(TEAM, name="")
    server.things[ML.at(TEAM)].values["extra_addresses"] = UNREADABLE
    run(server, check=True, extra_addresses=[])
    assert run(server, check=True, extra_addresses=[])["operations"][0]["params"] == {"extra_addresses": TEAM}


def test_no_way_of_writing_empties_the_file_of_the_lists_address(server):
    """A new list, too, and one that gets something else at the same time."""
    both(server, extra_addresses=[])
    assert server.writes == [f"POST /api/ml/{TEAM}"]
    both_again = Runs(lambda **options: resource_module(ML).start({"mail": "two@example.com", **options}))
    both_again.run(server, extra_addresses=[MORE], name="Two")
    both_again.run(server, remove_extra_addresses=[MORE], footer_text="Bye", only_moderator_can_post=True)
    assert not any("extra_addresses=&" in line or line.endswith("extra_addresses=") for line in server.writes)
    assert server.dead == set()


# -- the name: a PUT without it may wipe it


def test_the_name_goes_along_with_every_put(server):
    server.has_list(TEAM, name="Team", moderate_subscription=True, subscription_moderators=frozenset({ADA}))
    result = both(server, moderate_subscription=True, subscription_moderators=[])
    assert sent(server) == ["subscription_moderators=&name=Team", "moderate_subscription=yes&name=Team"]
    assert "name" not in result["diff"]["after"]
    assert "warnings" not in result


def test_so_does_one_that_is_declared(server):
    server.has_list(TEAM, name="Team")
    both(server, name="Crew", footer_text="Bye")
    assert sent(server) == ["name=Crew&footer_text=Bye"]


def test_a_name_that_is_hidden_may_be_wiped(server):
    server.has_list(TEAM, name=UNREADABLE)
    result = run(server, check=True, footer_text="Bye")
    assert any("name is not shown by this panel, which wipes it" in text for text in result["warnings"])
    assert result["operations"][0]["params"] == {"footer_text": "Bye"}
    assert "warnings" not in run(server, check=True), "nothing is sent"


# -- who moderates subscriptions, and whether they are moderated at all

MODERATION = ("moderate_subscription", "subscription_moderators")
STATES = {
    "off": (False, NONE),
    "on": (True, NONE),
    "ada": (True, frozenset({ADA})),
    "two": (True, frozenset({ADA, BOB})),
}
PEOPLE = [
    {},
    {"subscription_moderators": []},
    {"subscription_moderators": [ADA]},
    {"subscription_moderators": [BOB]},
    {"add_subscription_moderators": [BOB]},
    {"remove_subscription_moderators": [ADA]},
]


def wanted(before, flag, people):
    """What is asked for, in words of the options' documentation."""
    on, those = before
    if flag is False:
        return False, NONE
    those = frozenset(people.get("subscription_moderators", those)) | frozenset(
        people.get("add_subscription_moderators", ())
    )
    those -= frozenset(people.get("remove_subscription_moderators", ()))
    return bool(those) or (on if flag is None else flag), those


@pytest.mark.parametrize("start", [*STATES, "absent"])
@pytest.mark.parametrize("flag", [None, True, False])
@pytest.mark.parametrize("people", PEOPLE, ids=str)
def test_moderation_of_subscriptions_is_as_asked_for(server, start, flag, people):
    """In check mode as for real, which a second run finds so; what is not asked for stays."""
    before = STATES.get(start, STATES["off"])
    if start != "absent":
        server.has_list(TEAM, name="", **dict(zip(MODERATION, before, strict=True)))
    options = {**people, **({} if flag is None else {"moderate_subscription": flag})}
    named = people.get("subscription_moderators") or people.get("add_subscription_moderators")
    if flag is False and named:
        assert "leave one of the two out" in RUNS.fail(server, InputError, **options)
        assert server.writes == []
        return
    result = both(server, **options)
    goal = wanted(before, flag, people)
    stands = server.list_of(TEAM)
    assert (stands["moderate_subscription"], stands["subscription_moderators"]) == goal
    shown = result["ml"]
    assert (shown["moderate_subscription"], frozenset(shown["subscription_moderators"])) == goal
    assert len(server.writes) <= 2 + (start == "absent")


def test_moderators_go_before_the_moderation_is_switched_on_again(server):
    server.has_list(TEAM, name="", moderate_subscription=True, subscription_moderators=frozenset({ADA}))
    result = both(server, moderate_subscription=True, subscription_moderators=[], footer_text="Bye")
    assert sent(server) == ["subscription_moderators=&footer_text=Bye", "moderate_subscription=yes"]
    assert result["diff"]["before"] == {
        "moderate_subscription": True,
        "subscription_moderators": [ADA],
        "footer_text": "",
    }
    assert result["diff"]["after"] == {
        "moderate_subscription": True,
        "subscription_moderators": [],
        "footer_text": "Bye",
    }


def test_a_server_that_does_not_moderate_is_found_out(server):
    """Moderators that it drops would leave everybody free to subscribe."""
    server.has_list(TEAM, name="")
    server.ignores = {"subscription_moderators"}
    server._moderation = lambda *_args: None
    with pytest.raises(Exception, match="moderat"):
        run(server, subscription_moderators=[ADA])


def test_moderation_that_is_hidden_may_have_been_switched_off(server):
    server.has_list(TEAM, name="", subscription_moderators=frozenset({ADA}), moderate_subscription=UNREADABLE)
    result = run(server, check=True, subscription_moderators=[])
    assert any("moderate_subscription may have been changed" in text for text in result["warnings"])


# -- who may post


@pytest.mark.parametrize(("one", "other"), [("moderator", "subscriber"), ("subscriber", "moderator")])
@pytest.mark.parametrize("there", [True, False])
def test_each_of_the_two_switches_the_other_off(server, one, other, there):
    flag, opposite = f"only_{one}_can_post", f"only_{other}_can_post"
    if there:
        server.has_list(TEAM, name="", **{flag: False, opposite: True}, access_policy="public")
    result = both(server, **{flag: True})
    assert (result["ml"][flag], result["ml"][opposite]) == (True, False)
    assert (server.list_of(TEAM)[flag], server.list_of(TEAM)[opposite]) == (True, False)
    if there:
        assert result["diff"]["after"][opposite] is False


@pytest.mark.parametrize("policy", ["public", "membersonly", "moderatorsonly"])
@pytest.mark.parametrize("flag", ["only_moderator_can_post", "only_subscriber_can_post"])
def test_the_policy_is_sent_again_unless_the_server_makes_the_same_of_it(server, flag, policy):
    server.has_list(TEAM, name="", access_policy=policy, only_subscriber_can_post=False)
    both(server, **{flag: True})
    makes = {"only_moderator_can_post": "moderatorsonly", "only_subscriber_can_post": "membersonly"}[flag]
    assert sent(server) == [flag + "=yes", *([] if policy == makes else ["accessPolicy=" + policy])]
    assert server.list_of(TEAM)["access_policy"] == policy


def test_both_flags_in_one_request_may_make_either(server):
    server.has_list(TEAM, name="", access_policy="membersonly", only_moderator_can_post=True)
    both(server, only_moderator_can_post=False, only_subscriber_can_post=True)
    assert sent(server)[1:] == ["accessPolicy=membersonly"]


def test_a_newsletter_that_is_hardly_shown_is_foreseen_so():
    """On LDAP nobody can vouch for it, in check mode as for real."""
    options = {"is_newsletter": True, "newsletter_description": "Weekly"}
    for backend, hidden in (("sql", []), ("ldap", sorted(options))):
        server = ListServer(backend)
        result = run(server, check=True, **options)
        assert (result["unverified"], len(result["operations"])) == (hidden, 1)
        run(server, check=True, is_newsletter=False, newsletter_description="")
        assert run(server, check=True, newsletter_description="")["unverified"] == []


def test_combinations_of_all_that_change_each_other(server):
    """Whatever stands, and whatever is asked for that is no contradiction, check mode foresees."""
    flags = ("only_moderator_can_post", "only_subscriber_can_post", "moderate_subscription")
    for stands, asked in product(product([True, False], repeat=3), product([True, False, None], repeat=3)):
        options = {flag: value for flag, value in zip(flags, asked, strict=True) if value is not None}
        if (stands[0] and stands[1]) or (asked[0] and asked[1]):
            continue
        server.writes.clear()
        server.has_list(TEAM, name="", access_policy="domain", **dict(zip(flags, stands, strict=True)))
        both(server, **options)
        found = server.list_of(TEAM)
        assert options.items() <= found.items()


# -- footers: without the file of the one, mail may be lost while there is the other


@pytest.mark.parametrize("more", [{}, {"name": "Team", "extra_addresses": []}])
def test_a_footer_that_goes_leaves_the_other_in_order(server, more):
    server.has_list(TEAM, name="", footer_text="Bye", footer_html="<p>Bye</p>", extra_addresses=frozenset({MORE}))
    result = both(server, footer_text="", **more)
    assert "footer_text=" in sent(server)[0]
    assert "footer_html=<p>Bye</p>" in sent(server)[0]
    assert server.discarding == set()
    assert result["ml"]["footer_html"] == "<p>Bye</p>"
    assert "footer_html" not in result["diff"]["after"]


def test_nothing_goes_along_with_a_footer_where_nothing_need(server):
    server.has_list(TEAM, name="", footer_text="Bye", footer_html="")
    both(server, footer_text="")
    assert sent(server) == ["footer_text="]
    server.writes.clear()
    server.has_list(TEAM, name="", footer_text="Bye", footer_html="<p>Bye</p>")
    run(server, footer_text="Hi")
    run(server, footer_text="", footer_html="")
    assert sent(server) == ["footer_text=Hi", "footer_text=&footer_html="]


def test_a_footer_that_is_hidden_may_be_needed(server):
    server.has_list(TEAM, name="", footer_text="Bye", footer_html=UNREADABLE)
    result = run(server, check=True, footer_text="")
    assert any("footer_html is not shown" in text for text in result["warnings"])


def test_a_footer_is_what_the_server_keeps_of_it(server):
    """Blanks at both ends get lost there, of the first line too."""
    result = both(server, footer_text="  \n  -- \r\n  The team \n\n")
    assert result["ml"]["footer_text"] == "-- \n  The team"
    assert server.writes == [f"POST /api/ml/{TEAM} footer_text=-- \n  The team"]
    assert run(server, footer_text=" ")["diff"]["after"] == {"footer_text": ""}


# -- the same as part of a whole state


@pytest.mark.parametrize("on", [True, None])
def test_a_whole_state_sends_the_same(server, on):
    server.has(DOMAIN, "example.com")
    server.has_list(
        TEAM, name="", extra_addresses=frozenset({MORE}), **dict(zip(MODERATION, STATES["ada"], strict=True))
    )
    wish = {"mail": TEAM, "extra_addresses": [], "subscription_moderators": []}
    declared = {"mls": [{**wish, **({"moderate_subscription": True} if on else {})}]}
    (step,) = planned(server, declared).steps
    assert len(step.chain[0].plan.operations) == 2
    assert failures(applied(server, declared)) == {}
    assert sent(server) == [f"subscription_moderators=&extra_addresses={TEAM}", "moderate_subscription=yes"]
    assert server.dead == set()
    assert planned(server, declared).planned == []


def test_so_does_one_that_makes_the_list(server):
    server.has(DOMAIN, "example.com")
    declared = {"mls": [{"mail": TEAM, "extra_addresses": [TEAM], "subscription_moderators": [ADA]}]}
    assert failures(applied(server, declared)) == {}
    assert sent(server) == ["subscription_moderators=" + ADA]
    declared["mls"][0]["moderate_subscription"] = True
    assert planned(server, declared).planned == []

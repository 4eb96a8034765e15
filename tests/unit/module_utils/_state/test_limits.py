# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ceilings and scopes: what may be deleted at all, and how much of it at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.limits import (
    ENOUGH,
    SOME,
    Deletions,
    ceilings_of,
    check_admins,
    check_ceilings,
)
from tests.support.common import COM
from tests.support.fake_panel import FakePanel, Server
from tests.support.fake_state import planned
from tests.support.growth import grows_evenly

KINDS = ("domains", "users", "aliases", "mls")


def refusal(lost, there, most, percent, whole=True):
    deletions = Deletions()
    for plural, names in there.items():
        deletions.existing[plural] |= names
        for domain in {part_of(plural, name) for name in names | lost.get(plural, set())} if whole else ():
            deletions.listed(plural, domain, ())
    try:
        check_ceilings(lost, deletions, most, percent)
    except errors.InputError as error:
        return str(error)
    return None


def part_of(plural, name):
    return "" if plural == "domains" else name.partition("@")[2]


def people(number, domain="a.example", first=0):
    return {f"u{one:05}@{domain}" for one in range(first, first + number)}


# -- ceilings

NAMES = st.builds("u{}@{}.example".format, st.integers(0, 15), st.sampled_from("abc"))
PEOPLE = st.dictionaries(st.sampled_from(KINDS), st.sets(NAMES, max_size=30))


@given(lost=PEOPLE, more=PEOPLE, most=st.integers(0, 40), percent=st.floats(0, 120))
def test_ceilings(lost, more, most, percent):
    total = sum(map(len, lost.values()))
    message = refusal(lost, more, most, percent)
    if total == 0:
        assert message is None
    if total > most:
        assert message.startswith(f"{total} deletions are planned, and max_deletions is {most}")
    if message is None:
        for plural, names in lost.items():
            there = names | more.get(plural, set())
            for domain in {part_of(plural, name) for name in names} if plural in more else ():
                here = {name for name in there if part_of(plural, name) == domain}
                gone = names & here
                assert percent >= 100 or len(gone) < SOME or gone < here
                assert len(here) < ENOUGH or len(gone) * 100 <= percent * len(here)
        return
    assert "nothing was written. If all of them are to go, run it once with max_delet" in message
    # what the sentence says to do is enough, unless each ceiling stops it by itself
    allowed = (
        total if "max_deletions: " in message else most,
        100 if "max_delete_percent: 100" in message else percent,
    )
    assert refusal(lost, more, *allowed) is None


def test_nothing_to_delete_is_always_allowed():
    assert refusal({}, {"users": {"x@a.example"}}, 0, 0) is None
    assert refusal({"users": set()}, {}, 0, 0) is None


@pytest.mark.parametrize(
    ("gone", "there", "percent", "refused"),
    [
        (3, 10, 30, False),
        (4, 10, 30, True),
        (4, 13, 30, True),
        (1, 12, 8.3, True),
        # of fewer, percent is taken of ten
        (3, 9, 30, False),
        (4, 9, 30, True),
        (3, 4, 30, False),
        # one may always go
        (1, 3, 30, False),
        (1, 9, 5, False),
        (1, 1, 5, False),
        (1, 3, 0, True),
        # all of them are too many, but of a couple
        (8, 8, 30, True),
        (8, 8, 99, True),
        (3, 3, 30, True),
        (2, 2, 30, False),
        (8, 8, 100, False),
        (2, 5, 20, False),
        (2, 5, 19.9, True),
    ],
)
def test_how_much_of_a_domain_may_go(gone, there, percent, refused):
    # other domains, however large, make no difference
    for others in (0, 1000):
        all_of_them = people(there) | people(others, "b.example")
        message = refusal({"users": people(gone)}, {"users": all_of_them}, 99, percent)
        assert (message is not None) is refused
        if refused:
            assert message.startswith(f"{gone} of {there} users in a.example would be deleted, and max_delete_percent")


def test_each_domain_is_named_of_which_too_much_would_go():
    lost = {"users": people(8) | people(9, "b.example") | people(1, "c.example"), "aliases": people(2)}
    there = {"users": lost["users"] | people(5, "c.example"), "aliases": people(3)}
    message = refusal(lost, there, 99, 30)
    assert message.startswith("8 of 8 users in a.example, 9 of 9 users in b.example would be deleted")
    assert "u00000@c.example" not in message
    lost = {"users": {f"u{one}@d{one // 3}.example" for one in range(21)}}
    assert "3 of 3 users in d4.example and more elsewhere would be deleted" in refusal(lost, lost, 99, 30)
    lost = {"users": {f"u{one}@d{one // 3}.example" for one in range(15)}}
    assert "3 of 3 users in d4.example would be deleted" in refusal(lost, lost, 99, 30)


def test_a_refusal_by_percent_names_what_would_go():
    message = refusal({"users": people(3)}, {"users": people(3)}, 99, 30)
    assert "is 30: user u00000@a.example, user u00001@a.example, user u00002@a.example; nothing was written." in message


def test_little_of_each_domain_is_much_of_all():
    there = {f"u{one}@d{one // 2}.example" for one in range(20)}
    lost = {name for name in there if int(name[1:].partition("@")[0]) % 2}
    assert refusal({"users": lost}, {"users": there}, 99, 30).startswith("10 of 20 users would be deleted")
    assert refusal({"users": lost}, {"users": there}, 99, 50) is None


def test_of_domains_that_were_not_listed_only_all_of_them_together_count():
    """What is known of one that was not listed may be just what is to go."""
    lost, there = people(2) | people(2, "b.example"), people(9) | people(9, "b.example")
    assert refusal({"users": lost}, {"users": there}, 99, 12, whole=False).startswith("4 of 18 users would be deleted")
    assert refusal({"users": people(4)}, {"users": people(9) | people(3, "b.example")}, 99, 30, whole=False) is None
    few = people(2) | people(2, "b.example")
    assert refusal({"users": few}, {"users": few}, 99, 30, whole=False) is None


def test_domains_are_one_group():
    names = {f"d{one}.example" for one in range(8)}
    assert refusal({"domains": names}, {"domains": names}, 99, 30).startswith("8 of 8 domains would be deleted")
    assert refusal({"domains": {"d1.example"}}, {"domains": names}, 99, 30) is None


def test_what_was_not_listed_is_not_taken_for_all_there_is():
    names = people(9)
    assert refusal({"users": names}, {"users": names}, 99, 30, whole=False) is None
    names = people(10)
    assert refusal({"users": names}, {"users": names}, 99, 30, whole=False).startswith("10 of 10 users in a.example")


@pytest.mark.parametrize("option", ["max_deletions", "max_delete_percent"])
@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf"), -1, -0.5])
def test_what_is_no_ceiling_is_refused(option, number):
    usual = {"max_deletions": 10, "max_delete_percent": 30.0}
    assert ceilings_of(usual) == (10, 30.0)
    assert ceilings_of({"max_deletions": 0, "max_delete_percent": 0.0}) == (0, 0.0)
    assert ceilings_of({"max_deletions": 1, "max_delete_percent": 0.5}) == (1, 0.5)
    with pytest.raises(errors.InputError, match=f"^{option}: must be a number of 0 or more, and not {number}"):
        ceilings_of({**usual, option: number})


def test_a_percentage_that_is_no_number_stops_everything():
    there = {"users": people(100)}
    assert refusal({"users": people(20)}, there, 99, float("nan")) is not None


def test_the_work_grows_with_the_number_of_names():
    def prepare(domains):
        lost = {f"u{one}@d{one % domains}.example" for one in range(domains * 10)}
        there = {"users": lost | {f"x{name}" for name in lost}}
        return lambda: refusal({"users": lost}, there, 10**9, 60)

    assert grows_evenly(prepare, 200)


# -- what is pruned


# -- what is in a domain, and who loses rights

ADA, BOB = f"ada@{COM}", f"bob@{COM}"
GONE = {"domains": [{"domain": COM, "state": "absent"}]}
DISABLED = {"domain_users": [{"domain": COM, "enabled": False}]}


@pytest.fixture
def server():
    made = Server(username=None)
    made.has(DOMAIN, COM)
    made.has(USER, ADA, global_admin=True, enabled=True)
    made.has(USER, BOB, global_admin=False, enabled=True)
    return made


def test_a_domain_is_looked_into_once(server):
    server.has(ALIAS, f"all@{COM}")
    deletions, panel = Deletions(), FakePanel(server)
    for _time in range(2):
        inside = deletions.look_inside(panel, COM)
        assert (inside["users"], inside["aliases"]) == ({ADA, BOB}, {f"all@{COM}"})
    assert server.reads.count(f"/api/users/{COM}") == 1
    server.things[ALIAS.list_at(COM)] = errors.BadAnswer("odd")
    with pytest.raises(errors.BadAnswer):
        Deletions().look_inside(panel, COM)


def test_with_a_domain_goes_what_is_in_it(server):
    server.username = "root@admin.example"
    planner = planned(server, {**GONE, "users": [{"mail": "eve@other.example", "state": "absent"}]})
    lost = {kind: names for kind, names in planner.deletions.of(planner.steps).items() if names}
    assert lost == {"domains": {COM}, "users": {ADA, BOB}}


def test_what_is_changed_is_no_deletion_and_hides_none(server):
    server.username = "root@admin.example"
    wanted = {"users": [{"mail": ADA, "name": "A"}, {"mail": BOB, "state": "absent"}]}
    planner = planned(server, wanted)
    for steps in (planner.steps, planner.steps[::-1]):
        assert planner.deletions.of(steps) == {"users": {BOB}}


def lost_rights(server, declared):
    """Why the plan must not be carried out; each task was asked, and then the whole is."""
    planner = planned(server, declared)
    (sentence,) = [step.failure.sentence for step in planner.steps if step.failure] or [""]
    check_admins([step for step in planner.steps if not step.failure], planner.deletions, FakePanel(server))
    return sentence


@pytest.mark.parametrize("declared", [{"users": [{"mail": ADA, "state": "absent"}]}, GONE, DISABLED])
def test_with_a_session_alone_no_global_admin_is_lost(server, declared):
    assert "is a global admin, and with api_session nobody knows which account is in use" in lost_rights(
        server, declared
    )
    server.username = "root@admin.example"
    assert lost_rights(server, declared) == ""


def test_a_plan_that_no_task_has_refused_is_looked_at_as_well(server):
    server.username = "root@admin.example"
    planner = planned(server, {"users": [{"mail": ADA, "state": "absent"}]})
    check_admins(planner.steps, planner.deletions, FakePanel(server, read_only=True))
    server.has_session = True
    with pytest.raises(errors.AccountInUse, match=f"user {ADA}: this account .*with api_session nobody knows"):
        check_admins(planner.steps, planner.deletions, FakePanel(server, read_only=True))


def test_who_is_enabled_loses_nothing(server):
    server.has(USER, ADA, global_admin=True, enabled=False)
    assert lost_rights(server, {"domain_users": [{"domain": COM, "enabled": True}]}) == ""


@pytest.mark.parametrize("declared", [{"users": [{"mail": BOB, "state": "absent"}]}, GONE, DISABLED])
def test_others_may_go(server, declared):
    server.has(USER, ADA, global_admin=False, enabled=True)
    assert lost_rights(server, declared) == ""


def test_a_refusal_names_the_domain_before_what_goes_with_it():
    aliases = {f"a{number}@b.example" for number in range(9)}
    lost = {"aliases": aliases, "domains": {"b.example"}, "users": {"u@b.example"}}
    with pytest.raises(errors.InputError, match=r"max_deletions is 5: domain b\.example, alias a0@b\.example"):
        check_ceilings(lost, Deletions(), 5, 100)

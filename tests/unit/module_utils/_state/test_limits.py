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
    Deletions,
    Prune,
    check_admins,
    check_ceilings,
    prune_of,
)
from tests.support.common import COM
from tests.support.fake_panel import FakePanel, Server
from tests.support.fake_state import planned

KINDS = ("domains", "users", "aliases", "mls")


def refusal(lost, there, most, percent):
    deletions = Deletions()
    for plural, names in there.items():
        deletions.existing[plural] |= names
    try:
        check_ceilings(lost, deletions, most, percent)
    except errors.InputError as error:
        return str(error)
    return None


# -- ceilings

PEOPLE = st.dictionaries(
    st.sampled_from(KINDS), st.sets(st.integers(0, 40), max_size=30).map(lambda s: set(map(str, s)))
)


@given(lost=PEOPLE, more=PEOPLE, most=st.integers(0, 40), percent=st.floats(0, 120))
def test_ceilings(lost, more, most, percent):
    total = sum(map(len, lost.values()))
    share = [
        plural
        for plural, names in lost.items()
        if len(names | more.get(plural, set())) >= ENOUGH
        and len(names) * 100 > percent * len(names | more.get(plural, set()))
    ]
    message = refusal(lost, more, most, percent)
    assert (message is not None) == (total > most or bool(total and share))
    if message is None:
        return
    assert "nothing was written. If all of them are to go, run it once with max_delet" in message
    # what the sentence says to do is enough, unless each ceiling stops it by itself
    allowed = (
        total if "max_deletions: " in message else most,
        100 if "max_delete_percent: 100" in message else percent,
    )
    assert refusal(lost, more, *allowed) is None


def test_nothing_to_delete_is_always_allowed():
    assert refusal({}, {"users": {"x"}}, 0, 0) is None
    assert refusal({"users": set()}, {}, 0, 0) is None


@pytest.mark.parametrize(("number", "refused"), [(9, False), (10, True)])
def test_percent_counts_from_ten_on(number, refused):
    names = {str(one) for one in range(number)}
    assert bool(refusal({"users": set(list(names)[:4])}, {"users": names}, 99, 30)) is refused


# -- what is pruned


@pytest.mark.parametrize(
    ("glob", "name", "stays"),
    [
        ("postmaster@*", "postmaster@a.example", True),
        ("Postmaster@A.example", "postmaster@a.example", True),
        (" abuse@* ", "abuse@a.example", True),
        ("u?@*", "u10@a.example", False),
        ("*.example", "a.example", True),
        ("a@b", "a@b.example", False),
    ],
)
def test_protected(glob, name, stays):
    prune = prune_of({"kinds": ["users"], "domains": ["*"], "protect": [glob]}, {"users": []})
    assert prune.is_protected(name) is stays


def test_scope():
    prune = prune_of({"kinds": ["users"], "domains": ["A.example", "*.b.example"]}, {"users": []})
    found = [name for name in ("a.example", "x.a.example", "b.example", "x.b.example") if prune.in_scope(name)]
    assert found == ["a.example", "x.b.example"]
    assert prune_of(None, {}) == prune_of({}, {}) == Prune()


@pytest.mark.parametrize(
    ("prune", "declared", "words"),
    [
        ({"kinds": ["users"]}, {"users": []}, "prune.domains is missing"),
        ({"kinds": ["throttles"], "domains": ["*"]}, {"throttles": []}, "throttles cannot be pruned"),
        ({"kinds": ["users"], "domains": ["*"]}, {}, "the list of them is missing or null"),
        ({"kinds": ["users"], "domains": ["*"]}, {"users": None}, "say users: []"),
        ({"kinds": ["users"], "domains": ["*"], "keep_mailbox_days": -1}, {"users": []}, "prune.keep_mailbox_days"),
    ],
)
def test_what_cannot_be_pruned(prune, declared, words):
    with pytest.raises(errors.InputError) as caught:
        prune_of(prune, declared)
    assert words in str(caught.value)


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
    planner = planned(server, {**GONE, "users": [{"mail": "eve@other.example", "state": "absent"}]})
    assert planner.deletions.of(planner.steps) == {
        "domains": {COM},
        "users": {ADA, BOB},
        "aliases": set(),
        "mls": set(),
    }


def lost_rights(server, declared):
    planner = planned(server, declared)
    try:
        check_admins(planner.steps, planner.deletions, FakePanel(server, read_only=True))
    except errors.InputError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("declared", [{"users": [{"mail": ADA, "state": "absent"}]}, GONE, DISABLED])
def test_with_a_session_alone_no_global_admin_is_lost(server, declared):
    assert lost_rights(server, declared).startswith(f"user {ADA} would lose the rights of a global admin")
    server.username = "root@admin.example"
    assert lost_rights(server, declared) == ""


def test_who_is_enabled_loses_nothing(server):
    server.has(USER, ADA, global_admin=True, enabled=False)
    assert lost_rights(server, {"domain_users": [{"domain": COM, "enabled": True}]}) == ""


@pytest.mark.parametrize("declared", [{"users": [{"mail": BOB, "state": "absent"}]}, GONE, DISABLED])
def test_others_may_go(server, declared):
    server.has(USER, ADA, global_admin=False, enabled=True)
    assert lost_rights(server, declared) == ""

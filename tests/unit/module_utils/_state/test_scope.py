# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scope of pruning: what it may say, what it protects, and what it leaves alone."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.scope import (
    Prune,
    prune_of,
    scope_of,
    undeclared_of,
)


def test_any_name_of_an_object_protects_it():
    prune = prune_of({"kinds": ["users"], "domains": ["*"], "protect": ["root@*", "Abuse@*"]}, {"users": []})
    assert prune.protecting(["ann@a.example", "abuse@a.example"]) == "abuse@*"
    assert prune.protecting(["ann@a.example"]) is None
    assert prune.is_protected("abuse@a.example")
    assert not prune.is_protected("ann@a.example")
    assert prune.unmatched(["ann@a.example", "abuse@a.example"]) == ["root@*"]
    assert Prune().protecting(["ann@a.example"]) is None
    assert Prune().unmatched([]) == []


@pytest.mark.parametrize(
    ("domains", "domain", "may"),
    [
        (["*"], "declared.example", True),
        (["*"], "lost.example", False),
        (["*.example", "lost.example"], "lost.example", True),
        (["Lost.example"], "lost.example", True),
        (["bücher.example"], "xn--bcher-kva.example", True),
        (["*.example"], "declared.test", False),
        (["lost.exampl?"], "lost.example", False),
    ],
)
def test_a_domain_of_which_nothing_is_said_is_not_pruned(domains, domain, may):
    prune = prune_of({"kinds": ["users"], "domains": domains}, {"users": []})
    assert prune.may_prune(domain, {"declared.example", "declared.test"}) is may


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
        ({"kinds": ["users"], "domains": ["*"], "protect": ["ceo"]}, {"users": []}, "prune.protect: 'ceo' can match"),
        ({"kinds": ["users"], "domains": ["a@b.example"]}, {"users": []}, "prune.domains: 'a@b.example' can match"),
    ],
)
def test_what_cannot_be_pruned(prune, declared, words):
    with pytest.raises(errors.InputError) as caught:
        prune_of(prune, declared)
    assert words in str(caught.value)


def test_who_reports_does_not_prune():
    prune = {"kinds": ["users"], "domains": ["a.example"]}
    nothing = dict.fromkeys(prune)
    assert scope_of(prune, None, {"users": []}) == prune_of(prune, {"users": []})
    assert scope_of(nothing, {}, {}) == scope_of(None, {}, {}) == undeclared_of({})
    with pytest.raises(errors.InputError, match="use one of the two"):
        scope_of(prune, {}, {"users": []})


def test_a_report_looks_everywhere_unless_it_is_told():
    assert undeclared_of(None) == Prune()
    assert undeclared_of({}) == undeclared_of({"kinds": [], "domains": None})
    assert undeclared_of({}).kinds == ("domains", "users", "aliases", "mls")
    assert undeclared_of({}).in_scope("a.example")
    with pytest.raises(errors.InputError, match=r"undeclared\.protect: 'ceo' can match nothing"):
        undeclared_of({"protect": ["ceo"]})
    with pytest.raises(errors.InputError, match=r"undeclared\.domains: 'a@b\.example' can match"):
        undeclared_of({"domains": ["a@b.example"]})

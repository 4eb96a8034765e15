# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns: compared as servers keep names, and refused if they can match nothing."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.patterns import (
    fixed_names,
    idle,
    matching,
    may_match,
    patterns_of,
)
from tests.support.common import COM


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("postmaster@*", "postmaster@a.example", True),
        ("Postmaster@A.example", "postmaster@a.example", True),
        (" abuse@* ", "abuse@a.example", True),
        ("u?@*", "u10@a.example", False),
        ("*.example", "a.example", True),
        ("[!a]*@*", "b@b.example", True),
        ("[!a]*@*", "a@b.example", False),
        ("*@bücher.example", "ceo@xn--bcher-kva.example", True),
        ("abuse@BÜCHER.example", "abuse@xn--bcher-kva.example", True),
        ("*@xn--bcher-kva.example", "ceo@Bücher.example", True),  # a panel may list them so
    ],
)
def test_matching(pattern, name, matches):
    patterns = patterns_of("prune.protect", [pattern])
    assert matching(patterns, [name]) == (patterns[0] if matches else None)
    assert idle(patterns, ["a@z.test", name]) == ([] if matches else list(patterns))


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("ceo", "write ceo@* for this address in every domain"),
        ("", "it is empty"),
        ("ceo@a.example abuse@a.example", "there is a blank in it"),
        ("ceo@a.example,abuse@a.example", "there are two @ in it"),
        ("@a.example", "write *@a.example for every address of the domain"),
        ("ceo@", "no domain is called ''"),
        ("ceo@localhost", "no domain is called 'localhost'"),
        ("ceo@a.example.", "no domain ends in a dot"),
        ("bücher@a.example", "nothing but ASCII before the @"),
        ("*@*bücher.example", "put a dot or an @ between it and the *"),
        ("bücher*.example", "put a dot or an @ between it and the *"),
    ],
)
def test_what_can_match_nothing_is_refused_with_the_way_out(pattern, words):
    with pytest.raises(InputError) as caught:
        patterns_of("prune.protect", ["postmaster@*", pattern])
    assert str(caught.value).startswith(f"prune.protect: {pattern!r} can match nothing, since ")
    assert words in str(caught.value)


def test_a_pattern_of_domains_has_no_at():
    assert patterns_of("prune.domains", ["*", "BÜCHER.example"], domains=True) == ("*", "xn--bcher-kva.example")
    with pytest.raises(InputError, match=r"prune.domains: 'ceo@a.example' can match nothing, since a domain has no @"):
        patterns_of("prune.domains", ["ceo@a.example"], domains=True)


def test_the_first_pattern_that_matches_any_of_the_names_is_told():
    patterns = patterns_of("x", ["root@*", "abuse@*", "*@a.example"])
    assert matching(patterns, ["ann@b.example"]) is None
    assert matching(patterns, ["ann@a.example", "abuse@b.example"]) == "abuse@*"
    assert idle(patterns, ["ann@a.example", "abuse@b.example"]) == ["root@*"]


@pytest.mark.parametrize(
    ("pattern", "may", "fixed"),
    [
        ("postmaster@*", True, [f"postmaster@{COM}"]),
        (f"postmaster@{COM}", True, [f"postmaster@{COM}"]),
        ("postmaster@example.org", False, []),
        ("*-list@example.*", True, []),
        ("*news*", True, []),
        (COM, False, []),
    ],
)
def test_what_of_a_domain_a_pattern_may_match(pattern, may, fixed):
    assert may_match(pattern, COM) is may
    assert fixed_names([pattern], COM) == fixed

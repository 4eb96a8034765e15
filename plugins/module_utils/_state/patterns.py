# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns of addresses and domains: what they may say, and what they match.

Whoever protects a name relies on it: a pattern that can match nothing is refused, and never taken for one that happens
to match nothing today.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase, translate
from functools import lru_cache
from typing import Any, Iterable, List, Optional, Pattern, Sequence, Tuple

from .._errors import InputError
from .._model.spellings import WILD, as_stored


def is_pattern(name: str) -> bool:
    """Whether a name may match several."""
    return bool(WILD & set(name))


def chosen(here: Sequence[str], wanted: Optional[Sequence[str]]) -> List[str]:
    """The domains that names and patterns choose; without any, all of them.

    :raises InputError: one that is named does not exist
    """
    if wanted is None:
        return list(here)
    for name in wanted:
        if not is_pattern(name) and name not in here:
            raise InputError("domains: there is no domain %s." % name)
    return [name for name in here if any(fnmatchcase(name, glob) for glob in wanted)]


def patterns_of(option: str, given: Optional[Iterable[Any]], domains: bool = False) -> Tuple[str, ...]:
    """The checked patterns of an option, in the form in which names are compared.

    :param domains: they are patterns of domains alone
    :raises InputError: one of them can match nothing, whatever there is
    """
    found = []
    for text in (str(one).strip() for one in given or ()):
        pattern = as_stored(text)
        reason = _not_a_pattern(pattern) or (_no_domain(pattern) if domains else _no_name(pattern))
        if reason:
            raise InputError("%s: %r can match nothing, since %s." % (option, text, reason))
        found.append(pattern)
    return tuple(found)


def _not_a_pattern(pattern: str) -> Optional[str]:
    """Why a pattern can match neither addresses nor domains, with the way out."""
    local, _at, domain = pattern.rpartition("@")
    if not pattern:
        return "it is empty; leave it out"
    if re.search(r"\s", pattern):
        return "there is a blank in it; make an item of the list of each pattern"
    if not local.isascii():
        return "an address has nothing but ASCII before the @"
    if not domain.isascii():
        return (
            "a label of another script is compared as a whole; put a dot or an @ between it and the *, or write it in "
            "its xn-- form"
        )
    if domain.endswith("."):
        return "no domain ends in a dot; leave it out"
    return None


def _no_domain(pattern: str) -> Optional[str]:
    return "a domain has no @ in it; write what stands after it" if "@" in pattern else None


def _no_name(pattern: str) -> Optional[str]:
    """Why a pattern can match no address and no domain, with the way out."""
    local, at, domain = pattern.rpartition("@")
    if not at and not set("*.") & set(pattern):
        return "it is neither an address nor a domain; write %s@* for this address in every domain" % pattern
    if at and not local:
        return "nothing stands before the @; write *%s for every address of the domain" % pattern
    if "@" in local:
        return "there are two @ in it; make an item of the list of each pattern"
    if at and not ({"."} | WILD) & set(domain):
        return "no domain is called %r; write the whole domain, or * after the @" % domain
    return None


@lru_cache(maxsize=None)
def _compiled(pattern: str) -> Pattern[str]:
    return re.compile(translate(pattern))


def matching(patterns: Iterable[str], names: Iterable[str]) -> Optional[str]:
    """The first pattern that matches one of the names; None if none does."""
    stored = [as_stored(name) for name in names]
    for pattern in patterns:
        if any(map(_compiled(pattern).match, stored)):
            return pattern
    return None


def idle(patterns: Iterable[str], names: Iterable[str]) -> List[str]:
    """The patterns that match none of the names."""
    stored = [as_stored(name) for name in names]
    return [pattern for pattern in patterns if not any(map(_compiled(pattern).match, stored))]


def may_match(pattern: str, domain: str) -> bool:
    """Whether a pattern can match some address of a domain."""
    _local, at, place = pattern.rpartition("@")
    return bool(_compiled(place).match(as_stored(domain))) if at else is_pattern(pattern)


def fixed_names(patterns: Iterable[str], domain: str) -> List[str]:
    """The addresses of a domain that patterns match which leave nothing open before the @."""
    found = []
    for pattern in patterns:
        local, at, _place = pattern.rpartition("@")
        if at and not is_pattern(local) and may_match(pattern, domain):
            found.append("%s@%s" % (local, domain))
    return found

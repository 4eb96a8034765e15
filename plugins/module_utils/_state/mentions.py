# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of others that a plan mentions: those that it sends, and those that it takes out of lists. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import AbstractSet, DefaultDict, Dict, FrozenSet, Iterable, Iterator, List, Set, Tuple, TypeVar

from .._engine.passes import follows_accounts
from .._engine.plan import Plan
from .._model.fields import Field, ListField

One = TypeVar("One")


def referred(plan: Plan, refers: FrozenSet[str]) -> FrozenSet[str]:
    """The addresses of others that a plan sends, as far as they are new.

    :param refers: the options that name others
    """
    found: Set[str] = set()
    for option, value in dict(plan.carries, **plan.after).items():
        before = plan.before.get(option)
        if option not in refers:
            continue
        if isinstance(value, frozenset):
            found |= value - before if isinstance(before, frozenset) else value
        elif isinstance(value, str) and value:
            found.add(value)
    return frozenset(found)


def kept(plan: Plan, refers: FrozenSet[str]) -> FrozenSet[str]:
    """The addresses of others that stand in a list before and after a plan that changes it.

    :param refers: the options that name others
    """
    found: Set[str] = set()
    for option, value in plan.after.items():
        before = plan.before.get(option)
        if option in refers and value != before and isinstance(value, frozenset) and isinstance(before, frozenset):
            found |= value & before
    return frozenset(found)


def dropped(plan: Plan, fields: Iterable[Field]) -> Iterator[Tuple[str, FrozenSet[str]]]:
    """The addresses of others that a plan takes out of lists, each with what the list holds then."""
    for one in fields:
        if isinstance(one, ListField) and one.option in plan.expect and follows_accounts(one):
            yield from ((name, plan.after[one.option]) for name in plan.expect[one.option].removed)


def by_name(things: Iterable[Tuple[One, AbstractSet[str]]]) -> Dict[str, List[One]]:
    """Things by their names; a mailing list and an alias that leads to it may have one in common."""
    found: DefaultDict[str, List[One]] = defaultdict(list)
    for one, names in things:
        for name in names:
            found[name].append(one)
    return dict(found)

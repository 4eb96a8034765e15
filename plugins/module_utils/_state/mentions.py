# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that a plan mentions: further ones of the object, and those of others that it sends or takes out. Pure."""

from __future__ import annotations

from typing import Any, FrozenSet, Iterable, Iterator, Mapping, Set, Tuple

from .._engine.plan import Plan
from .._model.fields import Field, ListField
from .items import OWN

NONE: FrozenSet[str] = frozenset()


def own(plan: Plan, when: str) -> FrozenSet[str]:
    """The further names of an object ``before`` or ``after`` a plan."""
    values: Mapping[str, Any] = getattr(plan, when)
    return NONE.union(*(values[option] for option in OWN if isinstance(values.get(option), frozenset)))


def referred(plan: Plan) -> FrozenSet[str]:
    """The addresses of others that a plan sends, as far as they are new."""
    found: Set[str] = set()
    for option, value in dict(plan.carries, **plan.after).items():
        before = plan.before.get(option)
        if option not in OWN and isinstance(value, frozenset):
            found |= value - before if isinstance(before, frozenset) else value
        elif isinstance(value, str) and "@" in value:
            found.add(value)
    return frozenset(found)


def dropped(plan: Plan, fields: Iterable[Field]) -> Iterator[Tuple[str, FrozenSet[str]]]:
    """The addresses of others that a plan takes out of lists, each with what the list holds then."""
    for one in fields:
        if isinstance(one, ListField) and one.option in plan.expect and one.option not in OWN and not one.kept_apart:
            yield from ((name, plan.after[one.option]) for name in plan.expect[one.option].removed)

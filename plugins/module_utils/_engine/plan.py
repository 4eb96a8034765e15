# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan consists of: the requests that change something, and what must be seen after them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import AbstractSet, Any, Callable, Dict, FrozenSet, Iterable, List, Mapping, Optional, Tuple

from .._model.fields import Field, ListField
from .._model.paths import Path
from .._model.sources import UNKNOWN, UNREADABLE

#: what happens to an object
CREATE, UPDATE, DELETE, RENAME, NONE = "create", "update", "delete", "rename", "none"


@dataclass
class Operation:
    """One request that changes something. ``params`` in the order in which they are sent."""

    method: str
    path: Path
    params: Dict[str, str] = field(default_factory=dict)


@dataclass
class Expect:
    """What must be seen after an operation: a value, or items that are in and items that are out."""

    value: Any = UNKNOWN
    added: FrozenSet[str] = frozenset()
    removed: FrozenSet[str] = frozenset()


@dataclass
class Plan:
    """The operations on one object, and what they mean.

    :ivar before, after: canonical values of the options the user manages
    :ivar carries: canonical values of the options that a creation carries
    :ivar expect: by option, what must be seen afterwards
    :ivar unverified: options that are sent, or should be, and that nobody can check
    :ivar given: by option, what of a list is the server's own and left alone
    :ivar uncompared: options that are left alone, since the panel does not show them (``unreadable: skip``)
    :ivar instead: operations to be tried one by one while those before did not do it
    :ivar marks: what a diff says of things that are no values: the state, the name, a password; before and after
    :ivar predicted: the object as it is to be expected afterwards
    :ivar rest: makes the plan that follows, from what is there once the operations are done
    """

    action: str = NONE
    operations: List[Operation] = field(default_factory=list)
    before: Dict[str, Any] = field(default_factory=dict)
    after: Dict[str, Any] = field(default_factory=dict)
    carries: Dict[str, Any] = field(default_factory=dict)
    expect: Dict[str, Expect] = field(default_factory=dict)
    instead: List[Operation] = field(default_factory=list)
    marks: Dict[str, Tuple[Optional[str], Optional[str]]] = field(default_factory=dict)
    given: Dict[str, FrozenSet[str]] = field(default_factory=dict)
    unverified: List[str] = field(default_factory=list)
    uncompared: List[str] = field(default_factory=list)
    warnings: List[str] = field(default_factory=list)
    predicted: Any = None
    rest: Optional[Callable[[Any], Plan]] = None


def unmet(
    fields: Iterable[Field], expect: Mapping[str, Expect], values: Mapping[str, Any]
) -> Dict[str, Tuple[Any, Any]]:
    """Of what was sent, what a later read does not show: option to (sent, found). Unreadable ones are left out."""
    missing: Dict[str, Tuple[Any, Any]] = {}
    for one in fields:
        if one.option not in expect:
            continue
        found, wanted = values.get(one.option, UNREADABLE), expect[one.option]
        if found is UNREADABLE:
            continue
        if isinstance(one, ListField):
            if not wanted.added <= found or wanted.removed & found:
                missing[one.option] = (wanted, found)
        elif not one.codec.same(found, wanted.value):
            missing[one.option] = (wanted.value, found)
    return missing


def nowhere(plan: Plan, absent: AbstractSet[str]) -> List[str]:
    """Lists that were empty, and have no place in a profile after something was sent: it may be stored or not.

    :param absent: the options that have none
    """
    sent = [option for option in absent if option in plan.expect and plan.expect[option].added]
    return [option for option in sent if not plan.before.get(option)]


def doubts(fields: Iterable[Field], expect: Mapping[str, Expect]) -> List[str]:
    """Of what is to be sent, what is probably not meant so: a warning for each option."""
    found = []
    for one in fields:
        if one.option in expect:
            sent = expect[one.option].added if isinstance(one, ListField) else expect[one.option].value
            reason = "" if sent is UNKNOWN else one.codec.doubt(sent)
            if reason:
                found.append("%s: %s." % (one.option, reason))
    return found

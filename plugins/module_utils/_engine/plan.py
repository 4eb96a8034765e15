# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan consists of: writes, and what must be seen after them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, FrozenSet, List, Tuple

from .._api.transport import Path
from .._model.descriptors import Resource
from .._model.sources import UNKNOWN, UNREADABLE
from .current import Current

SECRET_PARAMS = frozenset({"password", "password_hash"})


@dataclass
class Write:
    """One request that changes something. ``params`` in the order in which they are sent."""

    method: str
    path: Path
    params: Dict[str, str] = field(default_factory=dict)


@dataclass
class Expect:
    """What must be seen after a write: a value, or items that are in and items that are out."""

    value: Any = UNKNOWN
    added: FrozenSet[str] = frozenset()
    removed: FrozenSet[str] = frozenset()


@dataclass
class Plan:
    """The writes, and what they mean.

    :ivar before, after: canonical values of the options the user manages
    :ivar expect: by option, what must be seen afterwards
    :ivar unverified: options that are sent, or should be, and that nobody can check
    :ivar uncompared: options that are left alone, since the panel does not show them (``unreadable: skip``)
    """

    writes: List[Write] = field(default_factory=list)
    before: Dict[str, Any] = field(default_factory=dict)
    after: Dict[str, Any] = field(default_factory=dict)
    expect: Dict[str, Expect] = field(default_factory=dict)
    unverified: List[str] = field(default_factory=list)
    uncompared: List[str] = field(default_factory=list)
    warnings: List[str] = field(default_factory=list)


def unmet(resource: Resource, expect: Dict[str, Expect], state: Current) -> Dict[str, Tuple[Any, Any]]:
    """Of what was sent, what a later read does not show: option to (sent, found). Unreadable ones are left out."""
    missing: Dict[str, Tuple[Any, Any]] = {}
    for one in resource.fields:
        if one.option not in expect:
            continue
        found, wanted = state.values.get(one.option, UNREADABLE), expect[one.option]
        if found is UNREADABLE:
            continue
        if one.is_list:
            if not wanted.added <= found or wanted.removed & found:
                missing[one.option] = (wanted, found)
        elif not one.codec.same(found, wanted.value):
            missing[one.option] = (wanted.value, found)
    return missing

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of references to names that pass from one object to another in one run. Pure.

A deletion takes a name out of what refers to it, a change of address puts the new one there
(panel/endpoints-sql.md#deletion-of-a-user, #change-of-address). Where a panel does neither, what is sent for that
stands already.
"""

from __future__ import annotations

from typing import AbstractSet, Any, FrozenSet, Mapping, NamedTuple

from .._model.fields import Field, ListField
from .holders import FURTHER

NONE: FrozenSet[str] = frozenset()


class Passes(NamedTuple):
    """The names that move on the way to what one object is to be.

    :ivar moves: each name that passes to another object, with the new name of who had it; empty where that is deleted
    :ivar renamed: former names, and the new ones, of accounts that are renamed before the object drops them
    """

    moves: Mapping[str, str]
    renamed: Mapping[str, str]

    def lost(self, was: Any, will: Any) -> FrozenSet[str]:
        """The names that stand in a value all the time and are lost. What comes into it is sent after the pass."""
        return _names(was) & _names(will) & self.moves.keys()

    def came(self, was: FrozenSet[str], will: FrozenSet[str]) -> FrozenSet[str]:
        """The new names that took the place of those that are dropped."""
        return frozenset(self.renamed[name] for name in (was - will) & self.renamed.keys()) - will

    def left(self, names: FrozenSet[str], lost: AbstractSet[str]) -> FrozenSet[str]:
        """What the passes leave of names of which some are lost."""
        return names - lost | {self.moves[name] for name in lost if self.moves[name]}


def follows_accounts(one: Field) -> bool:
    """Whether the panel changes what stands in a field of others when an account goes or is renamed."""
    kept_apart = isinstance(one, ListField) and one.kept_apart
    return one.holds_addresses and one.option not in FURTHER.values() and not kept_apart


def _names(value: Any) -> FrozenSet[str]:
    if isinstance(value, frozenset):
        return value
    return frozenset({value}) if isinstance(value, str) else NONE

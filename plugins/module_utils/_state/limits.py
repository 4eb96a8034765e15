# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits: what may be deleted at all, and how much of it at once."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, DefaultDict, Dict, Iterable, List, Mapping, NamedTuple, Set, Tuple

from .._engine.in_use import refusal
from .._engine.panel import Panel
from .._engine.view import View
from .._errors import AccountInUse, InputError
from .._model.catalog import IN_DOMAIN
from .._model.resources.admin import ADMIN
from .._model.resources.domain import DOMAIN
from .kinds import BY_NAME
from .step import Step
from .wording import names_of

#: percent is taken of so many objects, if fewer exist
ENOUGH = 10
#: from so many objects on, all of them are too many
SOME = 3
#: so many groups are named when too much of each would go
NAMED = 5
#: kinds that belong to no domain, by plural
_APART = frozenset((DOMAIN.plural, ADMIN.plural))


@dataclass
class Deletions:
    """What a run would delete, by kind, and how much of it there is.

    :ivar existing: the names that are known to exist, by kind
    :ivar inside: what is in domains that are to go, by kind
    """

    existing: DefaultDict[str, Set[str]] = field(default_factory=lambda: defaultdict(set))
    inside: Dict[str, Dict[str, Set[str]]] = field(default_factory=dict)
    _whole: Set[Tuple[str, str]] = field(default_factory=set)

    def listed(self, plural: str, domain: str, names: Iterable[str]) -> None:
        """Note all objects of a kind in a domain; of domains themselves, with an empty ``domain``."""
        self.existing[plural].update(names)
        self._whole.add((plural, domain))

    def is_whole(self, plural: str, domain: str) -> bool:
        """Whether all objects of a kind in a domain are known."""
        return (plural, domain) in self._whole

    def look_inside(self, view: View, domain: str) -> Dict[str, Set[str]]:
        """What is in a domain that is to go, by kind.

        :raises IRedMailError: it cannot be said; then the domain must stay
        """
        if domain not in self.inside:
            found: Dict[str, Set[str]] = {}
            for resource in IN_DOMAIN:
                found[resource.plural] = set(view.names_in(resource, domain))
                self.listed(resource.plural, domain, found[resource.plural])
            self.inside[domain] = found
        return self.inside[domain]

    def of(self, steps: List[Step]) -> Dict[str, Set[str]]:
        """The names of what the steps delete, with what goes with a domain."""
        lost: DefaultDict[str, Set[str]] = defaultdict(set)
        for step in steps:
            if not step.deletes_object:
                continue
            lost[step.item.kind.plural].add(step.item.ident)
            if step.deletes_domain:
                for plural, names in self.inside.get(step.item.ident, {}).items():
                    lost[plural] |= names
        return dict(lost)


def ceilings_of(params: Mapping[str, Any]) -> Tuple[int, float]:
    """The checked options ``max_deletions`` and ``max_delete_percent``.

    :raises InputError: one of them is no ceiling
    """
    for option in ("max_deletions", "max_delete_percent"):
        # nan is neither less nor more than anything, so it would be no ceiling at all
        if not math.isfinite(params[option]) or params[option] < 0:
            raise InputError("%s: must be a number of 0 or more, and not %s." % (option, params[option]))
    return params["max_deletions"], params["max_delete_percent"]


class _Group(NamedTuple):
    """Objects of a kind of which too many would go, in a domain or (empty) in all that is known."""

    plural: str
    domain: str
    lost: Set[str]
    there: int

    def __str__(self) -> str:
        where = " in %s" % self.domain if self.domain else ""
        return "%d of %d %s%s" % (len(self.lost), self.there, self.plural, where)


def check_ceilings(lost: Mapping[str, Set[str]], deletions: Deletions, most: int, percent: float) -> None:
    """:raises InputError: too much would go"""
    total = sum(len(names) for names in lost.values())
    if not total:
        return
    groups = _too_many(lost, deletions, percent)
    override = "nothing was written. If all of them are to go, run it once with max_deletions: %d" % total
    if not total <= most:
        if groups:
            override += " and max_delete_percent: 100"
        raise InputError(
            "%d deletions are planned, and max_deletions is %d: %s; %s." % (total, most, _names(lost), override)
        )
    if groups:
        told = ", ".join(map(str, groups[:NAMED]))
        if len(groups) > NAMED:
            told += " and more elsewhere"
        going: DefaultDict[str, Set[str]] = defaultdict(set)
        for group in groups:
            going[group.plural] |= group.lost
        raise InputError(
            "%s would be deleted, and max_delete_percent is %g: %s; nothing was written. If all of them are to go, run "
            "it once with max_delete_percent: 100." % (told, percent, _names(going))
        )


def _too_many(lost: Mapping[str, Set[str]], deletions: Deletions, percent: float) -> List[_Group]:
    """Kinds and domains of which too much would go: each domain by itself, and then all of them together."""
    found: List[_Group] = []
    for plural, names in sorted(lost.items()):
        everything = deletions.existing[plural] | names
        there, going = _by_domain(plural, everything), _by_domain(plural, names)
        for domain, some in sorted(going.items()):
            group = _Group(plural, domain, some, len(there[domain]))
            if is_too_much(len(some), group.there, percent, deletions.is_whole(plural, domain)):
                found.append(group)
        whole = _Group(plural, "", names, len(everything))
        if (
            len(going) > 1
            and not any(group.plural == plural for group in found)
            and is_too_much(len(names), whole.there, percent, False)
        ):
            found.append(whole)
    return found


def is_too_much(number: int, there: int, percent: float, whole: bool = True) -> bool:
    """Whether too many go of those that are there.

    :param whole: all that there is is known; of a part, what is known may be what is to go
    """
    if there >= ENOUGH:
        return not number * 100 <= percent * there
    if not whole or percent >= 100:
        return False
    if number == 1:
        return percent == 0
    everything = number == there and number >= SOME
    return everything or not number * 100 <= percent * ENOUGH


def _by_domain(plural: str, names: Iterable[str]) -> DefaultDict[str, Set[str]]:
    found: DefaultDict[str, Set[str]] = defaultdict(set)
    for name in names:
        found["" if plural in _APART else name.rpartition("@")[2]].add(name)
    return found


def _names(lost: Mapping[str, Set[str]]) -> str:
    # a domain is why the others go
    kinds = sorted(lost, key=lambda plural: (plural != DOMAIN.plural, plural))
    names = ["%s %s" % (BY_NAME[plural].name, name) for plural in kinds for name in sorted(lost[plural])]
    return names_of(names)


def check_admins(steps: List[Step], deletions: Deletions, panel: Panel) -> None:
    """No step takes the account in use away, nor one that may be it or the last global admin; each task was asked too.

    :raises AccountInUse: one of them would, or nobody knows
    """
    for step in steps:
        sentence = refusal(panel.in_use, step.item.task.hits, step.item.ident)
        if sentence:
            raise AccountInUse("%s: %s" % (step.item.label, sentence))

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects of a report -> what people read: equal ones are one finding, and so are a cause and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.wording import kind_name, names_of

from .entry import FAILED, IN_SYNC, REPAIRED, STATUSES, UNKNOWN, Document
from .sentences import NAMED
from .weight import LOST_MAIL, REST, SECURITY, WEIGHTS

#: from so many on, equal findings are one
EQUAL = 3
#: the headings of what differs, by weight; and of the rest, by status
WEIGHT = {SECURITY: "Security", LOST_MAIL: "Lost mail", REST: "The rest"}
_STATUS = {FAILED: "Not looked at", UNKNOWN: "Cannot be compared", REPAIRED: "Put back"}


@dataclass(frozen=True)
class Finding:
    """Something to look at.

    :ivar objects: those that it is about, equal in what differs
    :ivar effects: what comes of it
    """

    objects: Sequence[Document]
    effects: Sequence[Document] = ()

    @property
    def first(self) -> Document:
        return self.objects[0]

    @property
    def weight(self) -> str:
        """The heaviest of them."""
        return min((str(one["weight"]) for one in (*self.objects, *self.effects)), key=WEIGHTS.index)

    @property
    def heading(self) -> str:
        """What it belongs under."""
        status = self.first["status"]
        looks_bad = self.weight == SECURITY and status != REPAIRED
        return WEIGHT[self.weight] if looks_bad else _STATUS.get(status, WEIGHT[self.weight])

    @property
    def title(self) -> str:
        """What it is about: an object by its name, or how many."""
        if len(self.objects) == 1:
            return str(self.first["id"])
        return "%d %s" % (len(self.objects), kind_name(self.first["kind"], len(self.objects)))

    @property
    def sentences(self) -> list[str]:
        """What happened."""
        first = self.first["sentences"]
        if all(one["sentences"] == first for one in self.objects):
            found = list(first)
        else:
            found = [", ".join(self.first["topics"])]
        if self.effects:
            effects = ["%s %s" % (kind_name(one["kind"]), one["id"]) for one in self.effects]
            found.append("with it: %s" % names_of(effects, NAMED))
        return found

    @property
    def new(self) -> int | None:
        """How many of the objects the last report did not have like this; None if there was none."""
        everything = [one["new"] for one in (*self.objects, *self.effects)]
        return None if all(one is None for one in everything) else sum(map(bool, everything))

    @property
    def since(self) -> str | None:
        """When the run began whose report was the first to have one of them like this; None: not known."""
        return min((str(one["since"]) for one in (*self.objects, *self.effects) if one["since"]), default=None)

    @property
    def places(self) -> list[str]:
        return [one["place"] for one in self.objects if one["place"]]


def findings_of(document: Document) -> list[Finding]:
    """What is to be looked at, in order of weight; what is in sync is not."""
    listed = [one for one in document["objects"] if one["status"] != IN_SYNC]
    names = {(one["server"], "%s %s" % (one["kind"], one["id"])): one for one in listed}
    effects: dict[int, list[Document]] = {}
    roots = []
    for one in listed:
        cause = _root(one, names)
        if cause is one:
            roots.append(one)
        else:
            effects.setdefault(id(cause), []).append(one)
    found = list(_folded(roots, effects))
    found.sort(key=lambda one: (_rank(one), _order(one)))
    return found


def _root(one: Document, names: dict[tuple[str, str], Document]) -> Document:
    """The object that explains another one, at the end of the chain."""
    seen = set()
    while one["cause"] and id(one) not in seen:
        seen.add(id(one))
        cause = names.get((one["server"], one["cause"]))
        if cause is None:
            break
        one = cause
    return one


def _folded(roots: list[Document], effects: dict[int, list[Document]]) -> Iterator[Finding]:
    groups: dict[Any, list[Document]] = {}
    for one in roots:
        alone = id(one) if id(one) in effects else 0
        key = (*(one[name] for name in ("server", "kind", "status", "weight", "declared")), *one["topics"], alone)
        groups.setdefault(key, []).append(one)
    for group in groups.values():
        if len(group) < EQUAL:
            yield from (Finding([one], effects.get(id(one), ())) for one in group)
        else:
            yield Finding(group)


def _rank(one: Finding) -> tuple[bool, bool, int, int]:
    status = one.first["status"]
    # what could not be looked at may hide anything
    urgent = one.weight == SECURITY or status == FAILED
    return status == REPAIRED, not urgent, WEIGHTS.index(one.weight), STATUSES.index(status)


def _order(one: Finding) -> tuple[bool, str, str, str]:
    return not one.new, one.first["server"], one.first["kind"], one.first["id"]

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing declared objects with whole lists: what a list shows need not be read by itself."""

from __future__ import annotations

from collections import defaultdict
from typing import Callable, DefaultDict, Iterable, List, Set

from .._engine.panel import Panel
from .._errors import IRedMailError, LoginRefused
from .._model.descriptors import Resource
from .._model.resources.domain import DOMAIN
from .items import Item
from .kinds import Kind
from .lists import LISTED, WORTH_A_LIST, Compared, compare
from .snapshot import Planning, Question, Reads, Snapshot, Unread
from .step import is_out_of_reach
from .world import World, profile_of

#: lists are not asked for any more after so many in a row that the panel could not answer
MAX_UNLISTED = 3


class Comparison:
    """What lists say of declared objects.

    :param listed: told of each whole list: the kind's plural, the domain, and the names
    :ivar in_sync: how many stand as declared, by kind
    """

    def __init__(self, snapshot: Snapshot, world: World, listed: Callable[[str, str, Iterable[str]], object]) -> None:
        self.snapshot, self.world, self.listed = snapshot, world, listed
        self.in_sync: DefaultDict[str, int] = defaultdict(int)
        self._useless: Set[str] = set()
        self._unlisted = 0

    def compare(self, kind: Kind, items: List[Item], rest: Set[str]) -> Planning:
        """Find the objects of a kind that a list does not show as they are desired."""
        resource = kind.resource
        groups: DefaultDict[str, List[Item]] = defaultdict(list)
        for item in items:
            groups["" if kind.name == "domain" else item.domain].append(item)
        if kind.name not in LISTED or resource is None:
            groups.clear()
            rest.update(item.ident for item in items)
        worth = [domain for domain, group in groups.items() if self._is_worth_a_list(domain, group)]
        rest.update(item.ident for domain in groups.keys() - set(worth) for item in groups[domain])
        # the first one tells whether this panel's lists show enough of this kind
        for domains in (worth[:1], worth[1:]):
            if resource is None or not domains:
                continue
            if kind.plural in self._useless or self.snapshot.gave_up:
                rest.update(item.ident for domain in domains for item in groups[domain])
                continue
            questions = {domain: _list_question(resource, domain, groups[domain]) for domain in domains}
            yield Reads("compare " + kind.plural, list(questions.values()))
            for domain, question in questions.items():
                rest.update(item.ident for item in self._take_list(kind, resource, domain, groups[domain], question))
            yield from self._trust_absence(kind, resource, [questions[domain] for domain in domains], groups)

    def _is_worth_a_list(self, domain: str, items: List[Item]) -> bool:
        return len(items) >= WORTH_A_LIST and not self.world.holds(DOMAIN.name, domain)

    def _take_list(
        self, kind: Kind, resource: Resource, domain: str, items: List[Item], question: Question
    ) -> List[Item]:
        """The objects that the list does not show as they are desired."""
        try:
            found: Compared = self.snapshot.answer(question)
        except LoginRefused:
            raise
        except (IRedMailError, Unread) as error:
            # lists may be too much for a panel that answers other requests; if it does not, these will show it
            self._unlisted = self._unlisted + 1 if isinstance(error, Unread) or is_out_of_reach(error) else 0
            if self._unlisted >= MAX_UNLISTED:
                self._useless.add(kind.plural)
            return items
        self._unlisted = 0
        self.listed(kind.plural, domain, found.names)
        self.in_sync[kind.plural] += found.in_sync
        self.snapshot.rows.update({(resource.name, ident): row for ident, row in found.rows.items()})
        if found.hides:
            self._useless.add(kind.plural)
        return found.rest

    def _trust_absence(
        self, kind: Kind, resource: Resource, questions: List[Question], groups: DefaultDict[str, List[Item]]
    ) -> Planning:
        """What a list does not have is not there, if the panel says so of the first of them."""
        absent: List[List[Question]] = []
        for question in questions:
            found = self.snapshot.peek(question)
            if not isinstance(found, Compared):
                continue
            missing = [
                profile_of(item.resource or resource, item.ident)
                for item in found.rest
                if item.ident not in found.names and item.desired.present and not item.former
            ]
            if len(missing) > 1:
                absent.append(missing)
        if absent:
            yield Reads("read " + kind.plural, [missing[0] for missing in absent])
        for missing in absent:
            if self.snapshot.knows(missing[0]) and self.snapshot.peek(missing[0]) is None:
                for question in missing[1:]:
                    self.snapshot.put(question, None)


def _list_question(resource: Resource, domain: str, items: List[Item]) -> Question:
    """The question what a list says of these items. It is compared where it is read: a list may be long."""

    def ask(panel: Panel) -> Compared:
        return compare(items, panel.listing(resource, domain))

    return Question(("list", resource.name, domain), ask, vital=False)

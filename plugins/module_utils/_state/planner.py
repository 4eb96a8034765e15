# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning a whole state to its end, before the first write."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import DefaultDict, Dict, FrozenSet, Iterator, List, Optional, Sequence, Set, Tuple

from .._engine.entity import EntityTask
from .._engine.passes import Passes
from .._engine.plan import CREATE, NONE
from .._engine.splitting import split
from .._errors import IRedMailError
from .._model.resources.admin import ADMIN
from .._model.resources.domain import DOMAIN
from .comparing import Comparison
from .findings import references
from .items import OWN, Item, domain_of, shown_names
from .kinds import KINDS, Kind
from .limits import Deletions
from .order import Order
from .protection import Protection
from .pruning import Pruning, Undeclared
from .scope import Prune
from .snapshot import Planning, Reads, Snapshot, Unread, settle
from .step import Step, foresee
from .world import World, profile_of

_RANKS = {kind.name: rank for rank, kind in enumerate(KINDS)}


class StatePlanner:
    """The plan of one run over a state. It asks nobody: who runs it reads what it yields into the snapshot.

    :param snapshot: what was read so far
    :param verify: what to do about writes that do not stick, for objects that are pruned
    :ivar steps: every object about which there is something to say
    :ivar order: that of those that are planned, once it is all planned
    """

    def __init__(self, snapshot: Snapshot, items: Sequence[Item], prune: Prune, verify: str) -> None:
        self.snapshot, self.items, self.prune = snapshot, items, prune
        self.world = World(snapshot)
        self.steps: List[Step] = []
        self.deletions = Deletions()
        self.protection = Protection(self.world, prune)
        self.pruning = Pruning(self.world, prune, self.deletions.listed, verify)
        self.lists = Comparison(snapshot, self.world, self.deletions.listed)
        self.order = Order((), None)
        #: every name in domains that are to go, as far as it matters
        self._inside: Dict[str, FrozenSet[str]] = {}

    @property
    def warnings(self) -> List[str]:
        """What people should know of what stays."""
        return self.pruning.warnings + self.protection.warnings

    @property
    def spared(self) -> List[Step]:
        """What was to go and stays, since it is protected."""
        return self.protection.spared

    @property
    def in_sync(self) -> Dict[str, int]:
        """How many stand as declared, by kind, without having been read."""
        return self.lists.in_sync

    @property
    def domains(self) -> List[str]:
        """The domains and alias domains that are to be there, as far as the declaration says so."""
        found = set()
        # an admin may be of any domain
        for item in self.items:
            if item.desired.present and item.kind.name != ADMIN.name:
                found |= {item.domain, *item.desired.exact.get("alias_domains", ())}
                found |= set(item.desired.add.get("alias_domains", ()))
        return sorted(found - {""})

    @property
    def undeclared(self) -> List[Undeclared]:
        """What is not declared and stays."""
        return self.pruning.undeclared

    @property
    def planned(self) -> List[Step]:
        """The steps that are to be carried out."""
        return [step for step in self.steps if step.action != NONE and step.failure is None]

    def plan(self) -> Planning:
        """Find out everything that would be written, and in which order."""
        for kind in KINDS:
            steps: List[Step] = []
            yield from self._plan_kind(kind, [item for item in self.items if item.kind is kind], steps)
            for step in steps:
                step.foretell(self.world)
            self.steps += steps
        if self.prune.kinds and not self.snapshot.gave_up:
            yield from self.pruning.plan(self.items)
            self.steps += self.pruning.steps
        yield from self._look_inside()
        if not self.snapshot.gave_up:
            going = {step.item.ident for step in self.steps if step.deletes_domain}
            self.pruning.look_back(going, self._all_names() if self.prune.guards else ())
        self._split_rings()
        yield from self._name_again()

    def _plan_kind(self, kind: Kind, items: List[Item], steps: List[Step]) -> Planning:
        rest: Set[str] = set()
        yield from self.lists.compare(kind, items, rest)
        steps += [Step(item) for item in items if item.ident in rest]
        yield from foresee(self.world, "read " + kind.plural, steps)
        for step in steps:
            if step.existed:
                self.deletions.existing[kind.plural].add(step.item.ident)
        yield from self._need_domains(kind, steps)

    def _need_domains(self, kind: Kind, steps: List[Step]) -> Planning:
        """What is to be made in a domain that nobody made or makes is not a plan."""
        groups: DefaultDict[str, List[Step]] = defaultdict(list)
        for step in steps:
            if step.action == CREATE and step.item.is_wanted_account and kind.name != "admin":
                groups[step.item.domain].append(step)
        existing = self.deletions.existing
        here = existing["domains"] | {domain_of(name) for name in existing[kind.plural]}
        unsure = [domain for domain in groups if domain not in here and not self.world.holds(DOMAIN.name, domain)]
        questions = [profile_of(DOMAIN, domain) for domain in unsure]
        if questions:
            yield Reads("read domains", questions)
        for domain in unsure:
            try:
                missing = self.world.get(DOMAIN, domain) is None
            except (IRedMailError, Unread):
                continue  # an account that may not see it may still be allowed to work in it
            for step in groups[domain] if missing else ():
                step.give_up("missing_domain", "there is no domain %s, neither on the server nor declared." % domain)

    def _all_names(self) -> Set[str]:
        """Of all that is declared or was listed, with the domains they belong to."""
        groups = [self.deletions.existing, *self.deletions.inside.values()]
        found = {name for names in groups for some in names.values() for name in some}
        found.update(self.protection.names, *self._inside.values())
        found.update(*map(shown_names, self.snapshot.rows.values()))
        for item in self.items:
            found.add(item.ident)
            found.update(str(name) for option in OWN for name in item.desired.exact.get(option) or ())
        return found | set(map(domain_of, found))

    def _in_order(self) -> Order:
        """As declared; by names where the plan depends on it, so that a file that is sorted anew makes no other one."""
        order = Order(self.planned, self.snapshot.backend_hint)
        if order.passes or order.renames or order.rings():
            steps = sorted(order.steps, key=lambda step: (_RANKS[step.item.kind.name], step.item.ident))
            order = Order(steps, self.snapshot.backend_hint)
        return order

    def _split_rings(self) -> None:
        """Plan in parts what passes names in a ring, or refers to each other and is all new."""
        while True:  # where one of them in parts is not enough, it is another one's turn
            self.order = self._in_order()
            whole = [step for step in self.order.rings() if not step.in_parts]
            if not whole:
                break
            for step in whole:
                step.in_parts = True
                task = step.item.task
                if isinstance(task, EntityTask):
                    carried = task.chain[0].plan.carries
                    lists = frozenset(option for option, value in carried.items() if isinstance(value, frozenset))
                    split(task, task.resource, self.world, lists.union(OWN))

    def _name_again(self) -> Planning:
        """Who refers to a name that passes to another object loses it on the way, and names it once more then."""
        moves, late = self.order.moves, self.order.dropped_late()
        if self.snapshot.gave_up or not (moves or late):
            return
        steps = {(step.item.kind.name, step.item.ident): step for step in self.steps}
        referring = [item for item in self.items if any(name in moves for name in _speaks_of(item))]
        in_sync = [Step(item) for item in referring if (item.kind.name, item.ident) not in steps]
        yield from foresee(self.world, "read who refers to names that pass", in_sync)
        for step in in_sync:
            self.lists.in_sync[step.item.kind.plural] -= 1
            steps[step.item.kind.name, step.item.ident] = step
        self.steps = sorted(self.steps + in_sync, key=lambda step: step.pruned)
        sent = dict.fromkeys([steps[item.kind.name, item.ident] for item in referring] + list(late))
        passes = {step: Passes(moves, late.get(step, {})) for step in sent}
        seen: Set[Tuple[Step, str]] = set()
        while passes:  # what is sent besides may come to make others drop a name only once its holder is renamed
            yield from self._plan_besides(passes)
            seen |= {(step, name) for step, some in passes.items() for name in some.renamed}
            more = {
                step: {name: new for name, new in names.items() if (step, name) not in seen}
                for step, names in self.order.dropped_late().items()
            }
            passes = {step: Passes({}, names) for step, names in more.items() if names}

    def _plan_besides(self, passes: Dict[Step, Passes]) -> Planning:
        looks = [
            (step, partial(step.name_again, self.world, names))
            for step, names in passes.items()
            if step.failure is None
        ]
        waiting = yield from settle(self.snapshot, "read who refers to names that pass", looks)
        for step in waiting:
            step.skip()
        self.order = self._in_order()

    def _look_inside(self) -> Planning:
        """With a domain goes everything in it: that counts too, and what is protected keeps it."""
        going = [step for step in self.steps if step.deletes_object]
        domains = [step.item.ident for step in going if step.deletes_domain]
        looks = [(domain, partial(self.deletions.look_inside, self.world, domain)) for domain in domains]
        yield from settle(self.snapshot, "read what is in domains", looks)
        yield from self.protection.read(going)
        wanted: Dict[str, Item] = {}
        for item in self.items:
            if item.is_wanted_account:
                wanted.setdefault(item.domain, item)
        for step in going:
            if not step.deletes_domain or self._may_empty(step, wanted.get(step.item.ident)):
                self.protection.judge(step, self._inside.get(step.item.ident, frozenset()))
        spared = set(self.spared)
        self.steps = [step for step in self.steps if step not in spared]

    def _may_empty(self, step: Step, wanted: Optional[Item]) -> bool:
        """Whether a domain may go with what is in it."""
        try:
            inside = self.deletions.look_inside(self.world, step.item.ident)
            names = {name for found in inside.values() for name in found}
            further = self.protection.further_names(step)
        except (IRedMailError, Unread) as error:
            reason = str(error) or "the panel could not be asked."
            step.give_up("contents_unknown", "what is in it could not be read, so it stays: %s" % reason)
            return False
        self._inside[step.item.ident] = further | names
        if self.snapshot.username in names:
            step.give_up("account_in_use", "the account of api_username is in it; the one in use is never deleted.")
            return False
        if wanted is not None:
            step.give_up("still_declared", "it is to go, and %s in it is declared to be there." % wanted.label)
        return wanted is None


def _speaks_of(item: Item) -> Iterator[str]:
    """The names to which it refers, and that to which it is renamed, since it may have referred to who had it."""
    yield from (name for _option, name in references(item))
    if item.former is not None:
        yield item.ident

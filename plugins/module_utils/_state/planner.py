# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning a whole state to its end, before the first write."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import Callable, DefaultDict, Dict, Generator, List, Optional, Sequence, Set, Tuple, TypeVar

from .._engine.desired import Desired
from .._engine.entity import EntityTask
from .._engine.plan import CREATE, NONE
from .._engine.splitting import split
from .._errors import InputError, IRedMailError, NotListed
from .._model.codecs import accept_name
from .._model.descriptors import Resource
from .._model.resources.domain import DOMAIN
from .comparing import Comparison
from .items import OWN, Item, domain_of
from .kinds import BY_NAME, KINDS, Kind
from .limits import Deletions, Prune
from .order import Order, names_of
from .snapshot import Planning, Question, Reads, Snapshot, Unread
from .step import Failure, Step
from .world import World, profile_of

Thing = TypeVar("Thing")
Settling = Generator[Reads, None, List[Thing]]


class StatePlanner:
    """The plan of one run over a state. It asks nobody: who runs it reads what it yields into the snapshot.

    :param snapshot: what was read so far
    :param verify: what to do about writes that do not stick, for objects that are pruned
    :ivar steps: every object about which there is something to say
    :ivar order: that of those that are planned, once it is all planned
    """

    def __init__(self, snapshot: Snapshot, items: Sequence[Item], prune: Prune, verify: str) -> None:
        self.snapshot, self.items, self.prune, self.verify = snapshot, items, prune, verify
        self.world = World(snapshot)
        self.steps: List[Step] = []
        self.deletions = Deletions()
        self.lists = Comparison(snapshot, self.world, self.deletions.listed)
        self.order = Order((), None)
        self.warnings: List[str] = []

    @property
    def in_sync(self) -> Dict[str, int]:
        """How many stand as declared, by kind, without having been read."""
        return self.lists.in_sync

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
            yield from self._plan_pruning()
        yield from self._look_inside()
        self._split_rings()

    def _plan_kind(self, kind: Kind, items: List[Item], steps: List[Step]) -> Planning:
        rest: Set[str] = set()
        yield from self.lists.compare(kind, items, rest)
        steps += [Step(item) for item in items if item.ident in rest]
        yield from self._foresee("read " + kind.plural, steps)
        for step in steps:
            if step.existed:
                self.deletions.existing[kind.plural].add(step.item.ident)
        yield from self._need_domains(kind, steps)

    def _foresee(self, what: str, steps: Sequence[Step]) -> Planning:
        waiting = yield from self._settle(what, [(step, partial(step.foresee, self.world)) for step in steps])
        for step in waiting:
            step.skip()

    def _settle(self, what: str, looks: Sequence[Tuple[Thing, Callable[[], object]]]) -> Settling[Thing]:
        """Read what looks at things need; what they find or raise then is had by looking again.

        :returns: the things that could not be looked at, since the panel gave up
        """
        waiting = list(looks)
        while waiting:
            questions: List[Question] = []
            blind: List[Tuple[Thing, Callable[[], object]]] = []
            for thing, look in waiting:
                try:
                    look()
                except Unread as missing:
                    questions += missing.questions
                    blind.append((thing, look))
                except IRedMailError:
                    continue
            waiting = blind
            if self.snapshot.gave_up:
                break
            if waiting:
                yield Reads(what, questions)
        return [thing for thing, _look in waiting]

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

    def _split_rings(self) -> None:
        """Plan in two what passes names in a ring, or refers to each other and is all new."""
        self.order = Order(self.planned, self.snapshot.backend_hint)
        rings = self.order.rings()
        for step in rings:
            task = step.item.task
            if isinstance(task, EntityTask):
                carried = task.chain[0].plan.carries
                lists = frozenset(option for option, value in carried.items() if isinstance(value, frozenset))
                split(task, task.resource, lists.union(OWN), self.snapshot.backend_hint)
        if rings:
            self.order = Order(self.planned, self.snapshot.backend_hint)

    # -- what is not declared

    def _plan_pruning(self) -> Planning:
        yield from self._settle("read domains", [(None, partial(self.world.names, DOMAIN))])
        if self.snapshot.gave_up:
            return
        known = self.world.names(DOMAIN) or []
        here = [name for name in known if self.prune.in_scope(name)]
        declared: DefaultDict[str, Set[str]] = defaultdict(set)
        for item in self.items:
            declared[item.kind.plural].update(filter(None, (item.ident, item.former)))
        for name in self.prune.domains:
            if not set("*?[") & set(name) and name not in known and name not in declared["domains"]:
                raise InputError("prune.domains: there is no domain %s, neither on the server nor declared." % name)
        for plural in self.prune.kinds:
            kind = BY_NAME[plural]
            if kind.resource is not None and kind.name != "domain":
                yield from self._prune_in_domains(kind, kind.resource, here, declared[plural])
            elif kind.resource is not None:
                self.deletions.listed(plural, "", known)
                yield from self._prune(kind, kind.resource, here, declared[plural])

    def _prune_in_domains(self, kind: Kind, resource: Resource, domains: List[str], declared: Set[str]) -> Planning:
        looks = [(domain, partial(self.world.names, resource, domain)) for domain in domains]
        yield from self._settle("list " + kind.plural, looks)
        known: List[str] = []
        for domain in domains:
            try:
                names = self.world.names_in(resource, domain)
            except IRedMailError as error:
                self._not_listed(kind, resource, domain, error)
                continue
            except Unread:
                continue
            # what this run makes is foreseen in lists, and declared anyway
            names = [name for name in names if not self.world.holds(kind.name, name)]
            outside = [name for name in names if domain_of(name) != domain]
            if outside:
                sentence = "%s %s stays: it is listed in %s, and is not of that domain."
                self.warnings += [sentence % (kind.name, name, domain) for name in outside]
                names = [name for name in names if domain_of(name) == domain]
            self.deletions.listed(kind.plural, domain, names)
            known += names
        yield from self._prune(kind, resource, known, declared)

    def _not_listed(self, kind: Kind, resource: Resource, domain: str, error: IRedMailError) -> None:
        """A list that is needed and cannot be read: a failure of its own, so that nothing goes in that domain."""
        item = Item.of(kind, EntityTask(resource, Desired(domain)), "prune")
        failure = Failure(NotListed.reason, "its %s could not be listed: %s" % (kind.plural, error))
        self.steps.append(Step(item, failure=failure))

    def _prune(self, kind: Kind, resource: Resource, names: List[str], declared: Set[str]) -> Planning:
        days = self.prune.keep_mailbox_days if resource.keeps_mailbox else None
        steps: List[Step] = []
        for name in names:
            canonical = _canonical(resource, name)
            if name in declared or canonical in declared:
                continue
            if canonical != name:
                self.warnings.append(
                    "%s %s stays: it is listed under a name that cannot be declared." % (kind.name, name)
                )
            elif name == self.snapshot.username:
                self.warnings.append("%s %s is not declared; it is the account in use, and stays." % (kind.name, name))
            elif not self.prune.is_protected(name):
                desired = Desired(name, present=False, keep_mailbox_days=days, verify=self.verify)
                steps.append(Step(Item.of(kind, EntityTask(resource, desired), "prune"), pruned=True))
        yield from self._foresee("read undeclared " + kind.plural, steps)
        self.steps += steps

    def _look_inside(self) -> Planning:
        """With a domain goes everything in it: that counts too, and what is protected keeps it."""
        going = [step for step in self.steps if step.deletes_object]
        domains = [step.item.ident for step in going if step.item.kind.name == "domain"]
        looks = [(domain, partial(self.deletions.look_inside, self.world, domain)) for domain in domains]
        yield from self._settle("read what is in domains", looks)
        wanted: Dict[str, Item] = {}
        for item in self.items:
            if item.is_wanted_account:
                wanted.setdefault(item.domain, item)
        spared: Set[Step] = set()
        for step in going:
            if step.item.kind.name == "domain" and not self._may_empty(step, wanted.get(step.item.ident)):
                continue
            inside = self.deletions.inside.get(step.item.ident, {}) if step.item.kind.name == "domain" else {}
            names = sorted(names_of(step)) + sorted(name for found in inside.values() for name in found)
            protected = [name for name in names if self.prune.is_protected(name)]
            if protected:
                self.warnings.append("%s stays: prune.protect matches %s." % (step.item.label, protected[0]))
                spared.add(step)
        self.steps = [step for step in self.steps if step not in spared]

    def _may_empty(self, step: Step, wanted: Optional[Item]) -> bool:
        """Whether a domain may go with what is in it."""
        try:
            inside = self.deletions.look_inside(self.world, step.item.ident)
        except (IRedMailError, Unread) as error:
            step.give_up("contents_unknown", "what is in it could not be read, so it stays: %s" % error)
            return False
        if self.snapshot.username in {name for found in inside.values() for name in found}:
            step.give_up("account_in_use", "the account of api_username is in it; the one in use is never deleted.")
            return False
        if wanted is not None:
            step.give_up("still_declared", "it is to go, and %s in it is declared to be there." % wanted.label)
        return wanted is None


def _canonical(resource: Resource, name: str) -> Optional[str]:
    """A listed name as a declaration would have it; None if it could not be declared."""
    try:
        return str(accept_name(resource.identity, resource.identity_codec, name))
    except InputError:
        return None

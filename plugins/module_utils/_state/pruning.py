# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is on the server and not declared: what of it goes, what stays, and what is only told."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import Any, Callable, DefaultDict, Dict, Iterable, List, NamedTuple, Optional, Sequence, Set, Tuple

from .._engine.desired import Desired
from .._engine.entity import EntityTask
from .._engine.result import options_of
from .._engine.view import concerns_one
from .._errors import InputError, IRedMailError, NotListed
from .._model.catalog import IN_DOMAIN
from .._model.codecs import accept_name
from .._model.descriptors import Resource
from .._model.resources.domain import DOMAIN
from .._model.spellings import as_stored
from .items import Item, domain_of
from .kinds import BY_NAME, KINDS, Kind
from .patterns import is_pattern
from .scope import Prune
from .snapshot import Planning, Reads, Unread, settle
from .step import Failure, Step, foresee
from .world import World, profile_of

Listed = Callable[[str, str, Iterable[str]], None]
#: so many names are named in a warning
NAMED = 3
#: why something stays whatever is asked for, by the reason for programs
STAYS = {
    "cannot_be_declared": "it is listed under a name that cannot be declared",
    "another_spelling": "it is declared in another spelling of its domain",
    "of_another_domain": "it is listed in %s, and is not of that domain",
}


class Undeclared(NamedTuple):
    """Something that is on the server and not declared, and stays.

    :ivar reason: ``reported``, since nothing was to be deleted; ``domain_not_declared``, since the declaration says
        nothing about its domain; or one of ``STAYS``, in a report
    """

    kind: str
    id: str
    reason: str


class Pruning:
    """Finds what is not declared.

    :param listed: is told all objects of a kind in a domain
    :param verify: what to do about deletions that do not stick
    :ivar steps: what is to go, and lists that could not be read
    :ivar undeclared: what stays
    :ivar unlisted: for a report, domains and the kinds that could not be listed in them
    :ivar seen: what the panel shows of things that are only told, by kind and name
    :ivar warnings: what people should know of what stays
    """

    def __init__(self, world: World, prune: Prune, listed: Listed, verify: str) -> None:
        self._world, self._prune, self._listed, self._verify = world, prune, listed, verify
        self.steps: List[Step] = []
        self.undeclared: List[Undeclared] = []
        self.unlisted: List[Tuple[str, str]] = []
        self.seen: Dict[Tuple[str, str], Dict[str, Any]] = {}
        self.warnings: List[str] = []
        self._declared: DefaultDict[str, Set[str]] = defaultdict(set)
        self._spoken_of: Set[str] = set()

    def plan(self, items: Sequence[Item]) -> Planning:
        """Find out what is not declared, and plan to delete what is to go.

        :raises InputError: a domain that is named is not there
        """
        world, prune = self._world, self._prune
        yield from settle(world.snapshot, "read domains", [(None, partial(world.names, DOMAIN))])
        if world.snapshot.gave_up:
            return
        for item in items:
            names = [item.ident] + ([item.former] if item.former else [])
            self._declared[item.kind.plural].update(names)
            self._spoken_of.update(map(domain_of, names), [item.domain])
        known = world.names(DOMAIN) or []
        for name in prune.domains:
            if not is_pattern(name) and name not in known and name not in self._declared[DOMAIN.plural]:
                raise InputError("prune.domains: there is no domain %s, neither on the server nor declared." % name)
        here = [name for name in known if prune.in_scope(name)]
        for plural in prune.kinds:
            kind = BY_NAME[plural]
            resource = kind.resource
            if resource is DOMAIN:
                self._listed(plural, "", known)
                yield from self._take(kind, resource, here)
            elif resource is not None:
                yield from self._in_domains(kind, resource, here)

    def _in_domains(self, kind: Kind, resource: Resource, domains: List[str]) -> Planning:
        world = self._world
        looks = [(domain, partial(world.names, resource, domain)) for domain in domains]
        yield from settle(world.snapshot, "list " + kind.plural, looks)
        known: List[str] = []
        unlisted: Dict[str, IRedMailError] = {}
        for domain in domains:
            try:
                names = world.names_in(resource, domain)
            except IRedMailError as error:
                unlisted[domain] = error
                continue
            except Unread:
                continue
            # what this run makes is foreseen in lists, and declared anyway
            names = [name for name in names if not world.holds(kind.name, name)]
            outside = [name for name in names if domain_of(name) != domain]
            if outside:
                for name in outside:
                    self._stays(kind, resource, name, "of_another_domain", domain)
                names = [name for name in names if domain_of(name) == domain]
            self._listed(kind.plural, domain, names)
            known += names
        for domain, why in unlisted.items():
            if concerns_one(why) and len(unlisted) < len(domains):
                sentence = "the %s of %s stay, since they could not be listed: %s"
                self.warnings.append(sentence % (kind.plural, domain, why))
                if self._prune.reports:
                    self.unlisted.append((domain, kind.plural))
            else:
                self._not_listed(kind, resource, domain, why)
        yield from self._take(kind, resource, known)

    def _not_listed(self, kind: Kind, resource: Resource, domain: str, error: IRedMailError) -> None:
        """A list that is needed and cannot be read: a failure of its own, so that nothing goes in that domain."""
        item = Item.of(kind, EntityTask(resource, Desired(domain)), "prune")
        failure = Failure(NotListed.reason, "its %s could not be listed: %s" % (kind.plural, error))
        self.steps.append(Step(item, failure=failure))

    def _take(self, kind: Kind, resource: Resource, names: List[str]) -> Planning:
        """Decide about listed objects."""
        declared, username = self._declared[kind.plural], self._world.snapshot.username
        spellings = {as_stored(name) for name in declared}
        inhabited: Set[str] = set()
        if resource is DOMAIN and not self._prune.reports:
            yield from self._look_inside([name for name in names if name not in declared], inhabited)
        steps: List[Step] = []
        told: List[str] = []
        for name in names:
            canonical = _canonical(resource, name)
            if name in declared or canonical in declared or self._prune.is_protected(name):
                continue
            if canonical != name:
                self._stays(kind, resource, name, "cannot_be_declared")
            elif as_stored(name) in spellings:
                self._stays(kind, resource, name, "another_spelling")
            elif name == username:
                self.warnings.append("%s %s is not declared; it is the account in use, and stays." % (kind.name, name))
            elif self._prune.reports:
                self.undeclared.append(Undeclared(kind.name, name, "reported"))
                told.append(name)
            elif name in inhabited or (
                resource is not DOMAIN and not self._prune.may_prune(domain_of(name), self._spoken_of)
            ):
                self.undeclared.append(Undeclared(kind.name, name, "domain_not_declared"))
            else:
                steps.append(self._deletion(kind, resource, name))
        yield from foresee(self._world, "read undeclared " + kind.plural, steps)
        for step in steps:
            if step.concerns_one and step.failure is not None:
                self.warnings.append("%s stays: %s" % (step.item.label, step.failure.sentence))
            else:
                self.steps.append(step)
        yield from self._look_at(kind, resource, told)

    def _stays(self, kind: Kind, resource: Resource, name: str, reason: str, *where: str) -> None:
        """Note something that no declaration speaks of; who asked for a report is told of it like of the rest."""
        self.warnings.append("%s %s stays: %s." % (kind.name, name, STAYS[reason] % where))
        known = {name, _canonical(resource, name)} & self._declared[kind.plural]
        if self._prune.reports and not known and not self._prune.is_protected(name):
            self.undeclared.append(Undeclared(kind.name, name, reason))

    def _look_inside(self, domains: List[str], inhabited: Set[str]) -> Planning:
        """Find the domains that a pattern alone has chosen, and that hold something: their file may be missing."""
        chosen = [name for name in domains if not self._prune.is_named(name) and not self._prune.is_protected(name)]
        looks = [(name, partial(self._is_inhabited, name)) for name in chosen]
        yield from settle(self._world.snapshot, "read what is in domains", looks)
        if not self._world.snapshot.gave_up:
            inhabited.update(filter(self._is_inhabited, chosen))

    def _is_inhabited(self, domain: str) -> bool:
        """:raises Unread: it was not asked yet"""
        try:
            return any(self._world.names_in(resource, domain) for resource in IN_DOMAIN)
        except IRedMailError:
            return False  # a domain of which that is not known does not go anyway

    def _look_at(self, kind: Kind, resource: Resource, names: List[str]) -> Planning:
        """Read what is only told, for who may want to declare it; a report is complete without that."""
        yield Reads("look at undeclared " + kind.plural, [profile_of(resource, name, vital=False) for name in names])
        for name in names:
            current = self._world.glance(resource, name)
            if current is not None:
                shown = options_of(resource, current.values, name)
                values = {option: value for option, value in shown.items() if value not in (None, "", [])}
                self.seen[kind.name, name] = values

    def _deletion(self, kind: Kind, resource: Resource, name: str) -> Step:
        days = self._prune.keep_mailbox_days if resource.keeps_mailbox else None
        desired = Desired(name, present=False, keep_mailbox_days=days, verify=self._verify)
        return Step(Item.of(kind, EntityTask(resource, desired), "prune"), pruned=True)

    # -- once all is planned

    def look_back(self, going: Set[str], names: Iterable[str]) -> None:
        """Say what people may not expect.

        :param going: the domains that go, and what stays in them goes along
        :param names: of all that is declared or was listed
        """
        if self._prune.reports:
            return
        self.undeclared = [one for one in self.undeclared if domain_of(one.id) not in going]
        for kind in KINDS:
            self._tell_kept(kind, [one.id for one in self.undeclared if one.kind == kind.name])
        idle = self._prune.unmatched(names)
        if idle:
            sentence = "prune.protect: %s matches nothing that is declared or was listed."
            self.warnings += [sentence % pattern for pattern in idle]

    def _tell_kept(self, kind: Kind, names: List[str]) -> None:
        domains = sorted(set(map(domain_of, names)))
        if not domains:
            return
        more = " and %d more domains" % (len(domains) - NAMED) if len(domains) > NAMED else ""
        if kind.resource is DOMAIN:
            sentence = "%s, since they hold something, and only a pattern of prune.domains matches them: %s%s. If "
            sentence += "one is to go with all that is in it, name it in prune.domains without a pattern."
        else:
            sentence = "%s, since nothing that is declared belongs to %s%s. If they are to go, declare the domain or "
            sentence += "name it in prune.domains without a pattern."
        count = "%d undeclared %s stay" % (len(names), kind.plural)
        self.warnings.append(sentence % (count, ", ".join(domains[:NAMED]), more))


def _canonical(resource: Resource, name: str) -> Optional[str]:
    """A listed name as a declaration would have it; None if it could not be declared."""
    try:
        return str(accept_name(resource.identity, resource.identity_codec, name))
    except InputError:
        return None

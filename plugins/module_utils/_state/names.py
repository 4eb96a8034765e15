# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that a plan needs and nobody has, and names that it takes and somebody else has."""

from __future__ import annotations

from collections import defaultdict
from typing import AbstractSet, DefaultDict, Dict, Iterator, List, Optional, Sequence, Set, Tuple

from .._engine.current import Current
from .._engine.holders import FURTHER
from .._errors import IRedMailError, NoSuchEndpoint
from .._model.catalog import IN_DOMAIN, NAMED
from .._model.descriptors import Resource
from .._model.resources.alias import ALIAS
from .._model.resources.domain import DOMAIN
from .._model.resources.ml import ML
from .._model.resources.user import USER
from .._model.spellings import delivered_to
from .findings import ERROR, EXTRA, WARNING, Finding, finding, held, references
from .items import Item, domain_of
from .limits import Deletions
from .order import Order, Piece
from .snapshot import Planning, Reads, Unread
from .step import Step
from .wording import kind_name
from .world import World, names_question, profile_of

#: so many profiles of a domain are read to find out whether a suspected address is a further name of one of them
MANY = 30
#: options of which the panel silently drops who does not exist (panel/users.md#forwarding)
DROPS = ("members", "forwarding", "catchall", "admins", "account")
#: an address with the items and options that name it
Suspects = Dict[str, List[Tuple[Item, str]]]


class Names:
    """Looks for names that are nowhere, or somebody else's.

    :param spared: what was to go and stays
    :ivar findings: what was found, once :meth:`run` is through
    """

    def __init__(self, world: World, order: Order, deletions: Deletions, spared: Sequence[Step]) -> None:
        self.world, self.order, self.deletions, self.spared = world, order, deletions, spared
        self.findings: List[Finding] = []
        self._extra: Set[str] = set()  # addresses of mailing lists, to which perhaps nothing delivers

    def run(self, items: List[Item], gone: Set[str]) -> Planning:
        """Find them all.

        :param gone: names that the plan takes away
        """
        suspects = self._suspects(items, gone)
        claims = {name for piece in self.order.pieces for name in piece.claims}
        domains = sorted(
            domain
            for domain in {domain_of(name) for name in claims if "@" in name} | {domain_of(name) for name in suspects}
            if not self.world.holds(DOMAIN.name, domain)
        )
        alias_domains = sorted(name for name in claims if "@" not in name)
        yield Reads(
            "list accounts",
            [names_question(resource, domain, vital=False) for domain in domains for resource in IN_DOMAIN]
            + [profile_of(DOMAIN, name, vital=False) for name in alias_domains],
        )
        there: Dict[str, str] = {}
        for domain in domains:
            for resource in IN_DOMAIN:
                there.update((name, resource.name) for name in self.world.listed(resource, domain) or ())
        there.update((name, DOMAIN.name) for name in alias_domains if self._stands(name))
        aliases = sorted(name for name in claims - self.order.freed if there.get(name) == ALIAS.name)
        yield Reads("look at aliases", [profile_of(ALIAS, name, vital=False) for name in aliases])
        self.findings += self._taken(there)
        suspects = {
            name: found for name, found in suspects.items() if not (set(delivered_to(name)) - gone) & set(there)
        }
        yield Reads(
            "look for addresses",
            [
                profile_of(resource, one, vital=False)
                for name in sorted(suspects)
                for one in delivered_to(name)
                for resource in NAMED
            ],
        )
        found = {
            name
            for name in suspects
            for one in delivered_to(name)
            for resource in NAMED
            if self.world.glance(resource, one) is not None and one not in gone
        }
        suspects = {name: pieces for name, pieces in suspects.items() if name not in found}
        unsure = {
            name
            for name in suspects
            for one in delivered_to(name)
            for resource in NAMED
            if self._is_unsure(resource, one)
        }
        for domain in sorted({domain_of(name) for name in suspects}):
            yield from self._further_names(
                domain, {name: suspects[name] for name in suspects if domain_of(name) == domain}, unsure
            )

    def _suspects(self, items: List[Item], gone: Set[str]) -> Suspects:
        """Local addresses that the plan sends and nobody is known to have."""
        local = {item.domain for item in items if item.is_wanted_account}
        local |= {item.ident for item in items if item.kind.name == DOMAIN.name and item.desired.present}
        known = {name for item in items for option, name in held(item) if option != EXTRA}
        known |= {name for names in self.deletions.existing.values() for name in names}
        self._extra |= {name for item in items for option, name in held(item) if option == EXTRA}
        for step in self.order.steps:
            (self._extra if step.item.kind.name == ML.name else known).update(step.further_names)
        known |= gone  # of these something else is said
        sent: DefaultDict[str, Set[str]] = defaultdict(set)
        for piece in self.order.pieces:
            sent[piece.step.item.kind.plural + " " + piece.step.item.ident] |= piece.refers
        found: DefaultDict[str, List[Tuple[Item, str]]] = defaultdict(list)
        for step in self.order.steps:
            for option, name in references(step.item):
                new = option == "account" or name in sent[step.item.kind.plural + " " + step.item.ident]
                if (
                    option in DROPS
                    and new
                    and "@" in name
                    and domain_of(name) in local
                    and known.isdisjoint(delivered_to(name))
                ):
                    found[name].append((step.item, option))
        return dict(found)

    def _stands(self, domain: str) -> bool:
        """Whether a domain is on the server, whatever is planned."""
        return isinstance(self.world.snapshot.peek(profile_of(DOMAIN, domain)), Current)

    def _taken(self, there: Dict[str, str]) -> Iterator[Finding]:
        """Names that somebody on the server has who does not give them up."""
        further = {name: step for step in (*self.spared, *self.order.steps) for name in step.further_names}
        for piece in self.order.pieces:
            for name in sorted(piece.claims - self.order.freed):
                item, holder = piece.step.item, further.get(name)
                if self._is_led_to(item, name) or (holder is not None and self._is_led_to(holder.item, name)):
                    continue
                if name in there and not _is(piece, there[name], name):
                    sentence = "%s is a different %s on the server; delete or rename that first, or take another name."
                    values = (name, kind_name(there[name]))
                elif holder is not None and holder is not piece.step:
                    sentence = "%s has the name %s on the server; take it from there, or take another name."
                    values = (holder.item.label, name)
                else:
                    continue
                option = "" if name == item.ident else FURTHER[item.kind.name]
                yield finding("claimed_twice", ERROR, item, option, sentence % values)

    def _is_led_to(self, item: Item, name: str) -> bool:
        """Whether an item is a mailing list to which the alias of a name delivers, as it will be.

        That may have the name of an extra address of the list (panel/mailing-lists.md#extra-addresses). What the
        declaration alone says of it, ``findings.claimed_twice`` looks at.
        """
        alias = self.world.glance(ALIAS, name) if item.kind.name == ML.name else None
        members = None if alias is None else alias.value("members")
        return isinstance(members, frozenset) and item.ident in members

    def _is_unsure(self, resource: Resource, name: str) -> bool:
        """Whether the panel could not say if there is such an object."""
        try:
            self.world.get(resource, name)
        except NoSuchEndpoint:
            return False
        except (IRedMailError, Unread):
            return True
        return False

    def _further_names(self, domain: str, suspects: Suspects, unsure: AbstractSet[str]) -> Planning:
        """Whether a suspected address is a further name of somebody: where all of these are known, it is nowhere.

        :param unsure: those that may be objects of their own
        """
        all_known = True
        shown: Dict[str, Set[str]] = {USER.name: set(), ML.name: self._extra}
        hidden: List[Tuple[Resource, str]] = []
        for resource in (USER, ML):
            names = [] if self.world.holds(DOMAIN.name, domain) else self.world.listed(resource, domain)
            if names is None:
                all_known = False
                continue
            rows = self.world.snapshot.rows
            hidden += [
                (resource, name)
                for name in names
                if not _shows(resource, rows.get((resource.name, name)), shown[resource.name])
            ]
        if len(hidden) > MANY:
            all_known = False
        else:
            yield Reads("look for addresses", [profile_of(resource, name, vital=False) for resource, name in hidden])
            for resource, name in hidden:
                rename = self.order.renames.get(name)
                is_it = rename is not None and rename.step.item.resource is resource
                found = rename.step.found if rename is not None and is_it else self.world.glance(resource, name)
                all_known = _shows(resource, found, shown[resource.name]) and all_known
        for name, places in suspects.items():
            if shown[USER.name].isdisjoint(delivered_to(name)):
                extra = not self._extra.isdisjoint(delivered_to(name))
                sure = all_known and name not in unsure
                self.findings += [
                    _unknown(item, option, name, extra, sure)
                    for item, option in places
                    if not (extra and option == "account")
                ]


def _unknown(item: Item, option: str, name: str, extra: bool, sure: bool) -> Finding:
    """What is said of a name that an item needs and nobody is known to have."""
    if option == "account":
        sentence = "there is no account %s, as far as can be seen; the setting would be for nobody." % name
        return finding("unknown_account", WARNING, item, option, sentence)
    severity = WARNING if extra or not sure else ERROR
    if extra:
        sentence = (
            "%s: %s is only an extra address of a mailing list; unless this panel delivers to such, the server drops "
            "it silently. Name the list."
        )
    elif sure:
        sentence = "%s: there is no %s, neither on the server nor declared; the server would drop it silently."
    else:
        sentence = (
            "%s: nobody is known to have the address %s; unless somebody has it all the same, which this panel does "
            "not show, the server drops it silently."
        )
    return finding("unknown_address", severity, item, option, sentence % (option, name))


def _shows(resource: Resource, found: Optional[Current], shown: Set[str]) -> bool:
    """Whether the further names of an object are known; then they are added to ``shown``."""
    value = None if found is None else found.value(FURTHER[resource.name])
    if isinstance(value, frozenset):
        shown |= value
    return isinstance(value, frozenset)


def _is(piece: Piece, kind: str, name: str) -> bool:
    """Whether what has a name is the object itself."""
    return piece.step.item.kind.name == kind and piece.step.item.ident == name

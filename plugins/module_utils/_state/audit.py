# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings of a plan: what the declaration and the server together prove, before the first write."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any, DefaultDict, Dict, Iterator, List, Mapping, Set, Tuple

from .._engine.entity import EntityTask
from .._engine.plan import CREATE, DELETE
from .._model.catalog import IN_DOMAIN
from .._model.resources.admin import ADMIN
from .._model.resources.alias import ALIAS
from .._model.resources.domain import DOMAIN, MOST
from .._model.resources.maillist import MAILLIST
from .._model.resources.user import USER
from .domain_limits import Limits, declared_limits, over_declared_limits, over_limits
from .findings import (
    ERROR,
    WARNING,
    Finding,
    claimed_twice,
    conflicting_policies,
    finding,
    held,
    loops,
    refers_to_deleted,
)
from .items import Item, domain_of
from .limits import Deletions
from .order import Order
from .protection import MANY, lists_of
from .snapshot import Planning, Reads
from .step import Step
from .world import World, names_question, profile_of


class Audit:
    """Looks for contradictions in a plan.

    :ivar gone: names that the plan takes away, but for those of admins
    :ivar findings: what was found, once :meth:`run` is through
    """

    def __init__(self, world: World, items: List[Item], order: Order, deletions: Deletions) -> None:
        self.world, self.items, self.deletions = world, items, deletions
        self.order, self.steps = order, order.steps
        self.findings: List[Finding] = []
        self._changed = {(step.item.kind.name, step.item.ident): step for step in self.steps}
        stays = {name for item in items for _option, name in held(item)}
        stays |= {name for piece in order.pieces for name in piece.claims}
        freed: Dict[bool, Set[str]] = {True: set(), False: self._inside_going()}
        for piece in order.pieces:
            freed[piece.step.item.kind.name == ADMIN.name] |= piece.frees
        self.gone, self._admins = freed[False] - stays, freed[True] - stays

    def run(self) -> Planning:
        """Find them all."""
        self.findings += claimed_twice(self.items)
        self.findings += refers_to_deleted(self.items, self.gone, self._admins)
        self.findings += self._empty_lists()
        self.findings += self._alias_domains()
        self.findings += self._renamed_by_hand()
        self.findings += loops(self.items)
        # what stands is meant, or nobody minds
        self.findings += conflicting_policies(filter(self._changes, self.items), _as_it_will_be)
        yield from self._left_alone()
        yield from self._contents()
        yield from self._limits()

    def _inside_going(self) -> Set[str]:
        going = {step.item.ident for step in self.steps if step.deletes_domain}
        return {name for domain in going for names in self.deletions.inside.get(domain, {}).values() for name in names}

    def _changes(self, item: Item) -> bool:
        return (item.kind.name, item.ident) in self._changed or (DOMAIN.name, item.domain) in self._changed

    def _is_sent(self, kind: str, ident: str, option: str) -> bool:
        step = self._changed.get((kind, ident))
        return step is not None and option in step.sent_options

    def _is_raised(self, kind: str, ident: str, option: str) -> bool:
        """Whether a number will be more than it was, or is new; 0 is unlimited."""
        step = self._changed.get((kind, ident))
        plans = [] if step is None else [planned.plan for planned in step.chain]
        sizes = [(plan.before.get(option), plan.after.get(option, plan.carries.get(option))) for plan in plans]
        return any(
            isinstance(after, int) and (not isinstance(before, int) or (after or math.inf) > (before or math.inf))
            for before, after in sizes
        )

    # -- what a plan leads to

    def _empty_lists(self) -> Iterator[Finding]:
        """Mail that nobody gets any more, although nobody said so."""
        for step in self.steps:
            option = {"alias": "members", "user": "forwarding"}.get(step.item.kind.name, "")
            for planned in step.chain:
                before, after = planned.plan.before.get(option), planned.plan.after.get(option)
                if before and after == frozenset() and option not in step.item.desired.exact:
                    sentence = "%s: nobody is left, so mail to %s would go nowhere; delete it, or name somebody."
                    yield finding("no_recipient_left", ERROR, step.item, option, sentence % (option, step.item.ident))

    def _left_alone(self) -> Planning:
        """Aliases from which the panel takes their last members, since these go, and of which no member is declared."""
        aliases = [
            item
            for item in self.items
            if item.kind.name == ALIAS.name and item.desired.present and "members" not in item.desired.exact
        ]
        if not self.gone:
            return
        yield Reads("look at aliases", [profile_of(ALIAS, item.ident, vital=False) for item in aliases])
        for item in aliases:
            current = self.world.glance(ALIAS, item.ident)
            members = None if current is None else current.value("members")
            if isinstance(members, frozenset) and members and members <= self.gone:
                sentence = (
                    "members: all who are in %s go in this run, so mail to it would go nowhere; delete it, or name "
                )
                sentence += "somebody."
                self.findings.append(finding("no_recipient_left", ERROR, item, "members", sentence % item.ident))

    def _alias_domains(self) -> Iterator[Finding]:
        """A domain that goes with accounts in it, so that its name becomes an alias domain: too much for one run."""
        for piece in self.order.pieces:
            if piece.action != DELETE or piece.step.item.kind.name != DOMAIN.name:
                continue
            inside = sum(map(len, self.deletions.inside.get(piece.step.item.ident, {}).values()))
            for other in self.order.recipients(piece) if inside else ():
                sentence = (
                    "alias_domains: %s is a domain with %d accounts and lists in it; delete or move these in a run of "
                    "their own, and make it an alias domain then."
                )
                yield finding(
                    "domain_not_empty",
                    ERROR,
                    other.step.item,
                    "alias_domains",
                    sentence % (piece.step.item.ident, inside),
                )

    def _contents(self) -> Planning:
        """Domains that go with lists in them that the panel has no list of (panel/maillists.md)."""
        going = [
            step
            for step in self.steps
            if step.deletes_domain and step.found is not None and step.found.backend == MAILLIST.only
        ]
        inside = self.deletions.inside
        users = {step: sorted(inside.get(step.item.ident, {}).get(USER.plural, ())) for step in going}
        asked = [profile_of(USER, name, vital=False) for names in users.values() for name in names[:MANY]]
        yield Reads("look for lists in domains", asked)
        for step, names in users.items():
            domain = step.item.ident
            known = {name for found in inside.get(domain, {}).values() for name in found}
            lists = {name for mail in names[:MANY] for name in lists_of(self.world.glance(USER, mail))} - known
            named = {name for name in lists if domain_of(name) == domain}
            inside.setdefault(domain, {})[MAILLIST.plural] = named
            who = "its users are in %s" % ", ".join(sorted(named)) if named else "its users are in none"
            if len(names) > MANY:
                who += " as far as %d of them tell" % MANY
            sentence = (
                "which lists without subscription go with it cannot be told: this panel does not list them; %s. If "
                "these may go, add contents_unknown to ignore_findings."
            )
            severity = ERROR if step.pruned else WARNING
            self.findings.append(finding("contents_unknown", severity, step.item, "", sentence % who))

    def _renamed_by_hand(self) -> Iterator[Finding]:
        """A new account and one to go that look like one person."""
        going: DefaultDict[str, List[Step]] = defaultdict(list)
        for step in self.steps:
            if step.deletes_object and step.item.resource is not None and step.item.resource.rename:
                going[step.item.kind.name + "@" + step.item.domain].append(step)
        for step in self.steps if going else ():
            if step.action != CREATE:
                continue
            for other in going.get(step.item.kind.name + "@" + step.item.domain, ()):
                why = _same_person(step, other)
                if why:
                    sentence = (
                        "it is new and %s goes, and both %s. If it is a rename, say rename_from: %s, or the mailbox "
                        "is lost; if it is not, add looks_like_rename to ignore_findings."
                    )
                    severity = ERROR if other.pruned else WARNING
                    values = (other.item.label, why, other.item.ident)
                    yield finding("looks_like_rename", severity, step.item, "rename_from", sentence % values)

    # -- limits

    def _limits(self) -> Planning:
        """What domains allow, as they will be."""
        wanted = {
            step.item.domain for step in self.steps if step.item.is_wanted_account and step.item.kind.name != ADMIN.name
        }
        missing = [domain for domain in sorted(wanted) if not self.world.holds(DOMAIN.name, domain)]
        yield Reads("read domains", [profile_of(DOMAIN, domain, vital=False) for domain in missing])
        declared = declared_limits(self.items)
        limits: Dict[str, Limits] = {}
        for domain in sorted(wanted | set(declared)):
            current = self.world.glance(DOMAIN, domain) if domain in wanted else None
            values = dict(current.values if current is not None else {})
            values.update(declared[domain].values if domain in declared else {})
            limits[domain] = Limits(domain, values)
        self.findings += over_limits(self.items, limits, self._is_sent, self._is_raised)
        yield from self._numbers(limits)

    def _numbers(self, limits: Dict[str, Limits]) -> Planning:
        """How many accounts there will be, where that is limited. Those that go make no room: they go last."""
        made: DefaultDict[Tuple[str, str], List[Step]] = defaultdict(list)
        for step in self.steps:
            if step.action == CREATE:
                made[step.item.kind.plural, step.item.domain].append(step)
        limited = {
            key: limits[key[1]].of(MOST[key[0]])
            for key in made
            if key[0] in MOST and key[1] in limits and limits[key[1]].of(MOST[key[0]])
        }
        resources = {one.plural: one for one in IN_DOMAIN}
        yield Reads(
            "list accounts", [names_question(resources[plural], domain, vital=False) for plural, domain in limited]
        )
        for (plural, domain), most in limited.items():
            names = self.world.listed(resources[plural], domain)
            steps, option = made[plural, domain], MOST[plural]
            there = 0 if names is None else len(set(names) - {step.item.ident for step in steps})
            will_be = there + len(steps)
            if most < 0 or will_be > most:
                allowed = "none" if most < 0 else "%d" % most
                sentence = "%s of %s allows %s, and there would be %d %s."
                item = steps[-1].item
                self.findings.append(
                    finding("over_limit", ERROR, item, option, sentence % (option, domain, allowed, will_be, plural))
                )


def _as_it_will_be(item: Item) -> Mapping[str, Any]:
    state = item.task.state if isinstance(item.task, EntityTask) else None
    return {} if state is None else dict(state.values)


def _same_person(new: Step, going: Step) -> str:
    found, exact = going.found, new.item.desired.exact
    if found is None or not isinstance(new.item.task, EntityTask):
        return ""
    for option, words in (("employee_id", "have the employee_id %s"), ("name", "are called %s")):
        value = exact.get(option)
        if value and value == found.value(option):
            return str(words % value)
    if going.item.ident in exact.get("aliases", ()) or going.item.ident in new.item.desired.add.get("aliases", ()):
        return "stand for %s, which is an alias address of the new one" % going.item.ident
    return ""


def declared_findings(items: List[Item]) -> List[Finding]:
    """All that the declaration alone proves, without a server."""
    gone: Set[str] = set()
    admins: Set[str] = set()
    kept: Set[str] = set()
    for item in items:
        kept.update(name for _option, name in held(item))
        if item.resource is not None and not item.desired.present:
            (admins if item.kind.name == ADMIN.name else gone).add(item.ident)
        elif item.former:
            gone.add(item.former)
    return [
        *claimed_twice(items),
        *refers_to_deleted(items, gone - kept, admins - kept),
        *over_declared_limits(items),
        *loops(items),
        *conflicting_policies(items),
    ]

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``prune.protect`` keeps of what is to go: by its name, a further one, or one of what would go along with it."""

from __future__ import annotations

from functools import partial
from typing import FrozenSet, Iterator, List, Optional, Sequence, Set, Tuple

from .._engine.current import Current
from .._engine.holders import FURTHER
from .._errors import IRedMailError, NoSuchEndpoint
from .._model.catalog import IN_DOMAIN, NAMED
from .._model.descriptors import Resource
from .._model.resources.domain import DOMAIN
from .._model.resources.maillist import MAILLIST
from .._model.resources.user import USER
from .findings import ERROR, WARNING, Finding, finding
from .items import domain_of, shown_names
from .patterns import fixed_names, is_pattern, matching, may_match
from .scope import Prune
from .snapshot import Planning, Question, Reads, Unread, settle
from .step import Step
from .world import World, names_question, profile_of

#: so many users of a domain that goes are asked which lists they are in
MANY = 30


class Protection:
    """Finds what is protected, and what nobody can tell of.

    :ivar spared: what was to go and stays
    :ivar warnings: why it does
    :ivar findings: what goes although a protected name of it may be hidden
    :ivar names: those that no list shows, and that were found: lists without subscription, addresses in alias domains
    """

    def __init__(self, world: World, prune: Prune) -> None:
        self._world, self._prune = world, prune
        self.spared: List[Step] = []
        self.warnings: List[str] = []
        self.findings: List[Finding] = []
        self.names: Set[str] = set()

    def read(self, going: Sequence[Step]) -> Planning:
        """Read the names of what is to go, as far as a list or its profile did not tell them."""
        if not self._prune.guards:
            return
        yield Reads(
            "look for alias domains",
            [profile_of(DOMAIN, step.item.domain, vital=False) for step in going if step.item.domain],
        )
        domains = [step.item.ident for step in going if step.deletes_domain]
        looks = [(domain, partial(self._inside, domain)) for domain in domains]
        yield from settle(self._world.snapshot, "read names in domains that are to go", looks)
        questions: List[Question] = []
        for step in going:
            names = fixed_names(self._prune.guards, step.item.domain)
            if _may_hold_lists(step):
                questions += [profile_of(USER, name) for name in self._members(step.item.ident)]
                questions += [profile_of(MAILLIST, name) for name in names]
            if self._hides(step):
                questions += [profile_of(resource, name, vital=False) for name in names for resource in NAMED]
                questions.append(names_question(DOMAIN, "", vital=False))
        yield Reads("look for protected names", questions)

    def further_names(self, step: Step) -> FrozenSet[str]:
        """The names in a domain that is to go which no list shows: alias addresses, and lists without subscription.

        :raises IRedMailError: something in it cannot be read
        :raises Unread: something in it was not read yet
        """
        inside = self._inside(step.item.ident) if self._prune.guards else ()
        lists = self._lists(step)
        self.names |= lists
        return frozenset(lists).union(*(shown_names(current) for _resource, current in inside))

    def judge(self, step: Step, inside: FrozenSet[str]) -> None:
        """Whether something that is to go stays; that nobody can tell is a finding.

        :param inside: the names in a domain
        """
        elsewhere = self._in_alias_domains(step.names | inside)
        self.names.update(elsewhere)
        names = [*sorted(step.names), *sorted(inside), *elsewhere]
        protected = next((name for name in names if matching(self._prune.guards, (name,)) is not None), None)
        if protected is not None:
            self.warnings.append("%s stays: prune.protect matches %s." % (step.item.label, protected))
            self.spared.append(step)
        elif self._hides(step):
            self.findings += self._in_doubt(step)

    def _in_alias_domains(self, names: FrozenSet[str]) -> List[str]:
        """By which addresses in alias domains mail reaches these names too, as far as their domains tell."""
        if not self._prune.guards:
            return []
        found = []
        for domain in sorted(set(map(domain_of, names))):
            current = self._world.glance(DOMAIN, domain)
            aliases = None if current is None else current.value("alias_domains")
            for alias in sorted(aliases) if isinstance(aliases, frozenset) else ():
                ours = [name for name in sorted(names) if name.endswith("@" + domain)]
                found += [name[: -len(domain)] + alias for name in ours]
        return found

    # -- lists without subscription, which no panel lists (panel/maillists.md)

    def _lists(self, step: Step) -> Set[str]:
        """Those in a domain that is to go, as far as its users tell, and those that are asked for by name.

        :raises IRedMailError: somebody cannot be asked
        :raises Unread: somebody was not asked yet
        """
        if not (self._prune.guards and _may_hold_lists(step)):
            return set()
        domain = step.item.ident
        users = [self._world.get(USER, mail) for mail in self._members(domain)]
        told = {name for user in users for name in lists_of(user)}
        asked = fixed_names(self._prune.guards, domain)
        return set(filter(self._is_list, asked)) | {name for name in told if domain_of(name) == domain}

    def _is_list(self, name: str) -> bool:
        """:raises IRedMailError: the panel has such lists, and does not say"""
        try:
            return self._world.get(MAILLIST, name) is not None
        except NoSuchEndpoint:
            return False

    def _members(self, domain: str) -> List[str]:
        return sorted(self._world.listed(USER, domain) or ())[:MANY]

    # -- names that a panel does not show

    def _hides(self, step: Step) -> bool:
        """Whether something that is to go may have names that the panel does not show."""
        if not self._prune.guards or step.failed() or step.item.resource is None:
            return False
        if _hidden(step.item.resource, step.found):
            return True
        try:
            inside = self._inside(step.item.ident) if step.deletes_domain else []
        except (IRedMailError, Unread):
            return False  # that keeps it
        return any(_hidden(resource, current) for resource, current in inside)

    def _in_doubt(self, step: Step) -> Iterator[Finding]:
        """Whether a pattern matches a name that is hidden: no name of somebody else, as far as that can be asked."""
        domain, domains = step.item.domain, self._world.listed(DOMAIN, "") or ()
        patterns = []
        for pattern in self._prune.guards:
            fixed = fixed_names([pattern], domain)
            if fixed:
                open_ = not any(self._is_somebody(name) for name in fixed)
            elif "@" in pattern or is_pattern(pattern):
                open_ = may_match(pattern, domain)
            else:
                open_ = step.deletes_domain and pattern not in domains
            if open_:
                patterns.append(pattern)
        if patterns:
            where = "it or of somebody in it" if step.deletes_domain else "it"
            sentence = (
                "whether prune.protect (%s) matches a further name of %s cannot be told: this panel does not show "
                "these. If it may go, add protection_unknown to ignore_findings."
            )
            severity = ERROR if step.pruned else WARNING
            yield finding("protection_unknown", severity, step.item, "", sentence % (", ".join(patterns), where))

    def _is_somebody(self, name: str) -> bool:
        """Whether a name is that of an object, and so no further name of another one."""
        return any(self._world.glance(resource, name) is not None for resource in NAMED)

    def _inside(self, domain: str) -> List[Tuple[Resource, Current]]:
        """What is in a domain that may have further names.

        :raises IRedMailError: something in it cannot be read
        :raises Unread: something in it was not read yet
        """
        found: List[Tuple[Resource, Current]] = []
        for resource in IN_DOMAIN:
            option = FURTHER.get(resource.name)
            if option is not None:
                names = sorted(self._world.names_in(resource, domain))
                many = self._world.get_many(resource, names, frozenset({option}))
                for error in many.unread.values():
                    raise error
                found += [(resource, current) for _name, current in many.found]
        return found


def _may_hold_lists(step: Step) -> bool:
    return step.deletes_domain and step.found is not None and step.found.backend == MAILLIST.only


def _hidden(resource: Resource, current: Optional[Current]) -> bool:
    """Whether an object may have further names that are not shown."""
    option = FURTHER.get(resource.name)
    return option is not None and current is not None and not isinstance(current.value(option), frozenset)


def lists_of(user: Optional[Current]) -> Set[str]:
    """The lists that a user is in, as far as its profile was read and says so."""
    lists = None if user is None else user.facts.get("mailing_lists")
    return {str(name).lower() for name in lists} if isinstance(lists, list) else set()

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning a whole state to its end, before the first write."""

from __future__ import annotations

from collections import defaultdict
from typing import DefaultDict, Dict, Iterable, Iterator, List, Optional, Sequence, Set, Tuple

from .._engine.desired import Desired
from .._engine.entity import EntityTask
from .._engine.plan import CREATE
from .._errors import InputError, IRedMailError, LoginRefused, NotListed
from .._model.descriptors import Resource
from .._model.resources.domain import DOMAIN
from .items import Item, domain_of
from .kinds import BY_NAME, KINDS, Kind
from .limits import Deletions, Prune
from .lists import HIDDEN, IN_SYNC, compare
from .overlay import Overlay
from .step import Failure, Step, is_out_of_reach
from .workers import MAX_UNREACHABLE, Workers

#: kinds whose lists show enough to be worth asking for; those of mailing lists do not (panel/mailing-lists.md#list)
LISTED = ("domain", "user", "alias")
#: from so many objects on, one list is cheaper than reading each
WORTH_A_LIST = 4
Group = Tuple[str, List[Item]]


class StatePlanner:
    """The plan of one run over a state.

    :param panel: the panel as it will be; the plan is noted in it as it grows
    :param verify: what to do about writes that do not stick, for objects that are pruned
    :ivar steps: every object about which there is something to say
    :ivar in_sync: how many stand as declared, by kind
    """

    def __init__(self, panel: Overlay, items: Sequence[Item], prune: Prune, workers: Workers, verify: str) -> None:
        self.panel, self.items, self.prune = panel, items, prune
        self.workers, self.verify = workers, verify
        self.steps: List[Step] = []
        self.in_sync: DefaultDict[str, int] = defaultdict(int)
        self.deletions = Deletions()
        self.warnings: List[str] = []
        self._useless: Set[str] = set()
        self._unlisted = 0

    def plan(self) -> None:
        """Find out everything that would be written; nothing is.

        :raises IRedMailError: the panel cannot be read at all
        """
        self.panel.login()
        for kind in KINDS:
            steps = self._plan_kind(kind, [item for item in self.items if item.kind is kind])
            for step in steps:
                step.foretell(self.panel)
            self.steps += steps
        if self.prune.kinds and not self.workers.stopped:
            self._plan_pruning()
        self._look_inside()

    def _plan_kind(self, kind: Kind, items: List[Item]) -> List[Step]:
        rest = {item.ident for group in self._compared(kind, items) for item in group}
        steps = [Step(item) for item in items if item.ident in rest]
        self.workers.run(self.panel, [[step] for step in steps], "read " + kind.plural)
        for step in steps:
            if step.existed:
                self.deletions.existing[kind.plural].add(step.item.ident)
        self._need_domains(kind, steps)
        return steps

    def _need_domains(self, kind: Kind, steps: List[Step]) -> None:
        """What is to be made in a domain that nobody made or makes is not a plan."""
        groups: DefaultDict[str, List[Step]] = defaultdict(list)
        for step in steps:
            if step.action == CREATE and step.item.is_wanted_account and kind.name != "admin":
                groups[step.item.domain].append(step)
        existing = self.deletions.existing
        here = existing["domains"] | {domain_of(name) for name in existing[kind.plural]}
        for domain, group in groups.items():
            if domain in here:
                continue
            try:
                missing = self.panel.get(DOMAIN, domain) is None
            except IRedMailError:
                continue  # an account that may not see it may still be allowed to work in it
            for step in group if missing else ():
                step.give_up("missing_domain", "there is no domain %s, neither on the server nor declared." % domain)

    # -- whole lists

    def _compared(self, kind: Kind, items: List[Item]) -> Iterable[List[Item]]:
        """The objects of a kind that a list does not show as they are desired."""
        if kind.name not in LISTED or kind.resource is None:
            return [items]
        groups: DefaultDict[str, List[Item]] = defaultdict(list)
        for item in items:
            groups["" if kind.name == "domain" else item.domain].append(item)
        return self._compare_groups(kind, kind.resource, list(groups.items()))

    def _compare_groups(self, kind: Kind, resource: Resource, groups: List[Group]) -> Iterator[List[Item]]:
        # the first one tells whether this panel's lists show enough of this kind
        for group in groups[:1]:
            yield self._compare(kind, resource, group)
        rest = self.workers.each(lambda group: self._compare(kind, resource, group), groups[1:])
        for number, found in enumerate(rest, 1):
            self.workers.progress("compare " + kind.plural, number, len(groups) - 1)
            yield found

    def _compare(self, kind: Kind, resource: Resource, group: Group) -> List[Item]:
        domain, items = group
        useless = kind.plural in self._useless or self.workers.stopped
        if self.panel.holds(DOMAIN.name, domain) or len(items) < WORTH_A_LIST or useless:
            return items
        try:
            listing = self.panel.listing(resource, domain)
        except LoginRefused:
            raise
        except IRedMailError as error:
            # lists may be too much for a panel that answers other requests; if it does not, these will show it
            self._unlisted = self._unlisted + 1 if is_out_of_reach(error) else 0
            if self._unlisted >= MAX_UNREACHABLE:
                self._useless.add(kind.plural)
            return items
        self._unlisted = 0
        self.deletions.listed(kind.plural, domain, listing.rows)
        verdicts = [(item, compare(item, listing)) for item in items]
        rest = [item for item, verdict in verdicts if verdict != IN_SYNC]
        self.in_sync[kind.plural] += len(items) - len(rest)
        if {verdict for item, verdict in verdicts if item.ident in listing.rows} == {HIDDEN}:
            self._useless.add(kind.plural)
        return rest

    # -- what is not declared

    def _plan_pruning(self) -> None:
        known = self.panel.names(DOMAIN) or []
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
                self._prune_in_domains(kind, kind.resource, here, declared[plural])
            elif kind.resource is not None:
                self.deletions.listed(plural, "", here)
                self._prune(kind, kind.resource, here, declared[plural])

    def _prune_in_domains(self, kind: Kind, resource: Resource, domains: List[str], declared: Set[str]) -> None:
        def read(domain: str) -> Tuple[str, List[str], Optional[IRedMailError]]:
            try:
                return domain, self.panel.names_in(resource, domain), None
            except IRedMailError as error:
                return domain, [], error

        found = {domain: (names, error) for domain, names, error in self.workers.each(read, domains)}
        for domain in domains:
            names, error = found[domain]
            if error is not None:
                self._not_listed(kind, resource, domain, error)
                continue
            # what this run makes is foreseen in lists, and declared anyway
            names = [name for name in names if not self.panel.holds(kind.name, name)]
            self.deletions.listed(kind.plural, domain, names)
            self._prune(kind, resource, names, declared)

    def _not_listed(self, kind: Kind, resource: Resource, domain: str, error: IRedMailError) -> None:
        """A list that is needed and cannot be read: a failure of its own, so that nothing goes in that domain."""
        item = Item.of(kind, EntityTask(resource, Desired(domain)), "prune")
        failure = Failure(NotListed.reason, "its %s could not be listed: %s" % (kind.plural, error))
        self.steps.append(Step(item, failure=failure))

    def _prune(self, kind: Kind, resource: Resource, names: List[str], declared: Set[str]) -> None:
        days = self.prune.keep_mailbox_days if resource.keeps_mailbox else None
        steps: List[Step] = []
        for name in names:
            if name in declared:
                continue
            if name == self.panel.username:
                self.warnings.append("%s %s is not declared; it is the account in use, and stays." % (kind.name, name))
            elif not self.prune.is_protected(name):
                desired = Desired(name, present=False, keep_mailbox_days=days, verify=self.verify)
                steps.append(Step(Item.of(kind, EntityTask(resource, desired), "prune"), pruned=True))
        self.workers.run(self.panel, [[step] for step in steps], "read undeclared " + kind.plural)
        self.steps += steps

    def _look_inside(self) -> None:
        """With a domain goes everything in it: that counts too, and what is protected keeps it."""
        wanted: Dict[str, Item] = {}
        for item in self.items:
            if item.is_wanted_account:
                wanted.setdefault(item.domain, item)
        spared: Set[Step] = set()
        for step in [step for step in self.steps if step.deletes_object]:
            domain = step.item.ident if step.item.kind.name == "domain" else ""
            names = [step.item.ident]
            if domain:
                try:
                    inside = self.deletions.look_inside(self.panel, domain)
                except IRedMailError as error:
                    step.give_up("contents_unknown", "what is in it could not be read, so it stays: %s" % error)
                    continue
                names += sorted(name for found in inside.values() for name in found)
                if self.panel.username in names:
                    step.give_up(
                        "account_in_use", "the account of api_username is in it; the one in use is never deleted."
                    )
                    continue
                if domain in wanted:
                    kept = wanted[domain].label
                    step.give_up("still_declared", "it is to go, and %s in it is declared to be there." % kept)
                    continue
            protected = [name for name in names if self.prune.is_protected(name)]
            if protected:
                self.warnings.append("%s stays: prune.protect matches %s." % (step.item.label, protected[0]))
                spared.add(step)
        self.steps = [step for step in self.steps if step not in spared]

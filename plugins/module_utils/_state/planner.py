# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning a whole state to its end, before the first write."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import Future, as_completed
from typing import DefaultDict, Dict, Iterable, List, Optional, Sequence, Set, Tuple

from .._api.client import Client
from .._engine.current import list_identities, read
from .._engine.desired import Want
from .._errors import InputError, IRedMailError, LoginRefused
from .._model.resources.domain import DOMAIN
from .items import Declared, domain_of
from .kinds import BY_NAME, KINDS, Kind
from .limits import Losses, Prune
from .lists import HIDDEN, STANDS, ask_list, compare
from .overlay import Planned
from .step import CREATE, Step, is_out_of_reach
from .workers import HOPELESS, Crew

#: kinds whose lists show enough to be worth asking for; those of mailing lists do not (panel/mailing-lists.md#list)
LISTED = ("domain", "user", "alias")
#: from so many objects on, one list is cheaper than reading each
WORTH_A_LIST = 4


class Planning:
    """The plan of one run over a state.

    :param crew: who reads, side by side
    :param verify: what to do about writes that do not stick, for objects that are pruned
    :ivar steps: every object about which there is something to say
    :ivar standing: how many stand as declared, by kind
    """

    def __init__(self, client: Client, items: Sequence[Declared], prune: Prune, crew: Crew, verify: str) -> None:
        self.client, self.items, self.prune = client, items, prune
        self.crew, self.verify = crew, verify
        self.steps: List[Step] = []
        self.standing: DefaultDict[str, int] = defaultdict(int)
        self.losses = Losses()
        self.warnings: List[str] = []
        self._useless: Set[str] = set()
        self._unlisted = 0

    def plan(self) -> None:
        """Find out everything that would be written; nothing is.

        :raises IRedMailError: the panel cannot be read at all
        """
        self.client.login()
        self.client.read_only = True
        foresight = self.client.foresight = Planned(self.client.backend_hint)
        try:
            for kind in KINDS:
                steps = self._plan_kind(kind, [item for item in self.items if item.kind is kind])
                for step in steps:
                    step.foretell(foresight)
                self.steps += steps
            if self.prune.kinds and not self.crew.stopped:
                self._plan_pruning(foresight)
            self._look_inside()
        finally:
            self.client.foresight = None

    def _plan_kind(self, kind: Kind, items: List[Declared]) -> List[Step]:
        rest = {item.ident for group in self._compared(kind, items) for item in group}
        steps = [Step(item) for item in items if item.ident in rest]
        self.crew.run([[step] for step in steps], "read " + kind.plural)
        for step in steps:
            if step.existed:
                self.losses.existing[kind.plural].add(step.item.ident)
        self._need_domains(kind, steps)
        return steps

    def _need_domains(self, kind: Kind, steps: List[Step]) -> None:
        """What is to be made in a domain that nobody made or makes is not a plan."""
        groups: DefaultDict[str, List[Step]] = defaultdict(list)
        for step in steps:
            if step.action == CREATE and step.item.is_wanted_account and kind.name != "admin":
                groups[step.item.domain].append(step)
        here = self.losses.existing["domains"] | {domain_of(name) for name in self.losses.existing[kind.plural]}
        for domain, group in groups.items():
            if domain in here:
                continue
            try:
                missing = read(self.client, DOMAIN, domain) is None
            except IRedMailError:
                continue  # whoever may not see it may still be allowed to work in it
            for step in group if missing else ():
                step.give_up("there is no domain %s, neither on the server nor declared." % domain)

    def _compared(self, kind: Kind, items: List[Declared]) -> Iterable[List[Declared]]:
        """The objects of a kind that a list does not show as they are wanted."""
        if kind.name not in LISTED:
            return [items]
        groups: DefaultDict[str, List[Declared]] = defaultdict(list)
        for item in items:
            groups["" if kind.name == "domain" else item.domain].append(item)
        ready = list(groups.items())
        # the first one tells whether this panel's lists show enough of this kind
        found = [self._compare(kind, *ready[0])] if ready else []
        futures = [self.crew.submit(self._compare, kind, domain, group) for domain, group in ready[1:]]
        for number, future in enumerate(as_completed(futures), 1):
            found.append(future.result())
            self.crew.progress("compare " + kind.plural, number, len(futures))
        return found

    def _compare(self, kind: Kind, domain: str, group: List[Declared]) -> List[Declared]:
        resource = kind.resource
        planned = self.client.foresight
        new = isinstance(planned, Planned) and planned.holds("domain", domain)
        useless = kind.plural in self._useless or self.crew.stopped
        if resource is None or new or len(group) < WORTH_A_LIST or useless:
            return group
        try:
            listing = ask_list(self.client, resource, domain)
        except LoginRefused:
            raise
        except IRedMailError as error:
            # lists may be too much for a panel that answers other requests; if it does not, these will show it
            self._unlisted = self._unlisted + 1 if is_out_of_reach(error) else 0
            if self._unlisted >= HOPELESS:
                self._useless.add(kind.plural)
            return group
        self._unlisted = 0
        if listing is None:
            return group
        self.losses.existing[kind.plural].update(listing.rows)
        verdicts = [(item, compare(item, listing)) for item in group]
        rest = [item for item, verdict in verdicts if verdict != STANDS]
        self.standing[kind.plural] += len(group) - len(rest)
        if {verdict for item, verdict in verdicts if item.ident in listing.rows} == {HIDDEN}:
            self._useless.add(kind.plural)
        return rest

    def _plan_pruning(self, planned: Planned) -> None:
        known = list_identities(self.client, DOMAIN, "") or []
        here = [name for name in known if self.prune.in_scope(name)]
        declared: DefaultDict[str, Set[str]] = defaultdict(set)
        for item in self.items:
            declared[item.kind.plural].add(item.ident)
            if item.want is not None and item.want.rename_from:
                declared[item.kind.plural].add(item.want.rename_from)
        for name in self.prune.domains:
            if not set("*?[") & set(name) and name not in known and name not in declared["domains"]:
                raise InputError("prune.domains: there is no domain %s, neither on the server nor declared." % name)
        jobs: Dict[Future[Optional[List[str]]], Tuple[Kind, str]] = {}
        for plural in self.prune.kinds:
            kind = BY_NAME[plural]
            if kind.name == "domain":
                self._prune(kind, here, declared[plural])
            elif kind.resource is not None:
                for domain in here:
                    jobs[self.crew.submit(list_identities, self.client, kind.resource, domain)] = (kind, domain)
        for future, (kind, domain) in jobs.items():
            try:
                names = future.result() or []
            except IRedMailError as error:
                self._unread(kind, domain, str(error))
                continue
            # what this run makes is foreseen in lists, and declared anyway
            self._prune(kind, [name for name in names if not planned.holds(kind.name, name)], declared[kind.plural])

    def _unread(self, kind: Kind, domain: str, sentence: str) -> None:
        """A list that is needed and cannot be read: a failure of its own, so that nothing goes in that domain."""
        item = Declared(kind, {}, None, None, domain, domain, "prune")
        self.steps.append(Step(item, failure="its %s could not be listed: %s" % (kind.plural, sentence)))

    def _prune(self, kind: Kind, names: List[str], declared: Set[str]) -> None:
        self.losses.existing[kind.plural].update(names)
        steps: List[Step] = []
        for name in names:
            if name in declared or kind.resource is None:
                continue
            label = "%s %s" % (kind.name, name)
            if name == self.client.username:
                self.warnings.append("%s is not declared; it is the account in use, and stays." % label)
            elif not self.prune.is_protected(name):
                want = Want(name, present=False, keep_mailbox_days=self._days(kind), verify=self.verify)
                item = Declared(kind, {}, kind.resource, want, name, domain_of(name), "prune")
                steps.append(Step(item, pruned=True))
        self.crew.run([[step] for step in steps], "read undeclared " + kind.plural)
        self.steps += steps

    def _days(self, kind: Kind) -> Optional[int]:
        return self.prune.keep_mailbox_days if kind.resource and kind.resource.keeps_mailbox else None

    def _look_inside(self) -> None:
        """With a domain goes everything in it: that counts too, and what is protected keeps it."""
        for step in [step for step in self.steps if step.deletes_object]:
            domain = step.item.ident if step.item.kind.name == "domain" else ""
            names = [step.item.ident]
            if domain:
                try:
                    inside = self.losses.look_inside(self.client, domain)
                except IRedMailError as error:
                    step.give_up("what is in it could not be read, so it stays: %s" % error)
                    continue
                names += sorted(name for found in inside.values() for name in found)
                if self.client.username in names:
                    step.give_up("the account of api_username is in it; the one in use is never deleted.")
                    continue
                kept = [item.label for item in self.items if item.domain == domain and item.is_wanted_account]
                if kept:
                    step.give_up("it is to go, and %s in it is declared to be there." % kept[0])
                    continue
            protected = [name for name in names if self.prune.is_protected(name)]
            if protected:
                self.warnings.append("%s stays: prune.protect matches %s." % (step.item.label, protected[0]))
                self.steps.remove(step)

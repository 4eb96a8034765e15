# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole state: planned to its end before the first write, then carried out in order, in parallel over domains."""

from __future__ import annotations

import threading
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import Callable, DefaultDict, Dict, Iterable, List, Optional, Sequence, Set, Tuple

from ansible_collections.mailstate.iredmail.plugins.module_utils._client import Client
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError, IRedMailError, LoginRefused
from ansible_collections.mailstate.iredmail.plugins.module_utils._profile import list_identities
from ansible_collections.mailstate.iredmail.plugins.module_utils._resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._state_brakes import Losses, Prune
from ansible_collections.mailstate.iredmail.plugins.module_utils._state_foresight import Planned
from ansible_collections.mailstate.iredmail.plugins.module_utils._state_input import Declared, domain_of
from ansible_collections.mailstate.iredmail.plugins.module_utils._state_kinds import BY_NAME, KINDS, Kind
from ansible_collections.mailstate.iredmail.plugins.module_utils._state_lists import HIDDEN, STANDS, ask_list, compare
from ansible_collections.mailstate.iredmail.plugins.module_utils._state_order import gives, in_order, refers_to
from ansible_collections.mailstate.iredmail.plugins.module_utils._state_steps import (
    CREATE,
    NONE,
    RENAME,
    Step,
    is_out_of_reach,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._want import Want

#: kinds whose lists show enough to be worth asking for; those of mailing lists lack what mlmmj keeps (10.3)
LISTED = ("domain", "user", "alias")
#: from so many objects on, one list is cheaper than reading each
WORTH_A_LIST = 4
#: passes over a state stop after so many objects in a row that could not even be asked for
HOPELESS = 3
#: after this kind, every account that others may refer to is there
LAST_ACCOUNT = BY_NAME["maillists"]
Progress = Callable[[str, int, int], None]


class Run:
    """One run over a state.

    :param verify: what to do about writes that do not stick, for objects that are pruned
    :param progress: told what is being done, how much of it is done and how much there is
    :ivar steps: every object about which there is something to say
    :ivar standing: how many stand as declared, by kind
    """

    def __init__(
        self,
        client: Client,
        items: Sequence[Declared],
        prune: Prune,
        concurrency: int,
        go_on: bool,
        verify: str,
        progress: Progress,
    ) -> None:
        self.client, self.items, self.prune = client, items, prune
        self.go_on, self.verify, self.progress = go_on, verify, progress
        self.concurrency = concurrency
        self.steps: List[Step] = []
        self.standing: DefaultDict[str, int] = defaultdict(int)
        self.losses = Losses()
        self.warnings: List[str] = []
        self._useless: Set[str] = set()
        self._stop = threading.Event()
        self._unreachable = 0
        self._unlisted = 0

    # -- planning

    def plan(self) -> None:
        """Find out everything that would be written; nothing is.

        :raises IRedMailError: the panel cannot be read at all
        """
        self.client.login()
        self.client.read_only = True
        foresight = self.client.foresight = Planned(self.client.backend_hint)
        try:
            with ThreadPoolExecutor(self.concurrency) as pool:
                for kind in KINDS:
                    steps = self._plan_kind(pool, kind, [item for item in self.items if item.kind is kind])
                    for step in steps:
                        step.foretell(foresight)
                    self.steps += steps
                if self.prune.kinds and not self._stop.is_set():
                    self._plan_pruning(pool, foresight)
                self._look_inside()
        finally:
            self.client.foresight = None

    def _plan_kind(self, pool: ThreadPoolExecutor, kind: Kind, items: List[Declared]) -> List[Step]:
        rest = {item.ident for group in self._compared(pool, kind, items) for item in group}
        steps = [Step(item) for item in items if item.ident in rest]
        self._run_all(pool, [[step] for step in steps], "read " + kind.plural)
        for step in steps:
            if step.existed:
                self.losses.existing[kind.plural].add(step.item.ident)
        return steps

    def _compared(self, pool: ThreadPoolExecutor, kind: Kind, items: List[Declared]) -> Iterable[List[Declared]]:
        """The objects of a kind that a list does not show as they are wanted."""
        if kind.name not in LISTED:
            return [items]
        groups: DefaultDict[str, List[Declared]] = defaultdict(list)
        for item in items:
            groups["" if kind.name == "domain" else item.domain].append(item)
        ready = list(groups.items())
        # the first one tells whether this panel's lists show enough of this kind
        found = [self._compare(kind, *ready[0])] if ready else []
        futures = [pool.submit(self._compare, kind, domain, group) for domain, group in ready[1:]]
        for number, future in enumerate(as_completed(futures), 1):
            found.append(future.result())
            self.progress("compare " + kind.plural, number, len(futures))
        return found

    def _compare(self, kind: Kind, domain: str, group: List[Declared]) -> List[Declared]:
        resource = kind.resource
        planned = self.client.foresight
        new = isinstance(planned, Planned) and planned.holds("domain", domain)
        useless = kind.plural in self._useless or self._stop.is_set()
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

    def _plan_pruning(self, pool: ThreadPoolExecutor, planned: Planned) -> None:
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
                self._prune(pool, kind, here, declared[plural])
            elif kind.resource is not None:
                for domain in here:
                    jobs[pool.submit(list_identities, self.client, kind.resource, domain)] = (kind, domain)
        for future, (kind, domain) in jobs.items():
            try:
                names = future.result() or []
            except IRedMailError as error:
                self._unread(kind, domain, str(error))
                continue
            # what this run makes is foreseen in lists, and declared anyway
            self._prune(
                pool, kind, [name for name in names if not planned.holds(kind.name, name)], declared[kind.plural]
            )

    def _unread(self, kind: Kind, domain: str, sentence: str) -> None:
        """A list that is needed and cannot be read: a failure of its own, so that nothing goes in that domain."""
        item = Declared(kind, {}, None, None, domain, domain, "prune")
        self.steps.append(Step(item, failure="its %s could not be listed: %s" % (kind.plural, sentence)))

    def _prune(self, pool: ThreadPoolExecutor, kind: Kind, names: List[str], declared: Set[str]) -> None:
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
        self._run_all(pool, [[step] for step in steps], "read undeclared " + kind.plural)
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

    # -- carrying out

    def apply(self) -> None:
        """Send what was planned: what is made first, in the order of kinds; what goes last, in reverse."""
        self.client.read_only = False
        planned = [step for step in self.steps if step.action != NONE and step.failure is None]
        going = [step for step in planned if step.deletes_object]
        made = [step for step in planned if not step.deletes_object]
        coming = {name for step in made if step.action in (CREATE, RENAME) for name in gives(step)}
        waiting: List[Step] = []
        with ThreadPoolExecutor(self.concurrency) as pool:
            for kind in KINDS:
                chosen = [step for step in made if step.item.kind is kind]
                late = [step for step in chosen if refers_to(step) & coming]
                halves = [step for step in late if step.action == CREATE and kind.name == "user"]
                whole = [step for step in chosen if step not in late or step in halves]
                self._run_all(pool, self._by_domain(whole), "write " + kind.plural, halves)
                waiting += late
                coming -= {step.item.ident for step in whole} | {
                    name for step in whole if step not in halves for name in gives(step)
                }
                if kind is LAST_ACCOUNT:
                    waiting = [step for step in waiting if step.failure is None and not step.skipped]
                    groups = [in_order(group) for group in self._by_domain(waiting)]
                    self._run_all(pool, groups, "write what refers to others")
            for kind in reversed(KINDS):
                chosen = [step for step in going if step.item.kind is kind and self._may_go(step)]
                self._run_all(pool, self._by_domain(chosen), "delete " + kind.plural)

    def _may_go(self, step: Step) -> bool:
        """Nothing is deleted where anything went wrong. Where nothing goes on at all, it is not even tried."""
        if self._stop.is_set():
            return True
        wrong = [one for one in self.steps if one.failure is not None and one.item.domain in ("", step.item.domain)]
        if wrong:
            step.give_up("it was not deleted, since %s failed." % wrong[0].item.label)
        return not wrong

    @staticmethod
    def _by_domain(steps: List[Step]) -> List[List[Step]]:
        groups: DefaultDict[str, List[Step]] = defaultdict(list)
        for step in steps:
            groups[step.item.domain].append(step)
        return list(groups.values())

    # -- in parallel

    def _run_all(
        self, pool: ThreadPoolExecutor, groups: List[List[Step]], what: str, halves: Sequence[Step] = ()
    ) -> None:
        """Run groups side by side, the steps of each in order; ``halves`` are only begun."""
        total = sum(len(group) for group in groups)
        begun = {id(step) for step in halves}
        futures = [pool.submit(self._run_group, group, begun) for group in groups]
        done = 0
        for future in as_completed(futures):
            done += future.result()
            self.progress(what, done, total)

    def _run_group(self, group: List[Step], begun: Set[int]) -> int:
        for step in group:
            if self._stop.is_set():
                step.skip()
                continue
            step.run(self.client, half=id(step) in begun)
            self._unreachable = self._unreachable + 1 if step.unreachable else 0
            failed_write = step.failure is not None and not self.client.read_only and not self.go_on
            if failed_write or self._unreachable >= HOPELESS:
                self._stop.set()
        return len(group)

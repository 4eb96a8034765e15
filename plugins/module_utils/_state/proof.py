# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at many objects, before and after they are written: by a list where it shows enough, else each by itself."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import (
    AbstractSet,
    Any,
    Callable,
    DefaultDict,
    Dict,
    FrozenSet,
    Iterable,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

from .._engine.current import Current
from .._engine.entity import EntityTask
from .._engine.lost import look_again
from .._engine.panel import Panel
from .._errors import Interrupted, IRedMailError
from .._model.descriptors import Resource
from .lists import LISTED, WORTH_A_LIST, row_of
from .step import Step, is_out_of_reach
from .workers import NOT_ASKED, Workers

Job = Callable[[], Any]


class Wanted(NamedTuple):
    """An object that is to be looked at.

    :ivar options: those that matter; None: all of them
    :ivar to_be_gone: that a list does not have it is enough to say that there is none
    """

    step: Step
    resource: Resource
    ident: str
    options: Optional[AbstractSet[str]]
    to_be_gone: bool = False


def from_lists(panel: Panel, wanted: Iterable[Wanted]) -> Dict[Step, Optional[Current]]:
    """What lists show of them; those of which they do not show enough are left out."""
    found: Dict[Step, Optional[Current]] = {}
    groups: DefaultDict[Tuple[str, str], List[Wanted]] = defaultdict(list)
    for one in wanted:
        if one.options is not None and one.resource.name in LISTED:
            groups[one.resource.name, one.step.item.domain if one.resource.name != "domain" else ""].append(one)
    for (_kind, domain), members in groups.items():
        if len(members) < WORTH_A_LIST:
            continue
        try:
            listing = panel.listing(members[0].resource, domain)
        except IRedMailError:
            continue
        for one in members:
            row = row_of(one.resource, one.ident, listing, one.options or frozenset())
            if row is not None or (one.to_be_gone and one.ident not in listing.rows):
                found[one.step] = row
    return found


def read_profiles(panel: Panel, workers: Workers, wanted: Sequence[Wanted]) -> Dict[Step, Any]:
    """What there is of each: a ``Current``, None, the error that reading it raised, or ``NOT_ASKED``."""

    def read_one(one: Wanted) -> Tuple[Step, Any]:
        if workers.stopped:
            return one.step, NOT_ASKED
        try:
            found = panel.get(one.resource, one.ident)
        except Interrupted:
            return one.step, NOT_ASKED
        except IRedMailError as error:
            workers.heard(is_out_of_reach(error))
            return one.step, error
        workers.heard(False)
        return one.step, found

    domains: DefaultDict[str, List[Wanted]] = defaultdict(list)
    for one in wanted:
        domains["" if one.resource.name == "domain" else one.step.item.domain].append(one)
    found: Dict[Step, Any] = {}
    for part in workers.each(lambda group: from_lists(panel, group), list(domains.values())):
        found.update(part)
    single = [one for one in wanted if one.step not in found]
    one_more = workers.tally("look at what changes", len(single))
    for step, now in workers.each(read_one, single):
        found[step] = now
        one_more()
    return found


class Proof:
    """Compares what was written with what is there then (panel/open-questions.md#silent-drops).

    :param steps: all that is to be written
    """

    def __init__(self, panel: Panel, workers: Workers, steps: Iterable[Step]) -> None:
        self.panel, self.workers = panel, workers
        self._one_more = workers.tally("look at what was written", sum(map(_can_be_proved, steps)))

    def jobs(self, steps: Sequence[Step]) -> List[Job]:
        """What there is to do about objects of one domain."""
        wanted: List[Wanted] = []
        for step in steps:
            task = step.item.task
            if step.failed() or not isinstance(task, EntityTask) or not _can_be_proved(step):
                continue
            gone = step.deletes_object
            wanted.append(Wanted(step, task.resource, task.name, frozenset() if gone else _expected(step), gone))
        return [partial(self._by_list, wanted)] if wanted else []

    def _by_list(self, wanted: Sequence[Wanted]) -> List[Job]:
        """What a list shows is proved by it; there remain those of which it tells too little."""
        if self.workers.out_of_reach:
            return [partial(self._unproved, one) for one in wanted]
        found = from_lists(self.panel, wanted)
        for step, state in found.items():
            self._compare(step, state)
        return [partial(self._by_itself, one) for one in wanted if one.step not in found]

    def _by_itself(self, one: Wanted) -> List[Job]:
        if self.workers.out_of_reach:
            return self._unproved(one)
        try:
            self._compare(one.step, look_again(self.panel, one.resource, one.ident, one.step.found))
        except IRedMailError as error:
            self._fail(one.step, error)
        return []

    def _unproved(self, one: Wanted) -> List[Job]:
        self._one_more()
        outcome = one.step.outcome
        outcome.mark_unverified(sorted(one.options or ()))
        outcome.warn("the server accepted it; what became of it could not be looked at.")
        return []

    def _compare(self, step: Step, state: Any) -> None:
        try:
            for planned in step.chain:
                planned.task.prove(planned.plan, state)
        except Exception as error:  # pylint: disable=broad-except  # it must not take the others along
            self._fail(step, error)
        else:
            self._one_more()

    def _fail(self, step: Step, error: Exception) -> None:
        self._one_more()
        step.fail(error)
        self.workers.heard(step.unreachable)
        if not self.workers.go_on:
            self.workers.stop()


def _can_be_proved(step: Step) -> bool:
    task = step.item.task
    return isinstance(task, EntityTask) and task.desired.verify != "off" and bool(step.chain)


def _expected(step: Step) -> FrozenSet[str]:
    """The options of which something must be seen."""
    return frozenset(option for planned in step.chain for option in planned.plan.expect)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at what was written: by a list where it shows enough, else at each object by itself."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, FrozenSet, Iterable, List, Sequence

from .._engine.entity import EntityTask
from .._engine.lost import look_again
from .._engine.panel import Panel
from .._errors import Interrupted, IRedMailError
from .lists import Wanted, from_lists
from .step import Step
from .workers import Workers

Job = Callable[[], Any]


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
            options = frozenset() if gone else _expected(step)
            wanted.append(Wanted(step, task.resource, task.name, options, gone))
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
        except Interrupted:
            return self._unproved(one)
        except IRedMailError as error:
            self._fail(one.step, error)
        return []

    def _unproved(self, one: Wanted) -> List[Job]:
        self._one_more()
        unproved(one.step, one.options or ())
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


def unproved(step: Step, options: Iterable[str]) -> None:
    """Say of what was accepted that nobody looked at it."""
    step.outcome.mark_unverified(sorted(options))
    step.outcome.warn("the server accepted it; what became of it could not be looked at.")


def _can_be_proved(step: Step) -> bool:
    task = step.item.task
    return isinstance(task, EntityTask) and task.desired.verify != "off" and bool(step.chain)


def _expected(step: Step) -> FrozenSet[str]:
    """The options of which something must be seen."""
    return frozenset(option for planned in step.chain for option in planned.plan.expect)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending an operation, and its fate where that is unknown: look before it is sent again, or called undone."""

from __future__ import annotations

from typing import Any, List, Optional, Protocol

from .._errors import IRedMailError, Rejected
from .plan import UPDATE, Operation, Plan
from .result import Outcome


class Writes(Protocol):
    """A panel, as far as sending needs it."""

    @property
    def retries(self) -> int:
        """How often a request may be tried again."""

    def write(self, operation: Operation) -> None:
        """Change something."""

    def pause(self, tries: int) -> None:
        """Wait before the next try."""


class Looks(Protocol):
    """A task, as far as sending needs it: it can tell what became of an operation."""

    @property
    def outcome(self) -> Outcome:
        """What was done."""

    def is_done(self, panel: Any, plan: Plan, operation: Operation) -> bool:
        """Whether it was carried out."""

    def stands(self, panel: Any, plan: Plan, operation: Operation) -> List[str]:
        """What of it was carried out."""

    def may_be_partial(self, plan: Plan, operation: Operation, refusal: Rejected) -> bool:
        """Whether some of it may have been carried out before it was refused."""


def send_one(task: Looks, panel: Writes, plan: Plan, operation: Operation) -> None:
    """Send an operation. Where its fate is unknown, look before trying again: never a blind second POST."""
    task.outcome.record(operation)
    tries, lost = 0, False
    while True:
        try:
            return panel.write(operation)
        except IRedMailError as failure:
            lost = lost or failure.maybe_done  # what is said of a later try says nothing of an earlier one
            if lost and _was_done(task, panel, plan, operation, failure):
                return
            if not failure.maybe_done:
                told = _undone(task, panel, plan, operation, failure, lost)
                if told is failure:
                    raise
                raise told from failure
            if tries >= panel.retries or not failure.transient:
                raise
            panel.pause(tries)
            tries += 1


def _undone(
    task: Looks, panel: Writes, plan: Plan, operation: Operation, failure: IRedMailError, lost: bool
) -> IRedMailError:
    """The failure of an operation that the panel did not accept, which is taken back only if nothing of it stands.

    :param lost: whether the answer to an earlier try was lost
    """
    sentence = ""
    if isinstance(failure, Rejected) and (lost or task.may_be_partial(plan, operation, failure)):
        stands = _what_stands(task, panel, plan, operation)
        if stands:
            sentence = "A part of it was carried out all the same: the server shows %s." % ", ".join(stands)
    blind = plan.action == UPDATE and plan.unverified
    if lost and not sentence and (blind or not isinstance(failure, Rejected)):
        sentence = "Whether an earlier try was carried out is not known, since its answer was lost."
    if sentence:
        return failure.saying(sentence, maybe_done=True)
    task.outcome.unrecord()
    return failure


def _what_stands(task: Looks, panel: Writes, plan: Plan, operation: Operation) -> List[str]:
    try:
        return task.stands(panel, plan, operation)
    except IRedMailError:  # then the refusal is all there is
        return []


def _was_done(task: Looks, panel: Writes, plan: Plan, operation: Operation, failure: IRedMailError) -> bool:
    try:
        return task.is_done(panel, plan, operation)
    except IRedMailError as second:
        sentence = "Whether it was carried out is not known, since reading back failed too: %s" % second
        raise IRedMailError(str(failure)).saying(sentence, maybe_done=True) from second


def give_back(task: Looks, panel: Writes, plan: Plan, back: Optional[Operation], failure: IRedMailError) -> None:
    """Give an account the alias address again that was taken off for a change of its address, which failed.

    :param back: what does it; None if nothing was taken off
    :raises IRedMailError: the failure, saying that the address could not be given back
    """
    if back is None:
        return
    try:
        renamed = failure.maybe_done and task.is_done(panel, plan, plan.operations[-1])
        if not renamed and not task.is_done(panel, plan, back):
            send_one(task, panel, plan, back)
    except IRedMailError as second:
        sentence = (
            "The alias address %s was taken off for that, could not be given back to %s, and may be nobody's now: run "
            "the task again, or add it as an alias." % (", ".join(back.params.values()), back.path[1])
        )
        if str(second) not in str(failure):
            sentence += " %s" % second
        raise failure.saying(sentence, failure.maybe_done) from second

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one life of a task that writes: read, plan, tell, send, look again, say what did not stick."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from .._api.client import Client
from .._errors import AccountInUse, InputError, IRedMailError, NotVerified, Rejected
from .._model.sources import UNREADABLE
from .desired import Desired
from .in_use import Hit, refusal
from .panel import Panel
from .plan import CREATE, DELETE, RENAME, UPDATE, Operation, Plan
from .result import Outcome, in_diff
from .task import Task


class WritingTask(Task):
    """Brings one thing to its desired state. What there is of it, ``read`` returns and the other methods are given.

    :param kind: what results call it
    :param name: which one it is; empty where there is only one
    :param account: the domain or the address it belongs to; its name unless given
    :ivar outcome: filled as things happen, so that it is true also after a failure
    :ivar found: as it stood before; :ivar state: as it stands, or is to be expected
    :ivar hits: what the plan does to accounts that may be in use
    """

    hits: Tuple[Hit, ...] = ()

    def __init__(self, kind: str, name: str, desired: Desired, account: str = "") -> None:
        self.kind, self.name, self.desired, self.account = kind, name, desired, account or name
        self.subject = ("%s %s" % (kind, name)).strip()
        self.found: Any = None
        self.state: Any = None
        self._outcome: Optional[Outcome] = None
        self._pending: Optional[Plan] = None

    @property
    def outcome(self) -> Outcome:
        if self._outcome is None:  # a whole state has tens of thousands of tasks that are never run
            self._outcome = Outcome()
        return self._outcome

    @outcome.setter
    def outcome(self, outcome: Outcome) -> None:
        self._outcome = outcome

    def forget(self) -> None:
        """Forget what was planned."""
        self._outcome = self._pending = None
        self.hits = ()

    def keep_in_use(self, panel: Panel, hits: Iterable[Hit], among: str = "in it") -> None:
        """Note what the plan does to accounts.

        :raises AccountInUse: one of them is the account in use, or may be
        """
        hits = tuple(hits)
        self.hits += hits
        sentence = refusal(panel.in_use, hits, self.name, among)
        if sentence:
            raise AccountInUse(sentence)

    # -- what the engines say

    def read(self, panel: Panel) -> Any:
        """What there is."""
        raise NotImplementedError

    def plan(self, panel: Panel, found: Any) -> Plan:
        """What is to be done about it; nothing is sent."""
        raise NotImplementedError

    def unmet(self, plan: Plan, state: Any) -> List[Tuple[Iterable[str], str]]:
        """What does not stand as planned: the options, and a sentence without its full stop."""
        raise NotImplementedError

    def is_done(self, panel: Panel, plan: Plan, operation: Operation) -> bool:
        """Whether an operation was carried out whose answer was lost."""
        return not self.unmet(plan, self.read(panel))

    def may_be_partial(self, plan: Plan, operation: Operation, refusal: Rejected) -> bool:
        """Whether an operation does so many things that some may be done although it was refused."""
        return len(operation.params) > 1 or any("," in value for value in operation.params.values())

    def stands(self, panel: Panel, plan: Plan, operation: Operation) -> List[str]:
        """The options that are not as they were before an operation that was refused."""
        state = self.read(panel)
        if plan.action in (CREATE, DELETE, RENAME):
            return ["state"] if (state is None) == (plan.action == DELETE) else []
        now = self.values(state)
        return [
            option
            for option, before in plan.before.items()
            if option in now
            and plan.after.get(option) != before
            and now[option] != before
            and UNREADABLE not in (before, now[option])
            and self.concerns(operation, option)
        ]

    def values(self, state: Any) -> Mapping[str, Any]:
        """What there is, by option, as ``Plan.before`` has it."""
        raise NotImplementedError

    def concerns(self, operation: Operation, option: str) -> bool:
        """Whether an operation changes an option."""
        return True

    def refused(self, panel: Panel, plan: Plan, refusal: Rejected) -> Plan:
        """What to do instead of a plan whose operation the panel refused.

        :raises Rejected: nothing
        """
        raise refusal

    def in_diff(self, plan: Plan, values: Dict[str, Any]) -> Dict[str, Any]:
        """Values of a plan as a diff shows them."""
        return {option: in_diff(value) for option, value in values.items()}

    def show(self, state: Any) -> None:
        """Put what there is into the result."""
        raise NotImplementedError

    # -- the life

    def run(self, client: Client, check_mode: bool) -> None:
        self.reach(Panel(client, read_only=check_mode))

    def reach(self, panel: Panel, create_only: bool = False) -> None:
        """Reach the desired state; with a panel that is read only, find out what would be done.

        :param create_only: do no more than make an object that is not there; ``complete`` does the rest
        :raises IRedMailError: it could not be reached; the outcome says what was done
        """
        self.forget()
        self.live(panel, create_only)

    def live(self, panel: Panel, create_only: bool = False) -> None:
        """The same, into the present outcome."""
        self.found = None
        self.found = self.read(panel)
        self._carry_out(panel, self.plan(panel, self.found), create_only)

    @property
    def is_half_done(self) -> bool:
        """Whether it was made, and the rest of it is still to be done."""
        return self._pending is not None

    def complete(self, panel: Panel) -> None:
        """Do the rest of what ``create_only`` has begun."""
        begun, self._pending = self._pending, None
        if begun is not None and begun.rest is not None:
            self._carry_out(panel, begun.rest(self._look_again(panel, begun)))

    def _carry_out(self, panel: Panel, plan: Plan, create_only: bool = False) -> None:
        while True:
            self.outcome.acts(plan.action)
            if plan.action != CREATE:  # before it is made, nothing has changed
                self._tell(plan)
            try:
                for operation in plan.operations:
                    self._send(panel, plan, operation)
            except Rejected as refusal:
                plan = self.refused(panel, plan, refusal)
                continue
            if plan.action == CREATE:
                self._tell(plan)
            if create_only and plan.action == CREATE and plan.rest is not None:
                self._pending = plan
                return
            self.state = self._look_again(panel, plan)
            if plan.rest is None:
                break
            plan = plan.rest(self.state)
        self.show(self.state)

    def _tell(self, plan: Plan) -> None:
        outcome = self.outcome
        for option, (before, after) in plan.marks.items():
            for place, text in ((outcome.before, before), (outcome.after, after)):
                if text is not None:
                    place[option] = text
        outcome.before.update(self.in_diff(plan, plan.before))
        outcome.after.update(self.in_diff(plan, plan.after))
        outcome.mark_unverified(plan.unverified)
        outcome.uncompared += plan.uncompared
        for warning in plan.warnings:
            outcome.warn(warning)

    def _send(self, panel: Panel, plan: Plan, operation: Operation) -> None:
        """Send an operation. Where its fate is unknown, look before trying again: never a blind second POST."""
        self.outcome.record(operation)
        tries, lost = 0, False
        while not panel.read_only:
            try:
                return panel.write(operation)
            except IRedMailError as failure:
                lost = lost or failure.maybe_done  # what is said of a later try says nothing of an earlier one
                if lost and self._was_done(panel, plan, operation, failure):
                    return
                if not failure.maybe_done:
                    told = self._undone(panel, plan, operation, failure, lost)
                    if told is failure:
                        raise
                    raise told from failure
                if tries >= panel.retries or not failure.transient:
                    raise
                panel.pause(tries)
                tries += 1

    def _undone(
        self, panel: Panel, plan: Plan, operation: Operation, failure: IRedMailError, lost: bool
    ) -> IRedMailError:
        """The failure of an operation that the panel did not accept, which is taken back only if nothing of it stands.

        :param lost: whether the answer to an earlier try was lost
        """
        sentence = ""
        if isinstance(failure, Rejected) and (lost or self.may_be_partial(plan, operation, failure)):
            stands = self._what_stands(panel, plan, operation)
            if stands:
                sentence = "A part of it was carried out all the same: the server shows %s." % ", ".join(stands)
        blind = plan.action == UPDATE and plan.unverified
        if lost and not sentence and (blind or not isinstance(failure, Rejected)):
            sentence = "Whether an earlier try was carried out is not known, since its answer was lost."
        if not sentence:
            self.outcome.unrecord()
            return failure
        message = "%s %s" % (failure, sentence)
        return Rejected(message, failure.code) if isinstance(failure, Rejected) else type(failure)(message)

    def _what_stands(self, panel: Panel, plan: Plan, operation: Operation) -> List[str]:
        try:
            return self.stands(panel, plan, operation)
        except IRedMailError:  # then the refusal is all there is
            return []

    def _was_done(self, panel: Panel, plan: Plan, operation: Operation, failure: IRedMailError) -> bool:
        try:
            return self.is_done(panel, plan, operation)
        except IRedMailError as second:
            raise IRedMailError(
                "%s Whether it was carried out is not known, since reading back failed too: %s" % (failure, second)
            ) from second

    def _look_again(self, panel: Panel, plan: Plan) -> Any:
        """What there is after a plan: read again and compared (panel/open-questions.md#silent-drops)."""
        trusted = self.desired.verify == "off" and plan.rest is None
        if panel.read_only or trusted or not plan.operations:
            return plan.predicted
        state = self.read(panel)
        for options, sentence in self.unmet(plan, state):
            self.outcome.mark_unverified(options)
            self.not_verified(sentence)
        return state

    def not_verified(self, sentence: str) -> None:
        """What did not stick fails the task, unless the user asked only to be warned."""
        if self.desired.verify == "strict":
            raise NotVerified(sentence + " (set verify: warn to go on regardless).")
        if self.desired.verify == "warn":
            self.outcome.warn(sentence + ".")

    def missing(self, panel: Panel, error: InputError) -> None:
        """Something that the task needs is not there; before a task in check mode another one may be going to make it.

        :raises InputError: it is not there
        """
        if panel.knows_what_comes:
            raise error
        self.outcome.warn("%s Unless it is made before, the task fails." % error)

    def result(self) -> Dict[str, Any]:
        return self.outcome.to_result(self.kind, self.name, self.subject)

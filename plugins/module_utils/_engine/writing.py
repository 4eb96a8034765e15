# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one life of a task that writes: read, plan, tell, send, look again, say what did not stick."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple

from .._api.client import Client
from .._errors import AccountInUse, InputError, NotVerified, Rejected, ServerFault
from .._model.sources import UNREADABLE
from .desired import Desired
from .fates import send_one
from .in_use import Hit, refusal
from .panel import Panel
from .plan import CREATE, DELETE, RENAME, Operation, Plan
from .result import Outcome, in_diff
from .task import Task
from .view import View


class Planned(NamedTuple):
    """A plan, and the task that it is of."""

    task: WritingTask
    plan: Plan


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
        #: tasks that follow it, into the same outcome
        self.parts: Tuple[WritingTask, ...] = ()
        self._outcome: Optional[Outcome] = None
        self._chain: Optional[List[Planned]] = None

    @property
    def outcome(self) -> Outcome:
        if self._outcome is None:  # a whole state has tens of thousands of tasks that are never run
            self._outcome = Outcome()
        return self._outcome

    @outcome.setter
    def outcome(self, outcome: Outcome) -> None:
        self._outcome = outcome

    @property
    def chain(self) -> List[Planned]:
        """What :meth:`foresee` has planned: each plan with its task, in the order of carrying them out."""
        return self._chain or []

    def plan_instead(self, plans: Iterable[Plan]) -> None:
        """Carry these plans out instead of those of :meth:`foresee`; they lead to the same."""
        self._chain = [Planned(self, plan) for plan in plans]
        self.outcome.operations = []
        for planned in self._chain:
            for operation in planned.plan.operations:
                self.outcome.record(operation)

    def follow(self, plan: Plan, before: Dict[str, Any]) -> None:
        """Carry out a plan besides, after those of :meth:`foresee`.

        :param before: what there is by then of what was there at first, for the diff
        """
        self._chain = [*self.chain, Planned(self, plan)]
        self._foretell(plan)
        self.outcome.before.update(self.in_diff(plan, before))

    def _foretell(self, plan: Plan) -> None:
        self.outcome.acts(plan.action)
        self._tell(plan)
        for operation in plan.operations:
            self.outcome.record(operation)
        self.state = plan.predicted

    def forget(self) -> None:
        """Forget what was planned."""
        self._outcome = self._chain = None
        self.hits = ()

    def keep_in_use(self, view: View, hits: Iterable[Hit], among: str = "in it") -> None:
        """Note what the plan does to accounts.

        :raises AccountInUse: one of them is the account in use, or may be
        """
        hits = tuple(hits)
        self.hits += hits
        sentence = refusal(view.in_use, hits, self.name, among)
        if sentence:
            raise AccountInUse(sentence)

    # -- what the engines say

    def read(self, view: View) -> Any:
        """What there is."""
        raise NotImplementedError

    def plan(self, view: View, found: Any) -> Plan:
        """What is to be done about it; nothing is sent."""
        raise NotImplementedError

    def basis(self) -> Any:
        """What the plan was made from, in values that JSON has."""
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

    def reach(self, panel: Panel) -> None:
        """Reach the desired state; with a panel that is read only, find out what would be done.

        :raises IRedMailError: it could not be reached; the outcome says what was done
        """
        self.forget()
        self.live(panel)

    def live(self, panel: Panel) -> None:
        """The same, into the present outcome."""
        if panel.read_only:
            self.foresee(panel)
        else:
            self.found = None
            self.found = self.read(panel)
            self._carry_out(panel, self.plan(panel, self.found))
            for part in self.parts:
                part.outcome = self.outcome
                part.live(panel)
        self.show(self.state)

    def foresee(self, view: View) -> None:
        """Plan it to its end, into the present outcome: what would be sent, and what would be there then.

        :raises IRedMailError: it cannot be planned
        """
        self._chain = []
        self.found = None
        self.found = self.read(view)
        plan = self.plan(view, self.found)
        while True:
            self._chain.append(Planned(self, plan))
            self._foretell(plan)
            if plan.rest is None:
                break
            plan = plan.rest(self.state)
        for part in self.parts:
            part.outcome = self.outcome
            part.foresee(view)
            self._chain += part.chain

    def send(self, panel: Panel, plan: Plan) -> None:
        """Send the operations of a plan that :meth:`foresee` has made, as they were planned; what they did is not read.

        :raises IRedMailError: one of them failed; the outcome says what was done
        """
        for operation in plan.operations:
            try:
                send_one(self, panel, plan, operation)
            except ServerFault as fault:
                trouble = self.trouble(operation)
                if not trouble:
                    raise
                raise ServerFault("%s %s" % (fault, trouble), fault.status) from fault

    def trouble(self, operation: Operation) -> str:
        """What is known of servers that crash on an operation; empty if nothing."""
        return ""

    def prove(self, plan: Plan, state: Any) -> None:
        """Compare what is there after a plan was carried out (panel/open-questions.md#silent-drops).

        :raises NotVerified: something did not stick, and the user wants that to be a failure
        """
        for options, sentence in self.unmet(plan, state):
            self.outcome.mark_unverified(options)
            self.not_verified(sentence)

    def _carry_out(self, panel: Panel, plan: Plan) -> None:
        while True:
            self.outcome.acts(plan.action)
            if plan.action != CREATE:  # before it is made, nothing has changed
                self._tell(plan)
            try:
                self.send(panel, plan)
            except Rejected as refusal:
                plan = self.refused(panel, plan, refusal)
                continue
            if plan.action == CREATE:
                self._tell(plan)
            self.state = self.look_again(panel, plan)
            if plan.rest is None:
                break
            plan = plan.rest(self.state)

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
        outcome.warn(*plan.warnings)

    def look_again(self, panel: Panel, plan: Plan) -> Any:
        """What there is after a plan: read again and compared (panel/open-questions.md#silent-drops)."""
        trusted = self.desired.verify == "off" and plan.rest is None
        if trusted or not (plan.operations or plan.expect):
            return plan.predicted
        state = self.read(panel)
        self.prove(plan, state)
        return state

    def not_verified(self, sentence: str) -> None:
        """What did not stick fails the task, unless the user asked only to be warned."""
        if self.desired.verify == "strict":
            raise NotVerified(sentence + " (set verify: warn to go on regardless).")
        if self.desired.verify == "warn":
            self.outcome.warn(sentence + ".")

    def missing(self, view: View, error: InputError) -> None:
        """Something that the task needs is not there; before a task in check mode another one may be going to make it.

        :raises InputError: it is not there
        """
        if view.knows_what_comes:
            raise error
        self.outcome.warn("%s Unless it is made before, the task fails." % error)

    def result(self) -> Dict[str, Any]:
        return self.outcome.to_result(self.kind, self.name, self.subject)

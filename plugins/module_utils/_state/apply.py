# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying a plan out, and nothing else: each change only while what it was planned from still holds.

What is made and changed comes first, side by side; names that pass from one object to another come after all else
succeeded, one pass at a time; deletions come last. Nothing is planned anew but what puts back a name freed in vain.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from typing import DefaultDict, Dict, FrozenSet, List, Mapping, Optional, Sequence, Set, Tuple

from .._engine.entity import EntityTask
from .._engine.holders import TAKEN, name_taken
from .._engine.panel import Panel
from .._engine.plan import CREATE, RENAME
from .._engine.writing import Planned
from .._errors import Interrupted, IRedMailError, Rejected
from .._model.fields import SQL
from .guards import CHANGED_SINCE, Guards, Inside, OwnChanges
from .kinds import KINDS
from .order import Order, Piece, Waits, claimed_by, freed_by
from .proof import Proof, unproved
from .putback import names_held, put_back, what_is_open, what_stays
from .step import Failure, Step, touches
from .workers import Jobs, Workers

NONE: FrozenSet[str] = frozenset()


class Run:
    """One run over a plan.

    :param steps: all steps; those of the order are carried out
    :param inside: what was in the domains that are to go, by kind
    """

    def __init__(self, steps: Sequence[Step], order: Order, inside: Inside, panel: Panel, workers: Workers) -> None:
        self.steps, self.order, self.panel, self.workers = steps, order, panel, workers
        planned = order.steps
        self.going = [step for step in planned if step.deletes_object]
        self.proof = Proof(panel, workers, planned)
        own = OwnChanges(planned, order.freed, order.claimed, order.renamed)
        self.guards = Guards(panel, workers, own, inside, self._is_gone)
        self._pieces: DefaultDict[Step, List[Piece]] = defaultdict(list)
        for piece in order.pieces:
            self._pieces[piece.step].append(piece)
        #: the names that were sent for an object, and those that it gave up by what was sent of a piece
        self._claimed: DefaultDict[Step, FrozenSet[str]] = defaultdict(frozenset)
        self._freed: DefaultDict[Piece, FrozenSet[str]] = defaultdict(frozenset)
        self._unsent: Dict[Step, int] = {step: len(step.chain) for step in planned}
        what = {step: self._what(step) for step in planned}
        tallies = {words: workers.tally(words, total) for words, total in Counter(what.values()).items()}
        self._one_more = {step: tallies[words] for step, words in what.items()}

    def carry_out(self) -> None:
        """Send what was planned."""
        first = self.order.first
        self.guards.check(piece.step for piece in first)
        if not self.workers.go_on and any(piece.step.failed() for piece in first):
            self.workers.stop()
        self._run(*self.order.sorted(first))
        self._pass_names()
        self._delete([step for step in self.going if self._unsent[step]])

    def skip_rest(self) -> None:
        """Once all has ended: what was not sent to its end was not done."""
        for step, unsent in self._unsent.items():
            if unsent and not step.failed():
                step.skip()

    def _is_gone(self, step: Step) -> None:
        """Of what somebody else has deleted nothing is left to be sent."""
        self._unsent[step] = 0

    def _run(self, pieces: Sequence[Piece], waits: Waits) -> None:
        """Send pieces, and look at what they did: in each domain once all of its pieces are sent."""
        in_domain: DefaultDict[str, Set[Piece]] = defaultdict(set)
        steps_of: DefaultDict[str, Dict[Step, None]] = defaultdict(dict)
        for piece in pieces:
            in_domain[piece.step.item.domain].add(piece)
            steps_of[piece.step.item.domain][piece.step] = None
        lock = threading.Lock()

        def send(piece: Piece) -> Jobs:
            self._send(piece)
            with lock:
                group = in_domain[piece.step.item.domain]
                group.discard(piece)
                done = not group
            steps = steps_of[piece.step.item.domain] if done else ()
            return self.proof.jobs([step for step in steps if not self._unsent[step]])

        self.workers.graph(send, pieces, waits)

    # -- sending

    def _send(self, piece: Piece) -> None:
        """Send a piece, unless something for which it waits was not."""
        step = piece.step
        if self.workers.stopped or step.failed() or step.skipped:
            if not step.failed():
                step.skip()
            return
        if any(other.step.failed() or other.step.skipped for other in self.order.waits[piece]):
            step.skip()
            return
        done = self.guards.hold(step) and self._transmit(piece)
        if not done or not self._unsent[step]:
            self._one_more[step]()
        self.workers.heard(step.unreachable)
        if step.failed() and not self.workers.go_on:
            self.workers.stop()

    def _transmit(self, piece: Piece) -> bool:
        step = piece.step
        if not step.begun:
            step.begin()
        sending: Optional[Planned] = None
        try:
            for sending in piece.plans:
                sending.task.send(self.panel, sending.plan)
                self._unsent[step] -= 1
                self._claimed[step] |= claimed_by(step, sending.plan)
                self._freed[piece] |= freed_by(step, sending.plan)
                if not isinstance(sending.task, EntityTask) and sending.task.desired.verify != "off":
                    self._prove(step, sending)
        except Exception as error:  # pylint: disable=broad-except  # it must not take the others along
            if isinstance(error, Interrupted) and not step.outcome.operations:
                step.begun = False
                step.skip()  # it was not tried at all
                return False
            step.fail(error)
            if isinstance(error, Rejected) and error.code == TAKEN and sending is not None:
                self._say_who_has_it(step, sending, error)
            return False
        return True

    def _prove(self, step: Step, sent: Planned) -> None:
        """Look at a setting right after it was sent."""
        try:
            state = sent.task.read(self.panel)
        except Interrupted:
            unproved(step, sent.plan.expect)
        else:
            sent.task.prove(sent.plan, state)

    def _say_who_has_it(self, step: Step, sent: Planned, refusal: Rejected) -> None:
        """A name that was free when it was planned for: the same object may be there by now, or another one has it."""
        task = sent.task
        if sent.plan.action not in (CREATE, RENAME) or not isinstance(task, EntityTask):
            return
        try:
            there = task.read(self.panel)
        except IRedMailError:
            return
        if there is not None:
            sentence = "it was made by somebody else since it was planned, and was left alone. Plan anew."
            step.failure = Failure(CHANGED_SINCE, sentence)
        else:
            step.failure = Failure("name_taken", name_taken(self.panel, task.resource, task.name, refusal))

    @staticmethod
    def _what(step: Step) -> str:
        return ("delete " if step.deletes_object else "write ") + step.item.kind.plural

    # -- names that pass

    def _pass_names(self) -> None:
        """One after the other, once everything else succeeded; what was freed for somebody who failed is put back."""
        failed = [step for step in self.steps if step.failed()]
        freed: Dict[Piece, FrozenSet[str]] = {}
        free: Set[str] = set()  # all of these
        claims: DefaultDict[Step, FrozenSet[str]] = defaultdict(frozenset)  # that it did not stick may show later
        for piece in self.order.one_at_a_time():
            step = piece.step
            claims[step] |= piece.claims
            if not failed and not step.begun:
                failed += self._unfit(piece)
            if failed and not step.failed() and not step.begun:
                step.give_up("not_tried", "it waits for all others to succeed, and %s failed." % failed[0].item.label)
            tried = not step.failed()
            if tried:
                if step.deletes_object:
                    self._delete_alike([step], failed)
                else:
                    self._run([piece], {})
                if step.skipped and not step.failed() and free & claims[step]:
                    step.give_up("not_tried", "the run ended before it was its turn.")
                if step.failed():
                    failed.append(step)
            if step.failed():
                in_vain = claims.pop(step) & free
                if in_vain:
                    self._put_back(step, in_vain, freed)
            names = piece.frees if step.doubtful else self._freed[piece]
            if tried and names:
                freed[piece] = names  # whatever else came of it
                free |= names

    def _unfit(self, piece: Piece) -> List[Step]:
        """Those that were to get what a piece frees and are not what they were: it is better not freed at all."""
        recipients = [one.step for one in self.order.recipients(piece)]
        return [one for one in recipients if not self.guards.hold(one) and one.failed()]

    def _put_back(self, step: Step, claims: FrozenSet[str], freed: Mapping[Piece, FrozenSet[str]]) -> None:
        """Undo what was freed for an object that failed, as far as neither that nor another one has got it.

        :param claims: the names that it was to get and somebody gave up
        """
        claims -= {
            one.item.ident for one, names in self._claimed.items() if one is not step and one.item.ident in names
        }
        for freer, names in freed.items():
            wanted = names & claims
            if wanted and step.failure is not None:
                in_vain, unsure = self._in_vain(step, wanted)
                if in_vain:
                    put_back(self.panel, freer.step, in_vain, step)
                more = what_stays(freer.step, names) + what_is_open(freer.step, unsure)
                step.failure = step.failure._replace(sentence=step.failure.sentence + more)

    def _in_vain(self, step: Step, names: FrozenSet[str]) -> Tuple[FrozenSet[str], FrozenSet[str]]:
        """Of names that were freed for an object that failed, those that it has not got, and those it may have or get.

        That a panel accepted a name does not say that it gave it (panel/open-questions.md#silent-drops).
        """
        unsure = names if step.doubtful else names & self._claimed[step]
        task = step.item.task
        if not unsure or not isinstance(task, EntityTask) or (step.doubtful and not step.answered):
            return names - unsure, unsure  # what the panel has not answered it may still carry out
        try:
            return names - names_held(self.panel, task.resource, step.item.ident), NONE
        except IRedMailError:
            return names - unsure, unsure

    # -- deletions

    def _delete(self, steps: Sequence[Step]) -> None:
        for kind in reversed(KINDS):
            alike = [step for step in steps if step.item.kind is kind]
            if alike:
                self._delete_alike(alike, [step for step in self.steps if step.failed() or step.skipped])

    def _delete_alike(self, steps: Sequence[Step], wrong: List[Step]) -> None:
        """Delete what is of one kind.

        :param wrong: what failed or was not changed; to these is added what may not go
        """
        pieces = [piece for step in steps if self._may_go(step, wrong) for piece in self._pieces[step]]
        self._run(pieces, _one_after_another(pieces) if self.panel.backend_hint != SQL else {})

    def _may_go(self, step: Step, wrong: List[Step]) -> bool:
        """Nothing is deleted where anything went wrong. Where nothing goes on at all, it is not even tried."""
        if self.workers.stopped or step.failed():
            return True
        other = next((one for one in wrong if one is not step and touches(one, step)), None)
        if other is not None:
            became = "failed" if other.failed() else "was not changed"
            step.give_up("not_deleted", "it was not deleted, since %s %s." % (other.item.label, became))
            wrong.append(step)
        return other is None


def _one_after_another(pieces: Sequence[Piece]) -> Waits:
    """Waits that keep the pieces of one domain from being sent side by side."""
    last: Dict[str, Piece] = {}
    waits: Waits = {}
    for piece in pieces:
        domain = piece.step.item.domain
        waits[piece] = {last[domain]} if domain in last else set()
        last[domain] = piece
    return waits

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
from typing import AbstractSet, Any, DefaultDict, Dict, FrozenSet, Iterable, Mapping, Optional, Sequence, Set

from .._engine.current import Current
from .._engine.entity import EntityTask
from .._engine.holders import TAKEN, name_taken
from .._engine.lost import look_again
from .._engine.panel import Panel
from .._engine.plan import CREATE, RENAME
from .._engine.writing import Planned
from .._errors import Interrupted, IRedMailError, Rejected
from .._model.catalog import IN_DOMAIN
from .._model.fields import SQL
from .._model.sources import UNREADABLE
from .kinds import KINDS
from .order import Order, Piece, Waits, claimed_by, freed_by
from .proof import Proof, Wanted, read_profiles
from .putback import names_held, put_back, what_stays
from .step import Failure, Step, touches
from .workers import NOT_ASKED, Jobs, Workers

NONE: FrozenSet[str] = frozenset()
CHANGED_SINCE = "changed_since_planned"

#: the names in domains, by kind
Inside = Mapping[str, Mapping[str, AbstractSet[str]]]


class Run:
    """One run over a plan.

    :param steps: all steps; those of the order are carried out
    :param inside: what was in the domains that are to go, by kind
    """

    def __init__(self, steps: Sequence[Step], order: Order, inside: Inside, panel: Panel, workers: Workers) -> None:
        self.steps, self.order, self.inside, self.panel, self.workers = steps, order, inside, panel, workers
        planned = order.steps
        self.going = [step for step in planned if step.deletes_object]
        self.proof = Proof(panel, workers, planned)
        self._checked: Set[Step] = set()
        #: the names that were sent for an object, and those that it gave up by what was sent of a piece
        self._claimed: DefaultDict[Step, FrozenSet[str]] = defaultdict(frozenset)
        self._freed: DefaultDict[Piece, FrozenSet[str]] = defaultdict(frozenset)
        self._wandering = self.order.freed | set(self.order.renamed.values())
        self._unsent: Dict[Step, int] = {step: len(step.chain) for step in planned}
        what = {step: self._what(step) for step in planned}
        tallies = {words: workers.tally(words, total) for words, total in Counter(what.values()).items()}
        self._one_more = {step: tallies[words] for step, words in what.items()}

    def carry_out(self) -> None:
        """Send what was planned."""
        first = self.order.first
        self._check(piece.step for piece in first)
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

    # -- before it

    def _check(self, steps: Iterable[Step]) -> None:
        """Whether what the changes were planned from still holds, for many at once."""
        wanted = [
            Wanted(step, task.resource, task.name, task.needed())
            for step in dict.fromkeys(steps)
            for task in [step.item.task]
            if isinstance(task, EntityTask) and task.found is not None and task.needed() is not None
        ]
        for step, now in read_profiles(self.panel, self.workers, wanted).items():
            self._checked.add(step)
            if now is NOT_ASKED:
                step.skip()
            else:
                self._compare(step, now)

    def _still_holds(self, step: Step) -> bool:
        """Whether what a change was planned from is still so; looked at once, right before its first piece."""
        task = step.item.task
        if step in self._checked or not isinstance(task, EntityTask) or step.action == CREATE:
            return True
        self._checked.add(step)
        name = task.name if task.former is None else str(task.desired.rename_from)
        try:
            now = look_again(self.panel, task.resource, name, step.found)
            return self._compare(step, now) and self._has_nothing_new(step)
        except Interrupted:
            step.skip()
            return False
        except IRedMailError as error:
            step.fail(error)
            return False

    def _has_nothing_new(self, step: Step) -> bool:
        """Whether a domain that is to go holds nothing but what was there when that was planned."""
        domain = step.item.ident
        if not step.deletes_object or domain not in self.inside:
            return True
        for resource in IN_DOMAIN:
            new = set(self.panel.names_in(resource, domain)) - self.inside[domain].get(resource.plural, set())
            if new:
                sentence = "%s %s came into it since it was planned; nothing was sent. Plan anew."
                step.give_up(CHANGED_SINCE, sentence % (resource.name, sorted(new)[0]))
                return False
        return True

    def _compare(self, step: Step, now: Any) -> bool:
        task, found = step.item.task, step.found
        if isinstance(now, Exception):
            step.fail(now)
        elif now is None and step.deletes_object:
            task.forget()  # somebody else was faster
            self._unsent[step] = 0
        elif now is None or found is None:
            step.give_up(CHANGED_SINCE, "it is gone since it was planned; nothing was sent. Plan anew.")
        else:
            needed = task.needed() if isinstance(task, EntityTask) else None
            options = found.values if needed is None else needed
            changed = [name for name in options if not self._is_same(name, now, found)]
            changed += ["state"] if now.lost != found.lost else []
            if not changed:
                return True
            sentence = "it has changed since it was planned (%s); nothing was sent. Plan anew."
            step.give_up(CHANGED_SINCE, sentence % ", ".join(sorted(changed)))
        return False

    def _is_same(self, name: str, now: Current, found: Current) -> bool:
        """Whether a value is still the same, but for names that this run takes away or moves everywhere."""
        if now.value(name) == found.value(name):
            return True
        is_now, was = _shown(now, name), _shown(found, name)
        if isinstance(was, frozenset):
            # where nothing is left, a panel may not show a list at all
            return was ^ (NONE if is_now is UNREADABLE else is_now) <= self._wandering
        return was in self.order.freed and (not is_now or is_now in (UNREADABLE, self.order.renamed.get(was)))

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
        done = self._still_holds(step) and self._transmit(piece)
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
                    sending.task.prove(sending.plan, sending.task.read(self.panel))
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
        claims: DefaultDict[Step, FrozenSet[str]] = defaultdict(frozenset)  # that it did not stick may show later
        for piece in self.order.one_at_a_time():
            step = piece.step
            claims[step] |= piece.claims
            if failed and not step.failed() and not step.begun:
                step.give_up("not_tried", "it waits for all others to succeed, and %s failed." % failed[0].item.label)
            if step.failed():
                self._put_back(step, claims.pop(step), freed)
                continue
            if step.deletes_object:
                self._delete([step])
            else:
                self._run([piece], {})
            if step.failed():
                failed.append(step)
                self._put_back(step, claims.pop(step), freed)
            names = piece.frees if step.doubtful else self._freed[piece]
            if names:
                freed[piece] = names  # whatever else came of it

    def _put_back(self, step: Step, claims: FrozenSet[str], freed: Mapping[Piece, FrozenSet[str]]) -> None:
        """Undo what was freed for an object that failed, as far as that has not got it."""
        for freer, names in freed.items():
            wanted = names & claims
            if wanted and step.failure is not None:
                in_vain = self._in_vain(step, wanted)
                if in_vain:
                    put_back(self.panel, freer.step, in_vain, step)
                step.failure = step.failure._replace(sentence=step.failure.sentence + what_stays(freer.step, names))

    def _in_vain(self, step: Step, names: FrozenSet[str]) -> FrozenSet[str]:
        """Of names that were freed for an object that failed, those that it has not got.

        That a panel accepted a name does not say that it gave it (panel/open-questions.md#silent-drops).
        """
        unsure = names if step.doubtful else names & self._claimed[step]
        if not unsure or step.failure is None or not isinstance(step.item.task, EntityTask):
            return names - unsure
        if step.doubtful and step.failure.code != Rejected.reason:
            return NONE  # what the panel has not answered yet it may still carry out
        try:
            return names - names_held(self.panel, step.item.task.resource, step.item.ident)
        except IRedMailError:
            return names - unsure

    # -- deletions

    def _delete(self, steps: Sequence[Step]) -> None:
        for kind in reversed(KINDS):
            chosen = {step for step in steps if step.item.kind is kind and self._may_go(step)}
            pieces = [piece for piece in self.order.pieces if piece.step in chosen]
            self._run(pieces, self.order.one_after_another(pieces) if self.panel.backend_hint != SQL else {})

    def _may_go(self, step: Step) -> bool:
        """Nothing is deleted where anything went wrong. Where nothing goes on at all, it is not even tried."""
        if self.workers.stopped or step.failed():
            return True
        others = (one for one in self.steps if one is not step and (one.failed() or one.skipped))
        wrong = next((one for one in others if touches(one, step)), None)
        if wrong is not None:
            became = "failed" if wrong.failed() else "was not changed"
            step.give_up("not_deleted", "it was not deleted, since %s %s." % (wrong.item.label, became))
        return wrong is None


def _shown(current: Current, option: str) -> Any:
    """What a panel shows of an option, and not what is concluded where it shows nothing."""
    return NONE if option in current.concluded else current.value(option)

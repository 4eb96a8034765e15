# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a state: what is planned for one object, and what became of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import partial
from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, NamedTuple, Optional, Set

from .._engine.current import Current
from .._engine.domain_admins import DomainAdminsTask
from .._engine.entity import EntityTask
from .._engine.passes import Passes
from .._engine.plan import CREATE, DELETE, NONE, RENAME, UPDATE, Plan
from .._engine.result import SECRET_PARAMS, Outcome
from .._engine.splitting import name_again
from .._engine.task import explain, mask
from .._engine.view import concerns_one
from .._engine.writing import Planned
from .._errors import IRedMailError, LoginRefused, SessionLost, TlsError
from .._model.resources.domain import DOMAIN
from .items import Item, domain_of, shown_names
from .snapshot import Planning, Unread, settle
from .world import World


class Failure(NamedTuple):
    """Why something could not be planned or carried out: for programs, and in a sentence."""

    code: str
    sentence: str


@dataclass(eq=False)  # a step is itself, whatever it holds
class Step:
    """One object on its way.

    :ivar pruned: it is not declared, and goes for that reason
    :ivar failure: why it could not be planned or carried out
    :ivar unreachable: the panel did not answer at all
    :ivar concerns_one: the panel does not take its name, which says nothing of anything else
    :ivar doubtful: whether what was sent last was carried out is not known
    :ivar answered: the panel itself answered it, so that what it has not carried out by now it never will
    :ivar skipped: it was not tried, since something before it failed
    :ivar in_parts: it is in a ring of those that wait for each other, and planned so that some of it goes before
    :ivar begun: something of it was sent, or is about to be
    """

    item: Item
    pruned: bool = False
    failure: Optional[Failure] = None
    unreachable: bool = False
    concerns_one: bool = False
    doubtful: bool = False
    answered: bool = False
    skipped: bool = False
    in_parts: bool = False
    begun: bool = False

    def failed(self) -> bool:
        """Whether it could not be planned or carried out."""
        return self.failure is not None

    @property
    def outcome(self) -> Outcome:
        """What is planned, or was done."""
        return self.item.task.outcome

    def foresee(self, world: World) -> None:
        """Plan it; that it cannot be planned ends up in ``failure``.

        :raises Unread: something that the plan depends on was not read yet
        """
        task = self.item.task
        self.failure, self.unreachable = None, False
        task.forget()
        try:
            task.foresee(world)
        except Unread:
            task.forget()
            raise
        except Exception as error:  # pylint: disable=broad-except  # one that is a bug of ours must not take others along
            self.fail(error)

    def name_again(self, world: World, passes: Passes) -> None:
        """Plan besides what names those once more whose names pass; that it cannot be planned ends up in ``failure``.

        :raises Unread: something that the plan depends on was not read yet
        """
        task = self.item.task
        try:
            if isinstance(task, EntityTask) and self.found is not None:
                name_again(task, task.resource, world, self.found, passes)
            elif isinstance(task, DomainAdminsTask):
                task.name_again(world, passes)
        except Unread:
            raise
        except Exception as error:  # pylint: disable=broad-except  # one that is a bug of ours must not take others along
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """Note why it could not be planned or carried out."""
        self.unreachable = is_out_of_reach(error)
        self.concerns_one = concerns_one(error)
        self.doubtful = self.begun and isinstance(error, IRedMailError) and error.maybe_done
        self.answered = isinstance(error, IRedMailError) and error.answered
        self.failure = Failure(*mask(list(explain(error)), self.item.desired.secrets))
        if not self.begun:
            self.item.task.forget()  # half a plan is none, and nothing of a whole one was sent

    def give_up(self, code: str, sentence: str) -> None:
        """It must not be carried out."""
        self.skip()
        self.failure = Failure(code, sentence)

    def skip(self) -> None:
        """Forget what was planned; but not what was done."""
        self.skipped = True
        if not self.begun:
            self.item.task.forget()
        elif self.failure is None:
            sentence = "it was begun, and the rest of it was not sent, since something before it failed."
            self.failure = Failure("half_done", sentence)

    def begin(self) -> None:
        """From now on, the operations are those that were sent."""
        self.begun = True
        self.outcome.operations = []

    def foretell(self, world: World) -> None:
        """Tell those who come later in the plan what will be there by then."""
        task = self.item.task
        if not isinstance(task, EntityTask) or task.state is None:
            return
        if self.action == CREATE:
            world.add(task.resource, self.item.ident, task.state)
        elif self.action == RENAME:
            world.add(task.resource, self.item.ident, task.state, str(self.item.former))
        elif self.action == UPDATE:
            world.change(task.resource, self.item.ident, task.state)

    @property
    def chain(self) -> List[Planned]:
        """What is planned, in the order of carrying it out."""
        return [one for one in self.item.task.chain if one.plan.operations]

    @property
    def action(self) -> str:
        """What happens to the object."""
        return self.outcome.action if self.outcome.operations else NONE

    @property
    def sent_options(self) -> Set[str]:
        """The options of which something is going to be sent."""
        found: Set[str] = set()
        for planned in self.chain:
            found.update(changed_options(planned.plan), planned.plan.carries)
            for operation in planned.plan.operations:
                found.update(SECRET_PARAMS.intersection(operation.params))
        return found

    @property
    def deletes_object(self) -> bool:
        """Whether something with a life of its own goes, or was to go."""
        chain = self.chain
        action = chain[0].plan.action if chain else self.action
        return action == DELETE and self.item.resource is not None

    @property
    def deletes_domain(self) -> bool:
        """Whether a domain goes, or was to go, with all that is in it."""
        return self.deletes_object and self.item.kind.name == DOMAIN.name

    @property
    def found(self) -> Optional[Current]:
        """The object as it stood, under whatever name."""
        task = self.item.task
        return (task.former or task.found) if isinstance(task, EntityTask) else None

    @property
    def existed(self) -> bool:
        """Whether an object of this name was there."""
        return isinstance(self.item.task, EntityTask) and self.item.task.found is not None

    @property
    def further_names(self) -> FrozenSet[str]:
        """Its names beside its own, as it stood: alias addresses, alias domains, extra addresses."""
        return shown_names(self.found)

    @property
    def names(self) -> FrozenSet[str]:
        """Every name that it had, as far as it is shown."""
        return self.further_names | {self.item.ident}

    @property
    def place(self) -> str:
        """Where it is declared; empty if it is not."""
        return "" if self.pruned else self.item.place

    def change(self, inside: Optional[Mapping[str, Set[str]]] = None) -> Dict[str, Any]:
        """The entry of ``changes``.

        :param inside: what goes along with a domain, by kind
        """
        found: Dict[str, Any] = {
            "kind": self.item.kind.name,
            "id": self.item.ident,
            "action": self.action,
            "declared": not self.pruned,
            "place": self.place,
            "before": self.outcome.before,
            "after": self.outcome.after,
        }
        if self.action == RENAME:
            found["former"] = self.item.former
        if self.deletes_object:
            found.update(self._loss(inside or {}))
        return found

    def _loss(self, inside: Mapping[str, Set[str]]) -> Dict[str, Any]:
        """What people should know of what goes."""
        resource, found = self.item.resource, self.found
        about = {} if found is None else {"name": found.value("name"), **found.facts}
        loss: Dict[str, Any] = {
            "about": {name: about[name] for name in ("name", "stored_bytes") if isinstance(about.get(name), (str, int))}
        }
        if resource is not None and resource.keeps_mailbox:
            loss["keep_mailbox_days"] = self.item.desired.keep_mailbox_days
        if inside:
            loss["takes_along"] = {kind: sorted(names) for kind, names in inside.items() if names}
        return loss

    def diff(self) -> Dict[str, Any]:
        """The block of ``diff``."""
        return self.outcome.diff(self.item.kind.name, self.item.ident)


def changed_options(plan: Plan) -> Set[str]:
    """The options that are something else after a plan."""
    return {option for option, value in plan.after.items() if option not in plan.before or plan.before[option] != value}


def foresee(world: World, what: str, steps: Iterable[Step]) -> Planning:
    """Plan steps; those about which the panel could not be asked are skipped."""
    waiting = yield from settle(world.snapshot, what, [(step, partial(step.foresee, world)) for step in steps])
    for step in waiting:
        step.skip()


def is_out_of_reach(error: BaseException) -> bool:
    """Whether the panel could not be asked at all, or did not answer in spite of all tries."""
    if isinstance(error, (TlsError, LoginRefused, SessionLost)):
        return True
    # of a write whose answer was lost, what reading back said counts
    return any(isinstance(one, IRedMailError) and one.transient for one in (error, error.__cause__))


def touches(failed: Step, step: Step) -> bool:
    """Whether what failed speaks of the domain that something is to be deleted from: then it must stay.

    By its name, its old name, what it refers to, or an alias domain. What concerns everybody touches all.
    """
    desired, item = failed.item.desired, failed.item
    named = {item.task.account, item.former or ""}
    for place in (desired.exact, desired.add, desired.remove):
        for value in place.values():
            named |= value if isinstance(value, frozenset) else {value} if isinstance(value, str) else set()
    domains = {domain_of(name) for name in named if "." in name} | {item.domain}
    return "" in domains or bool(domains & ({step.item.domain} | step.names))


def checksum(steps: Iterable[Step], terms: Mapping[str, Any]) -> str:
    """Of everything that would be sent, with secrets left out, and of what it was planned from.

    It does not depend on chance: neither on the order of files nor on that of threads.

    :param terms: what the plan is approved for besides
    """
    changes = sorted(
        json.dumps(
            [step.item.kind.name, step.item.ident, step.outcome.operations, step.item.task.basis()], sort_keys=True
        )
        for step in steps
        if step.action != NONE and step.failure is None
    )
    text = json.dumps([changes, terms], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of a plan: which of its pieces must wait for which.

A panel silently drops an address of the same domain that is not there yet (panel/users.md#forwarding). So what refers
to something that is made later in the same run waits for it. An address that somebody still has is dropped or refused
as well: the object that is to get it waits until it is free.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import AbstractSet, DefaultDict, Dict, FrozenSet, Iterable, Iterator, List, Optional, Sequence, Set, Tuple

from .._engine.plan import CREATE, DELETE, RENAME, Plan
from .._engine.writing import Planned
from .._model.fields import SQL
from .._model.resources.domain import DOMAIN, LIMITS
from .._model.resources.user import USER
from .items import domain_of, own_names
from .mentions import by_name, dropped, kept, referred
from .step import Step, changed_options


class Piece:
    """Plans of a step that are sent without anything between.

    :ivar claims: the names that its object gets by it; ``frees`` those that it gives up
    :ivar refers: the names that others have, and that it sends; ``keeps`` those that stand beside them all the time
    :ivar drops: the names of others that it takes out of a list, with what the list holds then
    :ivar limits: whether it changes what a domain allows
    """

    def __init__(self, step: Step, planned: Planned, rank: int) -> None:
        self.step, self.plans, self.rank = step, [planned], rank
        plan = planned.plan
        self.action = plan.action
        self.claims, self.frees = claimed_by(step, plan), freed_by(step, plan)
        self.refers = referred(plan, step.item.refers) - {step.item.ident}
        self.keeps = kept(plan, step.item.refers) - {step.item.ident}
        self.drops = dict(dropped(plan, step.item.fields))
        self.limits = step.item.kind.name == DOMAIN.name and not LIMITS.isdisjoint(changed_options(plan))

    def take(self, other: Piece) -> None:
        """Send another piece of the same step right after this one."""
        self.plans += other.plans
        self.claims, self.frees = self.claims | other.claims, self.frees | other.frees
        self.refers, self.keeps = self.refers | other.refers, self.keeps | other.keeps
        self.drops.update(other.drops)
        self.limits = self.limits or other.limits


def claimed_by(step: Step, plan: Plan) -> FrozenSet[str]:
    """The names that an object gets by a plan."""
    is_new = step.item.resource is not None and plan.action in (CREATE, RENAME)
    gets = own_names(plan.after) - own_names(plan.before) | own_names(plan.carries)
    return gets | {step.item.ident} if is_new else gets


def freed_by(step: Step, plan: Plan) -> FrozenSet[str]:
    """The names that an object gives up by a plan."""
    if step.item.resource is not None and plan.action == DELETE:
        return step.names
    freed = own_names(plan.before) - own_names(plan.after)
    return freed | {str(step.item.former)} if plan.action == RENAME else freed


#: each piece with those for which it waits
Waits = Dict[Piece, Set[Piece]]


class Order:
    """The pieces of a plan, and which of them waits for which.

    :param steps: those that make or change something, and those that delete
    :ivar renames: the pieces that rename something, by its former name
    :ivar passes: pieces that free a name for another object, or wait for that: they come after all others
    """

    def __init__(self, steps: Iterable[Step], backend: Optional[str]) -> None:
        self.backend = backend
        self.steps = list(steps)
        self.pieces: List[Piece] = [
            Piece(step, planned, rank) for rank, step in enumerate(self.steps) for planned in step.chain
        ]
        self.waits: Waits = {piece: set() for piece in self.pieces}
        self._soft: Waits = defaultdict(set)
        self._freers = by_name((piece, piece.frees) for piece in self.pieces)
        self.renames = {str(piece.step.item.former): piece for piece in self.pieces if piece.action == RENAME}
        self._connect()
        self._join()
        self._claimants = by_name((piece, piece.claims) for piece in self.pieces)
        self.passes = self._find_passes()

    # -- who waits for whom

    def _connect(self) -> None:
        givers = by_name((piece, piece.claims) for piece in self.pieces)
        gone = self._gone() | self.renames.keys()  # what goes takes its name out of lists
        former: Optional[Piece] = None
        changes_domain: DefaultDict[str, Set[Piece]] = defaultdict(set)
        accounts: DefaultDict[str, List[Piece]] = defaultdict(list)
        made: Dict[str, Piece] = {}
        for piece in self.pieces:
            kind, domain = piece.step.item.kind.name, piece.step.item.domain
            if former is not None and former.step is piece.step:
                self._wait(piece, former)
            former = piece
            if kind == "domain" and piece.action not in (CREATE, DELETE):
                changes_domain[piece.step.item.ident].add(piece)
            elif kind == USER.name and piece.action != DELETE:
                accounts[domain].append(piece)
        for piece in self.pieces:
            kind, domain = piece.step.item.kind.name, piece.step.item.domain
            # a panel leaves out of a list that is sent what stood there and is nobody's by then
            for name in sorted(piece.refers | (piece.keeps - gone)):
                self._wait(piece, *givers.get(name, ()))
            for name in sorted(piece.claims):
                self._wait(piece, *self._freers.get(name, ()))
            for name in sorted(piece.refers | piece.claims):  # its domain may be an alias domain that is made
                self._wait(piece, *(givers.get(domain_of(name), ()) if "@" in name else ()))
            if kind != "domain":
                self._wait(piece, *(one for one in givers.get(domain, ()) if one.step.item.ident == domain))
                if domain in changes_domain:  # it may raise the limit that a new account needs
                    self._soft[piece] |= changes_domain[domain]
            for _name, rename in self._dropped_renames(piece):
                # else the new name would take the place of the one that is dropped
                self._soft[rename].add(piece)
            if piece.step.item.resource is None:  # what is said of an account comes after it
                self._wait(piece, *givers.get(piece.step.item.task.account, ()))
            if kind == "domain_users":
                self._wait(piece, *accounts[domain])
            if self.backend != SQL and piece.action == CREATE and piece.step.item.resource is not None:
                # the panel counts accounts in the domain's entry (panel/domains.md)
                self._soft[piece] |= {made[domain]} if domain in made else set()
                made[domain] = piece

    def _join(self) -> None:
        """Let what waits for nothing but the piece before it go along with that."""
        joined: Dict[Piece, Piece] = {}
        for former, piece in reversed(list(zip(self.pieces, self.pieces[1:]))):
            if former.step is piece.step and self.waits[piece] - {former} <= self.waits[former]:
                former.take(piece)
                joined[piece] = former
        self.pieces = [piece for piece in self.pieces if piece not in joined]

        def end(piece: Piece) -> Piece:
            while piece in joined:
                piece = joined[piece]
            return piece

        self.waits = {piece: {end(other) for other in self.waits[piece]} - {piece} for piece in self.pieces}
        soft = {piece: {end(other) for other in self._soft[piece]} - {piece} for piece in self.pieces}
        self._soft = defaultdict(set, soft)
        self._freers = {name: [end(piece) for piece in freers] for name, freers in self._freers.items()}
        self.renames = {name: end(piece) for name, piece in self.renames.items()}

    def _wait(self, piece: Piece, *others: Piece) -> None:
        self.waits[piece].update(other for other in others if other is not piece)

    @property
    def freed(self) -> AbstractSet[str]:
        """Every name that an object gives up, or that goes with it."""
        return self._freers.keys()

    @property
    def claimed(self) -> AbstractSet[str]:
        """Every name that an object gets."""
        return self._claimants.keys()

    @property
    def renamed(self) -> Dict[str, str]:
        """The former names of what is renamed, with the new ones, which the server puts wherever those stand."""
        return {name: piece.step.item.ident for name, piece in self.renames.items()}

    # -- what passes from one object to another

    @property
    def moves(self) -> Dict[str, str]:
        """The names that somebody gets whose holder goes or is renamed: each with his new name, or nothing."""
        gone = dict.fromkeys(self._gone(), "")
        return {name: new for name, new in dict(gone, **self.renamed).items() if name in self.claimed}

    def _gone(self) -> Set[str]:
        going = [piece.step.item for piece in self.pieces if piece.action == DELETE]
        return {item.ident for item in going if item.resource is not None}

    def dropped_late(self) -> Dict[Step, Dict[str, str]]:
        """Who drops a name only once its holder is renamed, so that the new one stands there: these by the former."""
        found: DefaultDict[Step, Dict[str, str]] = defaultdict(dict)
        drops = [(piece, name, rename) for piece in self.pieces for name, rename in self._dropped_renames(piece)]
        place = {piece: number for number, piece in enumerate(self.in_turn())} if drops else {}
        for piece, name, rename in drops:
            if place[rename] < place[piece]:
                found[piece.step][name] = rename.step.item.ident
        return found

    def _dropped_renames(self, piece: Piece) -> Iterator[Tuple[str, Piece]]:
        """The names that a piece drops of what is renamed and must not stay by its new name, with what renames it."""
        for name, rest in piece.drops.items() if self.renames else ():
            rename = self.renames.get(name)
            if rename is not None and rename.step.item.ident not in rest:
                yield name, rename

    def _find_passes(self) -> Set[Piece]:
        """The pieces that free a name for another object, those that get it, and all that wait for these."""
        found: Set[Piece] = set()
        for piece in self.pieces:
            for name in piece.claims:
                for freer in self._freers.get(name, ()):
                    if freer.step is not piece.step:
                        found |= {piece, freer}
        return self.with_those_that_wait(found)

    def with_those_that_wait(self, pieces: Iterable[Piece]) -> Set[Piece]:
        """The pieces, and all that wait for them at the end of whatever chain."""
        waiting: DefaultDict[Piece, List[Piece]] = defaultdict(list)
        for piece, others in self.waits.items():
            for other in others:
                waiting[other].append(piece)
        found, stack = set(pieces), list(pieces)
        while stack:
            for piece in waiting[stack.pop()]:
                if piece not in found:
                    found.add(piece)
                    stack.append(piece)
        return found

    def recipients(self, piece: Piece) -> List[Piece]:
        """Those that get a name that a piece frees."""
        found = dict.fromkeys(one for name in sorted(piece.frees & self.claimed) for one in self._claimants[name])
        return [one for one in found if one.step is not piece.step]

    # -- the order

    def in_turn(self) -> List[Piece]:
        """All pieces but deletions for nobody, in the order in which they are begun."""
        return self.sorted(self.first)[0] + self.one_at_a_time()

    @property
    def first(self) -> List[Piece]:
        """The pieces that wait for no pass, and delete nothing."""
        return [piece for piece in self.pieces if piece not in self.passes and not piece.step.deletes_object]

    def one_at_a_time(self) -> List[Piece]:
        """The pieces of passes, each after those for which it waits and nothing else between: a name is freed when the
        one that gets it is next.
        """
        chosen, waits = self.sorted([piece for piece in self.pieces if piece in self.passes])
        place = {piece: number for number, piece in enumerate(chosen)}
        found: Dict[Piece, None] = {}
        for piece in sorted(chosen, key=lambda one: (not one.claims, place[one])):
            stack = [piece]
            while stack:
                waiting = [one for one in waits[stack[-1]] if one not in found]
                if waiting:
                    stack.append(min(waiting, key=place.__getitem__))
                else:
                    found[stack.pop()] = None
        return list(found)

    def sorted(self, pieces: Sequence[Piece]) -> Tuple[List[Piece], Waits]:
        """The pieces, each after those for which it waits, and these; what waits in a circle is let go somewhere."""
        chosen = set(pieces)
        waits = {piece: (self.waits[piece] | self._soft[piece]) & chosen for piece in pieces}
        waiting: DefaultDict[Piece, List[Piece]] = defaultdict(list)
        for piece in pieces:
            for other in waits[piece]:
                waiting[other].append(piece)
        open_waits = {piece: set(others) for piece, others in waits.items()}
        ready = deque(piece for piece in pieces if not open_waits[piece])
        found: List[Piece] = []
        while open_waits:
            if not ready:
                ready.append(self._least_bound(open_waits))
            piece = ready.popleft()
            waits[piece] -= open_waits.pop(piece)
            found.append(piece)
            for other in waiting[piece]:
                if other in open_waits and piece in open_waits[other]:
                    open_waits[other].discard(piece)
                    if not open_waits[other]:
                        ready.append(other)
        return found, waits

    def _least_bound(self, open_waits: Waits) -> Piece:
        """Of pieces that wait for each other, the one with the least to wait for: preferences first.

        One of a step that is planned in parts already is none of the first: another step can still be.
        """

        def weight(piece: Piece) -> Tuple[bool, bool, bool, int, int]:
            others, step = open_waits[piece], piece.step
            needed = len(others & self.waits[piece])
            return needed > 0, any(other.step is step for other in others), step.in_parts, needed, piece.rank

        return min(open_waits, key=weight)

    def rings(self) -> List[Step]:
        """The steps of which a piece would have to be sent before one for which it waits, or after what needs it."""
        chosen, waits = self.sorted(self.pieces)[0], self.waits
        place, filled = {piece: number for number, piece in enumerate(chosen)}, set()
        late: Dict[Step, None] = {}
        for piece in chosen:
            item = piece.step.item
            if (piece.limits and item.ident in filled) or any(place[other] > place[piece] for other in waits[piece]):
                late[piece.step] = None
            filled |= {item.domain} if item.is_wanted_account else set()
        return list(late)

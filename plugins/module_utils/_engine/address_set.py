# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of addresses with calls that add and remove (white- and blacklists, greylisting whitelists)."""

from __future__ import annotations

from typing import Dict, FrozenSet, Iterable, List, Tuple

from .._errors import InputError
from .._model.accounts import Target
from .._model.addresses import Sender
from .._model.descriptors import AddressSet
from .argument_spec import keyed_spec
from .current import Found
from .desired import Desired, target_of
from .panel import Panel
from .plan import UPDATE, Expect, Operation, Plan, doubts, unmet
from .result import show_set
from .task import Module, Params
from .view import View
from .writing import WritingTask

EMPTY: FrozenSet[str] = frozenset()


class AddressSetTask(WritingTask):
    """Bring one set to its declared state."""

    def __init__(self, addresses: AddressSet, params: Params) -> None:
        self.set, self.target = addresses, target_of(addresses.keys, params)
        self.option = addresses.field.option
        name = str(self.target)
        super().__init__(addresses.name, name, Desired.of(name, params), self.target.account)
        self.desired.take(addresses, params)
        if not self.desired.present and self.desired.names(addresses.field):
            raise InputError(
                "state: absent removes every address; to remove some, say state: present with remove_%s." % self.option
            )

    def read(self, view: View) -> Found:
        return view.addresses(self.set, self.target)

    def basis(self) -> List[str]:
        return sorted(self.found.likely)

    def show(self, state: Found) -> None:
        self.outcome.values[self.kind] = show_set(self.set, self.target, state.own, self.desired.present)

    def plan(self, view: View, found: Found) -> Plan:
        if not self.desired.present:
            return self._plan_clearing(found)
        # what the cron job listed is listed already, and taking it out would only make the job put it back
        added = self._wanted(found.own) - found.own - found.automatic
        removed = found.likely - self._wanted(found.likely)
        plan = Plan(before={self.option: found.likely}, after={self.option: (found.likely | added) - removed})
        plan.predicted = Found(plan.after[self.option], found.automatic)
        plan.warnings += self.desired.hardly_meant(self.set.field, found.likely)
        if added or removed:
            plan.action = UPDATE
            plan.operations = self._operations(added, removed)
            plan.expect[self.option] = Expect(added=added, removed=removed)
            plan.warnings += doubts(self.set.fields, plan.expect)
            self._note_moved(view, plan, added)
        return plan

    def _wanted(self, there: FrozenSet[str]) -> FrozenSet[str]:
        return self._as_spelled(self.desired.items(self.option, there), there) - self._respelled(there)

    def _as_spelled(self, wanted: FrozenSet[str], there: FrozenSet[str]) -> FrozenSet[str]:
        """The same, but for networks that are there in another spelling which works too: these stay so."""
        item = getattr(self.set.field.codec, "item", None)
        if not isinstance(item, Sender):
            return wanted
        spelled: Dict[str, str] = {}
        for one in sorted(there):
            if item.works(one):
                spelled.setdefault(item.canonical(one), one)
        return frozenset(one if one in there else spelled.get(one, one) for one in wanted)

    def _respelled(self, shown: FrozenSet[str]) -> FrozenSet[str]:
        """Of what is there, what is to be removed and was put there in another spelling."""
        removed = self.desired.remove.get(self.option, EMPTY)
        item = getattr(self.set.field.codec, "item", None)
        if not removed or not isinstance(item, Sender):
            return EMPTY
        return frozenset(one for one in shown if item.canonical(one) in removed)

    def _plan_clearing(self, found: Found) -> Plan:
        if not found.likely:
            return Plan(predicted=found)
        plan = Plan(UPDATE, [Operation("DELETE", self.target.at(self.set.path))])
        plan.before[self.option], plan.after[self.option] = found.likely, EMPTY
        plan.expect[self.option] = Expect(removed=found.likely)
        plan.predicted = Found(EMPTY, found.automatic)
        return plan

    def _operations(self, added: FrozenSet[str], removed: FrozenSet[str]) -> List[Operation]:
        """The smallest calls: one where both go by the same method."""
        together = self.set.adding[0] == self.set.removing[0]
        found = []
        for more, less in ((added, removed),) if together else ((added, EMPTY), (EMPTY, removed)):
            calls = [call for call in ((self.set.adding, more), (self.set.removing, less)) if call[1]]
            if calls:
                params = {parameter: self.set.field.codec.to_wire(items) for (_method, parameter), items in calls}
                found.append(Operation(calls[0][0][0], self.target.at(self.set.path), params))
        return found

    def _note_moved(self, view: View, plan: Plan, added: FrozenSet[str]) -> None:
        """An address stands in one of two opposite lists: adding it here takes it out there.

        See panel/wblist.md#one-list-or-the-other.
        """
        if not self.set.opposite or not added:
            return
        option, others = self.set.opposite
        other = others[self.target.as_dict()[option]]
        there = Target(tuple((key, other if key == option else value) for key, value in self.target.names))
        moved = added & view.addresses(self.set, there).likely
        if moved:
            plan.before[other], plan.after[other] = moved, EMPTY

    def is_done(self, panel: Panel, plan: Plan, operation: Operation) -> bool:
        """Whether one request was carried out, whatever became of the others."""
        found = self.read(panel).own
        if operation.method == "DELETE":
            return not found
        adds, removes = self._does(plan, operation)
        return adds <= found and not removes & found

    def stands(self, panel: Panel, plan: Plan, operation: Operation) -> List[str]:
        found = self.read(panel).own
        adds, removes = self._does(plan, operation)
        return [self.option] if adds & found or removes - found else []

    def _does(self, plan: Plan, operation: Operation) -> Tuple[FrozenSet[str], FrozenSet[str]]:
        """What one request adds and removes."""
        expect = plan.expect[self.option]
        if operation.method == "DELETE" and not operation.params:
            return EMPTY, expect.removed
        adds = expect.added if _makes(operation, self.set.adding) else EMPTY
        return adds, expect.removed if _makes(operation, self.set.removing) else EMPTY

    def unmet(self, plan: Plan, state: Found) -> List[Tuple[Iterable[str], str]]:
        if plan.operations[0].method == "DELETE":
            left = ", ".join(sorted(state.own))
            return [((), "the server accepted the DELETE and still shows %s" % left)] if left else []
        if not unmet(self.set.fields, plan.expect, {self.option: state.own}):
            return []
        expect = plan.expect[self.option]
        lost, kept = sorted(expect.added - state.own), sorted(expect.removed & state.own)
        parts = [
            "%s: %s" % (what, ", ".join(names))
            for what, names in (("not stored", lost), ("still there", kept))
            if names
        ]
        return [((self.option,), "%s: the server accepted the change; %s" % (self.option, "; ".join(parts)))]


def _makes(operation: Operation, call: Tuple[str, str]) -> bool:
    """Whether an operation makes a call: a method and a parameter of it."""
    method, parameter = call
    return operation.method == method and parameter in operation.params


def set_module(addresses: AddressSet) -> Module:
    """The writing module of an address set."""
    return Module(
        lambda: keyed_spec(addresses.keys, addresses.fields),
        lambda params: AddressSetTask(addresses, params),
        addresses.fields,
    )

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings: what is not created but configured, and otherwise inherited (spam policy, throttle, greylisting)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from .._errors import InputError, Rejected
from .._model.descriptors import Setting
from .._model.fields import SQL, Field
from .._model.sources import UNREADABLE
from .argument_spec import keyed_spec
from .current import Current
from .desired import Desired, target_of
from .fates import send_one
from .panel import Panel
from .plan import CREATE, DELETE, UPDATE, Expect, Operation, Plan, unmet
from .result import format_value, in_diff, show_setting
from .task import Module, Params
from .view import View
from .writing import WritingTask


class SettingTask(WritingTask):
    """Bring one setting to its declared state."""

    def __init__(self, setting: Setting, params: Params) -> None:
        self.setting, self.target = setting, target_of(setting.keys, params)
        name = str(self.target)
        super().__init__(setting.name, name, Desired.of(name, params), self.target.account)
        if self.desired.present:
            self.desired.take(setting, params)

    def read(self, view: View) -> Optional[Current]:
        return view.setting(self.setting, self.target)

    def basis(self) -> Any:
        return None if self.found is None else {name: in_diff(value) for name, value in self.found.values.items()}

    def show(self, state: Optional[Current]) -> None:
        self.outcome.values[self.kind] = show_setting(self.target, state)

    def plan(self, view: View, found: Optional[Current]) -> Plan:
        if not self.desired.present:
            return Plan() if found is None else self._plan_absent(found)
        plan = Plan(predicted=found)
        exact = self.desired.exact
        differing = self._differing(plan, found) if found else [one for one in self._fields if one.option in exact]
        if not differing or (found is None and self.setting.is_unset(exact)):
            return plan
        self._need(found)
        values = found.values if found else {}
        self._say_something(dict(values, **exact))
        if found is None:
            plan.marks["state"] = ("absent", "present")
            plan.after.update({one.option: exact[one.option] for one in differing})
        self._warn_of_hidden(plan, values)
        if found and found.unsaid:
            plan.warnings.append(
                "%s: no option can say this, and the server may set it back when others are sent."
                % ", ".join("%s is %s" % one for one in found.unsaid)
            )
        plan.action = UPDATE if found else CREATE
        plan.operations = [
            Operation(self.setting.method, self.target.at(self.setting.path), self._params(plan, values))
        ]
        plan.expect = {option: Expect(value) for option, value in exact.items() if option not in plan.uncompared}
        predicted = Current(SQL, dict({one.option: one.after_create(SQL) for one in self._fields}, **values))
        predicted = predicted.changed({one.option: exact[one.option] for one in differing})
        plan.predicted = None if self.setting.is_unset(predicted.values) else predicted
        return plan

    @property
    def _fields(self) -> Tuple[Field, ...]:
        return self.setting.fields

    def _differing(self, plan: Plan, found: Current) -> List[Field]:
        """The fields to be changed; what the panel does not show counts as different unless it is to be skipped."""
        differing: List[Field] = []
        for one in self._fields:
            if one.option not in self.desired.exact:
                continue
            value, wanted = found.value(one.option), self.desired.exact[one.option]
            if value is UNREADABLE and self.desired.unreadable == "skip":
                plan.uncompared.append(one.option)
                continue
            differs = found.unsure or value is UNREADABLE or not one.codec.same(value, wanted)
            plan.before[one.option], plan.after[one.option] = value, wanted if differs else value
            if differs:
                differing.append(one)
        return differing

    def _need(self, found: Optional[Current]) -> None:
        for option in self.setting.needed:
            hidden = found is None or found.value(option) is UNREADABLE
            if option not in self.desired.exact and hidden:
                why = "this panel does not show the one that is set" if found else "nothing is configured yet"
                raise InputError("%s is needed, since %s." % (option, why))

    def _say_something(self, values: Mapping[str, Any]) -> None:
        """:raises InputError: the panel would not save it (panel/throttle.md#removal)"""
        if self.setting.says_nothing(values) and not self.setting.is_unset(values):
            raise InputError(
                "the panel does not save a %s that limits nothing: give one of %s, or state: absent to take it away."
                % (self.kind, ", ".join(self.setting.any_of))
            )

    def _params(self, plan: Plan, values: Mapping[str, Any]) -> Dict[str, str]:
        params: Dict[str, str] = {}
        for one in self._fields:
            sent = one.option in self.desired.exact and one.option not in plan.uncompared
            value = self.desired.exact[one.option] if sent else UNREADABLE
            if not sent and self.setting.whole and values.get(one.option, UNREADABLE) != one.sql_missing:
                value = values.get(one.option, UNREADABLE)
            if value is not UNREADABLE:
                params[str(one.update)] = one.codec.to_wire(value)
        return params

    def _warn_of_hidden(self, plan: Plan, values: Mapping[str, Any]) -> None:
        for one in self._fields:
            if values.get(one.option) is not UNREADABLE:
                continue
            if one.option in self.desired.exact and one.option not in plan.uncompared:
                plan.warnings.append(
                    "%s is not shown by this panel, so it is sent without being compared (unreadable: send)."
                    % one.option
                )
            elif self.setting.whole:
                plan.warnings.append(
                    "%s is not shown by this panel, which may set it back to its default when others are sent."
                    % one.option
                )

    def _plan_absent(self, found: Current) -> Plan:
        ways = self._ways_off(found)
        return Plan(DELETE, ways[:1], marks={"state": ("present", "absent")}, instead=ways[1:])

    def _ways_off(self, found: Current) -> List[Operation]:
        """The requests that may take it away, the likeliest first; those that need what is not shown are left out."""
        path = self.target.at(self.setting.path)
        if not self.setting.off:
            return [Operation("DELETE", path)]
        there = {one.option: one.codec.to_wire(value) for one, value in self._shown(found)}
        ways: List[Operation] = []
        for way in self.setting.off:
            with suppress(KeyError):
                params = {name: text.format(**there) for name, text in way.items()}
                ways.append(Operation(self.setting.method, path, params))
        return ways

    def _shown(self, found: Current) -> List[Tuple[Field, Any]]:
        values = [(one, found.value(one.option)) for one in self._fields]
        return [(one, value) for one, value in values if value is not UNREADABLE]

    def send(self, panel: Panel, plan: Plan) -> None:
        """Where nobody knows which request takes a setting away, the next is sent if it is still there after the one.

        What did it is proved by reading, also where that is not asked for.
        """
        for number, operation in enumerate(plan.operations + plan.instead):
            if number >= len(plan.operations) and self.read(panel) is None:
                return
            try:
                send_one(self, panel, plan, operation)
            except Rejected:
                if operation is (plan.operations + plan.instead)[-1]:
                    raise
        if plan.instead and self.desired.verify == "off" and self.read(panel) is not None:
            self.outcome.mark_unverified(["state"])
            self.outcome.warn("the server accepted every request to take it away, and still shows it.")

    def is_done(self, panel: Panel, plan: Plan, operation: Operation) -> bool:
        state = self.read(panel)
        hidden = state is not None and any(state.value(option) is UNREADABLE for option in plan.expect)
        return not hidden and not self.unmet(plan, state)

    def values(self, state: Optional[Current]) -> Mapping[str, Any]:
        return {} if state is None else state.values

    def unmet(self, plan: Plan, state: Optional[Current]) -> List[Tuple[Iterable[str], str]]:
        method = plan.operations[0].method
        if plan.action == DELETE:
            shown = "the server accepted the %s and still shows the %s" % (method, self.kind)
            return [] if state is None else [((), shown)]
        if state is None:
            unset = self.setting.is_unset(self.desired.exact)
            return [] if unset else [((), "the server accepted the %s and shows nothing configured" % method)]
        self.outcome.mark_unverified(option for option in plan.expect if state.value(option) is UNREADABLE)
        sentence = "%s was not accepted by the server: sent %s, found %s"
        return [
            ((option,), sentence % (option, format_value(sent), format_value(shown)))
            for option, (sent, shown) in unmet(self._fields, plan.expect, state.values).items()
        ]


def setting_module(setting: Setting) -> Module:
    """The writing module of a setting."""
    return Module(
        lambda: keyed_spec(setting.keys, setting.fields), lambda params: SettingTask(setting, params), setting.fields
    )

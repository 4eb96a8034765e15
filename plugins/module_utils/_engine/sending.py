# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the options of one object are sent, and what must be sent besides, since the server changes or wipes it. Pure."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Mapping, Optional

from .._model.descriptors import Resource
from .._model.fields import Field, ListField
from .._model.sources import UNKNOWN, UNREADABLE
from .batches import Batches
from .current import Current
from .desired import Desired
from .plan import Expect, Plan

NONE: FrozenSet[str] = frozenset()


class Sending:
    """The requests for one object, and what is expected of them.

    :param posted: options that a POST of this run has carried, None when the object was there before
    """

    def __init__(
        self, resource: Resource, desired: Desired, current: Current, posted: Optional[Mapping[str, Any]] = None
    ) -> None:
        self.resource, self.desired, self.current = resource, desired, current
        self.created = posted is not None
        self.posted = posted or {}
        self.plan = Plan()
        self._batches = Batches(resource.rules, resource.at(desired.identity))

    # -- parameters

    def _send_scalar(self, one: Field, value: Any) -> None:
        self._batches.put(one.option, value, self._value_params(one, value))
        self.plan.expect[one.option] = Expect(value)

    def _value_params(self, one: Field, value: Any) -> Dict[str, str]:
        rules = self.resource.rules
        params = dict(rules.with_params.get(one.option, {}))
        cleared_alone = one.option in rules.cleared_by_params and value == one.codec.empty
        if cleared_alone and (one.option, value) in self._batches.effects(self.current.values):
            return {}  # what is sent already clears it, and these parameters would contradict that
        if one.update and not cleared_alone:
            params.update(one.codec.params(one.update, value))
        return params

    def _whole_list(self, one: ListField, items: FrozenSet[str]) -> Dict[str, str]:
        if one.own_for_none and not items:
            items = frozenset({self.desired.identity})
        return {str(one.update): one.codec.to_wire(items)}

    def _delta_params(
        self, one: ListField, added: FrozenSet[str], removed: FrozenSet[str], own: FrozenSet[str] = NONE
    ) -> Dict[str, str]:
        params: Dict[str, str] = {}
        if added:
            params.update(self.resource.rules.with_params.get(one.option, {}))
            params[str(one.add)] = one.codec.to_wire(added | own)
        if removed:
            params[str(one.remove)] = one.codec.to_wire(removed)
        return params

    # -- what goes besides

    def _complete(self) -> None:
        """Send what else must be sent with what is planned so far."""
        self._send_what_was_undone()
        self._send_what_was_reset()
        self._send_what_is_needed()
        self.plan.operations = self._batches.operations
        self._resend()

    def _send_what_was_undone(self) -> None:
        """Send again what the server undoes when it gets something else; what cannot be kept is part of the plan."""
        for one in self.resource.fields:
            effects = dict(self._batches.effects(self.current.values))
            if one.option not in effects:
                continue
            current = self.current.value(one.option)
            wanted = self.plan.after.get(one.option, current)
            if wanted in (UNREADABLE, UNKNOWN):
                self._may_be_changed(one)
            elif effects[one.option] is UNKNOWN and not self.desired.names(one):
                self._becomes_default(one)
            elif self._can_stand(one, wanted):
                self._send_again(one, wanted)
            else:
                self._changes_too(one, current, effects[one.option])

    def _can_stand(self, one: Field, value: Any) -> bool:
        """Whether a value would undo nothing that is sent."""
        sent = self._batches.sent
        return all(sent.get(other, its) == its for other, its in self.resource.rules.implied(one.option, value))

    def _send_again(self, one: Field, value: Any) -> None:
        if isinstance(one, ListField):
            self._batches.put(one.option, value, self._whole_list(one, value))
            self.plan.expect[one.option] = Expect(added=value)
        else:
            self._send_scalar(one, value)

    def _changes_too(self, one: Field, before: Any, after: Any) -> None:
        self.plan.before.setdefault(one.option, before)
        self.plan.after[one.option] = after
        gone = isinstance(one, ListField)
        self.plan.expect[one.option] = Expect(added=after, removed=before - after) if gone else Expect(after)

    def _send_what_was_reset(self) -> None:
        """Send again what the server changes by itself when it gets something else."""
        sent, resets = self._batches.sent, self.resource.rules.resets
        for one in self.resource.fields:
            made = {resets[option][one.option] for option in sent if one.option in resets.get(option, {})}
            if one.option in sent or not made:
                continue
            value = self.desired.exact.get(one.option, self.current.value(one.option))
            if value in (UNREADABLE, UNKNOWN):
                self._may_be_changed(one)
            elif made != {value}:
                self._send_scalar(one, value)

    def _may_be_changed(self, one: Field) -> None:
        """Warn of what is changed by the server when it gets something else, and is not shown by it."""
        rules, sent = self.resource.rules, self._batches.sent
        causes = [name for name in sent if one.option in rules.concerned(name)]
        if not self.created:
            self.plan.warnings.append(
                "%s may have been changed by the server, which does so when %s is sent, and it does not show it."
                % (one.option, " or ".join(causes))
            )

    def _becomes_default(self, one: Field) -> None:
        """Warn of what the server replaces by a default of its own when it gets something else."""
        sent, rules = self._batches.sent, self.resource.rules
        causes = [name for name, value in sent.items() if (one.option, UNKNOWN) in rules.implied(name, value)]
        self.plan.warnings.append(
            "%s is %s now and becomes the server's default, since %s changes; declare it if it is to be another."
            % (one.option, self.current.value(one.option), " or ".join(causes))
        )

    def _send_what_is_needed(self) -> None:
        """Send along, as it stands, what must be there while something else is cleared."""
        sent = self._batches.sent
        for one in self.resource.fields:
            for option, others in self.resource.rules.cleared_beside.items():
                if one.option in others and one.option not in sent and sent.get(option, UNKNOWN) == "":
                    self._send_along(one, option)

    def _send_along(self, one: Field, cleared: str) -> None:
        value = self.current.value(one.option)
        if value is UNREADABLE:
            self.plan.warnings.append(
                "%s is not shown by this panel, and must go along when %s is cleared, or mail may get lost; declare it."
                % (one.option, cleared)
            )
        elif value not in (UNKNOWN, one.codec.empty):
            self._batches.along(cleared, self._value_params(one, value))

    def _resend(self) -> None:
        """Send along with every request what a request without it wipes."""
        for one in self.resource.fields:
            if one.option not in self.resource.rules.resend or not self.plan.operations:
                continue
            value = self.desired.exact.get(one.option, self.current.value(one.option))
            if value is UNREADABLE and not self.created:
                self.plan.warnings.append(
                    "%s is not shown by this panel, which wipes it when a change comes without it; declare it, so that "
                    "it is sent along." % one.option
                )
            elif value not in (UNREADABLE, UNKNOWN, one.codec.empty):
                for operation in self.plan.operations:
                    operation.params.setdefault(str(one.update), one.codec.to_wire(value))

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning: what is desired against what is there, as requests. Pure: no I/O, no clock, no randomness.

Scalars that differ go together in one PUT. A list goes as the difference, through the add and remove parameters where
the API has them, so that somebody else's change made meanwhile survives; as a reset only where it has none.
"""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Mapping, Optional

from .._errors import BadAnswer, InputError
from .._model.descriptors import Resource
from .._model.fields import Field, ListField
from .._model.sources import UNKNOWN, UNREADABLE
from .batches import Batches
from .current import Current
from .desired import Desired, check_backend, no_recipient_left
from .plan import Expect, Plan

NONE: FrozenSet[str] = frozenset()


class Planner:
    """Plans the PUT of one object.

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

    def update(self) -> Plan:
        """The difference between the desired state and the current one.

        :raises InputError: it asks for what the API cannot do
        :raises BadAnswer: a managed option is shown in a form nobody knows
        """
        for one in self.resource.fields:
            if not self.desired.names(one):
                continue
            check_backend(one, self.current.backend)
            if one.option in self.current.problems:
                raise BadAnswer(
                    "%s is shown by the panel in a form this collection does not know: %s. Nothing was concluded from "
                    "it and nothing was sent." % (one.option, self.current.problems[one.option])
                )
            current = self.current.value(one.option)
            if current is UNREADABLE:
                self._plan_unreadable(one)
            elif isinstance(one, ListField):
                self._plan_list(one, current)
            else:
                self._plan_scalar(one, current)
        self._send_what_was_undone()
        self._send_what_was_reset()
        self.plan.operations = self._batches.operations
        self._resend()
        return self.plan

    # -- what is shown

    def _plan_scalar(self, one: Field, current: Any) -> None:
        value = self.desired.exact[one.option]
        self.plan.before[one.option], self.plan.after[one.option] = current, value
        # the same PUT that check mode predicts, although the server may have chosen this very value by itself
        unknown = one.after_create(self.current.backend) is UNKNOWN
        forced = self.created and one.option not in self.posted and unknown
        if current is not UNKNOWN and one.codec.same(current, value):
            self.plan.after[one.option] = current
            if not forced:
                return
        if not one.update:
            raise InputError(
                "%s can be set only when the %s is created; the server has %s, and %s is wanted."
                % (one.option, self.resource.name, current, value)
            )
        self._send_scalar(one, value)

    def _send_scalar(self, one: Field, value: Any) -> None:
        self._batches.put(one.option, value, self._value_params(one, value))
        self.plan.expect[one.option] = Expect(value)

    def _value_params(self, one: Field, value: Any) -> Dict[str, str]:
        rules = self.resource.rules
        params = dict(rules.with_params.get(one.option, {}))
        cleared_alone = one.option in rules.cleared_by_params and value == one.codec.empty
        if one.update and not cleared_alone:
            params.update(one.codec.params(one.update, value))
        return params

    def _plan_list(self, one: ListField, current: Any) -> None:
        option = one.option
        if one.needs_confirmation and option in self.posted:
            return self._await_confirmation(one, self.posted[option])
        if current is UNKNOWN:
            current = NONE
        wanted = self._wanted_items(one, current)
        added, removed = wanted - current, current - wanted
        lost = added - self.current.vocabulary.get(option, added)
        if lost:
            self._cannot_store(option, lost)
            added, wanted = added - lost, wanted - lost
        if self._own_may_be_hidden(one, added, removed):
            added, wanted = NONE, current
        self.plan.before[option], self.plan.after[option] = current, wanted
        if not (added or removed):
            return
        if one.needs_confirmation and added:
            self._await_confirmation(one, wanted)
        if one.add and one.remove:
            # with its own address an account keeps a copy (panel/users.md#forwarding): always sent along
            own = wanted & {self.desired.identity} if one.self_option else NONE
            self._batches.put(option, wanted, self._delta_params(one, added, removed, own))
        else:
            self._batches.put(option, wanted, self._whole_list(one, wanted))
        self.plan.expect[option] = Expect(added=NONE if one.needs_confirmation else added, removed=removed)

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

    def _wanted_items(self, one: ListField, current: FrozenSet[str]) -> FrozenSet[str]:
        option, desired = one.option, self.desired
        wanted = desired.items(option, current)
        if option in desired.exact:
            if one.exact_scope:
                wanted |= current - frozenset(one.exact_scope) - wanted
            wanted |= current & frozenset(one.server_managed)
        if one.self_option:
            own = frozenset({desired.identity})
            wanted = wanted | own if desired.keep_self.get(option, True) else wanted - own
            if not wanted:
                raise no_recipient_left(one, desired)
        return wanted

    def _await_confirmation(self, one: Field, wanted: FrozenSet[str]) -> None:
        self.plan.after[one.option] = wanted
        self.plan.unverified.append(one.option)
        self.plan.warnings.append(
            "%s: those who are new are asked to confirm, and appear only when they do; until then every run asks them "
            "again." % one.option
        )

    def _own_may_be_hidden(self, one: ListField, added: FrozenSet[str], removed: FrozenSet[str]) -> bool:
        """Some panels may not show the own address (panel/user-profiles.md#own-address): then it cannot be compared."""
        only_own = bool(one.self_option) and added == {self.desired.identity} and not removed
        spoken_of = one.option in self.desired.keep_self or self.created
        return only_own and not spoken_of and self.desired.unreadable == "skip"

    def _cannot_store(self, option: str, lost: FrozenSet[str]) -> None:
        names = ", ".join(sorted(lost))
        sentence = "%s: this panel has no place for %s and would silently ignore it" % (option, names)
        if self.desired.verify == "strict":
            raise InputError(sentence + "; take it out, or set verify: warn.")
        self.plan.unverified.append(option)
        if self.desired.verify == "warn":
            self.plan.warnings.append(sentence + "; it was not sent.")

    # -- what is not shown: nothing can be compared

    def _plan_unreadable(self, one: Field) -> None:
        option, desired = one.option, self.desired
        if option in self.posted:
            self.plan.after[option] = self.posted[option]
            self.plan.unverified.append(option)
            return
        if desired.unreadable == "skip" and not self.created:
            self.plan.uncompared.append(option)
            return
        is_default = one.after_create(self.current.backend) == desired.exact.get(option)
        if self.created and option in desired.exact and is_default:
            return
        if isinstance(one, ListField):
            params = self._unseen_list(one) if option in desired.exact else self._unseen_delta(one)
        elif one.update:
            params = self._value_params(one, desired.exact[option])
        else:
            self.plan.unverified.append(option)
            self.plan.warnings.append(
                "%s can be set only on creation and is not shown by this panel; nothing was sent." % option
            )
            return
        self.plan.before[option] = UNREADABLE
        self.plan.after[option] = desired.exact.get(option, desired.add.get(option, NONE))
        self._batches.put(option, self.plan.after[option], params)
        self.plan.unverified.append(option)
        self.plan.warnings.append(
            "%s is not shown by this panel, so it is sent without being compared (unreadable: send)." % option
        )

    def _unseen_list(self, one: ListField) -> Dict[str, str]:
        """The whole list, where the present one is not known."""
        option, desired = one.option, self.desired
        items: FrozenSet[str] = desired.exact[option]
        if one.self_option and desired.keep_self.get(option, True):
            items = items | {desired.identity}
        if self.created and one.add and one.after_create(self.current.backend) == NONE:
            # the request that check mode foresees from a new object's empty list; it goes also without items
            with_params = self.resource.rules.with_params.get(option, {})
            return dict(with_params, **{one.add: one.codec.to_wire(items)})
        if one.update:
            return self._whole_list(one, items)
        rest = frozenset(getattr(one.codec, "vocabulary", ())) - items
        if not (items or rest):
            raise InputError(
                "%s: this panel does not show the present list, and the API cannot empty it unseen; name those to go "
                "as remove_%s." % (option, option)
            )
        return self._delta_params(one, items, rest)

    def _unseen_delta(self, one: ListField) -> Dict[str, str]:
        """Items to add and remove, where the present list is not known."""
        option, desired = one.option, self.desired
        if not (one.add and one.remove):
            raise InputError(
                "add_%s and remove_%s need the present list, which this panel does not show; give the whole list as %s."
                % (option, option, option)
            )
        own = frozenset({desired.identity}) if one.self_option and desired.keep_self.get(option, True) else NONE
        return self._delta_params(one, desired.add.get(option, NONE), desired.remove.get(option, NONE), own)

    # -- requests

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
            if one.option in sent or not any(one.option in resets.get(option, ()) for option in sent):
                continue
            value = self.desired.exact.get(one.option, self.current.value(one.option))
            if value not in (UNREADABLE, UNKNOWN):
                self._send_scalar(one, value)
            else:
                self._may_be_changed(one)

    def _may_be_changed(self, one: Field) -> None:
        """Warn of what is changed by the server when it gets something else, and is not shown by it."""
        rules, sent = self.resource.rules, self._batches.sent
        causes = [name for name in sent if one.option in (*rules.resets.get(name, ()), *rules.implied_by(name))]
        if not self.created:
            self.plan.warnings.append(
                "%s may have been changed by the server, which does so when %s is sent, and it does not show it."
                % (one.option, " or ".join(causes))
            )

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

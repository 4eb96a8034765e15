# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning: what is wanted against what is there, as requests. Pure: no I/O, no clock, no randomness.

Scalars that differ go together in one PUT. A list goes as the difference, through the add and remove parameters
where the API has them, so that somebody else's change made meanwhile survives; as a reset only where it has none.
"""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, Optional, Tuple

from .._errors import BadAnswer, InputError
from .._model.descriptors import Field, Resource
from .._model.sources import UNKNOWN, UNREADABLE
from .current import Current
from .desired import Want
from .plan import Expect, Plan, Write


def plan_create(resource: Resource, want: Want, backend: Optional[str]) -> Tuple[Write, Dict[str, Any]]:
    """The POST of a new object, and the options it carries.

    Empty values are not sent: what POST makes of them is not known (LDAP takes a quota of 0 for "the domain's
    default", panel/users.md#quota), so they are left to the PUT that follows.

    :raises InputError: something a new object needs is missing, this backend cannot store an option, or mail would have
        nowhere to go
    """
    for group in resource.creates_with:
        if not any(getattr(want, option, None) or want.exact.get(option) for option in group):
            raise InputError("%s does not exist, and to create it %s is needed." % (want.identity, " or ".join(group)))
    write = Write("POST", resource.at(want.identity))
    posted: Dict[str, Any] = {}
    for one in resource.fields:
        if not want.names(one):
            continue
        check_backend(one, backend)
        value = want.exact.get(one.option, want.add.get(one.option) if one.is_list else None)
        if one.own_option and not value and want.own.get(one.option) is False:
            raise _nowhere(one, want)
        alone = any(option in want.exact for option in one.apart)
        if one.create and value is not None and value != one.codec.empty and not alone:
            write.params.update(one.along)
            write.params.update(one.codec.params(one.create, value))
            posted[one.option] = value
    if want.password_hash:
        write.params["password_hash"] = want.password_hash
    elif want.password:
        write.params["password"] = want.password
    return write, posted


def _nowhere(one: Field, want: Want) -> InputError:
    return InputError(
        "%s: nothing would be left with %s: false; mail to %s would have nowhere to go."
        % (one.option, one.own_option, want.identity)
    )


def check_backend(one: Field, backend: Optional[str]) -> None:
    """:raises InputError: the option is stored only by the other backend."""
    if one.only and backend and one.only != backend:
        raise InputError(
            "%s is stored only by %s panels, and this one is %s." % (one.option, one.only.upper(), backend.upper())
        )


class Planner:
    """Plans the PUT of one object.

    :param posted: options that a POST of this run has carried, None when the object was there before
    """

    def __init__(self, resource: Resource, want: Want, current: Current, posted: Optional[Dict[str, Any]] = None):
        self.resource, self.want, self.current = resource, want, current
        self.created = posted is not None
        self.posted = posted or {}
        self.plan = Plan()
        self._groups: List[Tuple[Write, List[Field]]] = []

    def update(self) -> Plan:
        """The difference between ``want`` and ``current``.

        :raises InputError: it asks for what the API cannot do
        :raises BadAnswer: a managed option is shown in a form nobody knows
        """
        for one in self.resource.fields:
            if not self.want.names(one):
                continue
            check_backend(one, self.current.backend)
            if one.option in self.current.problems:
                raise BadAnswer(
                    "%s is shown by the panel in a form this collection does not know: %s. Nothing was concluded from "
                    "it and nothing was sent." % (one.option, self.current.problems[one.option])
                )
            current = self.current.values.get(one.option, UNREADABLE)
            if current is UNREADABLE:
                self._blind(one)
            elif one.is_list:
                self._list(one, current)
            else:
                self._scalar(one, current)
        self._send_disturbed()
        self.plan.writes = [write for write, _fields in self._groups]
        self._accompany()
        return self.plan

    def _send_disturbed(self) -> None:
        """Send again what the server changes by itself when it gets something else."""
        sent = [one for _write, fields in self._groups for one in fields]
        disturbed = {option for one in sent for option in one.disturbs} - {one.option for one in sent}
        for one in self.resource.fields:
            if one.option not in disturbed:
                continue
            value = self.want.exact.get(one.option, self.current.values.get(one.option, UNREADABLE))
            if value not in (UNREADABLE, UNKNOWN):
                self._send(one, self._scalar_params(one, value))
                self.plan.expect[one.option] = Expect(value)
            elif not self.created:
                self.plan.warnings.append(
                    "%s may have been changed by the server, which does so when %s is sent, and it does not show it."
                    % (one.option, " or ".join(other.option for other in sent if one.option in other.disturbs))
                )

    def _accompany(self) -> None:
        for one in self.resource.fields:
            if not (one.always and self.plan.writes):
                continue
            value = self.want.exact.get(one.option, self.current.values.get(one.option, UNREADABLE))
            if value is UNREADABLE and not self.created:
                self.plan.warnings.append(
                    "%s is not shown by this panel, which wipes it when a change comes without it; declare it, so that "
                    "it is sent along." % one.option
                )
            elif value not in (UNREADABLE, UNKNOWN, one.codec.empty):
                for write in self.plan.writes:
                    write.params.setdefault(str(one.update), one.codec.to_wire(value))

    def _scalar(self, one: Field, current: Any) -> None:
        value = self.want.exact[one.option]
        self.plan.before[one.option], self.plan.after[one.option] = current, value
        # the same PUT that check mode predicts, although the server may have chosen this very value by itself
        forced = self.created and one.option not in self.posted and self._nobody_knows(one)
        if current is not UNKNOWN and one.codec.same(current, value):
            self.plan.after[one.option] = current
            if not forced:
                return
        if not one.update:
            raise InputError(
                "%s can be set only when the %s is created; the server has %s, and %s is wanted."
                % (one.option, self.resource.name, current, value)
            )
        self._send(one, self._scalar_params(one, value))
        self.plan.expect[one.option] = Expect(value)

    def _nobody_knows(self, one: Field) -> bool:
        return one.after_create(self.current.backend) is UNKNOWN

    @staticmethod
    def _scalar_params(one: Field, value: Any) -> Dict[str, str]:
        params = dict(one.along)
        if one.update and not (one.clear_omits and value == one.codec.empty):
            params.update(one.codec.params(one.update, value))
        return params

    def _list(self, one: Field, current: Any) -> None:
        option = one.option
        if one.deferred and option in self.posted:
            return self._invited(one, self.posted[option])
        if current is UNKNOWN:
            current = frozenset()
        wanted = self._wanted_items(one, current)
        added, removed = wanted - current, current - wanted
        lost = added - self.current.vocabulary.get(option, added)
        if lost:
            self._cannot_store(option, lost)
            added, wanted = added - lost, wanted - lost
        if self._own_may_be_hidden(one, added, removed):
            added, wanted = frozenset(), current
        self.plan.before[option], self.plan.after[option] = current, wanted
        if not (added or removed):
            return
        if one.deferred and added:
            self._invited(one, wanted)
        if not (one.add and one.remove):
            self._send(one, {str(one.update): one.codec.to_wire(wanted)})
        else:
            params: Dict[str, str] = {}
            if added:
                # with its own address an account keeps a copy (panel/users.md#forwarding): always sent along
                own = wanted & {self.want.identity} if one.own_option else frozenset()
                params.update(one.along)
                params[one.add] = one.codec.to_wire(added | own)
            if removed:
                params[one.remove] = one.codec.to_wire(removed)
            self._send(one, params)
        self.plan.expect[option] = Expect(added=frozenset() if one.deferred else added, removed=removed)

    def _invited(self, one: Field, wanted: FrozenSet[str]) -> None:
        self.plan.after[one.option] = wanted
        self.plan.unverified.append(one.option)
        self.plan.warnings.append(
            "%s: those who are new are asked to confirm, and appear only when they do; until then every run asks them "
            "again." % one.option
        )

    def _own_may_be_hidden(self, one: Field, added: FrozenSet[str], removed: FrozenSet[str]) -> bool:
        """Some panels may not show the own address (panel/user-profiles.md#own-address): then it cannot be compared."""
        only_own = bool(one.own_option) and added == {self.want.identity} and not removed
        spoken_of = one.option in self.want.own or self.created
        return only_own and not spoken_of and self.want.unreadable == "skip"

    def _wanted_items(self, one: Field, current: FrozenSet[str]) -> FrozenSet[str]:
        option, want = one.option, self.want
        if option in want.exact:
            wanted: FrozenSet[str] = want.exact[option]
            if one.governed:
                wanted |= current - frozenset(one.governed) - wanted
            wanted |= current & frozenset(one.spared)
        else:
            wanted = (current | want.add.get(option, frozenset())) - want.remove.get(option, frozenset())
        if one.own_option:
            own = frozenset({want.identity})
            wanted = wanted | own if want.own.get(option, True) else wanted - own
            if not wanted:
                raise _nowhere(one, want)
        return wanted

    def _cannot_store(self, option: str, lost: FrozenSet[str]) -> None:
        names = ", ".join(sorted(lost))
        sentence = "%s: this panel has no place for %s and would silently ignore it" % (option, names)
        if self.want.verify == "strict":
            raise InputError(sentence + "; take it out, or set verify: warn.")
        self.plan.unverified.append(option)
        if self.want.verify == "warn":
            self.plan.warnings.append(sentence + "; it was not sent.")

    def _blind(self, one: Field) -> None:
        """A field the panel does not show: nothing can be compared."""
        option, want = one.option, self.want
        if option in self.posted:
            self.plan.after[option] = self.posted[option]
            self.plan.unverified.append(option)
            return
        if want.unreadable == "skip" and not self.created:
            self.plan.uncompared.append(option)
            return
        if self.created and option in want.exact and one.after_create(self.current.backend) == want.exact[option]:
            return
        params: Dict[str, str] = {}
        if not one.is_list:
            if not one.update:
                return self._creation_only_and_hidden(one)
            params = self._scalar_params(one, want.exact[option])
        elif option in want.exact:
            items = want.exact[option]
            if one.own_option and want.own.get(option, True):
                items = items | {want.identity}
            if self.created and one.add and one.after_create(self.current.backend) == frozenset():
                # the request that check mode foresees from a new object's empty list
                params = dict(one.along, **{one.add: one.codec.to_wire(items)})
            elif one.update:
                params[one.update] = one.codec.to_wire(items)
            else:
                rest = frozenset(getattr(one.codec, "vocabulary", ())) - items
                if not (items or rest):
                    raise InputError(
                        "%s: this panel does not show the present list, and the API cannot empty it unseen; name those "
                        "to go as remove_%s." % (option, option)
                    )
                params = {**one.along, str(one.add): one.codec.to_wire(items), str(one.remove): one.codec.to_wire(rest)}
                params = {name: text for name, text in params.items() if text}
        elif not (one.add and one.remove):
            raise InputError(
                "add_%s and remove_%s need the present list, which this panel does not show; give the whole list as %s."
                % (option, option, option)
            )
        else:
            added = want.add.get(option, frozenset())
            if added and one.own_option and want.own.get(option, True):
                added = added | {want.identity}
            params.update(one.along if added else {})
            for name, named in ((one.add, added), (one.remove, want.remove.get(option, frozenset()))):
                if named:
                    params[name] = one.codec.to_wire(named)
        self.plan.before[option] = UNREADABLE
        self.plan.after[option] = want.exact.get(option, want.add.get(option, frozenset()))
        self._send(one, params)
        self.plan.unverified.append(option)
        self.plan.warnings.append(
            "%s is not shown by this panel, so it is sent without being compared (unreadable: send)." % option
        )

    def _creation_only_and_hidden(self, one: Field) -> None:
        self.plan.unverified.append(one.option)
        self.plan.warnings.append(
            "%s can be set only on creation and is not shown by this panel; nothing was sent." % one.option
        )

    def _send(self, one: Field, params: Dict[str, str]) -> None:
        """Put the parameters into the first request they may share; conflicting ones go apart, in order."""
        for write, others in self._groups:
            if not any(other.option in one.apart or one.option in other.apart for other in others):
                write.params.update(params)
                others.append(one)
                return
        write = Write("PUT", self.resource.at(self.want.identity), dict(params))
        group = (write, [one])
        # what a field must stand apart from is written first: is_backupmx=no before a new transport
        self._groups.append(group) if one.apart or not self._groups else self._groups.insert(0, group)

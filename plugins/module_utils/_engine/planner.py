# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning: what is desired against what is there, as requests. Pure: no I/O, no clock, no randomness.

Scalars that differ go together in one PUT. A list goes as the difference, through the add and remove parameters where
the API has them, so that somebody else's change made meanwhile survives; as a reset only where it has none.
"""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Optional

from .._errors import BadAnswer, InputError
from .._model.codecs import Items
from .._model.fields import SQL, Field, ListField
from .._model.sources import UNKNOWN, UNREADABLE
from .alias_domains import given, may_be_given, say_not_read
from .desired import check_backend, no_recipient_left
from .own_address import leaves_own, say_unknown
from .plan import Expect, Plan, doubts
from .sending import NONE, Sending


class Planner(Sending):
    """Plans the PUT of one object.

    :ivar shows_own: whether this panel shows an account's own address among its forwardings; None: nobody tells
    :ivar alias_domains: those of the account's domain; None: they are not known
    """

    shows_own: Optional[bool] = True
    alias_domains: Optional[FrozenSet[str]] = None

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
        self._refuse_what_is_discarded()
        self.plan.warnings += doubts(self.resource.fields, self.plan.expect)
        self._complete()
        return self.plan

    def _refuse_what_is_discarded(self) -> None:
        """:raises InputError: something that is sent contradicts what stands, and the panel would discard it"""
        sent = self._batches.sent
        for conflict in self.resource.conflicts:
            values = {option: self.current.value(option) for option in conflict.there}
            values.update(self.desired.exact)
            stands = all(
                values.get(option, UNKNOWN) not in (UNKNOWN, UNREADABLE) and bool(values[option]) is truth
                for option, truth in conflict.when
            )
            if conflict.there and stands and any(option in sent for option, _truth in conflict.when):
                raise InputError(conflict.sentence)

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
        if one.update:
            self._send_scalar(one, value)
        elif self.created:  # what went with the POST and is not there is missed once the rest was sent
            self.plan.expect[one.option] = Expect(value)
        else:
            self._cannot_change(one, current, value)

    def _cannot_change(self, one: Field, current: Any, value: Any) -> None:
        self.plan.after[one.option] = current
        self.plan.unverified.append(one.option)
        sentence = "%s can be set only when the %s is created; the server has %s, and %s is wanted"
        values = (one.option, self.resource.name, current, value)
        self._refuse(
            sentence % values, "set it on the panel's own pages, leave it out", ", and nothing was sent for it"
        )

    def _plan_list(self, one: ListField, current: Any) -> None:
        option = one.option
        if one.needs_confirmation and option in self.posted:
            return self._await_confirmation(one, self.posted[option])
        if current is UNKNOWN:
            current = NONE
        self.plan.warnings += self.desired.hardly_meant(one, current)
        words = self.current.vocabulary.get(option)
        self._refuse(self.desired.misspelled(one, current.union(words or ())), "write that")
        wanted = self._wanted_items(one, current)
        added, removed = wanted - current, current - wanted
        lost = added & self.current.no_place.get(option, NONE) if words is None else added - words
        if lost:
            self._cannot_store(option, lost)
            added, wanted = added - lost, wanted - lost
        if not self.created and leaves_own(one, self.desired, wanted, added, self.shows_own):
            own = say_unknown(one, self.desired, self.plan)
            added, wanted = added - own, wanted - own
        self.plan.before[option], self.plan.after[option] = current, wanted
        if not (added or removed):
            return
        if one.needs_confirmation and added:
            self._await_confirmation(one, wanted)
        if one.add and one.remove and not self._goes_whole(one, wanted, removed):
            self._batches.put(option, wanted, self._delta_params(one, added, removed, self._unshown_own(one, wanted)))
        else:
            self._batches.put(option, wanted, self._whole_list(one, wanted))
        self.plan.expect[option] = Expect(added=NONE if one.needs_confirmation else added, removed=removed)

    def _wanted_items(self, one: ListField, current: FrozenSet[str]) -> FrozenSet[str]:
        option, desired = one.option, self.desired
        wanted = desired.items(option, current)
        if option in desired.exact:
            if one.exact_scope:
                wanted |= current - frozenset(one.exact_scope) - wanted
            wanted |= current & frozenset(one.server_managed)
            wanted |= self._given(one)
        if one.self_option:
            own = frozenset({desired.identity})
            wanted = wanted | own if desired.keeps_own(one, self.created or own <= current) else wanted - own
            if not wanted:
                raise no_recipient_left(one, desired)
        return wanted

    def _given(self, one: ListField) -> FrozenSet[str]:
        """What the server put there for alias domains, or may have."""
        perhaps = may_be_given(one, self.desired, self.current)
        if not perhaps:
            return NONE
        if self.alias_domains is None:
            say_not_read(one, self.desired, perhaps, self.plan)
        self.plan.given[one.option] = given(perhaps, self.alias_domains)
        return self.plan.given[one.option]

    def _goes_whole(self, one: ListField, wanted: FrozenSet[str], removed: FrozenSet[str]) -> bool:
        """Whether the panel would not take out an item that is named to it, since it discards what is no address.

        See panel/transport.md#lists. Nothing else of that kind may be lost with it.
        """
        codec = one.codec
        if not one.update or one.exact_scope or one.needs_confirmation or not isinstance(codec, Items):
            return False
        if one.self_option and not (
            {self.desired.identity} <= wanted or self.desired.keep_self.get(one.option) is False
        ):
            return False  # it may be there unseen, and a whole list without it would end the copy
        return not codec.takes(removed) and codec.takes(wanted)

    def _await_confirmation(self, one: Field, wanted: FrozenSet[str]) -> None:
        self.plan.after[one.option] = wanted
        self.plan.unverified.append(one.option)
        self.plan.warnings.append(
            "%s: those who are new are asked to confirm, and appear only when they do; until then every run asks them "
            "again." % one.option
        )

    def _unshown_own(self, one: ListField, wanted: FrozenSet[str]) -> FrozenSet[str]:
        """The own address, with which an account keeps a copy, where it is not sure to be there already.

        A second time it would be one too many for an SQL panel (panel/users.md#forwarding), which gives it to every
        user that is made.
        """
        shown = one.option not in self.current.concluded
        there = self.current.backend == SQL if self.created else shown
        return wanted & {self.desired.identity} if one.self_option and not there else NONE

    def _cannot_store(self, option: str, lost: FrozenSet[str]) -> None:
        names = ", ".join(sorted(lost))
        sentence = "%s: this panel has no place for %s and would silently ignore it" % (option, names)
        self._refuse(sentence, "take it out", "; it was not sent")
        self.plan.unverified.append(option)

    def _refuse(self, sentence: str, remedy: str, otherwise: str = "") -> None:
        """:raises InputError: it makes no sense, and the user wants more than to be warned"""
        if sentence and self.desired.verify == "strict":
            raise InputError("%s; %s, or set verify: warn." % (sentence, remedy))
        if sentence and self.desired.verify == "warn":
            self.plan.warnings.append("%s%s." % (sentence, otherwise))

    # -- what is not shown: nothing can be compared

    def _plan_unreadable(self, one: Field) -> None:
        option, desired = one.option, self.desired
        if option in self.posted:
            self.plan.after[option] = self.posted[option]
            return self.plan.unverified.append(option)
        if desired.unreadable == "skip" and not self.created:
            return self.plan.uncompared.append(option)
        is_default = one.after_create(self.current.backend) == desired.exact.get(option)
        if self.created and option in desired.exact and is_default:
            return
        if isinstance(one, ListField):
            params = self._unseen_list(one) if option in desired.exact else self._unseen_delta(one)
        elif one.update:
            params = self._value_params(one, desired.exact[option])
        else:
            self.plan.unverified.append(option)
            self.plan.warnings.append("%s can be set only on creation and is not shown; nothing was sent." % option)
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
        self._refuse(desired.misspelled(one, NONE), "write that")
        added, removed = desired.add.get(option, NONE), desired.remove.get(option, NONE)
        own = frozenset({desired.identity}) if one.self_option else NONE
        if desired.keeps_own(one, self.created):
            return self._delta_params(one, added, removed, own)
        return self._delta_params(one, added, removed | own if option in desired.keep_self else removed)

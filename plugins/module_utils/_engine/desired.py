# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The desired state: a task's parameters, checked and canonical, before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Dict, FrozenSet, List, Mapping, Optional

from .._errors import InputError, quoted
from .._model.accounts import Keys, Target
from .._model.codecs import Items, accept, accept_name, nearest
from .._model.descriptors import Described, Resource
from .._model.fields import Field, ListField
from .._model.passwords import accept_hash, accept_new_password

#: days: a hundred years
LONGEST_KEPT = 36500
NONE: FrozenSet[str] = frozenset()
NOTHING: Any = MappingProxyType({})


@dataclass
class Desired:
    """What the user asked for.

    :ivar exact: option to canonical value, only options that were given
    :ivar add, remove: for lists, the items named by ``add_`` and ``remove_``
    :ivar odd: by option and item, why what is to be removed could not be put there
    :ivar keep_self: the flags of ``self_option`` fields, where given, by the list's option
    """

    identity: str
    present: bool = True
    exact: Dict[str, Any] = field(default_factory=dict)
    add: Dict[str, FrozenSet[str]] = field(default_factory=dict)
    remove: Dict[str, FrozenSet[str]] = field(default_factory=dict)
    odd: Dict[str, Dict[str, str]] = field(default_factory=dict)
    keep_self: Dict[str, bool] = field(default_factory=dict)
    password: Optional[str] = None
    password_hash: Optional[str] = None
    update_password: str = "verify"
    rename_from: Optional[str] = None
    keep_mailbox_days: Optional[int] = None
    delete_params: Dict[str, str] = field(default_factory=dict)
    verify: str = "strict"
    unreadable: str = "send"

    @classmethod
    def of(cls, identity: str, params: Mapping[str, Any]) -> Desired:
        """With the options that every writing module has."""
        return cls(
            identity,
            present=params.get("state", "present") == "present",
            verify=params.get("verify") or "strict",
            unreadable=params.get("unreadable") or "send",
        )

    @property
    def secrets(self) -> List[str]:
        """What no message may hold, longest first."""
        found = {form for secret in (self.password, self.password_hash) if secret for form in quoted(secret)}
        return sorted(found, key=len, reverse=True)

    def names(self, one: Field) -> bool:
        """Whether the user said anything about this field."""
        return one.option in self.exact or one.option in self.add or one.option in self.remove

    def mentioned(self, one: Field) -> FrozenSet[str]:
        """Every item of a list that the user named, in whatever way."""
        return NONE.union(*(place.get(one.option, NONE) for place in (self.exact, self.add, self.remove)))

    def spoken_of(
        self, described: Described, values: Mapping[str, Any], given: Mapping[str, FrozenSet[str]] = NOTHING
    ) -> Dict[str, Any]:
        """The values, with only those items of a list that this speaks for: not what is ``given`` by the server."""
        found = dict(values)
        for one in described.fields:
            if isinstance(one, ListField) and isinstance(found.get(one.option), frozenset):
                mentioned = self.mentioned(one)
                if one.exact_scope:
                    found[one.option] &= frozenset(one.exact_scope) | mentioned
                found[one.option] -= frozenset(one.server_managed) - mentioned
                found[one.option] -= given.get(one.option, NONE)
        return found

    def items(self, option: str, current: FrozenSet[str]) -> FrozenSet[str]:
        """A list as it is to be: the exact one, or what is there with some items more and some less."""
        if option in self.exact:
            exact: FrozenSet[str] = self.exact[option]
            return exact
        return (current | self.add.get(option, NONE)) - self.remove.get(option, NONE)

    def keeps_own(self, one: ListField, before: bool) -> bool:
        """Whether an account's own address is to be in a list of it; unless said, only an exact list speaks of that.

        :param before: whether it is there, or comes with the account
        """
        return self.keep_self.get(one.option, before or one.option in self.exact)

    def hardly_meant(self, one: ListField, there: FrozenSet[str]) -> List[str]:
        """Warnings of what is to be removed that is not there, and that nobody could have put there.

        No error: once it is removed, it is not there either.
        """
        return [
            "remove_%s: %s; nothing of that name is there to be removed." % (one.option, why)
            for item, why in sorted(self.odd.get(one.option, {}).items())
            if item not in there
        ]

    def misspelled(self, one: ListField, current: FrozenSet[str]) -> str:
        """What a name to remove may have been meant to be that is neither there nor known: a sentence, or nothing."""
        known: FrozenSet[str] = getattr(getattr(one.codec, "item", None), "known", NONE)
        unknown = sorted(self.remove.get(one.option, NONE) - current - known) if known else []
        if not unknown:
            return ""
        meant = nearest(unknown[0], current | known)
        return "remove_%s: there is no %s; the nearest name is %s" % (one.option, unknown[0], meant)

    def take(self, described: Described, params: Mapping[str, Any]) -> None:
        """Take over the options of a descriptor's fields.

        :raises InputError: in the user's words, naming the option
        """
        for one in described.fields:
            self.take_field(one, params)
        self._check_conflicts(described)
        self._shrink()

    def _shrink(self) -> None:
        """Let what is said of nothing be the same for all: a whole state has tens of thousands of these."""
        for place in ("add", "remove", "odd", "keep_self", "delete_params"):
            if not getattr(self, place):
                setattr(self, place, NOTHING)

    def take_field(self, one: Field, params: Mapping[str, Any]) -> None:
        """Take over one field's options.

        :raises InputError: in the user's words, naming the option
        """
        option = one.option
        if params.get(option) is not None:
            value = accept(option, one.codec, params[option])
            if not one.clearable and value == one.codec.empty:
                raise InputError(
                    "%s: cannot be cleared, since the API has no way to say that. Leave it out to keep it." % option
                )
            self.exact[option] = value
        if isinstance(one, ListField):
            self._take_items(one, params)
            if one.own_for_none:
                for place in (self.exact, self.add, self.remove):
                    if option in place:
                        place[option] = place[option] - {self.identity}

    def _take_items(self, one: ListField, params: Mapping[str, Any]) -> None:
        option = one.option
        for prefix, place in (("add_", self.add), ("remove_", self.remove)):
            if params.get(prefix + option):
                if params.get(option) is not None:
                    raise InputError("parameters are mutually exclusive: %s and %s." % (option, prefix + option))
                place[option] = self._accept_items(prefix, one, params[prefix + option])
        clash = self.add.get(option, NONE) & self.remove.get(option, NONE)
        if clash:
            raise InputError("%s is named by both add_%s and remove_%s." % (", ".join(sorted(clash)), option, option))
        if one.self_option:
            if params.get(one.self_option) is not None:
                self.keep_self[option] = params[one.self_option]
            self._take_self(one)

    def _accept_items(self, prefix: str, one: ListField, value: Any) -> FrozenSet[str]:
        codec = one.codec
        if prefix != "remove_" or not isinstance(codec, Items):
            accepted: FrozenSet[str] = accept(prefix + one.option, codec, value)
            return accepted
        try:
            gone, odd = codec.accept_gone(value)
        except ValueError as error:
            raise InputError("%s: %s." % (prefix + one.option, error)) from None
        if odd:
            self.odd[one.option] = odd
        return gone

    def _take_self(self, one: ListField) -> None:
        """The option names the other addresses; the account's own is expressed by the flag alone."""
        option, own = one.option, frozenset({self.identity})
        listed = [place[option] for place in (self.exact, self.add) if own <= place.get(option, NONE)]
        if listed and self.keep_self.get(option) is False:
            raise InputError("%s names the account itself although %s is false." % (option, one.self_option))
        if own & self.remove.get(option, NONE):
            raise InputError("remove_%s names the account itself; say %s: false instead." % (option, one.self_option))
        for place in (self.exact, self.add):
            if option in place:
                place[option] = place[option] - own
        if self.exact.get(option) == NONE and self.keep_self.get(option) is False:
            raise InputError(
                "%s: [] with %s: false is refused: mail to %s would have nowhere to go."
                % (option, one.self_option, self.identity)
            )

    def _check_conflicts(self, described: Described) -> None:
        exact = self.exact
        given = dict(self.add, **exact)
        for conflict in described.conflicts:
            if all(option in given and bool(given[option]) is truth for option, truth in conflict.when):
                raise InputError(conflict.sentence)
        for less, more in described.ordered:
            if exact.get(less) and exact.get(more) and exact[less] > exact[more]:
                raise InputError("%s (%d) is more than %s (%d)." % (less, exact[less], more, exact[more]))


def check_backend(one: Field, backend: Optional[str]) -> None:
    """:raises InputError: the option is stored only by the other backend."""
    if one.only and backend and one.only != backend:
        raise InputError(
            "%s is stored only by %s panels, and this one is %s." % (one.option, one.only.upper(), backend.upper())
        )


def no_recipient_left(one: ListField, desired: Desired) -> InputError:
    """The error for a list that would leave mail to an account without anybody who gets it."""
    return InputError(
        "%s: nothing would be left and the mailbox keeps no copy; mail to %s would have nowhere to go. Say %s: true to "
        "keep one." % (one.option, desired.identity, one.self_option)
    )


def desired_object(resource: Resource, params: Mapping[str, Any]) -> Desired:
    """The desired state of one object of a resource.

    :raises InputError: in the user's words, naming the option
    """
    identity = accept_name(resource.identity, resource.identity_codec, params[resource.identity])
    desired = Desired.of(identity, params)
    desired.update_password = params.get("update_password") or "verify"
    desired.keep_mailbox_days = mailbox_days("keep_mailbox_days", params.get("keep_mailbox_days"))
    if params.get("rename_from") is not None:
        desired.rename_from = accept("rename_from", resource.identity_codec, params["rename_from"])
        if not desired.present:
            raise InputError("rename_from and state: absent conflict: say which account is to go.")
        if desired.rename_from in ("", identity):
            raise InputError("rename_from must name another address than %s." % resource.identity)
    for group in resource.exclusive:
        given = [option for option in group if params.get(option) is not None]
        if len(given) > 1:
            raise InputError("parameters are mutually exclusive: %s." % " and ".join(given))
    if not desired.present:
        for option, parameter in resource.delete_flags:
            if params.get(option) is not None:
                desired.delete_params[parameter] = "yes" if params[option] else "no"
        return desired
    _take_passwords(params, desired, any("password_hash" in group for group in resource.creates_with))
    desired.take(resource, params)
    return desired


def target_of(keys: Keys, params: Mapping[str, Any]) -> Target:
    """The options that name a thing, checked.

    :raises InputError: one of them is impossible
    """
    return Target(tuple((option, accept(option, codec, params[option])) for option, codec in keys))


def mailbox_days(option: str, days: Optional[int]) -> Optional[int]:
    """For how long messages are kept: the panel adds it to today's date.

    :raises InputError: no date comes of it
    """
    if days is not None and not 0 <= days <= LONGEST_KEPT:
        raise InputError("%s: must be 0 (forever) or more, and at most %d." % (option, LONGEST_KEPT))
    return days


def _take_passwords(params: Mapping[str, Any], desired: Desired, takes_hash: bool) -> None:
    desired.password, desired.password_hash = params.get("password"), params.get("password_hash")
    if desired.password is not None:
        accept_new_password("password", desired.password, takes_hash)
    if desired.password_hash is not None:
        accept_hash("password_hash", desired.password_hash)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a task's parameters to what is wanted: checked, canonical, before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, FrozenSet, Mapping, Optional

from .._errors import InputError
from .._model.codecs import Text, well_formed
from .._model.descriptors import Described, Field, Resource

#: days: a hundred years
LONGEST_KEPT = 36500


@dataclass
class Want:
    """What the user asked for.

    :ivar exact: option to canonical value, only options that were given
    :ivar add, remove: for lists, the items named by ``add_`` and ``remove_``
    :ivar own: the flags of ``own_option`` fields, where given
    """

    identity: str
    present: bool = True
    exact: Dict[str, Any] = field(default_factory=dict)
    add: Dict[str, FrozenSet[str]] = field(default_factory=dict)
    remove: Dict[str, FrozenSet[str]] = field(default_factory=dict)
    own: Dict[str, bool] = field(default_factory=dict)
    password: Optional[str] = None
    password_hash: Optional[str] = None
    update_password: str = "verify"
    rename_from: Optional[str] = None
    keep_mailbox_days: Optional[int] = None
    delete_params: Dict[str, str] = field(default_factory=dict)
    verify: str = "strict"
    unreadable: str = "send"

    def names(self, one: Field) -> bool:
        """Whether the user said anything about this field."""
        return one.option in self.exact or one.option in self.add or one.option in self.remove

    def mentioned(self, one: Field) -> FrozenSet[str]:
        """Every item of a list that the user named, in whatever way."""
        places = (self.exact, self.add, self.remove)
        return frozenset().union(*(place.get(one.option, frozenset()) for place in places))


def want_from(resource: Resource, params: Mapping[str, Any]) -> Want:
    """Check and convert the parameters of a writing module.

    :raises InputError: in the user's words, naming the option
    """
    identity = name_of(resource.identity, resource.identity_codec, params[resource.identity])
    want = Want(
        identity,
        present=params.get("state", "present") == "present",
        update_password=params.get("update_password") or "verify",
        keep_mailbox_days=mailbox_days("keep_mailbox_days", params.get("keep_mailbox_days")),
        verify=params.get("verify") or "strict",
        unreadable=params.get("unreadable") or "send",
    )
    if params.get("rename_from") is not None:
        want.rename_from = accept("rename_from", resource.identity_codec, params["rename_from"])
        if not want.present:
            raise InputError("rename_from and state: absent conflict: say which account is to go.")
        if want.rename_from in ("", identity):
            raise InputError("rename_from must name another address than %s." % resource.identity)
    for group in resource.exclusive:
        given = [option for option in group if params.get(option) is not None]
        if len(given) > 1:
            raise InputError("parameters are mutually exclusive: %s." % " and ".join(given))
    if not want.present:
        for option, parameter in resource.delete_flags:
            if params.get(option) is not None:
                want.delete_params[parameter] = "yes" if params[option] else "no"
        return want
    _passwords(params, want)
    fill(want, resource, params)
    return want


def fill(want: Want, described: Described, params: Mapping[str, Any]) -> None:
    """Take over the options of a descriptor's fields.

    :raises InputError: in the user's words, naming the option
    """
    for one in described.fields:
        take(one, params, want)
    _conflicts(described, want)


def accept(option: str, codec: Text, value: Any) -> Any:
    """The canonical value, or an error that names the option."""
    try:
        return codec.accept(value)
    except ValueError as error:
        shown = "" if isinstance(value, (list, tuple)) else "'%s' " % (value,)
        raise InputError("%s: %s%s." % (option, shown, error)) from None


def name_of(option: str, codec: Text, value: Any) -> Any:
    """The same for what cannot be empty, or a request would go to another path."""
    name = accept(option, codec, value)
    if not name:
        raise InputError("%s is empty." % option)
    return name


def mailbox_days(option: str, days: Optional[int]) -> Optional[int]:
    """For how long messages are kept: the panel adds it to today's date.

    :raises InputError: no date comes of it
    """
    if days is not None and not 0 <= days <= LONGEST_KEPT:
        raise InputError("%s: must be 0 (forever) or more, and at most %d." % (option, LONGEST_KEPT))
    return days


def secret(option: str, value: str) -> str:
    """A password that can be sent as it is.

    :raises InputError: it is empty, the panel would change it, or it is no text; the message does not hold it
    """
    if not value:
        raise InputError("%s: is empty; leave it out to keep the password as it is." % option)
    if value != value.strip():
        raise InputError("%s: begins or ends with a blank, which the panel would strip." % option)
    try:
        return well_formed(value)
    except ValueError as error:
        raise InputError("%s: %s." % (option, error)) from None


def _passwords(params: Mapping[str, Any], want: Want) -> None:
    want.password, want.password_hash = params.get("password"), params.get("password_hash")
    for option, value in (("password", want.password), ("password_hash", want.password_hash)):
        if value is not None:
            secret(option, value)
    if want.password_hash and not (want.password_hash.startswith("{") and "}" in want.password_hash):
        raise InputError("password_hash: must begin with its scheme, like {SSHA512}...; the panel refuses others.")


def take(one: Field, params: Mapping[str, Any], want: Want) -> None:
    """Take over one field's options.

    :raises InputError: in the user's words, naming the option
    """
    option = one.option
    if one.own_option and params.get(one.own_option) is not None:
        want.own[option] = params[one.own_option]
    if params.get(option) is not None:
        value = accept(option, one.codec, params[option])
        if not one.clearable and value == one.codec.empty:
            raise InputError("%s: cannot be cleared; the panel always holds one. Leave it out to keep it." % option)
        want.exact[option] = value
    if not one.is_list:
        return
    for prefix, place in (("add_", want.add), ("remove_", want.remove)):
        if params.get(prefix + option):
            if params.get(option) is not None:
                raise InputError("parameters are mutually exclusive: %s and %s." % (option, prefix + option))
            place[option] = accept(prefix + option, one.codec, params[prefix + option])
    clash = want.add.get(option, frozenset()) & want.remove.get(option, frozenset())
    if clash:
        raise InputError("%s is named by both add_%s and remove_%s." % (", ".join(sorted(clash)), option, option))
    if one.own_option:
        _own_address(one, want)


def _own_address(one: Field, want: Want) -> None:
    """The option names the other addresses; the account's own is expressed by the flag alone."""
    option, own = one.option, frozenset({want.identity})
    listed = [place[option] for place in (want.exact, want.add) if own <= place.get(option, frozenset())]
    if listed and want.own.get(option) is False:
        raise InputError("%s names the account itself although %s is false." % (option, one.own_option))
    if own & want.remove.get(option, frozenset()):
        raise InputError("remove_%s names the account itself; say %s: false instead." % (option, one.own_option))
    for place in (want.exact, want.add):
        if option in place:
            place[option] = place[option] - own
    if want.exact.get(option) == frozenset() and want.own.get(option) is False:
        raise InputError(
            "%s: [] with %s: false is refused: mail to %s would have nowhere to go."
            % (option, one.own_option, want.identity)
        )


def _conflicts(described: Described, want: Want) -> None:
    exact = want.exact
    given = dict(want.add, **exact)
    for conflict in described.conflicts:
        if all(option in given and bool(given[option]) is truth for option, truth in conflict.when):
            raise InputError(conflict.sentence)
    for less, more in described.ordered:
        if exact.get(less) and exact.get(more) and exact[less] > exact[more]:
            raise InputError("%s (%d) is more than %s (%d)." % (less, exact[less], more, exact[more]))

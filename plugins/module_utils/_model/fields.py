# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields: one option of a thing, its values, and its places on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as _default
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple, Union

from .addresses import Address
from .codecs import Items, Text
from .sources import UNKNOWN, UNREADABLE, Key

SQL, LDAP = "sql", "ldap"
#: where a profile shows something: a key, a place, or several of them
Places = Union[str, Key, Sequence[Union[str, Key]]]


@dataclass(frozen=True)
class Field:
    """One option and its places on the wire.

    :param option: what users type
    :param codec: its values
    :param create: parameter of POST; None: POST does not take it
    :param update: parameter of PUT; for lists the one that resets; None: cannot be changed (or only by add/remove)
    :param sql, ldap: where profiles of that personality show it, most likely place first
    :param sql_missing, ldap_missing: what it means when none of these is there. LDAP leaves out empty attributes.
    :param aliases: other spellings of the option, the API's own first
    :param clearable: whether an empty value means "none" to the API
    :param only: the one backend that stores it
    :param initial: what it holds after a POST that does not name it, by personality
    :param presumed: the personality of which nobody has seen the key, although it most likely shows it
    :param rarely_shown: the personality of which nobody has seen where it shows it
    :param since: the release that brought it (panel/releases.md#since-when), for messages
    """

    option: str
    codec: Text
    create: Optional[str] = None
    update: Optional[str] = None
    sql: Tuple[Key, ...] = ()
    ldap: Tuple[Key, ...] = ()
    sql_missing: Any = UNREADABLE
    ldap_missing: Any = None
    aliases: Tuple[str, ...] = ()
    clearable: bool = True
    only: Optional[str] = None
    initial: Mapping[str, Any] = _default(default_factory=dict)
    presumed: Optional[str] = None
    rarely_shown: Optional[str] = None
    since: str = ""

    def __post_init__(self) -> None:
        if not self.parameters:
            raise ValueError("%s is on no request" % self.option)
        if isinstance(self.codec, Items) != isinstance(self, ListField):
            raise ValueError("%s: a list and ListField go together" % self.option)
        if self.only not in (None, SQL, LDAP):
            raise ValueError("%s: unknown backend %s" % (self.option, self.only))
        if self.ldap_missing is None:
            object.__setattr__(self, "ldap_missing", self.codec.empty)

    @property
    def parameters(self) -> Dict[str, str]:
        """The parameters that carry it, by what they do: create, update, add, remove."""
        named = {"create": self.create, "update": self.update}
        return {does: parameter for does, parameter in named.items() if parameter}

    @property
    def holds_addresses(self) -> bool:
        """Whether addresses stand in it, and not just a text that may hold some."""
        return isinstance(getattr(self.codec, "item", self.codec), Address)

    @property
    def remark(self) -> str:
        """What helps where a server has not accepted it: the rest of a sentence."""
        if set(self.parameters) == {"create"}:
            return "; the API takes it at creation alone, so set it on the panel's own pages, or leave it out"
        return "; the parameter exists since %s" % self.since if self.since else ""

    def places(self, backend: str) -> Tuple[Key, ...]:
        return self.sql if backend == SQL else self.ldap

    def missing(self, backend: str) -> Any:
        return self.sql_missing if backend == SQL else self.ldap_missing

    def after_create(self, backend: str) -> Any:
        return self.initial.get(backend, UNKNOWN)


@dataclass(frozen=True)
class ListField(Field):
    """An option that is a list.

    :param add, remove: the parameters of PUT that touch only the named items
    :param exact_scope: an exact list speaks only for these words and those it mentions
    :param server_managed: items the server puts there by itself; an exact list without them leaves them alone
    :param in_alias_domains: the personality on which the server puts the account's address in each alias domain there;
        an exact list without these leaves them alone
    :param self_option: for addresses among which the account's own is a flag, that flag's option
    :param own_for_none: an empty list is sent as the object's own address, which is never shown as one of them: an
        empty value would take that address from the object too
    :param needs_confirmation: what is added shows only later, when somebody confirms it
    :param kept_apart: the panel hands it on to another service, and changes nothing there when an account goes or is
        renamed
    """

    add: Optional[str] = None
    remove: Optional[str] = None
    exact_scope: Tuple[str, ...] = ()
    server_managed: Tuple[str, ...] = ()
    in_alias_domains: Optional[str] = None
    self_option: Optional[str] = None
    own_for_none: bool = False
    needs_confirmation: bool = False
    kept_apart: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if bool(self.add) != bool(self.remove):
            raise ValueError("%s has only one of add and remove" % self.option)
        if self.own_for_none and not self.update:
            raise ValueError("%s cannot be sent as a whole" % self.option)

    @property
    def parameters(self) -> Dict[str, str]:
        named = {"add": self.add, "remove": self.remove}
        return dict(super().parameters, **{does: parameter for does, parameter in named.items() if parameter})


def field(
    option: str, codec: Text, parameter: str, sql: Places = (), ldap: Places = (), post: bool = False, **more: Any
) -> Field:
    """A field that one parameter carries, which is another spelling of its option.

    :param sql, ldap: a key of the profile, a place, or several of them
    :param post: POST takes the parameter too
    :param more: what else :class:`Field` and :class:`ListField` take; ``delta="X"`` stands for ``addX`` and ``removeX``
    """
    delta = more.pop("delta", None)
    if delta:
        more.update(add="add" + delta, remove="remove" + delta)
    more.setdefault("aliases", () if parameter == option else (parameter,))
    more.update(create=parameter if post else None, update=parameter, sql=_keys(sql), ldap=_keys(ldap))
    return (ListField if isinstance(codec, Items) else Field)(option, codec, **more)


def _keys(places: Places) -> Tuple[Key, ...]:
    several = (places,) if isinstance(places, (str, Key)) else places
    return tuple(Key(place) if isinstance(place, str) else place for place in several)


def both(value: Any) -> Dict[str, Any]:
    """The same initial value on both personalities."""
    return {SQL: value, LDAP: value}

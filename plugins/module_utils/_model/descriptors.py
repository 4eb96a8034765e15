# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptors: a resource of the API as data. The argument_spec, plan, requests, diff and export come from here.

A descriptor is checked when it is made, so a slip in one fails at import, not on somebody's mail server.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Dict, FrozenSet, Mapping, NamedTuple, Optional, Protocol, Tuple

from .codecs import Items, Text
from .sources import UNKNOWN, UNREADABLE, Key

SQL, LDAP = "sql", "ldap"


@dataclass(frozen=True)
class Field:
    """One option and its places on the wire.

    :param option: what users type
    :param codec: its values
    :param create: parameter of POST; None: POST does not take it
    :param update: parameter of PUT; for lists the one that resets; None: cannot be changed (or only by add/remove)
    :param add, remove: for lists, the parameters of PUT that touch only the named items
    :param sql, ldap: where profiles of that personality show it, most likely place first
    :param sql_missing, ldap_missing: what it means when none of these is there. LDAP leaves out empty attributes.
    :param aliases: other spellings of the option, the API's own first
    :param clearable: whether an empty value means "none" to the API
    :param only: the one backend that stores it
    :param initial: what it holds after a POST that does not name it, by personality
    :param along: parameters that must accompany it
    :param clear_omits: it is cleared by sending ``along`` without it
    :param apart: options that may not stand in one request with it
    :param own_option: for address lists that hold the account's own address as a flag, that flag's option
    :param governed: an exact list speaks only for these words and those it mentions
    :param spared: items an exact list leaves alone unless it mentions them: the server puts them there by itself
    :param always: it goes along with every PUT, since one without it wipes it
    :param disturbs: options the server changes by itself when this one is sent; they are sent again afterwards
    :param deferred: what is added shows only later, when somebody confirms it
    :param since: the release that brought it (panel/releases.md#since-when), for messages
    """

    option: str
    codec: Text
    create: Optional[str] = None
    update: Optional[str] = None
    add: Optional[str] = None
    remove: Optional[str] = None
    sql: Tuple[Key, ...] = ()
    ldap: Tuple[Key, ...] = ()
    sql_missing: Any = UNREADABLE
    ldap_missing: Any = None
    aliases: Tuple[str, ...] = ()
    clearable: bool = True
    only: Optional[str] = None
    initial: Mapping[str, Any] = field(default_factory=dict)
    along: Mapping[str, str] = field(default_factory=dict)
    clear_omits: bool = False
    apart: Tuple[str, ...] = ()
    own_option: Optional[str] = None
    governed: Tuple[str, ...] = ()
    spared: Tuple[str, ...] = ()
    always: bool = False
    disturbs: Tuple[str, ...] = ()
    deferred: bool = False
    since: str = ""

    def __post_init__(self) -> None:
        if not (self.create or self.update or (self.add and self.remove)):
            raise ValueError("%s is on no request" % self.option)
        for_lists = self.add or self.remove or self.own_option or self.governed or self.spared or self.deferred
        if for_lists and not self.is_list:
            raise ValueError("%s has list parameters and is no list" % self.option)
        if bool(self.add) != bool(self.remove):
            raise ValueError("%s has only one of add and remove" % self.option)
        if self.only not in (None, SQL, LDAP):
            raise ValueError("%s: unknown backend %s" % (self.option, self.only))
        if self.clear_omits and not self.along:
            raise ValueError("%s could not be cleared" % self.option)
        if self.ldap_missing is None:
            object.__setattr__(self, "ldap_missing", self.codec.empty)

    @property
    def is_list(self) -> bool:
        return isinstance(self.codec, Items)

    def places(self, backend: str) -> Tuple[Key, ...]:
        return self.sql if backend == SQL else self.ldap

    def missing(self, backend: str) -> Any:
        return self.sql_missing if backend == SQL else self.ldap_missing

    def after_create(self, backend: str) -> Any:
        return self.initial.get(backend, UNKNOWN)


def both(value: Any) -> Dict[str, Any]:
    """The same initial value on both personalities."""
    return {SQL: value, LDAP: value}


class Conflict(NamedTuple):
    """Wishes that cannot all come true: options with whether they are given as something or as nothing/false."""

    when: Tuple[Tuple[str, bool], ...]
    sentence: str


class Described(Protocol):
    """What a user may say of a thing: fields, and how they go together."""

    @property
    def fields(self) -> Tuple[Field, ...]:
        """Its options."""

    @property
    def conflicts(self) -> Tuple[Conflict, ...]:
        """Values that cannot be meant together."""

    @property
    def ordered(self) -> Tuple[Tuple[str, str], ...]:
        """Pairs of options of which the first must not be more than the second."""


@dataclass(frozen=True)
class Resource:
    """One kind of object the API manages.

    :param name: its name in results; ``plural`` names lists of it
    :param identity: the option that names an object; ``identity_codec`` its form
    :param path: where it lives; ``{id}`` is the identity
    :param id_keys: the profile's key with the identity, by personality; its presence tells the personality
    :param absent_codes: the only ``_msg`` codes that mean "there is no such object"
    :param list_path: all objects, or all of ``{domain}``; empty: there is no such list. ``list_query`` asks for names
        only, ``lists_disabled`` says whether it can be asked for the disabled ones
    :param creates_with: of each of these groups one option is needed to create
    :param rename: last element of the path of ``change_email``, None: cannot be renamed
    :param facts: keys of a profile that are passed on as they are: usage figures, not settings
    :param exclusive: options that may not be given together
    :param conflicts: values that may not be given together
    :param ordered: pairs of numbers of which the first may not be more than the second
    :param verify: path element of ``verify_password``, None: has no password
    :param only: the one backend that has such objects at all
    :param delete_flags: options of ``absent`` with the parameter of DELETE that carries them
    :param read_query: parameters of the GET that shows everything
    :param known_by: keys that tell a profile which shows neither personality
    :param in_pieces: a profile may come in pieces, each under a key of its own
    :param modes: argument_spec of options that say how others are read and sent, and are nothing by themselves;
        ``write_modes`` those that concern writing only
    :param variant: makes the descriptor for given modes; see :meth:`of`
    """

    name: str
    plural: str
    identity: str
    identity_codec: Text
    path: Tuple[str, ...]
    fields: Tuple[Field, ...]
    id_keys: Mapping[str, str]
    absent_codes: FrozenSet[str]
    list_path: Tuple[str, ...]
    list_query: Mapping[str, str]
    creates_with: Tuple[Tuple[str, ...], ...] = ()
    rename: bool = False
    verify: Optional[str] = None
    keeps_mailbox: bool = False
    facts: Tuple[str, ...] = ()
    exclusive: Tuple[Tuple[str, ...], ...] = ()
    conflicts: Tuple[Conflict, ...] = ()
    ordered: Tuple[Tuple[str, str], ...] = ()
    only: Optional[str] = None
    lists_disabled: bool = True
    delete_flags: Tuple[Tuple[str, str], ...] = ()
    read_query: Mapping[str, str] = field(default_factory=dict)
    known_by: Tuple[str, ...] = ()
    in_pieces: bool = False
    modes: Mapping[str, Any] = field(default_factory=dict)
    write_modes: Mapping[str, Any] = field(default_factory=dict)
    variant: Optional[Callable[[Mapping[str, Any]], Resource]] = None

    def __post_init__(self) -> None:
        names = [name for one in self.fields for name in (one.option,) + one.aliases]
        if len(names) != len(set(names)):
            raise ValueError("%s: an option or alias is there twice" % self.name)
        for method in ("create", "update", "add", "remove"):
            wire = [getattr(one, method) for one in self.fields if getattr(one, method)]
            if len(wire) != len(set(wire)):
                raise ValueError("%s: a %s parameter is there twice" % (self.name, method))
        if set(self.id_keys) != {SQL, LDAP} or not self.absent_codes:
            raise ValueError("%s: identity keys or absent codes are missing" % self.name)

    def of(self, params: Mapping[str, Any]) -> Resource:
        """The descriptor for the modes that a task's parameters choose."""
        return self.variant(params) if self.variant else self

    def at(self, identity: str) -> Tuple[str, ...]:
        """The object's path."""
        return tuple(identity if part == "{id}" else part for part in self.path)

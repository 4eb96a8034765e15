# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptors: what the API manages, as data. The argument_spec, plan, requests, diff and export come from here.

A descriptor is checked when it is made, so a slip in one fails at import, not on somebody's mail server.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Callable, FrozenSet, Iterable, Mapping, NamedTuple, Optional, Protocol, Tuple

from .accounts import Keys, Name
from .fields import LDAP, SQL, Field, ListField
from .paths import Path

#: answers that mean "nothing is configured", documented or likely (panel/open-questions.md#nothing-configured)
UNSET_CODES = frozenset({"NO_SUCH_ACCOUNT", "NOT_EXIST", "ACCOUNT_NOT_EXIST", "NO_SUCH_POLICY", "NO_SUCH_SETTING"})


class Conflict(NamedTuple):
    """Options that contradict each other: each with whether it is given as something or as nothing/false.

    :param there: those that count as they stand too, where they are not given
    """

    when: Tuple[Tuple[str, bool], ...]
    sentence: str
    there: Tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """How the options of one resource depend on each other in requests.

    :param not_with: option to those that may not share a request with it; it is sent after them
    :param may_name: list to others of the object; where it names an item of theirs it is sent after them, since the
        server drops an address that does not exist yet
    :param with_params: option to parameters that must accompany it
    :param cleared_by_params: options that are cleared by sending their ``with_params`` alone
    :param implies: option to what the server makes of others when it is sent as something, or as nothing/false;
        ``UNKNOWN`` is a default of the server
    :param resets: option to what the server may make of others when it is sent as whatever; these are sent again
        afterwards, unless it is what they are to be
    :param cleared_beside: option to those that go along, as they stand, when it is cleared: the server needs it beside
        them, and puts something in its place then
    :param resend: options that go along with every PUT, since one without them wipes them
    """

    not_with: Mapping[str, Tuple[str, ...]] = field(default_factory=dict)
    may_name: Mapping[str, Tuple[str, ...]] = field(default_factory=dict)
    with_params: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cleared_by_params: FrozenSet[str] = frozenset()
    resets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    implies: Mapping[str, Mapping[bool, Tuple[Tuple[str, Any], ...]]] = field(default_factory=dict)
    cleared_beside: Mapping[str, Tuple[str, ...]] = field(default_factory=dict)
    resend: FrozenSet[str] = frozenset()

    def implied(self, option: str, value: Any) -> Tuple[Tuple[str, Any], ...]:
        """What the server makes of other options when one is sent with a value."""
        return self.implies.get(option, {}).get(bool(value), ())

    def concerned(self, option: str) -> FrozenSet[str]:
        """The other options that may change, or must go along, when one is sent."""
        implied = (other for rule in self.implies.get(option, {}).values() for other, _value in rule)
        return frozenset(implied).union(self.resets.get(option, ()), self.cleared_beside.get(option, ()))

    def options(self) -> FrozenSet[str]:
        """Every option the rules speak of."""
        rules = (self.not_with, self.may_name, self.resets, self.cleared_beside)
        listed = [name for rule in rules for names in rule.values() for name in names]
        listed += [name for rule in self.implies.values() for others in rule.values() for name, _value in others]
        keys = [*self.not_with, *self.may_name, *self.with_params, *self.resets, *self.implies, *self.cleared_beside]
        return self.cleared_by_params.union(self.resend, keys, listed)


@dataclass(frozen=True)
class Reading:
    """How profiles are asked for and told apart, where that is unusual.

    :param query: parameters of the GET that shows everything
    :param known_by: keys that tell a profile which shows neither personality
    :param in_pieces: a profile may come in pieces, each under a key of its own
    :param lists_disabled: whether the list can be asked for the disabled ones
    :param files_apart: the list shows accounts, and the profile what is kept apart from them and may be lost
    :param not_with: an attribute and the value of it by which a profile is one of another kind
    """

    query: Mapping[str, str] = field(default_factory=dict)
    known_by: Tuple[str, ...] = ()
    in_pieces: bool = False
    lists_disabled: bool = True
    files_apart: bool = False
    not_with: Optional[Tuple[str, str]] = None


@dataclass(frozen=True)
class Modes:
    """Options that say how others are read and sent, and are nothing by themselves.

    :param options: their argument_spec; ``write_options`` those that concern writing only
    :param variant: makes the descriptor for a task's parameters
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    write_options: Mapping[str, Any] = field(default_factory=dict)
    variant: Optional[Callable[[Mapping[str, Any]], Resource]] = None


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
    """One kind of object the API creates and deletes.

    :param name: its name in results; ``plural`` names lists of it
    :param identity: the option that names an object; ``identity_codec`` its form
    :param path: where it lives; ``{id}`` is the identity
    :param id_keys: the profile's key with the identity, by personality; its presence tells the personality
    :param absent_codes: the only ``_msg`` codes that mean "there is no such object"
    :param list_path: all objects, or all of ``{domain}``; empty: there is no such list; ``list_query`` asks for names
    :param creates_with: of each of these groups one option is needed to create
    :param rename: whether it can be renamed (``change_email``)
    :param verify: path element of ``verify_password``, None: has no password
    :param keeps_mailbox: whether a deletion can keep the messages for some days
    :param facts: keys of a profile that are passed on as they are: usage figures, not settings
    :param exclusive: options that may not be given together; ``conflicts`` values that may not
    :param ordered: pairs of numbers of which the first may not be more than the second
    :param cautions: of an object's values, what it would not do as it seems: the options that say so, and a sentence
    :param only: the one backend that has such objects at all
    :param delete_flags: options of ``absent`` with the parameter of DELETE that carries them
    """

    name: str
    plural: str
    identity: str
    identity_codec: Name
    path: Path
    fields: Tuple[Field, ...]
    id_keys: Mapping[str, str]
    absent_codes: FrozenSet[str]
    list_path: Path
    list_query: Mapping[str, str]
    creates_with: Tuple[Tuple[str, ...], ...] = ()
    rename: bool = False
    verify: Optional[str] = None
    keeps_mailbox: bool = False
    facts: Tuple[str, ...] = ()
    exclusive: Tuple[Tuple[str, ...], ...] = ()
    conflicts: Tuple[Conflict, ...] = ()
    ordered: Tuple[Tuple[str, str], ...] = ()
    cautions: Callable[[Mapping[str, Any]], Iterable[Tuple[Tuple[str, ...], str]]] = lambda _values: ()
    only: Optional[str] = None
    delete_flags: Tuple[Tuple[str, str], ...] = ()
    rules: Rules = Rules()
    reading: Reading = Reading()
    modes: Modes = Modes()

    def __post_init__(self) -> None:
        names = [name for one in self.fields for name in (one.option,) + one.aliases]
        if len(names) != len(set(names)):
            raise ValueError("%s: an option or alias is there twice" % self.name)
        for does in ("create", "update", "add", "remove"):
            wire = [one.parameters[does] for one in self.fields if does in one.parameters]
            if len(wire) != len(set(wire)):
                raise ValueError("%s: a %s parameter is there twice" % (self.name, does))
        if set(self.id_keys) != {SQL, LDAP} or not self.absent_codes:
            raise ValueError("%s: identity keys or absent codes are missing" % self.name)
        if not self.rules.options() <= {one.option for one in self.fields}:
            raise ValueError("%s: a rule names an option that is not there" % self.name)
        if not self.rules.cleared_by_params <= set(self.rules.with_params):
            raise ValueError("%s: an option could not be cleared" % self.name)

    @cached_property
    def with_addresses(self) -> FrozenSet[str]:
        """The options in which addresses stand."""
        return frozenset(one.option for one in self.fields if one.holds_addresses)

    def of(self, params: Mapping[str, Any]) -> Resource:
        """The descriptor for the modes that a task's parameters choose."""
        return self.modes.variant(params) if self.modes.variant else self

    def concerned(self, option: str) -> FrozenSet[str]:
        """The other options whose values matter when one is sent."""
        with_it = (one for one in self.conflicts if option in dict(one.when))
        return self.rules.concerned(option).union(*(one.there for one in with_it))

    def at(self, identity: str) -> Path:
        """The object's path."""
        return tuple(identity if part == "{id}" else part for part in self.path)

    def list_at(self, domain: str) -> Path:
        """The path of the list of a domain's objects, or of all."""
        return tuple(domain if part == "{domain}" else part for part in self.list_path)


@dataclass(frozen=True)
class Setting:
    """What is not created but configured, and otherwise inherited.

    The same on SQL and LDAP panels, since other databases keep them (panel/spam-policy.md#where-it-is-kept).

    :param keys: the options that name one, with their codecs
    :param path: where it lives; see :meth:`Target.at`
    :param method: the verb that sets it
    :param whole: send what is there along with what is desired, since the server may replace everything
        (panel/spam-policy.md#whole-or-in-part); a value that says "not set" stays out, which leaves it so on servers
        that replace and on those that merge
    :param needed: options without which nothing can be set
    :param off: parameters that take it away where there is no DELETE, the likeliest way first; ``{option}`` stands for
        what is there
    :param any_of: options of which one must be more than missing, or nothing is set at all
    :param unset_when: an option and the value that mean the same as nothing configured
    :param unsaid: of a row, what it holds that no option can say, each as a key and its value
    :param where: of rows in a list, only those count that have these values; ``{option}`` stands for a key's value
    """

    name: str
    plural: str
    keys: Keys
    path: Path
    method: str
    fields: Tuple[Field, ...]
    whole: bool = False
    needed: Tuple[str, ...] = ()
    off: Tuple[Mapping[str, str], ...] = ()
    any_of: Tuple[str, ...] = ()
    unset_when: Optional[Tuple[str, Any]] = None
    unsaid: Callable[[Mapping[str, Any]], Iterable[Tuple[str, Any]]] = lambda _row: ()
    where: Mapping[str, str] = field(default_factory=dict)
    conflicts: Tuple[Conflict, ...] = ()
    ordered: Tuple[Tuple[str, str], ...] = ()
    unset_codes: FrozenSet[str] = UNSET_CODES

    def is_unset(self, values: Mapping[str, Any]) -> bool:
        """Whether these values are the same as nothing configured."""
        return bool(self.unset_when and values.get(self.unset_when[0]) == self.unset_when[1])

    def says_nothing(self, values: Mapping[str, Any]) -> bool:
        """Whether these values would set nothing, although they are none of those that mean so."""
        return bool(self.any_of) and all(
            values.get(one.option, one.sql_missing) == one.sql_missing
            for one in self.fields
            if one.option in self.any_of
        )


@dataclass(frozen=True)
class AddressSet:
    """A set of addresses with calls that add and remove.

    :param keys: the options that name one, with their codecs
    :param adding, removing: method and parameter of the calls; with one method they go together
    :param opposite: the option and its two values of which an address can stand in one only
    :param clearing: whether DELETE removes all
    :param by_cron: whether a cron job of the server adds to that of everybody
    """

    name: str
    plural: str
    keys: Keys
    path: Path
    field: ListField
    adding: Tuple[str, str]
    removing: Tuple[str, str]
    opposite: Optional[Tuple[str, Mapping[str, str]]] = None
    clearing: bool = True
    by_cron: bool = False
    ordered: Tuple[Tuple[str, str], ...] = ()
    conflicts: Tuple[Conflict, ...] = ()
    unset_codes: FrozenSet[str] = UNSET_CODES

    @property
    def fields(self) -> Tuple[Field, ...]:
        return (self.field,)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a panel shows, as option values: profiles of either personality, settings and sets of addresses.

Tolerant of shapes, never of guesses. Pure: it is given what a GET returned.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Dict, FrozenSet, List, Mapping, NamedTuple, Optional, Set, Tuple

from .._errors import BadAnswer
from .._model.accounts import GLOBAL, Target
from .._model.descriptors import AddressSet, Resource, Setting
from .._model.fields import LDAP, SQL, Field, ListField
from .._model.paths import Path, api_path
from .._model.sources import MISSING, UNKNOWN, UNREADABLE, EnabledColumns, Limited

#: where a row of an address set keeps its address (panel/wblist.md#profile)
ROW_KEYS = ("sender", "address", "email", "addr", "domain")
#: names under which a whole set may stand, beside those of the set itself
SET_KEYS = ("addresses", "senders", "whitelists", "list")


@dataclass
class Current:
    """An object or a setting as it stands.

    :ivar values: option to canonical value, ``UNREADABLE`` or ``UNKNOWN``
    :ivar problems: options whose place is there and holds a shape nobody knows, with the reason
    :ivar vocabulary: for lists, the only items the panel can store, where it is limited
    :ivar no_place: for lists of a new object, items that the panel is known not to store
    :ivar facts: usage figures and the like, passed on as they are
    :ivar absent: options without any of the keys that are presumed to show them, which counts as empty
    :ivar lost: nothing is known of it but that it is listed
    :ivar concluded: lists that show nothing at all, so that the account's own address must be meant
    :ivar unsaid: what a setting holds that no option can say
    :ivar unsure: a setting that may be gone or another one by the time that it matters, since its account is made or
        gets another name before that (panel/endpoints-sql.md#change-of-address)
    :ivar own_shown: whether its own address stands in a list where that is a flag; False: the list is shown and empty,
        where a panel that shows it would show it; None: nothing is known, or there are others only
    """

    backend: str
    values: Dict[str, Any] = field(default_factory=dict)
    problems: Dict[str, str] = field(default_factory=dict)
    vocabulary: Dict[str, FrozenSet[str]] = field(default_factory=dict)
    no_place: Dict[str, FrozenSet[str]] = field(default_factory=dict)
    facts: Dict[str, Any] = field(default_factory=dict)
    concluded: Set[str] = field(default_factory=set)
    absent: FrozenSet[str] = frozenset()
    lost: bool = False
    unsaid: Tuple[Tuple[str, Any], ...] = ()
    unsure: bool = False
    own_shown: Optional[bool] = None

    def value(self, option: str) -> Any:
        """The value of an option; ``UNREADABLE`` where nothing is known of it."""
        return self.values.get(option, UNREADABLE)

    def changed(self, values: Mapping[str, Any]) -> Current:
        """The same with other values."""
        return replace(self, values=dict(self.values, **values))

    def storing_as(self, foreseen: Current) -> Current:
        """The same, of whose lists no more is known than before it was made: what was foreseen is sent."""
        return replace(self, vocabulary=foreseen.vocabulary, no_place=foreseen.no_place)


class Found(NamedTuple):
    """What a set holds: what people put there, and what a cron job of the server did, which is left alone.

    See panel/greylisting.md#senders-that-a-cron-job-adds.

    :ivar perhaps: what may or may not be there by the time that it matters, as of a setting that is ``unsure``
    :ivar unmarked: the panel does not tell the two apart, so that some of the former may be of the job
    """

    own: FrozenSet[str] = frozenset()
    automatic: FrozenSet[str] = frozenset()
    perhaps: FrozenSet[str] = frozenset()
    unmarked: bool = False

    @property
    def likely(self) -> FrozenSet[str]:
        """What people put there and may be there."""
        return self.own | self.perhaps


# -- objects


def decode(resource: Resource, identity: str, data: Any) -> Current:
    """Turn the ``_data`` of an object into values.

    :raises BadAnswer: it is no profile of this object; the message names the keys found
    """
    path = resource.at(identity)
    profile = unwrap(data)
    if resource.reading.in_pieces and isinstance(profile, list) and len(profile) == 1:
        profile = profile[0]
    if not isinstance(profile, dict):
        raise BadAnswer(
            "GET %s returned a %s where a profile is expected; nothing was concluded from it."
            % (api_path(path), type(data).__name__)
        )
    if resource.reading.in_pieces:
        known = set(resource.reading.known_by)
        pieces = [piece for piece in profile.values() if isinstance(piece, dict) and known & set(piece)]
        profile = dict({key: value for piece in pieces for key, value in piece.items()}, **profile)
    backend = personality(resource, profile)
    if backend is None:
        raise unknown_shape(path, profile, "a profile of a shape")
    shown = profile.get(resource.id_keys[backend], MISSING)
    if shown is not MISSING and identity not in [str(name).lower() for name in as_list(shown)]:
        raise BadAnswer("GET %s answered with the profile of %s." % (api_path(path), shown))
    current = Current(backend)
    for one in resource.fields:
        if one.only in (None, backend):
            decode_field(one, profile, identity, current)
    current.facts = {name: profile[name] for name in resource.facts if name in profile}
    return current


def decode_field(one: Field, profile: Mapping[str, Any], identity: str, current: Current) -> None:
    """Note the value of one field."""
    value = one.missing(current.backend)
    for place in one.places(current.backend):
        try:
            raw = place.find(profile)
            if raw is MISSING:
                continue
            value = (place.codec or one.codec).from_wire(raw)
        except ValueError as error:
            current.problems[one.option] = "%s (key %s)" % (error, place.path or one.option)
            value = UNREADABLE
        words = place.vocabulary(profile)
        if words is not None:
            current.vocabulary[one.option] = words
        if isinstance(one, ListField) and one.self_option and isinstance(value, frozenset):
            current.own_shown = identity in value or (None if value else False)
        break
    else:
        if one.presumed == current.backend:
            current.absent |= {one.option}
    current.values[one.option] = _with_self(one, value, identity)
    if value == frozenset() != current.values[one.option]:
        current.concluded.add(one.option)


def _with_self(one: Field, value: Any, identity: str) -> Any:
    """No forwarding at all means that mail goes to the mailbox; no list has its own address as a further one."""
    if isinstance(one, ListField) and isinstance(value, frozenset):
        if one.own_for_none:
            return value - {identity}
        if one.self_option and not value:
            return frozenset({identity})
    return value


def as_list(value: Any) -> List[Any]:
    """An attribute with one value may be shown with or without a list around it."""
    return value if isinstance(value, list) else [value]


def unwrap(data: Any) -> Any:
    """``{"dn": ..., "ldif": {...}}`` and ``[dn, {...}]`` are LDAP profiles in a wrapping.

    See panel/open-questions.md#wrapped-profiles.
    """
    if isinstance(data, dict) and isinstance(data.get("ldif"), dict):
        return data["ldif"]
    if isinstance(data, list) and len(data) == 2 and isinstance(data[0], str) and isinstance(data[1], dict):
        return data[1]
    return data


def personality(resource: Resource, profile: Mapping[str, Any]) -> Optional[str]:
    """SQL profiles have columns, LDAP profiles attributes; the two have no name of these in common (panel/names.md).

    What an LDAP profile does not show counts as empty, so it must be sure that it is one: by its name.
    """
    if resource.id_keys[SQL] in profile or "active" in profile:
        return SQL
    if resource.id_keys[LDAP] in profile:
        return LDAP
    return SQL if any(key in profile for key in resource.reading.known_by) else None


def is_another_kind(resource: Resource, data: Any) -> bool:
    """Whether a profile is one of a kind that has a path of its own."""
    profile = unwrap(data)
    if resource.reading.not_with is None or not isinstance(profile, dict):
        return False
    attribute, value = resource.reading.not_with
    found = profile.get(attribute)
    return value in found if isinstance(found, list) else found == value


def after_post(resource: Resource, backend: Optional[str], identity: str, posted: Mapping[str, Any]) -> Current:
    """What a new object will hold, as far as is known: the prediction check mode starts from."""
    current = Current(backend or SQL)
    for one in resource.fields:
        if backend and one.only not in (None, backend):
            continue
        # where nobody knows the backend yet, only what both agree on is known
        values = [one.after_create(side) for side in ((backend,) if backend else (SQL, LDAP))]
        value = posted.get(one.option, values[0] if all(value == values[0] for value in values) else UNKNOWN)
        # a prediction of what will hardly be shown is not what is found then
        value = UNREADABLE if backend and one.rarely_shown == backend else value
        current.values[one.option] = _with_self(one, value, identity)
        place = (one.places(current.backend) if backend else ())[:1]
        if place and isinstance(place[0], Limited):
            current.vocabulary[one.option] = place[0].words
        if place and isinstance(place[0], EnabledColumns):
            current.no_place[one.option] = place[0].without
    for option in posted:
        implied = resource.rules.implied(option, posted[option])
        current.values.update({other: value for other, value in implied if other not in posted})
    return current


# -- settings and sets of addresses


def decode_setting(setting: Setting, target: Target, data: Any) -> Optional[Current]:
    """Turn the ``_data`` of a setting into values; None when nothing is configured.

    :raises BadAnswer: a shape nobody knows; the message names the keys found
    """
    path = target.at(setting.path)
    row = _row_in(setting, target, data)
    if row is None:
        return None
    if not isinstance(row, dict):
        raise BadAnswer(
            "GET %s returned a %s of unknown form; nothing was concluded from it."
            % (api_path(path), type(row).__name__)
        )
    if not any(place.find(row) is not MISSING for one in setting.fields for place in one.sql):
        raise unknown_shape(path, row)
    current = Current(SQL)
    for one in setting.fields:
        decode_field(one, row, "", current)
        if one.option in current.problems:
            raise BadAnswer("GET %s: %s: %s." % (api_path(path), one.option, current.problems[one.option]))
    current.unsaid = tuple(setting.unsaid(row))
    return None if setting.is_unset(current.values) else current


def _row_in(setting: Setting, target: Target, data: Any) -> Any:
    """A row may stand alone, in a list, or under its kind or account (panel/throttle.md#profile); None for none."""
    row = unwrap(data)
    for _option, name in target.names:
        if isinstance(row, dict) and name in row:
            row = row[name]
    if row == {} or row == []:
        return None
    if isinstance(row, list) and all(isinstance(one, dict) for one in row):
        where = {key: text.format(**target.as_dict()) for key, text in setting.where.items()}
        rows = [one for one in row if all(one.get(key, text) == text for key, text in where.items())]
        return rows[0] if len(rows) == 1 else rows or None
    return row


def decode_set(kind: AddressSet, target: Target, data: Any) -> Found:
    """Turn the ``_data`` of a set into addresses: texts or rows, alone or under their name.

    :raises BadAnswer: a shape nobody knows
    """
    path = target.at(kind.path)
    names = SET_KEYS + (kind.name, kind.plural, kind.field.option) + tuple(text for _key, text in target.names)
    if isinstance(data, dict) and kind.opposite:
        asked = target.as_dict()[kind.opposite[0]]
        data = data.get(asked, data)  # both lists in one answer (panel/wblist.md#profile)
    if isinstance(data, dict):
        data = next((data[name] for name in names if isinstance(data.get(name), list)), [data] if data else None)
    if data is None or data == "":
        return Found()
    if not isinstance(data, list):
        raise unknown_shape(path, data)
    own: List[str] = []
    automatic: List[str] = []
    for entry in data:
        text = _address_in(entry)
        if text is None:
            raise unknown_shape(path, entry)
        by_cron = isinstance(entry, dict) and str(entry.get("comment") or "").startswith("AUTO-UPDATE")
        (automatic if by_cron else own).append(text)
    unmarked = kind.by_cron and target.account == GLOBAL and any(isinstance(entry, str) for entry in data)
    return Found(kind.field.codec.from_wire(own), kind.field.codec.from_wire(automatic), unmarked=unmarked)


def _address_in(entry: Any) -> Optional[str]:
    """The address of an entry; None for a shape nobody knows."""
    if isinstance(entry, str):
        return entry
    if not isinstance(entry, dict):
        return None
    return next((entry[key] for key in ROW_KEYS if isinstance(entry.get(key), str)), None)


# -- what is not understood


def unknown_shape(path: Path, data: Any, what: str = "a shape") -> BadAnswer:
    """The error for an answer that is not understood; it names the keys."""
    if not isinstance(data, dict):
        shown = type(data).__name__
    else:
        shown = "keys: %s" % (", ".join(sorted(map(str, data))[:40]) or "none")
    return BadAnswer(
        "GET %s returned %s this collection does not know (%s); nothing was concluded from it. Please report the keys."
        % (api_path(path), what, shown)
    )

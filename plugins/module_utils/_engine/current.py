# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading: a profile of either personality becomes option values. Tolerant of shapes, never of guesses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, FrozenSet, List, Mapping, Optional

from .._api.client import Client
from .._api.transport import Path, api_path
from .._errors import BadAnswer, NoSuchEndpoint, Rejected
from .._model.descriptors import LDAP, SQL, Field, Resource
from .._model.sources import MISSING, UNKNOWN, UNREADABLE


@dataclass
class Current:
    """An object as it stands.

    :ivar values: option to canonical value, ``UNREADABLE`` or ``UNKNOWN``
    :ivar problems: options whose place is there and holds a shape nobody knows, with the reason
    :ivar vocabulary: for lists, the only items the panel can store, where it is limited
    :ivar facts: usage figures and the like, passed on as they are
    """

    backend: str
    values: Dict[str, Any] = field(default_factory=dict)
    problems: Dict[str, str] = field(default_factory=dict)
    vocabulary: Dict[str, FrozenSet[str]] = field(default_factory=dict)
    facts: Dict[str, Any] = field(default_factory=dict)


def read(client: Client, resource: Resource, identity: str) -> Optional[Current]:
    """The object, or None: only on an answer that is documented to mean "there is none".

    :raises IRedMailError: on any other failure, and on a profile of an unknown shape
    """
    path = resource.at(identity)
    try:
        data = client.get(path, dict(resource.read_query) or None)
    except Rejected as refusal:
        if refusal.code in resource.absent_codes:
            return None
        raise
    except NoSuchEndpoint as failure:
        if not resource.only:
            raise
        raise NoSuchEndpoint(
            "%s exist on %s panels only, and this one does not know them (%s)"
            % (resource.plural, resource.only.upper(), failure)
        ) from None
    return decode(resource, identity, data, path)


def decode(resource: Resource, identity: str, data: Any, path: Path) -> Current:
    """Turn ``_data`` into values.

    :raises BadAnswer: it is no profile of this object; the message names the keys found
    """
    profile = unwrap(data)
    if resource.in_pieces and isinstance(profile, list) and len(profile) == 1:
        profile = profile[0]
    if not isinstance(profile, dict):
        raise BadAnswer(
            "GET %s returned a %s where a profile is expected; nothing was concluded from it."
            % (api_path(path), type(data).__name__)
        )
    if resource.in_pieces:
        known = set(resource.known_by)
        pieces = [piece for piece in profile.values() if isinstance(piece, dict) and known & set(piece)]
        profile = dict({key: value for piece in pieces for key, value in piece.items()}, **profile)
    backend = personality(resource, profile)
    if backend is None:
        raise BadAnswer(
            "GET %s returned a profile of a shape this collection does not know (keys: %s); nothing was concluded "
            "from it. Please report the keys." % (api_path(path), ", ".join(sorted(map(str, profile))[:40]) or "none")
        )
    shown = profile.get(resource.id_keys[backend], MISSING)
    if shown is not MISSING and identity not in [str(name).lower() for name in _listed(shown)]:
        raise BadAnswer("GET %s answered with the profile of %s." % (api_path(path), shown))
    current = Current(backend)
    for one in resource.fields:
        if one.only in (None, backend):
            decode_field(one, profile, identity, current)
    current.facts = {name: profile[name] for name in resource.facts if name in profile}
    return current


def decode_field(one: Field, profile: Mapping[str, Any], identity: str, current: Current) -> None:
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
        break
    if one.own_option and value == frozenset():
        value = frozenset({identity})  # no forwarding at all: mail goes to the mailbox
    current.values[one.option] = value


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
    return SQL if any(key in profile for key in resource.known_by) else None


def _listed(value: Any) -> List[Any]:
    return value if isinstance(value, list) else [value]


def after_post(resource: Resource, backend: Optional[str], identity: str, posted: Mapping[str, Any]) -> Current:
    """What a new object will hold, as far as is known: the prediction check mode starts from."""
    current = Current(backend or SQL)
    for one in resource.fields:
        if backend and one.only not in (None, backend):
            continue
        # where nobody knows the backend yet, only what both agree on is known
        values = [one.after_create(side) for side in ((backend,) if backend else (SQL, LDAP))]
        value = posted.get(one.option, values[0] if all(value == values[0] for value in values) else UNKNOWN)
        if one.own_option and value == frozenset():
            value = frozenset({identity})
        current.values[one.option] = value
    return current


def list_identities(
    client: Client, resource: Resource, domain: str, disabled_only: bool = False
) -> Optional[List[str]]:
    """Names of all objects (of a domain), sorted, from the names-only form of the list endpoint.

    Arrays of names, arrays of rows, objects by name and ``[dn, attributes]`` pairs are understood
    (panel/open-questions.md#lists-of-profiles).

    :returns: None if the domain does not exist
    :raises IRedMailError: on any other failure, and on an unknown shape
    """
    path = tuple(domain if part == "{domain}" else part for part in resource.list_path)
    query = dict(resource.list_query)
    if disabled_only:
        query["disabled_only"] = "yes"
    try:
        data = client.get(path, query)
    except Rejected as refusal:
        if refusal.code in ("INVALID_DOMAIN_NAME", "NO_SUCH_ACCOUNT", "NO_SUCH_DOMAIN") and domain:
            return None
        raise
    names = [_name_in(resource, entry) for entry in _entries(data)]
    if any(name is None for name in names):
        raise BadAnswer("GET %s returned a list of a shape this collection does not know." % api_path(path))
    return sorted({str(name).lower() for name in names})


def _entries(data: Any) -> List[Any]:
    if data is None:
        return []
    if isinstance(data, dict):
        return list(data)
    return data if isinstance(data, list) else [None]


def _name_in(resource: Resource, entry: Any) -> Optional[str]:
    if isinstance(entry, str):
        return entry
    profile = unwrap(entry)
    if isinstance(profile, dict):
        for key in resource.id_keys.values():
            value = _listed(profile.get(key))[0] if profile.get(key) else None
            if isinstance(value, str):
                return value
    return None

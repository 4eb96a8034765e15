# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole lists: most objects stand as declared, and one list shows it for all of a domain.

A list is only ever taken for "all is well". What it does not show as declared, in a form that is understood, is read by
itself: lists show too little on some panels and fail on others (panel/user-profiles.md#list-of-users).
"""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, Mapping, NamedTuple, Optional, Set

from .._api.client import Client
from .._engine.current import Current, decode_field, personality, unwrap
from .._engine.desired import Want
from .._engine.planner import Planner
from .._errors import IRedMailError, LoginRefused
from .._model.descriptors import LDAP, Field, Resource
from .._model.sources import UNREADABLE
from .items import Declared

STANDS, DIFFERS, HIDDEN = "stands", "differs", "hidden"


class Listing(NamedTuple):
    """The profiles of a list.

    :ivar rows: by name
    :ivar seen: every key that any of them has: LDAP leaves out empty attributes, but also those a list does not ask for
    """

    rows: Mapping[str, Mapping[str, Any]]
    seen: FrozenSet[str]


def fetch(client: Client, resource: Resource, domain: str) -> Optional[Listing]:
    """The detailed list of a domain's objects; None when it fails or cannot be understood.

    :raises LoginRefused: nothing can be read at all
    """
    try:
        return ask_list(client, resource, domain)
    except LoginRefused:
        raise
    except IRedMailError:
        return None


def ask_list(client: Client, resource: Resource, domain: str) -> Optional[Listing]:
    """The same, where it matters why it fails.

    :raises IRedMailError: it cannot be read
    """
    path = tuple(domain if part == "{domain}" else part for part in resource.list_path)
    # a panel that cannot make a list crashes every time (panel/user-profiles.md#list-of-users)
    data = client.get(path, after_crash=False)
    rows: Dict[str, Mapping[str, Any]] = {}
    seen: Set[str] = set()
    for name, profile in _entries(data):
        if not isinstance(profile, dict):
            return None
        for key in resource.id_keys.values():
            shown = profile.get(key)
            if shown:
                name = str(shown[0] if isinstance(shown, list) else shown)
        if not name:
            return None
        rows[name.lower()] = profile
        seen.update(profile)
    return Listing(rows, frozenset(seen))


def _entries(data: Any) -> Iterable[Any]:
    """Names, where a list has them, and profiles: arrays of rows, objects by name, ``[dn, attributes]`` pairs.

    See panel/open-questions.md#lists-of-profiles.
    """
    if isinstance(data, dict):
        return [(str(name), unwrap(profile)) for name, profile in data.items()]
    if isinstance(data, list):
        return [("", unwrap(entry)) for entry in data]
    return [("", None)] if data else []


def compare(item: Declared, listing: Listing) -> str:
    """Whether a list shows an object as it is wanted: ``STANDS``, ``DIFFERS``, or ``HIDDEN`` if it cannot tell."""
    want, resource = item.want, item.resource
    profile = listing.rows.get(item.ident)
    if want is None or resource is None or profile is None or not want.present or want.rename_from:
        return DIFFERS
    backend = personality(resource, profile)
    if backend is None:
        return HIDDEN
    current = Current(backend)
    for one in resource.fields:
        if not want.names(one):
            continue
        if one.only not in (None, backend) or not _is_shown(one, backend, profile, listing.seen):
            return HIDDEN
        decode_field(one, profile, want.identity, current)
        if current.values[one.option] is UNREADABLE:
            return HIDDEN
    try:
        plan = Planner(resource, want, current).update()
    except IRedMailError:
        return DIFFERS
    if plan.writes or plan.unverified or plan.warnings or _password_matters(want):
        return DIFFERS
    return STANDS


def _password_matters(want: Want) -> bool:
    if want.password_hash:
        return want.update_password == "always"
    return bool(want.password) and want.update_password != "on_create"


def _is_shown(one: Field, backend: str, profile: Mapping[str, Any], seen: FrozenSet[str]) -> bool:
    """On SQL a column that is not there is unreadable anyway; on LDAP it may be empty, if the list asks for it."""
    return backend != LDAP or any(place.path.partition(".")[0] in seen for place in one.places(backend))

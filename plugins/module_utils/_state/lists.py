# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole lists: most objects stand as declared, and one list shows it for all of a domain.

A list is only ever taken for "all is well". What it does not show as declared, in a form that is understood, is read by
itself: lists show too little on some panels and fail on others (panel/user-profiles.md#list-of-users).
"""

from __future__ import annotations

from typing import Any, FrozenSet, Mapping

from .._engine.current import Current, decode_field, personality
from .._engine.desired import Desired
from .._engine.listing import Listing
from .._engine.planner import Planner
from .._errors import IRedMailError
from .._model.fields import LDAP, Field
from .._model.sources import UNREADABLE
from .items import Item

IN_SYNC, DIFFERS, HIDDEN = "in_sync", "differs", "hidden"


def compare(item: Item, listing: Listing) -> str:
    """Whether a list shows an object as it is wanted: ``IN_SYNC``, ``DIFFERS``, or ``HIDDEN`` if it cannot tell."""
    desired, resource = item.desired, item.resource
    profile = listing.rows.get(item.ident)
    if resource is None or profile is None or not desired.present or desired.rename_from:
        return DIFFERS
    backend = personality(resource, profile)
    if backend is None:
        return HIDDEN
    current = Current(backend)
    for one in resource.fields:
        if not desired.names(one):
            continue
        if one.only not in (None, backend) or not _is_shown(one, backend, profile, listing.seen):
            return HIDDEN
        decode_field(one, profile, desired.identity, current)
        if current.values[one.option] is UNREADABLE:
            return HIDDEN
    try:
        plan = Planner(resource, desired, current).update()
    except IRedMailError:
        return DIFFERS
    if plan.operations or plan.unverified or plan.warnings or _password_matters(desired):
        return DIFFERS
    return IN_SYNC


def _password_matters(desired: Desired) -> bool:
    if desired.password_hash:
        return desired.update_password == "always"
    return bool(desired.password) and desired.update_password != "on_create"


def _is_shown(one: Field, backend: str, profile: Mapping[str, Any], seen: FrozenSet[str]) -> bool:
    """On SQL a column that is not there is unreadable anyway; on LDAP it may be empty, if the list asks for it."""
    return backend != LDAP or any(place.path.partition(".")[0] in seen for place in one.places(backend))

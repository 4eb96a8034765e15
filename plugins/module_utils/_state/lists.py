# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole lists: most objects stand as declared, and one list shows it for all of a domain.

A list is only ever taken for "all is well". What it does not show as declared, in a form that is understood, is read by
itself: lists show too little on some panels and fail on others (panel/user-profiles.md#list-of-users).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import AbstractSet, Any, DefaultDict, Dict, FrozenSet, Iterable, List, Mapping, NamedTuple, Optional, Tuple

from .._engine.current import Current, decode_field, personality
from .._engine.desired import Desired
from .._engine.listing import Listing
from .._engine.panel import Panel
from .._engine.planner import Planner
from .._errors import IRedMailError
from .._model.descriptors import Resource
from .._model.fields import LDAP, Field
from .._model.sources import UNREADABLE
from .items import Item, domain_of

#: kinds whose lists show enough to be worth asking for; those of mailing lists do not (panel/mailing-lists.md#list)
LISTED = ("domain", "user", "alias")
#: from so many objects on, one list is cheaper than reading each
WORTH_A_LIST = 4


@dataclass
class Compared:
    """What one list says of the objects that are declared.

    :ivar names: of everything in the list
    :ivar in_sync: how many stand as declared
    :ivar rest: those that do not, or of which the list does not tell enough
    :ivar rows: of these, what it shows
    :ivar hides: it shows too little of every one of them
    """

    names: FrozenSet[str] = frozenset()
    in_sync: int = 0
    rest: List[Item] = field(default_factory=list)
    rows: Dict[str, Current] = field(default_factory=dict)
    hides: bool = False


def compare(items: Iterable[Item], listing: Listing) -> Compared:
    """Compare declared objects of one resource with a list."""
    found = Compared(frozenset(listing.rows))
    listed = hidden = 0
    for item in items:
        shown = _shown(item, listing)
        if item.ident in listing.rows:
            listed, hidden = listed + 1, hidden + (shown is None and item.needed is not None)
        if shown is not None and _is_in_sync(item, shown):
            found.in_sync += 1
            continue
        found.rest.append(item)
        if shown is not None:
            found.rows[item.ident] = shown
    found.hides = listed > 0 and hidden == listed
    return found


def _shown(item: Item, listing: Listing) -> Optional[Current]:
    resource, needed = item.resource, item.needed
    if resource is None or needed is None:
        return None
    return row_of(resource, item.ident, listing, needed)


def row_of(resource: Resource, ident: str, listing: Listing, options: AbstractSet[str]) -> Optional[Current]:
    """An object as a list shows it; None unless it shows all of these options, in a form that is understood."""
    profile = listing.rows.get(ident)
    backend = None if profile is None else personality(resource, profile)
    if profile is None or backend is None:
        return None
    current = Current(backend)
    for one in resource.fields:
        if one.option not in options:
            continue
        if one.only not in (None, backend) or not _is_shown(one, backend, profile, listing.seen):
            return None
        decode_field(one, profile, ident, current)
        if current.values[one.option] is UNREADABLE:
            return None
    return current


class Wanted(NamedTuple):
    """An object that is to be looked at.

    :ivar step: whose object it is; by it the answer is told
    :ivar options: those that matter; None: all of them
    :ivar to_be_gone: that a list does not have it is enough to say that there is none
    """

    step: Any
    resource: Resource
    ident: str
    options: Optional[AbstractSet[str]]
    to_be_gone: bool = False

    @property
    def domain(self) -> str:
        """The domain whose list has it; empty: that of domains."""
        return "" if self.resource.name == "domain" else domain_of(self.ident)


def from_lists(panel: Panel, wanted: Iterable[Wanted]) -> Dict[Any, Optional[Current]]:
    """What lists show of objects; those of which they do not show enough are left out."""
    found: Dict[Any, Optional[Current]] = {}
    groups: DefaultDict[Tuple[str, str], List[Wanted]] = defaultdict(list)
    for one in wanted:
        if one.options is not None and one.resource.name in LISTED:
            groups[one.resource.name, one.domain].append(one)
    for (_kind, domain), members in groups.items():
        if len(members) < WORTH_A_LIST:
            continue
        try:
            listing = panel.listing(members[0].resource, domain)
        except IRedMailError:
            continue
        for one in members:
            row = row_of(one.resource, one.ident, listing, one.options or frozenset())
            if row is not None or (one.to_be_gone and one.ident not in listing.rows):
                found[one.step] = row
    return found


def _is_in_sync(item: Item, current: Current) -> bool:
    desired, resource = item.desired, item.resource
    if resource is None:
        return False
    try:
        plan = Planner(resource, desired, current).update()
    except IRedMailError:
        return False
    return not (plan.operations or plan.unverified or plan.warnings or _password_matters(desired))


def _password_matters(desired: Desired) -> bool:
    if desired.password_hash:
        return desired.update_password == "always"
    return bool(desired.password) and desired.update_password != "on_create"


def _is_shown(one: Field, backend: str, profile: Mapping[str, Any], seen: FrozenSet[str]) -> bool:
    """On SQL a column that is not there is unreadable anyway; on LDAP it may be empty, if the list asks for it."""
    return backend != LDAP or any(place.path.partition(".")[0] in seen for place in one.places(backend))

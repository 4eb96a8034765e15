# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of objects: their names, or their profiles."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, NamedTuple, Optional, Set, Tuple

from .._errors import BadAnswer
from .._model.descriptors import Resource
from .._model.paths import Path, api_path
from .current import as_list, unwrap


class Listing(NamedTuple):
    """The profiles of a list.

    :ivar rows: by name
    :ivar seen: every key that any of them has: LDAP leaves out empty attributes, but also those a list does not ask for
    """

    rows: Mapping[str, Mapping[str, Any]]
    seen: FrozenSet[str]


def decode_names(resource: Resource, data: Any, path: Path) -> List[str]:
    """The names in a list, sorted and in lower case.

    Arrays of names, arrays of rows, objects by name and ``[dn, attributes]`` pairs are understood
    (panel/open-questions.md#lists-of-profiles).
    Only an empty array or object is an empty list.

    :raises BadAnswer: another shape
    """
    if not isinstance(data, (dict, list)):
        raise _no_list(path)
    names = [_name_in(resource, entry) for entry in data]
    if any(name is None for name in names):
        raise _no_list(path)
    return sorted({str(name).lower() for name in names})


def decode_rows(resource: Resource, data: Any, path: Path) -> Listing:
    """The profiles in a detailed list.

    :raises BadAnswer: another shape, or names only
    """
    rows: Dict[str, Mapping[str, Any]] = {}
    seen: Set[str] = set()
    for name, profile in _profiles(data, path):
        if not isinstance(profile, dict):
            raise _no_list(path)
        name = _name_in(resource, profile) or name
        if not name:
            raise _no_list(path)
        rows[name.lower()] = profile
        seen.update(profile)
    return Listing(rows, frozenset(seen))


def _profiles(data: Any, path: Path) -> Iterable[Tuple[str, Any]]:
    if isinstance(data, dict):
        return [(str(name), unwrap(profile)) for name, profile in data.items()]
    if isinstance(data, list):
        return [("", unwrap(entry)) for entry in data]
    raise _no_list(path)


def _name_in(resource: Resource, entry: Any) -> Optional[str]:
    if isinstance(entry, str):
        return entry
    profile = unwrap(entry)
    if isinstance(profile, dict):
        for key in resource.id_keys.values():
            value = as_list(profile.get(key))[0] if profile.get(key) else None
            if isinstance(value, str):
                return value
    return None


def _no_list(path: Path) -> BadAnswer:
    return BadAnswer("GET %s returned a list of a shape this collection does not know." % api_path(path))

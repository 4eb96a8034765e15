# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists whose account stands and whose files are gone: the panel denies that they exist (panel/mlmmjadmin.md#codes)."""

from __future__ import annotations

from typing import Optional

from .._errors import BadAnswer, LostFiles, NoSuchEndpoint, Rejected, ServerFault
from .._model.descriptors import Resource
from .._model.fields import SQL
from .current import Current
from .view import View

WAY_OUT = (
    "the panel lists it, and its files are gone, so it can neither be read nor changed: restore its folder in the "
    "spool of mlmmj, or delete it with state: absent, which then takes its account only, and create it anew."
)


def what_is_left(view: View, resource: Resource, identity: str) -> Optional[Current]:
    """What stands of an object that the panel denies; None where it is not listed either, or nobody can tell.

    :raises IRedMailError: the panel is out of reach
    """
    if not resource.reading.files_apart:
        return None
    try:
        names = view.names(resource, identity.rpartition("@")[2])
    except (BadAnswer, NoSuchEndpoint, Rejected, ServerFault):
        return None  # old panels have no list, and the answer about the object itself counts
    return Current(view.backend_hint or SQL, lost=True) if identity in (names or ()) else None


def look_again(view: View, resource: Resource, identity: str, before: Optional[Current]) -> Optional[Current]:
    """What there is of an object now; of one that was lost before, whether it is listed still.

    :raises IRedMailError: it could not be read
    """
    found = view.get(resource, identity)
    return what_is_left(view, resource, identity) if found is None and before is not None and before.lost else found


def refuse_lost(found: Current) -> None:
    """:raises LostFiles: there is nothing that could be changed"""
    if found.lost:
        raise LostFiles(WAY_OUT)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes with an account in Amavisd's and iRedAPD's databases, where a panel looks there at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, ColumnElement, delete, select

from tests.sandbox import tables as t
from tests.sandbox.routing import Call

# Table users is for the white- and blacklists
_PLACES = (
    (t.POLICY, "policy_name"),
    (t.THROTTLE, "account"),
    (t.GREYLISTING, "account"),
    (t.GREYLISTING_WHITELISTS, "account"),
    (t.USERS, "email"),
)


def forget_settings(call: Call, of_whom: Callable[[Column[Any]], ColumnElement[bool]]) -> None:
    """Delete the settings of all accounts for which a condition on a column with their names holds."""
    ours = select(t.USERS.c.id).where(of_whom(t.USERS.c.email))
    call.db.execute(delete(t.WBLIST).where(t.WBLIST.c.rid.in_(ours)))
    call.db.execute(delete(t.OUTBOUND_WBLIST).where(t.OUTBOUND_WBLIST.c.sid.in_(ours)))
    for table, name in _PLACES:
        call.db.execute(delete(table).where(of_whom(table.c[name])))

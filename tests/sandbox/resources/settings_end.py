# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes with an account in Amavisd's and iRedAPD's databases, where a panel looks there at all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, bindparam, delete, select

from tests.sandbox import tables as t
from tests.sandbox.routing import Call

# Table users is for the white- and blacklists
_PLACES = (
    (t.POLICY, "policy_name"),
    (t.THROTTLE, "account"),
    (t.GREYLISTING, "account"),
    (t.GREYLISTING_WHITELISTS, "account"),
)


def forget_settings(call: Call, end: str) -> None:
    """Delete the settings of an account, by its address, or of all accounts below ``@<domain>``."""
    rows = call.db.execute(select(t.USERS.c.id, t.USERS.c.email)).all()
    ours = [{"ours": number} for number, email in rows if _is_meant(email, end)]
    if ours:  # by number: not every database can compare the ends of bytes
        for column in (t.WBLIST.c.rid, t.OUTBOUND_WBLIST.c.sid, t.USERS.c.id):
            call.db.execute(delete(column.table).where(column == bindparam("ours")), ours)
    used = select(t.THROTTLE.c.id).where(_meant(t.THROTTLE.c.account, end))
    call.db.execute(delete(t.THROTTLE_TRACKING).where(t.THROTTLE_TRACKING.c.tid.in_(used)))
    for table, name in _PLACES:
        call.db.execute(delete(table).where(_meant(table.c[name], end)))


def _is_meant(email: str, end: str) -> bool:
    return email.endswith(end) if end.startswith("@") else email == end


def _meant(column: Column[Any], end: str) -> ColumnElement[bool]:
    return column.endswith(end, autoescape=True) if end.startswith("@") else column == end

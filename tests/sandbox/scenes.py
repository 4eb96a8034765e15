# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens on a server beside the API: lost files, forgotten directories, mail that is counted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, or_
from sqlalchemy.engine import Connection

from tests.sandbox import tables as t
from tests.sandbox.panel import Panel
from tests.sandbox.rows import one, remove


def lose_files(panel: Panel, mail: str) -> None:
    """Take the directory of a list away while its account stays: a restore, or a spool that was moved.

    Raises ValueError when there is no such list.
    """
    with panel.lock, panel.engine.begin() as db:
        _known(db, t.MLMMJ, mail)
        for table in (t.MLMMJ, t.MLMMJ_SUBSCRIBERS):
            remove(db, table, address=mail)


def leave_files(panel: Panel, mail: str) -> None:
    """Take the account of a list away while its directory stays: an earlier list of that name.

    Raises ValueError when there is no such list.
    """
    with panel.lock, panel.engine.begin() as db:
        _known(db, t.MAILLISTS, mail)
        links = t.FORWARDINGS.c
        db.execute(t.FORWARDINGS.delete().where(or_(links.address == mail, links.forwarding == mail)))
        for table in (t.MAILLISTS, t.MAILLIST_OWNERS, t.MODERATORS):
            remove(db, table, address=mail)


def use_throttle(panel: Panel, account: str, kind: str) -> None:
    """Count a mail for a throttle of ``@.``, ``@<domain>`` or an address, as iRedAPD does.

    Raises ValueError when there is no such throttle.
    """
    with panel.lock, panel.engine.begin() as db:
        row = one(db, t.THROTTLE, account=account, kind=kind)
        if row is None:
            raise ValueError(f"there is no {kind} throttle of {account}")
        counted = {"tid": row["id"], "account": account, "period": row["period"], "cur_msgs": 1}
        db.execute(insert(t.THROTTLE_TRACKING).values(**counted))


def _known(db: Connection, table: Any, mail: str) -> None:
    if one(db, table, address=mail) is None:
        raise ValueError(f"there is no list {mail}")

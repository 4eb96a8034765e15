# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mailboxes on disk: where they are, and what is kept of deleted ones (panel/sql.md#deleted-mailboxes)."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import insert

from tests.sandbox import tables as t
from tests.sandbox.panel import now
from tests.sandbox.routing import Call
from tests.sandbox.rows import one

# The columns with the place of a mailbox
PLACE = ("storagebasedirectory", "storagenode", "maildir")


def split_maildir(path: str) -> tuple[str, str, str]:
    """The three columns of an absolute path: '/', its first folder, the rest; everything lower-cased."""
    first, _slash, rest = path.lower().strip("/").partition("/")
    return "/", first, rest


def new_maildir(mail: str) -> tuple[str, str, str]:
    """The three columns when nobody says where: below the first letters of the name, with the time."""
    local, _at, domain = mail.partition("@")
    folders = "/".join("_" if one == "." else one for one in (local + "___")[:3])
    return "/var/vmail", "vmail1", f"{domain}/{folders}/{local}-{now():%Y.%m.%d.%H.%M.%S}/"


def joined(row: dict[str, Any]) -> str:
    """The home folder of a mailbox: the three columns joined."""
    pieces: list[str] = [row[name] for name in PLACE]
    return "/" + "/".join(filter(None, (piece.strip("/") for piece in pieces))) + "/" * pieces[-1].endswith("/")


def keep(call: Call, row: dict[str, Any]) -> None:
    """Note a deleted mailbox for the cron job: kept for ever when no number of days is given, or 0."""
    days = abs(int(call.path.get("number", 0)))
    if days and not call.session.global_admin:
        days = min(days, 365)
    used = one(call.db, t.USED_QUOTA, username=row["username"]) or {"bytes": 0, "messages": 0}
    call.db.execute(
        insert(t.DELETED_MAILBOXES).values(
            username=row["username"],
            domain=row["domain"],
            maildir=joined(row),
            bytes=used["bytes"],
            messages=used["messages"],
            admin=call.session.username,
            delete_date=datetime.date.today() + datetime.timedelta(days) if days else None,
        )
    )

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens on a server beside the API: lost files, forgotten directories, moderators, mail that is counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, or_
from sqlalchemy.engine import Connection

from tests.sandbox import tables as t
from tests.sandbox.panel import Panel
from tests.sandbox.rows import change, one, remove
from tests.sandbox.wire import domain_of


def lose_files(panel: Panel, mail: str) -> None:
    """Take the directory of a list away while its account stays: a restore, or a spool that was moved.

    Raises ValueError when there is no such list.
    """
    with panel.lock, panel.engine.begin() as db:
        _known(db, t.MLMMJ, mail, "list")
        for table in (t.MLMMJ, t.MLMMJ_SUBSCRIBERS):
            remove(db, table, address=mail)


def leave_files(panel: Panel, mail: str) -> None:
    """Take the account of a list away while its directory stays: an earlier list of that name.

    Raises ValueError when there is no such list.
    """
    with panel.lock, panel.engine.begin() as db:
        _known(db, t.MAILLISTS, mail, "list")
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


def moderate(panel: Panel, alias: str, policy: str = "", moderators: Iterable[str] = ()) -> None:
    """Say who may write to an alias, as the panel's pages do: on LDAP the API has no parameter for the policy.

    No policy and no moderators are none. Raises ValueError when there is no such alias.
    """
    with panel.lock, panel.engine.begin() as db:
        _known(db, t.ALIAS, alias, "alias")
        change(db, t.ALIAS, {"accesspolicy": policy}, address=alias)
        remove(db, t.MODERATORS, address=alias)
        for mail in moderators:
            places = {"domain": domain_of(alias), "dest_domain": domain_of(mail)}
            db.execute(insert(t.MODERATORS).values(address=alias, moderator=mail, **places))


def _known(db: Connection, table: Any, mail: str, kind: str) -> None:
    if one(db, table, address=mail) is None:
        raise ValueError(f"there is no {kind} {mail}")

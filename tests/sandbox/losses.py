# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which accounts a request took away. Nobody has to report it: every statement of a request is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, Delete, Update, event, select
from sqlalchemy.engine import Connection

from tests.sandbox import tables as t

# Each kind of account, and the column with its name; both sorts of lists are one
ACCOUNTS: dict[str, Column[Any]] = {
    "domain": t.DOMAIN.c.domain,
    "admin": t.ADMIN.c.username,
    **{
        next(kind for kind, place in t.ACCOUNTS.items() if place == (table, name)): table.c[name]
        for table, name in t.ACCOUNT_TABLES
    },
}
_BATCH = 1000  # how many values a statement may hold, with every database


@contextmanager
def watched(db: Connection) -> Iterator[list[dict[str, str]]]:
    """The accounts that were there before and are not there at the end, each ``{kind, name}``: filled at the end.

    Whatever a statement deletes or changes is a candidate, since a new address is a change.
    """
    lost: list[dict[str, str]] = []
    candidates: dict[str, set[str]] = {kind: set() for kind in ACCOUNTS}

    def note(_db: Connection, statement: Any, several: Any, one: Any, _options: Any) -> None:
        if not isinstance(statement, (Delete, Update)):
            return
        for kind, column in ACCOUNTS.items():
            if statement.table is column.table:
                query = select(column)
                if statement.whereclause is not None:
                    query = query.where(statement.whereclause)
                for parameters in several or [one]:
                    candidates[kind].update(db.execute(query, parameters).scalars())

    event.listen(db, "before_execute", note)
    try:
        yield lost
    finally:
        event.remove(db, "before_execute", note)
    for kind, names in candidates.items():
        gone = names - _present(db, ACCOUNTS[kind], sorted(names))
        lost += [{"kind": kind, "name": name} for name in sorted(gone)]


def _present(db: Connection, column: Column[Any], names: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(names), _BATCH):
        found.update(db.execute(select(column).where(column.in_(names[start : start + _BATCH]))).scalars())
    return found

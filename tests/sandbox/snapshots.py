# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a panel has stored, taken at once, and put back in milliseconds: for hundreds of runs with one panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.engine import Connection

from tests.sandbox import tables
from tests.sandbox.panel import Panel


@dataclass(frozen=True)
class Snapshot:
    """Every row of every table by its name, and whose logins were refused."""

    rows: dict[str, list[dict[str, Any]]]
    refused_logins: dict[str, int]


def take(panel: Panel) -> Snapshot:
    """What is stored now."""
    with panel.lock, panel.engine.begin() as db:
        rows = {name: _rows(db, table) for name, table in tables.META.tables.items()}
        return Snapshot(rows, dict(panel.refused_logins))


def restore(panel: Panel, snapshot: Snapshot) -> None:
    """What was stored then, and an empty log; tables that are still the same stay untouched, sessions stay as well."""
    with panel.lock:
        with panel.engine.begin() as db:
            changed: list[Table] = []
            for table in tables.META.sorted_tables:  # those that others refer to come first
                refers = any(key.column.table in changed for key in table.foreign_keys)
                if refers or _rows(db, table) != snapshot.rows[table.name]:
                    changed.append(table)
            for table in reversed(changed):
                db.execute(delete(table))
            for table in changed:
                if snapshot.rows[table.name]:
                    db.execute(insert(table), snapshot.rows[table.name])
        panel.refused_logins.clear()
        panel.refused_logins.update(snapshot.refused_logins)
        panel.clear_log()


def _rows(db: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row) for row in db.execute(select(table).order_by(*table.primary_key)).mappings()]

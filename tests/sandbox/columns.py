# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of columns that iRedMail's tables have (panel/columns-vmail.md, panel/columns-settings.md)."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import DDL, Column, DateTime, Dialect, Integer, LargeBinary, String, Table, Text, TypeDecorator, event
from sqlalchemy.dialects.mysql import VARBINARY
from sqlalchemy.types import TypeEngine

EPOCH = datetime.datetime(1970, 1, 1, 1, 1, 1)
NEVER = datetime.datetime(9999, 12, 31)


class Bytes(TypeDecorator[str]):
    """Text that is stored as bytes: VARBINARY on MariaDB, BYTEA on PostgreSQL (panel/sql.md#amavisd)."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """MariaDB needs a length for a column with a key."""
        return dialect.type_descriptor(VARBINARY(255) if dialect.name in ("mysql", "mariadb") else LargeBinary())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Text to bytes."""
        return None if value is None else value.encode()

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Bytes to text."""
        return None if value is None else bytes(value).decode()


def text(names: str, length: int = 255, default: str = "") -> list[Column[Any]]:
    """VARCHAR columns."""
    return [Column(name, String(length), nullable=False, default=default) for name in names.split()]


def number(names: str, default: int = 0, kind: Any = Integer) -> list[Column[Any]]:
    """Columns of numbers."""
    return [Column(name, kind, nullable=False, default=default) for name in names.split()]


def null(names: str, kind: Any = Text) -> list[Column[Any]]:
    """Columns that may be NULL, and are."""
    return [Column(name, kind, nullable=True) for name in names.split()]


def prose(names: str) -> list[Column[Any]]:
    """TEXT columns: NULL on MariaDB, NOT NULL and empty on PostgreSQL (panel/sql.md#mariadb-and-postgresql)."""
    return [Column(name, Text, nullable=True, default=_nothing, info={"prose": True}) for name in names.split()]


def _nothing(context: Any) -> str | None:
    return "" if context.dialect.name == "postgresql" else None


def refuse_null(table: Table) -> None:
    """Make the prose of a table NOT NULL where PostgreSQL creates it."""
    for column in table.columns:
        if column.info.get("prose"):
            change = DDL(f"ALTER TABLE {table.name} ALTER COLUMN {column.name} SET NOT NULL")
            event.listen(table, "after_create", change.execute_if(dialect="postgresql"))


def key(name: str) -> Column[Any]:
    """A name that is the primary key, or part of it."""
    return Column(name, String(255), primary_key=True)


def ident() -> Column[Any]:
    """A number that counts up."""
    return Column("id", Integer, primary_key=True, autoincrement=True)


def dates(more: str = "", expires: bool = True) -> list[Column[Any]]:
    """The columns at the end of most tables."""
    names = ["created", "modified", *more.split()]
    found = [Column(name, DateTime, nullable=False, default=EPOCH) for name in names]
    if expires:
        found.append(Column("expired", DateTime, nullable=False, default=NEVER))
    return [*found, *number("active", 1)]

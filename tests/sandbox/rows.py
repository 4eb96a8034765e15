# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: the few queries that more than one resource needs."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Date, DateTime, Delete, Select, Table, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from tests.sandbox import tables as t
from tests.sandbox.panel import now
from tests.sandbox.wire import domain_of

FORWARD, ALIAS, MEMBER, CATCHALL = "is_forwarding", "is_alias", "is_list", ""


def one(db: Connection, table: Table, **where: Any) -> dict[str, Any] | None:
    """The row with these values, or None."""
    row = db.execute(_selection(table, tuple(where)), where).first()
    return None if row is None else _named(table, [row])[0]


def every(db: Connection, table: Table, order: str, **where: Any) -> list[dict[str, Any]]:
    """All rows with these values, in order of a column."""
    return _named(table, db.execute(_selection(table, tuple(where), order), where).all())


def _named(table: Table, rows: Sequence[Any]) -> list[dict[str, Any]]:
    names, dates = _columns(table)
    found = [dict(zip(names, row, strict=True)) for row in rows]
    for row in found:
        for name in dates:
            row[name] = None if row[name] is None else str(row[name])
    return found


@functools.cache
def _columns(table: Table) -> tuple[list[str], list[str]]:
    dates = [column.name for column in table.columns if isinstance(column.type, (Date, DateTime))]
    return [column.name for column in table.columns], dates


def remove(db: Connection, table: Table, **where: Any) -> None:
    """Delete the rows with these values."""
    db.execute(_deletion(table, tuple(where)), where)


def change(db: Connection, table: Table, values: dict[str, Any], **where: Any) -> None:
    """Update the rows with these values."""
    if values:
        db.execute(update(table).where(*_equal(table, where)).values(**values))


def put(db: Connection, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Insert or replace the row with this key; values without anything in them delete it."""
    remove(db, table, **key)
    if all(values.values()):
        db.execute(insert(table).values(**key, **values))


# Statements are made once, with parameters for the values: making one takes longer than SQLite takes to answer it


@functools.cache
def _selection(table: Table, names: tuple[str, ...], order: str = "") -> Select[Any]:
    query = select(table).where(*_wanted(table, names))
    return query.order_by(table.c[order]) if order else query


@functools.cache
def _deletion(table: Table, names: tuple[str, ...]) -> Delete:
    return delete(table).where(*_wanted(table, names))


@functools.cache
def _number(table: Table, names: tuple[str, ...]) -> Select[Any]:
    return select(func.count()).select_from(table).where(*_wanted(table, names))


def _wanted(table: Table, names: tuple[str, ...]) -> list[Any]:
    return [table.c[name] == bindparam(name) for name in names]


def _equal(table: Table, where: dict[str, Any]) -> list[Any]:
    return [table.c[name] == value for name, value in where.items()]


def is_hosted(db: Connection, domain: str) -> bool:
    """Whether a domain is one of this server's, as such or as an alias domain."""
    return bool(one(db, t.DOMAIN, domain=domain) or one(db, t.ALIAS_DOMAIN, alias_domain=domain))


def is_taken(db: Connection, mail: str) -> bool:
    """Whether any account or alias address has this address; the extension (+x) does not count.

    See panel/users.md#codes.
    """
    local, _at, domain = mail.rpartition("@")
    bare = local.partition("+")[0] + "@" + domain
    return bool(one(db, t.FORWARDINGS, address=bare)) or is_account(db, bare)


def is_account(db: Connection, mail: str) -> bool:
    """Whether this is an account itself: what has an entry of its own in a directory."""
    return any(one(db, table, **{column: mail}) for table, column in t.ACCOUNT_TABLES)


def targets(db: Connection, address: str, flag: str) -> list[str]:
    """Where an address leads to, sorted: forwardings, members or catch-all."""
    return sorted(row["forwarding"] for row in every(db, t.FORWARDINGS, "forwarding", address=address, **_flag(flag)))


def targets_below(db: Connection, domain: str, flag: str) -> dict[str, list[str]]:
    """Where every address of a domain leads to, sorted: one query for a whole list."""
    found: dict[str, list[str]] = {}
    for row in every(db, t.FORWARDINGS, "forwarding", domain=domain, **_flag(flag)):
        found.setdefault(row["address"], []).append(row["forwarding"])
    return found


def alias_addresses(db: Connection, mail: str) -> list[str]:
    """The alias addresses of a user, sorted."""
    return sorted(row["address"] for row in every(db, t.FORWARDINGS, "address", forwarding=mail, is_alias=1))


def alias_addresses_below(db: Connection, domain: str) -> dict[str, list[str]]:
    """The alias addresses of every user of a domain, sorted."""
    found: dict[str, list[str]] = {}
    for row in every(db, t.FORWARDINGS, "address", dest_domain=domain, is_alias=1):
        found.setdefault(row["forwarding"], []).append(row["address"])
    return found


def _flag(flag: str) -> dict[str, int]:
    return {name: int(name == flag) for name in ("is_forwarding", "is_alias", "is_list", "is_maillist")}


def link(db: Connection, address: str, forwarding: str, flag: str, active: int = 1) -> None:
    """Add one forwarding; a pair that is there already stays as it is.

    An alias address counts for its user's domain, since its own may be an alias domain (panel/sql.md#forwardings).
    """
    if not one(db, t.FORWARDINGS, address=address, forwarding=forwarding):
        db.execute(
            insert(t.FORWARDINGS).values(
                address=address,
                forwarding=forwarding,
                domain=domain_of(forwarding if flag == ALIAS else address),
                dest_domain=domain_of(forwarding),
                active=active,
                **_flag(flag),
            )
        )


def set_targets(db: Connection, address: str, wanted: Iterable[str], flag: str, active: int = 1) -> None:
    """Make an address lead to exactly these."""
    current = set(targets(db, address, flag))
    for forwarding in current - set(wanted):
        remove(db, t.FORWARDINGS, address=address, forwarding=forwarding, **_flag(flag))
    for forwarding in sorted(set(wanted) - current):
        link(db, address, forwarding, flag, active)


def values(db: Connection, entry: str, attribute: str) -> list[str]:
    """The values of an LDAP attribute without an SQL column."""
    return [row["value"] for row in every(db, t.LDAP_VALUES, "id", entry=entry, attribute=attribute)]


def all_values(db: Connection, entry: str) -> dict[str, list[str]]:
    """All such attributes of an entry."""
    found: dict[str, list[str]] = {}
    for row in every(db, t.LDAP_VALUES, "id", entry=entry):
        found.setdefault(row["attribute"], []).append(row["value"])
    return found


def set_values(db: Connection, entry: str, attribute: str, wanted: Iterable[str]) -> None:
    """Set the values of an LDAP attribute; none removes it."""
    remove(db, t.LDAP_VALUES, entry=entry, attribute=attribute)
    for value in wanted:
        db.execute(insert(t.LDAP_VALUES).values(entry=entry, attribute=attribute, value=value))


def count(db: Connection, table: Table, **where: Any) -> int:
    """How many rows have these values."""
    return int(db.execute(_number(table, tuple(where)), where).scalar_one())


def managed(db: Connection, username: str) -> list[str]:
    """The domains that an admin manages; of a global admin, all of them (panel/admins.md#global-admins)."""
    found = [row["domain"] for row in every(db, t.DOMAIN_ADMINS, "domain", username=username)]
    return [row["domain"] for row in every(db, t.DOMAIN, "domain")] if "ALL" in found else found


def enable_links(db: Connection, mail: str, active: int) -> None:
    """Forwardings follow the status of their account (panel/sql.md#forwardings)."""
    here = t.FORWARDINGS.c
    db.execute(update(t.FORWARDINGS).where(or_(here.address == mail, here.forwarding == mail)).values(active=active))


def list_of(db: Connection, table: Table, key: str, domain: str, disabled_only: bool) -> list[dict[str, Any]]:
    """The accounts of a domain, sorted; on demand the disabled ones only."""
    return every(db, table, key, domain=domain, **({"active": 0} if disabled_only else {}))


def names_of(db: Connection, table: Table, key: str, domain: str, disabled_only: bool) -> list[str]:
    """Their addresses, which take a fraction of the time."""
    here = (table.c.domain == domain, *([table.c.active == 0] if disabled_only else []))
    return list(db.execute(select(table.c[key]).where(*here).order_by(table.c[key])).scalars())


def quota_sum(db: Connection, domain: str, without: str = "") -> int:
    """The quotas of a domain's users, added up, in MB."""
    here = t.MAILBOX.c
    query = select(func.coalesce(func.sum(here.quota), 0)).where(and_(here.domain == domain, here.username != without))
    return int(db.execute(query).scalar_one())


def touch() -> dict[str, Any]:
    """What an update writes besides."""
    return {"modified": now()}

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""White- and blacklists in Amavisd's database, with one shape for both backends (panel/wblist.md).

POST adds, PUT deletes what is given, DELETE deletes all.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, insert, select

from tests.sandbox import tables as t
from tests.sandbox.resources.accounts import account_of, amavisd_id, unset, valid
from tests.sandbox.routing import Call, route
from tests.sandbox.rows import one, remove

_PATH = "/api/wblist/<direction>/<list>/<account>"
# The table of a direction, with its columns for our account (table users) and for the address (mailaddr)
_TABLES = {"inbound": (t.WBLIST, "rid", "sid"), "outbound": (t.OUTBOUND_WBLIST, "sid", "rid")}


@route("GET", _PATH)
def addresses(call: Call) -> Any:
    """The addresses of a list. An account that never had one is unknown to Amavisd, which may be a failure."""
    table, ours, theirs, wb = _where(call)
    owner = one(call.db, t.USERS, email=account_of(call))
    rows: list[dict[str, Any]] = []
    if owner is not None:
        query = select(t.MAILADDR.c.id, t.MAILADDR.c.email, table.c.wb).order_by(t.MAILADDR.c.email)
        query = query.where(table.c[theirs] == t.MAILADDR.c.id, table.c[ours] == owner["id"], table.c.wb == wb)
        rows = [dict(row) for row in call.db.execute(query).mappings()]
    shape = call.panel.shapes["wblist"]
    if shape == "object":
        return _both(call, table, ours, theirs, owner)
    if not rows:
        known = owner is not None and call.panel.shapes("wblist_unset", "ACCOUNT_NOT_EXIST")
        return [] if known else unset(call, "wblist_unset")
    if shape == "rows":
        return rows
    return [row["email"] for row in rows]


def _both(call: Call, table: Table, ours: str, theirs: str, owner: dict[str, Any] | None) -> dict[str, list[str]]:
    """As iRedAPD's own code has them, which knows no unknown accounts (panel/wblist.md#profile)."""
    query = select(t.MAILADDR.c.email, table.c.wb).order_by(t.MAILADDR.c.email)
    query = query.where(table.c[theirs] == t.MAILADDR.c.id, table.c[ours] == (owner["id"] if owner else None))
    found: dict[str, list[str]] = {"whitelist": [], "blacklist": []}
    for email, wb in call.db.execute(query):
        found["whitelist" if wb == "W" else "blacklist"].append(email)
    return found


@route("POST", _PATH, lists="addresses")
def add(call: Call) -> None:
    """Drops invalid addresses silently, and takes the others out of the opposite list: the key is (rid, sid)."""
    table, ours, theirs, wb = _where(call)
    owner = amavisd_id(call, "users", account_of(call))
    for address in valid(call.items("addresses")):
        key = {ours: owner, theirs: amavisd_id(call, "mailaddr", address)}
        remove(call.db, table, **key)
        call.db.execute(insert(table).values(**key, wb=wb))


@route("PUT", _PATH, lists="addresses")
def take_out(call: Call) -> None:
    """Delete the given addresses of this list; those that are not on it are no failure (panel/wblist.md#profile)."""
    table, ours, theirs, wb = _where(call)
    owner = one(call.db, t.USERS, email=account_of(call))
    for address in call.items("addresses"):
        found = one(call.db, t.MAILADDR, email=address)
        if owner and found:
            remove(call.db, table, **{ours: owner["id"], theirs: found["id"]}, wb=wb)


@route("DELETE", _PATH)
def clear(call: Call) -> None:
    """Delete all of this list; the opposite list stays."""
    table, ours, _theirs, wb = _where(call)
    owner = one(call.db, t.USERS, email=account_of(call))
    if owner:
        remove(call.db, table, **{ours: owner["id"]}, wb=wb)


def _where(call: Call) -> tuple[Table, str, str, str]:
    table, ours, theirs = _TABLES[call.path["direction"].lower()]
    return table, ours, theirs, "W" if call.path["list"].lower() == "whitelist" else "B"

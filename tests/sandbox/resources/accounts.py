# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the settings in Amavisd's and iRedAPD's databases have in common: accounts, addresses, and nothing at all.

Accounts are ``@.``, ``@<domain>`` or an address (panel/spam-policy.md#where-it-is-kept,
panel/throttle.md#where-it-is-kept). Whether the panel refuses domains and users it does not host is unknown: this one
takes them.
"""

from __future__ import annotations

import ipaddress
import json
import re
from typing import Any

from sqlalchemy import Table, insert

from tests.sandbox import tables as t
from tests.sandbox.routing import Call, RefusedError
from tests.sandbox.rows import one
from tests.sandbox.wire import is_domain, is_mail

GLOBAL = "@."
# Priorities of accounts in iRedAPD's tables (panel/sql.md#iredapd)
_PRIORITIES = {"mail": 100, "domain": 60, "any": 0}
# Priorities of accounts and addresses in Amavisd's tables (panel/sql.md#amavisd)
_AMAVISD = {"mail": 10, "ip": 9, "wildcard_ip": 8, "cidr": 7, "user": 7, "domain": 5, "subdomains": 3, "tld": 2}
# user@* and 192.168.1.* are for white- and blacklists only (panel/wblist.md#addresses)
WBLIST_ONLY = ("user", "wildcard_ip")


def account_of(call: Call) -> str:
    """The account in the path as it is stored."""
    name = (call.path.get("account") or call.path.get("mail") or call.path.get("domain") or "global").lower()
    if name == "global":
        return GLOBAL
    return name if "@" in name else "@" + name


def priority_of(account: str) -> int:
    """What iRedAPD sorts accounts by."""
    return _PRIORITIES[kind_of(account) or "any"]


def unset(call: Call, switch: str) -> Any:
    """What a GET answers when there is nothing: JSON or a failure (panel/open-questions.md#nothing-configured)."""
    form = call.panel.shapes[switch]
    if form not in ("null", "{}", "[]"):
        raise RefusedError(form)
    return json.loads(form)


def texts(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose numbers are strings (panel/open-questions.md#scalars)."""
    return {key: None if value is None else str(value) for key, value in row.items()}


def kind_of(address: str) -> str | None:
    """What a sender or recipient is (panel/wblist.md#addresses); None for what the panel silently drops.

    Networks with host bits, as in 192.168.1.1/24, are dropped (inferred: Python's ip_network refuses them).
    """
    if address == GLOBAL:
        return "any"
    if address.startswith("@."):
        name = address[2:]
        return "subdomains" if is_domain(name) else "tld" if re.fullmatch(r"[a-z0-9-]{2,25}", name) else None
    if address.startswith("@"):
        return "domain" if is_domain(address[1:]) else None
    if "@" in address:
        local = address.removesuffix("@*")
        return "mail" if is_mail(address) else "user" if local != address and is_mail(local + "@x.invalid") else None
    if re.fullmatch(r"(\d{1,3}\.){1,3}(\*\.){0,2}\*", address) and address.count(".") == 3:
        return "wildcard_ip"
    try:
        ipaddress.ip_network(address)
    except ValueError:
        return None
    return "cidr" if "/" in address else "ip"


def valid(addresses: list[str], without: tuple[str, ...] = ()) -> list[str]:
    """Addresses without what the panel silently drops."""
    return [address for address in addresses if kind_of(address) not in (None, *without)]


def amavisd_id(call: Call, name: str, account: str) -> int:
    """The id of an account in table users, or of an address in mailaddr; made when missing.

    See panel/endpoints-sql.md#settings-of-accounts.
    """
    table = {"users": t.USERS, "mailaddr": t.MAILADDR}[name]
    row = one(call.db, table, email=account)
    if row is not None:
        return int(row["id"])
    values = {"email": account, "priority": _AMAVISD.get(kind_of(account) or "", 0)}
    return add_row(call, table, **values)


def add_row(call: Call, table: Table, **values: Any) -> int:
    """Insert a row; its id."""
    key = call.db.execute(insert(table).values(**values)).inserted_primary_key
    return int(key[0]) if key else 0

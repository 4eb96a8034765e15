# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What normal admins, who are not global ones, may do (panel/login.md#normal-admins)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table

from tests.sandbox import settings
from tests.sandbox import tables as t
from tests.sandbox.routing import Call, RefusedError
from tests.sandbox.rows import every, managed, one
from tests.sandbox.wire import domain_of

# Parameter of a new domain, its column, the limit of the admin who makes it, and what the panel says beyond
_SHARED = (
    ("quota", "maxquota", "create_max_quota", "EXCEED_LIMIT_QUOTA"),
    ("numberOfUsers", "mailboxes", "create_max_users", "EXCEED_LIMIT_USERS"),
    ("numberOfAliases", "aliases", "create_max_aliases", "EXCEED_LIMIT_ALIASES"),
    ("numberOfLists", "maillists", "create_max_lists", "EXCEED_LIMIT_LISTS"),
)
_MEGABYTES = {"MB": 1, "GB": 1024, "TB": 1024 * 1024}


def check_rights(call: Call) -> None:
    """Normal admins may touch the domains they manage and what is below them, and nothing for global admins only.

    Everywhere is ``global`` no domain, so that it is nobody's.
    """
    if call.route.anyone or call.session.global_admin:
        return
    if call.route.global_only:
        raise RefusedError("PERMISSION_DENIED")
    names = {call.path[name].lower() for name in ("mail", "domain", "account") if name in call.path}
    if not call.route.own_rights and not {domain_of(name) for name in names} <= set(mine(call)):
        raise RefusedError("PERMISSION_DENIED")


def mine(call: Call) -> list[str]:
    """The domains that the admin manages."""
    return managed(call.db, call.session.username)


def limits(call: Call) -> dict[str, Any]:
    """The limits of the admin, quota in MB; a global admin has none."""
    if call.session.global_admin:
        return {}
    name = call.session.username
    account = one(call.db, t.ADMIN, username=name) or one(call.db, t.MAILBOX, username=name) or {}
    found = settings.parse(account.get("settings"))
    if "create_max_quota" in found:
        found["create_max_quota"] *= _MEGABYTES[found.get("create_quota_unit", "MB")]
    return found


def check_new_domain(call: Call) -> None:
    """Refuse a domain that the admin may not make: none at all, or one too many or too large (inferred)."""
    if call.session.global_admin:
        return
    own = limits(call)
    most = own.get("create_max_domains", 0)
    if own.get("create_new_domains") != "yes" or most < 0:
        raise RefusedError("PERMISSION_DENIED")
    names = set(mine(call))
    rows = [row for row in every(call.db, t.DOMAIN, "domain") if row["domain"] in names]
    if len(rows) >= most:
        raise RefusedError("EXCEED_LIMIT_DOMAIN")
    for parameter, column, key, message in _SHARED:
        promised = sum(max(row[column], 0) for row in rows) + max(call.number(parameter), 0)
        if key in own and promised > max(own[key], 0):
            raise RefusedError(message)


def check_new_account(call: Call, column: str, table: Table, key: str) -> None:
    """Refuse an account beyond what the admin may make in all domains together (panel/admins.md#limits)."""
    for _parameter, name, limit, message in _SHARED:
        if name == column and limit in limits(call):
            names = set(mine(call))
            there = sum(row["domain"] in names for row in every(call.db, table, key))
            if there >= max(limits(call)[limit], 0):
                raise RefusedError(message)

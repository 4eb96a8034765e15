# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new account is held against, and the quota of a user."""

from __future__ import annotations

from typing import Any

from tests.sandbox import tables as t
from tests.sandbox.rights import check_new_account
from tests.sandbox.routing import Call, RefusedError
from tests.sandbox.rows import count, is_taken, one, quota_sum
from tests.sandbox.wire import ACCOUNT

# Column of table domain with the limit: whose number it limits, as t.ACCOUNTS names it
_LIMITED = {"mailboxes": "user", "aliases": "alias", "maillists": "ml"}


def new_account(
    call: Call, column: str, bad_mail: str = "INVALID_MAIL", no_domain: str = "INVALID_DOMAIN_NAME"
) -> dict[str, Any]:
    """The domain of a new account. Refuses bad and taken addresses, foreign domains, and more than the limits."""
    if not ACCOUNT.fullmatch(call.mail):
        raise RefusedError(bad_mail)
    domain = one(call.db, t.DOMAIN, domain=call.domain)
    if domain is None:
        raise RefusedError(no_domain)
    if is_taken(call.db, call.mail):
        raise RefusedError("ALREADY_EXISTS")
    limit = domain[column]
    table, key = t.ACCOUNTS[_LIMITED[column]]
    if limit < 0:
        raise RefusedError("NOT_ALLOWED")
    if limit and count(call.db, table, domain=call.domain) >= limit:
        raise RefusedError("EXCEEDED_DOMAIN_ACCOUNT_LIMIT")
    check_new_account(call, column, table, key)
    return domain


def checked_quota(call: Call, domain: dict[str, Any], limits: dict[str, Any], quota: int) -> int:
    """A user's quota as stored; what the domain does not allow is refused or capped (panel/users.md#quota)."""
    most = limits.get("max_user_quota", 0)
    if most and (quota > most or quota == 0):
        if call.panel.shapes("max_user_quota", "error"):
            raise RefusedError("EXCEEDED_DOMAIN_QUOTA_SIZE")
        quota = most
    whole_domain = domain.get("maxquota", 0)
    if whole_domain and quota and quota_sum(call.db, call.domain, call.mail) + quota > whole_domain:
        raise RefusedError("EXCEEDED_DOMAIN_QUOTA_SIZE")
    return max(quota, 0)

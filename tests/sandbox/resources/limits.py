# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new account is held against."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table

from tests.sandbox import tables as t
from tests.sandbox.routing import Call, RefusedError
from tests.sandbox.rows import count, is_taken, one
from tests.sandbox.wire import ACCOUNT


def new_account(call: Call, column: str, table: Table, exceeded: str) -> dict[str, Any]:
    """The domain of a new account. Refuses bad and taken addresses, foreign domains, and more than the limit."""
    if not ACCOUNT.fullmatch(call.mail):
        raise RefusedError("INVALID_MAIL")
    domain = one(call.db, t.DOMAIN, domain=call.domain)
    if domain is None:
        raise RefusedError("INVALID_DOMAIN_NAME")
    if is_taken(call.db, call.mail):
        raise RefusedError("ALREADY_EXISTS")
    limit = domain[column]
    if limit < 0:
        raise RefusedError("NOT_ALLOWED")
    if limit and count(call.db, table, domain=call.domain) >= limit:
        raise RefusedError(exceeded)
    return domain

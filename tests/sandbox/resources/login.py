# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging in and verifying passwords (panel/login.md)."""

from __future__ import annotations

from typing import Any

from tests.sandbox import tables as t
from tests.sandbox.passwords import matches
from tests.sandbox.routing import Call, RefusedError, route
from tests.sandbox.rows import every, one
from tests.sandbox.wire import is_mail


@route("POST", "/api/login", text="username password", anyone=True)
def login(call: Call) -> None:
    """Mark the session as logged in. Standalone admins and users with admin rights may; inactive accounts may not."""
    username, password = call.text("username").lower(), call.text("password")
    if not is_mail(username):
        raise RefusedError("INVALID_USERNAME")
    if not password:
        raise RefusedError("EMPTY_PASSWORD")
    account = one(call.db, t.ADMIN, username=username) or one(call.db, t.MAILBOX, username=username)
    domains = {row["domain"] for row in every(call.db, t.DOMAIN_ADMINS, "domain", username=username)}
    if not account or not account["active"] or not domains or not matches(password, account["password"]):
        refused = call.panel.refused_logins
        refused[username] = refused.get(username, 0) + 1
        if refused[username] > 1:
            call.panel.violate(f"POST /api/login: {username} was refused before; servers ban repeated failures")
        raise RefusedError("INVALID_CREDENTIALS")
    call.panel.refused_logins.pop(username, None)
    call.session.username = username
    call.session.global_admin = "ALL" in domains


@route("POST", "/api/verify_password/user/<mail>", text="password", global_only=True)
def verify_user(call: Call) -> None:
    """Success when the password is the stored one; disabled and unknown accounts never verify.

    See panel/login.md#verifying-a-password.
    """
    account = one(call.db, t.MAILBOX, username=call.mail)
    if account and not account["isglobaladmin"] and call.panel.shapes("verify_password", "global_admins"):
        account = None
    _verify(call, account)


@route("POST", "/api/verify_password/admin/<mail>", text="password", global_only=True)
def verify_admin(call: Call) -> None:
    """The same for standalone admins."""
    _verify(call, one(call.db, t.ADMIN, username=call.mail))


def _verify(call: Call, account: dict[str, Any] | None) -> None:
    password = call.text("password")
    if not password:
        raise RefusedError("EMPTY_PASSWORD")
    if not account or not account["active"] or not matches(password, account["password"]):
        raise RefusedError("INVALID_CREDENTIALS")

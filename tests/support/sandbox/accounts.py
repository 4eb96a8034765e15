# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A panel with some accounts, and what is in it."""

from __future__ import annotations

from typing import Any

from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.sandbox.web import DOMAIN

ADA, BOB, TEAM = "ada@example.org", "bob@example.org", "team@example.org"
OK = {"_success": True}


def populated(backend: str) -> Sandbox:
    """A panel with a domain, two users and an alias."""
    sandbox = Sandbox(backend)
    for path, params in (
        (DOMAIN, {"name": "Example", "quota": "10240", "defaultQuota": "512", "maxUserQuota": "2048"}),
        (f"/api/user/{ADA}", {"password": PASSWORD, "name": "Ada", "quota": "1024"}),
        (f"/api/user/{BOB}", {"password": PASSWORD}),
        (f"/api/alias/{TEAM}", {"members": f"{ADA},out@x.example"}),
    ):
        assert sandbox.api("POST", path, **params) == OK
    return sandbox


def read(sandbox: Sandbox, path: str, **query: str) -> Any:
    """What a GET shows."""
    answer = sandbox.api("GET", path, **query)
    assert answer["_success"] is True, answer
    return answer["_data"]


def rows(sandbox: Sandbox, table: str, **where: Any) -> list[dict[str, Any]]:
    """The rows of a table with these values."""
    return [row for row in sandbox.state()[table] if all(row[key] == value for key, value in where.items())]

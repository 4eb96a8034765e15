# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of settings share."""

from __future__ import annotations

from typing import Any

from werkzeug.test import Client

from tests.sandbox.app import App
from tests.sandbox.handle import Sandbox

THROTTLE = "/api/throttle/global/outbound"
GREYLISTING = "/api/greylisting/a.com"
WHITE = "/api/wblist/inbound/whitelist/u@a.com"
POLICY = "/api/spampolicy/user/u@a.com"
SENDERS = "/api/greylisting/global/whitelists"
DONE = {"_success": True}


def get(sandbox: Sandbox, path: str) -> Any:
    """What a GET shows."""
    body = sandbox.api("GET", path)
    assert body["_success"], body
    return body["_data"]


def do(sandbox: Sandbox, method: str, path: str, **params: Any) -> None:
    """A write that succeeds."""
    assert sandbox.api(method, path, **params) == DONE


def client(sandbox: Sandbox, username: str = "", password: str = "") -> Client:
    """A client that is held against the document."""
    found = Client(App(sandbox.panel))
    data = {"username": username or sandbox.username, "password": password or sandbox.password}
    assert found.post("/iredadmin/api/login", data=data).get_json() == DONE
    return found

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client for the sandbox over real HTTP, and a panel with one domain."""

from __future__ import annotations

from typing import Any

import requests

from tests.sandbox.handle import Sandbox

DOMAIN = "/api/domain/example.org"


class Web(requests.Session):
    """A client over real HTTP that follows no redirect."""

    def __init__(self, sandbox: Sandbox, login: bool = True) -> None:
        super().__init__()
        self.trust_env = False
        self.sandbox = sandbox
        if login:
            assert self.login().json() == {"_success": True}

    def ask(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """The response to one request, whose arguments are those of ``requests``."""
        return self.request(method, self.sandbox.url + path, timeout=10, allow_redirects=False, **arguments)

    def login(self, **changes: str) -> requests.Response:
        """Log in as the first admin, or with something changed."""
        return self.ask(
            "POST", "/api/login", data={"username": self.sandbox.username, "password": self.sandbox.password, **changes}
        )


def fresh(sandbox: Sandbox) -> Sandbox:
    """The same panel as if nothing had happened, quicker than a new one: with one domain."""
    sandbox.api("DELETE", DOMAIN)
    sandbox.api("POST", DOMAIN, name="before")
    sandbox.panel.refused_logins.clear()
    sandbox.latency(0)
    for clear in (sandbox.clear_faults, sandbox.clear_log, sandbox.clear_violations, sandbox.expire_sessions):
        clear()
    return sandbox


def name(sandbox: Sandbox) -> str:
    """The name of the domain, as stored: whether a request was carried out."""
    return str(sandbox.api("GET", DOMAIN)["_data"]["description"])

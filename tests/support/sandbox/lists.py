# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A panel with a mailing list, and requests about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from werkzeug.test import Client

from tests.sandbox.app import App
from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD

LIST = "/api/ml/news@example.org"
GROUP = "/api/maillist/staff@example.org"
OWN_HEADERS = [
    "List-Id: <news@example.org>",
    "List-Post: <mailto:news@example.org>",
    "List-Subscribe: <mailto:news+subscribe@example.org?subject=Subscribe>",
    "List-Unsubscribe: <mailto:news+unsubscribe@example.org?subject=Unsubscribe>",
    "Precedence: bulk",
    "Reply-To: news@example.org",
]


def prepared(backend: str, **options: Any) -> Iterator[Sandbox]:
    """A panel with a domain and a user."""
    with Sandbox(backend, **options) as running:
        running.api("POST", "/api/domain/example.org")
        running.api("POST", "/api/user/ada@example.org", password=PASSWORD)
        yield running


def do(sandbox: Sandbox, method: str, path: str, **params: str) -> Any:
    """What an operator's request, which must succeed, answers with."""
    answer = sandbox.api(method, path, **params)
    assert answer["_success"], answer
    return answer.get("_data")


def refusal(sandbox: Sandbox, method: str, path: str, **params: str) -> str:
    """The message of a request that must fail."""
    answer = sandbox.api(method, path, **params)
    assert not answer["_success"]
    return str(answer["_msg"])


def put(sandbox: Sandbox, **params: str) -> Any:
    """Change the list, then read it."""
    do(sandbox, "PUT", LIST, **params)
    return do(sandbox, "GET", LIST, with_subscribers="yes")


def account(sandbox: Sandbox) -> dict[str, Any]:
    """The row of the list."""
    return sandbox.state()["maillists"][0]


def web(sandbox: Sandbox, method: str, path: str, **params: str) -> list[str]:
    """The violations of a request by somebody who is logged in."""
    client, prefix = Client(App(sandbox.panel)), sandbox.panel.prefix
    client.post(prefix + "/api/login", data={"username": sandbox.username, "password": sandbox.password})
    where: Any = {"query_string" if method in ("GET", "DELETE") else "data": params}
    assert client.open(prefix + path, method=method, **where).status_code == 200
    return sandbox.violations()

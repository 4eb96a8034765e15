# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applying a state without Ansible around it, and what such runs have in common."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import execute
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.task import STATE_MODULE
from tests.sandbox.handle import Sandbox
from tests.support.common import COM, ORG, PASSWORD, user
from tests.support.playbook import connection

#: what the door fills in
DEFAULTS = {
    "api_timeout": 30.0,
    "api_retries": 1,
    "validate_certs": True,
    "max_deletions": 10,
    "max_delete_percent": 30.0,
    "concurrency": 8,
    "continue_on_error": False,
    "verify": "strict",
}
#: what a panel may do with one write, and how often it does so
TROUBLES: tuple[tuple[dict[str, Any], int], ...] = (
    ({"fail": "NO_SPACE_LEFT"}, 1),
    ({"status": 500}, 1),
    ({"status": 500}, 9),
    ({"status": 500, "after": True}, 1),
    ({"status": 502}, 9),
    ({"status": 504, "after": True}, 2),
    ({"drop": "before"}, 9),
    ({"drop": "after"}, 1),
    ({"drop": "after"}, 9),
    ({"body": {"_success": True}}, 1),
    ({"ignore": ["addAlias", "extra_addresses"]}, 1),
)


@contextmanager
def panel(backend: str, preset: str = "default", **shapes: str) -> Iterator[Sandbox]:
    """A running sandbox that has both domains, and at its end no violation."""
    with Sandbox(backend=backend, preset=preset, shapes=shapes) as sandbox:
        for domain in (COM, ORG):
            sandbox.api("POST", f"/api/domain/{domain}", name=domain)
        yield sandbox
        assert sandbox.violations() == []


def apply(sandbox: Sandbox, declared: Any, check: bool = False, **options: Any) -> dict[str, Any]:
    """What a run returned; the sandbox's log is that of this run."""
    sandbox.clear_log()
    params = {**DEFAULTS, **connection(sandbox), "declared": declared, **options}
    result = execute(STATE_MODULE, params, check)
    assert PASSWORD not in json.dumps(result)
    assert sandbox.password not in json.dumps(result)
    return result


def trouble_one(sandbox: Sandbox, plan: dict[str, Any], number: int, trouble: tuple[dict[str, Any], int]) -> None:
    """Let the panel do such a thing with one of the writes that check mode foresaw."""
    paths = [(one["method"], one["path"]) for one in plan["operations"]]
    chosen, (action, times) = number % len(paths), trouble
    sandbox.fault(action, *paths[chosen], times=times, skip=paths[:chosen].count(paths[chosen]))


def applied(sandbox: Sandbox, declared: Any, check: bool = False, **options: Any) -> dict[str, Any]:
    """The same of a run that succeeds, whose account of itself agrees with the server's."""
    result = apply(sandbox, declared, check, **options)
    assert not result.get("failed"), result["msg"]
    assert result["failures"] == []
    assert written(sandbox) == ([] if check else told(result))
    assert result["changed"] is bool(result["operations"])
    assert len(result["changes"]) == sum(counts(result)[:4])
    assert result["diff"] == {"prepared": result["plan_text"] + "\n"}
    assert counts(result)[5:] == [0, 0]
    assert requests(sandbox, "/api/login") == ["POST /api/login"]
    assert result["summary"]["logins"] == 1
    assert sum(result["summary"]["requests"].values()) == len(sandbox.log()) - 1
    return result


def refused(sandbox: Sandbox, declared: Any, *words: str, check: bool = False, **options: Any) -> dict[str, Any]:
    """The same of a run that is refused before its first write."""
    result = apply(sandbox, declared, check, **options)
    assert result.get("failed"), result
    for word in words:
        assert word in result["msg"], result["msg"]
    assert sandbox.writes() == []
    assert not result["changed"]
    assert not result.get("operations")
    return result


def counts(result: dict[str, Any]) -> list[int]:
    """Created, updated, renamed, deleted, unchanged, failed, not tried."""
    names = ("created", "updated", "renamed", "deleted", "unchanged", "failed", "not_tried")
    return [result["summary"][name] for name in names]


def told(result: dict[str, Any]) -> list[str]:
    """The operations that a result tells, whatever their order."""
    return sorted(
        json.dumps([one["method"], one["path"], one["params"]], sort_keys=True) for one in result["operations"]
    )


def written(sandbox: Sandbox) -> list[str]:
    """The writes that the server saw, in the same form."""
    return as_told(sandbox.writes())


def as_told(entries: Iterable[dict[str, Any]]) -> list[str]:
    """Entries of the log in the form of operations, without the secrets in them."""
    secret = ("password", "password_hash")
    found = [
        [one["method"], one["path"], {k: "********" if k in secret else v for k, v in one["params"].items()}]
        for one in entries
    ]
    return sorted(json.dumps(one, sort_keys=True) for one in found)


def requests(sandbox: Sandbox, *prefixes: str) -> list[str]:
    """The requests below some paths, as they came in."""
    return [f"{one['method']} {one['path']}" for one in sandbox.log() if one["path"].startswith(prefixes or "/")]


def users(number: int, domain: str = COM, **options: Any) -> list[dict[str, Any]]:
    """So many of them."""
    return [user(f"u{index:02}@{domain}", **options) for index in range(number)]


def there(sandbox: Sandbox, table: str = "mailbox", column: str = "username") -> list[str]:
    """Names on the server."""
    return sorted(row[column] for row in sandbox.state()[table])

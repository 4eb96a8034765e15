# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs with the drift report enabled, and a panel that somebody has changed by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.sandbox.handle import Sandbox
from tests.support.common import COM, ORG, PASSWORD
from tests.support.playbook import Run, run_tasks, task

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "drift.schema.json").read_text(encoding="utf-8"))
FORMATS = "json,markdown,html,junit,prometheus"
FILES = ("drift.json", "drift.md", "drift.html", "drift.xml", "drift.prom")
#: a password that must not be found in any file
CANARY = "Canary-Password-4711"
ADA, BOB, MALLORY, SALES = (f"{name}@{COM}" for name in ("ada", "bob", "mallory", "sales"))
PRUNE = {"kinds": ["users"], "domains": [COM]}
DECLARED: dict[str, Any] = {
    "domains": [{"domain": COM, "description": "Example"}, {"domain": ORG, "enabled": True}],
    "users": [
        {"mail": mail, "password": PASSWORD, "update_password": "on_create", "quota": 1024} for mail in (ADA, BOB)
    ],
    "aliases": [{"mail": SALES, "members": [ADA, BOB]}],
    "wblists": [{"account": COM, "direction": "inbound", "list": "blacklist", "addresses": ["@bad.example"]}],
}


def check_user(mail: str = ADA, **options: Any) -> dict[str, Any]:
    """A task for one user."""
    return task("iredmail_user", mail=mail, **options)


def enabled(folder: Path, formats: str = FORMATS) -> dict[str, str]:
    """The environment that makes a report."""
    return {
        "ANSIBLE_CALLBACKS_ENABLED": "capture,mailstate.iredmail.drift",
        "IREDMAIL_DRIFT_OUTPUT_DIR": str(folder),
        "IREDMAIL_DRIFT_FORMATS": formats,
    }


def report_in(folder: Path) -> dict[str, Any]:
    """drift.json, which must be as the schema says."""
    document: dict[str, Any] = json.loads((folder / "drift.json").read_text(encoding="utf-8"))
    Draft202012Validator(SCHEMA).validate(document)
    return document


def reported(sandbox: Any, folder: Path, tasks: list[dict[str, Any]], **more: Any) -> tuple[Run, dict[str, Any]]:
    """Run tasks, and what the report says of them."""
    env = dict(enabled(folder), **more.pop("env", {}))
    run = run_tasks(sandbox, tasks, env=env, **more)
    return run, report_in(folder)


def state_task(**more: Any) -> dict[str, Any]:
    """The task with the whole state."""
    return task("iredmail_state", **dict({"declared": DECLARED, "prune": PRUNE}, **more))


def spoil(sandbox: Sandbox) -> None:
    """Five kinds of drift, made by hand."""
    for method, path, params in (
        ("PUT", f"user/{ADA}", {"quota": 4096}),
        ("POST", f"user/{MALLORY}", {"password": PASSWORD}),
        ("DELETE", f"alias/{SALES}", {}),
        ("PUT", f"domain/{ORG}", {"accountStatus": "disabled"}),
        ("POST", f"wblist/inbound/blacklist/{COM}", {"addresses": "@good.example"}),
    ):
        answer = sandbox.api(method, "/api/" + path, **params)
        assert answer["_success"], (path, answer)


def found(document: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Status, whether declared, and changed options, by kind and name."""
    return {
        f"{one['kind']} {one['id']}": (one["status"], one["declared"], [each["field"] for each in one["changes"]])
        for one in document["objects"]
    }


def statuses(document: dict[str, Any]) -> dict[str, str]:
    """The status alone."""
    return {name: one[0] for name, one in found(document).items()}

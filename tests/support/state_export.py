# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exporting and applying without Ansible around it: the work itself, which is what most tests are about."""

from __future__ import annotations

import copy

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import execute
from ansible_collections.mailstate.iredmail.plugins.module_utils._export.task import STATE_INFO
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import BY_NAME
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.task import STATE_MODULE
from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.playbook import connection

STATE_KINDS = list(BY_NAME)
KEYS = ("mail", "domain", "account", "direction", "list")
SETTINGS = ("spampolicies", "throttles", "greylistings", "wblists")


def options(sandbox):
    return dict(connection(sandbox), api_timeout=60.0, api_retries=1, validate_certs=True, concurrency=8)


def export(sandbox, **more):
    return execute(STATE_INFO, dict(options(sandbox), **more), check_mode=False)


def exported(sandbox, **more):
    """The state and what is not in it; reading has written nothing."""
    sandbox.clear_log()
    result = export(sandbox, **more)
    assert not result.get("failed"), result["msg"]
    assert sandbox.writes() == []
    assert not result["changed"]
    return result["state"], result["not_exported"]


def apply(sandbox, state, check=False, **more):
    sandbox.clear_log()
    usual = {"max_deletions": 10, "max_delete_percent": 30.0, "continue_on_error": False, "verify": "strict"}
    return execute(STATE_MODULE, dict(options(sandbox), declared=state, **{**usual, **more}), check)


def with_passwords(state):
    """An export as accounts can be created from it."""
    state = copy.deepcopy(state)
    for item in state.get("users", []) + state.get("admins", []):
        item.update(password=PASSWORD, update_password="on_create")
    return state


def assert_nothing_to_do(sandbox, state):
    for check in (True, False):
        result = apply(sandbox, state, check)
        assert not result.get("failed"), result["msg"]
        told = [result[name] for name in ("changed", "changes", "operations", "unverified")]
        assert told == [False, [], [], []]
        assert "warnings" not in result
        assert sandbox.writes() == []


def panel(backend, preset="default", **shapes):
    if preset == "hiding":
        shapes.setdefault("emails", "array")  # there must be one list that works
    return Sandbox(backend=backend, preset=preset, shapes=shapes)


def notes_of(missing, kind, ident="*"):
    return sorted(option for one in missing if (one["kind"], one["id"]) == (kind, ident) for option in one["options"])

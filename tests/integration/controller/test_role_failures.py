# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the role mail_state ends where it made no plan."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.playbook import play
from tests.support.roles import APPLY

AWAY = {"IREDMAIL_API_URL": "http://127.0.0.1:1/iredadmin", "IREDMAIL_API_RETRIES": "0"}


@pytest.mark.parametrize(
    ("variables", "env", "sentence"),
    [
        ({"mail_state_declared": {"users": []}}, AWAY, "http://127.0.0.1:1/iredadmin cannot be reached"),
        ({"mail_state_declared": {"users": []}}, {"IREDMAIL_API_PASSWORD": "Canary-4711"}, "The login was refused"),
        ({"mail_state_declared": {"users": []}, "mail_state_expect_checksum": ""}, {}, "expect_checksum: it is empty"),
        ({"mail_state_declared": {"users": [{"mail": "no"}]}}, {}, "is not an e-mail address"),
        ({"mail_state_src": "missing.yml"}, {}, "missing.yml"),
    ],
    ids=["away", "login", "option", "item", "file"],
)
def test_without_a_plan_the_role_ends_with_the_reason(
    variables: dict[str, Any], env: dict[str, str], sentence: str
) -> None:
    """And with nothing else: its last task says it, whether or not the plan was to be kept in files."""
    with Sandbox(backend="sql") as sandbox:
        for more in ({}, {"mail_state_output_dir": "/nonexistent/plan"}):
            run = play(sandbox, APPLY, env=env, **variables, **more)
            assert run.code != 0
            assert sentence in run.results[-1]["msg"]
            assert "plan_files" not in run.output
        assert sandbox.writes() == []

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A canary: no secret in anything that is printed or returned, at the highest verbosity, whatever happens."""

from __future__ import annotations

import json

import pytest

from tests.integration.playbook import DOORS, connection, run_tasks, task
from tests.sandbox.handle import Sandbox

CANARY, HASH = "Canary-Password-4711", "{PLAIN}Canary-Hash-4712"
MAIL = "ada@example.com"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "fault",
    [
        None,
        {"fail": f"error near {CANARY} and {HASH}"},
        {"status": 500},
        {"body": {"_success": False, "_msg": CANARY}},
    ],
    ids=str,
)
def test_no_secret_is_shown(sandbox: Sandbox, door, fault):
    if fault:
        sandbox.fault(method="POST", path="/api/user/*", times=None, action=fault)
    run = run_tasks(
        sandbox,
        [
            task("iredmail_user", mail=MAIL, password=CANARY, name="Ada"),
            task("iredmail_user", mail=MAIL, password=CANARY + "-new", update_password="always"),
            task("iredmail_user", mail="bob@example.com", password_hash=HASH),
            task("iredmail_user", mail="impossible", password=CANARY),
            task("iredmail_user", mail=MAIL, password=CANARY, quota="wrong"),
            task("iredmail_user", mail=MAIL, password=CANARY, nosuch=True),
        ],
        door,
        args=("--diff", "-vvv"),
    )
    shown = run.output + json.dumps(run.lines)
    assert "ada@example.com" in shown
    for secret in (CANARY, HASH, sandbox.password):
        assert secret not in shown
    assert "Traceback" not in run.output


@pytest.mark.parametrize("door", DOORS)
def test_a_session_is_not_shown(sandbox: Sandbox, door):
    login = dict(task("iredmail_login"), register="login", no_log=True)
    use = task("iredmail_user_info", mail=MAIL, api_session="{{ login.session }}")
    keep = {
        "name": "keep",
        "ansible.builtin.copy": {"content": "{{ login.session }}", "dest": "{{ kept }}"},
        "no_log": True,
    }
    with_path = {"kept": f"/tmp/session-{id(sandbox)}"}
    run = run_tasks(sandbox, [login, use, keep], door, args=("-vvv",), variables=with_path)
    with open(with_path["kept"], encoding="utf-8") as source:
        session = source.read()
    assert len(session.partition("=")[2]) == 40
    assert session.partition("=")[2] not in run.output


def test_the_trace_at_vvv_names_requests_and_no_parameters(sandbox: Sandbox):
    result = run_tasks(sandbox, [task("iredmail_user", mail=MAIL, password=CANARY)], args=("-vvv",)).only
    assert any(line.startswith("POST /api/user/") for line in result["api_trace"])
    assert CANARY not in json.dumps(result)
    assert connection(sandbox)["api_password"] not in json.dumps(result)

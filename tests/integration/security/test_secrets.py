# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A canary: no secret in anything that is printed or returned, at the highest verbosity, whatever happens."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.playbook import DOORS, connection, run_tasks, task

pytestmark = pytest.mark.both_doors

CANARY, HASH = "Canary-Password-4711", "{PLAIN}Canary-Hash-4712"
MAIL = "ada@example.com"
MATRIX = pytest.mark.matrix
# ansible-core itself prints the lines of a playbook around a task that failed, so a secret must not stand in it
FROM_ENV = "{{ lookup('ansible.builtin.env', 'CANARY') }}"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        pytest.param(None, "", id="fine"),
        pytest.param({"fail": "error near %s"}, "error near ********", id="reason"),
        pytest.param({"status": 500}, "HTTP 500", id="status", marks=MATRIX),
        pytest.param({"body": {"_success": False, "_msg": "<%s>"}}, "<********>", id="message", marks=MATRIX),
    ],
)
def test_no_secret_is_shown(sandbox: Sandbox, door, fault, told):
    for mail, secret in ((MAIL, CANARY), ("bob@example.com", HASH)):
        if fault:  # the server echoes what it was sent
            action = json.loads(json.dumps(fault).replace("%s", secret))
            sandbox.fault(method="POST", path=f"/api/user/{mail}", times=None, action=action)
    run = run_tasks(
        sandbox,
        [
            task("iredmail_user", mail=MAIL, password=FROM_ENV, name="Ada"),
            task("iredmail_user", mail=MAIL, password=FROM_ENV, update_password="always"),
            task("iredmail_user", mail="bob@example.com", password_hash=FROM_ENV.replace("CANARY", "HASH")),
            task("iredmail_user", mail="impossible", password=FROM_ENV),
            task("iredmail_user", mail=MAIL, password=FROM_ENV, quota="wrong"),
            task("iredmail_user", mail=MAIL, password=FROM_ENV, nosuch=True),
        ],
        door,
        args=("--diff", "-vvv"),
        env={"CANARY": CANARY, "HASH": HASH},
    )
    made, _again, by_hash, *refused = run.results
    assert {one["path"] for one in sandbox.writes()} == {f"/api/user/{MAIL}", "/api/user/bob@example.com"}
    for result in (made, by_hash):
        assert bool(result.get("failed")) == bool(fault)
        assert told in result.get("msg", "")
    assert all(result["failed"] for result in refused)
    shown = run.output + json.dumps(run.lines)
    for secret in (CANARY, HASH, sandbox.password):
        assert secret not in shown
    assert "Traceback" not in run.output


@pytest.mark.parametrize("door", DOORS)
def test_a_session_is_not_shown(sandbox: Sandbox, door, tmp_path):
    login = dict(task("iredmail_login"), register="login", no_log=True)
    use = task("iredmail_user_info", mail=MAIL, api_session="{{ login.session }}")
    keep = {
        "name": "keep",
        "ansible.builtin.copy": {"content": "{{ login.session }}", "dest": "{{ kept }}"},
        "no_log": True,
    }
    kept = tmp_path / "session"
    run = run_tasks(sandbox, [login, use, keep], door, args=("-vvv",), variables={"kept": str(kept)})
    session = kept.read_text(encoding="utf-8")
    assert len(session.partition("=")[2]) == 40
    assert session.partition("=")[2] not in run.output


def test_the_trace_at_vvv_names_requests_and_no_parameters(sandbox: Sandbox):
    result = run_tasks(sandbox, [task("iredmail_user", mail=MAIL, password=CANARY)], args=("-vvv",)).only
    assert any(line.startswith("POST /api/user/") for line in result["api_trace"])
    assert CANARY not in json.dumps(result)
    assert connection(sandbox)["api_password"] not in json.dumps(result)

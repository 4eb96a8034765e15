# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock for trying things out: it stops every write and nothing else, and says which switch it is."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.sandbox.handle import Sandbox
from tests.support.common import COM, PASSWORD
from tests.support.people import ADA, populate
from tests.support.playbook import DOORS, IN_PROCESS, MODULE, play, run_tasks, task

OPTION, VARIABLE = "api_read_only", "IREDMAIL_READ_ONLY in the environment"
LOCK = {"IREDMAIL_READ_ONLY": "true"}


@pytest.fixture(autouse=True)
def people(sandbox: Sandbox):
    """Two users and a standalone admin."""
    populate(sandbox)
    sandbox.clear_log()


def written(sandbox: Sandbox) -> list[str]:
    return [one["path"] for one in sandbox.writes()]


WRITES = [
    ("iredmail_user", {"mail": "new@example.com", "password": PASSWORD}),
    ("iredmail_user", {"mail": ADA, "quota": 77}),
    ("iredmail_user", {"mail": ADA, "state": "absent"}),
    ("iredmail_user", {"mail": "eve@example.com", "rename_from": ADA}),
    ("iredmail_domain_users", {"domain": COM, "language": "de_DE"}),
    ("iredmail_domain_admins", {"domain": COM, "add_admins": [ADA]}),
    ("iredmail_throttle", {"account": COM, "direction": "inbound", "period": 60, "max_msgs": 5}),
    ("iredmail_greylisting", {"account": COM, "enabled": True}),
    ("iredmail_wblist", {"account": COM, "direction": "inbound", "list": "blacklist", "addresses": ["x@y.example"]}),
    ("iredmail_state", {"declared": {"users": [{"mail": ADA, "quota": 77}]}}),
]


@pytest.mark.both_doors
@pytest.mark.parametrize(
    ("switch", "door"),
    [
        (OPTION, IN_PROCESS),
        (VARIABLE, IN_PROCESS),
        pytest.param(OPTION, MODULE, marks=pytest.mark.matrix),
        (VARIABLE, MODULE),
    ],
)
def test_every_write_is_refused_before_it_is_sent(sandbox: Sandbox, switch, door):
    given = {OPTION: True} if switch == OPTION else {}
    tasks = [task(module, **options, **given) for module, options in WRITES]
    planned = [dict(one, check_mode=True) for one in (tasks[1], tasks[-1])]
    run = run_tasks(sandbox, tasks + planned, door, env={} if switch == OPTION else LOCK)
    assert len(run.results) == len(WRITES) + 2, run.output
    for result in run.results[: len(WRITES)]:
        assert result["failed"]
        assert f"was not sent: {switch} forbids every write." in result["msg"]
        assert (result["changed"], result["operations"]) == (False, [])
    for result in run.results[len(WRITES) :]:  # check mode shows what would be written, as usual
        assert not result.get("failed"), result["msg"]
        assert result["changed"]
        assert result["operations"]
    assert written(sandbox) == []


@pytest.mark.parametrize("door", DOORS)
def test_what_only_reads_works_as_usual(sandbox: Sandbox, door):
    secret = {"account": ADA, "password": "{{ lookup('ansible.builtin.env', 'SECRET') }}"}
    tasks = [
        task("iredmail_login"),
        task("iredmail_verify_password", **secret),
        task("iredmail_user_info", mail=ADA),
        task("iredmail_user", mail=ADA, state="present"),
        task("iredmail_server_info"),
        task("iredmail_state_info", domains=[COM]),
    ]
    run = run_tasks(sandbox, tasks, door, env={**LOCK, "SECRET": PASSWORD})
    for result in run.results:
        assert not result.get("failed"), result["msg"]
    assert run.results[1]["valid"]
    assert run.results[2]["users"][0]["mail"] == ADA
    assert written(sandbox) == []


def test_an_option_that_says_no_wins_over_the_environment(sandbox: Sandbox):
    result = run_tasks(sandbox, [task("iredmail_user", mail=ADA, quota=77, api_read_only=False)], env=LOCK).only
    assert result["changed"]
    assert written(sandbox) == [f"/api/user/{ADA}"]


def test_playbooks_that_read_work_and_the_one_that_writes_does_not(sandbox: Sandbox, tmp_path: Path):
    mail = tmp_path / "mail"
    found = play(sandbox, "playbooks/export.yml", env=LOCK, mail_export_dir=str(mail))
    assert found.code == 0, found.output
    found = play(
        sandbox,
        "playbooks/capture.yml",
        iredmail_api_read_only=True,
        capture_file=str(tmp_path / "capture.json"),
    )
    assert found.code == 0, found.output
    (mail / "more.yml").write_text(yaml.safe_dump({"aliases": [{"mail": f"info@{COM}", "members": [ADA]}]}))
    apply = {"mail_state_src": str(mail)}
    report = {"mail_drift_src": str(mail), "mail_drift_output_dir": str(tmp_path / "report")}
    found = play(sandbox, "playbooks/drift.yml", env=LOCK, **report)
    assert "info@" in (tmp_path / "report" / "drift.json").read_text(), found.output
    found = play(sandbox, "playbooks/apply.yml", "--check", env=LOCK, **apply)
    assert found.code == 0, found.output
    found = play(sandbox, "playbooks/apply.yml", env=LOCK, **apply)
    assert found.code != 0
    assert f"{VARIABLE} forbids every write" in found.output
    assert written(sandbox) == []
    found = play(sandbox, "playbooks/apply.yml", iredmail_connection={OPTION: True}, **apply)
    assert f"was not sent: {OPTION} forbids every write" in found.output
    assert written(sandbox) == []

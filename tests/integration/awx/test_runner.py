# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as AWX runs them: ansible-runner in a private data directory, the credential injected as environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.sandbox.handle import Sandbox
from tests.support.common import ROOT
from tests.support.playbook import in_environment

pytestmark = pytest.mark.matrix

COM = "example.com"
CANARY = "Canary-Password-4711"
APPLY_TASK = "Apply the declared state"
RUN = "import ansible_runner, json, sys; sys.exit(ansible_runner.run(**json.loads(sys.argv[1])).rc)"


class Loader(yaml.SafeLoader):
    """Reads `!unsafe` as what it marks."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


@dataclass
class JobOutput:
    """What a job left in its artifacts."""

    code: int
    output: str
    events: list[dict[str, Any]]

    @property
    def published(self) -> dict[str, Any]:
        """What AWX would hand to the next job of a workflow."""
        (stats,) = [event for event in self.events if event["event"] == "playbook_on_stats"]
        return dict(stats["event_data"]["artifact_data"])

    def result(self, task: str) -> dict[str, Any]:
        """What the task of that name returned."""
        (data,) = [
            event["event_data"]
            for event in self.events
            if event["event"] in ("runner_on_ok", "runner_on_failed") and event["event_data"]["task"] == task
        ]
        return dict(data["res"])


class Awx:
    """A private data directory, laid out as AWX does."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder, self.sandbox = folder, sandbox
        for name in ("env", "inventory", "project/mail"):
            (folder / name).mkdir(parents=True)
        for playbook in (ROOT / "examples" / "awx").glob("*.yml"):
            shutil.copy(playbook, folder / "project")
        # what the injectors of the credential type make of the credential
        env = in_environment(sandbox)
        (folder / "env" / "envvars").write_text(yaml.safe_dump(env))
        (folder / "inventory" / "hosts").write_text(f"{COM}\n")
        self.declare(quota=2048)

    def declare(self, **options: Any) -> None:
        """What is in the repository."""
        ada = dict(mail=f"ada@{COM}", name="Ada", password=CANARY, update_password="on_create", **options)
        state = {"domains": [{"domain": COM}], "users": [ada]}
        (self.folder / "project" / "mail" / f"{COM}.yml").write_text(yaml.safe_dump(state))

    def run(
        self, ident: str, *args: str, playbook: str = "apply.yml", given: Any = None, **variables: Any
    ) -> JobOutput:
        """Run a job; ``given`` comes from an earlier job and is no template."""
        text = yaml.safe_dump(variables) if variables else ""
        for key, value in (given or {}).items():
            text += f"!unsafe {key!r}: {'!unsafe ' * isinstance(value, str)}{json.dumps(value)}\n"
        (self.folder / "env" / "extravars").write_text(text)
        job = {
            "private_data_dir": str(self.folder),
            "playbook": playbook,
            "ident": ident,
            "cmdline": " ".join(args),
            "verbosity": 3,
            # as AWX does; otherwise the command line would be kept for the next job
            "suppress_env_files": True,
        }
        done = subprocess.run(
            [sys.executable, "-c", RUN, json.dumps(job)], capture_output=True, text=True, timeout=300, check=False
        )
        artifacts = self.folder / "artifacts" / ident
        events = [json.loads(path.read_text(encoding="utf-8")) for path in (artifacts / "job_events").glob("*.json")]
        for path in artifacts.rglob("*"):
            if path.is_file():
                content = path.read_text(encoding="utf-8")
                if path.name == "command":
                    # ansible-runner itself keeps the whole environment in it; AWX masks that, and drops the file
                    content = str(json.loads(content)["command"])
                assert self.sandbox.password not in content, path
                assert CANARY not in content, path
        return JobOutput(done.returncode, done.stdout + done.stderr, events)


@pytest.fixture
def backend() -> str:
    """What is shown here is nothing about backends."""
    return "sql"


@pytest.fixture
def awx(sandbox: Sandbox, tmp_path: Path) -> Awx:
    """A private data directory for the panel."""
    return Awx(tmp_path / "awx", sandbox)


def approved() -> str:
    """What awx_setup gives the job template `apply` as checksum."""
    data = yaml.load((ROOT / "roles" / "awx_setup" / "vars" / "controller.yml").read_text(), Loader)
    return str(data["awx_setup_approved"])


def test_plan_approve_apply(awx: Awx, sandbox: Sandbox) -> None:
    sandbox.clear_log()
    plan = awx.run("plan", "--check", "--diff", mail_state_src="mail")
    assert plan.code == 0, plan.output
    assert sandbox.writes() == []
    checksum = plan.published["iredmail_checksum"]
    assert checksum == plan.result(APPLY_TASK)["checksum"]
    assert plan.published["iredmail_summary"]["created"] == 1

    apply = awx.run("apply", given=plan.published, mail_state_src="mail", mail_state_expect_checksum=approved())
    assert apply.code == 0, apply.output
    assert [write["method"] for write in sandbox.writes()].count("POST") == 1
    assert apply.published["iredmail_checksum"] == checksum
    assert apply.published["iredmail_summary"]["created"] == 1

    sandbox.clear_log()
    again = awx.run("again", "--check", mail_state_src="mail")
    assert again.code == 0, again.output
    assert again.published["iredmail_summary"]["created"] == 0
    assert again.result(APPLY_TASK)["changes"] == []


def test_another_plan_than_the_approved_one_is_not_applied(awx: Awx, sandbox: Sandbox) -> None:
    plan = awx.run("plan", "--check", mail_state_src="mail")
    assert plan.code == 0, plan.output
    awx.declare(quota=4096)
    sandbox.clear_log()

    apply = awx.run("apply", given=plan.published, mail_state_src="mail", mail_state_expect_checksum=approved())
    assert apply.code != 0
    assert "expect_checksum" in apply.result(APPLY_TASK)["msg"]
    assert sandbox.writes() == []


def test_nothing_is_applied_without_a_plan(awx: Awx, sandbox: Sandbox) -> None:
    sandbox.clear_log()
    apply = awx.run("apply", mail_state_src="mail", mail_state_expect_checksum=approved())

    assert apply.code != 0
    assert "There is no approved plan. Start the workflow instead." in apply.output
    assert sandbox.log() == []


def test_a_template_that_awx_did_not_render_is_named(awx: Awx, sandbox: Sandbox) -> None:
    """What is left of the job template's checksum where ALLOW_JINJA_IN_EXTRA_VARS is `never`."""
    plan = awx.run("plan", "--check", mail_state_src="mail", mail_state_output_dir="kept")
    assert plan.code == 0, plan.output
    files = [str(awx.folder / "project" / "kept" / f"plan.{kind}") for kind in ("json", "md", "html")]
    assert plan.published["iredmail_plan_files"] == files
    assert plan.published["iredmail_checksum"] in Path(files[1]).read_text(encoding="utf-8")
    # what whoever approves looks at
    assert "1 to create" in plan.output
    assert f"checksum {plan.published['iredmail_checksum']}" in plan.output
    sandbox.clear_log()

    literal = {"mail_state_expect_checksum": approved()}
    apply = awx.run("apply", given=dict(plan.published, **literal), mail_state_src="mail")
    assert apply.code != 0
    said = apply.result(APPLY_TASK)["msg"]
    assert said.startswith("expect_checksum: it is a template that was not rendered, {{ iredmail_checksum | mandatory(")
    assert "AWX hands it on like that if its setting ALLOW_JINJA_IN_EXTRA_VARS is 'never'" in said
    assert sandbox.log() == []


def test_a_change_by_hand_is_seen(awx: Awx, sandbox: Sandbox) -> None:
    assert awx.run("apply", mail_state_src="mail").code == 0
    assert sandbox.api("PUT", f"/api/user/ada@{COM}", quota=1)["_success"]
    sandbox.clear_log()

    drift = awx.run("drift", "--check", "--diff", mail_state_src="mail")
    assert drift.code == 0, drift.output
    (change,) = drift.result(APPLY_TASK)["changes"]
    assert (change["id"], change["before"]["quota"], change["after"]["quota"]) == (f"ada@{COM}", 1, 2048)
    assert sandbox.writes() == []


def test_a_plan_that_fails_publishes_nothing(awx: Awx, sandbox: Sandbox) -> None:
    sandbox.fault({"status": 500}, path=f"/api/domain/{COM}", times=None)
    plan = awx.run("plan", "--check", mail_state_src="mail")

    assert plan.code != 0
    assert "iredmail_checksum" not in plan.published


def test_the_drift_job_publishes_a_summary(awx: Awx, sandbox: Sandbox) -> None:
    assert sandbox.api("POST", f"/api/user/extra@{COM}", name="Extra", password=CANARY + "-B2", quota=1)["_success"]
    sandbox.clear_log()

    drift = awx.run("drift", "--check", playbook="drift.yml", mail_drift_src="mail")
    assert drift.code == 0, drift.output
    assert drift.published["mail_drift"]["drift"]
    assert sandbox.writes() == []


def test_the_inventory_source_names_the_domains(awx: Awx, sandbox: Sandbox) -> None:
    env = yaml.safe_load((awx.folder / "env" / "envvars").read_text())
    command = ["ansible-inventory", "-i", str(awx.folder / "project" / "iredmail_domains.yml"), "--list", "--export"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ, **env))
    assert done.returncode == 0, done.stderr

    hosts = json.loads(done.stdout)["_meta"]["hostvars"]
    assert list(hosts) == [COM]
    assert hosts[COM]["ansible_connection"] in ("local", {"__ansible_unsafe": "local"})
    assert sandbox.password not in done.stdout + done.stderr

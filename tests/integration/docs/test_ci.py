# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/ci: the steps of the pipelines, as the shell scripts that they are, in a repository of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import venv
from pathlib import Path

import pytest
import yaml

from tests.sandbox.handle import Sandbox
from tests.support.common import COM, PASSWORD, ROOT
from tests.support.playbook import in_environment

VAULTED = "$ANSIBLE_VAULT;1.1;AES256\n6162\n"


class Repository:
    """A user's repository, beside others that were cloned from it."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder, self.connection = folder, in_environment(sandbox)
        (folder / "mail").mkdir(parents=True)
        shutil.copytree(ROOT / "examples" / "ci" / "ci", folder / "ci")

    def declare(self, quota: str) -> None:
        """What the next commit says."""
        state = {"domains": [{"domain": COM}], "users": [{"mail": f"ada@{COM}", "quota": quota, "name": "Ada"}]}
        (self.folder / "mail" / f"{COM}.yml").write_text(yaml.safe_dump(state), encoding="utf-8")

    def run(
        self, script: str, *arguments: str, secrets: bool = True, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """A step of a pipeline."""
        given = env or {name: value for name, value in os.environ.items() if not name.startswith("IREDMAIL_")}
        return subprocess.run(
            [self.folder / "ci" / script, *arguments],
            env={**given, **(self.connection if secrets else {})},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def plan(self) -> dict[str, object]:
        """The plan of a run that succeeded."""
        done = self.run("plan.sh")
        assert done.returncode == 0, done.stdout + done.stderr
        return dict(json.loads((self.folder / "plan" / "plan.json").read_text(encoding="utf-8")))


@pytest.fixture
def sandbox():
    with Sandbox() as panel:
        panel.api("POST", f"/api/domain/{COM}", name="Com")
        panel.api("POST", f"/api/user/ada@{COM}", name="Ada", password=PASSWORD, quota=1024)
        panel.clear_log()
        yield panel


def test_what_was_approved_is_applied(sandbox, tmp_path):
    """Planned in a clone for the pull request, applied in another one after the merge."""
    request, merged = Repository(tmp_path / "request", sandbox), Repository(tmp_path / "merged", sandbox)
    request.declare("5GB")
    merged.declare("5GB")

    plan = request.plan()
    assert "5 GB" in (request.folder / "plan" / "plan.md").read_text(encoding="utf-8")
    assert (request.folder / "plan" / "plan.html").exists()
    assert sandbox.writes() == []

    done = merged.run("apply.sh", str(request.folder / "plan" / "plan.json"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert [(one["method"], one["path"]) for one in sandbox.writes()] == [("PUT", f"/api/user/ada@{COM}")]
    assert str(plan["checksum"]) in (merged.folder / "applied" / "plan.md").read_text(encoding="utf-8")


@pytest.mark.matrix
def test_nothing_else_is_applied(sandbox, tmp_path):
    repository = Repository(tmp_path / "repository", sandbox)
    repository.declare("5GB")
    repository.plan()
    repository.declare("6GB")
    other = repository.run("apply.sh", "plan/plan.json")
    assert other.returncode != 0
    assert "the plan is not the one that was approved" in other.stdout
    assert sandbox.writes() == []


@pytest.mark.matrix
def test_validation_needs_no_panel_and_says_what_it_left_out(sandbox, tmp_path):
    repository = Repository(tmp_path / "repository", sandbox)
    repository.declare("5GB")
    (repository.folder / "mail" / "passwords.yml").write_text(f"users:\n  - password: !vault |\n      {VAULTED}")

    fine = repository.run("validate.sh", secrets=False)
    assert fine.returncode == 0, fine.stdout + fine.stderr
    assert "Left out, since it is encrypted: mail/passwords.yml" in fine.stderr
    repository.declare("much")
    wrong = repository.run("validate.sh", secrets=False)
    assert wrong.returncode != 0
    assert f"{COM}.yml:" in wrong.stdout
    assert sandbox.log() == []


@pytest.mark.matrix
def test_drift_fails_the_nightly_job(sandbox, tmp_path):
    repository = Repository(tmp_path / "repository", sandbox)
    repository.declare("1GB")
    calm = repository.run("drift.sh")
    assert calm.returncode == 0, calm.stdout + calm.stderr
    sandbox.api("PUT", f"/api/user/ada@{COM}", quota=99)
    sandbox.clear_log()
    found = repository.run("drift.sh")
    assert found.returncode != 0
    for name in ("drift.json", "drift.md", "drift.html", "drift.xml", "history"):
        assert (repository.folder / "drift" / name).exists(), name
    assert sandbox.writes() == []


@pytest.mark.matrix
@pytest.mark.parametrize("given", ["{}", '{"checksum": ""}', '{"checksum": null}', ""])
def test_a_plan_that_is_none_is_not_applied(sandbox, tmp_path, given):
    repository = Repository(tmp_path / "repository", sandbox)
    repository.declare("5GB")
    (repository.folder / "plan.json").write_text(given, encoding="utf-8")
    assert repository.run("apply.sh", "plan.json").returncode != 0
    assert repository.run("apply.sh").returncode != 0
    assert sandbox.writes() == []


@pytest.mark.matrix
def test_a_runner_needs_nothing_but_python(sandbox, tmp_path):
    """Installed as the repository says, without anything of this one's environment."""
    repository = Repository(tmp_path / "repository", sandbox)
    repository.declare("5GB")
    shutil.copy(ROOT / "examples" / "ci" / "requirements.txt", repository.folder)
    subprocess.run([ROOT / "scripts" / "build", tmp_path / "dist"], check=True, capture_output=True)
    (package,) = (tmp_path / "dist").glob("*.tar.gz")
    text = yaml.safe_dump({"collections": [{"name": str(package), "type": "file"}]})
    (repository.folder / "requirements.yml").write_text(text, encoding="utf-8")
    venv.create(tmp_path / "venv", with_pip=True)
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "IREDMAIL_", "PYTHON"))
    }
    env["PATH"] = f"{tmp_path / 'venv' / 'bin'}{os.pathsep}{os.defpath}"

    for script, secrets in (("install.sh", False), ("validate.sh", False), ("plan.sh", True)):
        done = repository.run(script, secrets=secrets, env=env)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (repository.folder / "collections" / "ansible_collections" / "mailstate" / "iredmail").is_dir()
    assert (repository.folder / "plan" / "plan.md").exists()

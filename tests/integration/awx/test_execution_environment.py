# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Execution environments: what ansible-builder finds in the collection, and the example that users start from."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.support.common import ROOT

pytestmark = pytest.mark.matrix


def test_ansible_builder_finds_what_the_collection_needs() -> None:
    done = subprocess.run(
        ["ansible-builder", "introspect", str(ROOT / ".build")], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    found = yaml.safe_load(done.stdout)

    (requirement,) = (ROOT / "meta" / "ee-requirements.txt").read_text().split()
    assert found["python"] == [f"{requirement}  # from collection mailstate.iredmail"]
    assert not found.get("system")


def test_the_example_is_accepted_by_ansible_builder(tmp_path: Path) -> None:
    example = ROOT / "examples" / "awx" / "execution-environment.yml"
    command = ["ansible-builder", "create", "--output-filename", "Containerfile"]
    command += ["--file", str(example), "--context", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr

    wanted = yaml.safe_load((tmp_path / "_build" / "requirements.yml").read_text())
    assert wanted == {"collections": [{"name": "mailstate.iredmail"}]}
    assert "ansible-galaxy collection install" in (tmp_path / "Containerfile").read_text()

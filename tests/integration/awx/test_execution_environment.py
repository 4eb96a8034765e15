# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Execution environments: what ansible-builder finds in the collection, and the example that users start from."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.support.common import ROOT
from tests.support.cores import python

pytestmark = pytest.mark.matrix

EXAMPLE = ROOT / "examples" / "awx" / "execution-environment.yml"


def test_ansible_builder_finds_what_the_collection_needs() -> None:
    done = subprocess.run(
        ["ansible-builder", "introspect", str(ROOT / ".build")], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    found = yaml.safe_load(done.stdout)

    (requirement,) = (ROOT / "meta" / "ee-requirements.txt").read_text().split()
    assert found["python"] == [f"{requirement}  # from collection mailstate.iredmail"]
    assert not found.get("system")


def created(example: str, folder: Path) -> dict[str, str]:
    """The build context of an execution environment: what the arguments of its Containerfile are."""
    (folder / "execution-environment.yml").write_text(example, encoding="utf-8")
    command = ["ansible-builder", "create", "--output-filename", "Containerfile", "--context", str(folder / "context")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    text = (folder / "context" / "Containerfile").read_text(encoding="utf-8")
    assert "ansible-galaxy collection install" in text
    return dict(re.findall(r'^ARG (\w+)="(.*)"$', text, re.MULTILINE))


def test_the_example_brings_an_ansible_that_is_new_enough(tmp_path: Path) -> None:
    arguments = created(EXAMPLE.read_text(encoding="utf-8"), tmp_path)
    wanted = yaml.safe_load((tmp_path / "context" / "_build" / "requirements.yml").read_text())
    assert wanted == {"collections": [{"name": "mailstate.iredmail"}]}

    least = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["requires_ansible"]
    (oldest,) = re.findall(r"ansible-core>=([\d.]+)", arguments["ANSIBLE_INSTALL_REFS"])
    assert tuple(map(int, oldest.split("."))) >= tuple(map(int, re.findall(r"\d+", least)[:2]))
    assert "ansible-runner" in arguments["ANSIBLE_INSTALL_REFS"]
    # not an image with a Python of its own that is older
    assert (arguments["PYPKG"], arguments["PYCMD"]) == ("python3.12", "/usr/bin/python3.12")


def test_what_the_image_installs_runs_the_collection(tmp_path: Path) -> None:
    """The steps of the Containerfile, in a virtual environment: nothing but what they install is there."""
    interpreter = python("3.12")
    if interpreter is None:
        pytest.skip("there is no Python 3.12 on this machine")
    run(str(ROOT / "scripts" / "build"), str(tmp_path), cwd=ROOT)
    (package,) = tmp_path.glob("*.tar.gz")
    # the comment at the end of the example says how
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    end = lines.index("# additional_build_files:")
    text = "\n".join([*lines[:end], *(line.removeprefix("# ") for line in lines[end:])])
    text = text.replace("name: mailstate.iredmail", f"name: {package.name}\n        type: file")
    text = re.sub(r"mailstate-iredmail-[\d.]+\.tar\.gz", package.name, text)
    arguments = created(text, tmp_path)
    build = tmp_path / "context" / "_build"
    assert (build / package.name).exists()

    venv, uv = tmp_path / "venv", str(ROOT / ".venv" / "bin" / "uv")
    run(uv, "venv", "--quiet", "--python", interpreter, str(venv))
    pip = [uv, "pip", "install", "--quiet", "--python", str(venv / "bin" / "python")]
    run(*pip, *arguments["ANSIBLE_INSTALL_REFS"].split())
    collections = tmp_path / "collections"
    galaxy = [str(venv / "bin" / "ansible-galaxy"), "collection", "install", "--offline", "-r", "requirements.yml"]
    run(*galaxy, "--collections-path", str(collections), cwd=build)
    found = yaml.safe_load(run("ansible-builder", "introspect", str(collections)))["python"]
    run(*pip, *(one.partition("  #")[0] for one in found))

    env = {"PATH": f"{venv / 'bin'}:/usr/bin:/bin", "ANSIBLE_COLLECTIONS_PATH": str(collections), "HOME": str(tmp_path)}
    task = ["ansible", "localhost", "-m", "mailstate.iredmail.iredmail_server_info", "-a", "api_url=http://127.0.0.1:9"]
    done = subprocess.run(task, capture_output=True, text=True, timeout=60, check=False, env=env)
    assert "Credentials are missing" in done.stdout + done.stderr


def run(*command: str, cwd: Path | None = None) -> str:
    """What a command printed; it must not fail."""
    # a collection that is found elsewhere would not be installed
    env = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=cwd, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout

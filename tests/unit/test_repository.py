# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must agree between the files that describe the repository."""

from __future__ import annotations

import importlib
import subprocess
import tarfile
from pathlib import Path, PurePosixPath

import pytest
import yaml

from tests.support import canary
from tests.support.common import ROOT

MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("iredmail_*.py"))
#: what Ansible may need at run time
NEEDED = {"meta", "playbooks", "plugins", "roles"}
#: what may be in the package besides
READ = {"CHANGELOG.rst", "LICENSE", "README.md", "changelogs", "docs", "examples"}
READ |= {"CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "SECURITY.md"}
MADE = {"FILES.json", "MANIFEST.json"}
UTILITIES = sorted(path for path in (ROOT / "plugins" / "module_utils").rglob("*.py") if path.name != "__init__.py")


def test_every_module_is_in_the_action_group() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())

    assert sorted(runtime["action_groups"]["iredmail"]) == MODULES


def test_everything_is_called_with_secrets_that_must_be_seen_nowhere() -> None:
    apart = {"action", "modules", "module_utils", "plugin_utils", "doc_fragments"}
    plugins = {path for path in (ROOT / "plugins").glob("*/*.py") if path.parent.name not in apart}

    assert set(canary.MODULES) == set(MODULES)
    assert {f"{path.parent.name}/{path.stem}" for path in plugins} == canary.PLUGINS
    assert {path.name for path in (ROOT / "roles").iterdir()} == canary.ROLES


def test_action_plugins_differ_by_their_names_alone() -> None:
    texts = {path.stem: path.read_bytes() for path in (ROOT / "plugins" / "action").glob("*.py")}

    assert sorted(texts) == MODULES
    # that of iredmail_state reads files besides
    assert {text for name, text in texts.items() if name != "iredmail_state"} == {texts["iredmail_user"]}


def test_the_execution_environment_has_what_modules_import() -> None:
    environment = yaml.safe_load((ROOT / "meta" / "execution-environment.yml").read_text())

    assert "requests>=" in (ROOT / environment["dependencies"]["python"]).read_text()


@pytest.mark.parametrize("path", UTILITIES, ids=lambda path: path.stem)
def test_module_utils_can_be_imported_without_ansibles_loader(path: Path) -> None:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)

    module = importlib.import_module(f"ansible_collections.mailstate.iredmail.{name}")

    assert Path(str(module.__file__)).resolve() == path


def test_the_package_holds_what_users_need_and_nothing_else(tmp_path: Path) -> None:
    subprocess.run([ROOT / "scripts" / "build", tmp_path], check=True, capture_output=True, timeout=120)
    (package,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(package) as content:
        files = {PurePosixPath(member.name) for member in content if not member.isdir()}

    assert package.stat().st_size < 2_000_000
    assert {file.parts[0] for file in files} <= NEEDED | READ | MADE
    assert [file for file in files if any(part.startswith((".", "__pycache__")) for part in file.parts)] == []
    here = {file.relative_to(ROOT) for folder in NEEDED for file in (ROOT / folder).rglob("*") if not file.is_dir()}
    assert {file for file in files if file.parts[0] in NEEDED} == {
        PurePosixPath(file) for file in here if "__pycache__" not in file.parts
    }

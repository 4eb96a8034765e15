"""What must agree between the files that describe the repository."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("iredmail_*.py"))
UTILITIES = sorted(path for path in (ROOT / "plugins" / "module_utils").rglob("*.py") if path.name != "__init__.py")


def test_every_module_is_in_the_action_group() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())

    assert sorted(runtime["action_groups"]["iredmail"]) == MODULES


def test_the_execution_environment_has_what_modules_import() -> None:
    environment = yaml.safe_load((ROOT / "meta" / "execution-environment.yml").read_text())

    assert "requests>=" in (ROOT / environment["dependencies"]["python"]).read_text()


@pytest.mark.parametrize("path", UTILITIES, ids=lambda path: path.stem)
def test_module_utils_can_be_imported_without_ansibles_loader(path: Path) -> None:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)

    module = importlib.import_module(f"ansible_collections.mailstate.iredmail.{name}")

    assert Path(str(module.__file__)).resolve() == path

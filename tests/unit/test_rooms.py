# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rooms of the tests: they mirror the plugins, and hold tests and nothing else."""

from __future__ import annotations

import pytest

from tests.support.common import ROOT

UNIT, INTEGRATION = ROOT / "tests" / "unit", ROOT / "tests" / "integration"
#: beside tests, what pytest and Python need
BESIDE = {"__init__.py", "conftest.py"}


@pytest.mark.parametrize("room", ["module_utils", "plugin_utils"])
def test_unit_tests_mirror_the_plugins(room: str) -> None:
    for folder in (UNIT / room).rglob("_*/"):
        if folder.name != "__pycache__":
            assert (ROOT / "plugins" / folder.relative_to(UNIT)).is_dir(), folder


@pytest.mark.parametrize("room", ["module_utils/_api", "module_utils/_engine", "module_utils/_state"])
def test_there_are_tests_of_each_file_that_decides_something(room: str) -> None:
    """What is data, or so small that the tests of others are its own, is left out."""
    without = {"module", "argument_spec", "plan", "creation"} if room.endswith("_engine") else {"kinds", "task"}
    names = {path.stem for path in (ROOT / "plugins" / room).glob("*.py")} - {"__init__"} - without
    assert {f"test_{name}" for name in names} <= {path.stem for path in (UNIT / room).glob("test_*.py")}


@pytest.mark.parametrize("room", [UNIT, INTEGRATION], ids=lambda room: room.name)
def test_helpers_are_apart_from_tests(room: object) -> None:
    found = [path for path in room.rglob("*.py") if not path.name.startswith("test_")]  # type: ignore[attr-defined]
    assert {path.name for path in found} <= BESIDE, "what tests share is in tests/support"


def test_no_test_is_imported_by_another() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(("from tests.", "import tests.")) and ".test_" in line:
                assert "tests.unit.test_docs" in line, f"{path}: {line}"

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rooms of the code, and which of them may know of which. docs/architecture.md has the picture."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ROOT / "plugins"
PACKAGE = "ansible_collections.mailstate.iredmail.plugins"
#: rooms from the ground up; those of one line know nothing of each other
FLOORS = (
    ("_errors", "_supported", "_version"),
    ("_model",),
    ("_api",),
    ("_engine",),
    ("_state", "_support"),
    ("_export",),
)
CONTROLLER = ("_files", "_import", "_drift", "_controller")
ROOMS = {"module_utils": 6, "plugin_utils": 4}
DEEPEST, LONGEST = 6, 320
#: what is pure: it loads without `requests`, without Ansible, and without a client
PURE = (
    "_model.catalog",
    "_engine.desired",
    "_engine.current",
    "_engine.listing",
    "_engine.plan",
    "_engine.planner",
    "_engine.creation",
    "_engine.in_use",
)
#: names that only one file may know, outside the standard library
ALONE = {
    "requests": {"module_utils/_api/transport.py"},
    "AnsibleModule": {"module_utils/_engine/module.py"},
}
#: who sends requests: what the client reads and writes is understood in one place
SENDERS = {"module_utils/_engine/panel.py"}
FILES = sorted(path for folder in ROOMS for path in (PLUGINS / folder).rglob("*.py") if path.name != "__init__.py")


def short(path: Path) -> str:
    return path.relative_to(PLUGINS).as_posix()


def room(dotted: str) -> str:
    """``module_utils._engine.plan`` is in ``_engine``."""
    return dotted.split(".")[1]


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(PLUGINS).with_suffix("").parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def imports(path: Path) -> frozenset[str]:
    """The modules of this collection that a file imports, at any place, by their names below ``plugins``."""
    return frozenset(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    here = dotted(path).split(".")
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            base = here[: -node.level] if node.level else []
            name = ".".join([*base, *filter(None, [node.module])])
            if node.level or name.startswith(PACKAGE + "."):
                name = name.removeprefix(PACKAGE + ".")
                inside = [f"{name}.{alias.name}" for alias in node.names]
                known = [one for one in inside if (PLUGINS / (one.replace(".", "/") + ".py")).exists()]
                yield from known or [name]
        elif isinstance(node, ast.Import):
            yield from (one.name.removeprefix(PACKAGE + ".") for one in node.names if one.name.startswith(PACKAGE))


def test_there_are_few_rooms() -> None:
    for folder, most in ROOMS.items():
        rooms = {path.relative_to(PLUGINS / folder).parts[0] for path in FILES if short(path).startswith(folder)}
        assert len([name for name in rooms if not name.endswith(".py")]) <= most, rooms


def test_every_room_has_a_floor() -> None:
    known = {name for floor in FLOORS for name in floor}
    assert {room(dotted(path)) for path in FILES if "module_utils" in path.parts} == known
    assert {room(dotted(path)) for path in FILES if "plugin_utils" in path.parts} == set(CONTROLLER)


@pytest.mark.parametrize("path", FILES, ids=short)
def test_imports_go_down_or_stay_in_their_room(path: Path) -> None:
    mine = dotted(path)
    for other in imports(path):
        assert other.split(".")[0] in ROOMS, f"{mine} imports {other}, which is a plugin"
        if mine.startswith("module_utils"):
            assert other.startswith("module_utils"), f"{mine} imports {other}, which is there on the controller only"
            assert room(other) == room(mine) or _floor(room(other)) < _floor(room(mine)), f"{mine} imports {other}"
        elif other.startswith("plugin_utils"):
            assert CONTROLLER.index(room(other)) <= CONTROLLER.index(room(mine)), f"{mine} imports {other}"


def _floor(name: str) -> int:
    (floor,) = [number for number, names in enumerate(FLOORS) if name in names]
    return floor


@pytest.mark.parametrize("name", [name for floor in FLOORS for name in floor] + list(CONTROLLER))
def test_a_room_has_few_floors_and_no_circle(name: str) -> None:
    files = {dotted(path): path for path in FILES if room(dotted(path)) == name}
    floors: dict[str, int] = {}

    def floor(one: str, seen: tuple[str, ...]) -> int:
        assert one not in seen, "a circle: " + " -> ".join((*seen, one))
        if one not in floors:
            below = [other for other in imports(files[one]) if other in files]
            floors[one] = 1 + max((floor(other, (*seen, one)) for other in below), default=0)
        return floors[one]

    assert max(floor(one, ()) for one in files) <= DEEPEST, floors


@pytest.mark.parametrize("path", FILES, ids=short)
def test_names_that_one_file_alone_may_know(path: Path) -> None:
    names = {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    for name, knowing in ALONE.items():
        assert name not in names or short(path) in knowing


@pytest.mark.parametrize("path", FILES, ids=short)
def test_only_the_panel_reads_and_writes_through_the_client(path: Path) -> None:
    calls = [
        node.func
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "write")
    ]
    through = [call for call in calls if ast.unparse(call.value).split(".")[-1].lstrip("_") == "client"]
    assert not through or short(path) in SENDERS, [ast.unparse(call) for call in through]


@pytest.mark.parametrize("name", PURE)
def test_what_is_pure_loads_without_ansible_requests_or_a_client(name: str) -> None:
    code = (
        f"import sys, {PACKAGE}.module_utils.{name}\n"
        "loaded = [one for one in sys.modules if one.split('.')[0] in ('ansible', 'requests', 'urllib3')]\n"
        "loaded += [one for one in sys.modules if '._api' in one]\n"
        "sys.exit(', '.join(loaded) or 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT / ".build", check=False)
    assert run.returncode == 0, run.stderr


def test_the_files_that_a_module_brings_along_are_few() -> None:
    """What AnsiballZ packs: everything that is imported, with the ``__init__.py`` of each folder on the way."""
    assert len(shipped("iredmail_login")) <= 23
    assert len(shipped("iredmail_verify_password")) <= 21


def shipped(module: str) -> set[str]:
    found: set[str] = set()
    waiting = list(imports(PLUGINS / "modules" / (module + ".py")))
    while waiting:
        path = PLUGINS / (waiting.pop().replace(".", "/") + ".py")
        if short(path) not in found:
            rooms = [one for one in path.parents if one.parent.is_relative_to(PLUGINS / "module_utils")]
            found |= {short(path), *(f"{short(one)}/__init__.py" for one in rooms)}
            waiting += imports(path)
    return found


def test_packages_are_empty() -> None:
    for folder in ROOMS:
        for path in (PLUGINS / folder).rglob("__init__.py"):
            assert path.read_text() == "", short(path)
        here = {path.parent for path in FILES if short(path).startswith(folder)} - {PLUGINS / folder}
        assert [short(one) for one in here if not (one / "__init__.py").exists()] == []


@pytest.mark.parametrize("path", FILES, ids=short)
def test_imports_within_a_folder_are_relative(path: Path) -> None:
    mine = f"{PACKAGE}.{path.relative_to(PLUGINS).parts[0]}"
    named = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) and not node.level]
    assert [node.module for node in named if (node.module or "").startswith(mine)] == []


@pytest.mark.parametrize("path", FILES, ids=short)
def test_no_file_is_long_and_no_private_name_leaves_its_file(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST
    private = [
        alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith(PACKAGE))
        for alias in node.names
        if alias.name.startswith("_")
    ]
    assert private == []


def test_every_folder_stands_in_the_architecture() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folders = {Path(one).parts[:2] for one in listed.splitlines() if len(Path(one).parts) > 2}
    named = {parts[0] for parts in folders} | {parts[1] for parts in folders if parts[0] in ("plugins", "tests")}
    named |= {room(dotted(path)) for path in FILES if path.parent.name.startswith("_")}
    assert [name for name in sorted(named) if f"{name}/" not in page and f"/{name}`" not in page] == []

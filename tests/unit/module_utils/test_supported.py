# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection runs on is one thing, wherever it is said, and every module asks for it first."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.mailstate.iredmail.plugins.module_utils import _supported
from tests.support.common import ROOT

PACKAGE = "ansible_collections.mailstate.iredmail.plugins"
ANSIBLE, CONTROLLER, TARGET = (
    _supported.dotted(one) for one in (_supported.ANSIBLE, _supported.CONTROLLER, _supported.TARGET)
)
#: by plugin, the name that it asks by; action plugins are copies, and what they share asks
ASKING = {
    **dict.fromkeys((ROOT / "plugins" / "modules").glob("*.py"), "check_python"),
    **{
        path: "check_ansible"
        for folder in ("callback", "inventory", "lookup")
        for path in (ROOT / "plugins" / folder).glob("*.py")
    },
    ROOT / "plugins" / "plugin_utils" / "_controller" / "action.py": "check_ansible",
}


@pytest.mark.parametrize("path", ASKING, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_plugin_asks_before_it_imports_the_rest(path: Path) -> None:
    body = ast.parse(path.read_text()).body
    ours = [
        place
        for place, node in enumerate(body)
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith(PACKAGE))
    ]
    first = body[ours[0]]
    assert isinstance(first, ast.ImportFrom)
    assert (str(first.module).rpartition(".")[2].lstrip("_"), first.names[0].name) == ("supported", ASKING[path])
    assert ast.unparse(body[ours[0] + 1]) == f"{ASKING[path]}()"
    assert ours[1] > ours[0] + 1


@pytest.mark.parametrize("path", sorted((ROOT / "plugins" / "action").glob("*.py")), ids=lambda path: path.stem)
def test_an_action_plugin_imports_nothing_that_is_only_for_newer_pythons_before_it(path: Path) -> None:
    """module_utils are read by every Python of a controller that there may be; plugin_utils are not."""
    names = [node.module or "" for node in ast.parse(path.read_text()).body if isinstance(node, ast.ImportFrom)]
    assert next(name for name in names if ".plugin_utils." in name) == f"{PACKAGE}.plugin_utils._controller"


@pytest.mark.parametrize("path", sorted((ROOT / "plugins" / "filter").glob("*.py")), ids=lambda path: path.stem)
def test_a_filter_asks_when_it_is_called_and_imports_the_rest_after_that(path: Path) -> None:
    body = ast.parse(path.read_text()).body
    ours = [
        node.module for node in body if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE)
    ]
    assert ours == [f"{PACKAGE}.plugin_utils._controller.supported"]
    (called,) = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == path.stem]
    assert ast.unparse(called.body[1]) == "check_ansible()"


def test_it_is_read_by_every_python_3() -> None:
    text = (ROOT / "plugins" / "module_utils" / "_supported.py").read_text()
    ast.parse(text, feature_version=(3, 5))
    assert "__future__" not in text


def test_versions_are_the_same_wherever_they_are_said() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())
    assert runtime["requires_ansible"] == f">={ANSIBLE}.0"
    for role in (ROOT / "roles").iterdir():
        info = yaml.safe_load((role / "meta" / "main.yml").read_text())["galaxy_info"]
        assert info["min_ansible_version"] == ANSIBLE, role
        first = yaml.safe_load((role / "tasks" / "main.yml").read_text())[0]
        assert first["ansible.builtin.assert"] == {
            "that": f"ansible_version.full is version('{ANSIBLE}', '>=')",
            "fail_msg": f"mailstate.iredmail needs ansible-core {ANSIBLE} or newer, and this is ansible-core"
            " {{ ansible_version.full }}: upgrade it, or give AWX an execution environment that has it.",
            "quiet": True,
        }, role
    targets = (ROOT / "pyproject.toml").read_text()
    assert f'"plugins/module_utils/**" = "py{TARGET.replace(".", "")}"' in targets
    assert f'"plugins/[!m]*/**" = "py{CONTROLLER.replace(".", "")}"' in targets
    assert f"# modules run from {TARGET} on" in (ROOT / "scripts" / "pythons").read_text()


@pytest.mark.parametrize(("version", "fine"), [((3, 7, 16), False), ((3, 8, 0), True), ((3, 14, 1), True)])
def test_a_python(
    version: Any, fine: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    if fine:
        _supported.check_python()
        assert capsys.readouterr().out == ""
        return
    with pytest.raises(SystemExit) as ended:
        _supported.check_python()
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out) == {
        "failed": True,
        "changed": False,
        "msg": "mailstate.iredmail needs Python 3.8 or newer where its modules run, and this is Python 3.7.16 at"
        " /usr/bin/python3: name a newer one in ansible_python_interpreter.",
    }

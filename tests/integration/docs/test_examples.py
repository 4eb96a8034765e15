# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The EXAMPLES of every module work as they stand, twice, and what comes back is what RETURN says."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.playbook import Run, run_tasks

pytestmark = pytest.mark.matrix

MODULES = Path(__file__).resolve().parents[3] / "plugins" / "modules"
# they take files or whole states, and have tests of their own
ELSEWHERE = {"iredmail_state", "iredmail_state_info"}
NAMES = sorted({path.stem for path in MODULES.glob("*.py")} - ELSEWHERE)
# lists without subscription and LDIF are there on LDAP only (panel/maillists.md); only LDAP shows a domain's admins
LDAP_ONLY = {
    "iredmail_maillist",
    "iredmail_maillist_info",
    "iredmail_ldif_info",
    "iredmail_domain_admins",
    "iredmail_domain_admins_info",
}
# what every result may hold
COMMON = {"changed", "failed", "invocation", "warnings", "deprecations", "item", "ansible_loop_var"}
# what the documentation that modules share says of all writing modules
SHARED = {
    "operations": {"method", "path", "params"},
    "diff": {"before", "after", "before_header", "after_header"},
}
LINK = re.compile(r"RV\(mailstate\.iredmail\.(\w+)#module:(\w+)\)")


def part(module: str, name: str) -> Any:
    """DOCUMENTATION, EXAMPLES or RETURN of a module."""
    tree = ast.parse((MODULES / f"{module}.py").read_text(encoding="utf-8"))
    (text,) = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name
    ]
    return text


def returns(module: str) -> dict[str, Any]:
    """RETURN, with the keys of what is described by a link to another module."""
    documented: dict[str, Any] = yaml.safe_load(part(module, "RETURN"))
    for value in documented.values():
        link = LINK.search(str(value["description"]))
        if link and value["type"] == "list" and module.endswith("_info"):
            value["contains"] = returns(link[1])[link[2]]["contains"]
    return documented


def prepare(sandbox: Sandbox) -> None:
    """The domain and the accounts that examples take for granted."""
    sandbox.api("POST", "/api/domain/example.com", name="Example")
    for name in ("ada", "charles"):
        sandbox.api("POST", f"/api/user/{name}@example.com", name=name, password=PASSWORD)


def run_examples(module: str, sandbox: Sandbox) -> Run:
    text = part(module, "EXAMPLES")
    secrets = dict.fromkeys(re.findall(r"{{ *(\w*(?:password|secret)\w*)", text), PASSWORD)
    secrets.update(mail_admin_password=sandbox.password, mail_api_url=sandbox.url)
    return run_tasks(sandbox, yaml.safe_load(text), variables=secrets)


def check_shape(shown: Any, documented: dict[str, Any], where: str) -> None:
    """What is documented as a dict or a list of dicts holds only keys that are documented."""
    for entry in shown if isinstance(shown, list) else [shown]:
        if not isinstance(entry, dict) or "contains" not in documented:
            continue
        assert set(entry) <= set(documented["contains"]), where
        for key, value in entry.items():
            check_shape(value, documented["contains"][key], f"{where}.{key}")


@pytest.mark.parametrize("module", NAMES)
def test_examples(backend, module):
    if backend == "sql" and module in LDAP_ONLY:
        pytest.skip("only LDAP panels have what the examples ask for")
    documented = returns(module)
    with Sandbox(backend=backend) as sandbox:
        prepare(sandbox)
        for number in (1, 2):
            sandbox.clear_log()
            run = run_examples(module, sandbox)
            assert run.code == 0, run.output
            told = [one for result in run.results for one in result.get("operations", [])]
            assert bool(told) == bool(sandbox.writes()), number
        assert sandbox.violations() == []
    mine = [line["result"] for line in run.lines if line["module"] == f"mailstate.iredmail.{module}"]
    assert mine
    for result in mine:
        if "results" in result or "skip_reason" in result or "censored" in result:
            continue
        names = {name for name in result if not name.startswith("_ansible")} - COMMON
        assert names - ({"diff"} if "operations" in documented else set()) <= set(documented), sorted(result)
        missing = {name for name, value in documented.items() if value["returned"] == "always"} - set(result)
        assert not missing
        for name, value in documented.items():
            if name in result:
                check_shape(result[name], value, name)
        assert all(set(one) == SHARED["operations"] for one in result.get("operations", []))
        assert set(result.get("diff", SHARED["diff"])) == SHARED["diff"]

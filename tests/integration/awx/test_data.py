# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role awx_setup makes, as data; and that a set-up by hand, from the guide, is the same."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.awx.role import INPUTS, PASSWORD
from tests.support.common import ROOT
from tests.support.cores import path_with
from tests.support.playbook import run_playbook

#: never to be changed: AWX refuses other inputs of a credential type that is in use, be it for a word of a help text
FROZEN = {
    "fields": [
        {
            "id": "api_url",
            "type": "string",
            "label": "Panel address",
            "help_text": "For example https://mail.example.com/iredadmin",
        },
        {"id": "api_username", "type": "string", "label": "Admin", "help_text": "The mail address of a global admin"},
        {"id": "api_password", "type": "string", "label": "Password", "secret": True},
    ],
    "required": ["api_url", "api_username", "api_password"],
}


class Loader(yaml.SafeLoader):
    """Reads `!unsafe` as what it marks."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def of_the_role() -> Any:
    """What the role makes, as it is written."""
    return yaml.load((ROOT / "roles" / "awx_setup" / "vars" / "controller.yml").read_text(encoding="utf-8"), Loader)


def by_hand() -> list[Any]:
    """What the guide has people type, block by block."""
    guide = (ROOT / "docs" / "awx.md").read_text(encoding="utf-8").partition("## By hand")[2]
    blocks = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    return [yaml.safe_load(re.sub("^   ", "", block, flags=re.MULTILINE)) for block in blocks]


def test_the_credential_type_is_the_same_by_hand_and_by_the_role_for_ever() -> None:
    (kind,) = of_the_role()["controller_credential_types"]
    assert kind["inputs"] == FROZEN
    inputs, injectors = by_hand()[:2]
    assert inputs == FROZEN
    assert injectors == kind["injectors"]


def test_apply_by_hand_asks_for_the_same_checksum() -> None:
    assert by_hand()[2]["mail_state_expect_checksum"] == of_the_role()["awx_setup_approved"]


@pytest.mark.parametrize("core", ["", "2.17"])
def test_the_data_is_there_for_other_roles(core: str, tmp_path: Path) -> None:
    """The entry point `data` loads the lists and makes nothing; there is no AWX here at all."""
    lists = [
        f"controller_{name}"
        for name in (
            "credential_types credentials execution_environments projects inventories inventory_sources templates"
            " schedules workflows roles"
        ).split()
    ]
    content = "{{ {" + ", ".join(f"'{name}': {name}" for name in lists) + "} | to_json }}"
    play = {
        "name": "Data",
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": dict(INPUTS, ansible_python_interpreter="{{ ansible_playbook_python }}"),
        "tasks": [
            {"ansible.builtin.import_role": {"name": "mailstate.iredmail.awx_setup", "tasks_from": "data"}},
            {"ansible.builtin.copy": {"content": content, "dest": str(tmp_path / "data.json"), "mode": "0600"}},
        ],
    }
    (tmp_path / "data.yml").write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    env = {"CANARY": PASSWORD, **({"PATH": path_with(core)} if core else {})}
    run = run_playbook(tmp_path / "data.yml", (), env)
    assert run.code == 0, run.output

    data = json.loads((tmp_path / "data.json").read_text(encoding="utf-8"))
    assert {name: len(items) for name, items in data.items() if len(items) != 1} == {
        "controller_execution_environments": 0,
        "controller_templates": 3,
        "controller_roles": 0,
    }
    assert data["controller_credentials"][0]["inputs"]["api_password"] == PASSWORD
    assert data["controller_credential_types"][0]["injectors"]["env"]["IREDMAIL_API_URL"] == "{{ api_url }}"
    nodes = data["controller_workflows"][0]["simplified_workflow_nodes"]
    assert [node["identifier"] for node in nodes] == ["plan", "approve", "apply"]
    # a text would be another value than the number that AWX shows, in each run
    approval = {"name": "iRedMail approval", "description": "Read the output of the plan before you approve it"}
    assert nodes[1]["approval_node"] == dict(approval, timeout=86400)
    for template in data["controller_templates"]:
        named = "iRedMail panel++iRedAdmin-Pro API+cloud++Default"
        assert template["credentials"] == [named], "another organization may have one of that name"
        assert template["inventory"] == "iRedMail domains++Default"

    # the role hands on all of it
    tasks = yaml.safe_load((ROOT / "roles" / "awx_setup" / "tasks" / "main.yml").read_text(encoding="utf-8"))
    for name, items in data.items():
        (passed,) = [
            set(module)
            for task in tasks
            if task.get("loop") == "{{ " + name + " }}"
            for key, module in task.items()
            if key.startswith("awx.awx.")
        ]
        assert {key for item in items for key in item} - {"simplified_workflow_nodes"} <= passed

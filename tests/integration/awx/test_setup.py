# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role awx_setup with the real modules of awx.awx, against a stand-in of AWX's API that records every write."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.awx.collection import Unavailable, awx_collections
from tests.support.awx.stand_in import Controller
from tests.support.common import ROOT
from tests.support.playbook import Run, run_playbook

pytestmark = pytest.mark.matrix

PASSWORD = "Canary-Panel-4711"
INPUTS = {
    "awx_setup_scm_url": "https://git.example.com/company/mail.git",
    "awx_setup_api_url": "https://mail.example.com/iredadmin",
    "awx_setup_api_username": "postmaster@example.com",
    # as from a vault: ansible-core prints the lines of a playbook around a task that failed
    "awx_setup_api_password": "{{ lookup('ansible.builtin.env', 'CANARY') }}",
}
PRUNE = {"mail_state_prune": {"kinds": ["users"], "domains": ["example.com"]}}


@pytest.fixture(scope="module")
def collections() -> str:
    """Where Ansible finds awx.awx and this collection."""
    try:
        return os.pathsep.join([str(awx_collections()), os.environ["ANSIBLE_COLLECTIONS_PATH"]])
    except Unavailable as error:
        pytest.skip(f"the collection awx.awx cannot be had: {error}")


@pytest.fixture
def controller() -> Iterator[Controller]:
    """An AWX without anything in it but organizations."""
    with Controller() as running:
        yield running
        assert running.tokens == {}


@pytest.fixture(scope="module")
def made(collections: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Controller]:
    """An AWX that the role has set up; tests look at it and leave it as it is."""
    with Controller() as running:
        run = setup(running, collections, tmp_path_factory.mktemp("made"), "-vvv", awx_setup_state_variables=PRUNE)
        assert run.code == 0, run.output
        yield running


def setup(controller: Controller, collections: str, folder: Path, *args: str, **variables: Any) -> Run:
    """Run the role."""
    play = {
        "name": "Set up",
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "roles": [dict(INPUTS, role="mailstate.iredmail.awx_setup", **variables)],
    }
    path = folder / "awx.yml"
    path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    env = {
        "ANSIBLE_COLLECTIONS_PATH": collections,
        "CANARY": PASSWORD,
        "CONTROLLER_HOST": controller.url,
        "CONTROLLER_USERNAME": controller.username,
        "CONTROLLER_PASSWORD": controller.password,
    }
    run = run_playbook(path, args, env)
    shown = run.output + json.dumps(run.lines)
    for secret in (PASSWORD, controller.password):
        assert secret not in shown
    return run


def changed(run: Run) -> list[str]:
    return [line["task"] for line in run.lines if line["result"].get("changed") and not line["item"]]


def test_everything_is_made_once(made: Controller, collections: str, tmp_path: Path) -> None:
    assert {method for method, _path, _data in made.writes} <= {"POST"}
    names = {
        table: sorted(str(row.get("name") or row["identifier"]) for row in rows.values())
        for table, rows in made.rows.items()
        if rows and table not in ("organizations", "project_updates")
    }
    assert names == {
        "credential_types": ["iRedAdmin-Pro API"],
        "credentials": ["iRedMail panel"],
        "projects": ["iRedMail state"],
        "inventories": ["iRedMail domains"],
        "inventory_sources": ["iRedMail panel"],
        "job_templates": ["iRedMail apply", "iRedMail drift", "iRedMail plan"],
        "schedules": ["iRedMail drift every night"],
        "workflow_job_templates": ["iRedMail change"],
        "workflow_job_template_nodes": ["apply", "approve", "plan"],
        "workflow_approval_templates": ["iRedMail approval"],
    }

    made.writes.clear()
    again = setup(made, collections, tmp_path, awx_setup_state_variables=PRUNE)
    assert again.code == 0, again.output
    assert changed(again) == []
    assert made.writes == []


def test_jobs_get_the_panel_as_environment(made: Controller) -> None:
    kind = made.named("credential_types", "iRedAdmin-Pro API")
    credential = made.named("credentials", "iRedMail panel")
    assert credential["credential_type"] == kind["id"]
    # AWX renders the injectors with the inputs
    environment = {
        name: re.sub(r"{{ (\w+) }}", lambda found: credential["inputs"][found[1]], template)
        for name, template in kind["injectors"]["env"].items()
    }
    assert environment == {
        "IREDMAIL_API_URL": INPUTS["awx_setup_api_url"],
        "IREDMAIL_API_USERNAME": INPUTS["awx_setup_api_username"],
        "IREDMAIL_API_PASSWORD": PASSWORD,
    }
    secret = [one["id"] for one in kind["inputs"]["fields"] if one.get("secret")]
    assert secret == ["api_password"]
    for name in ("iRedMail drift", "iRedMail plan", "iRedMail apply"):
        template = made.named("job_templates", name)
        assert made.links["job_templates", template["id"], "credentials"] == [credential["id"]]
    source = made.named("inventory_sources", "iRedMail panel")
    assert source["credential"] == credential["id"]
    assert source["source_path"] == "iredmail_domains.yml"


def test_only_an_approved_plan_can_be_applied(made: Controller) -> None:
    drift, plan, apply = (made.named("job_templates", f"iRedMail {name}") for name in ("drift", "plan", "apply"))
    assert [one["job_type"] for one in (drift, plan, apply)] == ["check", "check", "run"]
    assert [one["playbook"] for one in (drift, plan, apply)] == ["drift.yml", "apply.yml", "apply.yml"]
    # plan and apply differ in nothing but the checksum
    planned, applied = json.loads(plan["extra_vars"]), json.loads(apply["extra_vars"])
    assert planned == {"mail_state_src": "mail", **PRUNE}
    assert applied.pop("mail_state_expect_checksum").startswith("{{ iredmail_checksum | mandatory(")
    assert applied == planned

    workflow = made.named("workflow_job_templates", "iRedMail change")
    assert (workflow["ask_variables_on_launch"], workflow["allow_simultaneous"]) == (False, False)
    nodes = {name: made.named("workflow_job_template_nodes", name) for name in ("plan", "approve", "apply")}
    approval = made.named("workflow_approval_templates", "iRedMail approval")
    assert approval["timeout"] == 86400
    runs = {name: node["unified_job_template"] for name, node in nodes.items()}
    assert runs == {"plan": plan["id"], "approve": approval["id"], "apply": apply["id"]}
    links = {
        (name, link): made.links.get(("workflow_job_template_nodes", node["id"], link), [])
        for name, node in nodes.items()
        for link in ("success_nodes", "failure_nodes", "always_nodes")
    }
    assert {place: found for place, found in links.items() if found} == {
        ("plan", "success_nodes"): [nodes["approve"]["id"]],
        ("approve", "success_nodes"): [nodes["apply"]["id"]],
    }

    schedule = made.named("schedules", "iRedMail drift every night")
    assert schedule["unified_job_template"] == drift["id"]
    assert schedule["enabled"]


def test_inputs_reach_awx_and_changes_are_made(controller: Controller, collections: str, tmp_path: Path) -> None:
    company = controller.insert("organizations", {"name": "Company"})
    kind = {"name": "Some", "kind": "cloud", "inputs": {"fields": []}, "injectors": {}}
    number = controller.insert("credential_types", kind)
    for name in ("Git", "Vault"):
        values = {"name": name, "organization": company, "credential_type": number, "inputs": {}}
        controller.insert("credentials", values)
    wishes = {
        "awx_setup_organization": "Company",
        "awx_setup_prefix": "Mail of B",
        "awx_setup_scm_branch": "production",
        "awx_setup_scm_credential": "Git",
        "awx_setup_credentials": ["Vault"],
        "awx_setup_image": "registry.example.com/mail-ee:1",
        "awx_setup_state_src": ["mail", "more.yml"],
        "awx_setup_drift_variables": {"mail_drift_fail": True},
    }
    run = setup(controller, collections, tmp_path, **wishes)
    assert run.code == 0, run.output

    project = controller.named("projects", "Mail of B state")
    assert project["scm_branch"] == "production"
    assert project["credential"] == controller.named("credentials", "Git")["id"]
    environment = controller.named("execution_environments", "Mail of B environment")
    assert environment["image"] == wishes["awx_setup_image"]
    drift = controller.named("job_templates", "Mail of B drift")
    assert drift["execution_environment"] == environment["id"]
    assert json.loads(drift["extra_vars"]) == {"mail_drift_src": ["mail", "more.yml"], "mail_drift_fail": True}
    assert len(controller.links["job_templates", drift["id"], "credentials"]) == 2
    for table in ("credentials", "execution_environments", "projects", "inventories", "workflow_job_templates"):
        rows = [row for row in controller.rows[table].values() if row["name"].startswith("Mail of B")]
        assert [row["organization"] for row in rows] == [company]

    controller.writes.clear()
    more = dict(wishes, awx_setup_scm_branch="main", awx_setup_approval_timeout=0, awx_setup_update_secrets=True)
    run = setup(controller, collections, tmp_path, **more)
    assert run.code == 0, run.output
    assert [task.rpartition(" : ")[2] for task in changed(run)] == ["Credential", "Project", "Node of the workflow"]
    assert {method for method, _path, _data in controller.writes} == {"PATCH"}
    assert controller.named("projects", "Mail of B state")["scm_branch"] == "main"
    assert controller.named("workflow_approval_templates", "Mail of B approval")["timeout"] == 0


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"awx_setup_organization": "Nowhere"}, "organizations/?name=Nowhere returned 0 items"),
        ({"awx_setup_api_password": ""}, "Set awx_setup_api_url, awx_setup_api_username and awx_setup_api_password"),
    ],
    ids=["organization", "password"],
)
def test_what_cannot_be_is_an_error(
    controller: Controller, collections: str, tmp_path: Path, variables: dict[str, Any], said: str
) -> None:
    run = setup(controller, collections, tmp_path, **variables)

    assert run.code != 0
    assert said in run.output


def test_the_data_is_there_for_other_roles(collections: str, tmp_path: Path) -> None:
    """The entry point `data` loads the lists and makes nothing; there is no AWX here at all."""
    lists = [
        f"controller_{name}"
        for name in (
            "credential_types credentials execution_environments projects inventories inventory_sources templates"
            " schedules workflows"
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
    run = run_playbook(tmp_path / "data.yml", (), {"ANSIBLE_COLLECTIONS_PATH": collections, "CANARY": PASSWORD})
    assert run.code == 0, run.output

    data = json.loads((tmp_path / "data.json").read_text(encoding="utf-8"))
    assert {name: len(items) for name, items in data.items() if len(items) != 1} == {
        "controller_execution_environments": 0,
        "controller_templates": 3,
    }
    assert data["controller_credentials"][0]["inputs"]["api_password"] == PASSWORD
    assert data["controller_credential_types"][0]["injectors"]["env"]["IREDMAIL_API_URL"] == "{{ api_url }}"
    assert [node["identifier"] for node in data["controller_workflows"][0]["simplified_workflow_nodes"]] == [
        "plan",
        "approve",
        "apply",
    ]

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

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role awx_setup, run again where people have changed what it made, and beside another organization."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.awx.role import PRUNE, changed, only_an_approved_plan_can_be_applied, setup
from tests.support.awx.stand_in import NODES, Controller

pytestmark = pytest.mark.matrix


def test_what_guards_the_approval_is_put_back(made: Controller, collections: str, tmp_path: Path) -> None:
    plan, apply = (made.named("job_templates", f"iRedMail {name}")["id"] for name in ("plan", "apply"))
    workflow = made.named("workflow_job_templates", "iRedMail change")["id"]
    nodes = {name: made.named("workflow_job_template_nodes", name)["id"] for name in ("plan", "approve", "apply")}
    # a plan that is started as a run, and a checksum that is given at the start
    made.rows["job_templates"][plan].update(ask_job_type_on_launch=True, ask_credential_on_launch=True)
    made.rows["job_templates"][apply].update(ask_variables_on_launch=True, survey_enabled=True)
    variables = {"ask_variables_on_launch": True, "extra_vars": '{"mail_state_expect_checksum": "0"}'}
    made.rows["workflow_job_templates"][workflow].update(variables)
    # apply after the plan, whatever became of the approval; and a failed plan that goes on; and a circle
    made.links[NODES, nodes["plan"], "always_nodes"] = [nodes["apply"]]
    made.links[NODES, nodes["plan"], "failure_nodes"] = [nodes["approve"]]
    made.links[NODES, nodes["plan"], "success_nodes"] = []
    made.links[NODES, nodes["apply"], "success_nodes"] = [nodes["plan"]]
    # another plan and another apply, past the approval
    values = {"workflow_job_template": workflow, "all_parents_must_converge": False}
    other_plan = made.insert(NODES, dict(values, identifier="6f8d", unified_job_template=plan))
    other_apply = made.insert(NODES, dict(values, identifier="77", unified_job_template=apply))
    made.links[NODES, other_plan, "success_nodes"] = [other_apply]
    # no approval at all
    made.rows["workflow_approval_templates"].clear()
    made.rows[NODES][nodes["approve"]]["unified_job_template"] = plan

    made.writes.clear()
    run = setup(made, collections, tmp_path, awx_setup_state_variables=PRUNE)
    assert run.code == 0, run.output
    only_an_approved_plan_can_be_applied(made)
    assert sorted(row["identifier"] for row in made.rows[NODES].values()) == ["apply", "approve", "plan"]
    for template in (plan, apply):
        row = made.rows["job_templates"][template]
        assert [name for name, value in row.items() if value is True] == ["diff_mode"]
    row = made.rows["workflow_job_templates"][workflow]
    assert [name for name, value in row.items() if value is True] == []
    assert row["extra_vars"] == "{}"
    # the job template that stood for the approval has kept its name
    assert made.rows["job_templates"][plan]["name"] == "iRedMail plan"

    made.writes.clear()
    checked = setup(made, collections, tmp_path, "--check", awx_setup_state_variables=PRUNE)
    assert checked.code == 0, checked.output
    assert changed(checked) == []
    assert made.writes == []


def test_two_organizations_have_the_same_prefix(controller: Controller, collections: str, tmp_path: Path) -> None:
    company = controller.insert("organizations", {"name": "Company"})
    # made by hand, with other words, and in use: AWX lets nobody change its inputs
    fields = [{"id": name, "type": "string", "label": name} for name in ("api_url", "api_username", "api_password")]
    fields[2]["secret"] = True  # type: ignore[assignment]
    environment = {f"IREDMAIL_{name['id'].upper()}": f"{{{{ {name['id']} }}}}" for name in fields}
    by_hand = {
        "name": "iRedAdmin-Pro API",
        "description": "",
        "kind": "cloud",
        "inputs": {"fields": fields, "required": ["api_url", "api_username", "api_password"]},
        "injectors": {"env": environment},
    }
    kind = controller.insert("credential_types", by_hand)
    inputs = dict.fromkeys(("api_url", "api_username", "api_password"), "x")
    other = controller.named("organizations", "Other")["id"]
    values = {"name": "iRedMail panel", "organization": other, "credential_type": kind, "inputs": inputs}
    controller.insert("credentials", values)
    image = {"awx_setup_image": "registry.example.com/mail-ee:1"}

    for organization in ("Default", "Company", "Default"):
        controller.writes.clear()
        run = setup(controller, collections, tmp_path, awx_setup_organization=organization, **image)
        assert run.code == 0, run.output
    assert changed(run) == []
    assert controller.writes == []
    assert controller.rows["credential_types"][kind]["inputs"] == by_hand["inputs"]
    for name, organization, environment_name in (
        ("Default", controller.named("organizations", "Default")["id"], "iRedMail environment"),
        ("Company", company, "iRedMail environment of Company"),
    ):
        credential = controller.named("credentials", "iRedMail panel", organization=organization)["id"]
        project = controller.named("projects", "iRedMail state", organization=organization)["id"]
        found = controller.named("execution_environments", environment_name)
        assert found["organization"] == organization
        templates = [row for row in controller.rows["job_templates"].items() if row[1]["project"] == project]
        assert len(templates) == 3, name
        for number, row in templates:
            assert controller.links["job_templates", number, "credentials"] == [credential]
            assert row["execution_environment"] == found["id"]
            assert controller.rows["inventories"][row["inventory"]]["organization"] == organization
    sources = {row["credential"] for row in controller.rows["inventory_sources"].values()}
    assert len(sources) == 2

    # what is taken out of the variables cannot be taken out of AWX
    controller.writes.clear()
    run = setup(controller, collections, tmp_path)
    assert run.code != 0
    assert "awx_setup_image and awx_setup_environment_name are empty, but in AWX iRedMail panel, iRedMail" in run.output
    project = controller.named("projects", "iRedMail state", organization=company)["id"]
    controller.rows["projects"][project]["credential"] = credential
    run = setup(controller, collections, tmp_path, awx_setup_organization="Company", **image)
    assert run.code != 0
    said = "awx_setup_scm_credential is empty, but in AWX iRedMail state still has a credential, which awx.awx cannot"
    assert said in " ".join(run.output.split())
    named = {"awx_setup_environment_name": "iRedMail environment", "awx_setup_scm_credential": str(credential)}
    run = setup(controller, collections, tmp_path, awx_setup_organization="Company", **image, **named)
    assert run.code != 0
    assert "awx_setup_environment_name: the execution environment iRedMail environment is not that of" in run.output
    assert controller.writes == []

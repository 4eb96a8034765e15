# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role awx_setup with the real modules of awx.awx, against a stand-in of AWX's API that records every write."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.awx.role import INPUTS, PASSWORD, PRUNE, changed, notes, only_an_approved_plan_can_be_applied, setup
from tests.support.awx.stand_in import Controller

pytestmark = pytest.mark.matrix


def test_everything_is_made_once(made: Controller, collections: str, tmp_path: Path) -> None:
    assert {method for method, _path, _data in made.writes} <= {"POST"}
    names = {
        table: sorted(
            str(row.get("name") or row["identifier"]) for number, row in rows.items() if number > made.shipped
        )
        for table, rows in made.rows.items()
        if table != "project_updates" and any(number > made.shipped for number in rows)
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
    assert made.tokens == {}
    # no environment is named, and AWX's own is too old
    assert notes(again).startswith(
        "Neither awx_setup_image nor awx_setup_environment_name is set, so jobs run in the default"
    )
    assert "no Galaxy credential" not in notes(again)


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
    only_an_approved_plan_can_be_applied(made)


def test_inputs_reach_awx_and_changes_are_made(controller: Controller, collections: str, tmp_path: Path) -> None:
    company = controller.insert("organizations", {"name": "Company"})
    default = controller.named("organizations", "Default")["id"]
    kinds = []
    for kind in ("Source Control", "Vault"):
        values = {"name": kind, "kind": kind[:5].lower(), "inputs": {"fields": []}, "injectors": {}}
        kinds.append(controller.insert("credential_types", values))
    # others of the same name, in another organization
    for organization in (default, company):
        for name, kind in (("Git", kinds[0]), ("Vault", kinds[1])):
            values = {"name": name, "organization": organization, "credential_type": kind, "inputs": {}}
            controller.insert("credentials", values)
    mail, lead = (controller.insert("teams", {"name": name, "organization": company}) for name in ("Mail", "Lead"))
    controller.insert("teams", {"name": "Lead", "organization": default})
    wishes = {
        "awx_setup_organization": "Company",
        "awx_setup_prefix": "Mail of B",
        "awx_setup_scm_branch": "production",
        "awx_setup_scm_credential": "Git",
        "awx_setup_credentials": ["Vault"],
        "awx_setup_image": "registry.example.com/mail-ee:1",
        "awx_setup_state_src": ["mail", "more.yml"],
        "awx_setup_drift_variables": {"mail_drift_fail": True},
        "awx_setup_starters": ["Mail"],
        "awx_setup_approvers": ["Lead"],
    }
    run = setup(controller, collections, tmp_path, **wishes)
    assert run.code == 0, run.output
    assert notes(run).startswith("The organization Company has no Galaxy credential")

    project = controller.named("projects", "Mail of B state")
    assert project["scm_branch"] == "production"
    assert project["credential"] == controller.named("credentials", "Git", organization=company)["id"]
    environment = controller.named("execution_environments", "Mail of B environment")
    assert environment["image"] == wishes["awx_setup_image"]
    drift = controller.named("job_templates", "Mail of B drift")
    assert drift["execution_environment"] == environment["id"]
    assert json.loads(drift["extra_vars"]) == {"mail_drift_src": ["mail", "more.yml"], "mail_drift_fail": True}
    mine = {controller.named("credentials", name, organization=company)["id"] for name in ("Mail of B panel", "Vault")}
    assert set(controller.links["job_templates", drift["id"], "credentials"]) == mine
    for table in ("credentials", "execution_environments", "projects", "inventories", "workflow_job_templates"):
        rows = [row for row in controller.rows[table].values() if row["name"].startswith("Mail of B")]
        assert [row["organization"] for row in rows] == [company]
    whoever_starts_or_approves_sees_the_plan(controller, {"eva": mail, "ada": lead})

    controller.writes.clear()
    more = dict(wishes, awx_setup_scm_branch="main", awx_setup_approval_timeout=0, awx_setup_update_secrets=True)
    run = setup(controller, collections, tmp_path, **more)
    assert run.code == 0, run.output
    assert [task.rpartition(" : ")[2] for task in changed(run)] == ["Credential", "Project", "Node of the workflow"]
    assert {method for method, _path, _data in controller.writes} == {"PATCH"}
    assert controller.named("projects", "Mail of B state")["scm_branch"] == "main"
    assert controller.named("workflow_approval_templates", "Mail of B approval")["timeout"] == 0


def whoever_starts_or_approves_sees_the_plan(controller: Controller, teams: dict[str, int]) -> None:
    """A right on the workflow alone shows nothing of its jobs: AWX answers 403."""
    drift, plan, apply = (
        controller.named("job_templates", f"Mail of B {name}")["id"] for name in ("drift", "plan", "apply")
    )
    jobs = [controller.insert("jobs", {"job_template": one, "stdout": "1 to change"}) for one in (plan, apply, drift)]
    for name, team in dict(teams, guest=0).items():
        controller.rights.passwords[name] = PASSWORD
        number = controller.insert("users", {"username": name})
        controller.links["teams", team, "users"] = [number]
        given = "Basic " + base64.b64encode(f"{name}:{PASSWORD}".encode()).decode()
        seen = [controller.answer("GET", f"/api/v2/jobs/{job}/stdout/", {}, {}, given).status for job in jobs]
        assert seen == ([200, 200, 403] if team else [403, 403, 403]), name
    rights = controller.rights
    workflow = controller.named("workflow_job_templates", "Mail of B change")["id"]
    held = {
        rights.roles[role][2]: holders
        for (role, _kind), holders in rights.holders.items()
        if rights.roles[role][:2] == ("workflow_job_templates", workflow)
    }
    assert held == {"execute_role": [teams["eva"]], "approval_role": [teams["ada"]]}


def test_with_module_defaults_a_lookup_is_told_where_awx_is(
    controller: Controller, collections: str, tmp_path: Path
) -> None:
    wishes = {"defaults": True, "awx_setup_organization": "Nowhere"}
    run = setup(controller, collections, tmp_path, **wishes)
    assert run.code != 0
    said = " ".join(run.output.split())
    assert "AWX cannot be looked at: " in said
    assert "Where module_defaults say how to reach it, say it in awx_setup_controller as well." in said

    run = setup(controller, collections, tmp_path, **wishes, awx_setup_controller={"controller_host": controller.url})
    assert "AWX has no organization Nowhere" in " ".join(run.output.split())
    assert controller.tokens == {}


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"awx_setup_organization": "Nowhere"}, "organizations/?name=Nowhere returned 0 items"),
        ({"awx_setup_credentials": ["Vault"]}, "AWX has no credential(s) named Vault in the organization Default."),
        ({"awx_setup_api_password": ""}, "Set awx_setup_api_url, awx_setup_api_username and awx_setup_api_password"),
    ],
    ids=["organization", "credential", "password"],
)
def test_what_cannot_be_is_an_error(
    controller: Controller, collections: str, tmp_path: Path, variables: dict[str, Any], said: str
) -> None:
    run = setup(controller, collections, tmp_path, **variables)

    assert run.code != 0
    assert said in " ".join(run.output.split())
    assert controller.writes == []

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role awx_setup with the real modules of awx.awx, against a stand-in of AWX's API that records every write."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.awx.collection import Unavailable, awx_collections
from tests.support.awx.stand_in import NODES, Controller
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


def setup(
    controller: Controller, collections: str, folder: Path, *args: str, defaults: bool = False, **variables: Any
) -> Run:
    """Run the role; how to reach AWX is in the environment, or in ``module_defaults``."""
    play: dict[str, Any] = {
        "name": "Set up",
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "roles": [dict(INPUTS, role="mailstate.iredmail.awx_setup", **variables)],
    }
    reach = {name: getattr(controller, name.replace("host", "url")) for name in ("host", "username", "password")}
    if defaults:
        play["module_defaults"] = {"group/awx.awx.controller": {f"controller_{name}": reach[name] for name in reach}}
    path = folder / "awx.yml"
    path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    env = {
        "ANSIBLE_COLLECTIONS_PATH": collections,
        "CANARY": PASSWORD,
        **({} if defaults else {f"CONTROLLER_{name.upper()}": reach[name] for name in reach}),
    }
    run = run_playbook(path, args, env)
    shown = run.output + json.dumps(run.lines)
    for secret in (PASSWORD, *(() if defaults else (controller.password,)), *controller.rights.given):
        assert secret not in shown
    return run


def changed(run: Run) -> list[str]:
    return [line["task"] for line in run.lines if line["result"].get("changed") and not line["item"]]


def notes(run: Run) -> str:
    """What the role said at its end."""
    found = [line["result"].get("msg", "") for line in run.lines if line["task"].endswith("before the first job")]
    return " ".join(" ".join(found[0]).split()) if found and found[0] else ""


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
    test_only_an_approved_plan_can_be_applied(made)
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

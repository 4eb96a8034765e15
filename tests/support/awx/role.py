# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role awx_setup as somebody runs it against the stand-in of AWX."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from tests.support.awx.stand_in import Controller
from tests.support.playbook import Run, run_playbook

PASSWORD = "Canary-Panel-4711"
INPUTS = {
    "awx_setup_scm_url": "https://git.example.com/company/mail.git",
    "awx_setup_api_url": "https://mail.example.com/iredadmin",
    "awx_setup_api_username": "postmaster@example.com",
    # as from a vault: ansible-core prints the lines of a playbook around a task that failed
    "awx_setup_api_password": "{{ lookup('ansible.builtin.env', 'CANARY') }}",
}
#: a variable of the state that the set-up hands on
PRUNE = {"mail_state_prune": {"kinds": ["users"], "domains": ["example.com"]}}


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


def only_an_approved_plan_can_be_applied(made: Controller) -> None:
    """Plan, approval and apply stand one after another, and nothing leads past the approval."""
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

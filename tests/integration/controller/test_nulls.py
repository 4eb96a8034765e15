# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A null in a template is left alone, also by an ansible-core that makes an empty text of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.common import COM
from tests.support.cores import path_with
from tests.support.playbook import IN_PROCESS, MODULE, run_tasks, task
from tests.support.scene import furnish

ADA = f"ada@{COM}"
NOTHING = {"mail": ADA, "name": None, "bcc": None, "list": None, "quota": None, "state": None}


def nulls(name: str, **more: Any) -> list[dict[str, Any]]:
    """Tasks with nulls from templates: of a module, of a loop, and within what is declared."""
    options = {
        "mail": "{{ nothing.mail }}",
        "name": "{{ nothing.name }}",
        "employee_id": "{{ nothing.name }}",
        "recipient_bcc": "{{ nothing.bcc }}",
        "forwarding": "{{ nothing.list }}",
        "quota": "{{ nothing.quota }}",
        "state": "{{ nothing.state }}",
    }
    item = {option: value.replace("nothing", "item") for option, value in options.items()}
    del options["mail"]
    return [
        dict(task("iredmail_user", f"{name}: option", mail=ADA, **options), **more),
        dict(task("iredmail_user", f"{name}: loop", **item), loop=["{{ nothing }}"], **more),
        dict(task("iredmail_state", f"{name}: declared", declared={"users": [{"mail": ADA, **options}]}), **more),
    ]


@pytest.mark.parametrize("backend", ["sql"])
@pytest.mark.parametrize("core", ["", pytest.param("2.17", marks=pytest.mark.matrix), "2.18"])
def test_a_null_in_a_template_clears_nothing(backend: str, core: str) -> None:
    env = {"PATH": path_with(core)} if core else {}
    hidden = {"users": [{"mail": ADA, "recipient_bcc": "{{ nothing.bcc }}"}]}
    there = {"vars": {"iredmail_in_process": False}}
    with Sandbox(backend=backend) as sandbox:
        furnish(sandbox)
        sandbox.api("PUT", f"/api/user/{ADA}", recipientBcc=f"archive@{COM}")
        sandbox.clear_log()
        tasks = [
            *nulls(IN_PROCESS),
            nulls(MODULE, **there)[0],
            nulls(MODULE, **there)[2],
            task("iredmail_state", "hidden", declared="{{ hidden }}"),
            task("iredmail_user", "cleared", mail=ADA, recipient_bcc=""),
        ]
        run = run_tasks(sandbox, tasks[:-1], env=env, variables={"nothing": NOTHING, "hidden": hidden})
        assert sandbox.writes() == [], run.output
        cleared = run_tasks(sandbox, tasks[-1:], env=env).only
    for result in run.results[:-1]:
        assert not result.get("failed"), result
        assert not result["changed"], result
    # the template is within a variable: from here nobody sees whether it was a null
    refused = run.named("hidden")
    assert bool(refused.get("failed")) == bool(core), refused
    if core:
        assert refused["msg"].startswith("declared.users[0].recipient_bcc: is empty, and before ansible-core 2.19")
    assert cleared["changed"], cleared

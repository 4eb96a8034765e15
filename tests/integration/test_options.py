# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option: create, update, clear and omit; predicted, applied, and quiet the second time; at the server too."""

from __future__ import annotations

import pytest

from tests.integration.cases import CASES, identity
from tests.integration.playbook import DOORS, run_tasks, task
from tests.sandbox.handle import Sandbox

PASSWORD = "Correct-Horse-7-Battery"


def tasks_of(resource, backend, stage, hidden_options):
    """One task for every option that has this stage, and the value it must show afterwards."""
    tasks, expected = [], []
    for case in CASES[resource]:
        stages = dict(case.stages())
        if case.option in hidden_options:
            continue
        if backend not in case.backends or (stage not in stages and stage != "omit"):
            continue
        options = identity(resource, case)
        if resource == "user":
            options |= {"password": PASSWORD, "update_password": "on_create"}
        if stage != "omit":
            options |= {case.option: stages[stage], **case.along}
        tasks.append(task("iredmail_" + resource, case.option, **options))
        expected.append((case, case.shown.get(stage, stages.get(stage))))
    return tasks, expected


def hidden(operations):
    """What the server logged, with the passwords blanked as results blank them."""
    return [
        {
            "method": one["method"],
            "path": one["path"],
            "params": {name: "********" if name == "password" else text for name, text in one["params"].items()},
        }
        for one in operations
    ]


def as_shown(value, case):
    if not isinstance(value, list):
        return value
    return sorted(item for item in value if not case.among or item in case.among)


# what the preset "hiding" does not show
HIDDEN = {"sender_bcc", "recipient_bcc", "outbound_relay", "alias_domains", "aliases", "forwarding"}
HIDDEN_ON_LDAP = {"mailbox_format", "mailbox_folder"}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("resource", CASES)
def test_every_option_through_its_life(sandbox: Sandbox, backend, resource, door):
    live(sandbox, backend, resource, door)


@pytest.mark.parametrize("preset", ["hiding", "old", "strings", "wrapped"])
@pytest.mark.parametrize("resource", CASES)
def test_the_same_on_panels_that_answer_in_other_shapes(backend, resource, preset):
    with Sandbox(backend=backend, preset=preset) as sandbox:
        sandbox.api("POST", "/api/domain/example.com", name="Example")
        hidden = HIDDEN | (HIDDEN_ON_LDAP if backend == "ldap" else set())
        live(sandbox, backend, resource, DOORS[0], hidden if preset == "hiding" else set())
        assert sandbox.violations() == []


def live(sandbox, backend, resource, door, hidden_options=frozenset()):
    for stage in ("create", "update", "clear", "omit"):
        tasks, expected = tasks_of(resource, backend, stage, hidden_options)
        sandbox.clear_log()

        sandbox.readonly(True)
        check = run_tasks(sandbox, tasks, door, check=True, args=("--diff",))
        assert sandbox.writes() == [], "check mode wrote"
        sandbox.readonly(False)

        real = run_tasks(sandbox, tasks, door)
        written = sandbox.writes()
        sandbox.clear_log()
        again = run_tasks(sandbox, tasks, door)
        assert sandbox.writes() == [], "the second run wrote"

        assert len(check.results) == len(real.results) == len(again.results) == len(tasks)
        for (case, value), predicted, applied, quiet in zip(
            expected, check.results, real.results, again.results, strict=True
        ):
            where = f"{stage} {case.option}"
            for result in (predicted, applied, quiet):
                assert not result.get("failed"), (where, result.get("msg"))
            assert predicted["operations"] == applied["operations"], where
            assert predicted["diff"] == applied["diff"], where
            assert predicted["changed"] == applied["changed"] == bool(applied["operations"]), where
            assert applied["changed"] is (stage != "omit"), where
            assert not quiet["changed"], (where, quiet["operations"])
            if value is not None:
                assert as_shown(applied[resource][case.option], case) == as_shown(value, case), where
                assert as_shown(quiet[resource][case.option], case) == as_shown(value, case), where
        told = [operation for result in real.results for operation in result["operations"]]
        assert hidden(written) == told, "what was told is not what was sent"

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every role has a molecule scenario that goes through all it should, on both backends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.sandbox.__main__ import parser
from tests.support.common import ROOT

SCENARIOS = ROOT / "extensions" / "molecule"
CONFIG = yaml.safe_load((ROOT / ".config" / "molecule" / "config.yml").read_text(encoding="utf-8"))
ROLES = sorted(path.parents[1].name for path in (ROOT / "roles").glob("*/tasks/main.yml"))
FOUND = sorted(path.parent.name for path in SCENARIOS.glob("*/molecule.yml"))
#: roles without a scenario, why, and the tests that take its place
EXCEPTIONS = {
    "awx_setup": (
        "It talks to AWX and to no panel, so there are no backends. It needs the collection awx.awx, from a wheel that "
        "cannot be had everywhere: a test can be skipped then, a scenario cannot.",
        "tests/integration/awx/test_setup.py",
    ),
    "mail_import": (
        "It turns one file into others on the controller and talks to no panel, so there are no backends.",
        "tests/integration/controller/test_import.py",
    ),
}
NEEDED = ["create", "converge", "idempotence", "check", "verify", "side_effect", "destroy"]
#: steps of which molecule only warns when they have no playbook
WITH_PLAYBOOK = ("create", "prepare", "converge", "side_effect", "verify", "destroy")


def sequence(scenario: str) -> list[list[str]]:
    """The steps, each with its arguments."""
    content = yaml.safe_load((SCENARIOS / scenario / "molecule.yml").read_text(encoding="utf-8"))
    return [step.split(" ") for step in content["scenario"]["test_sequence"]]


def playbooks(scenario: str) -> Iterator[Path]:
    """What the steps run."""
    for step, *names in sequence(scenario):
        if step in WITH_PLAYBOOK:
            for name in names or [CONFIG["ansible"]["playbooks"].get(step, f"{step}.yml")]:
                yield (SCENARIOS / scenario / name).resolve()


def plays(path: Path) -> Iterator[dict[str, Any]]:
    """The plays of a playbook, with those it imports."""
    for play in yaml.safe_load(path.read_text(encoding="utf-8")):
        imported = play.get("ansible.builtin.import_playbook")
        if imported:
            yield from plays((path.parent / imported).resolve())
        else:
            yield play


def test_every_role_has_a_scenario_or_a_reason() -> None:
    assert ROLES
    assert sorted(FOUND + list(EXCEPTIONS)) == ROLES
    for reason, instead in EXCEPTIONS.values():
        assert reason
        assert (ROOT / instead).is_file()


def test_every_scenario_runs_on_every_backend() -> None:
    (backends,) = [action.choices for action in parser()._actions if action.dest == "backend"]

    assert [platform["name"] for platform in CONFIG["platforms"]] == list(backends or ())
    for scenario in FOUND:
        assert list(yaml.safe_load((SCENARIOS / scenario / "molecule.yml").read_text(encoding="utf-8"))) == ["scenario"]


@pytest.mark.parametrize("scenario", FOUND)
def test_a_scenario_goes_through_all_steps(scenario: str) -> None:
    steps = [step for step, *_names in sequence(scenario)]
    drift = sequence(scenario).index(["side_effect"])

    assert set(NEEDED) <= set(steps)
    assert steps[-1] == "destroy"
    assert [step for step in steps[:drift] if step in ("converge", "idempotence", "check", "verify")][-4:] == [
        "converge",
        "idempotence",
        "check",
        "verify",
    ]
    # the role runs again after drift, and what comes of it is looked at
    assert "converge" in steps[drift:]
    assert steps[-2] == "verify"
    assert "../shared/no_violations.yml" in sequence(scenario)[-2]


@pytest.mark.parametrize("scenario", FOUND)
def test_its_playbooks_are_there_and_check_something(scenario: str) -> None:
    paths = set(playbooks(scenario))

    assert [path for path in paths if not path.is_file()] == []
    unused = {path for path in (SCENARIOS / scenario).glob("*.yml") if path.name != "molecule.yml"} - paths
    assert unused == set()
    for step, *names in sequence(scenario):
        for name in (names or ["verify.yml"]) if step == "verify" else []:
            tasks = [task for play in plays(SCENARIOS / scenario / name) for task in play.get("tasks", [])]
            assert name.endswith("converge.yml") or any("ansible.builtin.assert" in task for task in tasks), name


@pytest.mark.parametrize("scenario", FOUND)
def test_its_converge_is_the_role(scenario: str) -> None:
    (play,) = plays(SCENARIOS / scenario / "converge.yml")

    assert [role["role"] for role in play["roles"]] == [f"mailstate.iredmail.{scenario}"]
    assert play["hosts"] == "all"

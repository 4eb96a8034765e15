# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workflows run make targets, so that what they do can be tried here. actionlint and zizmor are in `make lint`."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.common import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
EXAMPLES = sorted((ROOT / "examples" / "ci" / "github").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
#: what only the forge itself can do
FORGE = 'gh release create "$GITHUB_REF_NAME" dist/*.tar.gz dist/SHA256SUMS --verify-tag --notes-file dist/notes.md'
workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def jobs_of(path: Path) -> dict[str, Any]:
    """The jobs, by name."""
    return dict(yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"])


def targets_of(path: Path) -> Iterator[str]:
    """The make targets that a workflow runs; it fails if it runs anything else."""
    for job in jobs_of(path).values():
        for command in [step["run"] for step in job["steps"] if "run" in step]:
            if command == FORGE:
                continue
            called = re.fullmatch(r'make (?:--no-print-directory )?("\$TARGET"|[a-z-]+)( .*)?', command)
            assert called, command
            yield from job["strategy"]["matrix"]["target"] if called[1] == '"$TARGET"' else [called[1]]


@workflow
def test_every_step_is_a_make_target(path: Path) -> None:
    assert set(targets_of(path)) <= TARGETS


def test_everything_that_is_claimed_is_run() -> None:
    run = {target for path in WORKFLOWS for target in targets_of(path)}

    assert run >= {"lint", "sanity", "unit", "integration", "docs", "matrix", "package", "publish"}


@pytest.mark.parametrize("path", [*WORKFLOWS, *EXAMPLES], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_actions_are_pinned_by_commit_and_by_one_version_each(path: Path) -> None:
    text = "".join(one.read_text(encoding="utf-8") for one in [*WORKFLOWS, *EXAMPLES])
    versions = dict(re.findall(r"uses: (\S+@[0-9a-f]{40}) # (v\d+\.\d+\.\d+)$", text, re.MULTILINE))

    used = re.findall(r"uses: (\S+)", path.read_text(encoding="utf-8"))
    assert set(used) <= set(versions)
    assert len({name.partition("@")[0] for name in versions}) == len(versions), "one action in two versions"


@workflow
def test_no_job_has_more_rights_than_it_names(path: Path) -> None:
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["permissions"] == {}
    for name, job in jobs_of(path).items():
        assert "permissions" in job, name
        assert job["timeout-minutes"] <= 180


def test_rows_of_the_matrix_for_the_workflow() -> None:
    printed = subprocess.run([ROOT / "scripts" / "matrix", "--json"], capture_output=True, text=True, check=True).stdout
    listed = subprocess.run([ROOT / "scripts" / "matrix", "--list"], capture_output=True, text=True, check=True).stdout
    assert printed.startswith("rows=[")
    assert printed.count("\n") == 1
    rows = {one["row"]: one["python"].split("\n") for one in json.loads(printed.removeprefix("rows="))}

    # the site is a check of its own, random states are tried each week
    assert set(rows) == set(listed.split()) - {"site", "random"}
    for row, pythons in rows.items():
        wanted = row.partition("-py")[2] or "3.12"
        assert wanted in pythons, row


def test_code_owners_and_dependabot_name_what_is_there() -> None:
    owned = (ROOT / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    for line in [line for line in owned if line.startswith("/")]:
        assert (ROOT / line.split()[0].strip("/")).is_dir(), line
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))["updates"]
    assert {one["package-ecosystem"]: one["directory"] for one in updates} == {
        "github-actions": "/",
        "pip": "/requirements",
    }

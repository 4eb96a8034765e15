# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role mail_state as users run it: what its variables do, and what it shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.common import COM
from tests.support.playbook import DOORS, play
from tests.support.roles import APPLY, APPLY_TASK, contents, shown


@pytest.mark.parametrize("backend", ["sql"])
@pytest.mark.parametrize("door", DOORS)
def test_every_variable_reaches_the_module(small: Sandbox, tmp_path: Path, door: str) -> None:
    """Prune, ceilings and checksum, given as people do on a command line."""
    declared = {"domains": [{"domain": COM}], "users": []}
    wishes = {
        "mail_state_declared": declared,
        "mail_state_prune": {"kinds": ["users"], "domains": [COM], "keep_mailbox_days": 7},
        "mail_state_concurrency": "2",
    }
    refused = play(small, APPLY, door=door, **wishes, mail_state_max_deletions="2")
    assert refused.code != 0
    assert "max_deletions is 2" in refused.named(APPLY_TASK)["msg"]
    assert shown(refused)[0].startswith("3 to delete; ")
    assert shown(refused)[-1].startswith("Refused, nothing was written: 3 deletions are planned")
    assert "checksum" not in refused.named(APPLY_TASK), "what must not be done cannot be approved"

    for lost in ("", None):
        empty = play(small, APPLY, door=door, **wishes, mail_state_expect_checksum=lost)
        assert empty.code != 0
        assert "expect_checksum: it is empty" in empty.named(APPLY_TASK)["msg"]

    wishes["mail_state_max_delete_percent"] = 100
    folder = {"mail_state_output_dir": str(tmp_path / "plan"), "mail_state_formats": ["json", "markdown", "html"]}
    checked = play(small, APPLY, "--check", door=door, **wishes, **folder)
    checksum = checked.named(APPLY_TASK)["checksum"]
    for name, text in contents(tmp_path / "plan").items():
        assert checksum in text, name
        assert text.count(f"user00001@{COM}") >= 1, name
    assert set(contents(tmp_path / "plan")) == {"plan.json", "plan.md", "plan.html"}
    wrong = play(small, APPLY, door=door, **wishes, mail_state_expect_checksum=checksum[::-1])
    assert wrong.code != 0
    assert "expect_checksum" in wrong.named(APPLY_TASK)["msg"]
    assert small.writes() == []

    lower = play(small, APPLY, door=door, **wishes, mail_state_expect_checksum=checksum, mail_state_max_deletions="9")
    assert lower.code != 0, "the ceilings are approved as well"
    done = play(small, APPLY, door=door, **wishes, mail_state_expect_checksum=checksum)
    assert done.code == 0, done.output
    assert shown(done)[-2:] == ["3 done", f"checksum {checksum}"]
    assert {write["method"] for write in small.writes()} == {"DELETE"}


@pytest.mark.parametrize("backend", ["sql"])
def test_a_run_that_goes_on_tells_how_far_it_came(small: Sandbox) -> None:
    declared = {"aliases": [{"mail": f"a@{COM}"}, {"mail": "b@missing.example"}]}
    run = play(small, APPLY, mail_state_declared=declared, mail_state_continue_on_error=True)

    assert run.code != 0
    assert shown(run)[0].startswith("1 to create, 1 failed; ")
    assert f"done  + alias  a@{COM}" in shown(run)
    assert "! alias b@missing.example  there is no domain" in "\n".join(shown(run))
    assert shown(run)[-2] == "1 done"


@pytest.mark.parametrize("backend", ["sql"])
@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"mail_state_src": "", "mail_state_declared": None}, id="null"),
        pytest.param({"mail_state_src": "mail.yml", "mail_state_declared": {"users": []}}, id="both"),
        pytest.param({"mail_state_src": "mail.yml", "mail_state_max_deletion": 1}, id="misspelt"),
        # what ansible-core finds by the role's argument specification, as it finds the next
        pytest.param({"mail_state_src": "mail.yml", "mail_state_prune": {"kinds": ["wblists"]}}, id="prune"),
        pytest.param(
            {"mail_state_src": "mail.yml", "mail_state_max_deletions": "many"}, id="number", marks=pytest.mark.matrix
        ),
    ],
)
def test_variables_are_checked_before_anything_is_asked(small: Sandbox, variables: dict[str, Any]) -> None:
    run = play(small, APPLY, **variables)

    assert run.code != 0
    assert "mail_state_" in run.output
    assert ("did you mean mail_state_max_deletions?" in run.output) is ("mail_state_max_deletion" in variables)
    assert small.log() == []

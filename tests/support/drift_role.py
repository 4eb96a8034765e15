# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of the playbook drift, and what they come to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.sandbox.handle import Sandbox
from tests.support.playbook import Run, play
from tests.support.roles import DRIFT

ROLE = "mailstate.iredmail.mail_drift : "
SHOW, STATE = ROLE + "Show the verdict", ROLE + "Compare the live server with the declared state"
UNREAD, DIFFERS = ROLE + "Fail, since something could not be read", ROLE + "Fail, since something differs"


class Night:
    """Runs of the playbook, and the report that each leaves."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox, self.folder = sandbox, folder

    def __call__(self, *args: str, **variables: Any) -> Run:
        self.sandbox.clear_log()
        run = play(self.sandbox, DRIFT, *args, mail_drift_output_dir=str(self.folder), **variables)
        assert self.sandbox.writes() == []
        return run

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "drift.json").read_text(encoding="utf-8"))
        return found

    def found(self, *statuses: str) -> set[tuple[str, str, str]]:
        """Status, kind and name of every object in the report."""
        everything = {(one["status"], one["kind"], one["id"]) for one in self.report["objects"]}
        return {one for one in everything if not statuses or one[0] in statuses}


def summary(run: Run) -> dict[str, Any]:
    (found,) = [one["ansible_stats"]["data"]["mail_drift"] for one in run.results if "ansible_stats" in one]
    return dict(found)

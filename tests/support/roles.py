# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks of the collection and the tasks of its roles, by name, and what they show."""

from __future__ import annotations

from pathlib import Path

from tests.support.playbook import Run

APPLY, DRIFT, EXPORT, IMPORT, VALIDATE = (
    f"mailstate.iredmail.{name}" for name in ("apply", "drift", "export", "import_csv", "validate")
)
APPLY_TASK = "mailstate.iredmail.mail_state : Apply the declared state"
PLAN_TASK = "mailstate.iredmail.mail_state : Show the plan, and what became of it"


def shown(run: Run) -> list[str]:
    """The lines of the plan."""
    return list(run.named(PLAN_TASK)["msg"])


def contents(folder: Path) -> dict[str, str]:
    """The texts of all files there, by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}

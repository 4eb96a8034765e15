# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Without a panel: what the files alone prove, and nothing is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.common import COM
from tests.support.playbook import DOORS, run_playbook
from tests.support.roles import VALIDATE

pytestmark = [pytest.mark.both_doors]

GOOD = f"""
domains: [{{domain: {COM}}}]
users: [{{mail: ada@{COM}, quota: 5MB}}]
aliases: [{{mail: all@{COM}, members: [ada@{COM}]}}]
"""
BAD = f"""
users:
  - {{mail: ada@{COM}, qouta: 5MB}}
  - {{mail: bob@{COM}, quota: much}}
"""
TWICE = f"""
users: [{{mail: ada@{COM}, aliases: [all@{COM}]}}]
aliases: [{{mail: all@{COM}}}]
"""


def validated(folder, text, door, *more):
    file = folder / "mail.yml"
    file.write_text(text)
    variables = ("-e", f"mail_state_src={file}", "-e", f"iredmail_in_process={door == DOORS[0]}", "-c", "local")
    python = ("-e", "ansible_python_interpreter={{ ansible_playbook_python }}")
    return run_playbook(
        Path(VALIDATE), (*variables, *python, *more), {"IREDMAIL_API_URL": "", "IREDMAIL_API_PASSWORD": ""}
    )


@pytest.mark.parametrize("door", DOORS)
def test_what_is_fine_is_fine_without_a_panel(tmp_path, door):
    run = validated(tmp_path, GOOD, door)
    assert run.code == 0, run.output


@pytest.mark.parametrize("door", DOORS)
def test_all_that_is_wrong_is_told_at_once(tmp_path, door):
    run = validated(tmp_path, BAD, door)
    assert run.code != 0
    assert "there is no option qouta; did you mean quota?" in run.output
    assert "quota" in run.output.replace("qouta", "")
    assert f"bob@{COM}" in run.output


@pytest.mark.parametrize("door", DOORS)
def test_what_contradicts_itself_is_told_unless_it_is_meant(tmp_path, door):
    run = validated(tmp_path, TWICE, door)
    assert run.code != 0
    assert "take one of the two out" in run.output
    run = validated(tmp_path, TWICE, door, "-e", '{"mail_state_ignore_findings": ["claimed_twice"]}')
    assert run.code == 0, run.output

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads on the console of a real run that went wrong: whole texts, and no more than that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.sandbox.handle import Sandbox
from tests.support.common import COM, ORG, PASSWORD
from tests.support.playbook import Run, play
from tests.support.roles import APPLY

ROLE = "mailstate.iredmail.mail_state : "
TEXTS = Path(__file__).with_name("texts")
#: characters of all that is printed, without the path of the folder
MOST = 12_000


@pytest.fixture
def staff() -> Iterator[Sandbox]:
    """A panel with people who change, go and are renamed."""
    with Sandbox(backend="sql") as sandbox:
        for domain in (COM, ORG):
            sandbox.api("POST", f"/api/domain/{domain}", name=domain)
        for name in ("ada", "bob", "cy", "dora"):
            mail = f"{name}@{COM}"
            assert sandbox.api("POST", f"/api/user/{mail}", password=PASSWORD, name=name.title(), quota="1024")
        sandbox.api("POST", f"/api/alias/info@{COM}", members=f"ada@{COM},bob@{COM}")
        sandbox.clear_log()
        yield sandbox
        assert sandbox.violations() == []


def declare(folder: Path) -> None:
    """60 changes: what is new, and what becomes of those who are there."""
    folder.mkdir()
    new = [{"mail": f"u{number:02}@{COM}", "password": PASSWORD, "name": f"Person {number}"} for number in range(40)]
    known: list[dict[str, Any]] = [
        {"mail": f"ada@{COM}", "quota": "5GB"},
        {"mail": f"bob@{COM}", "state": "absent", "keep_mailbox_days": 90},
        {"mail": f"carla@{COM}", "rename_from": f"cy@{COM}"},
    ]
    aliases = [{"mail": f"info@{COM}", "members": [f"ada@{COM}", f"u00@{COM}"]}]
    more = [{"mail": f"v{number:02}@{ORG}", "password": PASSWORD, "quota": "2GB"} for number in range(16)]
    for name, state in ((COM, {"users": known + new, "aliases": aliases}), (ORG, {"users": more})):
        (folder / f"{name}.yml").write_text(yaml.safe_dump(state, sort_keys=False), encoding="utf-8")


def read(run: Run, folder: Path, *tasks: str) -> str:
    """What the tasks showed, without what differs from run to run."""
    shown = [line for task in tasks for line in _lines(run.named(ROLE + task)["msg"])]
    text = "\n".join(shown).replace(str(folder), "")
    return re.sub(r"checksum [0-9a-f]{64}", "checksum ...", re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", text)) + "\n"


def _lines(shown: Any) -> list[str]:
    return [*shown, ""] if isinstance(shown, list) else [shown]


def test_a_run_of_which_some_was_refused(staff: Sandbox, tmp_path: Path) -> None:
    declare(tmp_path / "mail")
    staff.fault({"fail": "EXCEEDED_DOMAIN_QUOTA_SIZE"}, "POST", "/api/user/u1*", times=None)
    staff.fault({"status": 500}, "POST", "/api/user/v0*", times=None)
    run = play(staff, APPLY, mail_state_src=str(tmp_path / "mail"), mail_state_continue_on_error=True)
    assert run.code != 0
    text = read(run, tmp_path, "Show the plan, and what became of it", "Show what is wrong", "Fail")
    assert text == (TEXTS / "half_failed.txt").read_text(encoding="utf-8")
    assert '"changes"' not in run.output
    assert len(run.output.replace(str(tmp_path), "")) < MOST


def test_a_run_that_was_refused(staff: Sandbox, tmp_path: Path) -> None:
    declare(tmp_path / "mail")
    prune = {"kinds": ["users"], "domains": [COM]}
    run = play(staff, APPLY, mail_state_src=str(tmp_path / "mail"), mail_state_prune=prune, mail_state_max_deletions=1)
    assert run.code != 0
    assert read(run, tmp_path, "Show the plan, and what became of it", "Fail") == (TEXTS / "refused.txt").read_text(
        encoding="utf-8"
    )
    assert '"changes"' not in run.output
    assert len(run.output.replace(str(tmp_path), "")) < MOST
    assert staff.writes() == []


def test_the_plan_is_shown_once(staff: Sandbox, tmp_path: Path) -> None:
    declare(tmp_path / "mail")
    for args in (("--check",), ("--check", "--diff")):
        run = play(staff, APPLY, *args, mail_state_src=str(tmp_path / "mail"))
        assert run.code == 0, run.output
        assert run.output.count(f"cy@{COM} -> carla@{COM}") == 1

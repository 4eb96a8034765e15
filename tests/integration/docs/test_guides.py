# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks in the guides do what the guides say."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD, ROOT
from tests.support.guides import snippets
from tests.support.playbook import Run, run_playbook

pytestmark = pytest.mark.matrix

#: what differs between two runs of the same playbook: times, and what is made of them
TIMES = {"created", "modified", "expired", "passwordlastchange", "maildir", "password"}


def playbooks(guide: str) -> list[str]:
    """The whole playbooks of a guide, in order."""
    return [text for text in snippets(ROOT / "docs" / f"{guide}.md", "yaml") if "\n  hosts: " in text]


def run(sandbox: Sandbox, text: str, folder: Path, *args: str) -> Run:
    """One of them, with the connection in the environment, as the guides have it."""
    path = folder / "play.yml"
    path.write_text(text, encoding="utf-8")
    env = {
        "IREDMAIL_API_URL": sandbox.url,
        "IREDMAIL_API_USERNAME": sandbox.username,
        "IREDMAIL_API_PASSWORD": sandbox.password,
        "HOME": str(folder),
    }
    sandbox.clear_log()
    extra = ("-e", f"ada_password={PASSWORD}", "-e", f"ansible_python_interpreter={sys.executable}")
    done = run_playbook(path, (*extra, *args), env)
    assert done.code == 0, done.output
    return done


def rows(sandbox: Sandbox) -> dict[str, list[dict[str, Any]]]:
    """What the panel keeps, without times."""
    kept = {table: rows for table, rows in sandbox.state().items() if table not in ("sessions", "log")}
    return {
        table: sorted(({name: row[name] for name in row if name not in TIMES} for row in there), key=str)
        for table, there in kept.items()
    }


def test_quick_start(backend: str, tmp_path: Path) -> None:
    (text,) = playbooks("quickstart")
    with Sandbox(backend=backend) as sandbox:
        assert any(result["changed"] for result in run(sandbox, text, tmp_path, "--check", "--diff").results)
        assert sandbox.writes() == []
        assert all(result["changed"] for result in run(sandbox, text, tmp_path).results)
        assert not any(result["changed"] for result in run(sandbox, text, tmp_path).results)
        assert sandbox.writes() == []
        sandbox.api("PUT", "/api/user/ada@example.com", quota="1024")
        output = run(sandbox, text, tmp_path, "--check", "--diff").output
        assert '-    "quota": 1024\n+    "quota": 5120\n' in output
        assert sandbox.violations() == []


@pytest.mark.parametrize("first", ["before", "after"])
def test_migration(backend: str, first: str, tmp_path: Path) -> None:
    before, after = playbooks("migration")
    texts = {"before": before, "after": after}
    second = "after" if first == "before" else "before"
    with Sandbox(backend=backend) as sandbox:
        sandbox.api("POST", "/api/domain/example.com", name="Example")
        run(sandbox, texts[first], tmp_path)
        made = rows(sandbox)
        checked = run(sandbox, after, tmp_path, "--check", "--diff").only
        assert (checked["changed"], sandbox.writes()) == (False, [])
        run(sandbox, texts[second], tmp_path)
        assert rows(sandbox) == made
        forwardings = sandbox.api("GET", "/api/user/ada@example.com")["_data"]
        assert "grace@example.org" in str(forwardings)
        assert sandbox.violations() == []

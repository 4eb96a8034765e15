# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The foot of a report: from which commit its files are."""

from __future__ import annotations

import subprocess

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.about import about, revision_of


def test_the_commit_of_the_files(tmp_path, monkeypatch):
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "a.yml").write_text("", encoding="utf-8")
    (tmp_path / "mail.yml").write_text("", encoding="utf-8")
    for command in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@b.cd", "commit", "-q", "-m", "x"],
    ):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    head = subprocess.run(["git", "-C", str(tmp_path), "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    for path in ("mail", "mail.yml"):
        assert revision_of(str(tmp_path / path)) == head.stdout[:12]
    # files that the repository does not have may be from anywhere
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.yml").write_text("", encoding="utf-8")
    assert revision_of(str(tmp_path / "other")) == ""


def test_files_that_are_in_no_repository(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "mail").mkdir()
    assert revision_of(str(tmp_path / "mail")) == ""
    assert revision_of(str(tmp_path / "none" / "at" / "all")) == ""


def test_git_may_be_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert revision_of(str(tmp_path)) == ""
    assert about()["revision"] == ""

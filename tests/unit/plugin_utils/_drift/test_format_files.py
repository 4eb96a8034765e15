# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a report on the disk: for nobody else, and replaced as a whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift import formats
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.formats import FORMATS, write
from tests.support.drift_report import empty, sample


def test_files_are_nobody_elses_and_replaced_as_a_whole(tmp_path, monkeypatch):
    folder = tmp_path / "deep" / "drift"
    write(sample(), str(folder), FORMATS)
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["drift.html", "drift.json", "drift.md", "drift.prom", "drift.xml"]
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        os.chmod(path, 0o644)
    before = (folder / "drift.json").read_text(encoding="utf-8")

    def refuse(*_arguments):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(formats.os, "replace", refuse)
        with pytest.raises(OSError, match="disk full"):
            write(empty(), str(folder), ["json"])
    assert (folder / "drift.json").read_text(encoding="utf-8") == before
    assert sorted(path.name for path in folder.iterdir()) == names
    write(empty(), str(folder), ["json"])
    assert stat.S_IMODE((folder / "drift.json").stat().st_mode) == 0o600


def test_a_new_json_says_that_the_others_are_new(tmp_path, monkeypatch):
    seen = []
    replace = formats.os.replace
    monkeypatch.setattr(formats.os, "replace", lambda new, old: (seen.append(Path(old).name), replace(new, old)))
    write(sample(), str(tmp_path), FORMATS)
    assert sorted(seen) == ["drift.html", "drift.json", "drift.md", "drift.prom", "drift.xml"]
    assert seen[-1] == "drift.json"


def test_what_a_killed_run_left_is_not_in_the_way(tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("mine", encoding="utf-8")
    folder = tmp_path / "drift"
    folder.mkdir()
    (folder / ".drift.json.new").symlink_to(precious)
    (folder / ".drift.md.new").write_text("half of a rep", encoding="utf-8")
    write(sample(), str(folder), ["json", "markdown"])
    assert sorted(path.name for path in folder.iterdir()) == ["drift.json", "drift.md"]
    assert not (folder / "drift.json").is_symlink()
    assert precious.read_text(encoding="utf-8") == "mine"

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is new since the last report, and since when the rest is known."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift import history
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.entry import DRIFT, Entry
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.report import Report

FIRST, SECOND = "2026-11-20T03:00:00Z", "2026-11-21T03:00:00Z"


def night(started: str, complete: bool = True, **objects: Any) -> dict[str, Any]:
    report = Report(started)
    for name, changes in objects.items():
        report.add(Entry("alias", name + "@b.cd", "s", DRIFT, changes))
    return report.document(started, complete)


def known(before: Any, after: Any) -> tuple[bool, str]:
    older, newer = night(FIRST, a=before), night(SECOND, a=after)
    history.compare(newer, older)
    (one,) = newer["objects"]
    return one["new"], one["since"]


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ({"quota": (1, 2)}, {"quota": (1, 2)}, False),
        ({"quota": (1, 2)}, {"quota": (1, 3)}, False),  # declared otherwise; the server is as it was
        ({"quota": (1, 2)}, {"quota": (3, 2)}, True),
        ({"quota": (1, 2)}, {"quota": (1, 2), "name": ("a", "b")}, True),
        ({"quota": (1, 2), "name": ("a", "b")}, {"quota": (1, 2)}, False),
        ({"members": (["x"], [])}, {"members": (["x", "y"], [])}, True),
        ({"members": (["x", "y"], [])}, {"members": (["x"], [])}, False),
        ({"members": (["x"], ["z"])}, {"members": (["x"], [])}, False),
    ],
)
def test_what_is_new(before, after, new):
    assert known(before, after) == (new, SECOND if new else FIRST)


def test_what_is_known_for_long_stays_so_and_what_is_gone_is_counted():
    nights = [
        night(f"2026-11-{day}T03:00:00Z", a={"quota": (1, 2)}, **more)
        for day, more in ((18, {}), (19, {"b": {"quota": (1, 2)}}), (20, {"c": {"quota": (1, 2)}}))
    ]
    for older, newer in pairwise(nights):
        history.compare(newer, older)
    last = nights[-1]
    assert [(one["id"], one["new"], one["since"][8:10]) for one in last["objects"]] == [
        ("a@b.cd", False, "18"),
        ("c@b.cd", True, "20"),
    ]
    assert (last["summary"]["new"], last["summary"]["gone"]) == (1, 1)
    assert last["summary"]["previous"] == "2026-11-19T03:00:00Z"


def test_without_an_older_report_nothing_is_said():
    document = night(SECOND, a={"quota": (1, 2)})
    history.compare(document, None)
    assert [(one["new"], one["since"]) for one in document["objects"]] == [(None, None)]
    assert document["summary"]["new"] is None


def put(folder: Path, document: dict[str, Any]) -> None:
    (folder / history.name_of(document)).write_text(json.dumps(document), encoding="utf-8")


def test_the_last_report_is_the_last_that_is_whole_and_can_be_read(tmp_path):
    coming = night("2026-11-24T03:00:00Z")
    assert history.last(str(tmp_path / "none"), coming) is None
    put(tmp_path, night(FIRST))
    put(tmp_path, night(SECOND, complete=False))
    (tmp_path / "drift-20261122T030000Z.json").write_text("{", encoding="utf-8")
    (tmp_path / "drift-20261123T030000Z.json").write_text('{"summary": []}', encoding="utf-8")
    (tmp_path / "notes.json").write_text("{}", encoding="utf-8")
    found = history.last(str(tmp_path), coming)
    assert found is not None
    assert found["started"] == FIRST


def test_so_many_are_kept(tmp_path):
    for day in range(10, 15):
        put(tmp_path, night(f"2026-11-{day}T03:00:00Z"))
    (tmp_path / "notes.json").write_text("{}", encoding="utf-8")
    coming = history.name_of(night(SECOND))
    assert history.too_many(str(tmp_path), 3, coming) == [f"drift-202611{day}T030000Z.json" for day in (10, 11, 12)]
    assert history.too_many(str(tmp_path), 30, coming) == []


def test_a_report_of_the_future_is_not_the_last_one_and_goes_first(tmp_path):
    for moment in (FIRST, "2031-01-01T03:00:00Z"):
        put(tmp_path, night(moment))
    coming = history.name_of(night(SECOND))
    found = history.last(str(tmp_path), night(SECOND))
    assert found is not None
    assert found["started"] == FIRST
    assert history.too_many(str(tmp_path), 2, coming) == ["drift-20310101T030000Z.json"]
    assert history.too_many(str(tmp_path), 1, coming) == ["drift-20310101T030000Z.json", "drift-20261120T030000Z.json"]


def test_the_last_complete_report_is_known_in_an_incomplete_one():
    newer = night(SECOND, complete=False)
    assert newer["summary"]["last_complete"] is None
    history.compare(newer, night(FIRST))
    assert newer["summary"]["last_complete"] == FIRST

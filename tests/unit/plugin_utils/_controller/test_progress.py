# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress is shown now and then, and not more often."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.progress import Progress


def test_progress_is_shown_every_five_seconds_and_not_before():
    clock, lines = iter([0.0, 1.0, 4.9, 5.0, 6.0, 9.9, 10.5, 15.4, 15.5]), []
    progress = Progress(lines.append, lambda: next(clock))
    for done in range(8):
        progress("write users", done, 100)
    assert [line.partition(",")[0] for line in lines] == [f"write users: {done} of 100" for done in (2, 5, 7)]


@pytest.mark.parametrize(
    ("seconds", "done", "total", "line"),
    [
        (10, 25, 100, "read users: 25 of 100, about 31 s left"),
        (10, 100, 100, "read users: 100 of 100"),
        (60, 25, 100, "read users: 25 of 100, about 3 min left"),
        (3600, 3599, 3600, "read users: 3599 of 3600, about 2 s left"),
        (10, 0, 100, "read users: 0 of 100"),
    ],
)
def test_what_is_left_is_told_by_how_long_the_work_took_so_far(seconds, done, total, line):
    # the list before it took an hour, and says nothing of how long the users will take
    clock, lines = iter([0.0, 3600.0, 3600.0 + seconds]), []
    progress = Progress(lines.append, lambda: next(clock))
    progress("list users", 1, 1)
    progress("read users", done, total)
    assert lines == ["list users: 1 of 1", line]


def test_other_work_is_told_of_when_it_begins():
    clock, lines = iter([0.0, 5.0, 5.1, 5.7, 5.8, 6.4]), []
    progress = Progress(lines.append, lambda: next(clock))
    for what in ("list users", "read users", "read users", "read users", "read aliases"):
        progress(what, 1, 1)
    assert lines == ["list users: 1 of 1", "read users: 1 of 1", "read aliases: 1 of 1"]


def test_what_has_only_begun_is_not_judged():
    clock, lines = iter([0.0, 4.9, 5.1]), []
    progress = Progress(lines.append, lambda: next(clock))
    progress("read users", 1, 900)
    progress("write users", 1, 900)
    assert lines == ["write users: 1 of 900"]

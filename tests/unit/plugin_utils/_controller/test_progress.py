# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress is shown now and then, and not more often."""

from __future__ import annotations

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.progress import Progress


def test_progress_is_shown_every_five_seconds_and_not_before():
    clock, lines = iter([0.0, 1.0, 4.9, 5.0, 6.0, 9.9, 10.5, 15.4, 15.5]), []
    progress = Progress(lines.append, lambda: next(clock))
    for done in range(8):
        progress("write users", done, 100)
    assert lines == ["write users: 2 of 100", "write users: 5 of 100", "write users: 7 of 100"]

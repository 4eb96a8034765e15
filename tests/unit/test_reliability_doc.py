# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/reliability.md is up to date, and its rows are tests that can be told apart."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.reliability import page
from tests.reliability.language import Case, Row
from tests.reliability.rows import rows
from tests.sandbox.faults import Fault

ROWS = list(rows())


def test_the_page_is_up_to_date() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.page(), "run make reliability"


def test_names_of_rows_are_unique() -> None:
    assert max(Counter(row.name for row in ROWS).values()) == 1


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_makes_sense(row: Row) -> None:
    assert row.fault
    assert row.during or row.tasks
    if row.tasks:
        assert bool(row.message) >= (not row.outcome.ok), "who fails says why"
    for task, action in row.cases():
        case = Case(row, task, action, "case1.example")
        assert "{" not in case.message
        assert "case1.example" in str(case.options)
        for fault in case.faults:
            Fault(*fault)
            assert "case1.example" in fault.path, "no fault of one case happens to another"


def test_every_kind_of_trouble_is_there() -> None:
    seen = {key for row in ROWS for action in row.actions for key in action}
    statuses = {action.get("status") for row in ROWS for action in row.actions}

    assert seen >= {"drop", "cut", "delay", "logout", "redirect", "html", "truncate", "garbage", "ignore", "change"}
    assert statuses >= {200, 500, 502, 503, 504}

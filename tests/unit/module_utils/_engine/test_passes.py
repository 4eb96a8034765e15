# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that pass from one object to another, and who refers to them."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.passes import Passes
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE

PASSES = Passes({"gone": "", "old": "new"}, {"early": "late"})


def names(text):
    return frozenset(text.split())


@pytest.mark.parametrize(
    ("was", "will", "lost"),
    [
        (names("gone old x"), names("gone old x"), names("gone old")),
        (names("x"), names("gone x"), frozenset()),
        (names("gone x"), names("x"), frozenset()),
        ("gone", "gone", names("gone")),
        ("gone", "x", frozenset()),
        ("x", "x", frozenset()),
        (None, None, frozenset()),
        (UNREADABLE, names("gone"), frozenset()),
    ],
)
def test_what_stands_all_the_time_is_lost(was, will, lost):
    assert PASSES.lost(was, will) == lost


def test_a_new_name_stands_where_the_former_one_was():
    assert PASSES.left(names("gone old x"), names("gone old")) == names("new x")


def test_a_name_that_is_dropped_too_late_is_dropped_by_its_new_name():
    assert PASSES.came(names("early x"), names("x")) == names("late")
    assert PASSES.came(names("early x"), names("early x")) == frozenset()
    assert PASSES.came(names("early x"), names("late x")) == frozenset(), "it is to be there"

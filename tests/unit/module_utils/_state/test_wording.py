# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as people write them: no size is rounded, and nothing looks like something else."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.wording import (
    change_of,
    names_of,
    size,
    stored_size,
    value_of,
)


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        (0, "MB", "unlimited"),
        (-1, "B", "-1"),
        (1, "MB", "1 MB"),
        (1000, "MB", "1000 MB"),
        (1024, "MB", "1 GB"),
        (1536, "MB", "1.5 GB"),
        (1025, "MB", "1025 MB"),
        (2 * 1024 * 1024, "MB", "2 TB"),
        (10 * 1024, "B", "10 KB"),
    ],
)
def test_sizes_are_never_rounded(amount, unit, text):
    assert size(amount, unit) == text


@pytest.mark.parametrize(
    ("stored", "text"), [(0, "empty"), (5, "5 B"), (2048, "2.0 KB"), (1288490188, "1.2 GB"), (2**41, "2.0 TB")]
)
def test_what_is_stored(stored, text):
    assert stored_size(stored) == text


@pytest.mark.parametrize(
    ("kind", "option", "value", "text"),
    [
        ("user", "quota", 1024, "1 GB"),
        ("domain", "max_users", 1024, "1024"),
        ("throttle", "max_quota", 1024, "1 KB"),
        ("user", "enabled", False, "false"),
        ("user", "name", "", "nothing"),
        ("user", "name", None, "nothing"),
        ("user", "quota", "<unknown>", "unknown"),
        ("user", "aliases", ["a", "b"], "a, b"),
    ],
)
def test_a_value(kind, option, value, text):
    assert value_of(kind, option, value) == text


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("a", "a", ""),
        (None, "<set>", "password set"),
        ("<set>", "<changed>", "password changed"),
        (["a", "b"], ["b", "c"], "password + c, - a"),
        (["a"], [], "password - a"),
        ({"u": 1, "v": 2}, {"u": 1, "v": 3, "w": 4}, "password of v, w"),
        ("", "x", "password nothing -> x"),
    ],
)
def test_a_change(before, after, text):
    assert change_of("user", "password", before, after) == text


def test_many_names():
    assert names_of(list("abcde")) == "a, b, c, d, e"
    assert names_of(list("abcdefg")) == "a, b, c, d, e and 2 more"

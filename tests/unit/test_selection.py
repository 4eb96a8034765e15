# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which cases `make test` leaves to the matrix, and that it says so."""

from __future__ import annotations

import pytest

from tests.support.selection import BACKEND, DOOR, MARKED, PRESET, none_left_whole, sentence, why_left


@pytest.mark.parametrize(
    ("marks", "params", "reason"),
    [
        ("", {}, ""),
        ("", {"backend": "sql", "door": "in_process", "preset": "default"}, ""),
        ("", {"backend": "ldap"}, BACKEND),
        ("both_backends", {"backend": "ldap"}, ""),
        ("both_doors", {"backend": "ldap"}, BACKEND),
        ("", {"door": "module"}, DOOR),
        ("both_doors", {"door": "module"}, ""),
        ("both_backends", {"door": "module"}, DOOR),
        ("both_doors", {"backend": "ldap", "door": "module"}, BACKEND),
        ("both_backends both_doors", {"backend": "ldap", "door": "module"}, ""),
        ("", {"preset": "hiding"}, PRESET),
        ("both_backends", {"preset": "hiding"}, PRESET),
        ("other_presets", {"preset": "hiding"}, ""),
        ("other_presets both_backends", {"preset": "hiding", "backend": "ldap"}, PRESET),
        ("other_presets both_backends", {"preset": "old"}, PRESET),
        ("matrix", {}, MARKED),
        ("matrix both_backends", {"backend": "ldap"}, MARKED),
    ],
)
def test_a_case_is_left_for_a_reason(marks: str, params: dict[str, str], reason: str) -> None:
    assert why_left(marks.split(), params) == reason


def test_no_test_is_left_as_a_whole_but_where_it_is_marked() -> None:
    cases = {1: ("a", BACKEND), 2: ("a", ""), 3: ("b", BACKEND), 4: ("b", DOOR), 5: ("c", MARKED), 6: ("d", PRESET)}
    assert none_left_whole(cases) == {1: BACKEND, 2: "", 3: "", 4: DOOR, 5: MARKED, 6: ""}


def test_the_sentence_has_the_numbers() -> None:
    assert sentence({DOOR: 2, BACKEND: 3}).startswith(
        "left to `make matrix`: 5 cases (3 the other backend, 2 the other door);"
    )

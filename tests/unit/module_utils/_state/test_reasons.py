# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many failures in few lines: one each, equal ones together, every reason told, and an end."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.reasons import Failed, complaint, file_of


def refused(number, code="NO", place=""):
    mail = f"u{number:02}@example.com"
    return Failed(f"user {mail}", mail, f"POST /api/user/{mail} was refused: {code}.", place)


def test_a_single_failure_is_a_sentence():
    assert complaint("1 of 2 failed", [refused(7)]) == (
        "1 of 2 failed. user u07@example.com: POST /api/user/u07@example.com was refused: NO."
    )


def test_failures_are_told_one_a_line_and_equal_ones_together():
    found = [refused(1, place="mail/a.yml:2"), refused(2, "NEVER"), refused(3, place="mail/a.yml:9")]
    assert complaint("3 of 9 failed", found).splitlines() == [
        "3 of 9 failed:",
        "mail/a.yml:2: user u01@example.com: POST /api/user/u01@example.com was refused: NO.",
        "mail/a.yml:9: user u03@example.com: the same",
        "user u02@example.com: POST /api/user/u02@example.com was refused: NEVER.",
    ]


def test_of_many_failures_each_reason_is_told():
    found = [refused(number, "NO" if number < 50 else "NEVER") for number in range(60)]
    lines = complaint("60 of 60 failed", found).splitlines()
    assert lines[1] == "user u00@example.com: POST /api/user/u00@example.com was refused: NO."
    assert lines[2:20] == [f"user u{number:02}@example.com: the same" for number in range(1, 19)]
    assert lines[20:] == [
        "and 31 more with the same reason",
        "user u50@example.com: POST /api/user/u50@example.com was refused: NEVER.",
        "and 9 more with the same reason",
    ]


def test_of_many_reasons_some_are_told():
    lines = complaint("40 failed", [refused(number, f"NO_{number}") for number in range(40)]).splitlines()
    assert len(lines) == 1 + 20 + 1
    assert lines[-1] == "and 20 more"


@pytest.mark.parametrize(
    ("place", "file"),
    [("mail/a.yml:2", "mail/a.yml:2"), ("users[3] (ada@example.com)", ""), ("users[3]", ""), ("", "")],
)
def test_a_place_is_a_line_of_a_file(place, file):
    assert file_of(place) == file

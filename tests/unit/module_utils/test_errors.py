# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, in sentences that any terminal may show."""

from __future__ import annotations

import unicodedata

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    InputError,
    MissingDomain,
    Rejected,
    ServerFault,
    printable,
)


@pytest.mark.parametrize(
    "error", [InputError("a\x1b[31mb"), Rejected("a\x1b[31mb", "NO"), ServerFault("a\x1b[31mb", 502)]
)
def test_a_sentence_holds_no_control_character(error):
    assert f"{error}" == str(error) == "a\\x1b[31mb"


def test_all_that_a_terminal_obeys_is_shown():
    for number in range(0x250):
        char = chr(number)
        kept = unicodedata.category(char) not in ("Cc",) or char in "\n\t"
        assert (printable(char) == char) is kept, number
    assert printable("\u202egnp.exe \u2066 \ud800") == "\\u202egnp.exe \\u2066 \\ud800"
    assert printable("Zoë 中文 العربية ‍") == "Zoë 中文 العربية ‍"


def test_the_reason_is_the_name_of_the_class():
    assert MissingDomain.reason == "missing_domain"

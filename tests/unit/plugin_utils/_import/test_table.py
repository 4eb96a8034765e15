# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables: what spreadsheets make of them."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._import.table import read_table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_encodings_and_separators_of_spreadsheets(encoding: str, sign: str) -> None:
    text = f'Name{sign}Größe\r\n"Müller{sign} ""Jörg"""{sign}5 GB\r\n{sign}\r\n"two\r\nlines"{sign}x\r\nlast{sign}y\r\n'
    table = read_table(text.encode(encoding), "people.csv")

    assert table.heading == (1, ["Name", "Größe"])
    assert table.rows == [(2, [f'Müller{sign} "Jörg"', "5 GB"]), (4, ["two\r\nlines", "x"]), (6, ["last", "y"])]


def test_what_is_told_of_a_file_wins() -> None:
    assert read_table(b"sep=|\r\na|b\r\n", "x").heading == (2, ["a", "b"])
    assert read_table(b"a;b,c\n", "x", separator="comma").heading.cells == ["a;b", "c"]
    assert read_table("ж".encode("koi8-r"), "x", encoding="koi8-r").heading.cells == ["ж"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04", "is a workbook"),
        (b"", "is empty"),
        (b'a,"b\nc', "Does a quote have no end"),
        (b"a\0\1\2b", "is not text"),
    ],
)
def test_what_is_no_table(data: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_table(data, "people.csv")

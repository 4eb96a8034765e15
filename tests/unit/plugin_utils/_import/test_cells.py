# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells: what is meant, and what cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._import.cells import value_of


@pytest.mark.parametrize(
    ("option", "cell", "value"),
    [
        ("quota", "5 GB", "5GB"),
        ("quota", " 2,5\u00a0gb ", "2560MB"),
        ("quota", "1024", "1GB"),
        ("quota", "1TB", "1TB"),
        ("quota", "unlimited", 0),
        ("quota", "", None),
        ("quota", "-", None),
        ("enabled", "Ja", True),
        ("enabled", "inactive", False),
        ("quota", "n/a", None),
        ("employee_id", "NULL", None),
        ("surname", "Null", "Null"),
        ("surname", "Na", "Na"),
        ("given_name", "Nil", "Nil"),
        ("name", "None", "None"),
        ("surname", "", None),
        ("surname", " – ", None),
        ("given_name", "N/A", None),
        ("name", "  Ada\u200b \u00a0 Lovelace ", "Ada Lovelace"),
        ("name", "Jo\u0308rg", "Jörg"),
        ("employee_id", '="0012"', "0012"),
        ("employee_id", "'0012", "0012"),
        ("employee_id", "1234.0", "1234"),
        ("employee_id", "1234,00", "1234"),
        ("employee_id", "A-12.0", "A-12.0"),
        ("mobile_numbers", "'+49 171 1", ["+49 171 1"]),
        ("name", "'t Hooft", "'t Hooft"),
        ("mobile_numbers", "+49 171 1; +49 172 2", ["+49 171 1", "+49 172 2"]),
        ("mail", "Ada@Example.com ", "ada@example.com"),
        ("employee_id", '="12-Mar"', "12-Mar"),
        ("employee_id", "MIT-12", "MIT-12"),
        ("employee_id", "MAR-12", "MAR-12"),
        ("employee_id", "2026-0312", "2026-0312"),
        ("employee_id", "2026.12", "2026.12"),
        ("employee_id", "12.0", "12"),
        ("employee_id", '="12.345"', "12.345"),
        ("employee_id", "12345 A", "12345 A"),
        ("employee_id", "1E05", "1E05"),
    ],
)
def test_cells(option: str, cell: str, value: Any) -> None:
    assert value_of(option, cell) == value


@pytest.mark.parametrize(
    ("option", "cell"),
    [
        ("name", "'=1+1"),
        ("quota", "1.000"), ("quota", "five"), ("quota", "-5"), ("name", "=1+1"), ("name", "@SUM(A1)"), ("name", "+1"),
        ("name", "#REF!"), ("surname", "#N/A"), ("name", "#NV"), ("name", "NULL"), ("surname", "NaN"), ("name", "\\N"),
        ("employee_id", "1,2E+05"), ("enabled", "maybe"), ("language", "german"),
        ("employee_id", "12-Mar"), ("employee_id", "Mar-12"), ("employee_id", "12. Mrz"), ("employee_id", "03.12.2026"),
        ("employee_id", "2026-12-03"), ("employee_id", "3/12/26"),
        ("employee_id", "1E+05"),
        ("mobile_numbers", "+A1"), ("name", '=HYPERLINK("http://evil.example","x")'),
    ],
)  # fmt: skip
def test_cells_that_cannot_be_meant(option: str, cell: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        value_of(option, cell)


@pytest.mark.parametrize(
    "cell",
    [
        "12,000", "12.000", "1,234", "1.234", "1 234", "1\u202f234", "1'234", "1\u2019234", "1.234.567", "1,234.00",
        "1.234,0", "1,23,456", "1234,000", "12.000000",
    ],
)  # fmt: skip
def test_numbers_of_employees_have_no_separators(cell: str) -> None:
    with pytest.raises(ValueError, match="write digits only"):
        value_of("employee_id", cell)


@pytest.mark.parametrize("sign", "£³¹½¬©®¸¨¦¤±×÷�¿¡§¶†…")
@pytest.mark.parametrize("option", ["name", "given_name", "surname"])
def test_signs_of_another_encoding_are_in_no_name(option: str, sign: str) -> None:
    with pytest.raises(ValueError, match=f"has the sign {sign}, .* name it in mail_import_encoding"):
        value_of(option, f"Pawe{sign} Ney")


def test_controls_of_another_encoding_are_in_no_name() -> None:
    for sign in "\x81\x85\x07\x7f":
        with pytest.raises(ValueError, match=rf"has the sign U\+{ord(sign):04X}, "):
            value_of("surname", f"M{sign}ller")
    assert value_of("surname", "Ada\tLove\r\nlace") == "Ada Love lace"
    assert value_of("language", "de_DE\x81") == "de_DE"


@pytest.mark.parametrize(
    "name", ["O´Neill", "O`Neill", "Gal·la", "Mª José", "Karl „Kalle“ Ney", "R+D $ team", "Ney ‐ x"]
)
def test_signs_that_names_have(name: str) -> None:
    assert value_of("name", name) == name

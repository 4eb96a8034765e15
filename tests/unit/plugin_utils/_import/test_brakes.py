# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that are probably wrong, and are refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.personnel import HEADING, Month

THREE = HEADING + "%s,Tina,Schmidt,\n%s,Bob,Byte,\n%s,Cy,Dee,\n"


# -- accounts that would go to somebody else


@pytest.mark.parametrize("given", [{}, {"rename": False}])
def test_a_column_that_was_sorted_without_the_others(month: Month, given: dict[str, Any]) -> None:
    month.good(THREE % (1, 2, 3))

    assert month.wrong(THREE % (2, 3, 1), **given) == [
        "people.csv:2: Tina Schmidt would get the account bob.byte@example.com of Bob Byte, and "
        "tina.schmidt@example.com (employee_id 1, in mail/example.com.yml), which has that name, would go to Cy Dee, "
        "see people.csv:4. Was one column moved without the others? If not, rename the account in the file first.",
        "people.csv:3: Bob Byte would get the account cy.dee@example.com of Cy Dee, and bob.byte@example.com "
        "(employee_id 2, in mail/example.com.yml), which has that name, would go to Tina Schmidt, see people.csv:2. "
        "Was one column moved without the others? If not, rename the account in the file first.",
        "people.csv:4: Cy Dee would get the account tina.schmidt@example.com of Tina Schmidt, and cy.dee@example.com "
        "(employee_id 3, in mail/example.com.yml), which has that name, would go to Bob Byte, see people.csv:3. Was "
        "one column moved without the others? If not, rename the account in the file first.",
    ]


def test_a_column_that_was_moved_by_one_row(month: Month) -> None:
    month.good(THREE % (1, 2, 3))
    told = month.wrong(THREE % (2, 3, 4))
    assert "tina.schmidt@example.com (employee_id 1, in mail/example.com.yml), which has that name, is no" in told[0]
    assert "Bob Byte would get the account cy.dee@example.com of Cy Dee" in told[1]
    assert told[2].startswith("people.csv:4: Cy Dee would be new, and cy.dee@example.com (employee_id 3, in")


def test_accounts_without_names_are_told_by_their_addresses(month: Month) -> None:
    accounts = [f"  - {{mail: {mail}@example.com, employee_id: '{number}'}}\n" for number, mail in
                ((1, "tina.schmidt"), (2, "bob.byte"), (3, "cy.dee"))]  # fmt: skip
    month.declare("users:\n" + "".join(accounts))
    assert len(month.wrong(THREE % (2, 3, 1))) == 3
    assert len(month.good(THREE % (1, 2, 3))) == 3


def test_a_name_that_somebody_keeps_may_be_that_of_another_too(month: Month) -> None:
    month.good(HEADING + "1,Tina,Schmidt,\n2,Tina,Neu,\n")
    assert month.good(HEADING + "1,Tina,Schmidt,\n2,Tina,Schmidt,\n")[0].startswith(
        "~ tina.neu@example.com -> tina.schmidt2@example.com"
    )


def test_other_spellings_of_namesakes_are_no_exchange(month: Month) -> None:
    month.good(HEADING + "1,Jörg,Müller,\n2,Joerg,Müller,\n")
    assert len(month.good(HEADING + "1,Jörg,Mueller,\n2,Jörg,Mueller,\n")) == 2


# -- more changes than may be


def crowd(number: int, surname: str = "Ney", changed: int = 0) -> str:
    rows = [f"{n},P{chr(97 + n)}x,{'Neu' if n < changed else surname},\n" for n in range(number)]
    return HEADING + "".join(rows)


@pytest.mark.parametrize(
    ("there", "changed", "given", "limit"),
    [
        (25, 11, {"max_percent": 100}, "mail_import_max_renames is 10"),
        (25, 8, {}, "mail_import_max_percent is 30, of 25 people"),
        (4, 4, {}, "mail_import_max_percent is 30, of 4 people"),
        (1, 1, {"max_percent": 0}, "mail_import_max_percent is 0, of 1 people"),
        (2, 1, {"max_renames": "0"}, "mail_import_max_renames is 0"),
    ],
)
def test_many_new_addresses(month: Month, there: int, changed: int, given: dict[str, Any], limit: str) -> None:
    month.good(crowd(there))
    (told,) = month.wrong(crowd(there, changed=changed), **given)
    assert told.startswith(f"{changed} people would be renamed, and {limit}. Is the list as it should be? First: pa")
    found = month.good(crowd(there, changed=changed), max_renames=changed, max_percent=100)
    assert len(found) == changed


def test_some_new_addresses(month: Month) -> None:
    month.good(crowd(20))
    assert len(month.good(crowd(20, changed=6))) == 6
    assert month.good(crowd(20, changed=20), rename=False) != []


# -- one employee_id in two spellings


@pytest.mark.parametrize(("was", "written"), [("00123", "123"), ("123", "00123"), ("A-12", "a-12"), ("000", "0")])
def test_an_employee_id_in_another_spelling_is_the_same(month: Month, was: str, written: str) -> None:
    month.good(HEADING + f"{was},Ada,Lovelace,\n7,Bob,Byte,\n")
    answer = month.run(HEADING + f"{written},Ada,Lovelace,\n7,Bob,Byte,\n", leavers="absent")
    assert answer["plan"] == [
        "people.csv: 2 people; 2 as before",
        "",
        f"note: employee_ids are written otherwise in the files, as {was} for {written}, and are left so: 1 of them",
    ]
    assert month.users()["ada.lovelace@example.com"]["employee_id"] == was


def test_two_employee_ids_that_are_one_in_another_spelling(month: Month) -> None:
    told = month.wrong(HEADING + "0012,Ada,Lovelace,\n12,Bob,Byte,\n")
    assert told == ["people.csv:3: employee_id 12 stands in people.csv:2 too, as 0012."]
    month.declare("users:\n  - {mail: a@example.com, employee_id: '012'}\n  - {mail: b@example.com, employee_id: 12}\n")
    told = month.wrong(HEADING + "12,Ada,Lovelace,\n")
    assert told == [
        "people.csv:2: employee_id 12 is that of several accounts: a@example.com, b@example.com. Take it away from all "
        "but one. Case and zeros in front make no difference."
    ]


@pytest.mark.parametrize("leavers", ["tell", "disable", "absent"])
def test_a_newcomer_with_the_name_of_somebody_who_leaves(month: Month, leavers: str) -> None:
    month.good(HEADING + "123,Ada,Lovelace,\n7,Bob,Byte,\n")
    text = HEADING + "X-123,Ada,Lovelace,\n7,Bob,Byte,\n"
    assert month.wrong(text, leavers=leavers) == [
        "people.csv:2: Ada Lovelace would be new, and ada.lovelace@example.com (employee_id 123, in "
        "mail/example.com.yml), which has that name, is no longer in the list. If this is one person, write one "
        "employee_id in the list and in the file; if these are two, declare that account disabled or absent first."
    ]
    path = month.mail / "example.com.yml"
    path.write_text(path.read_text().replace("    name: Ada", "    enabled: false\n    name: Ada"))
    assert month.good(text, leavers=leavers)[-1].startswith("+ ada.lovelace2@example.com")


# -- a list that is not whole


@pytest.mark.parametrize("leavers", ["tell", "disable", "absent"])
def test_a_list_without_people(month: Month, leavers: str) -> None:
    month.good(HEADING + "1,Ada,Lovelace,\n")
    told = "people.csv:1: there are headings, and nobody below them. Is the list whole?"
    assert month.wrong(HEADING, leavers=leavers) == month.wrong(HEADING + ",,,\n\n", leavers=leavers) == [told]


@pytest.mark.parametrize(
    ("there", "left", "percent", "good"),
    [(20, 6, 30, True), (20, 7, 30, False), (20, 7, 35, True), (4, 3, 30, True), (9, 4, 30, False), (2, 1, 0, False)],
)
@pytest.mark.parametrize("leavers", ["disable", "absent"])
def test_many_who_left(month: Month, there: int, left: int, percent: int, good: bool, leavers: str) -> None:
    month.good(crowd(there))
    lines = crowd(there).splitlines(keepends=True)
    text = "".join(lines[:1] + lines[1 + left :])
    if good:
        assert len(month.good(text, leavers=leavers, max_percent=percent)) == left
    else:
        (told,) = month.wrong(text, leavers=leavers, max_percent=percent)
        assert told.startswith(f"{left} people are no longer in the list, and mail_import_max_percent is {percent}, of")
        assert told.endswith("If it is, run it once with mail_import_max_percent=100.")
        assert len(month.good(text)) == left


# -- an encoding that was guessed

CZECH = HEADING + "1,Jiří,Dvořák,\n2,André,Bell,\n"


@pytest.mark.parametrize("given", [{}, {"rename": False}])
def test_a_guessed_encoding_changes_no_names(month: Month, given: dict[str, Any]) -> None:
    month.good(CZECH)
    assert month.wrong(CZECH.encode("cp1250"), **given) == [
        "people.csv:2: Jiří Dvořák would become Jiøí Dvoøák, and the file is no UTF-8. That it was read as cp1252 is a "
        "guess: name its encoding in mail_import_encoding, such as cp1252, cp1250, cp850 or mac_roman."
    ]
    assert month.good(CZECH.encode("cp1250"), encoding="cp1250") == []


def test_a_guessed_encoding_says_nothing_of_ascii_letters(month: Month) -> None:
    month.good(HEADING + "1,André,Bell,\n2,Tina,Schmidt,\n")
    text = HEADING + "1,André,Bell,\n2,Tina,Neu,\n3,Zoë,Ney,\n"
    assert len(month.good(text.encode("cp1252"))) == 2

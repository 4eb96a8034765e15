# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has a new name gets a new address, and keeps the former one for as long as it is declared."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.support.fake_state import items_of
from tests.support.personnel import HEADING, Month


def test_a_new_name_is_a_new_address(month: Month) -> None:
    month.good(HEADING + "7,Tina,Schmidt,\n8,Tina,Neu,\n")
    month.declare(
        "aliases:\n  - mail: info@example.com\n    members:\n      - tina.schmidt@example.com # x\n", "more.yml"
    )
    text = HEADING + "7,Tina,Neu,\n8,Tina,Neu,\n"
    assert month.run(text, write=False, rename=False)["plan"][2:4] != []
    plan = month.good(text)

    assert plan == [
        "~ tina.schmidt@example.com -> tina.neu2@example.com  stays reachable under both, name Tina Schmidt -> Tina "
        "Neu, tina.neu@example.com is taken: user tina.neu@example.com in mail/example.com.yml",
        "~ info@example.com: members tina.schmidt@example.com -> tina.neu2@example.com",
    ]
    assert (month.mail / "more.yml").read_text().endswith("- tina.neu2@example.com # x\n")
    tina = month.users()["tina.neu2@example.com"]
    assert (tina["rename_from"], tina["add_aliases"]) == ("tina.schmidt@example.com", ["tina.schmidt@example.com"])
    assert month.good(text) == []


def test_an_address_that_was_kept_is_nobody_elses(month: Month) -> None:
    month.good(HEADING + "7,Tina,Schmidt,\n")
    month.good(HEADING + "7,Tina,Neu,\n")
    both = HEADING + "20,Tina,Schmidt,\n7,Tina,Neu,\n"
    month.good(both)
    assert list(month.users()) == ["tina.neu@example.com", "tina.schmidt2@example.com"]
    assert month.good(both) == []


@pytest.mark.parametrize(
    "heading", ["employee id,given name,surname\n7,Ada,%s\n", "employee id,mail\n7,ada.%s@example.com\n"]
)
def test_who_has_her_former_name_again_gets_its_address_back(month: Month, heading: str) -> None:
    for name in ("smith", "jones"):
        month.good(heading % name)
    assert month.good(heading % "smith")[0].startswith("~ ada.jones@example.com -> ada.smith@example.com")
    ada = month.users()["ada.smith@example.com"]
    assert (ada["rename_from"], ada["add_aliases"]) == ("ada.jones@example.com", ["ada.jones@example.com"])
    assert month.good(heading % "smith") == []


def test_former_addresses_stay_beside_those_of_the_list(month: Month) -> None:
    given: dict[str, Any] = {"managed": ["name", "aliases"], "columns": {"aliases": "also"}}
    text = "employee id,given name,surname,also\n7,Ada,%s,%s\n"
    month.good(text % ("Smith", "info@example.com"), **given)
    for name in ("Jones", "King"):
        assert "stays reachable under both" in month.good(text % (name, "info@example.com"), **given)[0]
        assert month.good(text % (name, "info@example.com"), **given) == []
    assert month.good(text % ("King", "press@example.com"), **given) == [
        "~ ada.king@example.com  aliases ada.smith@example.com, info@example.com, ada.jones@example.com -> "
        "ada.smith@example.com, ada.jones@example.com, press@example.com"
    ]
    former = ["ada.jones@example.com", "ada.smith@example.com"]
    assert yaml.safe_load((month.mail / ".import-people.yml").read_text())["former"] == former


def test_aliases_of_the_list_go_where_the_file_has_them(month: Month) -> None:
    given: dict[str, Any] = {"managed": ["aliases"], "columns": {"aliases": "also"}}
    month.declare("users: [{mail: ada.smith@example.com, employee_id: '7', name: Ada Smith}]\n")
    month.good("employee id,given name,surname,also\n7,Ada,Jones,info@example.com\n", **given)
    (ada,) = month.users().values()
    assert ada["aliases"] == ["info@example.com", "ada.smith@example.com"]
    month.declare("users: [{mail: ada.smith@example.com, employee_id: '7', add_aliases: [x@example.com]}]\n")
    month.good("employee id,mail,also\n7,ada.smith@example.com,info@example.com\n", **given)
    (ada,) = month.users().values()
    assert (ada["add_aliases"], "aliases" in ada) == (["x@example.com", "info@example.com"], False)


def test_a_rename_over_one_that_may_not_have_been_applied_is_told(month: Month) -> None:
    month.good(HEADING + "7,Ada,Smith,\n")
    month.good(HEADING + "7,Ada,Jonse,\n")
    told = month.run(HEADING + "7,Ada,Jones,\n")["plan"]
    assert (
        "note: ada.jones@example.com: rename_from was ada.smith@example.com; if that was not applied yet, put it there "
        "instead of ada.jonse@example.com"
    ) in told


def test_a_new_address_in_the_list_and_one_in_another_domain(month: Month) -> None:
    month.good("employee id,mail\n7,ada@example.com\n8,bob@example.com\n9,cem@example.com\n")
    answer = month.run("employee id,mail\n7,ada.lovelace@example.com\n8,bob@example.org\n9,cem@example.com\n")

    assert list(month.users()) == ["ada.lovelace@example.com", "bob@example.com", "cem@example.com"]
    assert any("renames no account into another domain" in line for line in answer["plan"])


@pytest.mark.parametrize("days", [None, 90])
def test_who_was_renamed_and_leaves_has_no_former_name_any_more(month: Month, days: int | None) -> None:
    month.good(HEADING + "1,Tina,Schmidt,\n2,Bob,Byte,\n")
    month.good(HEADING + "1,Tina,Neu,\n2,Bob,Byte,\n")
    answer = month.run(HEADING + "2,Bob,Byte,\n", leavers="absent", keep_mailbox_days=days)
    assert answer["plan"][-1] == (
        "note: tina.neu@example.com: rename_from tina.schmidt@example.com is taken out; if that was not applied yet, "
        "declare tina.schmidt@example.com absent instead"
    )
    tina = month.users()["tina.neu@example.com"]
    assert (tina["state"], tina.get("keep_mailbox_days"), "rename_from" in tina) == ("absent", days, False)
    items_of(month.state())


@pytest.mark.parametrize("row", ["20,Tina,Schmidt,,", ",,,,tina.schmidt@example.com"])
def test_a_former_address_is_nobody_elses_while_the_rename_is_declared(month: Month, row: str) -> None:
    heading, given = HEADING.replace("\n", ",mail\n"), {"keep_old_address": False}
    month.good(heading + "7,Tina,Schmidt,,\n", **given)
    month.good(heading + "7,Tina,Neu,,\n", **given)
    text = heading + f"7,Tina,Neu,,\n{row}\n"
    taken = "tina.schmidt@example.com is taken: rename_from of user tina.neu@example.com in mail/example.com.yml"
    if row.startswith(","):
        assert month.wrong(text, **given) == [f"people.csv:3: {taken}."]
    else:
        assert month.good(text, **given)[0].endswith(taken)
        assert list(month.users()) == ["tina.neu@example.com", "tina.schmidt2@example.com"]
        items_of(month.state())
    back = month.good(text.replace("Neu", "Schmidt").replace(",,,,tina.schmidt@example.com\n", ""), **given)
    assert back[0].startswith("~ tina.neu@example.com -> tina.schmidt@example.com")

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who left and comes back: only what an import did is undone, and a mailbox that is made anew gets a new password."""

from __future__ import annotations

import pytest
import yaml

from tests.support.fake_state import items_of
from tests.support.personnel import HEADING, Month

BOTH = HEADING + "1,Tina,Schmidt,\n2,Bob,Byte,\n"
BOB = HEADING + "2,Bob,Byte,\n"
TINA = "tina.schmidt@example.com"
MANIFEST = ".import-people.yml"


def write_by_hand(month: Month, lines: str) -> None:
    path = month.mail / "example.com.yml"
    path.write_text(path.read_text().replace("    name: Tina", f"    {lines}\n    name: Tina"))


def first_passwords(month: Month) -> dict[str, str]:
    return dict(yaml.safe_load(month._decrypt((month.mail / ".passwords.yml").read_bytes())))


@pytest.mark.parametrize("leavers", ["tell", "disable"])
def test_somebody_disabled_by_hand_stays_so(month: Month, leavers: str) -> None:
    month.good(BOTH)
    write_by_hand(month, "enabled: false  # suspended")
    month.good(BOB, leavers=leavers)
    answer = month.run(BOTH, leavers=leavers)
    assert f"note: {TINA} is disabled in mail/example.com.yml, not by an import, and is left so" in answer["plan"]
    assert month.users()[TINA]["enabled"] is False


@pytest.mark.parametrize("leavers", ["tell", "disable", "absent"])
def test_somebody_declared_absent_by_hand_stays_so(month: Month, leavers: str) -> None:
    month.good(BOTH)
    write_by_hand(month, "state: absent")
    month.good(BOB, leavers=leavers)
    assert f"note: {TINA} is declared absent in mail/example.com.yml, and is left so" in month.run(BOTH)["plan"]
    assert month.users()[TINA]["state"] == "absent"


def test_what_an_import_did_is_undone_also_months_later(month: Month) -> None:
    month.good(BOTH)
    month.good(BOB, leavers="disable")
    for _again in range(2):
        assert month.good(BOB) == []
        assert yaml.safe_load((month.mail / MANIFEST).read_text())["disabled"] == [TINA]
    assert month.good(BOTH) == [f"~ {TINA}  enabled"]
    assert "disabled" not in yaml.safe_load((month.mail / MANIFEST).read_text())
    write_by_hand(month, "enabled: false")
    text = (month.mail / "example.com.yml").read_text().replace("    enabled: true\n", "")
    (month.mail / "example.com.yml").write_text(text)
    month.good(BOB, leavers="disable")
    assert month.good(BOTH) == []


def test_who_was_disabled_and_then_declared_absent_gets_both_back(month: Month) -> None:
    month.good(BOTH)
    month.good(BOB, leavers="disable")
    month.good(BOB, leavers="absent")
    month.good(BOTH)
    tina = month.users()[TINA]
    assert (tina["enabled"], tina["state"]) == (True, "present")


def test_an_older_manifest_does_not_say_whom_an_import_disabled(month: Month) -> None:
    month.good(BOTH)
    write_by_hand(month, "enabled: false")
    (month.mail / MANIFEST).write_text(f"people: [bob.byte@example.com]\nleft: [{TINA}]\n")
    assert any("is disabled in mail/example.com.yml, not by an import" in one for one in month.run(BOTH)["plan"])


def test_who_comes_back_after_being_declared_absent_gets_a_new_password(month: Month) -> None:
    month.good(BOTH)
    before, known = month.users()[TINA]["password_hash"], first_passwords(month)
    month.good(BOB, leavers="absent")
    assert month.wrong(BOTH, vault=False)[0].startswith("1 accounts need a first password")
    assert month.good(BOTH) == [f"~ {TINA}  state absent -> present, gets a new first password"]
    assert month.users()[TINA]["password_hash"] != before
    assert first_passwords(month)[TINA] != known[TINA]
    assert first_passwords(month)["bob.byte@example.com"] == known["bob.byte@example.com"]
    items_of(month.state())


def test_passwords_that_are_none_of_the_imports_stay(month: Month) -> None:
    month.good(BOTH, passwords="none")
    write_by_hand(month, "password: Own-Secret-1")
    month.good(BOB, leavers="absent")
    assert month.good(BOTH) == [f"~ {TINA}  state absent -> present"]
    assert "password_hash" not in month.users()[TINA]
    hashed = "mail,name,password hash\n%sbob.byte@example.com,Bob Byte,\n"
    month.good(hashed % "cem@example.com,Cem,{SSHA512}abc\n")
    month.good(hashed % "", leavers="absent")
    month.good(hashed % "cem@example.com,Cem,{SSHA512}def\n")
    assert month.users()["cem@example.com"]["password_hash"] == "{SSHA512}def"

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Personnel lists: what is wrong with them, and what becomes of the state files."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

import pytest
import yaml

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._import.passwords import hash_of, new_password
from tests.support.personnel import HEADING, Month

# -- what is wrong


def test_everything_that_is_wrong_is_told_at_once(month: Month) -> None:
    text = (
        "employee id,given name,surnme,quota,surname\n"
        "1,Ada,,5 Gx,Lovelace\n"
        "2,=Bob,,1.000,Ney\n"
        "1,Cem,,,Kaya\n"
        ",Дмитрий,,,Ney\n"
        ",,,7,\n"
        ",Eva,,,Ney\n"
        ",Eva,,,Ney\n"
        "9,a,b,c,d,e\n"
    )
    assert month.wrong(text) == [
        "people.csv:2: quota is 5 Gx, which is not a size; write 5 GB.",
        "people.csv:3: given_name begins with =, as formulas of spreadsheets do.",
        "people.csv:3: quota is 1.000, which may be thousands or a fraction; write it without the sign.",
        "people.csv:4: employee_id 1 stands in people.csv:2 too.",
        "people.csv:5: nobody knows how to write д и м р т in ASCII letters.",
        "people.csv:6: there is neither a name nor an address.",
        "people.csv:8: Eva Ney stands in people.csv:7 too. If these are two people, tell them apart by employee_id or "
        "mail.",
        "people.csv:9: there are 6 cells below 5 headings. Is there a separator in a cell without quotes?",
    ]
    assert not month.mail.exists()


@pytest.mark.parametrize(
    ("text", "given", "sentence"),
    [
        ("vornmae,surname\nA,B\n", {}, "people.csv:1: the column vornmae is unknown. Did you mean vorname?"),
        (
            "a,surname\nA,B\n",
            {"columns": {"given_name": "aa"}},
            "there is no column aa, which is to be given_name. Did",
        ),
        ("a,surname\nA,B\n", {"columns": {"given": "a"}}, "there is no option given. Did you mean given_name?"),
        ("name,name\nA,B\n", {}, "several columns may be name: name, name."),
        ("given name,surname\nA,B\n", {"address": "{given}@{domain}"}, "there is no domain to make addresses in"),
        (
            "x,quota\nA,1\n",
            {},
            "and none of names to make them of: given_name and surname, or name. The headings are: x",
        ),
        ("x,y\nA,B\n", {}, "must hold headings, and its 2 cells do not look like any"),
        ("name\nA B\n", {"leaver": "disable"}, "there is no variable mail_import_leaver. Did you mean leavers?"),
        ("name\nA B\n", {"leavers": "delete"}, "must be one of tell, disable, absent, and not delete"),
        ("name\nA B\n", {"managed": ["password"]}, "mail_import_managed: there is no option password."),
        ("password,mail\nx,a@example.com\n", {"columns": {"password": "password"}}, "there is no option password."),
        ("mail\na b@example.com\n", {}, "people.csv:2: a b@example.com is not an e-mail address"),
        (
            "mail\n" + "".join(f"{sign}@example.com\n" for sign in "abcdefg") + "h@exmaple.com\n",
            {},
            "people.csv:9: h@exmaple.com: there is example.com elsewhere. Did you mean that?",
        ),
        ("name\nA B\n", {"vault": False}, "this run has no vault secret"),
    ],
)
def test_what_is_wrong(month: Month, text: str, given: dict[str, Any], sentence: str) -> None:
    problems = month.wrong(text, **given)

    assert any(sentence in one for one in problems), problems


# -- what becomes of the files


def test_new_people(month: Month) -> None:
    plan = month.good(HEADING + '7,Ada,Lovelace,5 GB\n8,Jörg,Müller,\n9,Joerg,Mueller,"2,5GB"\n')

    assert plan == [
        "+ ada.lovelace@example.com  Ada Lovelace, quota 5GB, employee_id 7",
        "+ joerg.mueller2@example.com  Joerg Mueller, quota 2560MB, employee_id 9, "
        "joerg.mueller@example.com is taken: people.csv:3",
        "+ joerg.mueller@example.com  Jörg Müller, employee_id 8",
    ]
    assert month.state()["domains"] == [{"domain": "example.com"}]
    ada = month.users()["ada.lovelace@example.com"]
    assert list(ada) == ["mail", "name", "quota", "employee_id", "password_hash"]
    passwords = yaml.safe_load(month._decrypt((month.mail / ".passwords.yml").read_bytes()))
    kept = base64.b64decode(ada["password_hash"].removeprefix("{SSHA512}"))
    assert hashlib.sha512(passwords["ada.lovelace@example.com"].encode() + kept[64:]).digest() == kept[:64]
    assert (
        month.run(HEADING + "7,Ada,Lovelace,5 GB\n8,Jörg,Müller,\n9,Joerg,Mueller,2560\n", vault=False)["files"] == []
    )


def test_passwords_meet_policies_and_are_never_the_same() -> None:
    found = {new_password() for _number in range(50)}

    assert len(found) == 50
    for one in found:
        assert len(one) == 23
        assert all(any(map(test, one)) for test in (str.isdigit, str.isupper, str.islower))
    assert hash_of("x") != hash_of("x")


def test_hashes_of_the_list_and_none_at_all(month: Month) -> None:
    month.good("mail,password hash\nada@example.com,{SSHA512}abc\n", vault=False)
    month.good("mail\nada@example.com\nbob@example.com\n", vault=False, passwords="none")

    assert month.users() == {
        "ada@example.com": {"mail": "ada@example.com", "password_hash": "{SSHA512}abc"},
        "bob@example.com": {"mail": "bob@example.com"},
    }


DECLARED = """\
users:
  # the boss
  - mail: ada@example.com
    name: Ada King
    employee_id: 7  # a number here
    quota: 5120
    language: de_DE   # she asked
  - mail: scanner@example.com
aliases:
  - mail: eva.ney@example.com
    members: [ada@example.com]
"""


def test_files_of_people_are_merged(month: Month) -> None:
    month.declare(DECLARED)
    plan = month.good("employee id,name,quota,language\n7,Ada Lovelace,5GB,\n8,Eva Ney,,de_DE\n")

    assert plan == [
        "~ ada@example.com  name Ada King -> Ada Lovelace, keeps the address, which was not made by the pattern",
        "+ eva.ney2@example.com  Eva Ney, language de_DE, employee_id 8, "
        "eva.ney@example.com is taken: alias eva.ney@example.com in mail/example.com.yml",
    ]
    before, after = DECLARED.splitlines(), (month.mail / "example.com.yml").read_text().splitlines()
    assert [line for line in before if line not in after] == ["    name: Ada King"]


def test_only_managed_options_are_touched(month: Month) -> None:
    month.good("mail,name,quota\nada@example.com,Ada,1GB\n")
    plan = month.good("mail,name,quota\nada@example.com,Eva,2GB\n", managed=["name"])

    assert plan == ["~ ada@example.com  name Ada -> Eva"]


def test_numbers_and_null_as_old_templates_write_them(month: Month) -> None:
    month.good("mail\nada@example.com\nbob@example.com\n", max_leavers="20", keep_mailbox_days="")
    assert len(month.good("mail\nbob@example.com\n", leavers="absent", max_leavers="20", keep_mailbox_days="")) == 1
    assert "keep_mailbox_days" not in month.users()["ada@example.com"]
    assert month.wrong("mail\nbob@example.com\n", max_leavers="many") == [
        "mail_import_max_leavers: many is not a whole number."
    ]


def test_those_who_left(month: Month) -> None:
    month.declare(DECLARED)
    month.good("mail\nada@example.com\nbob@example.com\ncem@example.com\n")
    left = "mail\ncem@example.com\n"
    told = month.good(left)
    assert told == [f"- {name}@example.com  no longer in the list; nothing is changed" for name in ("ada", "bob")]
    assert month.wrong(left, leavers="disable", max_leavers=1)[0].startswith("2 people are no longer in the list")
    assert len(month.good(left, leavers="disable")) == 2
    assert month.users()["bob@example.com"]["enabled"] is False
    assert month.good(left, leavers="disable") == []
    assert "enabled" not in month.users()["scanner@example.com"]

    assert month.good("mail\ncem@example.com\nbob@example.com\n") == ["~ bob@example.com  enabled"]
    assert len(month.good(left, leavers="absent", keep_mailbox_days=90)) == 2
    bob = month.users()["bob@example.com"]
    assert (bob["state"], bob["keep_mailbox_days"]) == ("absent", 90)
    assert month.good("mail\ncem@example.com\nbob@example.com\n", leavers="absent")[0].startswith("~ bob@example.com")
    assert month.users()["bob@example.com"]["state"] == "present"


def test_two_lists_know_their_own_people(month: Month) -> None:
    month.good("mail\nada@example.com\n", list="north")
    assert month.good("mail\nbob@example.com\n", list="south") == ["+ bob@example.com"]


def test_who_names_somebody_who_is_declared_absent(month: Month) -> None:
    month.good("mail\nada@example.com\nbob@example.com\n")
    month.declare("aliases:\n  - {mail: info@example.com, members: [bob@example.com]}\n", "more.yml")

    assert month.good("mail\nada@example.com\n", leavers="absent") == [
        "- bob@example.com  no longer in the list; is declared absent; take it out of info@example.com in mail/more.yml"
    ]


def test_what_is_encrypted_is_read_and_never_changed(month: Month) -> None:
    secret = "$ANSIBLE_VAULT;x\n      " + base64.b64encode(b"Ada K.").decode()
    month.declare(f"users:\n  - mail: ada@example.com\n    name: !vault |\n      {secret}\n    quota: 1GB\n")
    assert month.good("mail,name,quota\nada@example.com,Ada,2GB\n") == ["~ ada@example.com  quota 1GB -> 2GB"]
    assert secret in (month.mail / "example.com.yml").read_text()

    whole = b"$ANSIBLE_VAULT;x\n" + base64.b64encode(b"users: [{mail: bob@example.org, quota: 1GB}]")
    (month.mail / "example.org.yml").write_bytes(whole)
    assert month.good("mail,quota\nbob@example.org,1024\n") == [
        "- ada@example.com  no longer in the list; nothing is changed"
    ]
    assert "it is encrypted as a whole" in month.wrong("mail,quota\nbob@example.org,2GB\n")[0]
    assert (month.mail / "example.org.yml").read_bytes() == whole


def test_thousands_of_people_take_seconds(month: Month) -> None:
    text = "given name,surname\n" + "".join(f"Ada{chr(97 + n % 26)},Love{n // 26}x\n" for n in range(3000))
    begin = time.process_time()
    assert len(month.good(text, passwords="none")) == 3000
    assert month.good(text, passwords="none") == []
    assert time.process_time() - begin < 20


def test_what_only_its_author_can_change(month: Month) -> None:
    month.declare('{"users": [{"mail": "ada@example.com", "quota": 1}]}', "mail.json")
    assert month.good("mail,quota\nada@example.com,1\n") == []
    assert "mail/mail.json: it is written in JSON" in month.wrong("mail,quota\nada@example.com,2\n")[0]


def test_nobody_gets_the_mailbox_of_a_number_that_looks_alike(month: Month) -> None:
    month.good(HEADING + "12,Ada,Lovelace,\n")
    for number in ('"12,000"', "12.000"):
        told = month.wrong(HEADING + f"{number},Bob,Ney,\n")
        assert [one for one in told if one.startswith("people.csv:2: employee_id is 12")] == told != []


NAMESAKES = "users:\n" + "".join(f"  - {{mail: eva.ney{n}@example.com, name: Eva Ney}}\n" for n in (3, 2, ""))


def test_of_namesakes_the_one_whose_address_is_made_is_meant(month: Month) -> None:
    month.declare(NAMESAKES)
    assert month.good("name,quota\nEva Ney,1GB\n") == ["~ eva.ney@example.com  quota 1GB"]


def test_of_namesakes_those_whom_another_row_names_are_not_meant(month: Month) -> None:
    month.declare(NAMESAKES)
    text = "mail,name,quota\n,Eva Ney,1GB\neva.ney@example.com,,\neva.ney3@example.com,,\n"
    assert month.good(text) == ["~ eva.ney2@example.com  quota 1GB"]
    assert "would be the account of two people" in month.wrong(text + "eva.ney2@example.com,,\n")[0]


def test_of_namesakes_those_who_are_gone_are_not_meant(month: Month) -> None:
    month.declare(
        NAMESAKES.replace("ney@example.com, name", "ney@example.com, state: absent, name").replace("3@", "3@x.")
    )
    assert month.good("name,quota\nEva Ney,1GB\n") == ["~ eva.ney2@example.com  quota 1GB"]


def test_several_namesakes_are_told(month: Month) -> None:
    month.declare(NAMESAKES.replace("ney@example.com, name: Eva Ney", "ney@example.com, name: Eva B. Ney"))
    assert month.wrong("name\nEva Ney\n") == [
        "people.csv:2: Eva Ney may be eva.ney2@example.com or eva.ney3@example.com. Say which in a column mail, or by "
        "employee_id, in the list and in the state file."
    ]
    assert month.good("name,mail,quota\nEva Ney,eva.ney2@example.com,1GB\n") == ["~ eva.ney2@example.com  quota 1GB"]


def test_a_number_in_an_address_that_is_the_employees_is_no_namesakes(month: Month) -> None:
    month.declare(
        "users:\n  - {mail: ney11@example.com, name: Eva Ney}\n  - {mail: ney12@example.com, name: Eva Ney}\n"
    )
    address = "{surname}{employee_id}@example.com"
    plan = month.good("employee id,name\n12,Eva Ney\n13,Eva Ney\n", address=address)
    assert plan == ["~ ney12@example.com  employee_id 12", "+ ney13@example.com  Eva Ney, employee_id 13"]


def test_people_whose_names_look_like_nothing(month: Month) -> None:
    text = HEADING + "7,Nil,Null,null\n8,Li,Na,n/a\n"
    assert month.good(text) == [
        "+ li.na@example.com  Li Na, employee_id 8",
        "+ nil.null@example.com  Nil Null, employee_id 7",
    ]
    assert "+ x@example.com  Null" in month.good("mail,name\nx@example.com,Null\n")
    assert month.users()["x@example.com"]["name"] == "Null"


HEADLESS = "7,Ada,Lovelace,Lady-Secret-1,%s\n8,Eva,Ney,Other-Secret-1,%s\n"


@pytest.mark.parametrize("last", ["x", "active"])
def test_a_list_without_headings_shows_no_cells(month: Month, last: str) -> None:
    told = month.wrong(HEADLESS % (last, last))
    assert told == [
        "people.csv:1: the first row must hold headings, and its 5 cells do not look like any: there must be mail, or "
        "given name and surname, or name. Say which is what in mail_import_columns, as {surname: heading}."
    ]
    given = {"columns": {"password_hash": "Lady-Secret"}, "address": "{given}@{domain}"}
    assert "Secret-1" not in "".join(month.wrong(HEADLESS % (last, last), **given))


def test_conflicts_with_what_is_declared(month: Month) -> None:
    month.declare("users:\n  - {mail: a@example.com, employee_id: '1'}\n  - {mail: b@example.com, employee_id: '1'}\n")
    assert "is that of several accounts" in month.wrong("employee id,mail\n1,c@example.com\n")[0]
    assert "is the account of employee_id 1, and not of 2" in month.wrong("employee id,mail\n2,a@example.com\n")[0]
    month.declare("aliases: [{mail: a@example.com}]\nusers: []\n")
    assert "a@example.com is taken: alias a@example.com" in month.wrong("mail\na@example.com\n")[0]
    month.declare("users: [{mail: a@example.com, nosuch: {{ x }}}]\n")
    assert "mail/example.com.yml" in month.wrong("mail\na@example.com\n")[0]

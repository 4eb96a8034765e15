# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""State files that are changed in their places: what was meant is in them, and everything else is as it was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.yaml_editor import Document, EditError
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.yaml_reader import parse_yaml
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.yaml_writer import write_yaml

TEXT = """\
# head
---
users:
  # the first
  - mail: ada@example.com   # her
    quota: '5GB'  # enough
    name: "Ada  Lovelace"
    password: !vault |
      $ANSIBLE_VAULT;1.1;AES256
      3162
    aliases:
      - a@example.com  # short

  - {mail: bob@example.com, quota: 1GB}
  - mail: zoé@example.com
    name:

aliases:
  - mail: info@example.com
    members: [ada@example.com, "Bob@Example.com"]
"""


def edited(text: str, *changes: tuple[Any, ...]) -> str:
    document = Document(text)
    for index, key, value in changes:
        document.set("users", index, key, value, ("mail", "name", "quota"))
    return document.result()


def test_nothing_changed_is_the_same_text() -> None:
    assert Document(TEXT).result() == TEXT


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        ((0, "quota", "6GB"), "quota: '5GB'  # enough", "quota: '6GB'  # enough"),
        ((0, "mail", "eva@example.com"), "- mail: ada@example.com   # her", "- mail: eva@example.com   # her"),
        ((0, "language", "de_DE"), "# enough\n", "# enough\n    language: de_DE\n"),
        ((0, "aliases", ["b@example.com"]), "aliases:\n      - a@example.com  #", "aliases: ['b@example.com']  #"),
        ((1, "quota", 0), "quota: 1GB}", "quota: 0}"),
        ((1, "enabled", False), "quota: 1GB}", "quota: 1GB, enabled: false}"),
        ((2, "name", "Zoé"), "    name:\n", "    name: Zoé\n"),
    ],
)
def test_one_value_changes(change: tuple[Any, ...], old: str, new: str) -> None:
    assert TEXT.count(old) == 1
    assert edited(TEXT, change) == TEXT.replace(old, new)


LIST = """\
users:
  - mail: ada@example.com
    aliases: # hers
      # for the press
      - a@example.com   # short
      - 'b@example.com'
      # the next is for bills
      - c@example.com  # c

    name: Ada
"""


@pytest.mark.parametrize(
    ("value", "old", "new"),
    [
        ("abcd", "# c\n", "# c\n      - d@example.com\n"),
        ("bc", "      - a@example.com   # short\n", ""),
        ("ab", "      - c@example.com  # c\n", ""),
        ("acde", "      - 'b@example.com'\n", "|      - d@example.com\n      - e@example.com\n"),
        ("abd", "      - c@example.com  # c\n", "|      - d@example.com\n"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_comments_within_a_list_stay(value: str, old: str, new: str, end: str) -> None:
    text = LIST.replace("\n", end)
    result = edited(text, (0, "aliases", [f"{sign}@example.com" for sign in value])).replace("\r\n", "\n")
    if not new.startswith("|"):
        assert result == LIST.replace(old, new)
    else:  # new items stand behind the last that stays
        assert sorted(result.splitlines()) == sorted((LIST.replace(old, "") + new[1:]).splitlines())
        assert result.count("#") == LIST.replace(old, "").count("#")


@pytest.mark.parametrize("value", ["cba", "", "xyz", "bax"])
def test_a_list_of_another_order_is_written_anew(value: str) -> None:
    addresses = [f"{sign}@example.com" for sign in value]
    found = parse_yaml(edited(LIST, (0, "aliases", addresses)), str).kinds["users"]
    assert found == [{"mail": "ada@example.com", "name": "Ada", "aliases": addresses}]


@pytest.mark.parametrize(
    ("place", "old"),
    [((0, "quota"), "    quota: '5GB'  # enough\n"), ((0, "mail"), "mail: ada@example.com   # her\n    "),
     ((0, "password"), "    password: !vault |\n      $ANSIBLE_VAULT;1.1;AES256\n      3162\n"),
     ((1, "quota"), ", quota: 1GB"), ((1, "mail"), "mail: bob@example.com, "), ((2, "name"), "    name:\n")],
)  # fmt: skip
def test_one_option_is_taken_out(place: tuple[int, str], old: str) -> None:
    for text in (TEXT, TEXT.replace("\n", "\r\n")):
        gone = old.replace("\n", "\r\n") if "\r" in text else old
        assert text.count(gone) == 1
        document = Document(text)
        document.remove("users", *place)
        document.set("users", place[0], "language", "de_DE", ("name", "mail", "quota"))
        assert document.result().replace("language: de_DE", "") != text
        document = Document(text)
        document.remove("users", *place)
        assert document.result() == text.replace(gone, "")


def test_line_ends_stay_what_they_are() -> None:
    text = TEXT.replace("\n", "\r\n")

    assert edited(text, (0, "language", "de_DE")) == edited(TEXT, (0, "language", "de_DE")).replace("\n", "\r\n")


def test_new_items_stand_at_the_end_of_their_list() -> None:
    for text, old, new in (
        (TEXT, "    name:\n\naliases", "    name:\n\n  - mail: eva@example.com\n    quota: 5\n\naliases"),
        ("users: []\n", "users: []\n", "users:\n  - mail: eva@example.com\n    quota: 5\n"),
        ("users:\nmls: []\n", "users:\n", "users:\n  - mail: eva@example.com\n    quota: 5\n"),
        ("users:\n- mail: a@b.example", "example", "example\n- mail: eva@example.com\n  quota: 5"),
        ("users: [{mail: a@b.example}]\n", "}]", "}, {mail: eva@example.com, quota: 5}]"),
        ("mls: []\n", "mls: []\n", "mls: []\n\nusers:\n  - mail: eva@example.com\n    quota: 5\n"),
    ):
        document = Document(text)
        document.append("users", [{"mail": "eva@example.com", "quota": 5}])
        assert document.result() == text.replace(old, new)


def test_a_new_address_goes_where_the_old_one_is_named() -> None:
    document = Document(TEXT)

    assert document.replace_text("aliases", 0, "bob@example.com", "rob@example.com", ["mail"]) == ["members"]
    assert document.result() == TEXT.replace('"Bob@Example.com"', "rob@example.com")


@pytest.mark.parametrize(
    "text",
    [
        "x: &q 5GB\nusers:\n  - {mail: a@b.example, quota: &s 5GB}\n  - {mail: c@b.example, quota: *s}\n",
        "users:\n  - &a {mail: a@b.example, quota: 1}\n  - {<<: *a, mail: c@b.example}\n",
    ],
)
def test_what_an_edit_would_break_is_left_to_its_author(text: str) -> None:
    document = Document(text)
    document.set("users", 0, "quota", 7)

    with pytest.raises(EditError):
        document.result()


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["mail", "name", "quota"]), st.text("aé'\"#: \n-{", min_size=1)), max_size=4
    ),
    st.text("aé'\"#: -{[&*!|>%@`", min_size=1, max_size=9),
)
def test_any_text_can_be_set_in_what_the_collection_writes(items: list[dict[str, Any]], value: str) -> None:
    items = [dict(item, mail=item.get("mail", "a")) for item in items]
    text = write_yaml({"users": items})
    document = Document(text)
    for index in range(len(items)):
        document.set("users", index, "name", value, ("mail",))
    document.append("users", [{"mail": value}])

    found = parse_yaml(document.result(), str).kinds["users"]
    assert found == [dict(item, name=value) for item in items] + [{"mail": value}]

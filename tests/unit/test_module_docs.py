# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows from the descriptors stands in the documentation of modules, and what people wrote stays there."""

from __future__ import annotations

import re
import textwrap
from typing import Any

import pytest
import yaml

from ansible_collections.mailstate.iredmail.plugins.module_utils._model.addresses import Address
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.codecs import Items, Pattern, Text
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import LDAP, SQL, Field, ListField
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.numbers import Limit, Number, Size
from tests.module_docs import entries, regions
from tests.support.modules import MODULES, fields_of, path_of

#: they return their settings in a way of their own, which is written by hand
BY_HAND = {
    "iredmail_domain_admins",
    "iredmail_domain_users",
    "iredmail_greylisting",
    "iredmail_greylisting_spf_domains",
}
MANAGING = [module for module in MODULES if fields_of(module)]
STR = {"type": "str"}
LIST = {"type": "list", "elements": "str"}


def text_of(module: str) -> str:
    return path_of(module).read_text(encoding="utf-8")


def region(text: str, begin: str) -> str:
    (found,) = re.findall(rf"^ *{re.escape(begin)}\n(.*?)^ *{regions.END}$", text, re.MULTILINE | re.DOTALL)
    return str(found)


def option(field: Field, name: str, spec: dict[str, Any], *sentences: str) -> dict[str, Any]:
    lines = entries.option(field, name, spec, list(sentences))
    loaded: dict[str, Any] = yaml.safe_load("\n".join(lines))[name]
    return loaded


def returned(field: Field, name: str, spec: dict[str, Any], *sentences: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load("\n".join(entries.returned(name, field, spec, list(sentences))))[name]
    return loaded


@pytest.mark.parametrize("module", MODULES)
def test_the_files_are_up_to_date(module: str) -> None:
    text = text_of(module)

    assert regions.complete(module, text) == text
    assert (regions.OPTIONS in text) == (module in MANAGING)
    assert (regions.RETURNED in text) == (module in MANAGING and module not in BY_HAND)
    # marks that are no marks
    assert (
        text.count("# BEGIN") == text.count(regions.END) == text.count(regions.OPTIONS) + text.count(regions.RETURNED)
    )


@pytest.mark.parametrize("module", MANAGING)
def test_what_is_written_survives_and_what_follows_is_restored(module: str) -> None:
    text = text_of(module)
    options = region(text, regions.OPTIONS)
    # only what people write is left: no type, choices or aliases, nothing that is written for them
    by_people = {
        name: {"description": [one for one in entry["description"] if not entries.WRITTEN.fullmatch(one)]}
        for name, entry in yaml.safe_load(options).items()
    }
    bare = textwrap.indent(yaml.safe_dump(by_people, sort_keys=False), "  ")
    shorter = text.replace(options, bare)
    if module not in BY_HAND:
        shorter = shorter.replace(region(text, regions.RETURNED), "")

    assert len(shorter) < len(text)
    assert regions.complete(module, shorter) == text


def test_what_only_people_can_write_is_asked_for() -> None:
    text = text_of("iredmail_alias")
    start, end = text.index("  access_policy:\n"), text.index("  members:\n")

    with pytest.raises(entries.Unfinished, match="write the description of access_policy"):
        regions.complete("iredmail_alias", text[:start] + text[end:])
    moved = text.replace(f"  {regions.END}\n  rename_from", "  rename_from")
    moved = moved.replace('"""\n\nEXAMPLES', f'  {regions.END}\n"""\n\nEXAMPLES')
    with pytest.raises(entries.Unfinished, match="no descriptor has rename_from"):
        regions.complete("iredmail_alias", moved)


def test_an_option() -> None:
    name = Field("name", Text(), update="name")
    assert option(name, "name", STR, "The name.") == {"description": ["The name."], "type": "str"}
    spec = {"type": "str", "choices": ["yes", "off"], "default": "off", "aliases": ["theName"]}
    assert option(name, "name", spec, "The name.") == {"description": ["The name."], **spec}
    long = "A text: it has what YAML takes for a key, " + "and is long, " * 20 + "and ends."
    lines = entries.option(name, "name", STR, [long, 'V("") # clears it'])
    assert max(map(len, lines)) <= entries.WIDTH
    assert yaml.safe_load("\n".join(lines))["name"]["description"] == [long, 'V("") # clears it']


@pytest.mark.parametrize(
    ("since", "only", "sentences"),
    [
        ("", None, []),
        ("SQL-3.3/LDAP-3.5", None, ["Exists since SQL-3.3/LDAP-3.5."]),
        ("LDAP-3.1", None, ["Exists since LDAP-3.1; the SQL release is not known."]),
        ("SQL-3.1", None, ["Exists since SQL-3.1; the LDAP release is not known."]),
        ("LDAP-4.2", LDAP, ["Exists on LDAP backends only, since LDAP-4.2. On SQL backends the task fails."]),
        ("", SQL, ["Exists on SQL backends only. On LDAP backends the task fails."]),
        ("SQL-4.1/LDAP-4.2 (addName)", None, []),
    ],
)
def test_releases_and_backends(since: str, only: str | None, sentences: list[str]) -> None:
    field = Field("name", Text(), update="name", since=since, only=only)

    assert option(field, "name", STR, "The name.")["description"] == ["The name.", *sentences]
    # what was right for another release is replaced, and what people say of one stays
    old = ["The name.", "Exists since SQL-2.0.", "Exists on LDAP backends only. On SQL backends the task fails."]
    assert option(field, "name", STR, *old)["description"] == ["The name.", *sentences]
    by_hand = "Exists since SQL-2.0 in another form."
    assert option(field, "name", STR, by_hand)["description"] == [by_hand, *sentences]
    if since and not only and "(" not in since:
        by_hand = f"Can be changed since {since}."
        assert option(field, "name", STR, by_hand)["description"] == [by_hand]


def test_single_items_of_lists() -> None:
    members = ListField(
        "members", Items(Address()), update="members", add="addM", remove="delM", since="SQL-9 (addM, delM)"
    )
    add, remove = (option(members, prefix + "members", LIST, "More.")["description"] for prefix in ("add_", "remove_"))
    others = "Others are left as they are."
    assert add == [
        f"Addresses that must be among O(members). {others}",
        "More.",
        "Exists since SQL-9; the LDAP release is not known.",
    ]
    assert remove[:2] == [f"Addresses that must not be among O(members). {others}", "More."]
    numbers = ListField("fax_numbers", Items(Pattern("[0-9]+", "no")), update="fax", only=LDAP)
    assert option(numbers, "add_fax_numbers", LIST)["description"] == [
        f"Numbers that must be among O(fax_numbers). {others}",
        "LDAP backends only.",
    ]
    own = ListField("copies", Items(Address()), update="copies", self_option="keep")
    assert entries.options_of(own) == ["copies", "add_copies", "remove_copies", "keep"]


@pytest.mark.parametrize(
    ("codec", "sentence", "meant"),
    [
        (Text(), 'The name, for example V(Ada Lovelace). V("") clears it.', "The name."),
        (Text(), "The host V(192.0.2.1); others do not work.", "The host V(192.0.2.1)."),
        (Size(), "The quota. V(0) means unlimited.", "The quota, in MB. V(0) means unlimited."),
        (Size("B"), "The size.", "The size, in bytes."),
        (
            Limit(Size("B")),
            "The size. V(0) means unlimited, and V(-1) none.",
            "The size, in bytes. V(0) means unlimited, and V(-1) none.",
        ),
        (Number(), "The number. V(0) is the same as O(state=absent).", "The number."),
        (Items(Address()), "The members, and no others. V([]) removes all.", "The members, sorted."),
    ],
)
def test_a_returned_value_is_said_in_short(codec: Text, sentence: str, meant: str) -> None:
    kind = ListField if isinstance(codec, Items) else Field
    found = returned(kind("option", codec, update="option"), "option", codec.argument, sentence)

    assert found.pop("description") == meant
    assert found == {"returned": "always", **codec.argument, "type": codec.argument["type"].replace("raw", "int")}


def test_when_a_value_is_returned() -> None:
    own = ListField("copies", Items(Address()), update="copies", self_option="keep")
    assert (
        returned(own, "copies", LIST, "Copies, and no others.")["description"]
        == "Copies, without the account's own, sorted."
    )
    assert returned(own, "keep", {"type": "bool"}, "Whether.") == {
        "description": "Whether.",
        "returned": "when the panel shows O(copies)",
        "type": "bool",
    }
    assert returned(Field("fax", Text(), update="fax", only=LDAP), "fax", STR, "It.")["returned"] == "on LDAP backends"


def test_the_check_fails_and_says_what_to_do(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    path = tmp_path / "iredmail_alias.py"
    path.write_text(
        text_of("iredmail_alias").replace("aliases: [addMember]", "aliases: [addMembers]"), encoding="utf-8"
    )
    monkeypatch.setattr(regions, "ROOT", tmp_path)
    monkeypatch.setattr(regions, "MODULES", ["iredmail_alias"])
    monkeypatch.setattr(regions, "path_of", lambda _module: path)

    assert regions.main(["--check"]) == 1
    assert "+    aliases: [addMember]\n" in (said := capsys.readouterr().err)
    assert said.endswith("run `make module-docs`\n")
    assert regions.main([]) == 0
    assert path.read_text(encoding="utf-8") == text_of("iredmail_alias")
    assert regions.main(["--check"]) == 0

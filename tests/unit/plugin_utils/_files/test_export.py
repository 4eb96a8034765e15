# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An export as files: what is written is read back as it was, stands where it belongs, and is the same every time."""

from __future__ import annotations

import random
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.filter.state_files import FilterModule
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._version import VERSION
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.export import GLOBAL, MANIFEST, files_of
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.reader import StateFiles
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.yaml_reader import parse_yaml
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.yaml_writer import scalar, write_yaml

STATE: dict[str, list[dict[str, Any]]] = {
    "domains": [{"domain": "example.com", "description": "Ex & Co"}, {"domain": "example.org"}],
    "admins": [{"mail": "admin@partner.example", "max_users": 5}],
    "users": [
        {"mail": "ada@example.com", "aliases": ["a@example.com", "al@example.com"], "quota": 1024, "name": "Ada"},
        {"mail": "bob@example.com"},
    ],
    "domain_admins": [{"domain": "example.org", "admins": ["admin@partner.example"]}],
    "aliases": [{"mail": "info@example.org", "members": []}],
    "mls": [],
    "throttles": [
        {"account": "ada@example.com", "direction": "inbound", "period": 60},
        {"account": "global", "direction": "inbound", "period": 60},
    ],
}
NOTES = [{"kind": "users", "id": "*", "options": ["password"], "reason": "Passwords cannot be read."}]
EXPORT = {"changed": False, "state": STATE, "not_exported": NOTES}
TEXTS = st.text(st.characters(blacklist_categories=["Cs"]))
KEYS = st.from_regex(r"[a-z_]{1,9}", fullmatch=True)
VALUES = st.one_of(TEXTS, st.integers(), st.booleans(), st.none(), st.lists(TEXTS))


def refuse_secrets(_secret: str) -> str:
    raise AssertionError("nothing is encrypted here")


def contents(exported: Any = EXPORT, domains: tuple[str, ...] = (), kinds: tuple[str, ...] = ()) -> dict[str, str]:
    return {one["name"]: one["content"] for one in files_of(exported, domains, kinds)}


def manifest(**asked: Any) -> Any:
    return yaml.safe_load(contents(**asked)[MANIFEST])


# -- values


@given(st.dictionaries(KEYS, VALUES, min_size=1))
@example({"a": "yes", "b": "N", "c": "null", "d": "007", "e": "12:30", "f": "1_000", "g": "- x", "h": "a: b", "i": "#"})
@example(
    {"a": "one\ntwo", "b": "one\n", "c": "\none", "d": " one\ntwo", "e": "one \ntwo", "f": "one\n\ntwo", "g": "\n"}
)
@example({"a": "{{ 7 * 7 }}", "b": "{% raw %}\nx", "c": ["{{ x }}"], "d": "$ANSIBLE_VAULT;1.1;AES256"})
@example({"a": "\x85\u2028\ufeff\x00\t", "b": "'", "c": '"', "d": "\\n", "e": "Ünï cødé 😀", "f": "a\r\nb"})
def test_values_are_read_back_as_they_were(item: dict[str, Any]) -> None:
    text = write_yaml({"users": [item]})

    assert parse_yaml(text, refuse_secrets).kinds == {"users": [item]}
    assert not any(line != line.rstrip() for line in text.split("\n"))


@given(st.dictionaries(KEYS, VALUES, min_size=1))
def test_other_readers_of_yaml_agree(item: dict[str, Any]) -> None:
    text = write_yaml({"users": [item]}).replace("!unsafe ", "")

    if "!unsafe " not in str(item):
        assert yaml.safe_load(text) == {"users": [item]}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("ada@example.com", "ada@example.com"),
        ("lmtp:unix:private/x", "'lmtp:unix:private/x'"),
        ("@example.com", "'@example.com'"),
        ("yes", "'yes'"),
        ("4711", "'4711'"),
        ("it's #1", "'it''s #1'"),
        ("", "''"),
        ("Bye\nbye", "|-\n    Bye\n    bye"),
        ("Bye\n\nbye\n", "|\n    Bye\n\n    bye"),
        ("Bye \nbye", '"Bye \\nbye"'),
        ("{{ x }}", "!unsafe '{{ x }}'"),
        (5.5, "5.5"),
        (True, "true"),
        ([], "[]"),
    ],
)
def test_values_look_as_a_person_would_write_them(value: Any, written: str) -> None:
    assert scalar(value, 4) == written


# -- files


def test_a_file_is_for_people() -> None:
    assert contents()["example.com.yml"].partition("\n")[2] == (
        "---\n"
        "domains:\n"
        "  - domain: example.com\n"
        "    description: Ex & Co\n"
        "\n"
        "users:\n"
        "  - mail: ada@example.com\n"
        "    name: Ada\n"
        "    quota: 1024\n"
        "    aliases:\n"
        "      - a@example.com\n"
        "      - al@example.com\n"
        "  - mail: bob@example.com\n"
        "\n"
        "aliases: []\n"
        "\n"
        "mls: []\n"
        "\n"
        "throttles:\n"
        "  - account: ada@example.com\n"
        "    direction: inbound\n"
        "    period: 60\n"
    )


def test_editors_find_the_schema() -> None:
    for name in ("example.com.yml", GLOBAL):
        first = contents()[name].partition("\n")[0]
        assert first.startswith("# yaml-language-server: $schema=https://")
        assert first.endswith("/docs/state.schema.json")


def test_everything_is_in_the_file_of_its_domain() -> None:
    found = {name: yaml.safe_load(text) for name, text in contents().items() if name != MANIFEST}

    assert list(found) == ["example.com.yml", "example.org.yml", GLOBAL]
    assert found["example.org.yml"] == {
        "domains": [{"domain": "example.org"}],
        "users": [],
        "domain_admins": STATE["domain_admins"],
        "aliases": STATE["aliases"],
        "mls": [],
    }
    assert found[GLOBAL] == {"admins": STATE["admins"], "throttles": STATE["throttles"][1:]}


def test_the_files_together_are_the_state(tmp_path: Path) -> None:
    for name, text in contents().items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    joined = StateFiles(str, lambda data: data, ["domains", "users", "aliases", "mls"]).read(str(tmp_path))

    del joined["_origins"]
    assert joined == STATE


def test_a_server_with_nothing_says_so() -> None:
    nothing: dict[str, list[Any]] = {"domains": [], "users": [], "aliases": [], "mls": []}

    assert yaml.safe_load(contents({"state": nothing})[GLOBAL]) == nothing


def test_an_export_of_some_domains_leaves_the_rest_alone() -> None:
    assert list(contents(domains=("example.*",))) == ["example.com.yml", "example.org.yml", MANIFEST]
    assert manifest(domains=("example.*",))["domains"] == ["example.*"]


@pytest.mark.parametrize("domain", ["../etc", ".ssh", "a/b", "a\nb", "-rf"])
def test_a_name_is_no_path(domain: str) -> None:
    with pytest.raises(InputError, match="not a name for a file"):
        files_of({"state": {"domains": [{"domain": domain}]}})


def test_the_order_of_what_is_returned_makes_no_difference() -> None:
    def shuffled(item: dict[str, Any]) -> dict[str, Any]:
        return dict(random.Random(7).sample(sorted(item.items()), len(item)))

    state = {kind: [shuffled(item) for item in STATE[kind]] for kind in sorted(STATE)}

    assert files_of({"state": state, "not_exported": NOTES}) == files_of(EXPORT)


# -- the manifest


def test_the_manifest_tells_what_is_there_and_what_is_not() -> None:
    found = manifest()
    digests = {one["name"]: one.pop("sha256") for one in found["files"]}
    assert digests == {name: sha256(text.encode()).hexdigest() for name, text in contents().items() if name != MANIFEST}
    assert found == {
        "collection": f"mailstate.iredmail {VERSION}",
        "files": [
            {"name": "example.com.yml", "domains": 1, "users": 2, "aliases": 0, "mls": 0, "throttles": 1},
            {"name": "example.org.yml", "domains": 1, "users": 0, "domain_admins": 1, "aliases": 1, "mls": 0},
            {"name": GLOBAL, "admins": 1, "throttles": 1},
        ],
        "not_exported": NOTES,
    }
    assert manifest(kinds=("users",))["kinds"] == ["users"]


def test_an_export_of_some_domains_leaves_other_files_in_the_manifest() -> None:
    before = contents()[MANIFEST].replace("users: 0", "users: 9")
    only_org = {
        "state": {kind: [one for one in items if "example.org" in str(one)] for kind, items in EXPORT["state"].items()}
    }
    found = {one["name"]: one["content"] for one in files_of(only_org, ("example.org",), (), before)}
    assert set(found) == {"example.org.yml", MANIFEST}
    listed = {one["name"]: one for one in yaml.safe_load(found[MANIFEST])["files"]}
    was = {one["name"]: one for one in yaml.safe_load(before)["files"]}
    assert list(listed) == ["example.com.yml", "example.org.yml", GLOBAL]
    assert (listed["example.com.yml"], listed[GLOBAL]) == (was["example.com.yml"], was[GLOBAL])
    assert listed["example.org.yml"]["users"] == 0
    # an export of all knows all
    assert contents() == {one["name"]: one["content"] for one in files_of(EXPORT, (), (), before)}
    for wrong in ("files: 7", "- 7", "files: []\nnot_exported: [7]"):
        with pytest.raises(InputError, match="cannot be read"):
            files_of(only_org, ("example.org",), (), wrong)


def test_an_export_of_some_domains_leaves_what_others_lack_in_the_manifest() -> None:
    def note(kind: str, ident: str, *options: str) -> dict[str, Any]:
        return {"kind": kind, "id": ident, "options": list(options), "reason": "Not shown."}

    com, gone, limit = (
        note("users", "ada@example.com", "quota"),
        note("users", "old@example.org", "name"),
        note("throttles", "ada@example.com inbound", "max_msgs"),
    )
    before = contents(dict(EXPORT, not_exported=[*NOTES, note("users", "*", "name"), com, gone, limit]))[MANIFEST]
    now = [*NOTES, note("users", "*", "language"), note("aliases", "all@example.org", "members")]
    only_org = {kind: [one for one in items if "example.org" in str(one)] for kind, items in STATE.items()}
    found = files_of({"state": only_org, "not_exported": now}, ("example.org",), (), before)
    assert yaml.safe_load(found[-1]["content"])["not_exported"] == [
        *NOTES,
        note("users", "*", "language", "name"),
        com,
        note("aliases", "all@example.org", "members"),
        limit,
    ]
    again = files_of({"state": only_org, "not_exported": now}, ("example.org",), (), found[-1]["content"])
    assert again == found


# -- the filter


def test_the_filter_takes_a_result_only() -> None:
    state_files = FilterModule().filters()["state_files"]

    assert state_files(EXPORT) == files_of(EXPORT)
    for wrong in ("text", {}, {"state": {}, "failed": True}, {"state": None}):
        with pytest.raises(AnsibleFilterError, match="iredmail_state_info"):
            state_files(wrong)


def test_many_mailboxes_take_little_time() -> None:
    users = [
        {"mail": f"u{i}@example.com", "name": f"User {i}", "quota": i, "aliases": ["a@b.example"]} for i in range(20000)
    ]

    started = time.process_time()
    files_of({"state": {"users": users}})

    assert time.process_time() - started < 10

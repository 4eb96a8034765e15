# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""State files on the controller: what is read from them, and what is refused with the file and the place in it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.progress import Progress
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files import yaml_reader as _parse_yaml
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.parsed import ParseError
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.reader import StateFiles, identity_of

SECRET = "Canary-4711"
USERS = "users:\n- mail: ada@example.com\n"


def decrypt(data: bytes) -> bytes:
    """Stands for Ansible Vault."""
    if b"broken" in data:
        raise ParseError("cannot be decrypted: no key.")
    return data.replace(b"$ANSIBLE_VAULT;1.1;AES256\n", b"").swapcase()


def write(folder: Path, **files: str) -> None:
    """Files by name, with __ for a dot."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")


def read(folder: Path, src: object = "", pruned: tuple[str, ...] = ()) -> dict[str, object]:
    """What is declared in a folder, or in some of its files."""
    find = str(folder).__add__ if not src else lambda path: str(folder / path)
    return StateFiles(find, decrypt, pruned).read(src or "/")


def refused(folder: Path, src: object = "", pruned: tuple[str, ...] = ()) -> str:
    """The sentence of a refusal."""
    with pytest.raises(InputError) as caught:
        read(folder, src, pruned)
    text = str(caught.value)
    assert "\n" not in text
    assert SECRET not in text
    return text


def text_refused(tmp_path: Path, text: str, name: str = "a.yml") -> str:
    (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    return refused(tmp_path, name)


# -- finding and joining


def test_lists_of_several_files_are_joined_in_order_with_their_origins(tmp_path):
    write(tmp_path, a__yml=USERS, b__json='{"users": [\n{"mail": "bob@example.com"}], "aliases": []}')
    assert read(tmp_path, ["b.json", "a.yml"]) == {
        "users": [{"mail": "bob@example.com"}, {"mail": "ada@example.com"}],
        "aliases": [],
        "_origins": {"users": ["b.json, users[0]", "a.yml, line 2"], "aliases": []},
    }


def test_a_directory_is_read_to_its_ground_in_order(tmp_path):
    for name in ("b", "a/z", ".hidden"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("c.yml", "a/z/d.json", "b/e.yaml", ".f.yml", ".hidden/g.yml", "README.md", "h.yml~", "a/i.yml"):
        (tmp_path / name).write_text(json.dumps({"users": [{"mail": name}]}))
    users = read(tmp_path.parent, tmp_path.name)["users"]
    assert [one["mail"] for one in users] == ["a/i.yml", "a/z/d.json", "b/e.yaml", "c.yml"]


def test_a_file_that_is_reached_twice_is_read_once(tmp_path):
    write(tmp_path, a__yml=USERS)
    (tmp_path / "b.yml").symlink_to("a.yml")
    assert len(read(tmp_path, [".", "a.yml", "b.yml"])["users"]) == 1


@pytest.mark.parametrize("src", [[], [""], [None], [["a"]], 5, {"a": 1}, " "])
def test_what_is_no_path(tmp_path, src):
    with pytest.raises(InputError, match=r"^src: "):
        StateFiles(str, decrypt).read(src)


def test_a_directory_without_state_files_is_an_error(tmp_path):
    (tmp_path / "empty").mkdir()
    assert "there is no file *.yml" in refused(tmp_path, "empty")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path):
    write(tmp_path, a__yml=USERS)
    (tmp_path / "a.yml").chmod(0)
    assert refused(tmp_path, "a.yml") == "a.yml cannot be read: Permission denied."


@pytest.mark.parametrize(
    ("kind", "first", "second", "label"),
    [
        ("users", {"mail": "ada@example.com"}, {"mail": " Ada@Example.COM"}, "user ada@example.com"),
        ("domains", {"domain": "example.com"}, {"domain": "EXAMPLE.com", "quota": 1}, "domain example.com"),
        (
            "throttles",
            {"account": "global", "direction": "inbound", "period": 1},
            {"account": "global", "direction": "inbound"},
            "throttle global inbound",
        ),
        ("greylisting_spf_domains", {"domains": []}, {"add_domains": ["a.com"]}, "greylisting_spf_domains"),
    ],
)
def test_an_object_declared_twice_names_both_places(tmp_path, kind, first, second, label):
    write(tmp_path, a__json=json.dumps({kind: [first]}, indent=1), b__yml="\n" + yaml.safe_dump({kind: [second]}))
    sentence = f"{label} is declared twice: a.json, {kind}[0], and b.yml, line 3."
    assert refused(tmp_path, ["a.json", "b.yml"]) == sentence


def test_what_differs_in_part_of_its_name_is_not_declared_twice(tmp_path):
    names = [
        {"account": account, "direction": direction, "list": kind}
        for account in ("global", "example.com")
        for direction in ("inbound", "outbound")
        for kind in ("whitelist", "blacklist")
    ]
    write(tmp_path, a__yml=yaml.safe_dump({"wblists": names, "users": [{}, {}], "aliases": [{"mail": "a@b.cd"}]}))
    assert read(tmp_path, "a.yml")["wblists"] == names
    assert identity_of("wblists") == ("account", "direction", "list")


def test_null_lists(tmp_path):
    write(tmp_path, a__yml="users:\naliases: []\n", b__yml=USERS + "aliases:\n")
    assert read(tmp_path, "a.yml")["users"] is None
    both = read(tmp_path, ["a.yml", "b.yml"])
    assert (both["users"], both["aliases"]) == ([{"mail": "ada@example.com"}], [])
    assert refused(tmp_path, ["a.yml", "b.yml"], ("users",)).startswith("a.yml, line 1: prune names users, and")
    assert refused(tmp_path, ["a.yml", "b.yml"], ("aliases",)).startswith("b.yml, line 3: prune names aliases, and")


# -- values


def test_both_parsers_read_the_same(tmp_path):
    item = {
        "mail": "ada@example.com",
        "name": "Ää {x} # \\ \"' 漢字 😀",
        "quota": 0,
        "enabled": False,
        "language": None,
        "forwarding": [],
        "services": ["smtp", "imap"],
        "percent": 1.5,
    }
    text = json.dumps({"users": [item, dict(item, mail="b@c.de")]}, indent=2)
    write(tmp_path, a__json=text, b__yml=text, c__yml=yaml.safe_dump({"users": [item, dict(item, mail="b@c.de")]}))
    (tmp_path / "d.json").write_text("\ufeff" + text, encoding="utf-8")
    found = [read(tmp_path, name)["users"] for name in ("a.json", "b.yml", "c.yml", "d.json")]
    assert found == [[item, dict(item, mail="b@c.de")]] * 4


def test_yaml_values_are_taken_as_they_are_written(tmp_path):
    text = """users:
- {mail: a@b.cd, a: 007, b: 12:30, c: 1_000, d: 2026-01-01, e: 1.10, f: 0x1F, g: +49, h: .inf, i: -5, j: 0.5, k: =}
- {mail: b@b.cd, a: yes, b: 'yes', c: ~, d: , e: "null", f: !!str 5, g: !!int 5, h: no, i: !unsafe "{{ x }}", j: '7'}
"""
    write(tmp_path, a__yml=text)
    first, second = read(tmp_path, "a.yml")["users"]
    assert list(first.values())[1:] == [
        *("007", "12:30", "1_000", "2026-01-01", "1.10", "0x1F", "+49", ".inf"),
        *(-5, 0.5, "="),
    ]
    assert list(second.values())[1:] == [True, "yes", None, None, "null", "5", 5, False, "{{ x }}", "7"]


def test_anchors_and_merge_keys(tmp_path):
    text = """users:
- &one {mail: a@b.cd, quota: 1, services: &some [smtp]}
- {<<: *one, mail: b@b.cd}
- {<<: [{quota: 5}, *one], mail: c@b.cd, services: *some}
"""
    write(tmp_path, a__yml=text)
    users = read(tmp_path, "a.yml")["users"]
    assert [(one["mail"], one["quota"], one["services"]) for one in users] == [
        ("a@b.cd", 1, ["smtp"]),
        ("b@b.cd", 1, ["smtp"]),
        ("c@b.cd", 5, ["smtp"]),
    ]


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(), st.sampled_from("yes 1_0 007 ~ 1e3 1:2".split())
)


@given(st.lists(st.dictionaries(st.text(min_size=1), st.one_of(SCALARS, st.lists(SCALARS)), max_size=4), max_size=4))
def test_whatever_is_dumped_is_read_again(tmp_path_factory, items):
    folder = tmp_path_factory.mktemp("dumped", numbered=True)
    items = json.loads(json.dumps(items).replace("{{", "[[").replace("{%", "[%"))
    write(folder, a__json=json.dumps({"users": items}), b__yml=yaml.safe_dump({"users": items}))
    dumped = [dict(item, mail=f"{number}@b.cd") for number, item in enumerate(items)]
    write(folder, c__yml=yaml.dump({"users": dumped}, Dumper=yaml.CSafeDumper, default_style='"'))
    if "mail" not in str(items):
        assert read(folder, "a.json")["users"] == read(folder, "b.yml")["users"] == items
    assert [one["mail"] for one in read(folder, "c.yml")["users"]] == [one["mail"] for one in dumped]


def test_encrypted_files_and_values(tmp_path):
    head = "$ANSIBLE_VAULT;1.1;AES256\n"
    write(
        tmp_path,
        a__yml=head + USERS.swapcase(),
        b__yml=f"users:\n- mail: b@b.cd\n  password: !vault |\n    {head}    {SECRET.swapcase()}\n",
        c__json=head + '{"USERS": [{"MAIL": "C@B.CD"}]}',
    )
    users = read(tmp_path, ["a.yml", "b.yml", "c.json"])["users"]
    assert [one["mail"] for one in users] == ["ada@example.com", "b@b.cd", "c@b.cd"]
    assert users[1]["password"] == SECRET + "\n"
    write(tmp_path, d__yml=head + "broken", e__yml="users:\n- mail: e@b.cd\n  password: !vault broken\n")
    assert refused(tmp_path, "d.yml") == "d.yml: cannot be decrypted: no key."
    assert refused(tmp_path, "e.yml") == "e.yml, line 3: the value of password cannot be decrypted: no key."


# -- what is refused


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "a.yml: the file is empty."),
        ("---\n# nothing\n", "a.yml: the file is empty."),
        ("# nothing\n", "a.yml: the file is empty."),
        ("- a\n", "a.yml: the file holds no mapping of kinds to lists."),
        (SECRET, "a.yml: the file holds no mapping of kinds to lists."),
        ("users: 5\n", "a.yml, line 1: users is no list."),
        ("domains: []\nusers: {a: 1}\n", "a.yml, line 2: users is no list."),
        ("domains: []\nuser: []\n", "a.yml, line 2: there is no kind user; there are domains, admins,"),
        ("_origins: {}\n", "a.yml, line 1: there is no kind _origins;"),
        ("users: []\nusers: []\n", "a.yml, line 2: the key users stands twice in one mapping."),
        (USERS + "  quota: 1\n  quota: 2\n", "a.yml, line 4: the key quota stands twice in one mapping."),
        (USERS + "---\nusers: []\n", "a.yml, line 3: a second YAML document begins here;"),
        (USERS + f'  password: "{SECRET}\n', "a.yml, line 4: this is no valid YAML: found unexpected end of stream."),
        (USERS + f"  password: *{SECRET}\n", "a.yml, line 3: an alias (*) stands before its anchor (&)."),
        (USERS + f"  password: !{SECRET}\n", "a.yml, line 3: the value of password has a tag that is not known here;"),
        (USERS + f"  password: !!binary {SECRET}\n", "a.yml, line 3: the value of password has a tag"),
        (USERS + f"  ? [{SECRET}]\n  : 1\n", "a.yml, line 3: a key is no text."),
        (USERS + f"  <<: {SECRET}\n", "a.yml, line 3: a merge key (<<) takes mappings only."),
        (USERS + f"  a: [{SECRET}\n", "a.yml, line 4: this is no valid YAML: did not find expected ',' or ']'."),
        (USERS + f"  a: {SECRET}\n b: 1\n", "a.yml, line 4: this is no valid YAML: did not find expected"),
        (USERS + f"  a: @{SECRET}\n", "a.yml, line 3: this is no valid YAML: found character that cannot start"),
        (USERS + f"  a: {SECRET}\x07\n", "this is no valid YAML: control characters are not allowed."),
        (USERS + f"  a: {SECRET}\udce4\n", "a.yml, line 3: this is no text in UTF-8."),
        ("users: " + "[" * 100000, "a.yml: it is nested too deeply."),
        ("users:\n" + "- " * 100000, "a.yml: it is nested too deeply."),
        (f"'{{{{ {SECRET} }}}}': []\n", "a.yml, line 1: the value of a kind holds a Jinja template."),
    ],
    ids=range(26),
)
def test_yaml_that_is_refused(tmp_path, text, sentence):
    assert sentence in text_refused(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "a.json: the file is empty."),
        ("[1]", "a.json: the file holds no mapping of kinds to lists."),
        ("users: []", "a.json, line 1: this is no valid JSON: Expecting value."),
        ('{"users": 5}', "a.json: users is no list."),
        ('{"domains": [],\n"user": []}', "a.json: there is no kind user;"),
        ('{"users": [],\n"users": []}', "a.json: the key users stands twice in one mapping."),
        ('{"users": [{"a": {"b": 1, "b": 2}}]}', "a.json, users[0]: the key b stands twice in one mapping."),
        ('{"users": [1, {"mail": "a@b.cd", "b": [{"c": 1, "c": 2}]}]}', "a.json, users[1] (a@b.cd): the key c stands"),
        ('{"users": [{}, {}, {"b": 1, "c": 1, "c": 2}]}', "a.json, users[2]: the key c stands twice in one mapping."),
        ('{"users": {"a": 1, "a": 2}}', "a.json: users is no list."),
        ('{"users": [{"quota": NaN}]}', "a.json: NaN is no value in JSON."),
        ('{"users": [{"quota": [-Infinity]}]}', "a.json: -Infinity is no value in JSON."),
        ("{", "a.json, line 1: this is no valid JSON: Expecting property name"),
        ('{"users": [],}', "a.json, line 1: this is no valid JSON: Expecting property name"),
        ('{"users" []}', "a.json, line 1: this is no valid JSON: Expecting ':' delimiter."),
        ('{"users": [1,]}', "a.json, line 1: this is no valid JSON: Expecting value."),
        ('{"users": [1 2]}', "a.json, line 1: this is no valid JSON: Expecting ',' delimiter."),
        ('{"users": []} {}', "a.json, line 1: this is no valid JSON: Extra data."),
        ('{"users": [{"a": "' + SECRET, "a.json, line 1: this is no valid JSON: Unterminated string"),
        ('{"users": ' + "[" * 100000, "a.json: it is nested too deeply."),
    ],
    ids=range(20),
)
def test_json_that_is_refused(tmp_path, text, sentence):
    assert text_refused(tmp_path, text, "a.json").startswith(sentence)


def test_json_cut_off_anywhere_is_refused(tmp_path):
    text = json.dumps({"users": [{"mail": "a@b.cd", "services": ["smtp"], "quota": 5}], "aliases": []}, indent=1)
    for end in range(len(text) - 1):
        assert text_refused(tmp_path, text[:end], "a.json").startswith("a.json")


@pytest.mark.parametrize("value", ["{{ x }}-" + SECRET, SECRET + "{% if x %}"])
@pytest.mark.parametrize("nested", [False, True])
def test_a_template_is_refused_with_its_key(tmp_path, value, nested):
    item = {"mail": "ada@example.com", "password": [value] if nested else value}
    data = {"domains": [], "users": [{"mail": "bob@example.com"}, item]}
    escaped = json.dumps(data, indent=1).replace("{{", "\\u007b\\u007b").replace("{%", "\\u007b%")
    write(
        tmp_path,
        a__yml=yaml.safe_dump(data, sort_keys=False),
        b__json=json.dumps(data, indent=1),
        c__json=escaped,
        d__yml=escaped,
    )
    assert refused(tmp_path, "a.yml").startswith(
        f"a.yml, line {6 if nested else 5}: the value of password holds a Jinja"
    )
    for name in ("b.json", "c.json", "d.yml"):
        place = f"{name}, users[1] (ada@example.com)"
        assert refused(tmp_path, name).startswith(f"{place}: the value of password holds a Jinja")


def test_without_libyaml_it_is_the_same(tmp_path, monkeypatch):
    write(tmp_path, a__yml=USERS + f"  password: *{SECRET}\n", b__yml=USERS + "  quota: 5\n")
    write(tmp_path, c__yml=USERS + f'  password: "{SECRET}\n')
    monkeypatch.setattr(_parse_yaml, "_Loader", yaml.SafeLoader)
    assert read(tmp_path, "b.yml")["users"] == [{"mail": "ada@example.com", "quota": 5}]
    assert "line 3: an alias" in refused(tmp_path, "a.yml")
    assert "c.yml, line 4: this is no valid YAML" in refused(tmp_path, "c.yml")


# -- progress


def test_progress_is_shown_every_five_seconds_and_not_before():
    clock, lines = iter([0.0, 1.0, 4.9, 5.0, 6.0, 9.9, 10.5, 15.4, 15.5]), []
    progress = Progress(lines.append, lambda: next(clock))
    for done in range(8):
        progress("write users", done, 100)
    assert lines == ["write users: 2 of 100", "write users: 5 of 100", "write users: 7 of 100"]

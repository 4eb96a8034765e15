# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values in state files: taken as they are written, in YAML as in JSON."""

from __future__ import annotations

import json

import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.support.state_files import SECRET, USERS, read, refused, write


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
    assert refused(tmp_path, "e.yml") == "e.yml:3: the value of password cannot be decrypted: no key."

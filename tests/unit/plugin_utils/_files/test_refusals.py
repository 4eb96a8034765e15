# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""State files that are refused, with the file and the place in it, and no secret."""

from __future__ import annotations

import json

import pytest
import yaml

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files import yaml_reader as _parse_yaml
from tests.support.state_files import SECRET, USERS, read, refused, text_refused, write


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "a.yml: the file is empty."),
        ("---\n# nothing\n", "a.yml: the file is empty."),
        ("# nothing\n", "a.yml: the file is empty."),
        ("- a\n", "a.yml: the file holds no mapping of kinds to lists."),
        (SECRET, "a.yml: the file holds no mapping of kinds to lists."),
        ("users: 5\n", "a.yml:1: users is not a list."),
        ("domains: []\nusers: {a: 1}\n", "a.yml:2: users is not a list."),
        ("domains: []\nuser: []\n", "a.yml:2: there is no kind user; did you mean users? There are domains, admins,"),
        ("_origins: {}\n", "a.yml:1: there is no kind _origins. There are"),
        ("users: []\nusers: []\n", "a.yml:2: the key users stands twice in one mapping."),
        (USERS + "  quota: 1\n  quota: 2\n", "a.yml:4: the key quota stands twice in one mapping."),
        (USERS + "---\nusers: []\n", "a.yml:3: a second YAML document begins here;"),
        (USERS + f'  password: "{SECRET}\n', "a.yml:4: this is no valid YAML: found unexpected end of stream."),
        (USERS + f"  password: *{SECRET}\n", "a.yml:3: an alias (*) stands before its anchor (&)."),
        (USERS + f"  password: !{SECRET}\n", "a.yml:3: the value of password has a tag that is not known here;"),
        (USERS + f"  password: !!binary {SECRET}\n", "a.yml:3: the value of password has a tag"),
        (USERS + f"  ? [{SECRET}]\n  : 1\n", "a.yml:3: a key is not text."),
        (USERS + f"  <<: {SECRET}\n", "a.yml:3: a merge key (<<) takes mappings only."),
        (USERS + f"  a: [{SECRET}\n", "a.yml:4: this is no valid YAML: did not find expected ',' or ']'."),
        (USERS + f"  a: {SECRET}\n b: 1\n", "a.yml:4: this is no valid YAML: did not find expected"),
        (USERS + f"  a: @{SECRET}\n", "a.yml:3: this is no valid YAML: found character that cannot start"),
        (USERS + f"  a: {SECRET}\x07\n", "this is no valid YAML: control characters are not allowed."),
        (USERS + f"  a: {SECRET}\udce4\n", "a.yml:3: this is not text in UTF-8."),
        ("users: " + "[" * 100000, "a.yml: it is nested too deeply."),
        ("users:\n" + "- " * 100000, "a.yml: it is nested too deeply."),
        (f"'{{{{ {SECRET} }}}}': []\n", "a.yml:1: the value of a kind holds a Jinja template."),
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
        ("users: []", "a.json:1: this is no valid JSON: Expecting value."),
        ('{"users": 5}', "a.json: users is not a list."),
        ('{"domains": [],\n"user": []}', "a.json: there is no kind user;"),
        ('{"users": [],\n"users": []}', "a.json: the key users stands twice in one mapping."),
        ('{"users": [{"a": {"b": 1, "b": 2}}]}', "a.json, users[0]: the key b stands twice in one mapping."),
        ('{"users": [1, {"mail": "a@b.cd", "b": [{"c": 1, "c": 2}]}]}', "a.json, users[1] (a@b.cd): the key c stands"),
        ('{"users": [{}, {}, {"b": 1, "c": 1, "c": 2}]}', "a.json, users[2]: the key c stands twice in one mapping."),
        ('{"users": {"a": 1, "a": 2}}', "a.json: users is not a list."),
        ('{"users": [{"quota": NaN}]}', "a.json: NaN is no value in JSON."),
        ('{"users": [{"quota": [-Infinity]}]}', "a.json: -Infinity is no value in JSON."),
        ("{", "a.json:1: this is no valid JSON: Expecting property name"),
        # Python 3.13 has words of its own for a comma too many
        ('{"users": [],}', "a.json:1: this is no valid JSON: "),
        ('{"users" []}', "a.json:1: this is no valid JSON: Expecting ':' delimiter."),
        ('{"users": [1,]}', "a.json:1: this is no valid JSON: "),
        ('{"users": [1 2]}', "a.json:1: this is no valid JSON: Expecting ',' delimiter."),
        ('{"users": []} {}', "a.json:1: this is no valid JSON: Extra data."),
        ('{"users": [{"a": "' + SECRET, "a.json:1: this is no valid JSON: Unterminated string"),
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
    assert refused(tmp_path, "a.yml").startswith(f"a.yml:{6 if nested else 5}: the value of password holds a Jinja")
    for name in ("b.json", "c.json", "d.yml"):
        place = f"{name}, users[1] (ada@example.com)"
        assert refused(tmp_path, name).startswith(f"{place}: the value of password holds a Jinja")


def test_without_libyaml_it_is_the_same(tmp_path, monkeypatch):
    write(tmp_path, a__yml=USERS + f"  password: *{SECRET}\n", b__yml=USERS + "  quota: 5\n")
    write(tmp_path, c__yml=USERS + f'  password: "{SECRET}\n')
    monkeypatch.setattr(_parse_yaml, "_Loader", yaml.SafeLoader)
    assert read(tmp_path, "b.yml")["users"] == [{"mail": "ada@example.com", "quota": 5}]
    assert "a.yml:3: an alias" in refused(tmp_path, "a.yml")
    assert "c.yml:4: this is no valid YAML" in refused(tmp_path, "c.yml")

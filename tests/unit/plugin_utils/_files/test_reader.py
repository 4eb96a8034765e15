# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""State files on the controller: which are read, and how they are joined."""

from __future__ import annotations

import json
import os

import pytest
import yaml

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.reader import StateFiles, identity_of
from tests.support.state_files import USERS, decrypt, read, refused, write


def test_lists_of_several_files_are_joined_in_order_with_their_origins(tmp_path):
    write(tmp_path, a__yml=USERS, b__json='{"users": [\n{"mail": "bob@example.com"}], "aliases": []}')
    assert read(tmp_path, ["b.json", "a.yml"]) == {
        "users": [{"mail": "bob@example.com"}, {"mail": "ada@example.com"}],
        "aliases": [],
        "_origins": {"users": ["b.json, users[0]", "a.yml:2"], "aliases": []},
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
    sentence = f"{label} is declared twice: a.json, {kind}[0], and b.yml:3."
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
    assert refused(tmp_path, ["a.yml", "b.yml"], ("users",)).startswith("a.yml:1: prune names users, and")
    assert refused(tmp_path, ["a.yml", "b.yml"], ("aliases",)).startswith("b.yml:3: prune names aliases, and")


# -- what is missing


MANIFEST = "files:\n- name: a.yml\n  users: 1\n- name: b.yml\n"


def test_a_file_that_an_export_wrote_must_be_there_if_something_may_go(tmp_path):
    (tmp_path / "mail").mkdir()
    write(tmp_path / "mail", a__yml=USERS)
    (tmp_path / "mail" / ".manifest.yml").write_text(MANIFEST)
    assert read(tmp_path, "mail")["users"]
    sentence = refused(tmp_path, "mail", ("users",))
    assert sentence.startswith("mail/.manifest.yml lists b.yml, which is missing, and prune would delete what was")
    (tmp_path / "mail" / "b.yml").write_text("users: []\n")
    refuses_nothing = StateFiles(lambda path: str(tmp_path / path), decrypt, ("users",))
    assert len(refuses_nothing.read("mail")["users"]) == 1


def test_the_manifest_of_each_directory_below_counts(tmp_path):
    """Also where the file that is missing was the only one of its directory."""
    for folder in ("prod", "eu/one", ".old"):
        (tmp_path / "mail" / folder).mkdir(parents=True)
        (tmp_path / "mail" / folder / ".manifest.yml").write_text(MANIFEST)
    write(tmp_path / "mail" / "prod", a__yml=USERS)
    assert read(tmp_path, "mail")["users"]
    with pytest.raises(InputError) as caught:
        read(tmp_path, "mail", ("users",))
    sentences = str(caught.value).splitlines()
    assert sentences[0].startswith("mail/eu/one/.manifest.yml lists a.yml, b.yml, which is missing")
    assert sentences[1].startswith("mail/prod/.manifest.yml lists b.yml, which is missing")
    assert len(sentences) == 2, "what is hidden is not read, and misses nothing"
    write(tmp_path / "mail" / "prod", b__yml="users: []\n")
    write(tmp_path / "mail" / "eu" / "one", a__yml="users: []\n", b__yml="users: []\n")
    assert read(tmp_path, "mail", ("users",))["users"]


def test_after_an_export_that_was_interrupted_nothing_may_go(tmp_path):
    """Its manifest is the one before, and does not know which files are missing; the first one has none."""
    (tmp_path / "mail").mkdir()
    write(tmp_path / "mail", a__yml=USERS)
    (tmp_path / "mail" / ".manifest.unfinished.yml").write_text("sha256: []\n")
    sentence = refused(tmp_path, "mail", ("users",))
    assert sentence.startswith("mail/.manifest.unfinished.yml tells of an export that was interrupted or is under way")
    assert read(tmp_path, "mail")["users"]


@pytest.mark.parametrize("text", ["files: 5\n", "[", "files:\n- a.yml\n", "", "other: 1\n"])
def test_a_manifest_that_says_nothing_stops_pruning(tmp_path, text):
    (tmp_path / "mail").mkdir()
    write(tmp_path / "mail", a__yml=USERS)
    (tmp_path / "mail" / ".manifest.yml").write_text(text)
    assert "so nobody knows whether a file is missing" in refused(tmp_path, "mail", ("users",))
    assert read(tmp_path, "mail")["users"]


def test_each_file_that_is_wrong_is_told(tmp_path):
    write(tmp_path, a__yml="usres: []\n", b__yml=USERS, c__yml="users: 5\n")
    with pytest.raises(InputError) as error:
        read(tmp_path, ["a.yml", "b.yml", "c.yml"])
    assert [line.split(": ")[0] for line in str(error.value).splitlines()] == ["a.yml:1", "c.yml:1"]

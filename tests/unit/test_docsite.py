# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages for people: they are all in the menu, their links lead somewhere, and what they show can be typed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import guides
from tests.support.common import ROOT
from tests.support.guides import GUIDES, OWN, PAGES, PANEL
from tests.support.modules import COLLECTION, MODULES

TEMPLATES = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
SETTINGS = ("Makefile", "pyproject.toml", "galaxy.yml", "meta/runtime.yml", "changelogs/config.yaml")
#: names in guides that are Ansible's or the API's
FOREIGN = {"encrypt_string", "new_mail"}
page = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
guide = pytest.mark.parametrize("path", [*GUIDES, *PANEL], ids=lambda path: str(path.relative_to(ROOT / "docs")))


def sources() -> str:
    """Everything that may define a name."""
    folders = ["plugins", "roles", "playbooks", "examples", "scripts", "tests/sandbox"]
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".yml", "")]
    texts = [path.read_text(encoding="utf-8") for path in files if path.is_file() and path != Path(__file__).resolve()]
    tests = [path.stem for path in (ROOT / "tests").rglob("*.py")]
    settings = [(ROOT / name).read_text(encoding="utf-8") for name in SETTINGS]
    return "\n".join([*texts, *tests, *settings])


@pytest.fixture(scope="module")
def words() -> set[str]:
    """Every word in the sources."""
    return set(re.findall(r"\w+", sources()))


def test_every_guide_is_in_the_menu_once() -> None:
    _intro, _heading, parts = (ROOT / "docs" / "README.md").read_text(encoding="utf-8").partition("\n## ")
    listed = re.findall(r"\]\(([a-z-]+)\.md\)", parts)

    assert sorted(listed) == sorted(path.stem for path in GUIDES if path.stem != "README")


def test_every_page_on_the_panel_is_in_its_menu_once() -> None:
    front = (ROOT / "docs" / "panel" / "README.md").read_text(encoding="utf-8")
    pages = re.findall(r"^- \[.+\]\(([a-z-]+)\.md\)", front, re.MULTILINE)

    assert sorted(pages) == sorted(path.stem for path in PANEL if path.stem != "README")
    assert "](panel/README.md)" in (ROOT / "docs" / "README.md").read_text(encoding="utf-8")


@guide
def test_a_guide_has_one_title(path: Path) -> None:
    assert len(re.findall(r"^# ", guides.prose(path), re.MULTILINE)) == 1
    assert path.read_text(encoding="utf-8").startswith("# ")


@page
def test_links_lead_somewhere(path: Path) -> None:
    for link in guides.links(path):
        target, _hash, anchor = link.partition("#")
        file = (path.parent / target).resolve() if target else path
        assert file.exists(), link
        assert not anchor or anchor in guides.anchors(file), link


@page
def test_yaml_can_be_meant(path: Path) -> None:
    for text in guides.snippets(path, "yaml"):
        try:
            guides.check_yaml(text)
        except Exception as error:
            pytest.fail(f"{error}\nin\n{text}")


@page
def test_commands_can_be_typed(path: Path) -> None:
    for command in guides.commands(path):
        assert set(re.findall(r"\bIREDMAIL_[A-Z_]+", command)) <= guides.ENVIRONMENT, command
        typed = shlex.split(command, comments=False)
        for before, word in zip(["", *typed], typed, strict=False):
            name = word.removeprefix(COLLECTION + ".")
            if before == "make":
                assert word in TARGETS, command
            elif word.startswith(COLLECTION + "."):
                assert name in (MODULES if before == "-m" else guides.PLAYBOOKS), command
            elif before == "-e" and re.match(r"\w+=", word):
                assert word.partition("=")[0] in guides.VARIABLES, command
            elif before == "-a":
                module = typed[typed.index("-m") + 1]
                guides.check_call(module, dict(pair.split("=", 1) for pair in word.split()))
        for path_name in re.findall(r"(?<!\S)(?:scripts|tests|playbooks|examples)/[\w./-]+", command):
            assert (ROOT / path_name).exists(), command


def test_what_the_checklist_rests_on_is_there() -> None:
    text = (ROOT / "docs" / "certification.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:[\w.-]+/)*[\w.-]+\.(?:yml|py|md|toml|txt)|(?:tests|scripts|meta)/[\w/-]+)`", text))
    rows = re.findall(r"^\| .+? \| (\S+) \| .+ \|$", text, re.MULTILINE)

    assert named
    assert [
        name for name in sorted(named) if not any((ROOT / at / name).exists() for at in ("", ".github/workflows"))
    ] == []
    assert set(rows) == {"yes", "no", "open", "here"}
    assert not list((ROOT / "tests").glob("sanity/ignore-*.txt"))


@pytest.mark.parametrize("path", OWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_exist(path: Path, words: set[str]) -> None:
    text = path.read_text(encoding="utf-8")

    assert guides.names(path) - words - FOREIGN == set()
    assert set(re.findall(r"\bIREDMAIL_[A-Z_]+[A-Z]", text)) <= guides.ENVIRONMENT
    for name in re.findall(rf"\b{re.escape(COLLECTION)}\.(\w+)", text):
        kinds = ["modules", "callback", "inventory", "lookup", "filter", "doc_fragments"]
        places = [ROOT / "plugins" / kind / f"{name}.py" for kind in kinds]
        places += [ROOT / "roles" / name, ROOT / "playbooks" / f"{name}.yml"]
        assert name == "iredmail" or any(place.exists() for place in places), name


def test_the_tests_can_fail() -> None:
    wrong = [
        "- name: Ada\n  mailstate.iredmail.iredmail_user:\n    mail: a@example.com\n    quotta: 1\n",
        "- name: Ada\n  mailstate.iredmail.iredmail_user:\n    mail: a@example.com\n    state: gone\n",
        "- name: Ada\n  mailstate.iredmail.iredmail_usr:\n    mail: a@example.com\n",
        "- name: Ada\n  becom: true\n  mailstate.iredmail.iredmail_user:\n    mail: a@example.com\n",
        "- name: Ask\n  ansible.builtin.uri:\n    adress: http://127.0.0.1\n",
        "- name: P\n  hosts: localhost\n  roles:\n    - role: mailstate.iredmail.mail_state\n      mail_state_dir: x\n",
        "users:\n  - mail: a@example.com\n    quotta: 1\n",
        "users:\n  - mail: a@example.com\n    password: '{{ secret }}'\n",
        "mail_state_prun: {}\n",
        "plugin: mailstate.iredmail.domains\ndomain: example.com\n",
        "module_defaults:\n  group/mailstate.iredmail.iredmail:\n    url: https://mail.example.com\n",
        "env:\n  IREDMAIL_URL: https://mail.example.com\n",
        "collections:\n  - name: mailstate.iredmail\n    typ: git\n",
        "something: else\n",
    ]
    for text in wrong:
        with pytest.raises(Exception):  # noqa: B017, PT011  # whatever finds it
            guides.check_yaml(text)


def test_labels_of_ansibles_documentation() -> None:
    lines = (ROOT / "scripts" / "site" / "ansible-labels.txt").read_text(encoding="utf-8").splitlines()
    labels = [line.split(" ", 4) for line in lines if not line.startswith("#")]

    assert labels
    for name, kind, priority, address, title in labels:
        assert (kind, priority, title == "-") in [("std:label", "-1", False), ("std:envvar", "1", True)], name
        assert re.fullmatch(r"[\w/-]+\.html#[\w-]+\$?", address), name


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.stem != "config"], ids=lambda path: path.stem)
def test_issue_templates(path: Path) -> None:
    form: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    fields = [one for one in form["body"] if one["type"] != "markdown"]

    assert set(form) <= {"name", "description", "labels", "body", "title", "assignees"}
    assert len({one["id"] for one in fields}) == len(fields)
    for one in form["body"]:
        assert one["type"] in ("markdown", "textarea", "input", "dropdown", "checkboxes")
        assert one["attributes"].get("value" if one["type"] == "markdown" else "label")
        assert one["type"] != "dropdown" or one["attributes"]["options"]
    if path.stem in ("bug", "panel"):
        text = path.read_text(encoding="utf-8")
        assert "Never paste a password" in text
        assert {"backend", "panel", "capture"} <= {one["id"] for one in fields}
        assert f"{COLLECTION}.capture" in text

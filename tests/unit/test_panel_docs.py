# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages on the panel: their marks are explained, and every citation in the project leads to a heading."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

from tests.support import guides
from tests.support.common import ROOT
from tests.support.guides import PANEL

FRONT = (ROOT / "docs" / "panel" / "README.md").read_text(encoding="utf-8")
CAPTURES = {path.stem for path in (ROOT / "tests" / "captures").glob("*.json")}
#: how a fact is known; [unknown] stands by itself
MARKS = set(re.findall(r"^\| \*\*([A-Z])\*\*", FRONT, re.MULTILINE))
DEGREES = {"sure", "strong", "medium", "weak"}
#: what a mark D, O or C may name
SOURCES = {
    word
    for row in re.findall(r"^\| ([\w#,. -]+) \|", FRONT.partition("## Sources")[2], re.MULTILINE)
    for word in re.findall(r"[\w-]+", row)
}
page = pytest.mark.parametrize("path", PANEL, ids=lambda path: path.stem)


def marks_of(path: Path) -> list[str]:
    """What stands in brackets on a page, without links and code; parts of one bracket apart."""
    text = re.sub(r"`[^`\n]*`", "", guides.prose(path))
    return [" ".join(part.split()) for one in re.findall(r"\[([^\]]+)\](?!\()", text) for part in one.split(";")]


@page
def test_marks_are_explained(path: Path) -> None:
    for mark in marks_of(path):
        kind, rest = re.findall(r"^([^ ,]*)[ ,]*(.*)$", mark)[0]
        first = re.split(r"[ ,]", rest)[0]
        assert kind in MARKS or mark == "unknown", mark
        assert kind != "P" or rest in CAPTURES, f"tests/captures has no {rest}.json"
        assert kind != "N" or first in DEGREES, mark
        named = re.findall(r"\b[DO][A-Z0-9]+\b(?!-\d)", rest)
        assert set(named) <= SOURCES, mark
        assert kind != "C" or first.lstrip("#") in SOURCES | {"Python"}, mark


@page
def test_a_page_is_short_and_its_headings_differ(path: Path) -> None:
    heads = re.findall(r"^#+ (.+)$", guides.prose(path), re.MULTILINE)

    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250
    assert len({head.lower() for head in heads}) == len(heads)


#: what may cite: everything but the pages themselves, releases' notes and what is made
CITING = [
    path
    for folder in (
        "docs",
        "plugins",
        "tests",
        "roles",
        "playbooks",
        "examples",
        "extensions",
        "scripts",
        ".github",
        ".",
    )
    for path in sorted((ROOT / folder).glob("*" if folder in (".", "docs") else "**/*"))
    if path.is_file() and not path.is_symlink() and path.suffix in ("", ".py", ".md", ".yml", ".j2", ".toml", ".sh")
    if path != Path(__file__).resolve()
]
_CITATION = re.compile(r"\bpanel/([\w-]+)\.md(?:#([\w-]*))?")


def citations(text: str) -> list[tuple[str, str]]:
    """The pages and headings that a text names."""
    return _CITATION.findall(text)


def test_citations_lead_to_headings() -> None:
    headings = {path.stem: guides.anchors(path) for path in PANEL}
    found = {(path, *one) for path in CITING for one in citations(path.read_text(encoding="utf-8"))}

    assert len(found) > 100
    lost = [
        f"{path.relative_to(ROOT)}: panel/{name}.md#{heading}"
        for path, name, heading in sorted(found)
        if name not in headings or (heading and heading not in headings[name])
    ]
    assert lost == []


#: citations by number, of notes that are not in the project; in remarks a number may stand alone
_OF_OLD = re.compile(r"wire-facts|backend-schemas|reference-20[12]\d|\bREF(?:17|22)\b|\b18 #\d", re.IGNORECASE)
_NUMBER = re.compile(r"\((?:\d{1,2}(?:\.\d{1,2}){1,2}|\d{1,2} to \d{1,2}|16b)[),;:]")


def remarks(path: Path) -> str:
    """The comments and docstrings of a Python file; nothing of others, where versions stand in parentheses."""
    if path.suffix != ".py":
        return ""
    text = path.read_text(encoding="utf-8")
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)]
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return "\n".join([*docs, *(token.string for token in tokens if token.type == tokenize.COMMENT)])


def test_nothing_cites_by_number() -> None:
    found = {
        str(path.relative_to(ROOT)): numbers
        for path in [*CITING, *PANEL]
        if (numbers := _OF_OLD.findall(path.read_text(encoding="utf-8")) + _NUMBER.findall(remarks(path)))
    }

    assert found == {}

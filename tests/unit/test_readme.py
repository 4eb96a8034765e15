# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""README: its tables follow from what is tested and known, and it reads where there is no repository around it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.common import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
#: what the matrix runs, in the words of README
WORDS = {"all": "all", "unit demo": "unit, demo", "demo": "demo"}
#: what Galaxy shows, without the files beside it
SHOWN = [ROOT / "README.md", *sorted(ROOT.glob("roles/*/README.md"))]


def table(heading: str) -> list[list[str]]:
    """The first table of a section, without its head."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [re.split(r" *\| *", line.strip("| ")) for line in section.splitlines() if line.startswith("|")]
    ends = [number for number, line in enumerate(rows) if set("".join(line)) <= {"-", "|"}][1:] or [len(rows) + 1]
    return [rows[0], *rows[2 : ends[0] - 1]]


def test_ansible_cores_and_pythons_are_those_of_the_matrix() -> None:
    head, *rows = table("ansible-core and Python")
    said = {
        (row[0], python): cell for row in rows for python, cell in zip(head[1:], row[1:], strict=True) if cell != "-"
    }
    listed = (ROOT / "scripts" / "matrix").read_text(encoding="utf-8").partition("TABLE='\n")[2].partition("'")[0]
    tested = {}
    for line in listed.splitlines():
        core, python, run = line.split(maxsplit=2)
        tested[core, python] = WORDS[run]
    (pinned,) = re.findall(r"^ansible-core==(\d+\.\d+)", (ROOT / "requirements" / "dev.in").read_text(), re.MULTILINE)

    # and what `make test` has
    assert said == {**tested, (pinned, "3.11"): "all"}
    lowest = re.findall(r'requires_ansible: ">=(\d+\.\d+)', (ROOT / "meta" / "runtime.yml").read_text())
    assert [rows[0][0]] == lowest
    assert f"ansible-core {lowest[0]} or newer" in README


def test_releases_of_the_panel_are_those_that_are_known() -> None:
    known = (ROOT / "docs" / "panel" / "releases.md").read_text(encoding="utf-8")
    pairs = set()
    for sql, ldap in re.findall(r"^\| (\d\.\d(?: to \d\.\d)?), (\d\.\d(?: to \d\.\d)?) \|", known, re.MULTILINE):
        # of a span, its end is safe
        pairs.add((sql.rpartition(" ")[2], ldap.rpartition(" ")[2]))
    _head, *rows = table("Releases of the panel")

    assert len(rows) > 5
    for _what, sql, ldap in rows:
        assert (sql, ldap) in pairs
    assert "SQL {} or LDAP {}".format(*rows[0][1:]) in README


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_from_galaxy_too(path: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))

    assert [link for link in links if not link.startswith(("https://", "#"))] == []


def test_badges_are_of_workflows_that_there_are() -> None:
    badges = re.findall(r"actions/workflows/([\w.]+)/badge\.svg", README)

    assert badges
    assert all((ROOT / ".github" / "workflows" / name).exists() for name in badges)


def test_what_it_needs_is_said_before_anything_else() -> None:
    headings = re.findall(r"^## (.+)$", README, re.MULTILINE)

    assert headings[:4] == [
        "What it needs first",
        "What is proven, and what is not",
        "Try it without risk",
        "Installing",
    ]
    needs = README.partition("## What it needs first")[2].partition("\n## ")[0]
    for word in ("iRedAdmin-Pro", "free iRedAdmin", "has no API", "ENABLE_RESTFUL_API = True", "address"):
        assert word in needs

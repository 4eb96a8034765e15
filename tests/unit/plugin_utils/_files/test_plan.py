# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a plan: whole, whatever a name holds, and with nothing that a browser would run."""

from __future__ import annotations

import json
import re

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.mailstate.iredmail.plugins.filter.plan_files import FilterModule
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.telling import DONE, Fate, plan_text
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.plan import plan_files

PANEL = "https://mail.example.com"


def change(action, ident, **after):
    return {"action": action, "kind": "user", "id": ident, "before": {}, "after": after}


def result(changes, end="checksum abc", fates=None):
    text = plan_text(changes, PANEL, 5, fates, most=3) + "\n" + end
    return {"panel": PANEL, "plan_text": text, "changes": changes, "summary": {"unchanged": 5}, "checksum": "abc"}


def files(found, *formats):
    return {one["name"]: one["content"] for one in plan_files(found, formats or ("json", "markdown", "html"))}


MANY = [change("delete", "charles@example.com"), *(change("create", f"u{n}@example.com") for n in range(10))]


def test_no_file_is_folded():
    assert "+ 10 users in example.com" in result(MANY)["plan_text"]
    found = files(result(MANY))
    assert list(found) == ["plan.json", "plan.md", "plan.html"]
    for text in found.values():
        assert all(one["id"] in text for one in MANY)
    for name in ("plan.md", "plan.html"):
        assert "10 users" not in found[name]
    assert json.loads(found["plan.json"])["changes"] == MANY


def test_markdown_is_a_diff_and_its_checksum():
    lines = files(result(MANY[:2]), "markdown")["plan.md"].splitlines()
    assert lines == [
        "## Mail plan",
        "",
        "1 to delete, 1 to create; 5 unchanged. Panel: https://mail.example.com",
        "",
        "```diff",
        "- user  charles@example.com",
        "+ user  u0@example.com",
        "",
        "by domain: example.com 1 -, 1 +",
        "```",
        "",
        "checksum abc",
    ]
    nothing = files(result([]), "markdown")["plan.md"]
    assert nothing == "## Mail plan\n\nNothing to do; 5 unchanged. Panel: https://mail.example.com\n\nchecksum abc\n"


def test_no_name_gets_out_of_its_line():
    found = files(result([change("create", "a@example.com", name="```</pre><script>alert(1)</script>")]))
    assert found["plan.md"].count("````diff") == 1
    assert "<script>" not in found["plan.html"]
    refused = files(result([], end="Refused, nothing was written: <b>*no*</b>."))
    assert "\\<b\\>\\*no\\*" in refused["plan.md"]
    assert "&lt;b&gt;" in refused["plan.html"]


def test_the_page_colours_lines_and_loads_nothing():
    page = files(result(MANY[:2]), "html")["plan.html"]
    assert '<span class="delete">- user  charles@example.com</span>' in page
    assert '<span class="create">+ user  u0@example.com</span>' in page
    assert not re.search(r"(?:src|href)=", page)
    assert "default-src 'none'; style-src 'sha256-" in page
    assert '<p class="dim">checksum abc</p>' in page


def test_after_a_run_each_line_tells_what_became_of_it():
    fates = {("user", one["id"]): Fate(DONE) for one in MANY[:2]}
    found = files(result(MANY[:2], fates=fates))
    assert "done  - user  charles@example.com" in found["plan.md"]
    assert '<span class="delete">done  - user  charles@example.com</span>' in found["plan.html"]
    assert "2 done" in found["plan.md"]


@pytest.mark.parametrize("wrong", [{}, {"plan_text": 5, "changes": []}, {"plan_text": ""}, {"failed": True}])
def test_what_is_no_plan(wrong):
    with pytest.raises(InputError, match="when it has a plan"):
        plan_files(wrong, ["json"])


def test_the_filter():
    plan = FilterModule().filters()["plan_files"]
    assert [one["name"] for one in plan(result(MANY))] == ["plan.json", "plan.md", "plan.html"]
    for wrong, formats in ((5, ["json"]), (result([]), ["pdf"]), ({}, ["json"])):
        with pytest.raises(AnsibleFilterError, match=r"^plan_files: "):
            plan(wrong, formats)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts/docs does to the reference, the check of links, and what a built site has."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.browser import Browser, executable
from tests.support.common import ROOT
from tests.support.guides import GUIDES, ROLE_VARIABLES
from tests.support.modules import MODULES

ROW = """  * - .. raw:: html

        <div class="ansibleOptionAnchor" id="parameter-{name}"></div>

      .. _ansible_collections.mailstate.iredmail.iredmail_user_module__parameter-{name}:

      **{name}**

    - About {name}, see :ansopt:`mailstate.iredmail.iredmail\\_user#module:api\\_url`.

"""


def script(name: str) -> ModuleType:
    """A file of scripts/site."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / "site" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


reference, links = script("reference"), script("links")


def page(*options: str) -> str:
    """What antsibull-docs writes of a module, as far as it matters."""
    rows = "".join(ROW.format(name=name) for name in options)
    return f"Head\n\nParameters\n----------\n\n.. list-table::\n\n{rows}\n.. Attributes\n\nFoot\n"


def test_options_of_the_connection_are_known_from_their_documentation() -> None:
    assert {"api_url", "api_password", "api_read_only", "validate_certs"} <= set(reference.connection_options())


@pytest.mark.parametrize(("own", "words"), [(["mail"], "Besides these, it takes those"), ([], "It takes the options")])
def test_they_leave_the_page_of_a_module(own: list[str], words: str) -> None:
    text, rows = reference.cut(page("api_timeout", "api_url", *own), ["api_timeout", "api_url", "ca_path"])

    assert len(rows) == 2
    assert f"{words} of the :ref:`connection <connection>`." in text
    assert "**api_url**" not in text
    assert ("**mail**" in text) == (".. list-table::" in text) == bool(own)
    # who linked to one still comes to the place
    assert '<span id="parameter-api_url"></span>' in text
    assert ".. _ansible_collections.mailstate.iredmail.iredmail_user_module__parameter-api_url:" in text
    assert text.startswith("Head\n")
    assert text.endswith("\n.. Attributes\n\nFoot\n")


def test_they_have_a_page_of_their_own() -> None:
    _text, rows = reference.cut(page("api_url", "mail"), ["api_url"])
    text = reference.connection_page(rows, "iredmail_user")

    assert "see **api\\_url**." in text
    assert ".. _ansible_collections" not in text
    assert 'id="parameter-api_url"' in text
    assert "{{ vault_api_password }}" in text


def test_broken_links_of_a_site_are_found(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "index.html").write_text(
        '<a href="more/a%20b.html#here"></a><a href="#top"></a><img src="no.png"><a href="https://example.com/no"></a>'
        '<a href="more/a%20b.html#there"></a><a href="more/"></a><p id="top">'
    )
    (tmp_path / "more" / "a b.html").write_text('<h1 id="here"></h1><a href="../index.html?x=1#top"></a>')

    assert links.broken(tmp_path) == [
        "index.html: no.png",
        "index.html: more/a%20b.html#there",
        "index.html: more/",
    ]


@pytest.mark.matrix
def test_the_built_site() -> None:
    subprocess.run([ROOT / "scripts" / "docs"], check=True, capture_output=True)
    site = ROOT / ".build" / "site"
    front = (site / "index.html").read_text(encoding="utf-8")
    menu = front.partition('class="sidebar-tree"')[2].partition("</aside>")[0]
    shown = dict(re.findall(r'href="([\w/-]+\.html)">([^<]+)<', menu))

    for module in MODULES:
        assert shown[f"reference/{module}_module.html"] == module
    for role in ROLE_VARIABLES:
        assert shown[f"reference/{role}_role.html"] == role
    for guide in GUIDES:
        assert guide.stem == "README" or f"{guide.stem}.html" in shown
    assert "<title>mailstate.iredmail</title>" in front
    assert "prefers-color-scheme: dark" in front
    assert "copybutton.js" in front
    assert 'action="search.html"' in front
    user = (site / "reference" / "iredmail_user_module.html").read_text(encoding="utf-8")
    assert 'href="connection.html#connection"' in user
    assert "servers ban repeated failures" not in user
    assert "servers ban repeated failures" in (site / "reference" / "connection.html").read_text(encoding="utf-8")
    look(site, dark=False)
    look(site, dark=True)


def look(site: Path, dark: bool) -> None:
    """In a browser: nothing is asked of other sites, and nothing is wider than a phone."""
    path = executable()
    if path is None:
        return
    with Browser(path) as browser:
        for name in ("index.html", "how-it-works.html", "reference/iredmail_user_module.html"):
            for width in (390, 1280):
                browser.open(site / name, width, dark=dark)
                assert browser.errors == []
                assert [one for one in browser.requests if not one.startswith(("file:", "data:"))] == []
                wider = browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert wider <= 0, (name, width)
                codes = browser.evaluate("document.querySelectorAll('div.highlight pre').length")
                assert browser.evaluate("document.querySelectorAll('button.copybtn').length") == codes
            red, green, blue = browser.evaluate(
                "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
            )
            assert (red + green + blue < 200) is dark

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a drift report in a real browser: filter, colours, on a phone, without JavaScript, under attack."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.formats import FORMATS
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.report import (
    DRIFT,
    FAILED,
    IN_SYNC,
    REPAIRED,
    UNKNOWN,
    Entry,
    Report,
)
from tests.support.browser import Browser, executable

SERVER = "https://mail.example.com/iredadmin"
#: set to keep the pictures of the documentation up to date
PICTURES = os.environ.get("DRIFT_PICTURES")
STARTED, FINISHED = "2026-11-21T03:00:00Z", "2026-11-21T03:00:09Z"
MISSING = {"state": ("absent", "present"), "members": (None, ["ada@example.com", "bob@example.com"])}
EXTRA = {"state": ("present", "absent")}
OBJECTS: tuple[Entry, ...] = (
    Entry("user", "ada@example.com", SERVER, DRIFT, {"quota": (4096, 1024)}),
    Entry(
        "user", "mallory@example.com", SERVER, DRIFT, EXTRA, "It is declared nowhere, and exists on the server.", False
    ),
    Entry("alias", "sales@example.com", SERVER, DRIFT, MISSING, "It is declared and missing on the server."),
    Entry("domain", "example.org", SERVER, DRIFT, {"enabled": (False, True)}),
    Entry(
        "wblist",
        "example.com inbound blacklist",
        SERVER,
        DRIFT,
        {"addresses": (["@good.example", "spam@*"], ["@bad.example", "spam@*"])},
    ),
    Entry(
        "ml",
        "team@example.org",
        SERVER,
        FAILED,
        message="GET /api/ml/team@example.org: the server answered HTTP 500; nothing was concluded from it.",
    ),
    Entry(
        "user",
        "bob@example.com",
        SERVER,
        UNKNOWN,
        {"sender_bcc": ("<unknown>", "audit@example.com")},
        "Not shown by the panel, so that nobody knows whether it is so: sender_bcc.",
    ),
    Entry("user", "eve@example.org", SERVER, IN_SYNC),
)
EVIL = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">\"'&"

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.skipif(executable() is None, reason="there is no Chromium on PATH (Debian: apt install chromium)"),
]


def document(objects: tuple[Entry, ...] = OBJECTS, complete: bool = True) -> dict[str, Any]:
    report = Report(STARTED)
    for one in objects:
        report.add(one)
    report.count(SERVER, "user", "state", 9995)
    report.count(SERVER, "domain", "state", 11)
    return report.document(FINISHED, complete)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser(str(executable())) as running:
        yield running


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return saved(tmp_path, document())


def saved(folder: Path, content: dict[str, Any]) -> Path:
    path = folder / "drift.html"
    path.write_text(FORMATS["html"][1](content), encoding="utf-8", errors="replace")
    return path


def visible(browser: Browser) -> list[str]:
    """The objects that are shown, by the beginning of their names."""
    names = browser.evaluate(
        "Array.prototype.filter.call(document.querySelectorAll('#objects tbody tr'),"
        "function (row) { return row.getClientRects().length; }).map(function (row) {"
        "return row.querySelector('th').firstChild.textContent.trim(); })"
    )
    return sorted(re.split("[@ ]", name)[0] for name in names)


ALL = sorted(re.split("[@ ]", one.ident)[0] for one in OBJECTS)


def test_the_filter(browser: Browser, page: Path):
    browser.open(page)
    assert visible(browser) == [name for name in ALL if name != "eve"]  # what is in sync is not in the way
    for choices, expected in (
        ({"status": "*"}, ALL),
        ({"domain": "=example.org"}, ["eve", "example.org", "team"]),
        ({"status": "=drift"}, ["example.org"]),
        ({"domain": "=example.com"}, ["ada", "example.com", "mallory", "sales"]),
        ({"kind": "=user"}, ["ada", "mallory"]),
        ({"status": "=unknown"}, ["bob"]),
        ({"status": "=failed"}, []),
        ({"domain": "*", "kind": "*"}, ["team"]),
    ):
        for name, value in choices.items():
            browser.choose(name, value)
        assert visible(browser) == expected, choices
        told = browser.evaluate("document.getElementById('shown').textContent")
        assert told == f"{len(expected)} of {len(OBJECTS)} listed objects shown"
    assert browser.errors == []


def test_the_filter_offers_what_there_is(browser: Browser, page: Path):
    browser.open(page)
    offered = {
        name: browser.evaluate(
            f"Array.prototype.map.call(document.querySelector('select[name={name}]').options,"
            "function (one) { return one.textContent; })"
        )
        for name in ("domain", "kind", "status")
    }
    assert offered == {
        "domain": ["All", "example.com", "example.org"],
        "kind": ["All", "alias", "domain", "ml", "user", "wblist"],
        "status": ["All", "All but in sync", "failed", "drift", "unknown", "in sync"],
    }


def test_without_javascript_it_is_a_plain_table_of_everything(browser: Browser, page: Path):
    browser.open(page, script=False)
    assert visible(browser) == ALL
    assert browser.evaluate("document.getElementById('filters').getClientRects().length") == 0


def channels(browser: Browser, selector: str, what: str) -> tuple[float, ...]:
    """A colour as it is shown: red, green, blue."""
    text = browser.evaluate(f"getComputedStyle(document.querySelector('{selector}')).{what}")
    return tuple(float(part) for part in re.findall(r"[\d.]+", text)[:3])


def luminance(colour: tuple[float, ...]) -> float:
    """WCAG 2.2, relative luminance."""
    linear = [part / 255 / 12.92 if part <= 10.31 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_both_colour_schemes_can_be_read(browser: Browser, page: Path, dark, tmp_path):
    objects = OBJECTS + (Entry("user", "zoe@example.com", SERVER, REPAIRED, {"quota": (1, 2)}),)
    saved(tmp_path, document(objects, complete=False))
    browser.open(page, dark=dark)
    browser.choose("status", "*")
    background = channels(browser, "body", "backgroundColor")
    assert (luminance(background) < 0.1) == dark
    card = channels(browser, "table", "backgroundColor")
    for selector, behind in (
        ("body", background),
        (".dim", background),
        ("tbody th", card),
        (".kind", card),
        (".undeclared", card),
        ("thead th", card),
        ("select", channels(browser, "select", "backgroundColor")),
        (".alarm", channels(browser, ".alarm", "backgroundColor")),
        ("del", channels(browser, "del", "backgroundColor")),
        ("ins", channels(browser, "ins", "backgroundColor")),
        *(
            (f"tr.{status} .badge", channels(browser, f"tr.{status} .badge", "backgroundColor"))
            for status in (FAILED, DRIFT, UNKNOWN, REPAIRED, IN_SYNC)
        ),
    ):
        ratio = contrast(channels(browser, selector, "color"), behind)
        assert ratio >= 4.5, (selector, ratio)


@pytest.mark.parametrize(("width", "dark"), [(320, False), (320, True), (390, False), (1000, True)])
def test_nothing_is_wider_than_the_window(browser: Browser, page: Path, width, dark, tmp_path):
    browser.open(page, width=width, dark=dark)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    assert browser.evaluate("parseFloat(getComputedStyle(document.querySelector('td')).fontSize)") >= 16
    browser.screenshot(tmp_path / "page.png")
    assert (tmp_path / "page.png").stat().st_size > 5000


def test_it_asks_for_nothing_and_runs_nothing_of_others(browser: Browser, tmp_path: Path):
    evil = Entry("user", f"{EVIL}@example.com{EVIL}", SERVER + EVIL, DRIFT, {EVIL: (EVIL, [EVIL])}, EVIL)
    path = saved(tmp_path, document(OBJECTS + (evil,)))
    browser.open(path)
    browser.choose("status", "*")
    assert browser.evaluate("document.title").startswith("Mail drift report")
    assert browser.evaluate("document.images.length + document.scripts.length") == 1
    assert [one for one in browser.requests if not one.startswith("about:")] == [path.resolve().as_uri()]
    assert browser.errors == []
    # and if a tag got in after all, it would not run
    text = path.read_text(encoding="utf-8").replace("</main>", EVIL + "</main>")
    path.write_text(text, encoding="utf-8")
    browser.open(path)
    assert browser.evaluate("document.images.length + document.scripts.length") == 3
    assert browser.evaluate("document.title").startswith("Mail drift report")


def test_an_incomplete_report_and_an_empty_one_say_so(browser: Browser, tmp_path: Path):
    browser.open(saved(tmp_path, document((), complete=True)))
    assert "Nothing differs: 10006 objects as declared." in browser.evaluate("document.body.innerText")
    assert browser.evaluate("document.querySelectorAll('.alarm').length") == 0
    browser.open(saved(tmp_path, Report(STARTED).document(None, False)))
    assert "Nothing was looked at." in browser.evaluate("document.body.innerText")
    assert "incomplete" in browser.evaluate("document.querySelector('[role=alert]').innerText")


@pytest.mark.skipif(not PICTURES, reason="only on demand: DRIFT_PICTURES=docs")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_for_the_documentation(browser: Browser, page: Path, scheme):
    browser.open(page, width=1000, height=900, dark=scheme == "dark")
    browser.screenshot(Path(str(PICTURES)) / f"drift-{scheme}.png")

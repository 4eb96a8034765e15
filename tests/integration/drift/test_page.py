# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a drift report in a real browser: what is seen first, filter, colours, on a phone, under attack."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.entry import DRIFT, REPAIRED, Entry
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.formats import FORMATS
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.report import Report
from tests.support.browser import Browser, axe, executable
from tests.support.common import ROOT
from tests.support.drift_nights import SERVER, STARTED, document, many, quiet, seven

#: set to keep the pictures of the documentation up to date
PICTURES = os.environ.get("DRIFT_PICTURES")
EVIL = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">\"'&"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
ALL = [
    "info@example.com",
    "mallory@example.com",
    "example.com inbound blacklist",
    "team@example.org",
    "example.org",
    "rosa@example.com",
    "ada@example.com",
]

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.skipif(executable() is None, reason="there is no Chromium on PATH (Debian: apt install chromium)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser(str(executable())) as running:
        yield running


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return saved(tmp_path, seven())


def saved(folder: Path, content: dict[str, Any]) -> Path:
    path = folder / "drift.html"
    path.write_text(FORMATS["html"][1](content), encoding="utf-8", errors="replace")
    return path


def visible(browser: Browser) -> list[str]:
    """The findings that are shown, by their titles."""
    found = browser.evaluate(
        "Array.prototype.filter.call(document.querySelectorAll('.finding'),"
        "function (row) { return row.getClientRects().length; }).map(function (row) {"
        "return row.querySelector('h3').textContent.trim(); })"
    )
    return list(found)


# -- what is seen first


@pytest.mark.parametrize("night", [seven(), many(60), many(400)], ids=["7", "60", "400"])
def test_on_a_phone_the_first_finding_is_on_the_first_screen(browser: Browser, tmp_path: Path, night):
    browser.open(saved(tmp_path, night), **PHONE)
    bottom = browser.evaluate("document.querySelector('.finding').getBoundingClientRect().bottom")
    assert bottom <= PHONE["height"]
    assert visible(browser)[0] == ALL[0]


def test_on_a_phone_no_count_is_cut_off(browser: Browser, tmp_path: Path):
    night = many(60)
    for row in night["summary"]["counts"]:
        row.update(repaired=row["drift"])  # all columns
    browser.open(saved(tmp_path, night), **PHONE)
    wide = browser.evaluate(
        "Array.from(document.querySelectorAll('.scroll'), function (e) { return e.scrollWidth - e.clientWidth; })"
    )
    assert wide == [0]


def test_findings_come_before_counts(browser: Browser, page: Path):
    browser.open(page)
    order = browser.evaluate(
        "document.querySelector('.finding').compareDocumentPosition(document.querySelector('table'))"
    )
    assert order == 4
    assert visible(browser) == ALL


def test_a_quiet_night_looks_calm(browser: Browser, tmp_path: Path):
    browser.open(saved(tmp_path, quiet()))
    text = browser.evaluate("document.body.innerText")
    assert "mail.example.com: nothing differs; 335 objects are as declared." in text
    for word in ("failed", "drift\n", "unknown", "repaired", "security"):
        assert word not in text.lower(), word
    assert browser.evaluate("document.querySelectorAll('.alarm, .badge, .finding, script').length") == 0


@pytest.mark.parametrize("night", [seven(), many(400)], ids=["7", "400"])
@pytest.mark.parametrize("width", [768, 1280, 1920])
def test_no_address_is_broken_within_a_word(browser: Browser, tmp_path: Path, width: int, night):
    """An address may go on in the next line after its @, and nowhere else."""
    browser.open(saved(tmp_path, night), width=width, height=900)
    broken = browser.evaluate(
        """(function () {
          var broken = [], walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
          for (var node = walk.nextNode(); node; node = walk.nextNode()) {
            if (node.parentElement.closest("pre, details:not([open])")) { continue; }
            var word, words = /[\\w.-]+/g;
            while ((word = words.exec(node.data))) {
              var range = document.createRange();
              range.setStart(node, word.index);
              range.setEnd(node, word.index + word[0].length);
              var tops = Array.prototype.map.call(range.getClientRects(), function (one) { return one.top; });
              if (Math.max.apply(null, tops) - Math.min.apply(null, tops) > 5) { broken.push(word[0]); }
            }
          }
          return broken.filter(function (one) { return one.indexOf("-") < 0; });
        })()"""
    )
    assert broken == []


# -- looking for something


def test_the_filter(browser: Browser, page: Path):
    browser.open(page)
    assert visible(browser) == ALL
    for choices, expected in (
        ({"domain": "=example.org"}, ["team@example.org", "example.org"]),
        ({"weight": "=lost_mail"}, ["example.org"]),
        ({"domain": "=example.com"}, ["rosa@example.com"]),
        ({"kind": "=alias"}, ["rosa@example.com"]),  # which lost her
        ({"weight": "=security"}, ["info@example.com"]),
        ({"status": "=failed"}, []),
        ({"domain": "*", "kind": "*", "weight": "*"}, ["team@example.org"]),
    ):
        for name, value in choices.items():
            browser.choose(name, value)
        assert visible(browser) == expected, choices
        told = browser.evaluate("document.getElementById('shown').textContent")
        assert told == f"{len(expected)} of {len(ALL)} findings shown"
        headings = browser.evaluate("document.querySelectorAll('section:not([hidden])').length")
        assert headings == len(set(expected))
    assert browser.errors == []


def test_the_search(browser: Browser, page: Path):
    browser.open(page)
    for words, expected in (
        ("MALLORY", ["info@example.com", "mallory@example.com"]),
        ("sales@", ["rosa@example.com"]),
        ("example.com.yml:12", ["ada@example.com"]),
        ("quota 4 gb", ["ada@example.com"]),
        ("nobody at all", []),
        ("", ALL),
    ):
        browser.write("#search", words)
        assert visible(browser) == expected, words


def test_only_what_is_new(browser: Browser, page: Path):
    browser.open(page)
    browser.evaluate("document.getElementById('new').click()")
    assert visible(browser) == ["info@example.com", "mallory@example.com"]


def test_an_anchor_leads_to_its_object_also_where_that_is_folded(browser: Browser, tmp_path: Path):
    browser.open(saved(tmp_path, many(60)))
    for name in ("user-ada@example.com", "user-person39@example.com", "alias-sales@example.com"):
        browser.evaluate(f"location.hash = '#{name}'")
        browser.evaluate("new Promise(function (done) { setTimeout(done, 50); })")
        top = browser.evaluate(f"document.getElementById('{name}').getBoundingClientRect().top")
        assert -1 < top < 800, name
    names = browser.evaluate(
        "Array.prototype.map.call(document.querySelectorAll('[id]'), function (e) { return e.id; })"
    )
    assert len(names) == len(set(names))
    links = browser.evaluate(
        "Array.prototype.map.call(document.querySelectorAll('a'), function (e) { return e.getAttribute('href'); })"
    )
    assert {one[1:] for one in links} <= set(names)


def test_a_command_is_copied(browser: Browser, page: Path):
    browser.open(page)
    browser.evaluate(
        "navigator.clipboard.writeText = function (text) { window.copied = text; return Promise.resolve(); };"
        "Array.prototype.slice.call(document.querySelectorAll('.copy button')).pop().click()"
    )
    assert browser.evaluate("window.copied") == "ansible-playbook mailstate.iredmail.apply -e mail_state_src=mail"
    assert "Copied" in browser.evaluate("document.body.innerText")


def test_long_lists_are_folded_and_whole(browser: Browser, tmp_path: Path):
    names = [f"u{number}@example.com" for number in range(15)]
    entry = Entry("alias", "all@example.com", SERVER, DRIFT, {"members": (names, [])})
    browser.open(saved(tmp_path, document([entry])))
    assert "u9@example.com and 5 more" in browser.evaluate("document.querySelector('.sentences').innerText")
    assert browser.evaluate("document.querySelectorAll('.names li').length") == 15
    assert browser.evaluate("document.querySelector('.names').checkVisibility()") is False


def test_without_javascript_it_is_a_plain_list_of_everything(browser: Browser, page: Path):
    browser.open(page, script=False)
    assert visible(browser) == ALL
    assert browser.evaluate("document.getElementById('filters').getClientRects().length") == 0


# -- for everybody


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("night", ["quiet", "seven", "many"])
def test_nobody_is_kept_out(browser: Browser, tmp_path: Path, night: str, dark: bool):
    script = axe(ROOT / ".venv")
    if script is None:
        pytest.skip("axe-core is not here, and npm could not get it")
    browser.open(saved(tmp_path, {"quiet": quiet, "seven": seven, "many": lambda: many(30)}[night]()), dark=dark)
    browser.evaluate("document.querySelectorAll('details').forEach(function (one) { one.open = true; })")
    browser.evaluate(script + ";0")
    found = json.loads(
        browser.evaluate(
            "axe.run().then(function (found) { return JSON.stringify(found.violations.map(function (one) {"
            "return [one.impact, one.id, one.nodes[0].html]; })); })"
        )
    )
    assert [one for one in found if one[0] in ("serious", "critical")] == []


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
def test_both_colour_schemes_can_be_read(browser: Browser, dark, tmp_path):
    content = document([Entry("user", "zoe@example.com", SERVER, REPAIRED, {"quota": (1, 2)})], complete=False)
    content["objects"] += seven()["objects"]
    saved(tmp_path, content)
    browser.open(tmp_path / "drift.html", dark=dark)
    background = channels(browser, "body", "backgroundColor")
    assert (luminance(background) < 0.1) == dark
    card = channels(browser, ".finding", "backgroundColor")
    for selector, behind in (
        ("body", background),
        ("header .dim", background),
        (".finding h3", card),
        (".finding .dim", card),
        ("summary", background),
        ("thead th", card),
        ("select", channels(browser, "select", "backgroundColor")),
        (".alarm", channels(browser, ".alarm", "backgroundColor")),
        ("pre", channels(browser, "pre", "backgroundColor")),
        *((one, channels(browser, one, "backgroundColor")) for one in (".badge", ".badge.new", ".security .badge")),
    ):
        ratio = contrast(channels(browser, selector, "color"), behind)
        assert ratio >= 4.5, (selector, ratio)


@pytest.mark.parametrize(("width", "dark"), [(320, False), (320, True), (390, False), (768, False), (1000, True)])
@pytest.mark.parametrize("night", [seven(), many(60)], ids=["7", "60"])
def test_nothing_is_wider_than_the_window(browser: Browser, width, dark, night, tmp_path):
    browser.open(saved(tmp_path, night), width=width, dark=dark)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    assert browser.evaluate("parseFloat(getComputedStyle(document.querySelector('.sentences')).fontSize)") >= 16
    browser.screenshot(tmp_path / "page.png")
    assert (tmp_path / "page.png").stat().st_size > 5000


def test_it_asks_for_nothing_and_runs_nothing_of_others(browser: Browser, tmp_path: Path):
    evil = Entry("user", f"{EVIL}@example.com{EVIL}", SERVER + EVIL, DRIFT, {EVIL: (EVIL, [EVIL])}, EVIL)
    path = saved(tmp_path, document([evil]))
    browser.open(path)
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


def test_an_incomplete_report_says_so(browser: Browser, tmp_path: Path):
    browser.open(saved(tmp_path, Report(STARTED).document(None, False)))
    assert "Nothing was looked at." in browser.evaluate("document.body.innerText")
    assert "incomplete" in browser.evaluate("document.querySelector('[role=alert]').innerText")


@pytest.mark.skipif(not PICTURES, reason="only on demand: DRIFT_PICTURES=docs")
@pytest.mark.parametrize(
    ("name", "night", "width", "height", "dark"),
    [
        ("light", seven(), 1280, 900, False),
        ("dark", seven(), 1280, 900, True),
        ("phone", seven(), 390, 844, False),
        ("quiet", quiet(), 1280, 420, False),
    ],
)
def test_pictures_for_the_documentation(browser: Browser, tmp_path: Path, name, night, width, height, dark):
    browser.open(saved(tmp_path, night), width=width, height=height, dark=dark)
    browser.screenshot(Path(str(PICTURES)) / f"drift-{name}.png")

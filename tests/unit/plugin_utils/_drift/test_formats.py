# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a report, each read by what is made to read it; names that mean harm do none."""

from __future__ import annotations

import copy
import json
import re
from html.parser import HTMLParser
from typing import Any

import junitparser
import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from prometheus_client.parser import text_string_to_metric_families

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import printable
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.entry import STATUSES, Entry
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.formats import FORMATS, write
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.markdown import text
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.report import Report
from tests.support.drift_nights import seven
from tests.support.drift_report import END, EVIL, SAMPLES, SCHEMA, START, empty, sample
from tests.support.growth import grows_evenly
from tests.support.inputs import strings


@pytest.mark.parametrize("document", SAMPLES)
def test_json_is_as_the_schema_says(document):
    Draft202012Validator.check_schema(SCHEMA)
    again = json.loads(FORMATS["json"][1](document))
    Draft202012Validator(SCHEMA).validate(again)
    assert again == document
    assert document["schema_version"] == "1.1"


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("mode",), "other"),
        (("started",), "yesterday"),
        (("schema_version",), "2.0"),
        (("summary", "complete"), "yes"),
        (("summary", "by_status", "drift"), -1),
        (("objects", 0, "status"), "fine"),
        (("objects", 0, "declared"), None),
    ],
)
def test_the_schema_refuses_what_is_none(where, value):
    document = copy.deepcopy(sample())
    place: Any = document
    for key in where[:-1]:
        place = place[key]
    place[where[-1]] = value
    assert not Draft202012Validator(SCHEMA).is_valid(document)


def test_the_schema_names_every_key():
    """Stable means: what is there is in the schema, and what the schema promises is there."""
    document = sample()

    def compare(value: Any, schema: dict[str, Any]) -> None:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] | schema if "$ref" in schema else schema
        if isinstance(value, dict) and "properties" in schema:
            more = SCHEMA["$defs"]["statuses"]["properties"] if "drift" in value else {}
            assert set(value) == set(schema["properties"]) | set(more)
            for key, item in value.items():
                compare(item, schema["properties"].get(key, {}))
        for item in value if isinstance(value, list) and "items" in schema else []:
            compare(item, schema["items"])

    compare(document, SCHEMA)


@pytest.mark.parametrize("document", SAMPLES)
def test_junit_is_read_by_junitparser(document, tmp_path):
    write(document, str(tmp_path), ["junit"])
    suites = junitparser.JUnitXml.fromfile(str(tmp_path / "drift.xml"))
    cases = [case for suite in suites for case in suite]
    kinds = {
        junitparser.Failure: "drift",
        junitparser.Error: "failed",
        junitparser.Skipped: "unknown",
    }
    found = dict.fromkeys(kinds.values(), 0)
    passed = 0
    for case in cases:
        results = [kinds[type(one)] for one in case.result]
        assert len(results) <= 1
        for one in results:
            found[one] += 1
        passed += not results
    counts = dict(document["summary"]["by_status"])
    counts["failed"] += not document["summary"]["complete"]
    assert found == {status: counts[status] for status in found}
    # those in sync that are only counted are one test for each kind
    assert passed == counts["repaired"] + (counts["in_sync"] > 0) * 2
    assert (suites.failures, suites.errors, suites.skipped) == (found["drift"], found["failed"], found["unknown"])
    assert suites.tests == len(cases)


@pytest.mark.parametrize("document", SAMPLES)
def test_prometheus_reads_it(document):
    text = FORMATS["prometheus"][1](document)
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert {family.type for family in families.values()} == {"gauge"}
    found = {
        (one.labels["server"], one.labels["kind"], one.labels["status"]): one.value
        for one in families["iredmail_drift_objects"].samples
    }
    rows = document["summary"]["counts"]
    expected = {(row["server"], row["kind"], status): row[status] for row in rows for status in STATUSES}
    assert found == expected
    (complete,) = families["iredmail_drift_complete"].samples
    assert complete.value == document["summary"]["complete"]
    (when,) = families["iredmail_drift_last_run_timestamp_seconds"].samples
    assert when.value == 1795230000 + 100 * (document["finished"] is not None)


@given(strings())
def test_prometheus_labels_hold_any_text(name):
    report = Report(START)
    report.count(name, "user", "source", 1)
    text = FORMATS["prometheus"][1](report.document(END, True))
    (family, *_others) = text_string_to_metric_families(text)
    assert {one.labels["server"] for one in family.samples} == {printable(name)}


class Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "wbr", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("document", SAMPLES)
def test_the_page_stands_alone_and_runs_only_its_own_script(document):
    page = Tags(FORMATS["html"][1](document))
    assert page.open == []
    tags = [tag for tag, _attributes in page.tags]
    assert not {"img", "link", "iframe", "object", "embed", "base", "form"} & set(tags)
    assert tags.count("script") == bool(document["objects"])
    for _tag, attributes in page.tags:
        assert not {name for name in attributes if name.startswith("on") or name in ("src", "style")}
        # to a place in the page, and nowhere else
        assert (attributes.get("href") or "#").startswith("#")
    (policy,) = [one["content"] for _tag, one in page.tags if one.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_the_page_has_the_same_tags_whatever_the_names_are():
    def shape(evil: str) -> list[tuple[str, list[str]]]:
        return [(tag, sorted(attributes)) for tag, attributes in Tags(FORMATS["html"][1](sample(evil))).tags]

    assert shape(EVIL) == shape("- x")


def test_headings_of_the_page_count_as_its_verdict_does():
    page = FORMATS["html"][1](seven())
    headings = re.findall(r'<h2>(.+?) <span class="dim">(\d+)</span>', page)
    assert headings == [("Security", "3"), ("Not looked at", "1"), ("Lost mail", "2"), ("The rest", "1")]
    assert "3 of them look like security, 2 may lose mail. 1 could not be looked at." in page


def test_undeclared_objects_are_marked_in_each_format_for_people():
    document = seven()
    (name,) = [one["id"] for one in document["objects"] if not one["declared"]]
    for form in ("html", "markdown", "junit"):
        text = FORMATS[form][1](document)
        assert text.count("declared nowhere") == (2 if form == "junit" else 1)  # as an attribute and as text
        assert name.partition("@")[0] in text.partition("declared nowhere")[0][-400:]


def test_markdown_keeps_its_form():
    evil, plain = (FORMATS["markdown"][1](sample(text)).splitlines() for text in (EVIL, "-x"))
    assert len(evil) == len(plain)
    for one, other in zip(evil, plain, strict=True):
        assert len(re.findall(r"(?<!\\)\|", one)) == len(re.findall(r"(?<!\\)\|", other))
        assert "<script" not in one
        assert not re.search(r"(?<!\\)\]\(", one)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("ada@example.com", "`ada@example.com`"),
        ("ask @org/team, see #12 or GH-7", "ask `@org/team,` see `#12` or `GH-7`"),
        (
            "at https://evil.example/x?a=1 or www.evil.example.",
            "at `https://evil.example/x?a=1` or `www.evil.example.`",
        ),
        ("mailto:a at ~label !7 %3 $5 &9", "`mailto:a` at `~label` `!7` `%3` `$5` `&9`"),
        ("commit 0390608abc", "commit `0390608abc`"),
        ("a`@b`|\\@c", "a&#96;`@b`&#96;&#124;&#92;`@c`"),
        ("<b> & *x* [y](z) 30%", "&#60;b&#62; &amp; \\*x\\* \\[y\\]\\(z\\) 30%"),
        ("two\nlines", "two lines"),
    ],
)
def test_nothing_comes_alive_in_markdown(raw, shown):
    assert text(raw) == shown


@pytest.mark.parametrize("form", FORMATS)
def test_no_control_character_reaches_a_terminal(form):
    evil = "\x1b[31m\x9b2J\x07\u202e\x7f"
    assert not set(evil[0] + evil[5] + evil[8:]) & set(FORMATS[form][1](sample(evil)))


@pytest.mark.parametrize("form", FORMATS)
def test_the_work_grows_with_the_items_of_a_list(form):
    def prepare(size):
        report = Report(START)
        names = [f"u{one}@b.cd" for one in range(size)]
        changes = {"members": (names, [f"x{name}" for name in names]), "users": ({}, dict.fromkeys(names, True))}
        report.add(Entry("alias", "a@b.cd", "https://b.cd", "drift", changes, "x" * size))
        document = report.document(END, True)
        return lambda: FORMATS[form][1](document)

    assert grows_evenly(prepare, 1000)


@pytest.mark.parametrize(
    ("document", "words"), [(empty(), "Nothing was looked at."), (sample(), "1 of 46 objects differs")]
)
@pytest.mark.parametrize("form", ["markdown", "html"])
def test_the_first_words_say_how_it_is(document, words, form):
    text = FORMATS[form][1](document)
    assert words in text
    assert ("incomplete" in text) == (not document["summary"]["complete"])

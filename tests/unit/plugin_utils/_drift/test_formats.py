# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a report, each read by what is made to read it; names that mean harm do none."""

from __future__ import annotations

import copy
import json
import os
import re
import stat
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import junitparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from prometheus_client.parser import text_string_to_metric_families

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift import files as _drift_files
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.files import FORMATS, write
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.report import (
    NO_SERVER,
    STATUSES,
    Entry,
    Report,
    domain_of,
)
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.secrets import Secrets

SCHEMA = json.loads((Path(__file__).resolve().parents[4] / "docs" / "drift.schema.json").read_text(encoding="utf-8"))
START, END = "2026-11-21T03:00:00Z", "2026-11-21T03:01:40Z"
EVIL = (
    "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>|\n# `x` [y](javascript:alert(3))"
    "\x00\x1b[0m\ud800{{ 7*7 }}"
)


def sample(evil: str = "", complete: bool = True, finished: str | None = END) -> dict[str, Any]:
    """Something of everything; ``evil`` is put wherever somebody else's text may stand."""
    report = Report(START)
    server = "https://mail.example.com/iredadmin" + evil
    for number, status in enumerate(STATUSES):
        changes = {
            "quota": (1024, 2048),
            "members" + evil: (["a@b.cd" + evil, "c@b.cd"], ["c@b.cd", "d@b.cd"]),
            "users": ({"a@b.cd" + evil: False}, {"a@b.cd" + evil: True}),
            "name": ("" + evil, None),
        }
        kept = {} if status == "in_sync" else changes
        seen = Entry("user", f"u{number}{evil}@example.com", server, status, kept, "Message" + evil, number != 1)
        report.add(seen)
    report.add(Entry("state", "A task" + evil, NO_SERVER, "failed", message="It failed."))
    report.count(server, "alias", "source", 40)
    return report.document(finished, complete)


def empty() -> dict[str, Any]:
    return Report(START).document(None, False)


SAMPLES = [sample(), sample(EVIL), sample(complete=False, finished=None), empty()]


@pytest.mark.parametrize("document", SAMPLES)
def test_json_is_as_the_schema_says(document):
    Draft202012Validator.check_schema(SCHEMA)
    again = json.loads(FORMATS["json"][1](document))
    Draft202012Validator(SCHEMA).validate(again)
    assert again == document
    assert document["schema_version"] == "1.0"


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
    # a carriage return has no escape in this format
    assert found == {(key[0].replace("\r", " "), *key[1:]): number for key, number in expected.items()}
    (complete,) = families["iredmail_drift_complete"].samples
    assert complete.value == document["summary"]["complete"]
    (when,) = families["iredmail_drift_last_run_timestamp_seconds"].samples
    assert when.value == 1795230000 + 100 * (document["finished"] is not None)


@given(st.text())
def test_prometheus_labels_hold_any_text(name):
    report = Report(START)
    report.count(name, "user", "source", 1)
    text = FORMATS["prometheus"][1](report.document(END, True))
    (family, *_others) = text_string_to_metric_families(text)
    assert {one.labels["server"] for one in family.samples} == {name.replace("\r", " ")}


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
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("document", SAMPLES)
def test_the_page_stands_alone_and_runs_only_its_own_script(document):
    page = Tags(FORMATS["html"][1](document))
    assert page.open == []
    tags = [tag for tag, _attributes in page.tags]
    assert not {"img", "link", "iframe", "a", "object", "embed", "base", "form"} & set(tags)
    assert tags.count("script") == bool(document["objects"])
    for _tag, attributes in page.tags:
        assert not {name for name in attributes if name.startswith("on") or name in ("src", "href", "style")}
    (policy,) = [one["content"] for _tag, one in page.tags if one.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_the_page_has_the_same_tags_whatever_the_names_are():
    def shape(evil: str) -> list[tuple[str, list[str]]]:
        return [(tag, sorted(attributes)) for tag, attributes in Tags(FORMATS["html"][1](sample(evil))).tags]

    assert shape(EVIL) == shape("- x")


def test_undeclared_objects_are_marked_in_each_format_for_people():
    document = sample()
    (name,) = [one["id"] for one in document["objects"] if not one["declared"]]
    for form, word in (("html", ">undeclared<"), ("markdown", "(undeclared)"), ("junit", "undeclared")):
        text = FORMATS[form][1](document)
        assert text.count(word) == (2 if form == "junit" else 1)  # as an attribute and as text
        before, _word, after = text.partition(word)
        assert name.partition("@")[0] in before[-120:] + after[:120]


def test_markdown_keeps_its_form():
    evil, plain = (FORMATS["markdown"][1](sample(text)).splitlines() for text in (EVIL, "-x"))
    assert len(evil) == len(plain)
    for one, other in zip(evil, plain, strict=True):
        assert len(re.findall(r"(?<!\\)\|", one)) == len(re.findall(r"(?<!\\)\|", other))
        assert "<script" not in one
        assert not re.search(r"(?<!\\)\]\(", one)


@pytest.mark.parametrize(("document", "words"), [(empty(), "Nothing was looked at."), (sample(), "2 failed, 1 drift")])
@pytest.mark.parametrize("form", ["markdown", "html"])
def test_the_first_words_say_how_it_is(document, words, form):
    text = FORMATS[form][1](document)
    assert words in text
    assert ("incomplete" in text) == (not document["summary"]["complete"])


# -- files


def test_files_are_nobody_elses_and_replaced_as_a_whole(tmp_path, monkeypatch):
    folder = tmp_path / "deep" / "drift"
    write(sample(), str(folder), FORMATS)
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["drift.html", "drift.json", "drift.md", "drift.prom", "drift.xml"]
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        os.chmod(path, 0o644)
    before = (folder / "drift.json").read_text(encoding="utf-8")

    def refuse(*_arguments):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(_drift_files.os, "replace", refuse)
        with pytest.raises(OSError, match="disk full"):
            write(empty(), str(folder), ["json"])
    assert (folder / "drift.json").read_text(encoding="utf-8") == before
    assert sorted(path.name for path in folder.iterdir()) == names
    write(empty(), str(folder), ["json"])
    assert stat.S_IMODE((folder / "drift.json").stat().st_mode) == 0o600


def test_a_new_json_says_that_the_others_are_new(tmp_path, monkeypatch):
    seen = []
    replace = _drift_files.os.replace
    monkeypatch.setattr(_drift_files.os, "replace", lambda new, old: (seen.append(Path(old).name), replace(new, old)))
    write(sample(), str(tmp_path), FORMATS)
    assert sorted(seen) == ["drift.html", "drift.json", "drift.md", "drift.prom", "drift.xml"]
    assert seen[-1] == "drift.json"


def test_what_a_killed_run_left_is_not_in_the_way(tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("mine", encoding="utf-8")
    folder = tmp_path / "drift"
    folder.mkdir()
    (folder / ".drift.json.new").symlink_to(precious)
    (folder / ".drift.md.new").write_text("half of a rep", encoding="utf-8")
    write(sample(), str(folder), ["json", "markdown"])
    assert sorted(path.name for path in folder.iterdir()) == ["drift.json", "drift.md"]
    assert not (folder / "drift.json").is_symlink()
    assert precious.read_text(encoding="utf-8") == "mine"


# -- secrets and names


def test_known_secrets_are_blanked_wherever_they_are():
    secrets = Secrets()
    declared = {"users": [{"mail": "a@b.cd", "password": "Canary/Four711"}, {"password_hash": "{PLAIN}Canary2"}]}
    secrets.learn({"api_password": "pw", "api_session": "iRedAdmin=Session-4711", "declared": declared})
    secrets.learn({"password": None, "api_password": ""})
    report = Report(START)
    text = "x Canary/Four711 y Canary%2FFour711 {PLAIN}Canary2 Session-4711 pw"
    report.add(Entry("user", "drift " + text, text, "drift", {text: (text, [{text: text}])}, text))
    document = report.document(END, True, secrets.scrub)
    for form, (_file, render) in FORMATS.items():
        for secret in ("Canary", "Session-4711", " pw"):
            assert secret not in render(document), (form, secret)
    assert document["objects"][0]["status"] == "drift"


def test_a_secret_that_is_a_word_of_the_schema_spoils_nothing():
    secrets = Secrets()
    secrets.learn([{"password": word} for word in ("drift", "user", "status", "field", "kind")])
    report = Report(START)
    report.add(Entry("user", "a@b.cd", "https://b.cd", "drift", {"quota": (1, 2)}, "drift"))
    document = report.document(END, True, secrets.scrub)
    Draft202012Validator(SCHEMA).validate(document)
    assert document["objects"][0]["message"] == "********"


@given(st.lists(st.text(min_size=1, max_size=12), max_size=5), st.text(max_size=30), st.text(max_size=30))
def test_no_secret_is_left(passwords, before, after):
    secrets = Secrets()
    secrets.learn({"declared": [{"password": one} for one in passwords]})
    for one in passwords:
        if not set(one) & set("*"):
            assert one not in secrets.scrub(before + one + after)


@pytest.mark.parametrize(
    ("ident", "domain"),
    [
        ("ada@example.com", "example.com"),
        ("example.com", "example.com"),
        ("example.com outbound", "example.com"),
        ("global inbound whitelist", ""),
        ("A task", ""),
    ],
)
def test_the_domain_of_an_object(ident, domain):
    assert domain_of(ident) == domain

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""drift.xml: JUnit, for everything that shows test results. Drift is a failure, what failed is an error."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from .entry import DRIFT, FAILED, IN_SYNC, REPAIRED, UNKNOWN, Document
from .words import INCOMPLETE, repair_words

_TAGS = {DRIFT: "failure", FAILED: "error", UNKNOWN: "skipped", REPAIRED: "system-out"}
# what XML 1.0 cannot hold in any form
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(document: Document) -> str:
    """The file's content. What is in sync and not listed by name is one passed test for each kind."""
    root = ElementTree.Element("testsuites", name="mailstate.iredmail.drift")
    suites: dict[str, ElementTree.Element] = {}
    summary = document["summary"]
    if not summary["complete"]:
        case = _case(_suite(suites, root, document, "run"), "run", "complete")
        ElementTree.SubElement(case, "error", message=INCOMPLETE, type="incomplete").text = INCOMPLETE
    listed: dict[tuple[str, str], int] = {}
    for one in document["objects"]:
        _object(_suite(suites, root, document, one["server"]), one)
        if one["status"] == IN_SYNC:
            key = (one["server"], one["kind"])
            listed[key] = listed.get(key, 0) + 1
    for row in summary["counts"]:
        rest = row[IN_SYNC] - listed.get((row["server"], row["kind"]), 0)
        if rest > 0:
            _case(_suite(suites, root, document, row["server"]), row["kind"], "%d in sync" % rest)
    for suite in (*suites.values(), root):
        for name, path in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            suite.set(name, str(sum(1 for _each in suite.iter(path))))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(
    suites: dict[str, ElementTree.Element], root: ElementTree.Element, document: Document, name: str
) -> ElementTree.Element:
    if name not in suites:
        stamp = document["started"].rstrip("Z")
        suites[name] = ElementTree.SubElement(root, "testsuite", name=_legal(name), timestamp=stamp, time="0")
    return suites[name]


def _object(suite: ElementTree.Element, one: Document) -> None:
    case = _case(suite, one["kind"], one["id"])
    if one["status"] == IN_SYNC:
        return
    lines = list(one["sentences"])
    more = ["Declared in %s." % one["place"]] if one["place"] else []
    more += ["%s: %s" % (repair_words(one), one["repair"])] if one["repair"] else []
    note = ElementTree.SubElement(case, _TAGS[one["status"]])
    if one["status"] != REPAIRED:
        note.set("message", _legal("; ".join(lines)))
    if one["status"] in (DRIFT, FAILED):
        note.set("type", one["status"])
    note.text = _legal("\n".join([*lines, *more]))


def _case(suite: ElementTree.Element, kind: str, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", classname=_legal(kind), name=_legal(name), time="0")


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that the formats for people share."""

from __future__ import annotations

from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.result import NOT_SHOWN

from .report import APPLY, DRIFT, FAILED, IN_SYNC, NO_SERVER, REPAIRED, UNKNOWN, Document

TITLE = "Mail drift report"
STATUS = {FAILED: "failed", DRIFT: "drift", UNKNOWN: "unknown", REPAIRED: "repaired", IN_SYNC: "in sync"}
MEANING = {
    FAILED: "could not be read or written",
    DRIFT: "differs from what is declared",
    UNKNOWN: "could not be compared",
    REPAIRED: "differed, and was brought back",
    IN_SYNC: "as declared",
}
INCOMPLETE = (
    "This report is incomplete: the run died, is still going on, or could not look at everything. "
    "What is not listed here is not known to be fine."
)


def verdict(document: Document) -> str:
    """The report in a sentence."""
    summary = document["summary"]
    counts = summary["by_status"]
    found = [one for one in (FAILED, DRIFT, UNKNOWN, REPAIRED) if counts[one]]
    if not summary["objects"]:
        return "Nothing was looked at."
    if found:
        return "%s, of %s." % (
            ", ".join("%d %s" % (counts[one], STATUS[one]) for one in found),
            _number(summary["objects"], "object"),
        )
    return "Nothing differs: %s as declared." % _number(summary["objects"], "object")


def mode_of(document: Document) -> str:
    """How the run went about it."""
    return "real run" if document["mode"] == APPLY else "check mode, nothing was written"


def server_name(name: str) -> str:
    """A server in a heading."""
    return "no server" if name == NO_SERVER else name


def sides(document: Document) -> tuple[str, str]:
    """What the two values of a change are called."""
    return ("before", "after") if document["mode"] == APPLY else ("on the server", "declared")


def differences(entry: Document) -> list[Document]:
    """The changes of an object; that it is there or not stands in its message."""
    return [each for each in entry["changes"] if each["field"] != "state" or not entry["message"]]


def parts(before: Any, after: Any) -> tuple[list[str], list[str]]:
    """What goes and what comes: of lists and mappings only the items that differ."""
    if isinstance(before, dict) or isinstance(after, dict):
        return _pairs(before), _pairs(after)
    if isinstance(before, list) or isinstance(after, list):
        old, new = _items(before), _items(after)
        known, wanted = set(old), set(new)
        return [one for one in old if one not in wanted], [one for one in new if one not in known]
    return [value(before)], [value(after)]


def value(raw: Any) -> str:
    """One value."""
    if raw is None:
        return "(not set)"
    if raw == "":
        return "(empty)"
    if raw == NOT_SHOWN:
        return "(not shown)"
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return str(raw)


def line(before: Any, after: Any) -> str:
    """A change on one line."""
    if isinstance(before, list) or isinstance(after, list):
        gone, come = parts(before, after)
        return ", ".join(["-" + one for one in gone] + ["+" + one for one in come])
    gone, come = parts(before, after)
    return "%s -> %s" % (", ".join(gone), ", ".join(come))


def _pairs(raw: Any) -> list[str]:
    if not isinstance(raw, dict):
        return [value(raw)]
    return ["%s: %s" % (name, value(item)) for name, item in raw.items()]


def _items(raw: Any) -> list[str]:
    return [value(one) for one in raw] if isinstance(raw, list) else [] if raw in (None, "") else [value(raw)]


def _number(number: int, noun: str) -> str:
    return "%d %s%s" % (number, noun, "" if number == 1 else "s")

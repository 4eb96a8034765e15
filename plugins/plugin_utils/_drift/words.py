# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that the formats for people share."""

from __future__ import annotations

from collections.abc import Mapping

from .entry import APPLY, DRIFT, FAILED, IN_SYNC, NO_SERVER, REPAIRED, UNKNOWN, Document
from .weight import LOST_MAIL, SECURITY

TITLE = "Mail drift report"
STATUS = {FAILED: "failed", DRIFT: "drift", UNKNOWN: "unknown", REPAIRED: "repaired", IN_SYNC: "in sync"}
INCOMPLETE = (
    "This report is incomplete: the run died, is still going on, or could not look at everything. "
    "What is not listed here is not known to be fine."
)


def verdict(document: Document) -> str:
    """The report in a sentence or two, with the server's name."""
    summary = document["summary"]
    counts = summary["by_status"]
    if not summary["objects"]:
        return "Nothing was looked at."
    total = _number(summary["objects"], "object")
    differ, mended = counts[DRIFT], counts[REPAIRED]
    heavy = _weighty(summary["by_weight"])
    said = []
    if differ:
        said.append("%d of %s differ%s%s" % (differ, total, "" if differ > 1 else "s", heavy))
    if mended:
        word = "%d differed, and %s put back" if differ else "%d of %s differed, and %s put back%s"
        verb = "was" if mended == 1 else "were"
        said.append(word % ((mended, verb) if differ else (mended, total, verb, heavy)))
    if not said:
        fine = counts[IN_SYNC]
        sure = summary["complete"] and not (counts[FAILED] or counts[UNKNOWN])
        words = "nothing differs" if sure else "nothing is known to differ"
        said.append(words + ("; %s as declared" % _is(fine, "object") if fine else ""))
    for status, words in ((FAILED, "could not be looked at"), (UNKNOWN, "cannot be compared")):
        if counts[status]:
            said.append("%d %s" % (counts[status], words))
    text = ". ".join(said) + "."
    where = servers_of(document)
    return "%s: %s" % (where, text) if where else text[0].upper() + text[1:]


def _weighty(by_weight: Mapping[str, int]) -> str:
    words = []
    if by_weight[SECURITY]:
        number = by_weight[SECURITY]
        words.append("%d of them look%s like security" % (number, "s" if number == 1 else ""))
    if by_weight[LOST_MAIL]:
        words.append("%d may lose mail" % by_weight[LOST_MAIL])
    return "; " + ", ".join(words) if words else ""


def _is(number: int, noun: str) -> str:
    return "%s %s" % (_number(number, noun), "is" if number == 1 else "are")


def servers_of(document: Document) -> str:
    """The panels by the names of their hosts; of many, how many."""
    addresses = {one["server"] for one in (*document["summary"]["counts"], *document["objects"])} - {NO_SERVER}
    names = sorted({address.partition("://")[2].partition("/")[0] or address for address in addresses})
    return " and ".join(names) if len(names) < 3 else "%d servers" % len(names)


def since_last(document: Document) -> str:
    """What is new since the last report."""
    summary = document["summary"]
    if summary["previous"] is None:
        return ""
    gone = "; %d of the last report gone" % summary["gone"] if summary["gone"] else ""
    return "Since the last report, %s: %s%s." % (when(summary["previous"]), summary["new"] or "nothing", " new" + gone)


def when(moment: str | None) -> str:
    """A time for people."""
    return moment.replace("T", " ")[: len("2026-11-20 03:00")] + " UTC" if moment else "not yet"


def foot(document: Document) -> list[str]:
    """Where a report comes from."""
    about = document["about"]
    panels = sorted({row["server"] for row in document["summary"]["counts"]} - {NO_SERVER})
    found = ["mailstate.iredmail %s" % about["version"]]
    found += ["files at commit %s" % about["revision"]] if about["revision"] else []
    found += ["run on %s" % about["host"]] if about["host"] else []
    found += ["panel %s" % ", ".join(panels)] if panels else []
    return found


def mode_of(document: Document) -> str:
    """How the run went about it."""
    return "real run" if document["mode"] == APPLY else "check mode, nothing was written"


def repair_words(one: Document) -> str:
    """What the command of an object does."""
    return "To put it back" if one["declared"] else "To delete it on the server"


def server_name(name: str) -> str:
    """A server in a heading."""
    return "no server" if name == NO_SERVER else name


def _number(number: int, noun: str) -> str:
    return "%d %s%s" % (number, noun, "" if number == 1 else "s")

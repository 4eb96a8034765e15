# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""drift.md: for a pull request, a chat or a wiki."""

from __future__ import annotations

import re

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.wording import kind_name, names_of

from .entry import DRIFT, IN_SYNC, STATUSES, Document
from .findings import Finding, findings_of
from .sentences import NAMED
from .words import INCOMPLETE, STATUS, TITLE, foot, mode_of, server_name, since_last, verdict, when

_MARKS = re.compile(r"([*_{}\[\]()#+!~-])")
# these end a cell or a code span, keep others from doing so, or are HTML for those who take code for text
_ODD = re.compile(r"([|`\\<>])")
#: what forges make links of, or tell somebody of: addresses, @names, numbers of issues and the like, commits
_LIVE = re.compile(r"@|[#!$%&~][\w\"]|://|www\.|(?:mailto|xmpp):|\bgh-\d|\b[0-9a-f]{7,40}\b", re.IGNORECASE)


def render(document: Document) -> str:
    """The file's content. Objects in sync are counted and not listed."""
    summary = document["summary"]
    lines = ["# " + TITLE, "", "**%s**" % text(verdict(document)), ""]
    if not summary["complete"]:
        lines += ["> **%s**" % INCOMPLETE, ""]
    news = since_last(document)
    lines += [news, ""] if news else []
    several = len({one["server"] for one in document["objects"]}) > 1
    heading = ""
    for one in findings_of(document):
        if one.heading != heading:
            heading = one.heading
            lines += [""] * lines[-1].startswith("- ") + ["## " + heading, ""]
        lines.append(_finding(one, several))
    commands = dict.fromkeys(one["repair"] for one in document["objects"] if one["declared"] and one["repair"])
    if commands:
        # indented, it is code whatever it holds
        lines += ["", "## To put back what is declared", "", *("    " + one for one in commands)]
    shown = [status for status in STATUSES if status == IN_SYNC or summary["by_status"][status]]
    lines += [""] * (lines[-1] != "") + ["## Counts", ""]
    lines += ["| kind | " + " | ".join(STATUS[one] for one in shown) + " |", "|---|" + "---:|" * len(shown)]
    for kind, counts in summary["by_kind"].items():
        lines.append("| %s | %s |" % (text(kind_name(kind, 2)), " | ".join(str(counts[one]) for one in shown)))
    ended = when(document["finished"])
    lines += ["", "Started %s, finished %s (%s)." % (when(document["started"]), ended, mode_of(document)), ""]
    return "\n".join([*lines, " · ".join(map(text, foot(document))), ""])


def _finding(one: Finding, with_server: bool) -> str:
    first = one.first
    name = "%s %s" % (kind_name(first["kind"]), one.title) if len(one.objects) == 1 else one.title
    said = [text(name), "on " + text(server_name(first["server"]))] if with_server else [text(name)]
    said += ["(%s)" % STATUS[first["status"]]] if first["status"] != DRIFT else []
    said += [] if first["declared"] else ["(undeclared)"]
    said += ["(new)"] if one.new else []
    words = "; ".join(map(text, one.sentences))
    if len(one.objects) > 1:
        words += ": " + text(names_of([each["id"] for each in one.objects], NAMED))
    tail = one.places[: len(one.objects) == 1]
    tail += ["known since %s" % when(one.since)] if one.new is not None and not one.new else []
    return "- **%s**: %s%s" % (" ".join(said), words, " (%s)" % text("; ".join(tail)) if tail else "")


def text(raw: str) -> str:
    """A text from elsewhere: never markup or a link, it calls nobody, and is never more than one line."""
    return " ".join("".join(map(_piece, _ODD.split(word))) for word in raw.split())


def _piece(raw: str) -> str:
    """A part of a word; what would come alive becomes code, where nothing does."""
    if _ODD.match(raw):
        return "&#%d;" % ord(raw)
    if _LIVE.search(raw):
        return "`%s`" % raw
    return _MARKS.sub(r"\\\1", raw.replace("&", "&amp;"))

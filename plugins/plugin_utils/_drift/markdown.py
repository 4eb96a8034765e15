# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""drift.md: for a pull request, a chat or a wiki."""

from __future__ import annotations

import re

from .report import IN_SYNC, STATUSES, Document
from .words import INCOMPLETE, MEANING, STATUS, TITLE, differences, line, mode_of, server_name, sides, verdict

_MARKS = re.compile(r"([*_{}\[\]()#+!~-])")
# these end a cell or a code span, keep others from doing so, or are HTML for those who take code for text
_ODD = re.compile(r"([|`\\<>])")
#: what forges make links of, or tell somebody of: addresses, @names, numbers of issues and the like, commits
_LIVE = re.compile(r"@|[#!$%&~][\w\"]|://|www\.|(?:mailto|xmpp):|\bgh-\d|\b[0-9a-f]{7,40}\b", re.IGNORECASE)


def render(document: Document) -> str:
    """The file's content. Objects in sync are counted and not listed."""
    summary = document["summary"]
    before, after = sides(document)
    lines = ["# " + TITLE, "", "**%s**" % verdict(document), ""]
    if not summary["complete"]:
        lines += ["> **%s**" % INCOMPLETE, ""]
    ended = document["finished"] or "not yet"
    lines += ["Started %s, finished %s (%s)." % (document["started"], ended, mode_of(document)), ""]
    lines += ["| kind | " + " | ".join(STATUS[one] for one in STATUSES) + " |", "|---|" + "---:|" * len(STATUSES)]
    for kind, counts in summary["by_kind"].items():
        lines.append("| %s | %s |" % (text(kind), " | ".join(str(counts[one]) for one in STATUSES)))
    lines.append("")
    for status in STATUSES[: STATUSES.index(IN_SYNC)]:
        rows = [one for one in document["objects"] if one["status"] == status]
        if rows:
            lines += ["## %s: %s" % (STATUS[status].capitalize(), MEANING[status]), ""]
            lines += ["| object | server | difference (%s -> %s) |" % (before, after), "|---|---|---|"]
            lines += [_row(one) for one in rows] + [""]
    return "\n".join(lines)


def _row(one: Document) -> str:
    name = "%s %s" % (text(one["kind"]), text(one["id"]))
    if not one["declared"]:
        name += " **(undeclared)**"
    lines = ["%s: %s" % (text(each["field"]), text(line(each["before"], each["after"]))) for each in differences(one)]
    if one["message"]:
        lines.insert(0, text(one["message"]))
    return "| %s | %s | %s |" % (name, text(server_name(one["server"])), "<br>".join(lines))


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

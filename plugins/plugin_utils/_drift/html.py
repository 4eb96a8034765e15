# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""drift.html: one file that needs nothing else. Without JavaScript it is a plain table of everything."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from typing import Any

from .html_assets import SCRIPT, STYLE
from .report import STATUSES, Document
from .words import INCOMPLETE, MEANING, STATUS, TITLE, differences, mode_of, parts, server_name, sides, verdict

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="%(policy)s">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>%(title)s: %(verdict)s</title>
<style>%(style)s</style>
</head>
<body>
<main>
<h1>%(title)s</h1>
<p class="verdict">%(verdict)s</p>
<p class="dim">Started %(started)s, finished %(finished)s (%(mode)s).</p>
%(alarm)s<ul class="tiles" aria-label="Objects by status">
%(tiles)s
</ul>
%(objects)s%(counts)s</main>
%(script)s</body>
</html>
"""


def render(document: Document) -> str:
    """The file's content."""
    summary = document["summary"]
    alarm = '<p class="alarm" role="alert">%s</p>\n' % escape(INCOMPLETE)
    listed = document["objects"]
    return _PAGE % {
        # nothing is loaded from anywhere, and only this style and this script are run, whatever a name may hold
        "policy": "default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'"
        % (_hash(STYLE), _hash(SCRIPT)),
        "title": TITLE,
        "style": STYLE,
        "verdict": escape(verdict(document)),
        "started": escape(document["started"]),
        "finished": escape(document["finished"] or "not yet"),
        "mode": escape(mode_of(document)),
        "alarm": "" if summary["complete"] else alarm,
        "tiles": "\n".join(_tile(status, summary["by_status"][status]) for status in STATUSES),
        "objects": _objects(document) if listed else "",
        "counts": _counts(summary["counts"]) if summary["counts"] else "",
        "script": "<script>%s</script>\n" % SCRIPT if listed else "",
    }


def _hash(text: str) -> str:
    return "'sha256-%s'" % base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _tile(status: str, number: int) -> str:
    none = "" if number else " none"
    return '<li class="%s%s"><b>%d</b> %s<small>%s</small></li>' % (
        status,
        none,
        number,
        STATUS[status],
        MEANING[status],
    )


# -- the objects


def _objects(document: Document) -> str:
    before, after = sides(document)
    listed = document["objects"]
    servers = {one["server"] for one in listed}
    titles = ("Status", "Object", "Difference: %s &rarr; %s" % (before, after))
    head = "".join('<th scope="col" role="columnheader">%s</th>' % title for title in titles)
    filters = (
        _select("domain", "Domain", sorted({one["domain"] for one in listed}), {"": "(no domain)"}),
        _select("kind", "Kind", sorted({one["kind"] for one in listed}), {}),
        _select("status", "Status", [one for one in STATUSES if any(each["status"] == one for each in listed)], STATUS),
    )
    return (
        "<h2>Objects</h2>\n"
        '<div class="filters" id="filters" role="group" aria-label="Filter the table" hidden>\n%s\n'
        '<output id="shown" aria-live="polite"></output>\n</div>\n'
        '<table class="objects" id="objects" role="table">\n'
        '<caption class="sr">Objects, the most urgent first, with the values %s and %s</caption>\n'
        '<thead role="rowgroup"><tr role="row">%s</tr></thead>\n<tbody role="rowgroup">\n%s\n</tbody>\n</table>\n'
    ) % (
        "\n".join(filters),
        before,
        after,
        head,
        "\n".join(_row(one, (before, after), len(servers) > 1) for one in listed),
    )


def _select(name: str, label: str, values: Iterable[str], words: dict[str, str]) -> str:
    values = list(values)
    options = ['<option value="*">All</option>']
    if name == "status" and "in_sync" in values and len(values) > 1:
        options.append('<option value="!in_sync" selected>All but in sync</option>')
    # the sign keeps a domain from being taken for one of the words above
    options += [
        '<option value="=%s">%s</option>' % (escape(value), escape(words.get(value, value))) for value in values
    ]
    return '<label>%s<select name="%s">%s</select></label>' % (label, name, "".join(options))


def _row(one: Document, names: tuple[str, str], with_server: bool) -> str:
    data = " ".join('data-%s="%s"' % (key, escape(one[key])) for key in ("domain", "kind", "status"))
    undeclared = "" if one["declared"] else ' <span class="undeclared">undeclared</span>'
    where = '<span class="where">%s</span>' % escape(server_name(one["server"])) if with_server else ""
    cells = (
        '<td class="status" role="cell"><span class="badge">%s</span></td>' % STATUS[one["status"]],
        '<th scope="row" role="rowheader">%s%s<span class="kind">%s</span>%s</th>'
        % (escape(one["id"]), undeclared, escape(one["kind"].replace("_", " ")), where),
        '<td role="cell">%s</td>' % _difference(one, names),
    )
    return '<tr role="row" class="%s" %s>%s</tr>' % (one["status"], data, "".join(cells))


def _difference(one: Document, names: tuple[str, str]) -> str:
    message = '<p class="message">%s</p>' % escape(one["message"]) if one["message"] else ""
    changes = differences(one)
    if not changes:
        return message
    return message + '<ul class="changes">%s</ul>' % "".join(_change(each, names) for each in changes)


def _change(each: Document, names: tuple[str, str]) -> str:
    gone, come = parts(each["before"], each["after"])
    items = isinstance(each["before"], list) or isinstance(each["after"], list)
    arrow = " &rarr; " if gone and come and not items else " "
    return "<li><b>%s</b> %s%s%s</li>" % (
        escape(each["field"]),
        _values("del", gone, names[0], items),
        arrow,
        _values("ins", come, names[1], items),
    )


def _values(tag: str, values: list[Any], name: str, items: bool) -> str:
    """The values on one side of a change; items of a list have a sign each, for those who see no colours."""
    if not values:
        return ""
    kind = ' class="item"' if items else ""
    marked = " ".join("<%s%s>%s</%s>" % (tag, kind, escape(value), tag) for value in values)
    return '<span class="sr">%s: </span>%s' % (name, marked)


# -- how many of each kind


def _counts(rows: list[Document]) -> str:
    servers = sorted({row["server"] for row in rows})
    head = "".join('<th scope="col">%s</th>' % text for text in ("Kind", *(STATUS[one] for one in STATUSES)))
    tables = []
    for server in servers:
        body = "\n".join(
            '<tr><th scope="row">%s</th>%s</tr>'
            % (escape(row["kind"].replace("_", " ")), "".join("<td>%d</td>" % row[one] for one in STATUSES))
            for row in rows
            if row["server"] == server
        )
        tables.append(
            '<h2>Counts: %s</h2>\n<div class="scroll">\n<table class="counts">\n<thead><tr>%s</tr></thead>\n'
            "<tbody>\n%s\n</tbody>\n</table>\n</div>\n" % (escape(server_name(server)), head, body)
        )
    return "".join(tables)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""drift.html: one file that needs nothing else. Without JavaScript it is a plain list of all findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.wording import kind_name

from .._files.page import page
from .entry import DRIFT, IN_SYNC, STATUSES, Document
from .findings import WEIGHT, Finding, findings_of
from .html_assets import SCRIPT, STYLE
from .sentences import NAMED
from .weight import WEIGHTS
from .words import INCOMPLETE, STATUS, TITLE, foot, mode_of, repair_words, server_name, since_last, verdict, when

_BODY = """<main>
<header class="%(mood)s">
<p class="dim">%(title)s</p>
<h1>%(verdict)s</h1>
<p class="dim">%(news)s<span class="run">%(times)s</span></p>
</header>
%(alarm)s%(findings)s%(counts)s</main>
<footer>
%(foot)s</footer>
%(script)s"""


def render(document: Document) -> str:
    """The file's content."""
    summary = document["summary"]
    found = findings_of(document)
    alarm = '<p class="alarm" role="alert">%s</p>\n' % escape(INCOMPLETE)
    news = since_last(document)
    times = "Started %s, finished %s (%s)." % (
        when(document["started"]),
        when(document["finished"]),
        mode_of(document),
    )
    calm = summary["complete"] and not found
    said = escape(verdict(document))
    body = _BODY % {
        "title": TITLE,
        "mood": "calm" if calm else "",
        "verdict": said,
        "news": escape(news) + " " if news else "",
        "times": escape(times),
        "alarm": "" if summary["complete"] else alarm,
        "findings": _findings(document, found) if found else "",
        "counts": _counts(summary["counts"]) if summary["counts"] else "",
        "foot": "".join("<span>%s</span>\n" % escape(part) for part in foot(document)),
        "script": "<script>%s</script>\n" % SCRIPT if found else "",
    }
    return page("%s: %s" % (TITLE, said), STYLE, body, SCRIPT)


# -- the findings


def _findings(document: Document, found: list[Finding]) -> str:
    several = len({one["server"] for one in document["objects"]}) > 1
    anchors = _Anchors()
    command = _common([one["repair"] for one in document["objects"] if one["declared"]])
    parts = [_filters(document, found)]
    for title, some in _sections(found):
        rows = "\n".join(_finding(one, anchors, several, command) for one in some)
        parts.append(
            '<section>\n<h2>%s <span class="dim">%s</span></h2>\n<ul class="findings">\n%s\n</ul>\n</section>\n'
            % (title, sum(len(one.objects) for one in some), rows)
        )
    if command:
        parts.append("<h2>What to do</h2>\n<p>To put back all that is declared:</p>\n%s" % _copied(command))
    return "".join(parts)


def _sections(found: list[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """Findings under their headings, in order."""
    headings: dict[str, list[Finding]] = {}
    for one in found:
        headings.setdefault(one.heading, []).append(one)
    yield from headings.items()


def _common(commands: Iterable[str]) -> str:
    """The command that repairs all that is declared; empty if there is none, or several."""
    different = {one for one in commands if one}
    return different.pop() if len(different) == 1 else ""


def _filters(document: Document, found: list[Finding]) -> str:
    listed = [one for finding in found for one in (*finding.objects, *finding.effects)]
    weights = [one for one in WEIGHTS if any(each.weight == one for each in found)]
    selects = (
        _select("weight", "Weight", weights, WEIGHT),
        _select("domain", "Domain", sorted({one["domain"] for one in listed}), {"": "(no domain)"}),
        _select(
            "kind",
            "Kind",
            sorted({one["kind"] for one in listed}),
            {one["kind"]: kind_name(one["kind"]) for one in listed},
        ),
        _select("status", "Status", [one for one in STATUSES if any(each["status"] == one for each in listed)], STATUS),
    )
    new = ""
    if document["summary"]["new"]:
        new = '<label class="check"><input type="checkbox" id="new"> only what is new</label>\n'
    return (
        '<div class="filters" id="filters" role="search" hidden>\n'
        '<label class="search"><span class="sr">Search</span>'
        '<input type="search" id="search" placeholder="Search: name, file, word"></label>\n'
        "<details><summary>Filter</summary>\n<div>\n%s\n%s</div>\n</details>\n"
        '<output id="shown" aria-live="polite"></output>\n</div>\n'
    ) % ("\n".join(selects), new)


def _select(name: str, label: str, values: list[str], words: dict[str, str]) -> str:
    options = ['<option value="*">All</option>']
    # the sign keeps a domain from being taken for the word above
    options += [
        '<option value="=%s">%s</option>' % (escape(value), escape(words.get(value, value))) for value in values
    ]
    return '<label>%s<select name="%s">%s</select></label>' % (label, name, "".join(options))


class _Anchors:
    """Names of places in the page: the same object has the same one in each report."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def of(self, one: Document) -> str:
        """The anchor of an object."""
        plain = re.sub(r"[^\w.@-]+", "-", "%s-%s" % (one["kind"], one["id"]))
        number = self._given[plain] = self._given.get(plain, 0) + 1
        return plain if number == 1 else "%s-%d" % (plain, number)


def _finding(one: Finding, anchors: _Anchors, with_server: bool, command: str) -> str:
    first, everything = one.first, (*one.objects, *one.effects)
    data = {
        "weight": one.weight,
        "status": first["status"],
        "kind": "\n".join(sorted({each["kind"] for each in everything})),
        "domain": "\n".join(sorted({each["domain"] for each in everything})),
        "new": "yes" if one.new else "no",
    }
    told = " ".join('data-%s="%s"' % (key, escape(value)) for key, value in data.items())
    single = len(one.objects) == 1
    name = anchors.of(first) if single else ""
    title = _link(name, first["id"]) if single else escape(one.title)
    badges = [_badge(first["status"], STATUS[first["status"]])] if first["status"] != DRIFT else []
    badges += [] if first["declared"] else [_badge("undeclared", "undeclared")]
    badges += [_badge("new", "new" if one.new == len(everything) else "%d new" % one.new)] if one.new else []
    under = [kind_name(first["kind"])] * single + [server_name(first["server"])] * with_server
    parts = [
        '<div class="object"%s><h3>%s</h3><p class="dim">%s%s</p></div>'
        % (
            ' id="%s"' % escape(name) if name else "",
            title,
            escape(", ".join(under)),
            "".join(" " + b for b in badges),
        ),
        '<div class="what">%s%s%s%s%s</div>'
        % (
            _sentences(one.sentences),
            "".join(_long(first)) if single else _objects("Which", one.objects, anchors),
            _objects("With it", one.effects, anchors) if one.effects else "",
            _where(one),
            _remedy(one, command),
        ),
    ]
    return '<li class="finding %s %s" %s>%s</li>' % (one.weight, first["status"], told, "".join(parts))


def _link(anchor: str, name: str) -> str:
    """A name that may end a line after its @, and nowhere else."""
    return '<a href="#%s">%s</a>' % (escape(anchor), escape(name).replace("@", "@<wbr>"))


def _badge(kind: str, word: str) -> str:
    return '<span class="badge %s">%s</span>' % (kind, word)


def _sentences(sentences: list[str]) -> str:
    return '<ul class="sentences">%s</ul>' % "".join("<li>%s</li>" % escape(one) for one in sentences)


def _long(one: Document) -> Iterator[str]:
    """All names of lists that are told in short."""
    for change in one["changes"]:
        before, after = change["before"], change["after"]
        if not (isinstance(before, list) and isinstance(after, list)):
            continue
        for words, some, others in (("only on the server", before, after), ("missing on the server", after, before)):
            known = {str(name) for name in others}
            names = [str(name) for name in some if str(name) not in known]
            if len(names) > NAMED:
                listed = "".join("<li>%s</li>" % escape(name) for name in names)
                summary = "All %d %s, %s" % (len(names), escape(change["field"]), words)
                yield '<details><summary>%s</summary><ul class="names">%s</ul></details>' % (summary, listed)


def _objects(word: str, objects: Iterable[Document], anchors: _Anchors) -> str:
    rows = []
    for one in objects:
        name = anchors.of(one)
        place = ' <span class="dim">%s</span>' % escape(one["place"]) if one["place"] else ""
        what = "; ".join([kind_name(one["kind"]) + " "] * (word != "Which") + one["sentences"])
        rows.append('<li id="%s">%s: %s%s</li>' % (escape(name), _link(name, one["id"]), escape(what), place))
    return '<details><summary>%s: %d</summary><ul class="names">%s</ul></details>' % (word, len(rows), "".join(rows))


def _where(one: Finding) -> str:
    words = ["declared in %s" % place for place in one.places[: len(one.objects) == 1]]
    if one.new is not None and not one.new:
        words.append("known since %s" % when(one.since))
    return '<p class="dim">%s</p>' % escape("; ".join(words)) if words else ""


def _remedy(one: Finding, command: str) -> str:
    parts = []
    objects = one.objects if len(one.objects) > 1 else (one.first, *one.effects)
    commands = [each["repair"] for each in objects if each["repair"] and each["repair"] != command]
    adopted = _joined([each["adopt"] for each in objects if each["adopt"]])
    if commands:
        parts += ["<p>%s:</p>" % repair_words(one.first), _copied("\n".join(dict.fromkeys(commands)))]
    if adopted:
        parts += ["<p>To take it into the files:</p>", _copied(adopted)]
    if not parts:
        return ""
    return '<details class="todo"><summary>What to do</summary>%s</details>' % "".join(parts)


def _joined(texts: list[str]) -> str:
    """YAML of several objects as one: those of a kind below one key."""
    kinds: dict[str, list[str]] = {}
    for one in texts:
        head, _newline, body = one.partition("\n")
        kinds.setdefault(head, []).append(body)
    return "".join("%s\n%s" % (head, "".join(bodies)) for head, bodies in kinds.items())


def _copied(text: str) -> str:
    return '<div class="copy"><pre tabindex="0">%s</pre><button type="button" hidden>Copy</button></div>' % escape(
        text.rstrip("\n")
    )


# -- how many of each kind


def _counts(rows: list[Document]) -> str:
    shown = [status for status in STATUSES if status == IN_SYNC or any(row[status] for row in rows)]
    head = "".join('<th scope="col">%s</th>' % text for text in ("Kind", *(STATUS[one] for one in shown)))
    tables = []
    servers = sorted({row["server"] for row in rows})
    for server in servers:
        body = "\n".join(
            '<tr><th scope="row">%s</th>%s</tr>'
            % (escape(kind_name(row["kind"], 2)), "".join("<td>%s</td>" % (row[one] or "") for one in shown))
            for row in rows
            if row["server"] == server
        )
        tables.append(
            '<h2>Objects%s</h2>\n<div class="scroll" tabindex="0" role="region" aria-label="Counts">\n'
            '<table class="counts">\n<thead><tr>%s</tr></thead>\n<tbody>\n%s\n</tbody>\n</table>\n</div>\n'
            % (" on " + escape(server_name(server)) if len(servers) > 1 else "", head, body)
        )
    return "".join(tables)

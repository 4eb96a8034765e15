# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan -> files: JSON for programs, Markdown for a comment, HTML for a browser. A plan is not folded in them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.telling import plan_text

from .page import page

TITLE = "Mail plan"
#: the totals after a run, where each line tells what became of it
_TRIED = re.compile(r"\d+ (?:done|failed|not tried)(?:, \d+ (?:failed|not tried))*")
_SIGN = re.compile(r"(?:done|failed|not tried)? *([->~+!]) ")
#: what plan.json holds of a result
_KEYS = ("panel", "checksum", "summary", "changes", "findings", "failures", "undeclared", "plan_text")
#: the first character of a line, and how the page shows it
_CLASSES = {"-": "delete", ">": "rename", "~": "change", "+": "create", "!": "failed"}
_STYLE = """
:root { color-scheme: light dark; --page: #f6f7f9; --card: #ffffff; --text: #1b2330; --dim: #556070; --line: #d5dae1;
  --delete: #a4161a; --delete-bg: #fde8e8; --rename: #4c4f9a; --change: #8a4b00; --create: #1c6b36; }
@media (prefers-color-scheme: dark) { :root { --page: #12161c; --card: #1b212a; --text: #e6eaf0; --dim: #a3aebd;
  --line: #343d4a; --delete: #ff9c9c; --delete-bg: #471a1d; --rename: #b9bcff; --change: #ffc46b; --create: #8fdca5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.45 system-ui, sans-serif; }
main { max-width: 96rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
p { margin: .25rem 0; }
.verdict { font-size: 1.1rem; font-weight: 600; }
.dim { color: var(--dim); font-size: .9rem; overflow-wrap: anywhere; }
.refused { color: var(--delete); font-weight: 600; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .75rem; overflow-x: auto;
  font: .875rem/1.6 ui-monospace, monospace; margin: 1rem 0; }
pre span { display: block; width: max-content; min-width: 100%; }
.delete, .failed { color: var(--delete); background: var(--delete-bg); }
.rename { color: var(--rename); } .change { color: var(--change); } .create { color: var(--create); }
@media print, (max-width: 60rem) { pre { white-space: pre-wrap; }
  pre span { width: auto; padding-left: 4ch; text-indent: -4ch; overflow-wrap: break-word; } }
"""
_BODY = """<main>
<h1>%s</h1>
<p class="verdict">%s</p>
%s%s</main>
"""


def plan_files(result: Mapping[str, Any], formats: Sequence[str]) -> list[dict[str, str]]:
    """Name and content of each file.

    :param result: what `iredmail_state` returned
    :raises InputError: there is no plan in it, or no such format
    """
    unknown = [name for name in formats if name not in _FORMATS]
    if unknown:
        raise InputError("there is no format %s; there are %s." % (", ".join(unknown), ", ".join(_FORMATS)))
    text = result.get("plan_text")
    if not text or not isinstance(text, str) or not isinstance(result.get("changes"), (list, tuple)):
        raise InputError("this is not what iredmail_state returns when it has a plan.")
    return [{"name": _FORMATS[name][0], "content": _FORMATS[name][1](result)} for name in formats]


def _whole(result: Mapping[str, Any]) -> list[str]:
    """The lines of the plan; those of one that was not carried out without folding."""
    lines = str(result["plan_text"]).splitlines()
    if any(_TRIED.fullmatch(line) for line in lines):
        return lines
    changes, unchanged = result["changes"], int(result["summary"]["unchanged"])
    whole = plan_text(changes, str(result.get("panel") or ""), unchanged, most=len(changes) + 1).splitlines()
    # what comes after the totals by domain, and what could not be planned, is not in the changes
    return lines[:1] + whole[1:] + [line for line in lines if line.startswith(("! ", "checksum ", "Refused, "))]


def _json(result: Mapping[str, Any]) -> str:
    found = {key: result[key] for key in _KEYS if key in result}
    return json.dumps(found, indent=2, ensure_ascii=False, default=str) + "\n"


def _markdown(result: Mapping[str, Any]) -> str:
    lines = _whole(result)
    body = [line for line in lines[1:] if not line.startswith(("checksum ", "Refused, "))]
    end = [line for line in lines[1:] if line.startswith(("checksum ", "Refused, "))]
    # a fence that is longer than any in a name
    fence = "`" * max(3, 1 + max((len(run) for line in body for run in _runs(line)), default=0))
    block = ["", fence + "diff", *_trimmed(body), fence] if any(body) else []
    return "\n".join(["## " + TITLE, "", _plain(lines[0]), *block, *("\n" + _plain(one) for one in end)]) + "\n"


def _runs(line: str) -> list[str]:
    return [run for run in line.replace("`", "\0").split() if "\0" in run]


def _plain(line: str) -> str:
    """A line in which nothing is markup."""
    return "".join("\\" + one if one in "\\`*_[]<>#|~!" else one for one in line)


def _trimmed(lines: Sequence[str]) -> list[str]:
    return "\n".join(lines).strip("\n").split("\n")


def _html(result: Mapping[str, Any]) -> str:
    lines = _whole(result)
    body = [line for line in lines[1:] if not line.startswith(("checksum ", "Refused, "))]
    end = [
        '<p class="%s">%s</p>\n' % ("dim" if line.startswith("checksum ") else "refused", escape(line))
        for line in lines[1:]
        if line.startswith(("checksum ", "Refused, "))
    ]
    block = "<pre>%s</pre>\n" % "".join(map(_line, _trimmed(body))) if any(body) else ""
    verdict = escape(lines[0])
    return page("%s: %s" % (TITLE, verdict), _STYLE, _BODY % (TITLE, verdict, block, "".join(end)))


def _line(line: str) -> str:
    found = _SIGN.match(line)
    name = ' class="%s"' % _CLASSES[found[1]] if found else ""
    return "<span%s>%s</span>" % (name, escape(line) or "&nbsp;")


_FORMATS = {"json": ("plan.json", _json), "markdown": ("plan.md", _markdown), "html": ("plan.html", _html)}

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reports of other nights: what is new since the last one, and since when the rest is known."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any

from .entry import IN_SYNC, NO_SERVER, Document

FOLDER = "history"
_NAME = re.compile(r"drift-\d{8}T\d{6}Z\.json")
Key = tuple[str, str, str]


def name_of(document: Document) -> str:
    """The file of a report; names sort as times do."""
    moment = document["finished"] or document["started"]
    return "drift-%s.json" % re.sub("[-:]", "", moment)


def kept(folder: str) -> list[str]:
    """The names of the reports in a directory, the oldest first."""
    try:
        return sorted(name for name in os.listdir(folder) if _NAME.fullmatch(name))
    except OSError:
        return []


def too_many(folder: str, most: int, coming: str) -> list[str]:
    """The names of the reports to remove when another one is added: the oldest, those of the future first."""
    names = sorted({*kept(folder), coming}, key=lambda name: (name <= coming, name))
    return names[: max(len(names) - most, 0)] if most >= 0 else []


def last(folder: str, document: Document) -> Document | None:
    """The last report before another one that looked at everything, and at the same panels; None if there is none.

    One of the future was made while the clock was wrong. It would be the last one of all nights until then.
    """
    coming = name_of(document)
    for name in reversed(kept(folder)):
        found = _read(os.path.join(folder, name)) if name <= coming else None
        if found is not None and _same_panels(document, found):
            return found
    return None


def _same_panels(new: Document, old: Document) -> bool:
    """Whether two reports are about the same panels; one that is not complete may lack some of them."""
    now, before = _panels(new), _panels(old)
    return now == before or (not new["summary"]["complete"] and now <= before)


def _panels(document: Document) -> set[str]:
    rows = [*(document["summary"].get("counts") or ()), *document["objects"]]
    return {str(one.get("server")) for one in rows if isinstance(one, dict)} - {NO_SERVER}


def _read(path: str) -> Document | None:
    """A report, unless it is none, or incomplete: what that did not look at would be new the night after."""
    try:
        with open(path, encoding="utf-8") as source:
            found = json.load(source)
        whole = bool(found["summary"]["complete"]) and isinstance(found["objects"], list)
        str(found["started"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return dict(found) if whole else None


def compare(document: Document, previous: Document | None) -> None:
    """Note in a report what is new since another one, and since when the rest is known."""
    if previous is None:
        return
    before = {_key(one): one for one in _listed(previous)}
    new = 0
    for one in _listed(document):
        old = before.pop(_key(one), None)
        one["new"] = old is None or not set(_differences(one)) <= set(_differences(old))
        known = None if one["new"] or old is None else str(old.get("since") or previous["started"])
        one["since"] = known or document["started"]
        new += one["new"]
    summary = document["summary"]
    summary["previous"], summary["new"], summary["gone"] = previous["started"], new, len(before)
    summary["last_complete"] = previous.get("finished")


def _listed(document: Document) -> Iterator[Document]:
    """The objects of a report that are not as declared."""
    return (one for one in document["objects"] if isinstance(one, dict) and one.get("status") != IN_SYNC)


def _key(one: Document) -> Key:
    return str(one.get("server")), str(one.get("kind")), str(one.get("id"))


def _differences(one: Document) -> Iterator[tuple[str, ...]]:
    """All that differs in an object, each for itself: of a list, each of its values."""
    yield ("status", str(one.get("status")))
    for change in one.get("changes") or ():
        option, before, after = change["field"], change["before"], change["after"]
        if isinstance(before, list) or isinstance(after, list):
            sides = [value if isinstance(value, list) else [] for value in (before, after)]
            had, wanted = ({_text(item) for item in side} for side in sides)
            yield from ((option, "+", item) for item in had - wanted)
            yield from ((option, "-", item) for item in wanted - had)
        else:
            yield (option, _text(before))


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)

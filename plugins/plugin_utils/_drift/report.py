# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run found out about the objects of mail servers: the document that every format is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import printable
from ansible_collections.mailstate.iredmail.plugins.module_utils._version import VERSION

from .entry import APPLY, CHECK, DRIFT, FAILED, IN_SYNC, REPAIRED, STATUSES, UNKNOWN, Document, Entry, as_list
from .remedy import Remedy
from .sentences import sentences, topics
from .weight import SECURITY, WEIGHTS, outsiders, weight_of

SCHEMA_VERSION = "1.1"
#: who made a report, where nobody says so
NOBODY: Document = {"version": VERSION, "revision": "", "host": ""}


class Report:
    """Everything that a run found out so far.

    :ivar mode: ``apply`` as soon as one task that may write was not in check mode
    :ivar looked: a task ran that compares something
    :ivar own: the domains that are known to be one's own
    :ivar about: who made the report, for its foot: ``version`` of the collection, ``revision`` of the files, ``host``
    """

    def __init__(self, started: str, mode: str = CHECK) -> None:
        self.started, self.mode = started, mode
        self.looked = False
        self.own: set[str] = set()
        self.about: Document = dict(NOBODY)
        self._real = False
        self._objects: dict[tuple[str, str, str], Entry] = {}
        self._counted: dict[tuple[str, str, str], int] = {}

    def ran(self, check: bool) -> None:
        """Note that a task ran that compares and may write, in check mode or not."""
        self.looked = True
        self._real = self._real or not check
        self.mode = APPLY if self._real else CHECK

    def add(self, entry: Entry) -> None:
        """Note an object."""
        key = (entry.server, entry.kind, entry.ident)
        if entry.declared and not entry.extra and entry.kind != "admin":
            self.own.add(entry.domain)
            self.own.update(as_list(entry.changes.get("alias_domains", (None, None))[1]))
        if key in self._objects:
            self._objects[key].join(entry)
        else:
            self._objects[key] = entry

    def count(self, server: str, kind: str, source: str, number: int) -> None:
        """Note how many objects of a kind stand as declared; what the same source said before is replaced."""
        self._counted[server, kind, source] = number

    def document(
        self,
        finished: str | None,
        complete: bool,
        scrub: Callable[[Any], Any] = lambda value: value,
        more: Iterable[Entry] = (),
        remedy: Remedy | None = None,
    ) -> Document:
        """The report as JSON has it; ``more`` are objects that may still turn out to be none."""
        entries = [*self._objects.values(), *more]

        def clean(value: Any) -> Any:
            return _printable(scrub(value))

        weights = {id(one): weight_of(one, self.own) for one in entries}
        entries.sort(key=lambda one: (_urgency(one, weights[id(one)]), one.server, one.kind, one.ident))
        rows: dict[tuple[str, str], dict[str, int]] = {}
        for one in entries:
            _row(rows, one.server, one.kind)[one.status] += 1
        for (server, kind, _source), number in self._counted.items():
            _row(rows, server, kind)[IN_SYNC] += number
        counts = [dict(clean({"server": key[0]}), kind=key[1], **rows[key]) for key in sorted(rows)]
        by_kind: dict[str, dict[str, int]] = {}
        for row in counts:
            total = by_kind.setdefault(row["kind"], dict.fromkeys(STATUSES, 0))
            for status in STATUSES:
                total[status] += row[status]
        by_status = {status: sum(row[status] for row in counts) for status in STATUSES}
        by_weight = dict.fromkeys(WEIGHTS, 0)
        for one in entries:
            by_weight[weights[id(one)]] += one.status != IN_SYNC
        causes = causes_of(entries)
        remedy = remedy or Remedy(hosts=frozenset(one.host for one in entries if one.host))
        return {
            "schema_version": SCHEMA_VERSION,
            "mode": self.mode,
            "started": self.started,
            "finished": finished,
            "about": clean(self.about),
            "summary": {
                "complete": complete,
                "objects": sum(by_status.values()),
                "by_status": by_status,
                "by_weight": by_weight,
                "by_kind": dict(sorted(by_kind.items())),
                "counts": counts,
                "previous": None,
                "new": None,
                "gone": None,
                "last_complete": None,
            },
            "objects": [
                _scrubbed(self._object(one, weights[id(one)], causes.get(id(one), ""), remedy), clean)
                for one in entries
            ],
        }

    def _object(self, one: Entry, weight: str, cause: str, remedy: Remedy) -> Document:
        """The entry of ``objects``."""
        outside = {option: outsiders(one, option, self.own) for option in {**one.differences, **one.shown}}
        return {
            "kind": one.kind,
            "id": one.ident,
            "domain": one.domain,
            "server": one.server,
            "status": one.status,
            "declared": one.declared,
            "changes": [
                {"field": option, "before": before, "after": after}
                for option, (before, after) in sorted(one.changes.items())
            ],
            "message": _message(one),
            "weight": weight,
            "topics": topics(one),
            "sentences": sentences(one, outside),
            "place": one.place,
            "cause": cause,
            "since": None,
            "new": None,
            "repair": remedy.command(one),
            "adopt": remedy.adoption(one),
        }


def causes_of(entries: Iterable[Entry]) -> dict[int, str]:
    """What explains the whole of an entry: the account that is gone or nobody's, or the domain.

    :returns: kind and name of the object that explains it, by the entry's id
    """
    listed = [one for one in entries if one.status in (DRIFT, REPAIRED)]
    whole = {(one.server, one.missing, one.ident): one for one in listed if one.missing or one.extra}
    found = {}
    for one in listed:
        cause = whole.get((one.server, one.missing, one.domain)) if one.missing or one.extra else _only(one, whole)
        if cause is not None and cause is not one:
            found[id(one)] = "%s %s" % (cause.kind, cause.ident)
    return found


def _only(entry: Entry, whole: Mapping[tuple[str, bool, str], Entry]) -> Entry | None:
    """The one object whose name is all that differs in an entry."""
    if not entry.differences or set(entry.lists()) != set(entry.differences):
        return None
    names: set[tuple[bool, str]] = set()
    for option in entry.differences:
        only_there, lacking = entry.sides(option)
        names |= {(False, one) for one in only_there} | {(True, one) for one in lacking}
    if len(names) != 1:
        return None
    ((missing, name),) = names
    return whole.get((entry.server, missing, name))


def _urgency(entry: Entry, weight: str) -> tuple[bool, bool, int, int]:
    """What looks like security comes first, then what could not be looked at; what is in sync is last."""
    status = STATUSES.index(entry.status)
    return entry.status == IN_SYNC, weight != SECURITY and entry.status != FAILED, WEIGHTS.index(weight), status


def _message(entry: Entry) -> str:
    """A sentence or two for people; the sentences of the options say more."""
    words = ""
    if entry.status != FAILED and (entry.missing or entry.extra):
        done = entry.status in (REPAIRED, UNKNOWN)
        if entry.missing:
            words = "It was missing, and was created." if done else "It is declared and missing on the server."
        else:
            words = "It is declared to be absent" if entry.declared else "It is declared nowhere"
            words += "; it was deleted." if done else ", and exists on the server."
    return " ".join(filter(None, (words, entry.note)))


def _printable(value: Any) -> Any:
    """A value without control characters, in keys as well: people look at reports in terminals."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {_printable(key): _printable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(item) for item in value]
    return value


def _row(rows: dict[tuple[str, str], dict[str, int]], server: str, kind: str) -> dict[str, int]:
    return rows.setdefault((server, kind), dict.fromkeys(STATUSES, 0))


#: words that the schema lists stay what they are, even if a password is one of them
_FIXED = frozenset({"kind", "status", "declared", "weight", "since", "new"})


def _scrubbed(entry: Document, scrub: Callable[[Any], Any]) -> Document:
    """Without secrets."""
    return {key: value if key in _FIXED else _texts(value, scrub) for key, value in entry.items()}


def _texts(value: Any, scrub: Callable[[Any], Any]) -> Any:
    """``changes`` keep their keys."""
    if isinstance(value, list):
        return [
            {key: scrub(item) for key, item in one.items()} if isinstance(one, dict) else scrub(one) for one in value
        ]
    return scrub(value)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run found out about the objects of mail servers: the document that every format is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import printable

SCHEMA_VERSION = "1.0"
FAILED, DRIFT, UNKNOWN, REPAIRED, IN_SYNC = "failed", "drift", "unknown", "repaired", "in_sync"
#: the most urgent first, which is the order in a report
STATUSES = (FAILED, DRIFT, UNKNOWN, REPAIRED, IN_SYNC)
CHECK, APPLY = "check", "apply"
#: the server of an object where no task said which one
NO_SERVER = "unknown"
Changes = dict[str, tuple[Any, Any]]
Document = dict[str, Any]


@dataclass
class Entry:
    """One object.

    :ivar changes: option to its values before and after; before is what the server had
    :ivar declared: false for one that is there and was declared nowhere
    """

    kind: str
    ident: str
    server: str
    status: str
    changes: Changes = field(default_factory=dict)
    message: str = ""
    declared: bool = True

    def join(self, later: Entry) -> None:
        """Add what a later task of the run found out about the same object: the worse counts.

        Drift that was planned in check mode is gone when a later task has repaired each option of it.
        """
        repaired = self.status == DRIFT and later.status == REPAIRED and set(self.changes) <= set(later.changes)
        if repaired or STATUSES.index(later.status) < STATUSES.index(self.status):
            self.status = later.status
        for option, (before, after) in later.changes.items():
            self.changes[option] = (self.changes[option][0] if option in self.changes else before, after)
        if repaired:
            self.message = later.message
        elif later.message not in self.message:
            self.message = " ".join(filter(None, (self.message, later.message)))
        self.declared = self.declared and later.declared

    def as_dict(self) -> Document:
        """The entry of ``objects``."""
        return {
            "kind": self.kind,
            "id": self.ident,
            "domain": domain_of(self.ident),
            "server": self.server,
            "status": self.status,
            "declared": self.declared,
            "changes": [
                {"field": option, "before": before, "after": after}
                for option, (before, after) in sorted(self.changes.items())
            ],
            "message": self.message,
        }


class Report:
    """Everything that a run found out so far.

    :ivar mode: ``apply`` as soon as one task that may write was not in check mode
    """

    def __init__(self, started: str, mode: str = CHECK) -> None:
        self.started, self.mode = started, mode
        self._real = False
        self._objects: dict[tuple[str, str, str], Entry] = {}
        self._counted: dict[tuple[str, str, str], int] = {}

    def ran(self, check: bool) -> None:
        """Note that a task ran that may write, in check mode or not."""
        self._real = self._real or not check
        self.mode = APPLY if self._real else CHECK

    def add(self, entry: Entry) -> None:
        """Note an object."""
        key = (entry.server, entry.kind, entry.ident)
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
    ) -> Document:
        """The report as JSON has it; ``more`` are objects that may still turn out to be none."""
        entries = [*self._objects.values(), *more]

        def clean(value: Any) -> Any:
            return _printable(scrub(value))

        entries.sort(key=lambda one: (STATUSES.index(one.status), one.server, one.kind, one.ident))
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
        return {
            "schema_version": SCHEMA_VERSION,
            "mode": self.mode,
            "started": self.started,
            "finished": finished,
            "summary": {
                "complete": complete,
                "objects": sum(by_status.values()),
                "by_status": by_status,
                "by_kind": dict(sorted(by_kind.items())),
                "counts": counts,
            },
            "objects": [_scrubbed(one.as_dict(), clean) for one in entries],
        }


def domain_of(ident: str) -> str:
    """The domain that an object is found under; empty for what belongs to none."""
    name = ident.partition(" ")[0].rpartition("@")[2]
    return name if "." in name else ""


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


def _scrubbed(entry: Document, scrub: Callable[[Any], Any]) -> Document:
    """Without secrets; the words that the schema lists stay what they are, even if a password is one of them."""
    return {
        key: value if key in ("kind", "status", "declared") else _texts(value, scrub) for key, value in entry.items()
    }


def _texts(value: Any, scrub: Callable[[Any], Any]) -> Any:
    """``changes`` keep their keys."""
    if isinstance(value, list):
        return [{key: scrub(item) for key, item in change.items()} for change in value]
    return scrub(value)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One object in a report, and the words that the report's schema fixes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

FAILED, DRIFT, UNKNOWN, REPAIRED, IN_SYNC = "failed", "drift", "unknown", "repaired", "in_sync"
#: the most urgent first
STATUSES = (FAILED, DRIFT, UNKNOWN, REPAIRED, IN_SYNC)
CHECK, APPLY = "check", "apply"
#: the server of an object where no task said which one
NO_SERVER = "unknown"
Changes = dict[str, tuple[Any, Any]]
Document = dict[str, Any]
#: the kind of a task with a whole state, which is no object
STATE = "state"


@dataclass
class Entry:
    """One object.

    :ivar changes: option to its values before and after; before is what the server had
    :ivar note: what the changes do not tell: why it failed, what is not known
    :ivar declared: false for one that is there and was declared nowhere
    :ivar place: where it is declared
    :ivar host: on which host of the inventory the task ran
    :ivar sources: the paths where that task found it declared
    :ivar shown: of one that was declared nowhere, what the panel shows of it
    :ivar odd: no module takes the name under which it is listed for its own
    """

    kind: str
    ident: str
    server: str
    status: str
    changes: Changes = field(default_factory=dict)
    note: str = ""
    declared: bool = True
    place: str = ""
    host: str = ""
    sources: tuple[str, ...] = ()
    shown: dict[str, Any] = field(default_factory=dict)
    odd: bool = False

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
            self.note = later.note
        elif later.note not in self.note:
            self.note = " ".join(filter(None, (self.note, later.note)))
        self.declared = self.declared and later.declared
        self.odd = self.odd or later.odd
        self.place = self.place or later.place

    @property
    def missing(self) -> bool:
        """It is declared, and the server had none."""
        return self.changes.get("state") == ("absent", "present")

    @property
    def extra(self) -> bool:
        """The server had it, and nobody declared it, or somebody declared that it be absent."""
        return self.changes.get("state") == ("present", "absent")

    @property
    def domain(self) -> str:
        """The domain that it is found under; empty for what belongs to none."""
        return domain_of(self.ident)

    @property
    def differences(self) -> Changes:
        """The options that differ. Those of an object that is missing, or is to go, all do."""
        return {} if self.missing or self.extra else self.changes

    def sides(self, option: str) -> tuple[list[str], list[str]]:
        """Of an option with many values: those that only the server had, and those that it lacked."""
        values = self.changes.get(option, (self.shown.get(option), None))
        before, after = (as_list(value) for value in values)
        had, wanted = set(before), set(after)
        return [one for one in before if one not in wanted], [one for one in after if one not in had]

    def lists(self) -> Iterator[str]:
        """The options with many values that differ."""
        return (
            option
            for option, (before, after) in self.differences.items()
            if isinstance(before, (list, tuple)) or isinstance(after, (list, tuple))
        )


def as_list(value: Any) -> list[str]:
    """The values of an option with many; a single one is a list of one."""
    if isinstance(value, (list, tuple)):
        return [str(one) for one in value]
    return [] if value in (None, "") or isinstance(value, dict) else [str(value)]


def domain_of(ident: str) -> str:
    """The domain that an object is found under; empty for what belongs to none."""
    name = ident.partition(" ")[0].rpartition("@")[2]
    return name if "." in name else ""

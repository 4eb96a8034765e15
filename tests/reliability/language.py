# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of docs/reliability.md is made of: a fault, the tasks it happens to, and their outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: what the server did with the request
NOTHING, DONE = "did nothing", "carried it out"


class Request(NamedTuple):
    """A request to the panel that is made outside of the task."""

    method: str
    path: str
    params: dict[str, Any]


class Fault(NamedTuple):
    """A fault of tests/sandbox/faults.py."""

    action: dict[str, Any]
    method: str
    path: str
    times: int | None = 1
    skip: int = 0


@dataclass(frozen=True)
class Task:
    """A task of a playbook.

    :ivar words: what it does, for the page
    :ivar method: with ``path``, the request that faults happen to
    :ivar before: requests that make what is there before it
    :ivar subject: how its messages begin
    """

    words: str
    module: str
    options: dict[str, Any]
    method: str = "GET"
    path: str = "/api/user/ada@{domain}"
    before: tuple[Request, ...] = ()
    subject: str = "user ada@{domain}"

    @property
    def reads(self) -> bool:
        """Whether it never writes."""
        return self.module.endswith("_info")


@dataclass(frozen=True)
class Outcome:
    """How a task ends.

    :ivar words: for the page
    :ivar tries: how often it sends the request that the fault happens to
    :ivar ok: it succeeds
    :ivar logins: how often it logs in
    """

    words: str
    tries: int
    ok: bool = True
    logins: int = 1


@dataclass(frozen=True)
class Row:
    """A row of the page, and a test.

    :ivar fault: what goes wrong, for the page
    :ivar actions: the forms of that fault for the sandbox; each makes a case with each of the tasks
    :ivar message: of a task that fails; the warning of one that succeeds
    :ivar server: what it does with the request, for the page
    :ivar method: of the request that the fault happens to, instead of the task's; ``path`` likewise
    :ivar times: how often the fault happens, None is always
    :ivar left: requests after which the database is as the task leaves it; None follows from ``server`` and ``outcome``
    :ivar stays: a second run changes nothing in what is left
    :ivar second_run: words for the page, where they do not follow from the rest; ``during`` likewise for the tasks
    """

    name: str
    fault: str
    tasks: tuple[Task, ...]
    actions: tuple[dict[str, Any], ...]
    outcome: Outcome
    message: str = ""
    server: str = NOTHING
    method: str = ""
    path: str = ""
    times: int | None = 1
    skip: int = 0
    more_faults: tuple[Fault, ...] = ()
    left: tuple[Request, ...] | None = None
    stays: bool = False
    second_run: str = ""
    during: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def leaves_all(self) -> bool:
        """Whether the wanted state is reached by the first run."""
        return self.left is None and (self.outcome.ok or self.server == DONE)

    @property
    def changes_again(self) -> bool:
        """Whether the second run changes something."""
        return not (self.leaves_all or self.stays)

    def cases(self) -> list[tuple[Task, dict[str, Any]]]:
        """Each task with each fault."""
        return [(task, action) for task in self.tasks for action in self.actions]


@dataclass(frozen=True)
class Section:
    """A table of the page."""

    title: str
    text: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Case:
    """A row with one task and one fault, in a domain of its own."""

    row: Row
    task: Task
    action: dict[str, Any]
    domain: str = "example.com"
    url: str = "https://mail.example.com/iredadmin"

    @property
    def name(self) -> str:
        """The name of its task."""
        return f"{self.row.name} in {self.domain}"

    @property
    def method(self) -> str:
        """The method of the request that the fault happens to."""
        return self.row.method or self.task.method

    @property
    def path(self) -> str:
        """Of that request."""
        return str(fill(self.row.path or self.task.path, self.domain))

    @property
    def is_read(self) -> bool:
        """Whether the fault happens to a read."""
        return self.method == "GET"

    @property
    def options(self) -> dict[str, Any]:
        """The options of the task."""
        return dict(fill({"api_retries": 1, **self.task.options, **self.row.options}, self.domain))

    @property
    def faults(self) -> list[Fault]:
        """All that go wrong, the row's own first."""
        first = Fault(self.action, self.method, self.path, self.row.times, self.row.skip)
        return [Fault(*fill(list(one), self.domain)) for one in (first, *self.row.more_faults) if one.action]

    @property
    def message(self) -> str:
        """What the task says; empty when it says nothing."""
        if not self.row.message:
            return ""
        names = {"method": self.method, "path": self.path, "status": self.action.get("status"), "url": self.url}
        subject = self.task.subject + ": " if self.task.subject else ""
        return str(fill(subject, self.domain)) + self.row.message.format(**names, domain=self.domain)


def fill(value: Any, domain: str) -> Any:
    """A value with the domain in all its texts."""
    if isinstance(value, str):
        return value.replace("{domain}", domain)
    if isinstance(value, dict):
        return {key: fill(one, domain) for key, one in value.items()}
    return [fill(one, domain) for one in value] if isinstance(value, (list, tuple)) else value

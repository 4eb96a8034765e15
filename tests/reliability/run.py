# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All cases of docs/reliability.md in three runs, each case in a domain of its own, so that a run is one playbook.

As ordinary modules, which take much longer and share the code, it is the first case of each row.
"""

from __future__ import annotations

import datetime
import http.client
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.reliability.language import Case, Request, Row, Task, fill
from tests.reliability.rows import rows
from tests.sandbox.handle import Sandbox
from tests.support import playbook
from tests.support.playbook import IN_PROCESS, Run, run_tasks

CANARY = "Canary-Password-4713"
#: tasks in one playbook; ansible-playbook may take five minutes
TASKS_PER_PLAYBOOK = 50
#: columns that differ between two equal objects
OWN = {"id", "password", "maildir", "mlid"}
#: a record of what was deleted, for cron jobs
UNSEEN_TABLES = {"deleted_mailboxes"}
CASE = re.compile(r"\b(?:case|left|all)\d+\.example\b")
#: another address of this machine than the one that ansible-playbook comes from
ELSEWHERE = "127.0.0.2"

Rows = list[tuple[str, str]]


class Played:
    """What came of the runs.

    :ivar cases: by the name of their row
    :ivar results: of each run, by case
    :ivar after: of each run, what is in the database, by domain
    :ivar log: of the first run, by domain
    :ivar happened: how often the faults of a case happened, by domain
    :ivar shown: everything that was printed or returned
    :ivar made: how often a POST succeeded, in all runs, by path; ``sessions`` are all cookies
    """

    def __init__(self, sandbox: Sandbox, door: str) -> None:
        self.sandbox, self.door = sandbox, door
        self.cases: dict[str, list[Case]] = defaultdict(list)
        self.results: list[dict[str, dict[str, Any]]] = []
        self.after: list[dict[str, Rows]] = []
        self.log: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.happened: dict[str, list[int]] = defaultdict(list)
        self.shown: list[str] = []
        self.sessions: set[str] = set()
        self.made: Counter[str] = Counter()
        self._ends: dict[int, str] = {}
        self._prepare()
        self._first()
        for _number in range(2):
            self._run({"SESSION_1": self._session(), "SESSION_2": self._session()})
        for entry in sandbox.log():
            self.sessions |= {entry["session"]} - {None}
            self.made[entry["path"]] += entry["method"] == "POST" and entry["success"] is True
        for case in self.everything():
            self.made[case.path] -= "body" in case.action and case.method == "POST"  # a success that is none

    def left(self, case: Case) -> Rows:
        """What shall be there after the first run."""
        if case.row.left is not None:
            return self.after[0][case.domain.replace("case", "left")]
        if case.row.leaves_all:
            return self.end(case)
        return self.before[case.domain]

    def end(self, case: Case) -> Rows:
        """What shall be there in the end."""
        return self.left(case) if case.row.stays else self.after[0][self._ends[id(case.task)]]

    def everything(self) -> list[Case]:
        """All cases."""
        return [case for cases in self.cases.values() for case in cases]

    # -- what is there before

    def _prepare(self) -> None:
        number = 0
        for row in rows():
            for task, action in row.cases()[: None if self.door == IN_PROCESS else 1]:
                number += 1
                case = Case(row, task, action, f"case{number}.example", self.sandbox.url)
                self.cases[row.name].append(case)
                self._furnish(case.domain, task.before)
                for one in case.faults:
                    self.sandbox.fault(*one)
                if row.left is not None:
                    self._furnish(f"left{number}.example", (*task.before, *row.left))
        for task in self._tasks():
            number += 1
            domain = self._ends[id(task)] = f"all{number}.example"
            self._furnish(domain, task.before)
        self.before = self._rows()

    def _furnish(self, domain: str, requests: Iterable[Request]) -> None:
        for method, path, params in (Request("POST", "/api/domain/{domain}", {}), *requests):
            answer = self.sandbox.api(method, fill(path, domain), **fill(params, domain))
            assert answer["_success"], answer

    # -- the runs

    def _first(self) -> None:
        """With the faults; beside them, what each task comes to without one."""
        sound = [
            playbook.task(task.module, self._ends[id(task)], **fill(task.options, self._ends[id(task)]))
            for task in self._tasks()
        ]
        self.sandbox.clear_log()
        self._run({"SESSION_1": self._session(ELSEWHERE), "SESSION_2": self._session(ELSEWHERE)}, sound)
        for entry in self.sandbox.log():
            found = CASE.search(entry["path"])
            if found:
                self.log[found[0]].append(entry)
        for fault in self.sandbox.panel.faults.show():
            self.happened[CASE.search(fault["path"])[0]].append(fault["done"])  # type: ignore[index]
        self.sandbox.clear_faults()

    def _tasks(self) -> list[Task]:
        return list({id(case.task): case.task for case in self.everything()}.values())

    def _run(self, env: dict[str, str], more: list[dict[str, Any]] | None = None) -> None:
        tasks = [playbook.task(case.task.module, case.name, **case.options) for case in self.everything()]
        tasks += more or []
        results = {}
        for start in range(0, len(tasks), TASKS_PER_PLAYBOOK):
            some = tasks[start : start + TASKS_PER_PLAYBOOK]
            run = run_tasks(self.sandbox, some, self.door, args=("-vvv", "--diff"), env={"CANARY": CANARY, **env})
            results.update({line["task"]: line["result"] for line in run.lines})
            self.shown += [run.output, json.dumps(run.lines)]
            assert self._is_complete(run, some)
        for one in more or []:
            assert not results[one["name"]].get("failed"), results[one["name"]]["msg"]
        self.results.append(results)
        self.after.append(self._rows())

    @staticmethod
    def _is_complete(run: Run, tasks: list[dict[str, Any]]) -> bool:
        return [line["task"] for line in run.lines] == [one["name"] for one in tasks]

    def _session(self, address: str = "127.0.0.1") -> str:
        """A session made from an address of this machine."""
        parts = urlsplit(self.sandbox.url)
        line = http.client.HTTPConnection(str(parts.hostname), parts.port, source_address=(address, 0))
        form = urlencode({"username": self.sandbox.username, "password": self.sandbox.password})
        line.request("POST", parts.path + "/api/login", form, {"Content-Type": "application/x-www-form-urlencoded"})
        cookie = line.getresponse().getheader("Set-Cookie", "")
        line.close()
        return cookie.partition(";")[0]

    # -- the database

    def _rows(self) -> dict[str, Rows]:
        """The rows of each domain, sorted, without what differs between equal objects, as if of one domain."""
        found: dict[str, Rows] = defaultdict(list)
        for table, entries in self.sandbox.state().items():
            for row in entries if table not in UNSEEN_TABLES else []:
                kept = {key: value for key, value in row.items() if key not in OWN and not _is_time(value)}
                text = json.dumps(kept, sort_keys=True)
                domain = CASE.search(text)
                if domain:
                    found[domain[0]].append((table, text.replace(domain[0], "example.com")))
        return {domain: sorted(rows) for domain, rows in found.items()}


def _is_time(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.datetime.fromisoformat(value))
    except ValueError:
        return False


def special(row: Row) -> bool:
    """Whether a row has a test of its own."""
    return not row.tasks

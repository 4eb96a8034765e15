# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module for a whole state: what it takes, what it returns."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from typing import Any, Dict, List, Mapping, Optional

from .._api.client import Client
from .._engine.panel import Panel
from .._engine.task import Module, Params, Task
from .._errors import InputError, IRedMailError
from .apply import Run
from .audit import Audit, declared_findings
from .findings import ERROR, Finding
from .items import Reader
from .limits import ceilings_of, check_admins, check_ceilings
from .names import Names
from .options import state_spec
from .planner import StatePlanner
from .reading import begin, read_for
from .reasons import complaint
from .returned import Told, changes_of, contradiction, failed_of
from .scope import Prune, scope_of
from .snapshot import Snapshot
from .step import Step, checksum
from .workers import Workers

#: where a file that was put together from several says which item came from which
ORIGINS = "_origins"
#: what the action plugin writes into a file that is to be removed as soon as it was read
READ_ONCE = "_read_once"


class StateTask(Task):
    """Bring everything that is declared to its state, in one go."""

    def __init__(self, params: Params) -> None:
        content = _content(params)
        origins: Mapping[str, List[str]] = content.pop(ORIGINS, None) or {}
        shared = {"verify": params.get("verify") or "strict"}
        self.params = params
        if params["concurrency"] < 1:
            raise InputError("concurrency: must be 1 or more.")
        _check_approval(params.get("expect_checksum"))
        self.ceilings = ceilings_of(params)
        self.prune = scope_of(params.get("prune"), params.get("undeclared"), content)
        self.items = Reader(content, shared, origins).read()
        self.offline = bool(params.get("offline"))
        self.planner: Optional[StatePlanner] = None
        self.client: Optional[Client] = None
        self.writing: Optional[Run] = None
        self.checksum: Optional[str] = None
        self.findings: List[Finding] = []
        self.seconds = 0.0
        self.refused = False
        self.panel = self.reason = ""
        self.changes: List[Dict[str, Any]] = []
        self._before: Dict[str, int] = {}

    def look(self) -> None:
        """Find what the declaration contradicts in itself.

        :raises InputError: something must not be so
        """
        self._take_findings(declared_findings(self.items))
        errors = [one for one in self.findings if one.severity == ERROR]
        if errors:
            raise InputError("\n".join(map(str, errors)))

    def _take_findings(self, found: List[Finding]) -> None:
        ignored = self.params.get("ignore_findings") or ()
        self.findings = [one for one in found if one.code not in ignored]

    def run(self, client: Client, check_mode: bool) -> None:
        started = time.monotonic()
        self.client, self._before = client, dict(client.counters)
        options, go_on = self.params, bool(self.params["continue_on_error"])
        self.refused = True  # until everything is planned and checked
        workers = Workers(options["concurrency"], go_on, self.progress, client.interrupt)
        try:
            with workers:
                snapshot = Snapshot()
                planner = StatePlanner(snapshot, self.items, self.prune, options.get("verify") or "strict")
                self.planner = planner
                panel = Panel(client, read_only=True)
                begin(panel, snapshot)
                read_for(planner.plan(), snapshot, panel, workers)
                client.interrupt.check()
                self._look_for_contradictions(planner, panel, workers)
                self.panel, self.changes = panel.address, changes_of(planner.steps, planner.deletions.inside)
                client.interrupt.check()
                self._may_begin(planner, workers, panel)
                self.refused = False
                if not check_mode:
                    inside, writer = planner.deletions.inside, Panel(client, read_only=False)
                    self.writing = Run(planner.steps, planner.order, inside, writer, workers)
                    self.writing.carry_out()
        except BaseException as error:
            self.reason = str(error) if self.refused else ""
            if self.writing is not None:
                self.writing.skip_rest()
            raise
        finally:
            self.seconds = time.monotonic() - started
        failed = self._failed()
        if failed:
            raise InputError(self._complaint(failed, wrote=not check_mode))

    def _look_for_contradictions(self, planner: StatePlanner, panel: Panel, workers: Workers) -> None:
        snapshot, world = planner.snapshot, planner.world
        if snapshot.gave_up:
            return
        audit = Audit(world, self.items, planner.order, planner.deletions)
        read_for(audit.run(), snapshot, panel, workers)
        names = Names(world, planner.order, planner.deletions, planner.spared)
        read_for(names.run(self.items, audit.gone), snapshot, panel, workers)
        self._take_findings(planner.protection.findings + audit.findings + names.findings)

    def _may_begin(self, planner: StatePlanner, workers: Workers, panel: Panel) -> None:
        """:raises IRedMailError: the plan must not be carried out; it has a checksum only if it may be"""
        failed = self._failed()
        errors = [one for one in self.findings if one.severity == ERROR]
        if failed and not workers.go_on:
            raise InputError(self._complaint(failed, wrote=False))
        if planner.snapshot.gave_up and not failed:
            raise IRedMailError("the panel could not be asked any more; nothing was written.")
        if errors:
            raise InputError(_contradictions(errors))
        deletions, fine = planner.deletions, planner.planned
        check_ceilings(deletions.of(fine), deletions, *self.ceilings)
        check_admins(fine, deletions, panel)
        self.checksum = found = checksum(planner.steps, self._terms(planner, panel))
        expected = self.params.get("expect_checksum")
        if expected is not None and expected != found:
            raise InputError(
                "the plan is not the one that was approved: its checksum is %s, and expect_checksum is %s; nothing was "
                "written. Look at the new plan in check mode." % (found, expected)
            )

    def _terms(self, planner: StatePlanner, panel: Panel) -> Dict[str, Any]:
        """What a plan is approved for, beside what is sent."""
        prune = Prune() if self.prune.reports else self.prune
        return {
            "panel": panel.address,
            "prune": [list(prune.kinds), list(prune.domains), list(prune.protect), prune.keep_mailbox_days],
            "ceilings": list(self.ceilings),
            "inside": {
                step.item.ident: {kind: sorted(names) for kind, names in found.items()}
                for step in planner.planned
                for found in [planner.deletions.inside.get(step.item.ident, {})]
                if step.deletes_object
            },
        }

    @property
    def _steps(self) -> List[Step]:
        return self.planner.steps if self.planner else []

    def _failed(self) -> List[Step]:
        return [step for step in self._steps if step.failure is not None]

    def _complaint(self, failed: List[Step], wrote: bool) -> str:
        done = "" if wrote else "; nothing was written"
        head = "%d of %d objects failed%s" % (len(failed), self._total(), done)
        return complaint(head, failed_of(failed))

    def _total(self) -> int:
        return len(self.items) + sum(step.pruned for step in self._steps)

    def result(self) -> Dict[str, Any]:
        counters = self.client.counters if self.client else {}
        used = {name: count - self._before.get(name, 0) for name, count in counters.items()}
        planner = self.planner or StatePlanner(Snapshot(), (), Prune(), "strict")
        told = Told(
            planner.steps,
            planner.deletions.inside,
            planner.in_sync,
            planner.undeclared,
            planner.warnings,
            self.changes,
            self.panel,
            self.findings,
            self.checksum,
            self.refused,
            self.reason,
            planner.domains,
            planner.pruning.seen,
            planner.pruning.unlisted,
        )
        return told.result(used, self.seconds, tried=self.writing is not None)


def _contradictions(errors: List[Finding]) -> str:
    head = "what is declared contradicts itself or the server, so nothing was written"
    return complaint(head, map(contradiction, errors))


def _check_approval(checksum: Optional[str]) -> None:
    """:raises InputError: what was given is the checksum of no plan"""
    if checksum == "":
        raise InputError("expect_checksum: it is empty, which is the checksum of no plan; nothing was approved.")
    if checksum is not None and "{{" in checksum:
        raise InputError(
            "expect_checksum: it is a template that was not rendered, %s, so nothing was approved. AWX hands it on like"
            " that if its setting ALLOW_JINJA_IN_EXTRA_VARS is 'never'; it must be 'template'." % checksum
        )


def _content(params: Params) -> Dict[str, Any]:
    """What is declared: inline, or in a JSON file on this host; the action plugin makes that of all other files."""
    if params.get("src") is None:
        return dict(params["declared"])
    try:
        with open(str(params["src"]), encoding="utf-8") as file:
            content = json.load(file)
        if isinstance(content, dict) and content.pop(READ_ONCE, False):
            _remove(str(params["src"]))
    except (OSError, ValueError) as error:
        raise InputError("src: the file cannot be read as JSON on the host where this task runs: %s." % error) from None
    if not isinstance(content, dict):
        raise InputError("src: the file holds no mapping of kinds to lists.")
    return content


def _remove(path: str) -> None:
    """A file that holds passwords and was made for this run is gone before the first request, however the run ends."""
    with suppress(OSError):  # a user that the task became may only read it; the action plugin removes it afterwards
        os.remove(path)


STATE_MODULE = Module(state_spec, StateTask, numerals=("expect_checksum",))

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drift report: what a run found out about mail servers, as files."""

from __future__ import annotations

DOCUMENTATION = r"""
name: drift
type: aggregate
short_description: Write a report on what differed from the declared mail state
version_added: 0.1.0
author:
  - The mailstate.iredmail authors (@mailstate)
description:
  - Collects the results of all modules of this collection in a run, those of single objects, of loops, and of
    M(mailstate.iredmail.iredmail_state), in check mode and in real runs. Results of other tasks are not looked at.
  - With C(--check), the report tells what differs from what is declared. In a real run, it tells what was brought back.
  - An object is in one of these states. C(in_sync) says that it was read, and stands as declared. C(drift) says that it
    differs and was not changed. C(repaired) says that a real run has changed it. C(failed) says that it could not be
    read or written. C(unknown) says that it is managed, and the panel does not show whether it is as declared.
  - A read that failed, an unreachable host and an option that the panel does not show never count as C(in_sync). If the
    run died, or could not look at everything, or looked at nothing, the report says that it is not complete.
  - The report is written when the first task of this collection is about to start, so that no older one is taken for
    the result of a run that died. It is brought up to date while the run goes on, and at its end.
options:
  output_dir:
    description:
      - The directory for the files. It is made if it is missing. A relative path belongs to the directory in which
        Ansible was started.
      - Runs that go on at the same time need a directory each.
    type: path
    default: drift
    env:
      - name: IREDMAIL_DRIFT_OUTPUT_DIR
    ini:
      - section: callback_iredmail_drift
        key: output_dir
  formats:
    description:
      - The formats to write. C(json) gives C(drift.json), C(markdown) C(drift.md), C(html) C(drift.html), C(junit)
        C(drift.xml), and C(prometheus) C(drift.prom).
    type: list
    elements: str
    default: [json, markdown, html]
    choices: [json, markdown, html, junit, prometheus]
    env:
      - name: IREDMAIL_DRIFT_FORMATS
    ini:
      - section: callback_iredmail_drift
        key: formats
requirements:
  - to be enabled, with C(callbacks_enabled = mailstate.iredmail.drift) in C([defaults]) of C(ansible.cfg) or with
    E(ANSIBLE_CALLBACKS_ENABLED)
notes:
  - The files can be read only by the user who runs Ansible. Every file is replaced as a whole, so that nobody reads
    half of one; C(drift.json) is the last, so that the others are as new.
  - C(drift.json) has a schema, C(docs/drift.schema.json) in the repository. Within one major RV(ignore:schema_version),
    keys are added and never taken away or given another meaning.
  - Objects that M(mailstate.iredmail.iredmail_state) finds in sync are counted, and not listed by name.
  - No history is kept, since two runs may be of different playbooks. The role
    P(mailstate.iredmail.mail_drift#role) keeps older reports, and says what is new.
  - Of a task with C(no_log), the report tells the status and the kind of the object, and neither its name nor its
    options. Passwords and sessions are never in a report.
  - A report is not complete if a task failed that is not ignored, since what came after it on that host was not run. If
    it was rescued, that holds if another task of this collection came after it in its block. A task that fails on
    purpose because of what was found, after all was looked at, says so with C(vars) that set
    C(iredmail_drift_verdict=true).
  - In JUnit, drift is a failure, what failed is an error, and what is unknown was skipped. Prometheus gets the gauges
    C(iredmail_drift_objects) and C(iredmail_drift_findings), C(iredmail_drift_new), C(iredmail_drift_complete),
    C(iredmail_drift_last_run_timestamp_seconds), and after a complete run
    C(iredmail_drift_last_complete_timestamp_seconds).
seealso:
  - module: mailstate.iredmail.iredmail_state
"""

import atexit
import datetime
import os
import time
from dataclasses import replace
from typing import Any

from ansible import context
from ansible.errors import AnsibleError
from ansible.plugins.callback import CallbackBase

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.supported import check_ansible

check_ansible()

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.connection import is_unset
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift import tasks
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.about import about
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.collect import (
    BAD,
    OK,
    UNREACHABLE,
    Event,
    goes_on,
    take,
    unseen,
)
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.entry import (
    APPLY,
    CHECK,
    FAILED,
    NO_SERVER,
    Entry,
)
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.formats import FORMATS, write
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.report import Report
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.secrets import Secrets

#: where options may come from
VARIABLES = ("IREDMAIL_DRIFT_OUTPUT_DIR", "IREDMAIL_DRIFT_FORMATS")
IN_FORMATS = VARIABLES[1]
#: kinds of what was stopped
HOST = "host"
RUN = "run"
#: writing takes at most this part of the time
SHARE = 0.1
#: a report that is written faster than this may always be written before a task starts
QUICK = 0.1


class CallbackModule(CallbackBase):
    """Listens to a run and keeps the report up to date."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "mailstate.iredmail.drift"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._report = Report(_now(), CHECK if context.CLIARGS.get("check") else APPLY)
        self._report.about = about()
        self._secrets = Secrets()
        #: why what came after was not looked at, by kind and name of what was stopped
        self._stopped: dict[tuple[str, str], str] = {}
        #: what was left in the background, by host and job
        self._away: dict[tuple[str, str], Event] = {}
        #: the same of hosts where a rescue went on, and left out tasks of this collection
        self._left_out: dict[str, str] = {}
        self._begun = self._over = self._changed = self._complained = False
        #: when it was written, and how long that took the last two times
        self._written, self._took = 0.0, (0.0, 0.0)
        self._number = 0
        self._process = os.getpid()

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """Take the options; a variable of the environment that is empty says nothing.

        :raises AnsibleError: one names a format that there is none of; Ansible would not say where it stands
        """
        named = [one.strip() for one in os.environ.get(IN_FORMATS, "").split(",")]
        unknown = [one for one in named if one and one not in FORMATS]
        if unknown:
            sentence = "%s in the environment: there is no format %s; there are %s, and no report is written."
            raise AnsibleError(sentence % (IN_FORMATS, ", ".join(unknown), ", ".join(FORMATS)))
        empty = {one: os.environ.pop(one) for one in VARIABLES if one in os.environ and is_unset(os.environ[one])}
        try:
            super().set_options(task_keys, var_options, direct)
        finally:
            os.environ.update(empty)

    # -- the run

    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._play = play
        if tasks.mentions(play):
            self._begin()
        self._save(soon=True)

    def v2_playbook_on_no_hosts_matched(self) -> None:
        if tasks.mentions(self._play):
            self._stop(RUN, "play %s" % self._play.get_name(), "No host matched, so nothing was looked at.")

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        if tasks.module_of(task):
            self._begin()
        self._save(soon=True)

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        self.v2_playbook_on_task_start(task, False)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        # a failure that was rescued has stopped no more than the rest of its block
        for host in stats.processed:
            if not (stats.failures.get(host) or stats.dark.get(host)):
                self._stopped.pop((HOST, host), None)
                if host in self._left_out:
                    self._stopped[HOST, host] = self._left_out[host]
        self._over = True
        self._finish()

    # -- results

    def v2_runner_on_ok(self, result: Any) -> None:
        self._take(result, OK)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._take(result, BAD)
        fields = tasks.fields_of(result)
        if not ignore_errors and not tasks.is_verdict(fields):
            name = tasks.host_of(result)
            why = "The task '%s' failed; what came after it was not run." % tasks.name_of(result)
            if tasks.leaves_out(result):
                self._left_out.setdefault(name, why)
            self._stop(HOST, name, why)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._take(result, UNREACHABLE)
        self._stop(HOST, tasks.host_of(result), "The host is unreachable; what was to be looked at from it was not.")

    def v2_runner_item_on_ok(self, result: Any) -> None:
        self._take(result, OK, item=True)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._take(result, BAD, item=True)

    def _take(self, result: Any, outcome: str, item: bool = False) -> None:
        try:
            self._note(result, outcome, item)
        except Exception as error:  # pylint: disable=broad-except  # Ansible would warn, and the report seem complete
            why = "A result was not taken into the report (%s): what it told is missing." % type(error).__name__
            self._display.warning("The drift report is not complete: %s" % why)
            self._stop(RUN, "results", why)

    def _note(self, result: Any, outcome: str, item: bool) -> None:
        self._number += 1
        event = tasks.event_of(result, outcome, item, self._number) or self._back(result, outcome)
        if event is None:
            return
        if goes_on(event):
            self._away[event.host, str(event.result["ansible_job_id"])] = event
        self._begin()
        environment = tasks.environment_of(result)
        self._secrets.learn([event.args, {name[9:].lower(): value for name, value in environment.items()}])
        if not goes_on(event):
            take(self._report, event)
        self._changed = True
        self._save(soon=event.failed)

    def _back(self, result: Any, outcome: str) -> Event | None:
        """What came of a task in the background, once somebody asks for it."""
        returned = tasks.collected(result)
        event = self._away.pop((tasks.host_of(result), str(returned.get("ansible_job_id"))), None)
        if event is None:
            return None
        return replace(event, result=dict(returned, failed=outcome == BAD), outcome=outcome)

    def _stop(self, kind: str, name: str, why: str) -> None:
        self._stopped.setdefault((kind, name), why)
        self._changed = True
        self._save(soon=True)

    # -- files

    def _begin(self) -> None:
        if not self._begun:
            self._begun = self._changed = True
            atexit.register(self._finish)
            self._save(soon=True)

    def _finish(self) -> None:
        """The last word, also of a run that ends before its statistics."""
        if self._begun and os.getpid() == self._process:
            self._write(_now())
            self._begun = False

    def _save(self, soon: bool) -> None:
        if not (self._begun and self._changed):
            return
        pause = time.monotonic() - self._written
        cost = min(self._took)  # once is no measure: the first time is slow, and so is one by chance
        if not self._written or (soon and cost < QUICK) or pause > cost / SHARE:
            self._write(None)

    def _write(self, finished: str | None) -> None:
        start = time.monotonic()
        stopped = [Entry(kind, name, NO_SERVER, FAILED, note=why) for (kind, name), why in self._stopped.items()]
        complete = self._over and not stopped and self._report.looked
        try:
            away = [unseen(event) for event in self._away.values()]
            document = self._report.document(finished, complete, self._secrets.scrub, stopped + away)
            formats = [str(one).strip() for one in self.get_option("formats")]
            write(document, str(self.get_option("output_dir")), formats)
        except OSError as error:
            if not self._complained:
                self._complained = True
                self._display.warning("The drift report cannot be written: %s" % error)
        self._changed = False
        self._written = time.monotonic()
        self._took = (self._took[1], self._written - start)


def _now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

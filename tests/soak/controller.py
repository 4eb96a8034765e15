# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller: a process that lives long, does as it is told on its standard input, and says what came of it.

Each line is an order, a JSON object whose ``job`` is one of ``JOBS``, and its answer is a line as well. What modules
do on a controller is done here by the same functions, without Ansible around them.
"""

from __future__ import annotations

import datetime
import gc
import json
import sys
import traceback
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import execute
from ansible_collections.mailstate.iredmail.plugins.module_utils._export.task import STATE_INFO
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.task import STATE_MODULE
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift import role
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.formats import FORMATS
from tests.soak.growth import measured

#: enough for the list of requests to be in the results
VERBOSITY = 3
#: so many reports are kept
KEEP = 5


class Clock(datetime.datetime):
    """The time of day, as far as this process knows it."""

    ahead = 0.0

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return datetime.datetime.now(tz) + datetime.timedelta(seconds=cls.ahead)


def state(params: dict[str, Any], check: bool = False) -> dict[str, Any]:
    """Apply a state, or plan it."""
    return execute(STATE_MODULE, params, check, VERBOSITY)


def export(params: dict[str, Any]) -> dict[str, Any]:
    """Export the server."""
    return execute(STATE_INFO, params, False, VERBOSITY)


def drift(params: dict[str, Any], folder: str) -> dict[str, Any]:
    """Report what differs, as the role mail_drift does: the files of the report and its history are in a folder."""
    home = Path(folder)
    history = home / "history"
    history.mkdir(parents=True, exist_ok=True)
    started = role._now()
    result = state(dict(params, continue_on_error=True), check=True)
    known = role.Circumstances(history=str(history), keep=KEEP)
    report = role.report_of({"localhost": result}, started, list(FORMATS), {}, known)
    for one in report["files"]:
        (home / one["name"]).write_text(one["content"], encoding="utf-8")
    for one in report["history"]["add"]:
        (history / one["name"]).write_text(one["content"], encoding="utf-8")
    for name in report["history"]["remove"]:
        (history / name).unlink()
    told = {name: report[name] for name in ("summary", "verdict", "failures")}
    return {**result, "report": told, "history": sorted(path.name for path in history.iterdir())}


def jump(seconds: float) -> dict[str, Any]:
    """Put the clock forward, or back."""
    Clock.ahead += seconds
    return {}


def figures() -> dict[str, Any]:
    """What this process holds."""
    return measured()


JOBS = {job.__name__: job for job in (state, export, drift, jump, figures)}


def main() -> None:
    """Do as told, until there is nothing more to be read."""
    role.datetime = SimpleNamespace(datetime=Clock, timezone=datetime.timezone)  # type: ignore[assignment]
    answers, sys.stdout = sys.stdout, sys.stderr
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        number = order.pop("number")
        try:
            answer = JOBS[order.pop("job")](**order)
        except Exception:  # the soak tells of it, and goes on
            answer = {"crash": traceback.format_exc()}
        gc.collect()  # a connection that was in an exception is closed with it, and that stands in a circle
        answers.write(json.dumps([number, answer]) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()

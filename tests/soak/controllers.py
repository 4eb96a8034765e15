# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who runs modules and roles in the soak: processes that live as long as it does, and `ansible-playbook`.

Both take the same orders and give the same results: ``state``, ``export`` and ``drift``.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from tests.sandbox.handle import Sandbox
from tests.soak.invariants import CONFESSIONS
from tests.support.canary import Watch
from tests.support.common import ROOT
from tests.support.drift_role import STATE
from tests.support.playbook import Run, play
from tests.support.roles import APPLY, APPLY_TASK, DRIFT, EXPORT

#: seconds after which somebody who does not answer hangs
PATIENCE = 120.0
_EXPORT = "mailstate.iredmail.mail_export : Read the live server"


class Controller:
    """A process of its own that does one thing after the other, as :mod:`tests.soak.controller` has it.

    :param folder: what it leaves behind: ``drift``, its messages, and in ``tmp`` its temporary files
    """

    def __init__(self, who: str, folder: Path) -> None:
        self.who, self.folder = who, folder
        self.temporary = folder / "tmp"
        self.temporary.mkdir(parents=True)
        own = {name: value for name, value in os.environ.items() if not name.startswith("IREDMAIL_")}
        self._number = 0
        self._messages = (folder / "messages").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.controller"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._messages,
            cwd=ROOT,
            env=dict(own, TMPDIR=str(self.temporary)),
        )

    def close(self) -> None:
        """End the process."""
        self._messages.close()
        self._process.kill()
        self._process.communicate()

    def begin(self, job: str, **order: Any) -> None:
        """Have something done; the answer is to be fetched before the next order."""
        assert self._process.stdin
        self._number += 1
        self._process.stdin.write(json.dumps({"number": self._number, "job": job, **order}).encode() + b"\n")
        self._process.stdin.flush()

    def end(self) -> dict[str, Any]:
        """What came of the last order. Raises TimeoutError for a process that hangs, and ends it."""
        assert self._process.stdout
        while select.select([self._process.stdout], [], [], PATIENCE)[0]:
            line = self._process.stdout.readline()
            if not line:
                return {"crash": f"{self.who} has ended"}
            number, answer = json.loads(line)
            if number == self._number:  # nobody has fetched the one before it, if the round broke off
                return dict(answer)
        self.close()
        raise TimeoutError(f"{self.who} did not come back within {PATIENCE:g} seconds")

    def run(self, job: str, **order: Any) -> dict[str, Any]:
        """Have something done, and wait for it."""
        self.begin(job, **order)
        return self.end()

    def drift(self, params: dict[str, Any]) -> dict[str, Any]:
        """A drift report, which is left in the folder."""
        return self.run("drift", params=params, folder=str(self.folder / "drift"))

    def document(self) -> dict[str, Any]:
        """The report, as its file has it."""
        return _document(self.folder / "drift")


class Playbooks:
    """The same with `ansible-playbook -vvv --diff`: the playbooks apply, export and drift, which run the roles.

    ``problems`` are secrets and temporary files that were found after a run.
    """

    def __init__(self, sandbox: Sandbox, folder: Path, secrets: dict[str, str]) -> None:
        self.sandbox, self.mail, self.folder = sandbox, folder / "mail", folder / "seen"
        self.mail.mkdir(parents=True)
        self.folder.mkdir()
        self.watch = Watch(self.folder, secrets)
        self.problems: list[str] = []
        self.exported = self.folder / "exported"
        self._pool = ThreadPoolExecutor(max_workers=1)

    def begin(self, job: str, **order: Any) -> None:
        """Have something done, in a thread."""
        self._job = self._pool.submit(self.run, job, **order)

    def end(self) -> dict[str, Any]:
        """What came of it; what broke in the thread is raised here."""
        return self._job.result()

    def run(self, job: str, params: dict[str, Any], check: bool = False) -> dict[str, Any]:
        """Have something done, and wait for it."""
        if job == "export":
            variables = {"mail_export_dir": str(self.exported), "mail_export_force": True}
            return self._result(self._play(EXPORT, params, **variables), _EXPORT)
        return self._result(self._play(APPLY, params, *(["--check"] * check), **self._applying(params)), APPLY_TASK)

    def drift(self, params: dict[str, Any]) -> dict[str, Any]:
        """A drift report, which is left in the folder."""
        variables = {
            "mail_drift_src": self._declared(params),
            "mail_drift_undeclared": params["undeclared"],
            "mail_drift_output_dir": str(self.folder / "drift"),
        }
        return self._result(self._play(DRIFT, params, **variables), STATE)

    def document(self) -> dict[str, Any]:
        """The report, as its file has it."""
        return _document(self.folder / "drift")

    def _applying(self, params: dict[str, Any]) -> dict[str, Any]:
        names = ("prune", "max_deletions", "max_delete_percent", "expect_checksum", "concurrency", "continue_on_error")
        told = {f"mail_state_{name}": params[name] for name in names if params.get(name) is not None}
        return {"mail_state_src": self._declared(params), **told}

    def _declared(self, params: dict[str, Any]) -> str:
        """The folder of the state files; what is exported stands where it was exported to."""
        if params.get("src"):
            return str(params["src"])
        (self.mail / "state.yml").write_text(yaml.safe_dump(params["declared"], sort_keys=False), encoding="utf-8")
        return str(self.mail)

    def _play(self, playbook: str, params: dict[str, Any], *args: str, **variables: Any) -> Run:
        options = {name: str(params[name]) for name in ("api_timeout", "api_retries")}
        env = {**self.watch.env, **{f"IREDMAIL_{name.upper()}": value for name, value in options.items()}}
        run = play(self.sandbox, playbook, "-vvv", "--diff", *args, env=env, **variables)
        try:
            self.watch.assert_clean(run, self.sandbox)
        except AssertionError as problem:
            self.problems.append(f"ansible-playbook {playbook}: {problem}")
        self.problems += [f"ansible-playbook {playbook}: {run.output}" for words in CONFESSIONS if words in run.output]
        return run

    @staticmethod
    def _result(run: Run, task: str) -> dict[str, Any]:
        """What the module returned; where it was not run, that is a failure with all that was said."""
        found = [line["result"] for line in run.lines if line["task"] == task]
        if not found:
            return {"failed": True, "crash": run.output}
        result = dict(found[0])
        with contextlib.suppress(KeyError):  # the roles fail later, and by themselves
            result["failed"] = bool(result["msg"])
        return result


def _document(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "drift.json").read_text(encoding="utf-8")))

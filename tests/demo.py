# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo: examples/ applied to a sandbox, applied again, drift made by hand, shown and repaired.

It is a check as well: every step says what it expects of the recap, and the demo fails when that is not what came.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.sandbox.handle import Sandbox

ROOT = Path(__file__).resolve().parent.parent
PLAYBOOK = ROOT / "examples" / "site.yml"
WRITES = ("POST", "PUT", "DELETE")


class Demo:
    """The steps, on one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        own = {name: value for name, value in os.environ.items() if not name.startswith("IREDMAIL_")}
        self.environment = dict(
            own,
            IREDMAIL_API_URL=sandbox.url,
            IREDMAIL_API_USERNAME=sandbox.username,
            IREDMAIL_API_PASSWORD=sandbox.password,
        )

    def step(self, title: str, *args: str, changed: bool, writes: bool) -> str:
        """Run the playbook; its recap and the server's log must agree with what is expected."""
        print(f"\n=== {title}\n$ ansible-playbook examples/site.yml {' '.join(args)}", flush=True)
        self.sandbox.clear_log()
        done = subprocess.run(
            ["ansible-playbook", "-i", "localhost,", str(PLAYBOOK), *args],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        print(done.stdout + done.stderr, flush=True)
        if done.returncode:
            sys.exit(f"The demo failed: ansible-playbook returned {done.returncode}.")
        number = int(re.findall(r"changed=(\d+)", done.stdout)[-1])
        written = len(self.sandbox.writes())
        tasks = done.stdout.count("TASK [")
        logins = [line["path"] for line in self.sandbox.log()].count("/api/login")
        print(
            f"--- {number} tasks changed, {written} writes at the server, {logins} logins in {tasks} tasks", flush=True
        )
        if (number > 0) is not changed or (written > 0) is not writes:
            sys.exit("The demo failed: that is not what was to be expected.")
        if logins > tasks:
            sys.exit("The demo failed: a task logged in more than once.")
        return done.stdout

    def run(self) -> None:
        """All steps."""
        self.step("1. Check mode on an empty server: what would be done", "--check", changed=True, writes=False)
        self.step("2. Apply", changed=True, writes=True)
        self.step("3. Apply again: nothing left to do", changed=False, writes=False)
        print("\n=== 4. Somebody changes the quota of a mailbox in the panel", flush=True)
        print("PUT /api/user/ada@example.com quota=1", flush=True)
        self.sandbox.api("PUT", "/api/user/ada@example.com", quota="1")
        shown = self.step(
            "5. Check mode with --diff names exactly that", "--check", "--diff", changed=True, writes=False
        )
        differences = re.findall(r"^[+-] .*$", shown, re.MULTILINE)
        if len(differences) != 2 or not all('"quota"' in line for line in differences):
            sys.exit(f"The demo failed: the diff names something else: {differences}")
        self.step("6. Repair", changed=True, writes=True)
        self.step("7. And nothing left to do", changed=False, writes=False)
        if self.sandbox.violations():
            sys.exit(f"The demo failed: requests violated the API document: {self.sandbox.violations()}")
        print("\nThe demo is through; the sandbox is gone.", flush=True)


def main() -> None:
    """Start a sandbox on the loopback address, run the steps, clean up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backend", choices=["sql", "ldap"], default="sql")
    options = parser.parse_args()
    with Sandbox(backend=options.backend) as sandbox:
        print(f"A sandbox panel ({options.backend}) answers at {sandbox.url}", flush=True)
        Demo(sandbox).run()


if __name__ == "__main__":
    main()

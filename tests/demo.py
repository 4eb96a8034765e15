# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo: examples/ applied to a sandbox, applied again, drift made by hand, shown, reported and repaired.

It is a check as well: every step says what it expects of the recap, and the demo fails when that is not what came.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.sandbox.handle import Sandbox

ROOT = Path(__file__).resolve().parent.parent
PLAYBOOK = ROOT / "examples" / "site.yml"
STATE = ROOT / "examples" / "state"
PRUNE = {"mail_state_prune": {"kinds": ["users"], "domains": ["example.com", "example.org"]}}
#: changes by hand: the request, and how the report calls the object
CHANGES = (
    ("PUT", "user/grace@example.com", {"quota": "1"}, "user grace@example.com"),
    ("POST", "user/mallory@example.com", {"password": "Correct-Horse-7-Battery"}, "user mallory@example.com"),
    ("DELETE", "alias/info@example.com", {}, "alias info@example.com"),
    ("PUT", "domain/example.org", {"accountStatus": "disabled"}, "domain example.org"),
    ("POST", "wblist/inbound/whitelist/global", {"addresses": "@spam.example"}, "wblist global inbound whitelist"),
)


class Demo:
    """The steps, on one sandbox; ``reports`` is where the drift report is left."""

    def __init__(self, sandbox: Sandbox, reports: Path) -> None:
        self.sandbox, self.reports = sandbox, reports
        own = {name: value for name, value in os.environ.items() if not name.startswith("IREDMAIL_")}
        self.environment = dict(
            own,
            IREDMAIL_API_URL=sandbox.url,
            IREDMAIL_API_USERNAME=sandbox.username,
            IREDMAIL_API_PASSWORD=sandbox.password,
            # as the guides say; whatever else Ansible has to say is seen
            ANSIBLE_CONFIG=str(ROOT / "examples" / "ansible.cfg"),
        )

    def play(self, title: str, playbook: str, *args: str) -> str:
        """Run a playbook and show what it says."""
        shown = playbook.replace(f"{ROOT}/", "")
        print(f"\n=== {title}\n$ ansible-playbook {shown} {' '.join(map(shlex.quote, args))}", flush=True)
        self.sandbox.clear_log()
        done = subprocess.run(
            ["ansible-playbook", playbook, *args],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        print(done.stdout + done.stderr, flush=True)
        if done.returncode:
            sys.exit(f"The demo failed: ansible-playbook returned {done.returncode}.")
        if "[WARNING]" in done.stdout + done.stderr:
            sys.exit("The demo failed: Ansible warns of something.")
        return done.stdout

    def step(self, title: str, *args: str, changed: bool, writes: bool, playbook: str = str(PLAYBOOK)) -> str:
        """Run a playbook; its recap and the server's log must agree with what is expected."""
        stdout = self.play(title, playbook, *args)
        number = int(re.findall(r"changed=(\d+)", stdout)[-1])
        written = len(self.sandbox.writes())
        tasks = stdout.count("TASK [")
        logins = [line["path"] for line in self.sandbox.log()].count("/api/login")
        print(
            f"--- {number} tasks changed, {written} writes at the server, {logins} logins in {tasks} tasks", flush=True
        )
        if (number > 0) is not changed or (written > 0) is not writes:
            sys.exit("The demo failed: that is not what was to be expected.")
        if logins > tasks:
            sys.exit("The demo failed: a task logged in more than once.")
        return stdout

    def run(self) -> None:
        """All steps."""
        self.single_objects()
        self.whole_state()
        if self.sandbox.violations():
            sys.exit(f"The demo failed: requests violated the API document: {self.sandbox.violations()}")
        print("\nThe demo is through; the sandbox is gone.", flush=True)

    def single_objects(self) -> None:
        """One task an object, as in a playbook of one's own."""
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

    def whole_state(self) -> None:
        """Everything in one task, and the report of each night."""
        apply = {"playbook": "mailstate.iredmail.apply", "changed": True, "writes": True}
        source = f"mail_state_src={STATE.relative_to(ROOT)}"
        self.step("8. Apply examples/state in one task", "-e", source, **apply)
        self.drift("9. The report of the first night: nothing differs", set())
        print("\n=== 10. Five changes by hand", flush=True)
        for method, path, params, name in CHANGES:
            print(f"{method} /api/{path} {' '.join(params)}: {name}", flush=True)
            self.sandbox.api(method, f"/api/{path}", **params)
        self.drift("11. The report of the second night names exactly these five", {name for *_, name in CHANGES})
        print((self.reports / "drift.md").read_text(encoding="utf-8"), flush=True)
        prune = json.dumps(PRUNE)
        self.step("12. Repair; pruning allows what is not declared to go", "-e", source, "-e", prune, **apply)
        repaired = (self.reports / "drift.html").rename(self.reports / "second-night.html")
        self.drift("13. The report of the third night: nothing differs", set())
        print(f"\nThe second night as a page for browsers: {repaired.relative_to(ROOT)}", flush=True)

    def drift(self, title: str, expected: set[str]) -> None:
        """Run the playbook drift; its report must name what is expected, and nothing else."""
        variables = f"mail_drift_src={STATE.relative_to(ROOT)} mail_drift_output_dir={self.reports.relative_to(ROOT)}"
        self.play(title, "mailstate.iredmail.drift", "-e", variables)
        objects = json.loads((self.reports / "drift.json").read_text(encoding="utf-8"))["objects"]
        found = {f"{one['kind']} {one['id']}": one["status"] for one in objects if one["status"] != "in_sync"}
        print(f"--- {len(found)} objects differ: {', '.join(sorted(found)) or 'none'}", flush=True)
        if found != dict.fromkeys(expected, "drift") or self.sandbox.writes():
            sys.exit("The demo failed: that is not what was to be expected.")


def main() -> None:
    """Start a sandbox on the loopback address, run the steps, clean up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backend", choices=["sql", "ldap"], default="sql")
    options = parser.parse_args()
    with Sandbox(backend=options.backend) as sandbox:
        print(f"A sandbox panel ({options.backend}) answers at {sandbox.url}", flush=True)
        reports = ROOT / ".build" / "demo"
        shutil.rmtree(reports, ignore_errors=True)
        Demo(sandbox, reports).run()


if __name__ == "__main__":
    main()

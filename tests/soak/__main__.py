# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.soak``, which ``make soak`` runs."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.sandbox.handle import Sandbox
from tests.soak import figures
from tests.soak.controllers import Controller, Playbooks
from tests.soak.growth import leaks, measured
from tests.soak.rounds import FIRST, SECOND, Round, secrets_of
from tests.soak.scripts import drawn, scripts
from tests.support.random_states import ROOT

#: each so many rounds one is run with ansible-playbook
PLAYBOOKS = 30
#: so many rounds may go wrong before the soak gives up
PATIENCE = 10
#: seconds between two lines of progress
PAUSE = 30
HERE = "the panel, and the soak itself"


class Soak:
    """The processes that live as long as it does, and what has come of it so far."""

    def __init__(self, seed: int, folder: Path, stack: contextlib.ExitStack) -> None:
        self.seed, self.folder = seed, folder
        panels = [stack.enter_context(Sandbox(backend=backend, admin=ROOT)) for backend in ("sql", "ldap")]
        self.sandboxes = {one.backend: one for one in panels}
        self.processes = [Controller(who, folder / who.replace(" ", "-")) for who in (FIRST, SECOND)]
        for one in self.processes:
            stack.callback(one.close)
        self.counts: Counter[str] = Counter()
        self.samples: dict[str, list[dict[str, int]]] = {who: [] for who in (FIRST, SECOND, HERE)}
        self.problems: list[str] = []
        self.failed: list[int] = []

    def round(self, number: int, playbooks: bool) -> None:
        """One of them; what is wrong in it is told at once."""
        script = drawn(scripts, self.seed * 10**6 + number)
        sandbox = self.sandboxes[script.backend]
        first, second = self.processes
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            runner = Playbooks(sandbox, Path(name), secrets_of(sandbox)) if playbooks else first
            one = Round(script, sandbox, runner, second, self.processes)
            try:
                one.run()
                found = {process.who: process.run("figures") for process in self.processes}
                for who, figure in {**found, HERE: measured()}.items():
                    self.samples[who].append(figure)
            except Exception:
                one.problems.append(traceback.format_exc())
        self.counts.update(one.counts, rounds=1, **{"rounds with ansible-playbook": int(playbooks)})
        if one.problems:
            self.failed.append(number)
            self.tell(number, one)

    def tell(self, number: int, one: Round) -> None:
        """Say what was wrong, and how to see it again."""
        self.problems += [f"round {number}: {problem}" for problem in one.problems]
        path = figures.LAST.parent / f"round-{number}.json"
        found = {"problems": one.problems, "script": dataclasses.asdict(one.script)}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, indent=2), encoding="utf-8")
        shown = path.relative_to(figures.LAST.parents[2])
        print(f"round {number} went wrong; the whole of it is in {shown}, and again it is run by")
        print(f"  make soak ARGS='--seed {self.seed} --only {number}'")
        for problem in one.problems:
            print("  " + problem[:3000].replace("\n", "\n    "), flush=True)

    def progress(self) -> str:
        """How far it is."""
        told = [f"{self.counts[name]} {name}" for name in ("rounds", "requests", "faults hit")]
        memory = self.samples[FIRST][-1]["memory"] if self.samples[FIRST] else 0
        return ", ".join([*told, f"{memory // 1024} MiB"])

    def run(self, numbers: list[int], seconds: float, every: int) -> None:
        """So long; with ``numbers`` these rounds, and no others."""
        began = told = time.monotonic()
        number = 0
        while (not numbers and time.monotonic() - began < seconds) or number < len(numbers):
            which = numbers[number] if numbers else number + 1
            number += 1
            self.round(which, playbooks=bool(every) and which % every == 0)
            if len(self.failed) >= PATIENCE:
                print("that is enough")
                break
            if time.monotonic() - told > PAUSE:
                told = time.monotonic()
                print(f"{(told - began) / 60:5.1f} min: {self.progress()}", flush=True)
        if not numbers:
            for who in (FIRST, SECOND):
                self.problems += leaks(who, self.samples[who])
        self.seconds = time.monotonic() - began


def main() -> int:
    """Soak, and say what came of it."""
    options = parser().parse_args()
    seed = random.randrange(10**6) if options.seed is None else options.seed
    print(f"seed {seed}, {options.minutes:g} minutes", flush=True)
    shutil.rmtree(figures.LAST.parent, ignore_errors=True)
    figures.LAST.parent.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        soak = Soak(seed, Path(name), stack)
        soak.run(options.only, options.minutes * 60, options.every)
    found = figures.figures_of(seed, soak.seconds, soak.counts, soak.samples, len(soak.problems))
    figures.write(figures.LAST, found)
    if options.record:
        figures.write(figures.RECORD, found)
    print("\n" + figures.table(found))
    for problem in soak.problems:
        print("WRONG: " + problem[:500])
    return 1 if soak.problems else 0


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    result = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    add = result.add_argument
    add("--minutes", type=float, default=60, help="how long (default: %(default)g)")
    add("--seed", type=int, help="rounds follow from it (default: a random one, printed)")
    add("--only", type=int, action="append", default=[], metavar="ROUND", help="only this one; may be repeated")
    add(
        "--every",
        type=int,
        default=PLAYBOOKS,
        help="each so many rounds one with ansible-playbook (%(default)s)",
    )
    add("--record", action="store_true", help="keep the figures for docs/reliability.md, which make reliability writes")
    return result


if __name__ == "__main__":
    sys.exit(main())

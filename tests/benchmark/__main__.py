# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Speed of the two doors against a module that does nothing; every figure is a ratio within this run."""

from __future__ import annotations

import argparse
import statistics
from typing import Any

import requests

from tests.benchmark import changes, reports, whole_state
from tests.benchmark.plays import play, run
from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.playbook import connection


def main() -> None:
    """The parts that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=200, help="items of the loop")
    parser.add_argument("--tasks", type=int, default=12, help="tasks of the module door")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part", choices=["doors", "state", "changes", "reports", "all"], default="all")
    options = parser.parse_args()
    if options.part in ("doors", "all"):
        doors(options)
    if options.part in ("state", "all"):
        whole_state.main(options.rounds, options.users // 8)
    if options.part in ("changes", "all"):
        changes.main(options.rounds, options.users)
    if options.part in ("reports", "all"):
        reports.main()


def doors(options: argparse.Namespace) -> None:
    """Measure the doors, interleaved, and print medians and ratios."""
    with Sandbox(backend="sql") as sandbox:
        sandbox.api("POST", "/api/domain/example.com", name="Example")
        names = [f"user{number}@example.com" for number in range(options.users)]
        for name in names:
            sandbox.api("POST", f"/api/user/{name}", name=name, password=PASSWORD, quota="100")
        login = connection(sandbox)
        session = {"api_url": sandbox.url, "api_session": logged_in(login)}

        def loop(module: str, **more: Any) -> list[dict[str, Any]]:
            return [{"name": "Loop", module: {"mail": "{{ item }}", **more}, "loop": names}]

        def tasks(module: str, **more: Any) -> list[dict[str, Any]]:
            return [{"name": "Task", module: {"mail": name, **more}} for name in names[: options.tasks]]

        user = "mailstate.iredmail.iredmail_user"
        wanted = {"quota": 100, "enabled": True}
        plays = {
            "empty": play([], login, True),
            "loop, no-op": play(loop("noop"), login, True),
            "loop, users": play(loop(user, **wanted), login, True),
            "tasks, no-op": play(tasks("noop"), login, False),
            "tasks, users": play(tasks(user, **wanted), login, True),
            "tasks, session": play(tasks(user, **wanted), session, False),
            "tasks, login": play(tasks(user, **wanted), login, False),
        }
        figures: dict[str, list[float]] = {name: [] for name in plays}
        for _round in range(options.rounds):
            for name, text in plays.items():
                sandbox.clear_log()
                figures[name].append(run(text))
                logins = sum(line["path"] == "/api/login" for line in sandbox.log())
                expected = {"loop, users": 1, "tasks, users": options.tasks, "tasks, login": options.tasks}.get(name, 0)
                assert logins == expected, f"{name}: {logins} logins, {expected} expected"
                assert sandbox.writes() == [], f"{name} wrote"
    report(figures)


def logged_in(login: dict[str, Any]) -> str:
    """A session as iredmail_login returns it: the cookie."""
    with requests.Session() as session:
        session.trust_env = False
        form = {"username": login["api_username"], "password": login["api_password"]}
        session.post(login["api_url"] + "/api/login", data=form, timeout=10).raise_for_status()
        ((name, value),) = session.cookies.items()
    return f"{name}={value}"


def report(figures: dict[str, list[float]]) -> None:
    """Medians, then the ratios the project has promised, each without what an empty playbook costs."""
    median = {name: statistics.median(values) for name, values in figures.items()}
    for name, values in figures.items():
        print(f"{name:16} {median[name]:8.2f} s   (min {min(values):.2f}, max {max(values):.2f})")
    net = {name: value - median["empty"] for name, value in median.items()}
    promises = [
        ("loop of unchanged users on the controller / loop of no-op modules", "loop, users", "loop, no-op", 0.03),
        ("tasks of unchanged users on the controller / tasks of no-op modules", "tasks, users", "tasks, no-op", 0.3),
        ("module door with api_session / no-op module", "tasks, session", "tasks, no-op", 1.5),
        ("module door with login / no-op module", "tasks, login", "tasks, no-op", 1.6),
    ]
    for text, this, that, limit in promises:
        ratio = net[this] / net[that]
        print(f"{text}: {ratio:.3f} (goal: at most {limit}) {'ok' if ratio <= limit else 'MISSED'}")


if __name__ == "__main__":
    main()

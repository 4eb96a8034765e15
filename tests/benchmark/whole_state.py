# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole state in one task: against the floor, against a loop of modules, and against loops of `uri`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from tests.benchmark.alone import alone, time_of_an_answer
from tests.benchmark.plays import empty_play, measured, play, run
from tests.sandbox.handle import Sandbox
from tests.support.playbook import connection

HERE = Path(__file__).resolve().parent
STATE = "mailstate.iredmail.iredmail_state"
URI = "ansible.builtin.uri"


def declared(names: dict[str, list[str]], quota: int = 1024) -> dict[str, Any]:
    """The state that a seeded sandbox has."""
    users = [{"mail": mail, "quota": quota, "enabled": True} for mails in names.values() for mail in mails]
    return {"domains": [{"domain": domain, "enabled": True} for domain in names], "users": users}


def apply(sandbox: Sandbox, path: Path, **options: Any) -> tuple[float, Counter[str], int]:
    """Apply a state file: wall seconds, requests by method, and peak memory (MB)."""
    sandbox.clear_log()
    elapsed, peak = measured(play([{"name": "Apply", STATE: {"src": str(path), **options}}], connection(sandbox), True))
    log = sandbox.log()
    methods = Counter(line["method"] for line in log if line["path"] != "/api/login")
    methods["login"] = sum(line["path"] == "/api/login" for line in log)
    return elapsed, methods, peak


def floor(sandbox: Sandbox, path: Path) -> float:
    """Wall seconds of the floor script, a process of its own too."""
    started = time.perf_counter()
    arguments = [sandbox.url, sandbox.username, sandbox.password, str(path)]
    subprocess.run([sys.executable, str(HERE / "floor.py"), *arguments], check=True, env=dict(os.environ))
    return time.perf_counter() - started


def verdict(text: str, figure: float, limit: float, least: bool = False) -> None:
    """One line of the report."""
    kept = figure >= limit if least else figure <= limit
    print(f"  {text}: {figure:.2f} (goal: at {'least' if least else 'most'} {limit:g}) {'ok' if kept else 'MISSED'}")


def converged(backend: str, folder: Path, rounds: int, empty: float) -> float:
    """10,000 mailboxes in 10 domains, nothing to do; then 100 changes. Returns the seconds for one mailbox."""
    with Sandbox(backend=backend) as sandbox:
        names = sandbox.seed(10, 1000)
        as_json, as_yaml = folder / "state.json", folder / "state.yml"
        as_json.write_text(json.dumps(declared(names)), encoding="utf-8")
        as_yaml.write_text(yaml.safe_dump(declared(names)), encoding="utf-8")
        floors, states, texts = [], [], []
        for _round in range(rounds):
            floors.append(floor(sandbox, as_json))
            seconds, methods, _memory = apply(sandbox, as_json)
            states.append(seconds)
            texts.append(apply(sandbox, as_yaml)[0])
        low = min(floors)
        print(f"{backend}: 10,000 mailboxes in 10 domains, converged: floor {low:.2f} s, {dict(methods)}")
        verdict("iredmail_state from JSON, net of an empty playbook / floor", (min(states) - empty) / low, 3)
        verdict("iredmail_state from YAML, net of an empty playbook / floor", (min(texts) - empty) / low, 3)
        verdict("logins", methods["login"], 1)
        verdict("GETs", methods["GET"], 10 + 2)
        some = [mail for mails in names.values() for mail in mails[:10]]
        for mail in some:
            sandbox.api("PUT", f"/api/user/{mail}", quota="2048")
        seconds, methods, _memory = apply(sandbox, as_json)
        print(f"  100 changes: {seconds:.2f} s, {dict(methods)}")
        verdict("writes", methods["PUT"] + methods["POST"] + methods["DELETE"], 100)
        return (min(states) - empty) / 10000


def broken_lists(folder: Path, empty: float) -> None:
    """No list works, and every answer takes 20 ms: reads go side by side."""
    with Sandbox(backend="sql") as sandbox:
        sandbox.latency(20)
        names = sandbox.seed(4, 250)
        for path in ("/api/users/*", "/api/domains"):
            sandbox.fault({"status": 500}, method="GET", path=path, times=None)
        path = folder / "broken.json"
        path.write_text(json.dumps(declared(names)), encoding="utf-8")
        seconds, methods, _memory = apply(sandbox, path, concurrency=8)
        answer = time_of_an_answer([line for line in sandbox.log() if line["status"] == 200])
        ideal, floor = answer * sum(methods.values()) / 8, alone(sandbox, ("GET",), 8)
        print(f"lists broken, 20 ms, 1,000 mailboxes: {seconds - empty:.2f} s beside Ansible, {dict(methods)}")
        verdict(f"seconds / ({answer * 1000:.0f} ms x requests / concurrency)", (seconds - empty) / ideal, 1.3)
        print(f"  seconds / those of the same requests alone: {(seconds - empty) / floor:.2f}")


def memory(folder: Path, empty: float) -> None:
    """The peak memory of large states, and whether time grows with their size and not faster."""
    net = {}
    for domains, most in ((10, None), (20, 120), (100, 280)):
        with Sandbox(backend="sql") as sandbox:
            path = folder / "large.json"
            path.write_text(json.dumps(declared(sandbox.seed(domains, 1000))), encoding="utf-8")
            seconds, methods, peak = apply(sandbox, path)
        net[domains] = seconds - empty
        print(f"{domains * 1000:,} mailboxes in {domains} domains: {seconds:.2f} s, {peak} MB, {dict(methods)}")
        if most is not None:
            verdict("peak memory, MB", peak, most)
    verdict("100,000 mailboxes / 10,000, net of an empty playbook", net[100] / net[10], 11)


def loops(each: float, empty: float, folder: Path, number: int) -> None:
    """What people write today, and a loop of modules; both cost the same for every mailbox."""
    with Sandbox(backend="sql") as sandbox:
        ((domain, mails),) = sandbox.seed(1, 1000).items()
        few = mails[:number]
        uri = (run(uri_loop(sandbox, few)) - empty) / number
        user = "mailstate.iredmail.iredmail_user"
        loop = [{"name": "Loop", user: {"mail": "{{ item }}", "quota": 1024}, "loop": few}]
        module = (run(play(loop, connection(sandbox), False)) - empty) / number
        print(f"one mailbox: {each * 1e3:.2f} ms, uri {uri * 1e3:.0f} ms, module {module * 1e3:.0f} ms")
        verdict("uri loop / iredmail_state, for one mailbox", uri / each, 2000, least=True)
        verdict("loop of iredmail_user as modules / iredmail_state, for one mailbox", module / each, 20, least=True)
        sandbox.latency(30)
        sandbox.clear_log()
        path = folder / "changes.json"
        path.write_text(json.dumps(declared({domain: mails}, quota=2048)), encoding="utf-8")
        changed = (run(uri_loop(sandbox, few, quota=4096)) - empty) / number
        assert len(sandbox.writes()) == number
        each = (apply(sandbox, path)[0] - empty) / len(mails)
        assert len(sandbox.writes()) == len(mails)
        print(f"one changed mailbox, 30 ms for an answer: {each * 1e3:.1f} ms, uri {changed * 1e3:.0f} ms")
        verdict("uri loop / iredmail_state, for one of 1,000 changed mailboxes", changed / each, 10, least=True)


def uri_loop(sandbox: Sandbox, mails: list[str], quota: int = 1024) -> str:
    """A playbook with `uri` that reads each mailbox, compares it and writes what differs."""
    form = {"username": sandbox.username, "password": sandbox.password}
    body = {"method": "POST", "body_format": "form-urlencoded", "body": form}
    cookie = {"headers": {"Cookie": "{{ session.cookies_string }}"}, "return_content": True}
    wanted = {"body_format": "form-urlencoded", "body": {"quota": quota}}
    tasks = [
        {"name": "Log in", URI: {"url": f"{sandbox.url}/api/login", **body}, "register": "session"},
        {
            "name": "Read",
            URI: {"url": sandbox.url + "/api/user/{{ item }}", **cookie},
            "loop": mails,
            "register": "found",
        },
        {
            "name": "Write",
            URI: {"url": sandbox.url + "/api/user/{{ item.item }}", "method": "PUT", **cookie, **wanted},
            "loop": "{{ found.results }}",
            "loop_control": {"label": "{{ item.item }}"},
            "when": f"item.json._data.quota | int != {quota}",
        },
    ]
    return play(tasks, {}, False)


def main(rounds: int, number: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        empty = empty_play(rounds)
        print(f"an empty playbook: {empty:.2f} s")
        memory(folder, empty)
        each = min(converged(backend, folder, rounds, empty) for backend in ("sql", "ldap"))
        broken_lists(folder, empty)
        loops(each, empty, folder, number)

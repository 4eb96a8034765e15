# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests of a run once more, by a script with nothing but `requests`: what they cost alone, on this machine."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from tests.sandbox.handle import Sandbox


def alone(sandbox: Sandbox, methods: tuple[str, ...], at_a_time: int) -> float:
    """Seconds for the requests of these methods that the sandbox has logged, by a process of its own."""
    sent = [(line["method"], line["path"], line["params"]) for line in sandbox.log() if line["method"] in methods]
    given = json.dumps([sandbox.url, sandbox.username, sandbox.password, at_a_time, sent])
    command = [sys.executable, "-m", __name__]
    return float(subprocess.run(command, input=given, stdout=subprocess.PIPE, text=True, check=True).stdout)


def time_of_an_answer(log: list[dict[str, Any]]) -> float:
    """Seconds that the panel took for one of these requests: its latency, and its own work."""
    return statistics.median(line["seconds"] for line in log)


def main() -> None:
    """Send them, and print the seconds; logging in does not count."""
    url, username, password, at_a_time, sent = json.load(sys.stdin)
    here = threading.local()

    def log_in() -> None:
        here.session = requests.Session()
        here.session.trust_env = False
        form = {"username": username, "password": password}
        here.session.post(url + "/api/login", data=form, timeout=60).raise_for_status()

    def send(one: tuple[str, str, dict[str, Any]]) -> None:
        method, path, params = one
        here.session.request(method, url + path, data=params or None, timeout=60)

    with ThreadPoolExecutor(at_a_time, initializer=log_in) as pool:
        barrier = threading.Barrier(at_a_time + 1)
        for _thread in range(at_a_time):
            pool.submit(barrier.wait)
        barrier.wait()
        started = time.perf_counter()
        list(pool.map(send, sent))
        print(time.perf_counter() - started)


if __name__ == "__main__":
    main()

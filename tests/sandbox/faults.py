# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: what networks, proxies and a panel in trouble do."""

from __future__ import annotations

import fnmatch
import threading
from dataclasses import dataclass, field
from typing import Any

ACTIONS = {
    "status": "answer with this HTTP status and an HTML page; with after: true the request was carried out",
    "after": "with status",
    "drop": "close the connection before or after the request is carried out",
    "delay": "seconds to wait before the request is carried out",
    "html": "HTTP 200 with the page that asks to log in, and the session is gone",
    "truncate": "half of the answer, though well-formed HTTP",
    "garbage": "an answer that is not UTF-8",
    "logout": "the session is gone: not logged in",
    "redirect": "the session is gone: 303 to /login?msg=SESSION_EXPIRED",
    "ignore": "these parameters are silently ignored",
    "hide": "these keys are missing from the answer",
    "body": "this JSON instead of the answer; nothing is carried out",
    "fail": "this _msg; nothing is carried out",
}


@dataclass
class Fault:
    """What shall happen to requests of a method (any when None) whose path matches a pattern."""

    action: dict[str, Any]
    method: str | None = None
    path: str = "*"
    times: int | None = 1
    skip: int = 0
    done: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Raise ValueError for an action that is not known."""
        unknown = set(self.action) - set(ACTIONS)
        if unknown or not self.action:
            raise ValueError(f"unknown fault {sorted(unknown)}; there are {', '.join(ACTIONS)}")


class Faults:
    """The faults that are set."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Set one more."""
        with self._lock:
            self._set.append(fault)

    def clear(self) -> None:
        """Unset all."""
        with self._lock:
            self._set.clear()

    def pick(self, method: str, path: str) -> dict[str, Any]:
        """The action for this request: the first fault that matches and is not used up; it counts as used."""
        with self._lock:
            for fault in self._set:
                if fault.method not in (None, method) or not fnmatch.fnmatchcase(path, fault.path):
                    continue
                if fault.skip:
                    fault.skip -= 1
                elif fault.times is None or fault.done < fault.times:
                    fault.done += 1
                    return fault.action
        return {}

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand: what networks, proxies and a panel in trouble do."""

from __future__ import annotations

import fnmatch
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

ACTIONS = {
    "status": "answer with this HTTP status and an HTML page; with after: true the request was carried out",
    "after": "with status and delay: once the request was carried out",
    "drop": "close the connection before or after the request is carried out",
    "delay": "seconds to wait before the request is carried out, or after",
    "html": "HTTP 200 with the page that asks to log in, and the session is gone",
    "truncate": "half of the answer, though well-formed HTTP",
    "cut": "half of the answer, then the connection is closed",
    "garbage": "an answer that is not UTF-8",
    "logout": "the session is gone: not logged in",
    "redirect": "the session is gone: 303 to /login?msg=SESSION_EXPIRED",
    "expire": "all sessions are gone, and the request goes on without one",
    "ignore": "these parameters are silently ignored",
    "hide": "these keys are missing from the answer",
    "body": "this JSON instead of the answer; nothing is carried out",
    "fail": "this _msg; nothing is carried out",
    "change": "another admin's write, or a list of them, right before or after the request is carried out",
}
METHODS = ("GET", "POST", "PUT", "DELETE")


def _is_names(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 86400


def _is_change(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and {"method", "path"} <= set(value) <= {"method", "path", "params", "when"}
        and value["method"] in METHODS
        and isinstance(value["path"], str)
        and isinstance(value.get("params", {}), dict)
        and value.get("when", "before") in ("before", "after")
    )


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "status": lambda value: type(value) is int and 100 <= value <= 599,
    "after": lambda value: isinstance(value, bool),
    "drop": lambda value: value in ("before", "after"),
    "delay": _is_number,
    "ignore": _is_names,
    "hide": _is_names,
    "body": lambda value: True,
    "fail": lambda value: isinstance(value, str),
    "change": lambda value: all(map(_is_change, value if isinstance(value, list) else [value])),
}


@dataclass
class Fault:
    """What shall happen to requests of a method (any when None) whose path matches a pattern.

    It happens ``times`` times (None is always), after ``skip`` such requests; no chance is involved.
    """

    action: dict[str, Any]
    method: str | None = None
    path: str = "*"
    times: int | None = 1
    skip: int = 0
    seen: int = field(default=0, init=False)
    done: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Raise ValueError for what would never happen, or not as it was meant."""
        unknown = set(self.action) - set(ACTIONS)
        if unknown or not self.action:
            raise ValueError(f"unknown fault {sorted(unknown)}; there are {', '.join(ACTIONS)}")
        for name, value in self.action.items():
            if not _CHECKS.get(name, lambda value: value is True)(value):
                raise ValueError(f"{name} of a fault cannot be {value!r}")
        if self.method not in (None, *METHODS):
            raise ValueError(f"there is no method {self.method!r}; there are {', '.join(METHODS)}")
        if not isinstance(self.path, str) or type(self.skip) is not int or type(self.times) not in (int, type(None)):
            raise ValueError("path is a string, skip a number, times a number or null")


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

    def show(self) -> list[dict[str, Any]]:
        """Those that were set, used up or not, with how many requests they have seen and happened to."""
        with self._lock:
            return [asdict(fault) for fault in self._set]

    def pick(self, method: str, path: str) -> dict[str, Any]:
        """The action for this request: the first fault that matches and is not used up; it counts as used."""
        with self._lock:
            for fault in self._set:
                if fault.method not in (None, method) or not fnmatch.fnmatchcase(path, fault.path):
                    continue
                fault.seen += 1
                if fault.seen > fault.skip and (fault.times is None or fault.done < fault.times):
                    fault.done += 1
                    return fault.action
        return {}

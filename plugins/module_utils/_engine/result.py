# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task tells: option vocabulary, diff, operations; and no secret anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional

from .._api.transport import api_path
from .._model.descriptors import Resource
from .._model.sources import UNKNOWN, UNREADABLE
from .current import Current
from .plan import SECRET_PARAMS, Expect, Write

HIDDEN = "********"


@dataclass
class Outcome:
    """The result of a task while it comes to be; complete also when the task fails half-way.

    :ivar uncompared: options that were left alone, since the panel does not show them (``unreadable: skip``)
    """

    changed: bool = False
    before: Dict[str, Any] = field(default_factory=dict)
    after: Dict[str, Any] = field(default_factory=dict)
    operations: List[Dict[str, Any]] = field(default_factory=list)
    unverified: List[str] = field(default_factory=list)
    uncompared: List[str] = field(default_factory=list)
    warnings: List[str] = field(default_factory=list)
    values: Dict[str, Any] = field(default_factory=dict)

    def record(self, write: Write) -> None:
        """Note a write that was sent (in check mode: would be)."""
        self.changed = True
        self.operations.append(
            {
                "method": write.method,
                "path": api_path(write.path),
                "params": {name: HIDDEN if name in SECRET_PARAMS else value for name, value in write.params.items()},
            }
        )

    def unrecord(self) -> None:
        """Take the last write out again: it was refused, so it changed nothing."""
        self.operations.pop()
        self.changed = bool(self.operations)

    def doubt(self, options: List[str]) -> None:
        """Note options that nobody can verify, once each."""
        self.unverified += [option for option in options if option not in self.unverified]

    def as_result(self, name: str, header: str) -> Dict[str, Any]:
        """The task's result, without ``failed`` and ``msg``."""
        return dict(
            self.values,
            changed=self.changed,
            operations=self.operations,
            unverified=sorted(self.unverified),
            diff={
                "before": self.before,
                "after": self.after,
                "before_header": "%s %s" % (name, header),
                "after_header": "%s %s" % (name, header),
            },
        )

    def of(self, kind: str, header: str, subject: str) -> Dict[str, Any]:
        """The result of a module for things of a kind, which is there also after a failure; warnings included."""
        result = self.as_result(kind, header)
        result.setdefault(kind, {})
        if self.warnings:
            result["warnings"] = ["%s: %s" % (subject, text) for text in self.warnings]
        return result


def public(value: Any) -> Any:
    """A canonical value as users see it: lists sorted, None for what is not shown."""
    if isinstance(value, frozenset):
        return sorted(value)
    return None if value in (UNREADABLE, UNKNOWN) else value


def in_diff(value: Any) -> Any:
    """The same for a diff, where what is not shown must not look like nothing."""
    return "<unknown>" if value in (UNREADABLE, UNKNOWN) else public(value)


def spoken(value: Any) -> str:
    """A value within a sentence."""
    if isinstance(value, Expect):
        parts = [
            ("with " if items is value.added else "without ") + ", ".join(sorted(items))
            for items in (value.added, value.removed)
            if items
        ]
        return " and ".join(parts)
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "an empty list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "nothing" if value == "" else str(value)


def options_of(resource: Resource, values: Mapping[str, Any], identity: str, diff: bool = False) -> Dict[str, Any]:
    """Canonical values in option vocabulary; the own-address flag becomes an option of its own again."""
    show = in_diff if diff else public
    result: Dict[str, Any] = {}
    for one in resource.fields:
        if one.option not in values:
            continue
        value = values[one.option]
        if one.own_option and isinstance(value, frozenset):
            result[one.option] = show(value - {identity})
            result[one.own_option] = identity in value
        else:
            result[one.option] = show(value)
    return result


def described(resource: Resource, identity: str, current: Optional[Current]) -> Dict[str, Any]:
    """An object as results show it; empty when there is none."""
    if current is None:
        return {}
    return dict({resource.identity: identity}, **options_of(resource, current.values, identity), **current.facts)


def scrub(value: Any, secrets: List[str]) -> Any:
    """Blank every secret in every text of a result, also where a server echoed it."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, HIDDEN)
        return value
    if isinstance(value, dict):
        return {key: scrub(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [scrub(item, secrets) for item in value]
    return value

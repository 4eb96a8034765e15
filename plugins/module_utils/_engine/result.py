# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a writing task tells: option vocabulary, diff, operations; and no secret anywhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, List, Mapping, Optional

from .._model.accounts import Target
from .._model.descriptors import AddressSet, Resource
from .._model.fields import ListField
from .._model.paths import api_path
from .._model.sources import UNKNOWN, UNREADABLE
from .current import Current
from .plan import NONE, UPDATE, Expect, Operation
from .task import HIDDEN

SECRET_PARAMS = frozenset({"password", "password_hash"})
#: of what is to be seen under a key that nobody has ever seen
NOWHERE = "%s: the server accepted it, and this panel shows it nowhere, so whether it is stored is not known."
#: what a diff says of secrets, and of what the panel does not show
SET, CHANGED, NOT_SHOWN = "<set>", "<changed>", "<unknown>"


@dataclass
class Outcome:
    """The result of a task while it comes to be; complete also when the task fails half-way.

    :ivar action: what happens to the object
    :ivar before, after: the diff, in option vocabulary
    :ivar unverified: options whose value nobody can vouch for
    :ivar uncompared: options that were left alone, since the panel does not show them (``unreadable: skip``)
    :ivar values: what the module returns besides
    """

    action: str = NONE
    before: Dict[str, Any] = field(default_factory=dict)
    after: Dict[str, Any] = field(default_factory=dict)
    operations: List[Dict[str, Any]] = field(default_factory=list)
    unverified: List[str] = field(default_factory=list)
    uncompared: List[str] = field(default_factory=list)
    warnings: List[str] = field(default_factory=list)
    values: Dict[str, Any] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        return bool(self.operations)

    def acts(self, action: str) -> None:
        """Note what happens to the object: that it is changed as well says less than that it is made."""
        if self.action in (NONE, UPDATE) and action != NONE:
            self.action = action

    def record(self, operation: Operation) -> None:
        """Note an operation that was sent (in check mode: would be)."""
        params = {name: HIDDEN if name in SECRET_PARAMS else value for name, value in operation.params.items()}
        self.operations.append({"method": operation.method, "path": api_path(operation.path), "params": params})

    def unrecord(self) -> None:
        """Take the last operation out again: it was refused, so it changed nothing."""
        self.operations.pop()

    def mark_unverified(self, options: Iterable[str]) -> None:
        """Note options that nobody can verify, once each."""
        self.unverified += [option for option in options if option not in self.unverified]

    def warn(self, *sentences: str) -> None:
        """Note warnings, each once."""
        self.warnings += [sentence for sentence in dict.fromkeys(sentences) if sentence not in self.warnings]

    def diff(self, kind: str, name: str) -> Dict[str, Any]:
        """The diff, as Ansible shows it."""
        header = "%s %s" % (kind, name)
        return {"before": self.before, "after": self.after, "before_header": header, "after_header": header}

    def to_result(self, kind: str, name: str, subject: str) -> Dict[str, Any]:
        """The result of a module for things of a kind, without ``failed`` and ``msg``."""
        result = dict(
            self.values,
            changed=self.changed,
            operations=self.operations,
            unverified=sorted(self.unverified),
            diff=self.diff(kind, name),
        )
        result.setdefault(kind, {})
        if self.warnings:
            result["warnings"] = ["%s: %s" % (subject, text) for text in self.warnings]
        return result


def to_output(value: Any) -> Any:
    """A canonical value as users see it: lists sorted, None for what is not shown."""
    if isinstance(value, frozenset):
        return sorted(value)
    return None if value in (UNREADABLE, UNKNOWN) else value


def in_diff(value: Any) -> Any:
    """The same for a diff, where what is not shown must not look like nothing."""
    return NOT_SHOWN if value in (UNREADABLE, UNKNOWN) else to_output(value)


def format_value(value: Any) -> str:
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
    show = in_diff if diff else to_output
    result: Dict[str, Any] = {}
    for one in resource.fields:
        if one.option not in values:
            continue
        value = values[one.option]
        if isinstance(one, ListField) and one.self_option and isinstance(value, frozenset):
            result[one.option] = show(value - {identity})
            result[one.self_option] = identity in value
        else:
            result[one.option] = show(value)
    return result


def show_object(resource: Resource, identity: str, current: Optional[Current]) -> Dict[str, Any]:
    """An object as results show it; empty when there is none."""
    if current is None:
        return {}
    return dict({resource.identity: identity}, **options_of(resource, current.values, identity), **current.facts)


def show_setting(target: Target, current: Optional[Current]) -> Dict[str, Any]:
    """A setting as results show it; empty when nothing is configured."""
    if current is None:
        return {}
    return dict(target.as_dict(), **{option: to_output(value) for option, value in current.values.items()})


def show_set(kind: AddressSet, target: Target, found: Iterable[str], present: bool = False) -> Dict[str, Any]:
    """A set of addresses as results show it; nothing for an empty one, unless its presence was declared."""
    addresses = sorted(found)
    return dict(target.as_dict(), **{kind.field.option: addresses}) if addresses or present else {}

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which options share a PUT, in which order the PUTs go, and what the server makes of others with them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Mapping, Tuple

from .._model.descriptors import Rules
from .._model.paths import Path
from .plan import Operation


@dataclass
class Batch:
    """One request, and the options that it carries, with the values that they are to have after it."""

    operation: Operation
    values: Dict[str, Any] = field(default_factory=dict)


class Batches:
    """The requests of a plan while it comes to be.

    :param path: where they go
    """

    def __init__(self, rules: Rules, path: Path) -> None:
        self._rules, self._path = rules, path
        self._batches: List[Batch] = []

    @property
    def operations(self) -> List[Operation]:
        """The requests, in the order in which they are to be sent."""
        return [batch.operation for batch in self._batches]

    @property
    def sent(self) -> Dict[str, Any]:
        """Every option that is sent, with the value that it is to have."""
        return {option: value for batch in self._batches for option, value in batch.values.items()}

    def put(self, option: str, value: Any, params: Mapping[str, str]) -> None:
        """Put an option's parameters into the first request that it may share; else it gets one of its own.

        :raises ValueError: another option sets one of them to something else
        """
        latest = len(self._batches)
        earliest = 0
        for number, batch in enumerate(self._batches):
            for name, held in batch.values.items():
                if self._follows(option, value, name, held):
                    earliest = number + 1
                if self._follows(name, held, option, value):
                    latest = min(latest, number)
        if earliest >= latest:
            self._batches.insert(latest, Batch(Operation("PUT", self._path)))
            earliest = latest
        sent = self._batches[earliest].operation.params
        differing = [name for name, wire in params.items() if sent.get(name, wire) != wire]
        if differing:
            raise ValueError("%s contradicts what else is sent: %s" % (option, ", ".join(differing)))
        sent.update(params)
        self._batches[earliest].values[option] = value

    def along(self, option: str, params: Mapping[str, str]) -> None:
        """Add parameters to the request that carries an option."""
        for batch in self._batches:
            if option in batch.values:
                batch.operation.params.update(params)

    def _follows(self, later: str, wanted: Any, earlier: str, sent: Any) -> bool:
        """Whether an option must be sent after another one, or would not be what it is to be."""
        rules = self._rules
        undone = dict(rules.implied(earlier, sent))
        named = earlier in rules.may_name.get(later, ()) and bool(wanted & sent)
        return named or earlier in rules.not_with.get(later, ()) or undone.get(later, wanted) != wanted

    def effects(self, before: Mapping[str, Any]) -> Iterator[Tuple[str, Any]]:
        """What the server makes of other options than those it is sent, as it stands at the end."""
        values: Dict[str, Any] = {}
        for batch in self._batches:
            for option, value in batch.values.items():
                values.update(self._rules.implied(option, value))
            values.update(batch.values)
        sent = self.sent
        for option, value in values.items():
            if value != sent.get(option, before.get(option)):
                yield option, value

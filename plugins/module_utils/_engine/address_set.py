# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of addresses with calls that add and remove (white- and blacklists, greylisting whitelists)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, FrozenSet, List, NamedTuple, Optional, Tuple

from .._api.client import Client
from .._api.transport import Path, api_path
from .._errors import BadAnswer, InputError, Rejected
from .._model.accounts import Target, target_of
from .._model.codecs import Text
from .._model.descriptors import Conflict, Field
from .argument_spec import keyed_spec
from .desired import Want, fill
from .plan import Write
from .result import Outcome
from .setting import UNSET_CODES
from .task import Job, Params, Work
from .writing import Writer

#: where a row keeps its address (panel/wblist.md#profile)
ROW_KEYS = ("sender", "address", "email", "addr", "domain")
#: names under which the whole may stand, beside those of the set itself
LIST_KEYS = ("addresses", "senders", "whitelists", "list")
Call = Tuple[str, str]  # method and parameter


@dataclass(frozen=True)
class AddressSet:
    """One kind of set.

    :param adding, removing: method and parameter of the calls; with one method they go together
    :param opposite: the option and its two values of which an address can stand in one only
    :param clearing: whether DELETE removes all
    """

    name: str
    plural: str
    keys: Tuple[Tuple[str, Text], ...]
    path: Path
    field: Field
    adding: Call
    removing: Call
    opposite: Optional[Tuple[str, Dict[str, str]]] = None
    clearing: bool = True
    ordered: Tuple[Tuple[str, str], ...] = ()
    conflicts: Tuple[Conflict, ...] = ()

    @property
    def fields(self) -> Tuple[Field, ...]:
        return (self.field,)


class Found(NamedTuple):
    """What a set holds: what people put there, and what a cron job of the server did, which is left alone.

    See panel/greylisting.md#senders-that-a-cron-job-adds.
    """

    own: FrozenSet[str] = frozenset()
    automatic: FrozenSet[str] = frozenset()


def read_set(client: Client, kind: AddressSet, target: Target) -> FrozenSet[str]:
    """The addresses that people put there; see :func:`read_found`."""
    return read_found(client, kind, target).own


def read_found(client: Client, kind: AddressSet, target: Target) -> Found:
    """The addresses; none where nothing is configured, or the account is not known there (panel/wblist.md#profile).

    :raises IRedMailError: they could not be read, or have a shape nobody knows
    """
    path = target.at(kind.path)
    try:
        data = client.get(path)
    except Rejected as refusal:
        if refusal.code in UNSET_CODES:
            return Found()
        raise
    return decode_set(kind, target, data, path)


def decode_set(kind: AddressSet, target: Target, data: Any, path: Path) -> Found:
    """Texts or rows, alone or under their name.

    :raises BadAnswer: another shape
    """
    names = LIST_KEYS + (kind.name, kind.plural, kind.field.option) + tuple(text for _key, text in target.names)
    if isinstance(data, dict):
        data = next((data[name] for name in names if isinstance(data.get(name), list)), [data] if data else None)
    if data is None or data == "":
        return Found()
    if not isinstance(data, list):
        raise _unknown(path, type(data).__name__)
    own: List[str] = []
    automatic: List[str] = []
    for entry in data:
        text = _address_in(entry)
        if text is None:
            raise _unknown(
                path, ", ".join(sorted(map(str, entry))) if isinstance(entry, dict) else type(entry).__name__
            )
        by_cron = isinstance(entry, dict) and str(entry.get("comment") or "").startswith("AUTO-UPDATE")
        (automatic if by_cron else own).append(text)
    return Found(kind.field.codec.from_wire(own), kind.field.codec.from_wire(automatic))


def _unknown(path: Path, shown: str) -> BadAnswer:
    return BadAnswer(
        "GET %s returned a shape this collection does not know (%s); nothing was concluded from it."
        % (api_path(path), shown)
    )


def _address_in(entry: Any) -> Optional[str]:
    """The address of an entry; None for a shape nobody knows."""
    if isinstance(entry, str):
        return entry
    if not isinstance(entry, dict):
        return None
    return next((entry[key] for key in ROW_KEYS if isinstance(entry.get(key), str)), None)


class Members:
    """Reaching the wanted members of one set."""

    def __init__(self, writer: Writer, kind: AddressSet, target: Target, want: Want) -> None:
        self.writer, self.kind, self.target, self.want = writer, kind, target, want
        self.outcome = writer.outcome

    def reach(self) -> FrozenSet[str]:
        """Add and remove what differs; returns the members afterwards."""
        option, want = self.kind.field.option, self.want
        current, automatic = read_found(self.writer.client, self.kind, self.target)
        wanted = want.exact.get(option)
        if wanted is None:
            wanted = (current | want.add.get(option, frozenset())) - want.remove.get(option, frozenset())
        # what the cron job listed is listed already, and taking it out would only make the job put it back
        added, removed = wanted - current - automatic, current - wanted
        wanted = (current | added) - removed
        self.outcome.before[option], self.outcome.after[option] = sorted(current), sorted(wanted)
        if not (added or removed):
            return current
        self._tell_moved(added)
        self._send(added, removed)
        if self.writer.check or want.verify == "off":
            return wanted
        found = read_set(self.writer.client, self.kind, self.target)
        lost, kept = added - found, removed & found
        if lost or kept:
            self.outcome.doubt([option])
            parts = [("not stored: " + ", ".join(sorted(lost))) if lost else ""]
            parts += [("still there: " + ", ".join(sorted(kept))) if kept else ""]
            self.writer.complain("%s: the server accepted the change; %s" % (option, "; ".join(filter(None, parts))))
        return found

    def _send(self, added: FrozenSet[str], removed: FrozenSet[str]) -> None:
        """The smallest calls: one where both go by the same method."""
        none: FrozenSet[str] = frozenset()
        together = self.kind.adding[0] == self.kind.removing[0]
        for more, less in ((added, removed),) if together else ((added, none), (none, removed)):
            calls = [call for call in ((self.kind.adding, more), (self.kind.removing, less)) if call[1]]
            if calls:
                params = {parameter: self.kind.field.codec.to_wire(items) for (_method, parameter), items in calls}
                write = Write(calls[0][0][0], self.target.at(self.kind.path), params)
                self.writer.send(write, self._shows(more, less))

    def _shows(self, added: FrozenSet[str], removed: FrozenSet[str]) -> Callable[[], bool]:
        """Whether one request was carried out, whatever became of the others."""

        def done() -> bool:
            found = read_set(self.writer.client, self.kind, self.target)
            return added <= found and not removed & found

        return done

    def _tell_moved(self, added: FrozenSet[str]) -> None:
        """An address stands in one of two opposite lists: adding it here takes it out there.

        See panel/wblist.md#one-list-or-the-other.
        """
        if not self.kind.opposite or not added:
            return
        option, others = self.kind.opposite
        names = self.target.as_dict()
        other = others[names[option]]
        there = Target(tuple((key, other if key == option else value) for key, value in self.target.names))
        moved = sorted(added & read_set(self.writer.client, self.kind, there))
        if moved:
            self.outcome.before[other], self.outcome.after[other] = moved, []

    def clear(self) -> FrozenSet[str]:
        """Remove all."""
        option = self.kind.field.option
        current = read_set(self.writer.client, self.kind, self.target)
        if not current:
            return current
        self.outcome.before[option], self.outcome.after[option] = sorted(current), []
        write = Write("DELETE", self.target.at(self.kind.path))
        self.writer.send(write, lambda: not read_set(self.writer.client, self.kind, self.target))
        if not self.writer.check and self.want.verify != "off":
            left = read_set(self.writer.client, self.kind, self.target)
            if left:
                self.writer.complain("the server accepted the DELETE and still shows %s" % ", ".join(sorted(left)))
            return left
        return frozenset()


class AddressSetWork(Work):
    """Bring one set to its declared state."""

    def __init__(self, kind: AddressSet, params: Params) -> None:
        self.kind = kind
        self.target = target_of(kind.keys, params)
        self.want = Want(
            str(self.target),
            present=params.get("state", "present") == "present",
            verify=params.get("verify") or "strict",
        )
        fill(self.want, kind, params)
        option = kind.field.option
        if not self.want.present and self.want.names(kind.field):
            raise InputError(
                "state: absent removes every address; to remove some, say state: present with remove_%s." % option
            )
        self.outcome = Outcome()
        self.subject = "%s %s" % (kind.name, self.target)

    def run(self, client: Client) -> None:
        members = Members(Writer(client, self.outcome, self.want.verify), self.kind, self.target, self.want)
        found = members.reach() if self.want.present else members.clear()
        self.outcome.values[self.kind.name] = described_set(self.kind, self.target, found, self.want.present)

    def result(self) -> Dict[str, Any]:
        return self.outcome.of(self.kind.name, str(self.target), self.subject)


def described_set(kind: AddressSet, target: Target, found: FrozenSet[str], present: bool = False) -> Dict[str, Any]:
    """A set as results show it; nothing for an empty one, unless its presence was declared."""
    return dict(target.as_dict(), **{kind.field.option: sorted(found)}) if found or present else {}


def set_job(kind: AddressSet) -> Job:
    """The writing module of an address set."""
    return Job(lambda: keyed_spec(kind.keys, kind.fields), lambda params: AddressSetWork(kind, params))

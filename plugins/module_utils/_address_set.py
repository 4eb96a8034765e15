# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of addresses with calls that add and remove (white- and blacklists, greylisting whitelists)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, List, Optional, Tuple

from ansible_collections.mailstate.iredmail.plugins.module_utils._accounts import Target, target_of
from ansible_collections.mailstate.iredmail.plugins.module_utils._client import Client
from ansible_collections.mailstate.iredmail.plugins.module_utils._codecs import Text
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import BadAnswer, InputError, Rejected
from ansible_collections.mailstate.iredmail.plugins.module_utils._fields import Conflict, Field
from ansible_collections.mailstate.iredmail.plugins.module_utils._job import Job, Params, Work
from ansible_collections.mailstate.iredmail.plugins.module_utils._plan import Write
from ansible_collections.mailstate.iredmail.plugins.module_utils._result import Outcome
from ansible_collections.mailstate.iredmail.plugins.module_utils._setting import UNSET_CODES
from ansible_collections.mailstate.iredmail.plugins.module_utils._spec import keyed_spec
from ansible_collections.mailstate.iredmail.plugins.module_utils._transport import Path, api_path
from ansible_collections.mailstate.iredmail.plugins.module_utils._want import Want, fill
from ansible_collections.mailstate.iredmail.plugins.module_utils._writing import Writer

#: where a row keeps its address (wire-facts 15, 16.2)
ROW_KEYS = ("sender", "address", "email", "addr", "domain")
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


def read_set(client: Client, kind: AddressSet, target: Target) -> FrozenSet[str]:
    """The addresses; none where nothing is configured, or the account is not known there (wire-facts 15).

    :raises IRedMailError: they could not be read, or have a shape nobody knows
    """
    path = target.at(kind.path)
    try:
        data = client.get(path)
    except Rejected as refusal:
        if refusal.code in UNSET_CODES:
            return frozenset()
        raise
    return decode_set(kind, target, data, path)


def decode_set(kind: AddressSet, target: Target, data: Any, path: Path) -> FrozenSet[str]:
    """Texts or rows, alone or under their name; rows a cron job put there are not ours (16.2)."""
    if isinstance(data, dict):
        lists = [value for value in data.values() if isinstance(value, list)]
        data = lists[0] if len(data) == 1 and lists else data
    if data is None or data == {} or data == "":
        return frozenset()
    items: List[str] = []
    for entry in data if isinstance(data, list) else [data]:
        text = _address_in(entry)
        if text is None:
            shown = ", ".join(sorted(map(str, entry))) if isinstance(entry, dict) else type(entry).__name__
            raise BadAnswer(
                "GET %s returned a shape this collection does not know (%s); nothing was concluded from it."
                % (api_path(path), shown)
            )
        if text:
            items.append(text)
    found: FrozenSet[str] = kind.field.codec.from_wire(items)
    return found


def _address_in(entry: Any) -> Optional[str]:
    """The address of an entry, empty for a row of the cron job's; None for a shape nobody knows."""
    if isinstance(entry, str):
        return entry
    if not isinstance(entry, dict):
        return None
    if str(entry.get("comment") or "").startswith("AUTO-UPDATE"):
        return ""
    return next((entry[key] for key in ROW_KEYS if isinstance(entry.get(key), str)), None)


class Members:
    """Reaching the wanted members of one set."""

    def __init__(self, writer: Writer, kind: AddressSet, target: Target, want: Want) -> None:
        self.writer, self.kind, self.target, self.want = writer, kind, target, want
        self.outcome = writer.outcome

    def reach(self) -> FrozenSet[str]:
        """Add and remove what differs; returns the members afterwards."""
        option, want = self.kind.field.option, self.want
        current = read_set(self.writer.client, self.kind, self.target)
        wanted = want.exact.get(option)
        if wanted is None:
            wanted = (current | want.add.get(option, frozenset())) - want.remove.get(option, frozenset())
        added, removed = wanted - current, current - wanted
        self.outcome.before[option], self.outcome.after[option] = sorted(current), sorted(wanted)
        if not (added or removed):
            return current
        self._tell_moved(added)
        for write in self._writes(added, removed):
            self.writer.send(write, lambda: read_set(self.writer.client, self.kind, self.target) == wanted)
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

    def _writes(self, added: FrozenSet[str], removed: FrozenSet[str]) -> List[Write]:
        path, codec = self.target.at(self.kind.path), self.kind.field.codec
        writes: List[Write] = []
        for (method, parameter), items in ((self.kind.adding, added), (self.kind.removing, removed)):
            if not items:
                continue
            if writes and writes[-1].method == method:
                writes[-1].params[parameter] = codec.to_wire(items)
            else:
                writes.append(Write(method, path, {parameter: codec.to_wire(items)}))
        return writes

    def _tell_moved(self, added: FrozenSet[str]) -> None:
        """An address stands in one of two opposite lists: adding it here takes it out there (wire-facts 15)."""
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
        if self.want.present and not self.want.names(kind.field):
            raise InputError("give %s, add_%s or remove_%s." % (option, option, option))
        self.outcome = Outcome()
        self.subject = "%s %s" % (kind.name, self.target)

    def run(self, client: Client) -> None:
        members = Members(Writer(client, self.outcome, self.want.verify), self.kind, self.target, self.want)
        found = members.reach() if self.want.present else members.clear()
        self.outcome.values[self.kind.name] = described_set(self.kind, self.target, found)

    def result(self) -> Dict[str, Any]:
        return self.outcome.of(self.kind.name, str(self.target), self.subject)


def described_set(kind: AddressSet, target: Target, found: FrozenSet[str]) -> Dict[str, Any]:
    """A set as results show it."""
    return dict(target.as_dict(), **{kind.field.option: sorted(found)}) if found else {}


def set_job(kind: AddressSet) -> Job:
    """The writing module of an address set."""
    return Job(lambda: keyed_spec(kind.keys, kind.fields), lambda params: AddressSetWork(kind, params))

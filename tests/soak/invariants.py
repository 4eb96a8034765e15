# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be true of every round, each as a function that yields a sentence for whatever is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import jsonschema

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import KINDS
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.history import name_of
from tests.soak.controller import KEEP
from tests.support.canary import secrets_in
from tests.support.drift_report import SCHEMA
from tests.support.random_states import may_be_lost, undone
from tests.support.state_apply import as_told, told

Entries = list[dict[str, Any]]
#: what check mode cannot foresee: a name that somebody undeclared has as an alias address; not every list shows it
TAKEN = ("the server refuses the name (ALREADY_EXISTS)", ": aliases was not accepted by the server: sent with ")
#: what a result must never say
CONFESSIONS = ("bug of mailstate.iredmail", "Traceback (most recent")


@dataclass
class Deed:
    """What a controller did.

    :ivar plan: what check mode returned, whose checksum was approved; None for what must not write
    :ivar entries: the requests of this controller in the log of the panel
    :ivar nobodys: those of which the log does not tell whose they are: a fault was the answer to the login
    """

    who: str
    job: str
    state: dict[str, Any]
    plan: dict[str, Any] | None
    result: dict[str, Any]
    entries: Entries = field(default_factory=list)
    nobodys: Entries = field(default_factory=list)

    @property
    def writes(self) -> Entries:
        return [one for one in self.entries if one["write"]]

    @property
    def approved(self) -> bool:
        """Whether there is a plan that may be carried out."""
        return bool(self.plan and self.plan.get("checksum"))

    def __str__(self) -> str:
        return f"{self.who}, {self.job}"


def sorted_out(log: Entries, users: dict[str, str]) -> dict[str, Entries]:
    """The requests of each controller, by the account that it logs in with; of ``nobody`` those without a login."""
    logins = [one for one in log if one["path"] == "/api/login" and one["params"]]
    sessions = {one["session"]: one["params"].get("username") for one in logins}
    found: dict[str, Entries] = {who: [] for who in (*users, "nobody")}
    names = {username: who for who, username in users.items()}
    for one in log:
        found[names.get(str(sessions.get(one["session"])), "nobody")].append(one)
    return found


def losses(deed: Deed) -> Iterator[str]:
    """Nothing is lost but what the approved plan takes away."""
    may_go = may_be_lost(deed.plan, deed.state) if deed.plan and deed.approved else set()
    for entry in deed.entries:
        for one in entry["lost"]:
            if not {one["name"], one["name"].partition("@")[2]} & may_go:
                yield f"{deed}: {one['kind']} {one['name']} was lost by {entry['method']} {entry['path']}, unplanned"


def writes(deed: Deed) -> Iterator[str]:
    """Nothing is written but what was approved, and what a failure puts back, which deletes nothing.

    A renaming that failed gives back the alias address that it took off; no code tells of that, only a failure does.
    """
    planned = deed.plan["operations"] if deed.plan and deed.approved else []
    exactly = {json.dumps([one["method"], one["path"], one["params"]], sort_keys=True) for one in planned}
    roughly = {(one["method"], one["path"]) for one in planned}
    for one in deed.writes:
        # the log of a request that a fault refused has no parameters
        fine = (one["method"], one["path"]) in roughly if not one["params"] else as_told([one])[0] in exactly
        back = undone(deed.result) and deed.approved and one["method"] != "DELETE"
        back = back or (bool(deed.result.get("failed")) and any(_gives_back(one, other) for other in planned))
        if not fine and not back:
            yield f"{deed}: {one['method']} {one['path']} {sorted(one['params'])} was written, unapproved"


def _gives_back(entry: dict[str, Any], operation: dict[str, Any]) -> bool:
    """Whether a request adds the alias address again that a planned one takes off the same account."""
    added, removed = entry["params"].get("addAlias"), operation["params"].get("removeAlias")
    return bool(added) and added == removed and (entry["method"], entry["path"]) == ("PUT", operation["path"])


def truth(deed: Deed, restarted: bool) -> Iterator[str]:
    """What a result tells was sent, and that it changed something is true if it tells anything.

    :param restarted: the server was; then it has perhaps not read what was sent
    """
    sent = {(one["method"], one["path"]) for one in deed.entries + deed.nobodys if one["write"]}
    for one in deed.result.get("operations") or ():
        if deed.plan and not restarted and (one["method"], one["path"]) not in sent:
            yield f"{deed}: {one['method']} {one['path']} is told, and was never sent"
    number = len(deed.result.get("operations") or ())
    if deed.job == "state" and bool(number) is not bool(deed.result.get("changed")):
        yield f"{deed}: changed is {deed.result.get('changed')}, with {number} operations"


def as_planned(deed: Deed) -> Iterator[str]:
    """Without faults and others: what check mode said is what is done, and what must not be done does not begin."""
    if not deed.approved:
        if not deed.result.get("failed"):
            yield f"{deed}: check mode refuses the plan, and it was carried out"
        return
    complaint = deed.result.get("msg") if deed.result.get("failed") else None
    if complaint and not taken(deed.result) and not (deed.plan or {}).get("failed"):
        yield f"{deed}: failed although nothing was wrong: {complaint}"
    elif not complaint:
        planned, done, seen = told(deed.plan or {}), told(deed.result), as_told(deed.writes)
        if not planned == done == seen:
            yield f"{deed}: planned {planned}, told {done}, and sent {seen}"


def taken(result: dict[str, Any]) -> bool:
    """Whether a run failed by a name that somebody has, and nobody could know that."""
    return bool(result.get("failed")) and any(words in str(result.get("msg")) for words in TAKEN)


def silent(deed: Deed) -> Iterator[str]:
    """There is nothing left to do."""
    if deed.result.get("failed"):
        yield f"{deed}: there is nothing to do, and it failed: {deed.result.get('msg')}"
    if deed.result.get("operations") or deed.result.get("changed") or deed.writes:
        yield f"{deed}: there is nothing to do, and it did {deed.result.get('operations')} {as_told(deed.writes)}"


def without_what_stays(state: dict[str, Any], applied: dict[str, Any] | None) -> dict[str, Any]:
    """What a drift report is made of: what a run declares, but for what is absent and stays, as that run said.

    It is protected from pruning, which only a run is told; a report takes it for what goes.
    """
    warnings = (applied or {}).get("warnings") or ()
    stays = {text.partition(" stays: ")[0] for text in warnings if " stays: " in text}
    labels = {kind.plural: f"{kind.name} {{{kind.resource.identity}}}" for kind in KINDS if kind.resource}
    return {
        plural: [
            item
            for item in items
            if item.get("state") != "absent" or labels.get(plural, "").format(**item) not in stays
        ]
        for plural, items in state.items()
    }


def report(deed: Deed, document: dict[str, Any], applied: dict[str, Any] | None) -> Iterator[str]:
    """The drift report has its form, is kept with some others, and what was just applied does not differ in it.

    :param applied: the result of the run that applied it, None if it failed
    """
    try:
        jsonschema.validate(document, SCHEMA)
    except jsonschema.ValidationError as problem:
        yield f"{deed}: the report has not the form of its schema: {problem.message}"
    previous = document["summary"]["previous"]
    if previous is not None and previous > max(document["started"], document["finished"]):
        yield f"{deed}: a report of {document['started']} is compared with one of the future, {previous}"
    history = deed.result.get("history")
    if history is not None and not (len(history) <= KEEP and name_of(document) in history):
        yield f"{deed}: {name_of(document)} is not among {history}, or these are too many"
    if applied is None:
        return
    differing = [one for one in document["objects"] if one["status"] != "in_sync" and one["declared"]]
    if differing:
        yield f"{deed}: just applied, and the report has {json.dumps(differing)}"


def secrets(where: str, content: bytes, forms: dict[str, set[bytes]]) -> Iterator[str]:
    """No secret, and no confession either."""
    for name in secrets_in(content, forms):
        yield f"{where}: the {name} is in it"
    for words in CONFESSIONS:
        if words.encode() in content:
            yield f"{where}: it says {words!r}: {content.decode(errors='replace')[:2000]}"


def of_all(deed: Deed, forms: dict[str, set[bytes]], restarted: bool = False) -> Iterator[str]:
    """What must be true of whatever is done, whatever happens meanwhile."""
    if "crash" in deed.result:
        yield f"{deed}: {deed.result['crash']}"
    yield from losses(deed)
    yield from writes(deed)
    yield from truth(deed, restarted)
    yield from secrets(str(deed), json.dumps(deed.result).encode(), forms)


def of_nobody(entries: Entries) -> Iterator[str]:
    """Requests of a session without a login change nothing; what a fault has answered has no parameters in the log."""
    for one in entries:
        if one["write"] and (one["lost"] or (one["success"] and one["params"])):
            yield f"nobody knows who wrote {one['method']} {one['path']}"

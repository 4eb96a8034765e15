# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of tasks -> what they tell about objects. What is not known is never taken for "in sync"."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.result import CHANGED, NOT_SHOWN, SET
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.accounts import GLOBAL
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import KINDS

from .entry import DRIFT, FAILED, IN_SYNC, NO_SERVER, REPAIRED, STATE, UNKNOWN, Changes, Entry, as_list
from .remedy import IDENTITY
from .report import Report

#: what one object of a kind is called, by the kind's key in a state
SINGULAR = {kind.plural: kind.name for kind in KINDS}
OK, BAD, UNREACHABLE = "ok", "failed", "unreachable"
#: the options that may name what is no kind
_NAMES = ("mail", "domain", "account")
#: what is to be said of something undeclared that cannot be declared as it is listed, by the reason
_ODD = {
    "cannot_be_declared": "It is listed under a name that cannot be declared.",
    "another_spelling": "It is declared in another spelling of its domain.",
    "of_another_domain": "It is listed in a domain to which it does not belong.",
}


@dataclass(frozen=True)
class Event:
    """The result of a task, or of one item of its loop, on one host.

    :param module: its name after ``iredmail_``
    :param args: the arguments as the task gave them
    :param ordinal: a number of its own, for what has no other name
    :param opaque: the task itself says what counts as failed, or goes on in the background: a result that is hidden
        does not tell what became of it
    """

    module: str
    host: str
    task: str
    result: Mapping[str, Any]
    args: Mapping[str, Any]
    server: str
    check: bool
    outcome: str = OK
    ordinal: int = 0
    opaque: bool = False

    @property
    def given(self) -> Mapping[str, Any]:
        """The arguments after defaults and the environment, where the result shows them."""
        shown = self.result.get("invocation")
        given = shown.get("module_args") if isinstance(shown, Mapping) else None
        return given if isinstance(given, Mapping) else self.args

    @property
    def message(self) -> str:
        return str(self.result.get("msg") or "The task failed.")

    @property
    def failed(self) -> bool:
        """Also where the task says ``failed_when: false``: only a failure has a message."""
        return self.outcome != OK or bool(self.result.get("failed")) or "msg" in self.result


def take(report: Report, event: Event) -> None:
    """Put what an event tells into the report."""
    result = event.result
    if event.module in (*SINGULAR.values(), STATE):
        report.ran(event.check)
    if "censored" in result or result.get("_ansible_no_log"):
        report.add(_censored(event))
    elif goes_on(event):
        report.add(unseen(event))
    elif event.outcome == UNREACHABLE:
        report.add(_whole(event, FAILED, "The host %s is unreachable: %s" % (event.host, event.message)))
    elif event.module == STATE:
        report.own.update(str(one) for one in result.get("domains") or ())
        for entry in _of_state(event):
            report.add(entry)
        source = _fingerprint(event)
        for plural, number in _mapping(result.get("in_sync")).items():
            report.count(event.server, SINGULAR.get(plural, plural), source, int(number))
    elif event.module in SINGULAR.values():
        report.add(_of_object(event))
    elif event.failed:
        report.add(_whole(event, FAILED, event.message))


def goes_on(event: Event) -> bool:
    """Whether the task was left in the background."""
    result = event.result
    return bool(result.get("ansible_job_id")) and not result.get("finished") and not event.failed


def unseen(event: Event) -> Entry:
    """What is known of a task that was left in the background."""
    return _whole(event, UNKNOWN, "The task goes on in the background, and its result was not seen.")


def server_of(url: Any) -> str:
    """The panel's address without credentials."""
    try:
        parts = urlsplit(str(url or ""))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return NO_SERVER
    if not parts.scheme or not host or "{" in host:
        return NO_SERVER
    shown = "[%s]" % host if ":" in host else host
    return "%s://%s%s%s" % (parts.scheme, shown, ":%d" % port if port else "", parts.path.rstrip("/"))


# -- one object in a task


def _of_object(event: Event) -> Entry:
    result, kind, ident = event.result, event.module, _ident(event, event.module)
    diff = _mapping(result.get("diff"))
    changes = changes_of(_mapping(diff.get("before")), _mapping(diff.get("after")))
    if event.failed:
        return Entry(kind, ident, event.server, FAILED, changes, event.message)
    unverified = [str(option) for option in result.get("unverified") or ()]
    status, doubtful = status_of(changes, unverified, event.check)
    if status == IN_SYNC:
        doubtful = _hidden(event)
        # of domains that no panel shows, a task that sends nothing knows nothing
        if doubtful or (kind == "greylisting_spf_domains" and result.get("warnings")):
            status = UNKNOWN
    elif not changes and not diff and result.get("changed"):
        status = DRIFT if event.check else REPAIRED
    return Entry(kind, ident, event.server, status, changes, _unknown(doubtful))


def _hidden(event: Event) -> list[str]:
    """Options that the task manages and the panel does not show (``unreadable: skip``)."""
    shown = _mapping(event.result.get(event.module))
    named = {name.partition("_")[2] if name.startswith(("add_", "remove_")) else name for name in _named(event)}
    return sorted(name for name in named if shown.get(name, True) is None)


def _named(event: Event) -> Iterator[str]:
    return (name for name, value in event.given.items() if value is not None)


def _ident(event: Event, kind: str) -> str:
    """The name of the object as iredmail_state has it; that of the task where its arguments do not tell."""
    given = {name: str(value).strip().lower() for name, value in event.given.items() if value not in (None, "")}
    options = IDENTITY.get(kind, ("",))
    if not options:
        return GLOBAL
    named = [given[name] for name in options if name in given] or [given[name] for name in _NAMES if name in given][:1]
    return " ".join(named) or event.task


# -- a whole state


def _of_state(event: Event) -> Iterator[Entry]:
    result = event.result
    failures = {(one["kind"], one["id"]): str(one["msg"]) for one in result.get("failures") or ()}
    doubtful = {(one["kind"], one["id"]): list(one["options"]) for one in result.get("doubtful") or ()}
    changes = list(result.get("changes") or ())
    refused = bool(changes) and not event.check and not result.get("operations")
    for change in changes:
        key = (change["kind"], change["id"])
        entry = _changed(event, change, doubtful.pop(key, []), refused)
        if key in failures:
            entry.status, entry.note = FAILED, failures.pop(key)
        yield entry
    for one in result.get("undeclared") or ():
        yield _undeclared(event, one)
    for (kind, ident), message in failures.items():
        yield Entry(kind, ident or GLOBAL, event.server, FAILED, note=message)
    for (kind, ident), options in doubtful.items():
        yield Entry(kind, ident or GLOBAL, event.server, UNKNOWN, note=_doubt(kind, options))
    left = _mapping(result.get("summary")).get("not_tried")
    if left:
        text = "%d objects were not tried, since something before them failed." % left
        yield _whole(event, UNKNOWN, text)
    if event.failed and not result.get("failures"):
        yield _whole(event, FAILED, event.message)


def _changed(event: Event, change: Mapping[str, Any], unverified: list[str], refused: bool) -> Entry:
    changes = changes_of(_mapping(change.get("before")), _mapping(change.get("after")))
    planned = event.check or refused
    status, doubtful = status_of(changes, unverified, planned)
    if status == IN_SYNC:
        status = DRIFT if planned else REPAIRED
    note = " ".join(
        [_unknown(doubtful)] * bool(doubtful) + ["Nothing was written, since the run was refused."] * refused
    )
    return Entry(
        change["kind"],
        change["id"] or GLOBAL,
        event.server,
        status,
        changes,
        note,
        bool(change.get("declared", True)),
        str(change.get("place") or ""),
        event.host,
        tuple(as_list(event.args.get("src"))),
    )


def _undeclared(event: Event, found: Mapping[str, Any]) -> Entry:
    changes: Changes = {"state": ("present", "absent")}
    note = _ODD.get(str(found.get("reason")), "")
    return Entry(
        found["kind"],
        found["id"],
        event.server,
        DRIFT,
        changes,
        note,
        declared=False,
        host=event.host,
        shown=dict(_mapping(found.get("shown"))),
        odd=bool(note),
    )


def _fingerprint(event: Event) -> str:
    """The same for the same declared state, so that a plan and its application count once."""
    # an item of a loop and a task in check mode may differ in nothing else
    declared = {name: event.args.get(name) for name in ("src", "declared")}
    text = json.dumps(declared, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# -- what all share


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """The options that differ; of a value for each of many users, those users."""
    changes: Changes = {}
    for option in sorted({*before, *after}):
        old, new = before.get(option), after.get(option)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
            old, new = {name: old.get(name) for name in names}, {name: new.get(name) for name in names}
        if old != new:
            changes[option] = (old, new)
    return changes


def status_of(changes: Changes, unverified: list[str], check: bool) -> tuple[str, list[str]]:
    """What the differences mean, and the options whose values are not known.

    In check mode a known difference is drift, whatever else is unknown. After a real run, what cannot be verified is
    not repaired.
    """
    blind = {option for option, (before, _after) in changes.items() if _is_unknown(before)}
    blind |= {option for option in changes if option.partition("_")[2] in blind}
    sure = set(changes) - blind
    # what a password is, no panel shows; it was accepted
    accepted = {option for option in sure if changes[option][1] in (SET, CHANGED)}
    doubtful = sorted((set(unverified) | blind) - accepted)
    if sure and (check or not doubtful):
        return (DRIFT if check else REPAIRED), doubtful
    return (UNKNOWN if doubtful else IN_SYNC), doubtful


def _is_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return bool(value) and all(_is_unknown(item) for item in value.values())
    return bool(value == NOT_SHOWN)


def _unknown(options: list[str]) -> str:
    """A sentence about options whose values are not known."""
    if not options:
        return ""
    return "Not shown by the panel, so that nobody knows whether it is so: %s." % ", ".join(options)


def _doubt(kind: str, options: list[str]) -> str:
    """The same of an object, or of a domain in which kinds could not be listed."""
    unlisted = [one for one in options if kind == "domain" and one in SINGULAR]
    if not unlisted:
        return _unknown(options)
    text = "What is in it could not be listed, so that nobody knows whether all of it is declared: %s."
    return " ".join([_unknown([one for one in options if one not in unlisted]), text % ", ".join(unlisted)]).strip()


def _censored(event: Event) -> Entry:
    """A task with ``no_log``: what became of it, and nothing else."""
    changed = DRIFT if event.check else REPAIRED
    status = FAILED if event.outcome != OK else changed if event.result.get("changed") else IN_SYNC
    ident, note = "hidden by no_log, number %d" % event.ordinal, "Hidden, since the task says no_log."
    if event.opaque and status != FAILED:
        status, note = UNKNOWN, note + " So nobody knows what became of it: the task has failed_when or async besides."
    return Entry(event.module, ident, event.server, status, note=note)


def _whole(event: Event, status: str, message: str) -> Entry:
    kind = event.module[: -len("_info")] if event.module.endswith("_info") else event.module
    ident = event.task if kind == STATE else _ident(event, kind)
    return Entry(kind, ident, event.server, status, note=message)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of the role mail_drift, made of what iredmail_state returned on each host."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError

from . import history
from .about import about
from .collect import BAD, OK, UNREACHABLE, Event, server_of, take
from .entry import DRIFT, FAILED, STATE, Document
from .formats import FORMATS, render_json, rendered
from .remedy import Remedy
from .report import Report
from .secrets import Secrets
from .words import since_last, verdict

TASK = "Compare the live server with the declared state"
MISSING = "The host %s was not compared: something before failed there, or it was unreachable."


@dataclass(frozen=True)
class Circumstances:
    """What the results do not tell.

    :ivar src: where the state is declared, as the user says it
    :ivar base_dir: the directory from which that starts
    :ivar history: the directory of older reports; empty: there is none
    :ivar keep: so many reports are kept there
    :ivar missing: the hosts that were to be compared and were not
    """

    src: Sequence[str] = ()
    base_dir: str = ""
    history: str = ""
    keep: int = 0
    missing: Sequence[str] = ()


NOTHING_KNOWN = Circumstances()


def report_of(
    results: Mapping[str, Any],
    started: str,
    formats: Sequence[str],
    servers: Mapping[str, str],
    circumstances: Circumstances = NOTHING_KNOWN,
) -> Document:
    """The files, and a summary for ``set_stats``.

    :param results: what iredmail_state returned in check mode, by host
    :param servers: addresses of panels by host, where results do not tell them
    :raises InputError: there is no such format
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise InputError("there is no format %s; there are %s." % (", ".join(unknown), ", ".join(FORMATS)))
    report, secrets = Report(started), Secrets()
    if circumstances.src:
        report.about = about(os.path.join(circumstances.base_dir, os.path.expanduser(circumstances.src[0])))
    else:
        report.about = about()
    secrets.learn({name[9:].lower(): value for name, value in os.environ.items() if name.startswith("IREDMAIL_API_")})
    for number, (host, result) in enumerate(sorted(results.items())):
        take(report, _event(host, result, servers.get(host), number))
    for number, host in enumerate(sorted(circumstances.missing), len(results)):
        take(report, _event(host, {"msg": MISSING % host, "failed": True}, servers.get(host), number))
    complete = bool(results) and not circumstances.missing and not any(map(_failed, results.values()))
    hosts = {*results, *circumstances.missing}
    remedy = Remedy(tuple(circumstances.src), frozenset(hosts))
    document = report.document(_now(), complete, secrets.scrub, remedy=remedy)
    if circumstances.history:
        older = history.last(circumstances.history, document)
        history.compare(document, older)
    counts = document["summary"]["by_status"]
    checksums = {host: str(result["checksum"]) for host, result in results.items() if result.get("checksum")}
    return {
        "summary": {
            "drift": counts[DRIFT] > 0,
            "failed": counts[FAILED] > 0 or not complete,
            "complete": complete,
            "objects": document["summary"]["objects"],
            "counts": counts,
            "by_weight": document["summary"]["by_weight"],
            "new": document["summary"]["new"],
            "by_kind": document["summary"]["by_kind"],
            "checksum": next(iter(checksums.values())) if len(checksums) == len(hosts) == 1 else "",
            "checksums": checksums,
        },
        "verdict": " ".join(filter(None, (verdict(document), since_last(document)))),
        "failures": [
            "%s %s: %s" % ("task" if one["kind"] == STATE else one["kind"], one["id"], one["message"])
            for one in document["objects"]
            if one["status"] == FAILED
        ],
        "files": [{"name": file, "content": content} for file, content in rendered(document, formats)],
        "history": _kept(document, circumstances),
    }


def _kept(document: Document, circumstances: Circumstances) -> Document:
    """What is to become of the directory of older reports."""
    if not circumstances.history or circumstances.keep <= 0:
        return {"add": [], "remove": []}
    name = history.name_of(document)
    return {
        "add": [{"name": name, "content": render_json(document)}],
        "remove": history.too_many(circumstances.history, circumstances.keep, name),
    }


def _event(host: str, result: Mapping[str, Any], server: str | None, number: int) -> Event:
    outcome = UNREACHABLE if result.get("unreachable") else BAD if _failed(result) else OK
    # what is declared is not in a result: each host counts by itself
    address = server_of(server or result.get("panel"))
    return Event(STATE, host, TASK, result, {"declared": host}, address, True, outcome, number)


def _failed(result: Mapping[str, Any]) -> bool:
    """Also where the task says ``failed_when: false``: only a failure has a message."""
    return bool(result.get("failed") or result.get("unreachable") or "msg" in result)


def _now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

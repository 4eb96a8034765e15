# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of the role mail_drift, made of what iredmail_state returned on each host."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError

from .collect import BAD, OK, STATE, UNREACHABLE, Event, server_of, take
from .formats import FORMATS, rendered
from .report import DRIFT, FAILED, Document, Report
from .secrets import Secrets
from .words import verdict

TASK = "Compare the live server with the declared state"


def report_of(results: Mapping[str, Any], started: str, formats: Sequence[str], servers: Mapping[str, str]) -> Document:
    """The files, and a summary for ``set_stats``.

    :param results: what iredmail_state returned in check mode, by host
    :param servers: addresses of panels by host; a registered result does not tell it
    :raises InputError: there is no such format
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise InputError("there is no format %s; there are %s." % (", ".join(unknown), ", ".join(FORMATS)))
    report, secrets = Report(started), Secrets()
    secrets.learn({name[9:].lower(): value for name, value in os.environ.items() if name.startswith("IREDMAIL_API_")})
    for number, (host, result) in enumerate(sorted(results.items())):
        take(report, _event(host, result, servers.get(host), number))
    complete = bool(results) and not any(_failed(result) for result in results.values())
    document = report.document(_now(), complete, secrets.scrub)
    counts = document["summary"]["by_status"]
    checksums = {host: str(result["checksum"]) for host, result in results.items() if result.get("checksum")}
    return {
        "summary": {
            "drift": counts[DRIFT] > 0,
            "failed": counts[FAILED] > 0 or not complete,
            "complete": complete,
            "objects": document["summary"]["objects"],
            "counts": counts,
            "by_kind": document["summary"]["by_kind"],
            "checksum": next(iter(checksums.values())) if len(checksums) == len(results) == 1 else "",
            "checksums": checksums,
        },
        "verdict": verdict(document),
        "failures": [
            "%s %s: %s" % (one["kind"], one["id"], one["message"])
            for one in document["objects"]
            if one["status"] == FAILED
        ],
        "files": [{"name": file, "content": content} for file, content in rendered(document, formats)],
    }


def _event(host: str, result: Mapping[str, Any], server: str | None, number: int) -> Event:
    outcome = UNREACHABLE if result.get("unreachable") else BAD if _failed(result) else OK
    # what is declared is not in a result: each host counts by itself
    return Event(STATE, host, TASK, result, {"src": host}, server_of(server), True, outcome, number)


def _failed(result: Mapping[str, Any]) -> bool:
    return bool(result.get("failed") or result.get("unreachable"))


def _now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

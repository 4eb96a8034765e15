# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""drift.prom: gauges, in the text format of Prometheus; for a textfile collector, for example."""

from __future__ import annotations

import datetime

from .entry import IN_SYNC, STATUSES, Document
from .weight import WEIGHTS


def render(document: Document) -> str:
    """The file's content. Each status is there, also with 0, so that an alert can end."""
    summary = document["summary"]
    lines = _head("iredmail_drift_objects", "Objects by kind, status and server.")
    for row in summary["counts"]:
        labels = 'kind="%s",status="%%s",server="%s"' % tuple(_label(row[name]) for name in ("kind", "server"))
        for status in STATUSES:
            lines.append("iredmail_drift_objects{%s} %d" % (labels % status, row[status]))
    lines += _findings(document)
    lines += _moment(
        "iredmail_drift_last_run",
        "When the last run ended, or else when it began.",
        document["finished"] or document["started"],
    )
    last_complete = document["finished"] if summary["complete"] else summary["last_complete"]
    if last_complete:
        about = "When the last run ended that looked at everything."
        lines += _moment("iredmail_drift_last_complete", about, last_complete)
    lines += _head(
        "iredmail_drift_complete", "1 if the last run looked at everything, 0 if it died or missed something."
    )
    lines.append("iredmail_drift_complete %d" % summary["complete"])
    if summary["new"] is not None:
        lines += _head("iredmail_drift_new", "Objects that the last report did not have like this.")
        lines.append("iredmail_drift_new %d" % summary["new"])
    return "\n".join(lines) + "\n"


def _findings(document: Document) -> list[str]:
    """All that is not as declared. Each weight of each kind is there, also with 0."""
    numbers = {
        (row["server"], row["kind"], "", weight): 0 for row in document["summary"]["counts"] for weight in WEIGHTS
    }
    for one in document["objects"]:
        if one["status"] != IN_SYNC:
            key = (one["server"], one["kind"], one["domain"], one["weight"])
            numbers[key] = numbers.get(key, 0) + 1
    labels = 'server="%s",kind="%s",domain="%s",weight="%s"'
    return _head("iredmail_drift_findings", "Objects that are not as declared, by weight, kind and domain.") + [
        "iredmail_drift_findings{%s} %d" % (labels % tuple(map(_escaped, key)), number)
        for key, number in sorted(numbers.items())
    ]


def _moment(name: str, about: str, moment: str) -> list[str]:
    when = datetime.datetime.fromisoformat(moment.replace("Z", "+00:00"))
    name += "_timestamp_seconds"
    return [*_head(name, about), "%s %d" % (name, when.timestamp())]


def _head(name: str, about: str) -> list[str]:
    return ["# HELP %s %s" % (name, about), "# TYPE %s gauge" % name]


def _label(text: str) -> str:
    return _escaped(text).replace("%", "%%")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", " ")

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""drift.prom: gauges, in the text format of Prometheus; for a textfile collector, for example."""

from __future__ import annotations

import datetime

from .report import STATUSES, Document


def render(document: Document) -> str:
    """The file's content. Each status is there, also with 0, so that an alert can end."""
    summary = document["summary"]
    lines = _head("iredmail_drift_objects", "Objects by kind, status and server.")
    for row in summary["counts"]:
        labels = 'kind="%s",status="%%s",server="%s"' % tuple(_label(row[name]) for name in ("kind", "server"))
        for status in STATUSES:
            lines.append("iredmail_drift_objects{%s} %d" % (labels % status, row[status]))
    lines += _head("iredmail_drift_last_run_timestamp_seconds", "When the last run ended, or else when it began.")
    when = datetime.datetime.fromisoformat((document["finished"] or document["started"]).replace("Z", "+00:00"))
    lines.append("iredmail_drift_last_run_timestamp_seconds %d" % when.timestamp())
    lines += _head(
        "iredmail_drift_complete", "1 if the last run looked at everything, 0 if it died or missed something."
    )
    lines.append("iredmail_drift_complete %d" % summary["complete"])
    return "\n".join(lines) + "\n"


def _head(name: str, about: str) -> list[str]:
    return ["# HELP %s %s" % (name, about), "# TYPE %s gauge" % name]


def _label(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", " ")
    return escaped.replace("%", "%%")

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A document of a drift report, with something of everything in it."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.entry import NO_SERVER, STATUSES, Entry
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.report import Report
from tests.support.common import ROOT

SCHEMA = json.loads((ROOT / "docs" / "drift.schema.json").read_text(encoding="utf-8"))
START, END = "2026-11-21T03:00:00Z", "2026-11-21T03:01:40Z"
EVIL = (
    "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>|\n# `x` [y](javascript:alert(3))"
    "\x00\x1b[0m\ud800{{ 7*7 }}"
)


def sample(evil: str = "", complete: bool = True, finished: str | None = END) -> dict[str, Any]:
    """Something of everything; ``evil`` is put wherever somebody else's text may stand."""
    report = Report(START)
    server = "https://mail.example.com/iredadmin" + evil
    for number, status in enumerate(STATUSES):
        changes = {
            "quota": (1024, 2048),
            "members" + evil: (["a@b.cd" + evil, "c@b.cd"], ["c@b.cd", "d@b.cd"]),
            "users": ({"a@b.cd" + evil: False}, {"a@b.cd" + evil: True}),
            "name": ("" + evil, None),
        }
        kept = {} if status == "in_sync" else changes
        seen = Entry("user", f"u{number}{evil}@example.com", server, status, kept, "Message" + evil, number != 1)
        report.add(seen)
    report.add(Entry("state", "A task" + evil, NO_SERVER, "failed", note="It failed."))
    report.count(server, "alias", "source", 40)
    return report.document(finished, complete)


def empty() -> dict[str, Any]:
    return Report(START).document(None, False)


SAMPLES = [sample(), sample(EVIL), sample(complete=False, finished=None), empty()]

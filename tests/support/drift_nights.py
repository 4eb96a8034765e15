# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nights of a small company, quiet and not, as drift reports."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift import history
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.entry import DRIFT, FAILED, UNKNOWN, Entry
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.remedy import Remedy
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.report import Report

SERVER = "https://mail.example.com/iredadmin"
STARTED, FINISHED = "2026-11-21T03:00:00Z", "2026-11-21T03:00:09Z"
BEFORE = "2026-11-20T03:00:00Z"
PLACE = "mail/example.com.yml:%d"
MISSING = {"state": ("absent", "present"), "quota": (None, 1024)}
EXTRA = {"state": ("present", "absent")}
#: seven findings, of nine objects
SEVEN = (
    Entry("user", "ada@example.com", SERVER, DRIFT, {"quota": (4096, 1024)}, place=PLACE % 12),
    Entry("user", "mallory@example.com", SERVER, DRIFT, EXTRA, declared=False),
    Entry("user", "rosa@example.com", SERVER, DRIFT, MISSING, place=PLACE % 30),
    Entry(
        "alias",
        "info@example.com",
        SERVER,
        DRIFT,
        {"members": (["ada@example.com", "mallory@evil.example"], ["ada@example.com"])},
        place=PLACE % 41,
    ),
    Entry(
        "alias",
        "sales@example.com",
        SERVER,
        DRIFT,
        {"members": (["ada@example.com"], ["ada@example.com", "rosa@example.com"])},
        place=PLACE % 45,
    ),
    Entry("domain", "example.org", SERVER, DRIFT, {"enabled": (False, True)}, place="mail/example.org.yml:3"),
    Entry(
        "wblist",
        "example.com inbound blacklist",
        SERVER,
        DRIFT,
        {"addresses": (["@good.example", "spam@*"], ["@bad.example", "spam@*"])},
        place=PLACE % 70,
    ),
    Entry(
        "ml",
        "team@example.org",
        SERVER,
        FAILED,
        note="GET /api/ml/team@example.org: the server answered HTTP 500; nothing was concluded from it.",
    ),
)


def quiet() -> dict[str, Any]:
    """A night on which nothing differs."""
    return document([])


def seven() -> dict[str, Any]:
    """A night with a bit of everything, and the night before."""
    older = document([one for one in SEVEN if "mallory" not in str(one)], BEFORE)
    found = document(SEVEN)
    history.compare(found, older)
    return found


def many(number: int) -> dict[str, Any]:
    """A night after somebody went over the whole server.

    :param number: of findings
    """
    entries = [*SEVEN, *_folded()]
    while len(entries) < number + 39:
        at = len(entries)
        members = [f"u{one}@example.com" for one in range(at, at + 30)]
        kind, options = (
            ("user", {"name": (f"Ada Byron {at}", f"Ada Lovelace {at}"), "quota": (at, 1024)}),
            ("alias", {"members": ([f"u{at}@example.com"], members)}),
            ("ml", {"footer_text": (f"Sent by the list number {at} of our company", ""), "moderated": (True, False)}),
            ("domain", {"max_users": (at, 100), "description": (f"Some words {at}", "Other words")}),
        )[at % 4]
        name = f"d{at}.example.com" if kind == "domain" else f"some.longer.name.{at}@department.example.com"
        # so that each is a finding of its own
        changes: dict[str, Any] = {**options, f"option_{at}": (1, 2)}
        entries.append(Entry(kind, name, SERVER, DRIFT, changes, place=PLACE % at))
    return document(entries)


def _folded() -> list[Entry]:
    names = [f"person{number:02}@example.com" for number in range(40)]
    change = {"language": ("de_DE", "en_US")}
    hidden = {"sender_bcc": ("<unknown>", "audit@example.com")}
    note = "Not shown by the panel, so that nobody knows whether it is so: sender_bcc."
    entries = [Entry("user", one, SERVER, DRIFT, change, place=PLACE % 100) for one in names]
    return [*entries, Entry("user", "bob@example.com", SERVER, UNKNOWN, hidden, note)]


def document(entries: Iterable[Entry], started: str = STARTED, complete: bool = True) -> dict[str, Any]:
    """The report of a night."""
    report = Report(started)
    report.own = {"example.com", "example.org", "department.example.com"}
    report.about.update(version="0.2.0", revision="4f2c9e0d1a7b", host="ops.example.com")
    for one in copy.deepcopy(entries):
        report.add(one)
    report.count(SERVER, "user", "state", 295)
    report.count(SERVER, "domain", "state", 2)
    report.count(SERVER, "alias", "state", 38)
    return report.document(started.replace("00Z", "09Z"), complete, remedy=Remedy(("mail",), frozenset({"localhost"})))

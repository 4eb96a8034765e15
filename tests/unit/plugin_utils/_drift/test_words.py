# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict in words, and whole texts against the ones that people have read and found good."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.entry import (
    DRIFT,
    FAILED,
    REPAIRED,
    UNKNOWN,
    Entry,
)
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.formats import FORMATS
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.report import Report
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.words import verdict
from tests.support.drift_nights import many, quiet, seven

TEXTS = Path(__file__).with_name("texts")
#: set to write the texts anew; then read them
WRITE = os.environ.get("DRIFT_TEXTS")
SERVER = "https://mail.example.com/iredadmin"


def said(*statuses: str, server: str = SERVER, fine: int = 2) -> str:
    report = Report("2026-11-21T03:00:00Z")
    for number, status in enumerate(statuses):
        report.add(Entry("user", f"u{number}@example.com", server, status, {"quota": (1, 2)}))
    report.count(server, "user", "source", fine)
    return verdict(report.document(None, True))


@pytest.mark.parametrize(
    ("statuses", "sentence"),
    [
        ((), "mail.example.com: nothing differs; 2 objects are as declared."),
        ((DRIFT,), "mail.example.com: 1 of 3 objects differs."),
        ((DRIFT, DRIFT), "mail.example.com: 2 of 4 objects differ."),
        ((REPAIRED,), "mail.example.com: 1 of 3 objects differed, and was put back."),
        ((REPAIRED, REPAIRED, DRIFT), "mail.example.com: 1 of 5 objects differs. 2 differed, and were put back."),
        (
            (FAILED,),
            "mail.example.com: nothing is known to differ; 2 objects are as declared. 1 could not be looked at.",
        ),
        (
            (DRIFT, FAILED, UNKNOWN),
            "mail.example.com: 1 of 5 objects differs. 1 could not be looked at. 1 cannot be compared.",
        ),
    ],
)
def test_the_verdict(statuses, sentence):
    assert said(*statuses) == sentence


def test_the_verdict_without_a_server_or_anything_at_all():
    assert said(DRIFT, server="unknown") == "1 of 3 objects differs."
    assert said(fine=0) == "Nothing was looked at."


def test_weights_are_in_the_verdict():
    assert verdict(seven()) == (
        "mail.example.com: 7 of 343 objects differ; 3 of them look like security, 2 may lose mail. "
        "1 could not be looked at."
    )


@pytest.mark.parametrize("night", ["quiet", "seven", "many"])
@pytest.mark.parametrize("form", ["markdown", "junit", "prometheus"])
def test_the_whole_text(night, form):
    document = {"quiet": quiet, "seven": seven, "many": lambda: many(12)}[night]()
    file, render = FORMATS[form]
    path = TEXTS / f"{night}.{file.rpartition('.')[2]}.txt"
    if WRITE:
        path.write_text(render(document), encoding="utf-8")
    assert render(document) == path.read_text(encoding="utf-8")

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of mailing lists have in common: each step as a prediction, for real, and once more."""

from __future__ import annotations

import pytest

from tests.support.playbook import IN_PROCESS, run_tasks, task
from tests.support.setting_cases import requests

MAIL = "team@example.com"
ADA, BOB, EVE, KIM = (name + "@other.example" for name in ("ada", "bob", "eve", "kim"))
MODES = ({"check_mode": True, "diff": True}, {"diff": True}, {})


def on(*presets):
    return pytest.mark.parametrize("preset", presets)


def ml(mail=MAIL, **options):
    return task("iredmail_ml", mail=mail, **options)


def play(sandbox, *steps, door=IN_PROCESS, quiet=True):
    """Each step as a prediction, for real and once more, in one playbook; only the real ones may write."""
    sandbox.clear_log()
    run = run_tasks(sandbox, [{**step, **mode} for step in steps for mode in MODES], door)
    results = run.results
    assert len(results) == 3 * len(steps), run.output
    real, again = results[1::3], results[2::3]
    for step, predicted, applied, later in zip(steps, results[::3], real, again, strict=True):
        where = f"{step}: {predicted.get('msg')}, {applied.get('msg')}, {later.get('msg')}"
        assert not any(one.get("failed") for one in (predicted, applied, later)), where
        # the text of a state also tells what became of it
        shown = "changes" if "plan_text" in applied else "diff"
        for key in ("operations", "changed", shown, "warnings", "unverified"):
            assert predicted.get(key) == applied.get(key), (where, key)
        assert applied["changed"] is bool(applied["operations"]), where
        if quiet:
            assert (later["changed"], later["operations"]) == (False, []), where
    told = [one for pair in zip(real, again, strict=True) for result in pair for one in result["operations"]]
    assert requests(sandbox.writes()) == requests(told), "what was told is not what was sent"
    return (real, again) if not quiet else real


def refused(sandbox, *steps):
    """The messages of tasks that fail, also in check mode, and of which nothing is written."""
    sandbox.clear_log()
    results = run_tasks(sandbox, [{**step, **mode} for step in steps for mode in MODES[:2]]).results
    assert [one.get("failed") for one in results] == [True] * 2 * len(steps), results
    assert [one["msg"] for one in results[::2]] == [one["msg"] for one in results[1::2]]
    assert sandbox.writes() == []
    return [one["msg"] for one in results[::2]]


def params(result):
    return [one["params"] for one in result["operations"]]


def account(sandbox, mail=MAIL):
    """The row of the list, whatever shape the answers have."""
    (row,) = [row for row in sandbox.state()["maillists"] if row["address"] == mail]
    return row


def subscribed(sandbox, mail=MAIL):
    rows = [row for row in sandbox.state()["mlmmj_subscribers"] if row["address"] == mail]
    return {(row["mail"].partition("@")[0], row["subscription"]) for row in rows}

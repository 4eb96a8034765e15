# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook drift where something cannot be read: a report all the same, and never fine."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.common import COM
from tests.support.drift_role import UNREAD, summary
from tests.support.playbook import DOORS


@pytest.mark.parametrize("backend", ["sql"])
@pytest.mark.parametrize("door", DOORS)
def test_what_cannot_be_read_fails_after_the_report_and_is_never_fine(small: Sandbox, night: Any, door: str) -> None:
    tonight = night(small)
    small.fault(method="GET", path=f"/api/user/user00001@{COM}", times=None, action={"status": 500})
    users = [{"mail": f"user0000{number}@{COM}", "name": f"user0000{number}"} for number in range(3)]
    run = tonight(door=door, mail_drift_declared={"domains": [{"domain": COM}], "users": users})

    assert run.code != 0
    assert f"user user00001@{COM}: The server failed on GET" in run.named(UNREAD)["msg"]
    assert '"changes"' not in run.output, "the report tells them"
    assert tonight.found("failed") == {("failed", "user", f"user00001@{COM}")}
    assert tonight.report["summary"]["by_status"]["in_sync"] == 3
    assert tonight.report["summary"]["complete"] is False
    assert (summary(run)["failed"], summary(run)["complete"]) == (True, False)


@pytest.mark.parametrize("backend", ["sql"])
def test_a_panel_that_is_away_is_a_report_that_says_so(small: Sandbox, night: Any) -> None:
    tonight = night(small)
    declared = {"domains": [{"domain": COM}]}
    away = {"IREDMAIL_API_URL": "http://127.0.0.1:1/iredadmin", "IREDMAIL_API_RETRIES": "0"}
    for env, sentence in ((away, "127.0.0.1"), ({"IREDMAIL_API_PASSWORD": "Canary-4711"}, "The login was refused")):
        run = tonight(mail_drift_declared=declared, env=env)
        assert run.code != 0
        assert sentence in run.named(UNREAD)["msg"]
        assert [one["status"] for one in tonight.report["objects"]] == ["failed"]
        assert tonight.report["summary"]["complete"] is False


@pytest.mark.parametrize("backend", ["sql"])
@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"mail_drift_src": "mail.yml", "mail_drift_declared": {"users": []}}, id="both"),
        pytest.param({"mail_drift_src": "mail.yml", "mail_drift_fomats": ["html"]}, id="misspelt"),
        pytest.param({"mail_drift_src": "mail.yml", "mail_drift_undeclared": "some"}, id="word"),
        # what ansible-core finds by the role's argument specification, as it finds the next
        pytest.param({"mail_drift_src": "mail.yml", "mail_drift_formats": ["pdf"]}, id="format"),
        pytest.param(
            {"mail_drift_src": "mail.yml", "mail_drift_undeclared": {"domain": COM}}, id="key", marks=pytest.mark.matrix
        ),
    ],
)
def test_variables_are_checked_before_anything_is_asked(small: Sandbox, night: Any, variables: dict[str, Any]) -> None:
    run = night(small)(**variables)

    assert run.code != 0
    assert "mail_drift_" in run.output
    assert ("did you mean mail_drift_formats?" in run.output) is ("mail_drift_fomats" in variables)
    assert small.log() == []

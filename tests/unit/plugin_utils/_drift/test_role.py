# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of the role: a server that was not read is never fine, and what cannot be deleted is drift."""

from __future__ import annotations

import json

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift import role
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.role import TASK, Circumstances, report_of

START = "2026-11-21T03:00:00Z"
USER = {"kind": "user", "id": "ada@example.com"}
DRIFT = {**USER, "action": "update", "declared": True, "before": {"quota": 1}, "after": {"quota": 2}}


def result(changes=(), failures=(), **more):
    return {
        "changed": bool(changes),
        "changes": list(changes),
        "failures": list(failures),
        "in_sync": {"domains": 1},
        "unverified": [],
        "uncompared": [],
        "checksum": "abc",
        **({"failed": True, "msg": "1 failed."} if failures else {}),
        **more,
    }


def report(**results):
    document = report_of(results, START, ["json"], {host: f"https://{host}.example" for host in results})
    return document, json.loads(document["files"][0]["content"])


def test_what_differs_is_drift_and_the_rest_is_counted():
    found, document = report(one=result([DRIFT]))
    assert (found["summary"]["drift"], found["summary"]["failed"], found["summary"]["complete"]) == (True, False, True)
    assert found["summary"]["counts"]["in_sync"] == 1
    assert found["summary"]["checksum"] == "abc"
    assert [(one["status"], one["id"]) for one in document["objects"]] == [("drift", "ada@example.com")]
    assert found["failures"] == []


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"failed": True, "msg": "no."}, "no."),
        ({"unreachable": True, "msg": "no."}, "The host two is unreachable: no."),
    ],
)
def test_a_server_that_was_not_read_is_never_fine(bad, why):
    found, _document = report(one=result(), two=bad)
    assert (found["summary"]["failed"], found["summary"]["complete"]) == (True, False)
    assert found["failures"] == [f"task {TASK}: {why}"]
    assert found["summary"]["checksum"] == "", "there is none for several servers"
    assert found["summary"]["checksums"] == {"one": "abc"}


def test_a_host_without_a_result_is_never_fine():
    found = report_of({"one": result()}, START, ["json"], {}, Circumstances(missing=["two"]))
    assert (found["summary"]["failed"], found["summary"]["complete"], found["summary"]["checksum"]) == (True, False, "")
    assert ["The host two was not compared" in one for one in found["failures"]] == [True]


def test_nothing_at_all_is_not_complete():
    found, _document = report()
    assert (found["summary"]["failed"], found["summary"]["complete"]) == (True, False)


def test_what_is_not_declared_is_drift():
    undeclared = {"kind": "domain", "id": "old.example", "reason": "reported"}
    found, document = report(one=result(undeclared=[undeclared]))
    assert (found["summary"]["drift"], found["summary"]["failed"]) == (True, False)
    assert [(one["status"], one["id"], one["declared"]) for one in document["objects"]] == [
        ("drift", "old.example", False)
    ]


@pytest.mark.parametrize("code", ["contents_unknown", "not_listed", "bad_answer"])
def test_a_failure_is_one(code):
    failure = {"kind": "domain", "id": "old.example", "code": code, "msg": "it is not known."}
    found, _document = report(one=result(failures=[failure]))
    assert found["summary"]["failed"] is True
    assert found["failures"] == ["domain old.example: it is not known."]


@pytest.mark.parametrize("secret", ["Canary-4711", "Canary-4711\udce4"])
def test_secrets_of_the_environment_are_blanked(monkeypatch, secret):
    monkeypatch.setenv("IREDMAIL_API_PASSWORD", secret)
    failure = {**USER, "code": "rejected", "msg": f"{secret} is refused."}
    found, _document = report(one=result(failures=[failure]))
    assert "Canary-4711" not in str(found)


def test_a_format_that_is_not_there():
    with pytest.raises(InputError, match="there is no format pdf; there are"):
        report_of({}, START, ["json", "pdf"], {})


# -- what the results do not tell


def test_the_command_limits_itself_where_there_are_several_hosts():
    servers = {host: f"https://{host}.example" for host in ("one", "two")}
    found = report_of({"one": result(), "two": result([DRIFT])}, START, ["json"], servers, Circumstances(["mail"]))
    (one,) = json.loads(found["files"][0]["content"])["objects"]
    assert one["repair"] == "ansible-playbook mailstate.iredmail.apply -e mail_state_src=mail --limit two"


def test_the_result_names_the_panel_where_nobody_else_does():
    found = report_of({"one": result(panel="https://mail.example.com/iredadmin")}, START, [], {"one": ""})
    assert found["verdict"] == "mail.example.com: nothing differs; 1 object is as declared."


def test_a_report_is_compared_with_the_last_one_and_kept(tmp_path):
    def night(*changes, keep=2):
        found = report_of(
            {"one": result(changes)}, START, ["json"], {}, Circumstances(history=str(tmp_path), keep=keep)
        )
        (new,) = found["history"]["add"]
        number = len(list(tmp_path.iterdir()))
        # a night later
        (tmp_path / f"drift-2026112{number}T030000Z.json").write_text(new["content"], encoding="utf-8")
        return found

    assert night(DRIFT)["summary"]["new"] is None
    assert night(DRIFT)["summary"]["new"] == 0
    third = night(DRIFT, {**DRIFT, "id": "bob@example.com"})
    assert third["summary"]["new"] == 1
    assert "Since the last report, " in third["verdict"]
    assert third["history"]["remove"] == ["drift-20261120T030000Z.json"]


def test_a_report_is_compared_with_the_last_one_of_the_same_panels(tmp_path, monkeypatch):
    """Two jobs may keep theirs in one directory; one that missed a panel still has a last one."""

    def night(day, keep=9, **panels):
        monkeypatch.setattr(role, "_now", lambda: f"2026-11-{day}T03:00:00Z")
        results = {
            host: {"failed": True, "msg": "away"} if names is None else result([dict(DRIFT, id=one) for one in names])
            for host, names in panels.items()
        }
        servers = {host: f"https://{host}/iredadmin" for host in panels}
        found = report_of(results, START, ["json"], servers, Circumstances(history=str(tmp_path), keep=keep))
        (new,) = found["history"]["add"]
        (tmp_path / new["name"]).write_text(new["content"], encoding="utf-8")
        summary = json.loads(new["content"])["summary"]
        return summary["new"], summary["gone"], summary["last_complete"]

    assert night(10, a=["x@b.cd", "y@b.cd"]) == (None, None, None)
    assert night(11, b=["z@b.cd"]) == (None, None, None)
    assert night(12, a=["x@b.cd"]) == (0, 1, "2026-11-10T03:00:00Z")
    assert night(13, b=["z@b.cd"]) == (0, 0, "2026-11-11T03:00:00Z")
    assert night(14, a=["x@b.cd"], b=[]) == (None, None, None)
    assert night(15, a=None)[2] == "2026-11-14T03:00:00Z", "one of its panels"
    assert night(16, a=["x@b.cd"])[2] == "2026-11-12T03:00:00Z"


def test_without_a_history_none_is_kept(tmp_path):
    for known in (Circumstances(), Circumstances(history=str(tmp_path), keep=0)):
        assert report_of({}, START, [], {}, known)["history"] == {"add": [], "remove": []}

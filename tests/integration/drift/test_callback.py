# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drift report of real runs: it names what differs and nothing else, and never calls fine what nobody has seen."""

from __future__ import annotations

import json
import shutil
import stat
import time
from pathlib import Path

import junitparser
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.sandbox.handle import Sandbox
from tests.support.common import COM, ORG
from tests.support.drift import (
    ADA,
    BOB,
    CANARY,
    FILES,
    MALLORY,
    SALES,
    check_user,
    enabled,
    found,
    reported,
    spoil,
    state_task,
    statuses,
)
from tests.support.playbook import DOORS, connection, run_tasks, task

WBLIST = f"wblist {COM} inbound blacklist"
DRIFT = {
    f"user {ADA}": ("drift", True, ["quota"]),
    f"user {MALLORY}": ("drift", False, ["state"]),
    f"domain {ORG}": ("drift", True, ["enabled"]),
    WBLIST: ("drift", True, ["addresses"]),
}
STATUSES = ("failed", "drift", "unknown", "repaired", "in_sync")


@pytest.mark.parametrize("door", DOORS)
def test_drift_made_by_hand_is_named_and_repaired(sandbox: Sandbox, tmp_path, door):
    _run, document = reported(sandbox, tmp_path, [state_task()], door=door)
    assert document["mode"] == "apply"
    assert set(statuses(document).values()) == {"repaired"}
    spoil(sandbox)

    sandbox.clear_log()
    run, document = reported(sandbox, tmp_path, [state_task()], door=door, check=True)
    assert (run.code, sandbox.writes()) == (0, [])
    names = found(document)
    status, declared, fields = names.pop(f"alias {SALES}")
    assert (status, declared, "state" in fields, "members" in fields) == ("drift", True, True, True)
    assert names == DRIFT
    assert {one["server"] for one in document["objects"]} == {sandbox.url}
    (quota,) = [one["changes"] for one in document["objects"] if one["id"] == ADA]
    assert quota == [{"field": "quota", "before": 4096, "after": 1024}]
    summary = document["summary"]
    assert (document["mode"], summary["complete"], summary["objects"]) == ("check", True, 7)
    assert summary["by_status"] == dict(dict.fromkeys(STATUSES, 0), drift=5, in_sync=2)
    assert summary["by_kind"]["user"] == dict(dict.fromkeys(STATUSES, 0), drift=2, in_sync=1)
    other_formats(tmp_path, sandbox.url, drift=5)

    _run, document = reported(sandbox, tmp_path, [state_task()], door=door)
    assert statuses(document) == dict.fromkeys([*DRIFT, f"alias {SALES}"], "repaired")
    assert document["mode"] == "apply"
    other_formats(tmp_path, sandbox.url, drift=0)

    _run, document = reported(sandbox, tmp_path, [state_task()], door=door, check=True)
    assert document["objects"] == []
    assert document["summary"]["by_status"] == dict(dict.fromkeys(STATUSES, 0), in_sync=6)


def other_formats(folder: Path, url: str, drift: int) -> None:
    """The other files say the same, and are read by what is made to read them."""
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    suites = junitparser.JUnitXml.fromfile(str(folder / "drift.xml"))
    assert (suites.failures, suites.errors) == (drift, 0)
    text = (folder / "drift.prom").read_text(encoding="utf-8")
    samples = {family.name: family.samples for family in text_string_to_metric_families(text)}
    found_drift = [one.value for one in samples["iredmail_drift_objects"] if one.labels["status"] == "drift"]
    assert sum(found_drift) == drift
    assert {one.labels["server"] for one in samples["iredmail_drift_objects"]} == {url}
    assert [one.value for one in samples["iredmail_drift_complete"]] == [1]
    assert abs(samples["iredmail_drift_last_run_timestamp_seconds"][0].value - time.time()) < 300
    for name in ("drift.md", "drift.html"):
        text = (folder / name).read_text(encoding="utf-8").replace("\\", "").rpartition("</style>")[2]
        assert text.count("undeclared<") + text.count("(undeclared)") == 1
        assert MALLORY in text
        assert ORG in text


# -- single tasks


@pytest.mark.parametrize("door", DOORS)
def test_single_modules_loops_and_short_names(sandbox: Sandbox, tmp_path, door):
    for mail in (ADA, BOB):
        sandbox.api("POST", f"/api/user/{mail}", password=CANARY, quota=1024)
    short = {"name": "short", "iredmail_user": {"mail": "{{ item }}", "quota": 1024, **connection(sandbox)}}
    short.update(loop=[ADA, BOB])
    tasks = [
        check_user(ADA, quota=2048),
        short,
        {"name": "other", "ansible.builtin.command": "true"},
        {"name": "templated", "action": {"module": "{{ which }}", "mail": BOB, "quota": 1024, **connection(sandbox)}},
        task("iredmail_domain", domain=COM, description="Other"),
        dict(check_user(BOB, quota=9), when=False),
        task("iredmail_user_info", mail=ADA),
    ]
    more = {"play": {"collections": ["mailstate.iredmail"]}, "variables": {"which": "mailstate.iredmail.iredmail_user"}}
    _run, document = reported(sandbox, tmp_path, tasks, door=door, check=True, **more)
    # the loop comes back to the first object, which has differed once
    assert statuses(document) == {f"user {ADA}": "drift", f"user {BOB}": "in_sync", f"domain {COM}": "drift"}
    assert document["summary"]["complete"]


def test_runs_without_the_collection_leave_no_report(tmp_path):
    run = run_tasks(None, [{"name": "other", "ansible.builtin.command": "true"}], env=enabled(tmp_path / "none"))
    assert run.code == 0
    assert not (tmp_path / "none").exists()


def test_a_task_in_check_mode_makes_no_real_run(sandbox: Sandbox, tmp_path):
    tasks = [dict(check_user(ADA, quota=5, password=CANARY), check_mode=True)]
    _run, document = reported(sandbox, tmp_path, tasks)
    assert document["mode"] == "check"
    assert statuses(document) == {f"user {ADA}": "drift"}


def test_servers_and_hosts_are_kept_apart(tmp_path):
    with Sandbox() as one, Sandbox("ldap") as two:
        for sandbox in (one, two):
            sandbox.api("POST", f"/api/domain/{COM}", name="Example")
        one.api("PUT", f"/api/domain/{COM}", name="Changed")
        panels = {name: connection(sandbox) for name, sandbox in (("one", one), ("two", two))}
        options = {name: "{{ panels[inventory_hostname]." + name + " }}" for name in ("api_username", "api_password")}
        tasks = [
            {
                "name": "domain",
                "mailstate.iredmail.iredmail_domain": {"domain": COM, "description": "Example", **options},
                "environment": {"IREDMAIL_API_URL": "{{ panels[inventory_hostname].api_url }}/"},
            }
        ]
        play = {"hosts": "one,two"}
        more = {"play": play, "variables": {"panels": panels}, "args": ("-i", "one,two,"), "check": True}
        _run, document = reported(None, tmp_path, tasks, **more)
        assert [(one_["server"], one_["status"]) for one_ in document["objects"]] == [
            (one.url, "drift"),
            (two.url, "in_sync"),
        ]


def test_options_in_ansible_cfg(sandbox: Sandbox, tmp_path):
    section = f"[callback_iredmail_drift]\noutput_dir = {tmp_path / 'by_ini'}\n"
    for more, files in (("", FILES[:3]), ("formats = prometheus, json\n", (FILES[0], FILES[4]))):
        (tmp_path / "ansible.cfg").write_text(section + more, encoding="utf-8")
        env = {
            "ANSIBLE_CALLBACKS_ENABLED": "capture,mailstate.iredmail.drift",
            "ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg"),
        }
        assert run_tasks(sandbox, [task("iredmail_domain", domain=COM)], env=env).code == 0
        assert sorted(one.name for one in (tmp_path / "by_ini").iterdir()) == sorted(files)
        shutil.rmtree(tmp_path / "by_ini")


def test_a_directory_that_cannot_be_written_does_not_fail_the_run(sandbox: Sandbox, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    run = run_tasks(sandbox, [task("iredmail_domain", domain=COM)], env=enabled(tmp_path / "file" / "drift"))
    assert run.code == 0
    assert run.output.count("The drift report cannot be written") == 1


# -- secrets


@pytest.mark.parametrize("door", DOORS)
def test_no_secret_is_in_any_file(sandbox: Sandbox, tmp_path, door):
    sandbox.api("POST", f"/api/user/{BOB}", password="Another-Password-1")
    echo = {"body": {"_success": False, "_msg": f"error near {CANARY}"}}
    sandbox.fault(echo, "POST", f"/api/user/{ADA}", times=None)
    declared = {"users": [{"mail": f"eve@{COM}", "password": CANARY, "name": f"x{CANARY}x"}]}
    tasks = [
        check_user(ADA, password=CANARY),
        check_user(BOB, password=CANARY, name=CANARY),
        dict(check_user("impossible", password=CANARY), name=f"With {CANARY}"),
        check_user(BOB, password_hash="{PLAIN}" + CANARY, update_password="always", nosuch=True),
        state_task(declared=declared, prune=None),
        dict(check_user(f"zoe@{COM}", password=CANARY), no_log=True),
        dict(task("iredmail_login"), no_log=True, register="login"),
        {
            "name": "session",
            "mailstate.iredmail.iredmail_domain": {
                "domain": COM,
                "description": "{{ login.session }}",
                "api_session": "{{ login.session }}",
            },
            "ignore_errors": True,
        },
    ]
    for check in (True, False):
        run, document = reported(sandbox, tmp_path, tasks, door=door, check=check, args=("-vvv", "--diff"))
        texts = {name: (tmp_path / name).read_text(encoding="utf-8") for name in FILES}
        kinds = {one["kind"] for one in document["objects"]}
        assert {"user", "domain"} <= kinds, run.output
        assert any("no_log" in one["id"] for one in document["objects"])
        assert f"zoe@{COM}" not in json.dumps(document)
        for name, text in texts.items():
            assert "Another" not in text
            for secret in (CANARY, sandbox.password):
                assert secret not in text, (check, name)
        (session,) = [one for one in document["objects"] if one["kind"] == "domain"]
        assert "iRedAdmin" not in json.dumps(session["changes"])
    assert f"eve@{COM}" in texts["drift.json"]


@pytest.mark.parametrize("backend", ["sql"])
def test_what_ran_in_the_background_is_reported_once_somebody_asks_for_it(sandbox: Sandbox, tmp_path):
    one = {"domain": COM, "description": "Seen"}
    tasks = [
        dict(task("iredmail_domain", "seen", **one), **{"async": 60, "poll": 0, "register": "job"}),
        dict(task("iredmail_domain", "unseen", domain=ORG), **{"async": 60, "poll": 0}),
        dict(task("iredmail_domain", "hidden", domain="no domain"), no_log=True, failed_when=False),
        {
            "name": "ask",
            "ansible.builtin.async_status": {"jid": "{{ job.ansible_job_id }}"},
            "register": "seen",
            "until": "seen is finished",
            "retries": 60,
            "delay": 1,
        },
    ]
    _run, document = reported(sandbox, tmp_path, tasks)
    hidden = ("hidden by no_log, number 3", "unknown")
    assert {(one["id"], one["status"]) for one in document["objects"]} == {
        (COM, "repaired"),
        (ORG, "unknown"),
        hidden,
    }
    assert document["summary"]["by_status"]["unknown"] == 2

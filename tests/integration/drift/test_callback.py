# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drift report of real runs: it names what differs and nothing else, and never calls fine what nobody has seen."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path

import junitparser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.sandbox.handle import Sandbox
from tests.support.common import COM, ORG
from tests.support.drift import (
    ADA,
    BOB,
    DECLARED,
    FILES,
    MALLORY,
    SALES,
    enabled,
    found,
    report_in,
    reported,
    spoil,
    state_task,
)
from tests.support.playbook import DOORS, connection, run_tasks, task

PING = {"name": "ping", "ansible.builtin.ping": {}}
CANARY = "Canary-Password-4711"
WBLIST = f"wblist {COM} inbound blacklist"
DRIFT = {
    f"user {ADA}": ("drift", True, ["quota"]),
    f"user {MALLORY}": ("drift", False, ["state"]),
    f"domain {ORG}": ("drift", True, ["enabled"]),
    WBLIST: ("drift", True, ["addresses"]),
}
STATUSES = ("failed", "drift", "unknown", "repaired", "in_sync")


def statuses(document):
    return {name: one[0] for name, one in found(document).items()}


def check_user(mail=ADA, **options):
    return task("iredmail_user", mail=mail, **options)


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


# -- what cannot be read is never fine


def test_a_failed_read_is_shown_as_failed(sandbox: Sandbox, tmp_path):
    for mail in (ADA, BOB):
        sandbox.api("POST", f"/api/user/{mail}", password=CANARY, quota=1024)
    sandbox.fault({"status": 500}, "GET", f"/api/user/{BOB}", times=None)
    state = {"users": DECLARED["users"]}
    tasks = [state_task(declared=state, prune=None, continue_on_error=True)]
    _run, document = reported(sandbox, tmp_path, tasks, check=True)
    assert statuses(document) == {f"user {BOB}": "failed"}
    assert "500" in document["objects"][0]["message"]
    assert document["summary"]["by_kind"]["user"]["in_sync"] == 1
    assert junitparser.JUnitXml.fromfile(str(tmp_path / "drift.xml")).errors == 1

    # also where the play goes on as if nothing had happened
    for more in ({"failed_when": False}, {"ignore_errors": True}):
        tasks = [dict(check_user(BOB, quota=1024), **more), dict(task("iredmail_user_info", mail=BOB), **more)]
        run, document = reported(sandbox, tmp_path, tasks, check=True)
        assert (run.code, statuses(document)) == (0, {f"user {BOB}": "failed"})


def test_what_a_panel_hides_is_unknown(backend, tmp_path):
    option = "sender_bcc" if backend == "sql" else "mailbox_format"
    value = "audit@other.example" if backend == "sql" else "mdbox"
    with Sandbox(backend, preset="hiding") as sandbox:
        sandbox.api("POST", f"/api/domain/{COM}", name="Example")
        sandbox.api("POST", f"/api/user/{ADA}", password=CANARY)
        for unreadable in ("send", "skip"):
            tasks = [check_user(ADA, unreadable=unreadable, **{option: value})]
            _run, document = reported(sandbox, tmp_path, tasks, check=True)
            assert statuses(document) == {f"user {ADA}": "unknown"}, unreadable
            assert option in document["objects"][0]["message"]


def test_a_run_that_does_not_reach_its_end_is_not_complete(sandbox: Sandbox, tmp_path):
    stop = {"name": "stop", "ansible.builtin.fail": {"msg": CANARY}}
    rest = [check_user(ADA, password=CANARY)]
    (tmp_path / "drift.json").write_text("yesterday", encoding="utf-8")
    _run, document = reported(sandbox, tmp_path, [stop, *rest], check=True)
    assert not document["summary"]["complete"]
    assert statuses(document) == {"host localhost": "failed"}
    assert document["finished"]

    rescued = {"name": "block", "block": [stop], "rescue": rest}
    _run, document = reported(sandbox, tmp_path, [rescued], check=True)
    assert (document["summary"]["complete"], statuses(document)) == (True, {f"user {ADA}": "drift"})

    verdict = dict(stop, vars={"iredmail_drift_verdict": True})
    run, document = reported(sandbox, tmp_path, [*rest, verdict], check=True)
    assert (run.code, document["summary"]["complete"]) == (2, True)


@pytest.mark.parametrize(
    "play",
    [
        {"roles": ["mailstate.iredmail.mail_state"]},
        {"tasks": [{"name": "role", "ansible.builtin.include_role": {"name": "mailstate.iredmail.mail_state"}}]},
        {"tasks": [{"name": "b", "block": [{"name": "c", "block": [PING], "always": [check_user()]}]}]},
        {"post_tasks": [check_user()]},
    ],
    ids=["role", "include_role", "block", "post_tasks"],
)
def test_an_old_report_does_not_outlive_a_run_that_dies_early(tmp_path, play):
    (tmp_path / "drift.json").write_text("yesterday", encoding="utf-8")
    stop = {"name": "stop", "ansible.builtin.fail": {"msg": "no"}}
    _run, document = reported(None, tmp_path, [], play={"pre_tasks": [stop], **play}, check=True)
    assert statuses(document) == {"host localhost": "failed"}
    assert not document["summary"]["complete"]


def test_an_unreachable_host_is_not_fine(sandbox: Sandbox, tmp_path):
    play = {"hosts": "one,two", "connection": "ssh", "gather_facts": False}
    variables = {"ansible_port": 1, "ansible_host": "127.0.0.1"}
    more = {"play": play, "variables": variables, "args": ("-i", "one,two,"), "check": True}
    _run, document = reported(sandbox, tmp_path, [check_user(ADA)], **more)
    assert not document["summary"]["complete"]
    assert {"host one", "host two"} <= set(statuses(document))
    assert set(statuses(document).values()) == {"failed"}


def test_a_play_without_hosts_is_not_fine(sandbox: Sandbox, tmp_path):
    _run, document = reported(sandbox, tmp_path, [check_user(ADA)], play={"hosts": "nobody"}, check=True)
    assert not document["summary"]["complete"]
    assert statuses(document) == {"run play Test": "failed"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_a_killed_run_leaves_a_report(tmp_path, number):
    with Sandbox() as sandbox:
        sandbox.api("POST", f"/api/domain/{COM}", name="Example")
        tasks = [check_user(ADA, password=CANARY), {"name": "wait", "ansible.builtin.pause": {"seconds": 60}}]
        play = {
            "name": "Test",
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "module_defaults": {"group/mailstate.iredmail.iredmail": connection(sandbox)},
            "tasks": tasks,
        }
        path = tmp_path / "play.yml"
        path.write_text(yaml.safe_dump([play]), encoding="utf-8")
        folder = tmp_path / "drift"
        environment = dict(os.environ, **dict(enabled(folder), ANSIBLE_CALLBACKS_ENABLED="mailstate.iredmail.drift"))
        with subprocess.Popen(
            ["ansible-playbook", "--check", "-i", "localhost,", str(path)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # where a shell started these tests in the background, it had all of them ignore SIGINT
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        ) as process:
            try:
                wait_for(lambda: (folder / "drift.json").exists() and report_in(folder)["objects"])
                stop(process, number)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
    document = report_in(folder)
    assert statuses(document) == {f"user {ADA}": "drift"}
    assert not document["summary"]["complete"]
    assert sorted(one.name for one in folder.iterdir()) == sorted(FILES)
    assert "incomplete" in (folder / "drift.html").read_text(encoding="utf-8")
    assert "iredmail_drift_complete 0" in (folder / "drift.prom").read_text(encoding="utf-8")


def stop(process, number):
    """Send a signal; once more if nothing comes of it, as people do: Python loses an interrupt while it forks."""
    for _ in range(3):
        os.kill(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(15)
    raise AssertionError("it goes on")


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_options_in_ansible_cfg(sandbox: Sandbox, tmp_path):
    section = f"[callback_iredmail_drift]\noutput_dir = {tmp_path / 'by_ini'}\n"
    for more, files in (("", FILES[:3]), ("formats = prometheus, json\n", (FILES[0], FILES[4]))):
        (tmp_path / "ansible.cfg").write_text(section + more, encoding="utf-8")
        env = {"ANSIBLE_CALLBACKS_ENABLED": "mailstate.iredmail.drift", "ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg")}
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

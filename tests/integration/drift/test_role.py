# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook drift as users run it: what was changed by hand is found, exactly that, and nothing is written."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.sandbox.handle import Sandbox
from tests.support.common import COM, ORG, PASSWORD
from tests.support.drift_role import DIFFERS, SHOW, STATE, UNREAD, summary
from tests.support.playbook import DOORS, connection, play
from tests.support.roles import APPLY, DRIFT, EXPORT
from tests.support.scene import PLAIN


def export(sandbox: Sandbox, folder: Path) -> None:
    run = play(sandbox, EXPORT, mail_export_dir=str(folder))
    assert run.code == 0, run.output


def declare_enabled(folder: Path) -> None:
    """An export leaves out what stands at its default, and what is not declared is not compared."""
    path = folder / f"{PLAIN}.yml"
    state = yaml.safe_load(path.read_text(encoding="utf-8"))
    state["domains"][0]["enabled"] = True
    path.write_text(yaml.safe_dump(state), encoding="utf-8")


def line_of(path: Path, name: str) -> int:
    """Where an item of this name begins in a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip() == f"- mail: {name}")


def break_five_things(sandbox: Sandbox) -> set[tuple[str, str, str]]:
    """Five kinds of drift by hand."""
    for method, path, params in (
        ("PUT", f"user/ada@{COM}", {"quota": 4096}),
        ("POST", f"user/mallory@{COM}", {"password": PASSWORD}),
        ("DELETE", f"alias/shop@{COM}", {}),
        ("PUT", f"domain/{PLAIN}", {"accountStatus": "disabled"}),
        ("POST", f"wblist/inbound/blacklist/{COM}", {"addresses": "@worse.example"}),
    ):
        answer = sandbox.api(method, "/api/" + path, **params)
        assert answer["_success"], answer
    return {
        ("drift", "user", f"ada@{COM}"),
        ("drift", "user", f"mallory@{COM}"),
        ("drift", "alias", f"shop@{COM}"),
        ("drift", "domain", PLAIN),
        ("drift", "wblist", f"{COM} inbound blacklist"),
    }


def test_what_was_changed_by_hand_is_found_and_repaired(living: Sandbox, night: Any, tmp_path: Path) -> None:
    mail = tmp_path / "mail"
    export(living, mail)
    declare_enabled(mail)
    tonight = night(living)
    formats = ["json", "markdown", "html", "junit", "prometheus"]

    quiet = tonight(mail_drift_src=str(mail), mail_drift_fail=True, mail_drift_formats=formats)
    assert quiet.code == 0, quiet.output
    assert tonight.found("drift", "failed", "repaired") == set()
    assert summary(quiet)["drift"] is False
    assert summary(quiet)["counts"]["in_sync"] > 10

    expected = break_five_things(living)
    found = tonight(mail_drift_src=str(mail), mail_drift_formats=formats)
    assert found.code == 0, found.output
    assert tonight.found("drift", "failed", "repaired") == expected
    shown = {one["id"]: one for one in tonight.report["objects"]}
    assert shown[f"ada@{COM}"]["changes"] == [{"field": "quota", "before": 4096, "after": 1024}]
    assert shown[f"mallory@{COM}"]["declared"] is False
    assert shown[f"ada@{COM}"]["server"] == living.url
    assert (tonight.report["mode"], tonight.report["summary"]["complete"]) == ("check", True)
    assert summary(found) == {
        "drift": True,
        "failed": False,
        "complete": True,
        "objects": tonight.report["summary"]["objects"],
        "counts": tonight.report["summary"]["by_status"],
        "by_weight": {"security": 1, "lost_mail": 2, "rest": 2},
        "new": 5,
        "by_kind": tonight.report["summary"]["by_kind"],
        "checksum": found.named(STATE)["checksum"],
        "checksums": {"localhost": found.named(STATE)["checksum"]},
    }
    total, name = tonight.report["summary"]["objects"], living.url[7:].partition("/")[0]
    verdict = f"{name}: 5 of {total} objects differ; 1 of them looks like security, 2 may lose mail."
    assert found.named(SHOW)["msg"].startswith(verdict + " Since the last report, ")
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tonight.folder.iterdir() if path.is_file()}
    assert files == dict.fromkeys(["drift.json", "drift.md", "drift.html", "drift.xml", "drift.prom"], 0o600)
    # the night before is kept, and told apart from what is new
    assert len(list((tonight.folder / "history").iterdir())) == 2
    assert {one["new"] for one in tonight.report["objects"]} == {True}
    assert shown[f"ada@{COM}"]["place"].endswith(f"{COM}.yml:{line_of(mail / f'{COM}.yml', f'ada@{COM}')}")
    assert shown[f"ada@{COM}"]["repair"] == f"ansible-playbook mailstate.iredmail.apply -e mail_state_src={mail}"
    adopted = shown[f"mallory@{COM}"]["adopt"]
    assert adopted.startswith(f"users:\n  - mail: mallory@{COM}\n    enabled: true\n")
    for name in files:
        assert f"mallory@{COM}" in (tonight.folder / name).read_text(encoding="utf-8") or name == "drift.prom"

    (mail / "adopted.yml").write_text(adopted, encoding="utf-8")
    repaired = play(living, APPLY, mail_state_src=str(mail))
    assert repaired.code == 0, repaired.output
    assert tonight(mail_drift_src=str(mail), mail_drift_fail=True).code == 0
    assert tonight.found("drift", "failed", "repaired") == set()


@pytest.mark.parametrize("backend", ["sql"])
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "args", [pytest.param((), id="real", marks=pytest.mark.matrix), pytest.param(("--check", "--diff"), id="check")]
)
def test_mail_drift_fail_decides(small: Sandbox, night: Any, door: str, args: tuple[str, ...]) -> None:
    tonight = night(small)
    declared = {"domains": [{"domain": COM, "description": "Declared"}]}
    wishes = {"mail_drift_declared": declared, "mail_drift_undeclared": "f", "door": door}

    assert tonight(*args, **wishes).code == 0
    run = tonight(*args, **wishes, mail_drift_fail="t")
    assert run.code != 0
    assert run.named(DIFFERS)["failed"]
    assert UNREAD not in [line["task"] for line in run.lines if line["status"] == "failed"]
    assert tonight.found() == {("drift", "domain", COM)}
    assert summary(run)["drift"] is True


@pytest.mark.parametrize("backend", ["sql"])
@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (False, set()),
        pytest.param("no", set(), marks=pytest.mark.matrix),
        (True, {f"user user0000{number}@{COM}" for number in range(3)} | {f"alias all@{ORG}", f"domain {ORG}"}),
        pytest.param({"kinds": ["aliases"]}, {f"alias all@{ORG}"}, marks=pytest.mark.matrix),
        ({"domains": ["*.com"]}, {f"user user0000{number}@{COM}" for number in range(3)}),
        pytest.param(
            {"kinds": "users", "protect": ["*1@*", "*2@*"]}, {f"user user00000@{COM}"}, marks=pytest.mark.matrix
        ),
    ],
    ids=["none", "no", "all", "aliases", "a-domain", "protected"],
)
@pytest.mark.parametrize(
    "from_file", [pytest.param(True, id="file"), pytest.param(False, id="inline", marks=pytest.mark.matrix)]
)
def test_what_is_declared_nowhere(
    small: Sandbox, night: Any, tmp_path: Path, wish: Any, expected: set[str], from_file: bool
) -> None:
    """Also of kinds of which nothing at all is declared, and however much of it there is."""
    small.api("POST", f"/api/domain/{ORG}")
    small.api("POST", f"/api/alias/all@{ORG}")
    declared: dict[str, Any] = {"domains": [{"domain": COM}]}
    where: dict[str, Any] = {"mail_drift_declared": declared}
    if from_file:
        (tmp_path / "mail.yml").write_text(yaml.safe_dump(declared), encoding="utf-8")
        where = {"mail_drift_src": str(tmp_path / "mail.yml")}
    tonight = night(small)
    run = tonight(**where, mail_drift_undeclared=wish)

    assert run.code == 0, run.output
    assert tonight.found("drift", "failed", "unknown") == {("drift", *one.split()) for one in expected}
    assert all(one["declared"] is False for one in tonight.report["objects"] if one["status"] == "drift")


def test_there_is_no_ceiling_for_a_report(night: Any) -> None:
    with Sandbox(backend="sql") as sandbox:
        sandbox.seed([COM], 40)
        tonight = night(sandbox)
        run = tonight(mail_drift_declared={"domains": [{"domain": COM}]})

        assert run.code == 0, run.output
        assert len(tonight.found("drift")) == 40


def test_a_domain_that_could_not_be_deleted_is_drift_all_the_same(backend: str, night: Any) -> None:
    """The account in use, or something declared, is in a domain that is declared nowhere."""
    with Sandbox(backend=backend) as sandbox:
        sandbox.seed([COM, ORG], 2)
        sandbox.api("POST", f"/api/user/root@{COM}", password=PASSWORD)
        sandbox.api("PUT", f"/api/user/root@{COM}", isGlobalAdmin="yes")
        tonight = night(sandbox)
        account = {"IREDMAIL_API_USERNAME": f"root@{COM}", "IREDMAIL_API_PASSWORD": PASSWORD}
        users = [{"mail": f"user0000{number}@{name}"} for number in range(2) for name in (COM, ORG)]
        run = tonight(mail_drift_declared={"users": users}, env=account)

        assert run.code == 0, run.output
        assert [line["task"] for line in run.lines if line["status"] == "failed"] == []
        assert tonight.found("drift", "failed", "unknown") == {("drift", "domain", COM), ("drift", "domain", ORG)}
        assert summary(run)["failed"] is False
        assert f"user root@{COM} is not declared; it is the account in use" in run.output


@pytest.mark.parametrize("backend", ["sql"])
def test_no_files_are_written_where_none_are_wanted(
    small: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    declared = {"domains": [{"domain": COM}]}
    run = play(small, DRIFT, mail_drift_declared=declared, mail_drift_undeclared=False, mail_drift_output_dir="")
    assert run.code == 0, run.output
    assert run.named(SHOW)["msg"].endswith(": nothing differs; 1 object is as declared.")
    assert list(tmp_path.iterdir()) == []

    (tmp_path / "mail.yml").write_text(yaml.safe_dump(declared), encoding="utf-8")
    run = play(small, DRIFT, mail_drift_src="mail.yml", mail_drift_undeclared=False, mail_drift_file_mode="0644")
    assert run.code == 0, run.output
    assert stat.S_IMODE((tmp_path / "drift" / "drift.json").stat().st_mode) == 0o644


@pytest.mark.parametrize("backend", ["sql"])
def test_many_servers_are_one_report(small: Sandbox, tmp_path: Path) -> None:
    with Sandbox(backend="ldap") as other:
        other.seed([ORG], 1)
        hosts = {
            name: {"iredmail_connection": connection(panel), "mail_drift_declared": {"domains": [{"domain": COM}]}}
            for name, panel in (("one", small), ("two", other))
        }
        (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8")
        run = play(
            small,
            DRIFT,
            "-i",
            str(tmp_path / "hosts.yml"),
            mail_drift_hosts="one:two",
            mail_drift_undeclared={"kinds": ["domains"]},
            mail_drift_output_dir=str(tmp_path / "report"),
        )
        report = json.loads((tmp_path / "report" / "drift.json").read_text(encoding="utf-8"))

        assert run.code == 0, run.output
        assert {(one["server"], one["kind"], one["id"]) for one in report["objects"]} == {
            (other.url, "domain", COM),
            (other.url, "domain", ORG),
        }
        assert report["summary"]["by_status"]["in_sync"] == 1
        assert sorted(summary(run)["checksums"]) == ["one", "two"]
        assert summary(run)["checksum"] == ""

        # one that drops out before is missing in the report, and not fine
        del hosts["two"]["mail_drift_declared"]
        (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8")
        folder = str(tmp_path / "report")
        run = play(
            small, DRIFT, "-i", str(tmp_path / "hosts.yml"), mail_drift_hosts="one:two", mail_drift_output_dir=folder
        )
        assert run.code != 0
        assert (summary(run)["complete"], summary(run)["failed"]) == (False, True)
        assert "The host two was not compared" in run.output


@pytest.mark.parametrize("backend", ["sql"])
@pytest.mark.parametrize("door", DOORS)
def test_no_secret_is_shown_or_written(small: Sandbox, night: Any, door: str) -> None:
    canary = "Canary-Password-4711"
    small.fault(method="GET", path=f"/api/user/user00001@{COM}", times=None, action={"fail": f"near {canary}"})
    users = [{"mail": f"user0000{number}@{COM}", "password": canary} for number in range(4)]
    tonight = night(small)
    formats = ["json", "markdown", "html", "junit", "prometheus"]
    path = tonight.folder.parent / "mail.json"
    path.write_text(json.dumps({"users": users}), encoding="utf-8")
    run = tonight("-vvv", "--diff", door=door, mail_drift_src=str(path), mail_drift_formats=formats)

    assert f"user00003@{COM}" in run.output
    written = "".join(file.read_text(encoding="utf-8") for file in tonight.folder.rglob("*") if file.is_file())
    assert f"user00003@{COM}" in written
    for secret in (canary, small.password):
        assert secret not in run.output + json.dumps(run.lines) + written


def test_the_callback_tells_the_same(living: Sandbox, night: Any, tmp_path: Path) -> None:
    mail, other = tmp_path / "mail", tmp_path / "callback"
    export(living, mail)
    declare_enabled(mail)
    break_five_things(living)
    tonight = night(living)
    env = {
        "ANSIBLE_CALLBACKS_ENABLED": "capture,mailstate.iredmail.drift",
        "IREDMAIL_DRIFT_OUTPUT_DIR": str(other),
    }
    run = tonight(mail_drift_src=str(mail), mail_drift_fail=True, env=env)
    assert run.code != 0
    mine, theirs = tonight.report, json.loads((other / "drift.json").read_text(encoding="utf-8"))

    assert theirs["objects"] == mine["objects"]
    assert theirs["summary"] == mine["summary"]

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role mail_export as users run it: a living server to files, the files back, and what the files must be told."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.yaml_writer import write_yaml
from tests.sandbox.handle import Sandbox
from tests.support.common import COM, ORG, PASSWORD
from tests.support.playbook import DOORS, Run, connection, play, run_playbook
from tests.support.roles import APPLY, APPLY_TASK, EXPORT, contents, shown
from tests.support.scene import PLAIN

MANIFEST, UNFINISHED = ".manifest.yml", ".manifest.unfinished.yml"
MANIFEST_TASK = "mailstate.iredmail.mail_export : Write the manifest"
LEFT_TASK = "mailstate.iredmail.mail_export : Name the files that the export did not write"


def export(sandbox: Sandbox, folder: Path, **variables: Any) -> Run:
    run = play(sandbox, EXPORT, mail_export_dir=str(folder), **variables)
    assert run.code == 0, run.output
    return run


def give_passwords(folder: Path) -> None:
    """Add to the files what an export cannot hold."""
    for path in folder.glob("*.yml"):
        state = yaml.safe_load(path.read_text(encoding="utf-8"))
        for item in state.get("users", []) + state.get("admins", []):
            item.update(password=PASSWORD, update_password="on_create")
        path.write_text(write_yaml(state), encoding="utf-8")


def changed(run: Run) -> bool:
    return any(result.get("changed") for result in run.results)


def test_adoption_of_a_living_server(living: Sandbox, tmp_path: Path) -> None:
    """Export, check, apply and export again: nothing changes, neither on the server nor in the files."""
    folder = tmp_path / "deep" / "mail"
    before = living.state()
    assert changed(export(living, folder))
    first = contents(folder)
    assert {f"{COM}.yml", f"{ORG}.yml", "global.yml", MANIFEST} <= set(first)
    assert all(stat.S_IMODE((folder / name).stat().st_mode) == 0o600 for name in first)
    assert PASSWORD not in str(first)

    for args in (("--check", "--diff"), ()):
        living.clear_log()
        run = play(living, APPLY, *args, mail_state_src=str(folder))
        assert run.code == 0, run.output
        assert not changed(run)
        assert run.named(APPLY_TASK)["changes"] == []
        assert shown(run)[0].startswith("Nothing to do; ")
        assert living.writes() == []

    assert not changed(export(living, folder))
    assert contents(folder) == first
    assert living.state() == before


def test_an_export_makes_a_new_server_alike(living: Sandbox, tmp_path: Path) -> None:
    first, filled, second = tmp_path / "first", tmp_path / "filled", tmp_path / "second"
    export(living, first)
    shutil.copytree(first, filled)
    give_passwords(filled)

    with Sandbox(backend=living.backend) as fresh:
        planned = play(fresh, APPLY, "--check", mail_state_src=str(filled))
        assert planned.code == 0, planned.output
        assert fresh.writes() == []
        done = play(fresh, APPLY, mail_state_src=str(filled))
        assert done.code == 0, done.output
        number = len(done.named(APPLY_TASK)["changes"])
        assert shown(done)[0] == shown(planned)[0]
        assert shown(done)[-2] == f"{number} done"
        assert [line.removeprefix("done  ") for line in shown(done) if line != f"{number} done"] == shown(planned)
        export(fresh, second)
        assert fresh.violations() == []

    assert contents(second) == contents(first)


def test_the_manifest_says_what_was_exported_and_what_could_not_be(living: Sandbox, tmp_path: Path) -> None:
    export(living, tmp_path)
    manifest = yaml.safe_load((tmp_path / MANIFEST).read_text(encoding="utf-8"))

    assert {"name": f"{COM}.yml", "domains": 1, "users": 3}.items() <= manifest["files"][0].items()
    assert [one["name"] for one in manifest["files"]] == sorted(set(contents(tmp_path)) - {MANIFEST})
    assert any(one["options"] == ["password"] for one in manifest["not_exported"])


@pytest.mark.parametrize("backend", ["sql"])
def test_an_export_names_files_of_domains_that_are_gone(living: Sandbox, tmp_path: Path) -> None:
    export(living, tmp_path)
    assert living.api("DELETE", f"/api/domain/{PLAIN}")["_success"]
    run = export(living, tmp_path)

    assert run.named(LEFT_TASK)["msg"].startswith(f"These files are not part of the export: {PLAIN}.yml.")
    assert f"{PLAIN}.yml" in contents(tmp_path)
    written = [line["result"]["item"]["name"] for line in run.lines if line["item"] and line["result"]["changed"]]
    assert written == []
    assert run.named(MANIFEST_TASK)["changed"]


@pytest.mark.parametrize("backend", ["sql"])
def test_an_export_does_not_eat_what_was_edited(living: Sandbox, tmp_path: Path) -> None:
    export(living, tmp_path)
    (tmp_path / f"{ORG}.yml").write_text("# mine\nusers: []\n")
    assert living.api("PUT", f"/api/domain/{COM}", name="Another name")["_success"]
    before = contents(tmp_path)
    for more in ((), ("--check",)):
        run = play(living, EXPORT, *more, mail_export_dir=str(tmp_path))
        assert run.code != 0
        assert f"{ORG}.yml in {tmp_path}: edited since the last export" in run.output.replace("\n", " ")
        assert contents(tmp_path) == before
    export(living, tmp_path, mail_export_force=True)
    assert "Another name" in contents(tmp_path)[f"{COM}.yml"]
    assert "# mine" not in contents(tmp_path)[f"{ORG}.yml"]


@pytest.mark.parametrize("backend", ["sql"])
def test_an_export_goes_on_after_one_that_was_interrupted(living: Sandbox, tmp_path: Path) -> None:
    """What it wrote is no edit, whatever the server says by then, and nothing is pruned by what it left."""
    export(living, tmp_path)
    whole = contents(tmp_path)

    blocked = tmp_path / f"{ORG}.yml"
    blocked.unlink()
    blocked.mkdir()
    assert living.api("PUT", f"/api/domain/{COM}", name="Another name")["_success"]
    run = play(living, EXPORT, mail_export_dir=str(tmp_path), mail_export_force=True)
    assert run.code != 0
    blocked.rmdir()
    blocked.write_text(whole[f"{ORG}.yml"])
    half = contents(tmp_path)
    assert "Another name" in half[f"{COM}.yml"]
    assert half[MANIFEST] == whole[MANIFEST]
    assert UNFINISHED in half

    run = play(living, APPLY, "--check", mail_state_src=str(tmp_path), mail_state_prune={"kinds": ["users"]})
    assert run.code != 0
    assert "an export that was interrupted or is under way" in " ".join(run.output.split())

    assert living.api("PUT", f"/api/domain/{COM}", name="A third name")["_success"]
    export(living, tmp_path, mail_export_domains=[COM])
    assert UNFINISHED in contents(tmp_path), "other files may still be missing"
    export(living, tmp_path)
    assert "A third name" in contents(tmp_path)[f"{COM}.yml"]
    assert set(contents(tmp_path)) == set(whole)
    assert not changed(export(living, tmp_path))


@pytest.mark.parametrize("backend", ["sql"])
def test_an_export_of_some_domains_touches_their_files_only(living: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "global.yml").write_text("admins: []\n")
    run = export(living, tmp_path, mail_export_domains=["*.org"], mail_export_kinds=["domains", "users"])

    assert set(contents(tmp_path)) == {"global.yml", f"{ORG}.yml", MANIFEST}
    assert contents(tmp_path)["global.yml"] == "admins: []\n"
    assert list(yaml.safe_load(contents(tmp_path)[f"{ORG}.yml"])) == ["domains", "users"]
    assert LEFT_TASK not in [line["task"] for line in run.lines if line["status"] == "ok"]

    whole = tmp_path / "whole"
    export(living, whole)
    listed = yaml.safe_load(contents(whole)[MANIFEST])["files"]
    export(living, whole, mail_export_domains=[ORG])
    assert yaml.safe_load(contents(whole)[MANIFEST])["files"] == listed


def test_an_export_with_defaults_notices_what_nobody_had_set(living: Sandbox, tmp_path: Path) -> None:
    export(living, tmp_path, mail_export_include_defaults=True)
    assert living.api("PUT", f"/api/domain/{PLAIN}", accountStatus="disabled")["_success"]
    living.clear_log()
    run = play(living, APPLY, "--check", mail_state_src=str(tmp_path))
    assert run.code == 0, run.output
    (result,) = (line["result"] for line in run.lines if line["result"].get("changes"))
    (change,) = result["changes"]
    differing = [name for name in change["after"] if change["before"][name] != change["after"][name]]
    assert (change["id"], differing) == (PLAIN, ["enabled"])
    assert living.writes() == []


@pytest.mark.parametrize("backend", ["sql"])
def test_what_a_server_says_is_never_a_template(living: Sandbox, tmp_path: Path) -> None:
    evil = "{{ lookup('ansible.builtin.pipe', 'echo pwned') }} {% raw %}"
    assert living.api("PUT", f"/api/user/ada@{COM}", name=evil)["_success"]
    export(living, tmp_path)

    assert "name: !unsafe '{{ lookup(''ansible.builtin.pipe''" in contents(tmp_path)[f"{COM}.yml"]
    living.clear_log()
    run = play(living, APPLY, mail_state_src=str(tmp_path))
    assert run.code == 0, run.output
    assert living.writes() == []


@pytest.mark.parametrize("backend", ["sql"])
@pytest.mark.parametrize("door", DOORS)
def test_an_export_in_check_mode_writes_nothing(living: Sandbox, tmp_path: Path, door: str) -> None:
    folder = tmp_path / "mail"
    run = play(living, EXPORT, "--check", "--diff", door=door, mail_export_dir=str(folder))

    assert run.code == 0, run.output
    assert "domain: example.com" in run.output
    assert not folder.exists()


# -- directories and hosts


@pytest.mark.parametrize("backend", ["sql"])
def test_an_export_needs_a_directory(small: Sandbox) -> None:
    run = play(small, EXPORT)

    assert run.code != 0
    assert "mail_export_dir" in run.output
    assert small.log() == []


@pytest.mark.parametrize("backend", ["sql"])
def test_relative_paths_start_where_one_is(small: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    export(small, Path("mail"))
    assert (tmp_path / "mail" / f"{COM}.yml").exists()

    found = []
    for src in ("mail", [f"mail/{COM}.yml", str(tmp_path / "mail" / "global.yml")]):
        run = play(small, APPLY, mail_state_src=src)
        assert run.code == 0, run.output
        found.append(run.named(APPLY_TASK)["summary"]["unchanged"])
    assert found[0] == found[1] > 3


@pytest.mark.parametrize("backend", ["sql"])
def test_the_work_may_be_done_elsewhere(small: Sandbox, tmp_path: Path) -> None:
    """Another host, and a connection from variables; the files are on the controller all the same."""
    variables = {
        "iredmail_connection": connection(small),
        "mail_export_hosts": "elsewhere",
        "mail_export_dir": str(tmp_path),
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "iredmail_in_process": False,
    }
    options = yaml.safe_dump(variables, default_flow_style=True, width=9999)
    run = run_playbook(Path(EXPORT), ("-i", "elsewhere,", "-e", options))

    assert run.code == 0, run.output
    assert (tmp_path / f"{COM}.yml").exists()
    assert "elsewhere -> localhost" in run.output

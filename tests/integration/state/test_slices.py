# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Domains as hosts, in slices or all at once: the end is that of one run. The playbooks are in docs/scaling.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.playbook import Run, in_environment, run_playbook
from tests.support.roles import APPLY

pytestmark = pytest.mark.matrix

PAGE = Path(__file__).resolve().parents[3] / "docs" / "scaling.md"
NAMES = ["inventory/iredmail_domains.yml", "rest.yml", "domains.yml"]
DOMAINS = [f"{name}.example" for name in ("one", "two", "three", "four")]
NEW = "new.example"
# what depends on the time, on chance, or on the order of rows
VOLATILE = {"timestamp", "id", "created", "modified", "passwordlastchange", "password", "maildir"}


def declared(domain: str) -> dict[str, list[dict[str, Any]]]:
    """Some of everything: changed, new, unchanged, and mail across domains."""
    mails = [f"user0000{number}@{domain}" for number in range(3)]
    new = {"password": PASSWORD, "update_password": "on_create"}
    return {
        "domains": [{"domain": domain, "description": f"The domain {domain}", "max_users": 40}],
        "users": [
            {"mail": mails[0], "quota": 2048, **new},
            {"mail": mails[1], "enabled": False, **new},
            {"mail": mails[2], "forwarding": [f"user00000@{DOMAINS[0]}"], **new},
            {"mail": f"fresh@{domain}", "name": "Fresh", **new},
            {"mail": f"user00003@{domain}", "state": "absent"},
        ],
        "aliases": [{"mail": f"all@{domain}", "members": [mails[0], f"fresh@{DOMAINS[-1]}", "x@other.invalid"]}],
        "wblists": [{"account": domain, "direction": "inbound", "list": "blacklist", "addresses": [f"@bad.{domain}"]}],
    }


class Project:
    """A directory with the playbooks of the page, and the state."""

    def __init__(self, folder: Path) -> None:
        blocks = re.findall(r"```yaml\n(# (\S+\.yml)\n.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
        assert [name for _text, name in blocks] == NAMES
        for text, name in blocks:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text("---\n" + text, encoding="utf-8")
        (folder / "mail").mkdir()
        for domain in [*DOMAINS, NEW]:
            (folder / "mail" / f"{domain}.yml").write_text(yaml.safe_dump(declared(domain)), encoding="utf-8")
        rule = {"account": "global", "direction": "outbound", "period": 3600, "max_msgs": 100}
        (folder / "mail" / "global.yml").write_text(yaml.safe_dump({"throttles": [rule]}), encoding="utf-8")
        self.folder = folder

    def run(self, sandbox: Sandbox, playbook: str, *args: str) -> Run:
        env = in_environment(sandbox)
        env["ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"] = "true"
        path = self.folder / playbook if playbook.endswith(".yml") else Path(playbook)
        run = run_playbook(path, ("-i", str(self.folder / NAMES[0]), *args), env)
        assert run.code == 0, run.output
        return run


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def used(backend: str) -> Iterator[Any]:
    """Makes panels that are all alike."""
    panels: list[Sandbox] = []

    def make() -> Sandbox:
        panel = Sandbox(backend=backend)
        panel.__enter__()
        panels.append(panel)
        panel.seed(DOMAINS, 4)
        return panel

    yield make
    for panel in panels:
        panel.__exit__()
        assert panel.violations() == []


def rows(sandbox: Sandbox) -> dict[str, list[str]]:
    """Every row of every table, without what no two runs have in common."""
    return {
        table: sorted(str({name: value for name, value in row.items() if name not in VOLATILE}) for row in found)
        for table, found in sandbox.state().items()
    }


def touched(run: Run) -> set[str]:
    """The hosts on which anything was done."""
    return {line["host"] for line in run.lines if line["module"].endswith("iredmail_state")}


def test_slices_give_the_end_state_of_one_run(used: Any, project: Project) -> None:
    whole, sliced, forked = used(), used(), used()
    project.run(whole, APPLY, "-e", f"mail_state_src={project.folder}/mail", "-c", "local")

    assert touched(project.run(sliced, "rest.yml")) == {"localhost"}
    first = project.run(sliced, "domains.yml", "--limit", "iredmail_domains[0:2]")
    second = project.run(sliced, "domains.yml", "--limit", "iredmail_domains[3:]")
    assert touched(first) | touched(second) == {*DOMAINS, NEW}
    assert touched(first) & touched(second) == set()

    # the other way round, and with hosts side by side
    project.run(forked, "domains.yml", "--forks", "4")
    project.run(forked, "rest.yml")

    assert rows(sliced) == rows(whole)
    assert rows(forked) == rows(whole)
    assert any("fresh@new.example" in row for row in rows(whole)["mailbox"])
    assert not any("user00003@" in row for row in rows(whole)["mailbox"])

    for panel in (sliced, forked):
        panel.clear_log()
        for playbook in ("rest.yml", "domains.yml"):
            again = project.run(panel, playbook)
            assert not any(result.get("changed") for result in again.results), again.output
        assert panel.writes() == []

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays with a host for each panel: none of them writes over the files of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.sandbox.handle import Sandbox
from tests.support.common import COM, ORG
from tests.support.playbook import Run, connection, run_playbook
from tests.support.roles import APPLY, EXPORT

OWN = "{{ inventory_hostname }}"
Play = Callable[..., Run]


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Play]:
    """Runs a playbook on two hosts, each of which has a panel with a domain of its own."""
    with Sandbox(backend="sql") as one, Sandbox(backend="sql") as two:
        panels = {"one": (one, COM), "two": (two, ORG)}
        for panel, domain in panels.values():
            panel.seed([domain], 1)
        hosts = {
            name: {
                "iredmail_connection": connection(panel),
                "mail_state_declared": {"domains": [{"domain": domain, "name": "Declared"}]},
            }
            for name, (panel, domain) in panels.items()
        }
        (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8")

        def run(playbook: str, *args: str, **variables: Any) -> Run:
            more = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
            told = yaml.safe_dump({**more, **variables}, default_flow_style=True, width=9999)
            return run_playbook(Path(playbook), ("-i", str(tmp_path / "hosts.yml"), "-e", told, *args))

        yield run


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_exports_of_several_hosts_need_a_directory_each(both: Play, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    refused = both(EXPORT, mail_export_hosts="one:two", mail_export_dir=str(folder))
    assert refused.code != 0
    words = " ".join(refused.output.split())
    assert f"{folder}: one and another host of this play would write there" in words
    assert "such as mail_export_dir: mail/{{ inventory_hostname }}." in words
    assert not folder.exists()
    assert refused.results[-1].get("assertion"), "nothing was asked"

    done = both(EXPORT, mail_export_hosts="one:two", mail_export_dir=f"{folder}/{OWN}")
    assert done.code == 0, done.output
    assert f"one/{COM}.yml" in files(folder)
    assert f"two/{ORG}.yml" in files(folder)
    assert len([name for name in files(folder) if name.endswith(".manifest.yml")]) == 2

    # the hosts of the inventory of which the play has only one
    alone = both(EXPORT, mail_export_hosts="one", mail_export_dir=str(tmp_path / "alone"))
    assert alone.code == 0, alone.output


def test_one_after_another_some_domains_may_share_a_directory(both: Play, tmp_path: Path) -> None:
    """As with a host for each domain of one panel. A whole export would replace what is of no domain."""
    book = tmp_path / "play.yml"
    content = {
        "hosts": "one:two",
        "serial": 1,
        "gather_facts": False,
        "module_defaults": {"group/mailstate.iredmail.iredmail": "{{ iredmail_connection }}"},
        "roles": [{"role": "mailstate.iredmail.mail_export", "mail_export_dir": str(tmp_path / "mail")}],
    }
    book.write_text(yaml.safe_dump([content]), encoding="utf-8")
    done = both(str(book), mail_export_domains=["*"])
    assert done.code == 0, done.output
    assert files(tmp_path / "mail") == [".manifest.yml", f"{COM}.yml", f"{ORG}.yml"]
    refused = both(str(book))
    assert refused.code != 0
    assert "would write there" in refused.output

    # one host does it for all
    content["tasks"] = [
        {"ansible.builtin.include_role": {"name": one["role"]}, "run_once": True, "vars": {"mail_export_dir": "once"}}
        for one in content.pop("roles")
    ]
    del content["serial"]
    book.write_text(yaml.safe_dump([content]), encoding="utf-8")
    once = both(str(book), mail_export_dir=str(tmp_path / "once"))
    assert once.code == 0, once.output
    assert f"{COM}.yml" in files(tmp_path / "once")


def test_plans_of_several_hosts_need_a_directory_each(both: Play, tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    refused = both(APPLY, mail_state_hosts="one:two", mail_state_output_dir=str(folder))
    assert refused.code != 0
    assert f"{folder}: one and another host of this play would write there" in " ".join(refused.output.split())
    assert not folder.exists()

    done = both(APPLY, "--check", mail_state_hosts="one:two", mail_state_output_dir=f"{folder}/{OWN}")
    assert done.code == 0, done.output
    assert files(folder) == [f"{name}/plan.{end}" for name in ("one", "two") for end in ("html", "json", "md")]
    published = [one["ansible_stats"]["data"] for one in done.results if "ansible_stats" in one]
    (paths,) = [one["iredmail_plan_files"] for one in published if "iredmail_plan_files" in one]
    assert sorted(paths) == [str(folder / name) for name in files(folder)]

    without = both(APPLY, "--check", mail_state_hosts="one:two")
    assert without.code == 0, without.output

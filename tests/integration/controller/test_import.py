# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A personnel list of 300 people, as spreadsheets leave it: to the server, and what the next month changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.plan import CREATE, RENAME, UPDATE
from tests.sandbox.handle import Sandbox
from tests.support.common import COM
from tests.support.playbook import Run, in_environment, run_playbook
from tests.support.roles import APPLY, APPLY_TASK, IMPORT, VALIDATE

PLAN = "mailstate.iredmail.mail_import : Show the plan of the files"
WRITE_PASSWORDS = "mailstate.iredmail.mail_import : Write the first passwords"
WRITE = "mailstate.iredmail.mail_import : Write the files"
PATTERN = "{given}.{surname}@" + COM
SECRET = "Vault-Secret-4711"
GIVEN = ("Anna Lena", "Jörg", "Zoë", "Søren", "René", "  Ada ", "François", "Marie-Claire", "Ümit", "Bob")
SURNAME = (
    "Müller-Lüdenscheidt",
    "Großmann",
    "O'Neill",
    "von der Heide",
    "Çelik",
    "Lovelace",
    "Nuñez",
    "Å",
    "Smith",
    "Ney",
)
#: what a cell of quotas holds, and what it means in MB
QUOTAS = {"5 GB": 5120, "2,5GB": 2560, "1024": 1024, "": None, "-": None, "unlimited": 0}


def person(number: int) -> list[str]:
    """A row; the names are all different up to 299."""
    given, surname = GIVEN[number % 10], SURNAME[number // 10 % 10] + ("", " II", " III")[number // 100]
    return [str(number).zfill(4), given, surname, list(QUOTAS)[number % len(QUOTAS)], "Sales"]


def table(people: dict[int, list[str]], separator: str) -> str:
    heading = ["Personalnummer", "Vorname", "Nachname", "Postfachgröße", "Abteilung"]
    rows = [heading, *people.values()]
    lines = [separator.join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows]
    return "\r\n".join([*lines[:20], separator * 4, *lines[20:], "", ""])


def months() -> tuple[bytes, bytes]:
    """The lists of two months: one joins, one leaves, one marries, one gets more, and nothing else happens."""
    people = {number: person(number) for number in range(299)}
    people[299] = ["0299", "Joerg", "Grossmann", "5 GB", ""]  # the address of 11, in other letters
    first = table(people, ";").encode("utf-8-sig")
    people[5][2] = "Berners-Lee"
    people[7][3] = "20 GB"
    del people[33]
    people[300] = ["0300", "Grace", "Hopper", "", ""]
    # a spreadsheet on another computer
    return first, table(people, "\t").encode("latin-1")


def run_all(sandbox: Sandbox, folder: Path) -> Run:
    """Both months, one after the other: imported, checked without a panel, and applied."""
    for name, content in zip(("one.csv", "two.csv"), months(), strict=True):
        (folder / name).write_bytes(content)
    (folder / "secret").write_text(SECRET, encoding="utf-8")
    mail = str(folder / "mail")
    wishes = {"mail_import_dir": mail, "mail_import_address": PATTERN, "mail_import_leavers": "disable"}
    first = {"mail_import_src": str(folder / "one.csv"), **wishes}
    second = {"mail_import_src": str(folder / "two.csv"), **wishes}
    steps: list[tuple[str, dict[str, Any]]] = [
        (IMPORT, first), (VALIDATE, {}), (APPLY, {}), (IMPORT, second), (APPLY, {}), (IMPORT, second), (APPLY, {})
    ]  # fmt: skip
    plays = [{"name": name, "ansible.builtin.import_playbook": name, "vars": given} for name, given in steps]
    path = folder / "both.yml"
    path.write_text(yaml.safe_dump(plays, sort_keys=False), encoding="utf-8")
    given = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "mail_state_src": mail,
    }
    vault = ("--vault-password-file", str(folder / "secret"))
    return run_playbook(
        path, ("-e", yaml.safe_dump(given, default_flow_style=True, width=9999), *vault), in_environment(sandbox)
    )


def results(run: Run, task: str) -> list[dict[str, Any]]:
    return [line["result"] for line in run.lines if line["task"] == task and not line["item"]]


def differing(change: dict[str, Any]) -> dict[str, Any]:
    """What a change brings."""
    before = change["before"] or {}
    return {name: value for name, value in change["after"].items() if before.get(name) != value}


@pytest.mark.parametrize("backend", ["sql"])
def test_a_company_from_a_spreadsheet_and_its_next_month(sandbox: Sandbox, tmp_path: Path) -> None:
    run = run_all(sandbox, tmp_path)
    assert run.code == 0, run.output

    plans = [result["msg"] for result in results(run, PLAN)]
    assert plans[0][0] == "one.csv: 300 people; 300 new"
    assert "joerg.grossmann2@example.com  Joerg Grossmann" in str(plans[0])
    assert plans[1][3:7] == [
        "  - soeren.von-der-heide@example.com  no longer in the list; is disabled",
        "  ~ ada.mueller-luedenscheidt@example.com -> ada.berners-lee@example.com  stays reachable under both, "
        "name Ada Müller-Lüdenscheidt -> Ada Berners-Lee",
        "  ~ marie-claire.mueller-luedenscheidt@example.com  quota 2560MB -> 20GB",
        "  + grace.hopper@example.com  Grace Hopper, employee_id 0300",
    ]
    assert plans[2][0] == "two.csv: 300 people; 300 as before"
    written = [line["result"]["changed"] for line in run.lines if line["task"] == WRITE and line["item"]]
    assert written == [True] * 4
    assert [result["changed"] for result in results(run, WRITE_PASSWORDS) if "dest" in result] == [True] * 2

    made, then, nothing = (result["changes"] for result in results(run, APPLY_TASK))
    assert (len(made), nothing) == (300, [])
    changes = {one["id"]: (one["action"], differing(one)) for one in then}
    assert changes.pop("grace.hopper@example.com")[0] == CREATE
    assert changes.pop("ada.berners-lee@example.com")[0] == RENAME
    assert changes == {
        "soeren.von-der-heide@example.com": (UPDATE, {"enabled": False}),
        "marie-claire.mueller-luedenscheidt@example.com": (UPDATE, {"quota": 20480}),
    }
    assert (tmp_path / "mail" / ".passwords.yml").read_text(encoding="utf-8").startswith("$ANSIBLE_VAULT;")
    assert first_password(tmp_path, "grace.hopper@example.com") not in run.output
    for mail in ("grace.hopper@example.com", "joerg.grossmann2@example.com"):
        path = f"/api/verify_password/user/{mail}"
        assert sandbox.api("POST", path, password=first_password(tmp_path, mail))["_success"]


def first_password(folder: Path, mail: str) -> str:
    """What whoever hands out passwords finds."""
    vault = VaultLib([("default", VaultSecret(SECRET.encode()))])
    return str(yaml.safe_load(vault.decrypt((folder / "mail" / ".passwords.yml").read_bytes()))[mail])

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that the role mail_import writes: which first, where, and by which of several hosts."""

from __future__ import annotations

import base64
import hashlib
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.support.playbook import Run, run_playbook

SECRET = "Vault-Secret-4711"
LIST = "employee id,given name,surname\n1,Ada,Lovelace\n2,Bob,Byte\n"
ROLE = "mailstate.iredmail.mail_import"


class Office:
    """A folder with a list in it, which is imported."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mail = folder, folder / "mail"
        self.write("people.csv", LIST)
        self.write("secret", SECRET)

    def write(self, name: str, text: str) -> Path:
        (self.folder / name).write_text(text, encoding="utf-8")
        return self.folder / name

    def run(self, *args: str, hosts: Mapping[str, Mapping[str, Any]] | None = None, **given: Any) -> Run:
        """Import on each of the hosts, which have variables of their own."""
        own = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        known = {name: {**own, **more} for name, more in (hosts or {"panel": {}}).items()}
        inventory = self.write("hosts.yml", yaml.safe_dump({"all": {"hosts": known}}))
        common = {"mail_import_src": "people.csv", "mail_import_dir": "mail", "mail_import_base_dir": str(self.folder)}
        variables = {**common, "mail_import_address": "{given}.{surname}@example.com", **given}
        own_names = {name for one in (hosts or {}).values() for name in one}
        variables = {name: value for name, value in variables.items() if name not in own_names}
        play = {"name": "Import", "hosts": list(known), "gather_facts": False, "roles": [{"role": ROLE}]}
        path = self.write("play.yml", yaml.safe_dump([play | {"vars": variables}]))
        vault = ("--vault-password-file", str(self.folder / "secret"))
        return run_playbook(path, ("-i", str(inventory), *vault, *args))

    def passwords(self, path: Path) -> dict[str, str]:
        vault = VaultLib([("default", VaultSecret(SECRET.encode()))])
        return dict(yaml.safe_load(vault.decrypt(path.read_bytes())))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_directory_of_the_first_passwords_is_made(tmp_path: Path) -> None:
    office = Office(tmp_path)
    secrets = tmp_path / "deep" / "secrets"
    given = {"mail_import_passwords_file": "deep/secrets/pw.yml"}
    checked = office.run("--check", **given)
    assert (checked.code, office.mail.exists(), secrets.exists()) == (0, False, False), checked.output

    run = office.run(**given)
    assert run.code == 0, run.output
    assert set(office.passwords(secrets / "pw.yml")) == {"ada.lovelace@example.com", "bob.byte@example.com"}
    assert (mode(secrets), mode(secrets / "pw.yml")) == (0o700, 0o600)
    secrets.chmod(0o750)
    office.write("people.csv", LIST + "3,Cem,Kaya\n")
    assert office.run(**given).code == 0
    assert (mode(secrets), len(office.passwords(secrets / "pw.yml"))) == (0o750, 3)


def test_no_file_is_written_whose_first_passwords_cannot_be(tmp_path: Path) -> None:
    office = Office(tmp_path)
    (tmp_path / "secrets").write_text("a file, and no directory", encoding="utf-8")
    run = office.run(mail_import_passwords_file="secrets/pw.yml")
    assert run.code != 0
    assert not office.mail.exists() or list(office.mail.iterdir()) == []


def made(run: Run) -> list[str]:
    """The files that were written, by the hosts that have the role."""
    return [line["result"]["dest"] for line in run.lines if line["result"].get("dest")]


def test_one_of_several_hosts_imports(tmp_path: Path) -> None:
    office = Office(tmp_path)
    run = office.run(hosts={"one": {}, "two": {}, "three": {}})
    assert run.code == 0, run.output
    assert len(made(run)) == 3
    users = yaml.safe_load((office.mail / "example.com.yml").read_text())["users"]
    for one in users:
        password = office.passwords(office.mail / ".passwords.yml")[one["mail"]]
        kept = base64.b64decode(one["password_hash"].removeprefix("{SSHA512}"))
        assert hashlib.sha512(password.encode() + kept[64:]).digest() == kept[:64]

    office.write("people.csv", "employee id,given name\n")
    failed = office.run(hosts={"one": {}, "two": {}})
    assert failed.output.count("failed=1") == 2, failed.output


def test_hosts_with_directories_of_their_own_all_import(tmp_path: Path) -> None:
    office = Office(tmp_path)
    run = office.run(hosts={"one": {"mail_import_dir": "a"}, "two": {"mail_import_dir": "b"}})
    assert run.code == 0, run.output
    assert len(made(run)) == 6
    assert office.passwords(tmp_path / "a" / ".passwords.yml") != office.passwords(tmp_path / "b" / ".passwords.yml")


def test_hosts_with_lists_of_their_own_need_directories_of_their_own(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.write("more.csv", "employee id,given name,surname\n7,Cem,Kaya\n")
    hosts = {"one": {"mail_import_src": "people.csv"}, "two": {"mail_import_src": "more.csv"}}
    run = office.run(hosts=hosts)
    assert (run.code, office.mail.exists()) == (2, False), run.output
    assert "one and two import different lists into" in " ".join(run.output.split())

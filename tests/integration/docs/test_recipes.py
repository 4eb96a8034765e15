# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recipes do what they say: every block of YAML of the page is run as it stands there, and again."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.sandbox.handle import Sandbox
from tests.support.common import COM, ORG, PASSWORD, ROOT
from tests.support.guides import check_yaml
from tests.support.playbook import in_environment, run_playbook
from tests.support.roles import APPLY, APPLY_TASK

PAGE = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
#: a heading, or a block of YAML
_PIECE = re.compile(r"^## (?P<title>[^\n]+)$|^```yaml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
#: what each block of state does, in the order of the page
DONE = [
    ["create eva@example.com", "update engines@example.com", "update info@example.com"],
    ["update charles@example.com", "update info@example.com"],
    ["update charles@example.com"],
    ["delete charles@example.com"],
    ["rename tina.neu@example.com", "update support@example.com"],
    [
        "create orders@shop.example",
        "create postmaster@shop.example",
        "create shop.example",
        "create shop.example outbound",
        "update shop.example",
    ],
    ["delete shop.example"],
    ["create sales@example.com", "delete sales@example.com"],
    ["create sales@example.com", "delete sales@example.com"],
    ["create bob@example.org", "update bob@example.com"],
    ["create bob@example.com", "delete bob@example.com"],
]
SECRETS = {"vault_new_password": PASSWORD, "vault_next_password": PASSWORD + "-2027"}


def blocks() -> list[tuple[str, str, str]]:
    """Heading, kind and text of each block, in the order of the page."""
    found, title = [], ""
    for piece in _PIECE.finditer(PAGE):
        title = piece["title"] or title
        if piece["text"]:
            found.append((title, check_yaml(piece["text"]), piece["text"]))
    return found


def furnish(sandbox: Sandbox) -> None:
    """Who and what the recipes take for granted."""
    sandbox.api("POST", f"/api/domain/{ORG}", name="Org")
    for name in ("ada", "charles", "tina.schmidt", "bob"):
        sandbox.api("POST", f"/api/user/{name}@{COM}", name=name, password=PASSWORD)
    sandbox.api("POST", f"/api/user/old@{ORG}", name="Old", password=PASSWORD)
    for name, members in (("info", "ada,charles"), ("support", "tina.schmidt"), ("sales", "ada")):
        sandbox.api("POST", f"/api/alias/{name}@{COM}", name=name)
        sandbox.api("PUT", f"/api/alias/{name}@{COM}", members=",".join(f"{one}@{COM}" for one in members.split(",")))
    sandbox.api("POST", f"/api/ml/engines@{COM}", name="Engines")
    sandbox.api("POST", "/api/admin/api-2026@partner.example", password=PASSWORD, isGlobalAdmin="yes")


def plays_of(folder: Path) -> list[dict[str, Any]]:
    """Each block of state or tasks twice, named by the number of the block and of the run; then the whole plays."""
    tasks: list[dict[str, Any]] = []
    plays: list[dict[str, Any]] = []
    for number, (_title, kind, text) in enumerate(blocks()):
        given = yaml.safe_load(text)
        if kind == "state":
            path = folder / f"{number}.yml"
            path.write_text(text, encoding="utf-8")
            given = [{"mailstate.iredmail.iredmail_state": {"src": str(path)}}]
        if kind in ("state", "tasks"):
            tasks += [dict(task, name=f"{number}.{run}") for run in (1, 2) for task in given]
        elif kind == "play":
            plays += given
    return [{"name": "Recipes", "hosts": "localhost", "gather_facts": False, "tasks": tasks}, *plays]


def arguments(**more: Any) -> tuple[str, ...]:
    given = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, **more}
    return "-e", yaml.safe_dump(given, default_flow_style=True, width=9999)


def done(result: dict[str, Any]) -> list[str]:
    return sorted(f"{one['action']} {one['id']}" for one in result["changes"])


def test_the_recipes(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(sandbox)
    monkeypatch.chdir(tmp_path)
    Path("mail").mkdir()
    Path("mail", "wrong.yml").write_text("users: [{mail: ada@example.com, quota: 1GB, name: Nobody}]", encoding="utf-8")
    Path("recipes.yml").write_text(yaml.safe_dump(plays_of(tmp_path), sort_keys=False), encoding="utf-8")
    run = run_playbook(tmp_path / "recipes.yml", arguments(**SECRETS), in_environment(sandbox))
    assert run.code == 0, run.output

    results = [(line["task"], line["result"]) for line in run.lines if not line["item"]]
    numbers = [number for number, (_title, kind, _text) in enumerate(blocks()) if kind == "state"]
    first = [done(result) for task, result in results if task in {f"{number}.1" for number in numbers}]
    again = [done(result) for task, result in results if task in {f"{number}.2" for number in numbers}]
    assert (first, again) == (DONE, [[]] * len(DONE))
    # what was applied by mistake, and what took it back
    assert [done(result) for task, result in results if task == APPLY_TASK] == [["update ada@example.com"]] * 2
    ada, eva = (sandbox.api("GET", f"/api/user/{name}@{COM}")["_data"] for name in ("ada", "eva"))
    name = {"sql": "name", "ldap": "cn"}[sandbox.backend]
    assert ("Nobody" in str(ada[name]), "Eva Lovelace" in str(eva[name])) == (False, True)
    assert not sandbox.api("GET", "/api/admin/api-2026@partner.example")["_success"]
    assert sandbox.api("POST", f"/api/verify_password/user/old@{ORG}", password=PASSWORD)["_success"]


def test_a_second_panel(backend: str, tmp_path: Path) -> None:
    (text,) = [text for _title, kind, text in blocks() if kind == "connection"]
    (joins,) = [text for title, kind, text in blocks() if (title, kind) == ("Somebody joins", "state")]
    (tmp_path / "mail.yml").write_text(joins, encoding="utf-8")
    with Sandbox(backend=backend) as spare:
        here = text.replace("https://spare.example.com/iredadmin", spare.url).replace("...", spare.password)
        secret = VaultSecret(b"of the vault")
        (tmp_path / "spare.yml").write_bytes(VaultLib([("default", secret)]).encrypt(here, secret))
        (tmp_path / "secret").write_bytes(secret.bytes)
        spare.api("POST", f"/api/domain/{COM}")
        furnish(spare)
        more = arguments(mail_state_src=str(tmp_path / "mail.yml"))
        more = (*more, "-e", f"@{tmp_path / 'spare.yml'}", "--vault-password-file", str(tmp_path / "secret"))
        run = run_playbook(Path(APPLY), more)
        assert run.code == 0, run.output
        assert spare.api("GET", f"/api/user/eva@{COM}")["_success"]

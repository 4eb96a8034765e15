# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's README tells everything, and nothing else; and the sandbox can be run by hand."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest
import requests

from tests.sandbox.__main__ import parser
from tests.sandbox.control import controls
from tests.sandbox.faults import ACTIONS, Fault
from tests.sandbox.handle import Sandbox
from tests.sandbox.shapes import PRESETS, SWITCHES
from tests.sandbox.shapes_base import Switch
from tests.support.common import ROOT

README = (ROOT / "tests" / "sandbox" / "README.md").read_text()


def rows(head: str) -> list[list[str]]:
    """The cells of the table whose head begins like this."""
    table = README.partition(f"\n| {head} |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table.splitlines()[2:]]


def choices(switch: Switch) -> str:
    """The choices of a switch as the README has them."""
    found = []
    for choice in switch.choices:
        text = f"`{choice}`" if choice else "nothing"
        default = [backend for backend in ("sql", "ldap") if getattr(switch, backend) == choice]
        found.append(f"**{text}**" * bool(default) + f" ({default[0]})" * (len(default) == 1) if default else text)
    return ", ".join(found + ["anything"] * switch.free)


def test_every_switch_is_in_the_table() -> None:
    expected = [
        [f"`{name}`", choices(switch), f"[{switch.text}](../../docs/{switch.source})"]
        for name, switch in SWITCHES.items()
    ]

    assert rows("switch") == expected


def test_every_preset_is_in_the_table() -> None:
    assert [name for name, _text in rows("preset")] == [f"`{preset}`" for preset in PRESETS]


def test_every_fault_is_in_the_table() -> None:
    assert [name for name, _text in rows("key")] == [f"`{name}`" for name in ACTIONS]


def test_the_troubles_are_faults() -> None:
    shown = [action for _trouble, text in rows("trouble") for action in re.findall(r"`(\{.*?\})`", text)]

    assert len(shown) >= 15
    for action in shown:
        if "..." not in action:
            Fault(json.loads(action))


def test_every_control_is_in_the_table() -> None:
    shown = set()
    for request, _text in rows("request"):
        method, *names = re.findall(r"[\w/]+", request)
        shown |= {(method, name) for name in names}
    with Sandbox() as sandbox:
        expected = {(method, name) for method, names in controls(sandbox.panel, None).items() for name in names}

    assert shown == expected


def test_every_option_is_in_the_table() -> None:
    expected = {option for action in parser()._actions for option in action.option_strings if option.startswith("--")}

    shown = {option for cell, _text in rows("option") for option in re.findall(r"--[\w-]+", cell)}
    assert shown == expected - {"--help"}


def started(*options: str) -> subprocess.Popen[str]:
    """The command, which prints the environment first."""
    command = [sys.executable, "-m", "tests.sandbox", "--port", "0", "--password", "Given-1", *options]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def environment(process: subprocess.Popen[str]) -> dict[str, str]:
    """What it printed."""
    assert process.stdout is not None
    lines = [process.stdout.readline().strip() for _ in range(3)]
    return dict(line.removeprefix("export ").split("=", 1) for line in lines)


def test_command() -> None:
    with started("--backend", "ldap", "--seed", "2x3") as process:
        try:
            exports = environment(process)
            root = exports["IREDMAIL_API_URL"].removesuffix("/iredadmin") + "/_sandbox/"
            with requests.Session() as session:
                session.trust_env = False
                health = session.get(root + "health", timeout=10).json()
                state = session.get(root + "state", timeout=10).json()
        finally:
            process.terminate()

    assert exports["IREDMAIL_API_USERNAME"] == "postmaster@example.com"
    assert exports["IREDMAIL_API_PASSWORD"] == "Given-1"
    assert health == {"backend": "ldap", "username": "postmaster@example.com"}
    assert (len(state["domain"]), len(state["mailbox"])) == (2, 6)


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_the_commands_by_hand(tmp_path: str) -> None:
    script = next(block for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) if block.startswith("curl"))
    with started() as process:
        try:
            more = {**environment(process), "PATH": "/usr/bin:/bin", "no_proxy": "127.0.0.1"}
            script = script.replace("curl ", "curl -s ").replace("\n", "; echo\n")
            done = subprocess.run(
                ["sh", "-c", script], cwd=tmp_path, env=more, capture_output=True, text=True, timeout=30, check=True
            )
        finally:
            process.terminate()

    answers = done.stdout.splitlines()
    assert answers[:2] == ['{"_success": true}'] * 2, "the login and the new domain"
    assert answers[2].startswith('{"_success": true, "_data": {"domain": "example.org"')
    assert answers[3:] == ["null", "<html><body>502</body></html>", "[]"]

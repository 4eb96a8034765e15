# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports of personnel lists into a folder, one after the other."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._import.run import import_people

PATTERN = "{given}.{surname}@example.com"
HEADING = "employee id,given name,surname,quota\n"


class Month:
    """Imports into a folder, one list after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mail = folder, folder / "mail"

    def run(self, text: str | bytes, vault: bool = True, write: bool = True, **given: Any) -> dict[str, Any]:
        """What an import answers; its files are written."""
        source = self.folder / "people.csv"
        source.write_bytes(text if isinstance(text, bytes) else text.encode())
        encrypt = (lambda data: b"$ANSIBLE_VAULT;x\n" + base64.b64encode(data)) if vault else None
        settings = {"address": PATTERN, **given}
        answer = import_people(
            str(source), str(self.mail), settings, str(self.mail / ".passwords.yml"), self._decrypt, encrypt
        )
        for one in answer["files"] if write else ():
            self.mail.mkdir(exist_ok=True)
            Path(one["path"]).write_text(one["content"], encoding="utf-8", newline="")
        return answer

    @staticmethod
    def _decrypt(data: bytes) -> bytes:
        return base64.b64decode(data.partition(b"\n")[2])

    def good(self, text: str | bytes, **given: Any) -> list[str]:
        """The lines of the plan that tell of objects."""
        answer = self.run(text, **given)
        assert answer["problems"] == []
        return [line.strip() for line in answer["plan"] if line.startswith("  ") and "first passwords" not in line]

    def wrong(self, text: str | bytes, **given: Any) -> list[str]:
        answer = self.run(text, **given)
        assert (answer["files"], answer["plan"]) == ([], [])
        return list(answer["problems"])

    def state(self, name: str = "example.com.yml") -> Any:
        return yaml.safe_load((self.mail / name).read_text(encoding="utf-8"))

    def users(self) -> dict[str, dict[str, Any]]:
        return {one["mail"]: one for one in self.state()["users"]}

    def declare(self, text: str, name: str = "example.com.yml") -> None:
        self.mail.mkdir(exist_ok=True)
        (self.mail / name).write_text(text, encoding="utf-8")

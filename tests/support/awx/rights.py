# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may what in the stand-in for AWX: users, teams, and the roles that they have on objects."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.support.awx.tables import TABLES, Rows


@dataclass
class Rights:
    """Users with their passwords and tokens, and what each may look at.

    A system administrator may do everything; anybody else may look at that on which he, or a team of his, has a role,
    and at the jobs of such a job template. That is all of AWX's rights that the tests need.
    """

    rows: Rows
    links: dict[tuple[str, int, str], list[int]]
    admin: str
    passwords: dict[str, str]
    tokens: dict[int, tuple[str, str]] = field(default_factory=dict)
    #: every token there ever was
    given: list[str] = field(default_factory=list)
    #: by number: the object and the name of the role
    roles: dict[int, tuple[str, int, str]] = field(default_factory=dict)
    #: by number of the role and kind: who has it
    holders: dict[tuple[int, str], list[int]] = field(default_factory=dict)

    def user(self, authorization: str) -> str | None:
        """Who sends a request."""
        kind, _space, given = authorization.partition(" ")
        if kind == "Bearer":
            return next((user for token, user in self.tokens.values() if token == given), None)
        name, _colon, password = base64.b64decode(given).decode().partition(":") if kind == "Basic" else ("", "", "")
        return name if password and self.passwords.get(name) == password else None

    def new_token(self, number: int, user: str) -> str:
        """A token of a user."""
        self.tokens[number] = (secrets.token_hex(16), user)
        self.given.append(self.tokens[number][0])
        return self.tokens[number][0]

    def roles_of(self, table: str, number: int, fresh: Any) -> dict[str, dict[str, int]]:
        """The roles on an object, by name, each made with a ``fresh`` number when it is asked for first."""
        found = {}
        for name in TABLES[table].roles:
            place = (table, number, f"{name}_role")
            role = next((role for role, known in self.roles.items() if known == place), None) or fresh()
            self.roles[role] = place
            found[f"{name}_role"] = {"id": role}
        return found

    def may_read(self, user: str, table: str, number: int) -> bool:
        """Whether a user may look at an object."""
        if user == self.admin:
            return True
        if table == "jobs":
            table, number = "job_templates", self.rows["jobs"][number]["job_template"]
        me = next(one for one, row in self.rows["users"].items() if row["username"] == user)
        mine = {("users", me)} | {
            ("teams", team) for team in self.rows["teams"] if me in self.links.get(("teams", team, "users"), [])
        }
        return any(
            place[:2] == (table, number) and any((kind, one) in mine for one in self.holders.get((role, kind), []))
            for role, place in self.roles.items()
            for kind in ("users", "teams")
        )

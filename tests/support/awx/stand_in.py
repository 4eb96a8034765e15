# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for the API of AWX 24, on loopback: as much of it as awx.awx needs for the role awx_setup.

It keeps objects in memory and records every write. What it refuses was seen at a real AWX 24.6.1. Besides it is strict:
AWX ignores fields that it does not know, while here they are answered with an error, so that a test sees them.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlencode

from tests.support.awx.handler import Handler
from tests.support.awx.rights import Rights
from tests.support.awx.tables import ENCRYPTED, TABLES, TEMPLATES, Forbidden, Problem, Table

Row = dict[str, Any]
ROOT = "/api/v2/"
PAGE = 25
NODES = "workflow_job_template_nodes"
LINKS = ("success_nodes", "failure_nodes", "always_nodes")
GALAXY = "Ansible Galaxy/Automation Hub API Token"


@dataclass(eq=False)
class Answer(Exception):
    """What is sent back."""

    status: int
    content: Any = field(default_factory=dict)


class Controller:
    """An AWX with two organizations, for a ``with`` block; as it comes, only one of them has a Galaxy credential."""

    def __init__(self, organization: str = "Default") -> None:
        self.username, self.password = "admin", "Awx-" + secrets.token_hex(8)
        self.writes: list[tuple[str, str, Row]] = []
        self.reads: list[str] = []
        self.rows: dict[str, dict[int, Row]] = {name: {} for name in TABLES}
        self.links: dict[tuple[str, int, str], list[int]] = {}
        self.rights = Rights(self.rows, self.links, self.username, {self.username: self.password})
        self._last, self._lock = 0, threading.RLock()
        # a fresh AWX is never empty: an identifier must not be right by chance
        self.insert("organizations", {"name": "Other"})
        default = self.insert("organizations", {"name": organization})
        kind = {"name": GALAXY, "kind": "galaxy", "inputs": {"fields": []}, "injectors": {}}
        galaxy: Row = {"name": "Ansible Galaxy", "organization": None, "inputs": {}, "credential_type": self.fresh()}
        self.rows["credential_types"][self._last] = kind
        self.links["organizations", default, "galaxy_credentials"] = [self.insert("credentials", galaxy)]
        self.shipped = self._last
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"controller": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @property
    def tokens(self) -> dict[int, tuple[str, str]]:
        """The tokens that nobody has given back."""
        return self.rights.tokens

    def __enter__(self) -> Controller:
        """Start to answer."""
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fresh(self) -> int:
        """A number that nothing has."""
        self._last += 1
        return self._last

    def insert(self, table: str, values: Row) -> int:
        """Make an object, past the API."""
        number = self.fresh()
        self.rows[table][number] = dict(values)
        return number

    def named(self, table: str, name: str, **more: Any) -> Row:
        """The only object of that name, and with these values."""
        ((number, row),) = [
            (number, row)
            for number, row in self.rows[table].items()
            if dict(row, **more) == row and row[TABLES[table].identity] == name
        ]
        return dict(row, id=number)

    def answer(self, method: str, path: str, query: Row, data: Any, authorization: str) -> Answer:
        """One request."""
        with self._lock:
            try:
                return self._routed(method, path, query, data, authorization)
            except Answer as answer:
                return answer
            except Problem as problem:
                return Answer(400, problem.args[0])
            except Forbidden as refusal:
                return Answer(403, {"detail": refusal.args[0]})

    def _routed(self, method: str, path: str, query: Row, data: Any, authorization: str) -> Answer:
        if not path.startswith(ROOT) or not path.endswith("/"):
            raise Answer(404, {"detail": "not here"})
        parts = [unquote(part) for part in path[len(ROOT) : -1].split("/")]
        if parts == ["ping"]:
            return Answer(200, {"version": "24.6.1", "active_node": "stand-in"})
        user = self.rights.user(authorization)
        if user is None:
            raise Answer(401, {"detail": "Authentication credentials were not provided."})
        if parts[0] == "tokens":
            return self._token(method, parts[1:], query, user)
        if method == "GET":
            self.reads.append(path)
        elif user != self.username:
            raise Forbidden("You do not have permission to perform this action.")
        else:
            self.writes.append((method, path, data))
        if parts == ["me"]:
            return Answer(200, {"count": 1, "next": None, "results": [{"id": 1, "username": user}]})
        if parts == ["unified_job_templates"] and method == "GET":
            return self._list([(name, number) for name in TEMPLATES for number in self.rows[name]], path, query, user)
        if parts[0] == "roles" and len(parts) == 3:
            return self._role(int(parts[1]), parts[2], method, data)
        if parts[0] not in TABLES:
            raise Answer(404, {"detail": "not here"})
        name, table = parts[0], TABLES[parts[0]]
        if len(parts) == 1:
            if method == "GET":
                return self._list([(name, number) for number in self.rows[name]], path, query, user)
            return self._create(name, table, method, data)
        number = int(parts[1]) if parts[1].isdigit() else self._by_named_url(name, parts[1])
        if number not in self.rows[name]:
            raise Answer(404, {"detail": "Not found."})
        if not self.rights.may_read(user, name, number):
            raise Forbidden("You do not have permission to perform this action.")
        if len(parts) == 2:
            return self._one(name, table, number, method, data)
        if parts[2:] == ["stdout"] and name == "jobs":
            return Answer(200, {"content": self.rows["jobs"][number]["stdout"]})
        if parts[2:] == ["create_approval_template"] and name == NODES and method == "POST":
            return self._approval(number, data)
        if len(parts) == 3 and parts[2] in table.links:
            return self._linked(name, number, parts[2], method, data)
        raise Answer(404, {"detail": "not here"})

    def _token(self, method: str, parts: list[str], query: Row, user: str) -> Answer:
        mine = [number for number, (_token, owner) in self.tokens.items() if owner == user]
        if method == "POST" and not parts:
            number = self.fresh()
            return Answer(201, dict(self._shown_token(number), token=self.rights.new_token(number, user)))
        if method == "GET" and not parts:
            found = [self._shown_token(one) for one in mine if query.get("id", str(one)) == str(one)]
            return Answer(200, {"count": len(found), "next": None, "results": found})
        if method == "DELETE" and len(parts) == 1 and int(parts[0]) in mine:
            del self.tokens[int(parts[0])]
            return Answer(204)
        raise Answer(405)

    def _shown_token(self, number: int) -> Row:
        return {"id": number, "url": f"{ROOT}tokens/{number}/", "type": "o_auth2_access_token", "token": "************"}

    def _role(self, role: int, kind: str, method: str, data: Row) -> Answer:
        if role not in self.rights.roles or kind not in ("users", "teams"):
            raise Answer(404, {"detail": "Not found."})
        held = self.rights.holders.setdefault((role, kind), [])
        if method == "GET":
            return Answer(200, {"count": len(held), "next": None, "results": [{"id": one} for one in held]})
        if method != "POST" or set(data) - {"id", "disassociate"} or data["id"] not in self.rows[kind]:
            raise Answer(400, {"detail": f"roles: {data}"})
        (held.remove if data.get("disassociate") else held.append)(data["id"])
        return Answer(204)

    def _by_named_url(self, name: str, text: str) -> int:
        """The number of the object with a named URL: its name, and that of its organization."""
        for number, row in self.rows[name].items():
            organization = self.rows["organizations"].get(self.shown(name, number).get("organization") or 0, {})
            parts = [row.get("name"), organization.get("name", "")]
            if name == "credentials":
                kind = self.rows["credential_types"][row["credential_type"]]
                parts.insert(1, f"{kind['name']}+{kind['kind']}")
            if text == "++".join(map(str, parts)):
                return number
        raise Answer(404, {"detail": "Not found."})

    def _list(self, members: list[tuple[str, int]], path: str, query: Row, user: str) -> Answer:
        query = dict(query)
        page = int(query.pop("page", 1))
        either = {key[4:]: query.pop(key) for key in list(query) if key.startswith("or__")}
        found = []
        for name, number in members:
            shown = self.shown(name, number)
            fits = all(self._sought(name, shown, key) == value for key, value in query.items())
            fits = fits and (not either or any(self._sought(name, shown, key) == either[key] for key in either))
            if fits and self.rights.may_read(user, name, number):
                found.append(shown)
        more = f"{path}?{urlencode(dict(query, page=page + 1))}" if len(found) > page * PAGE else None
        shown_page = found[(page - 1) * PAGE : page * PAGE]
        return Answer(200, {"count": len(found), "next": more, "previous": None, "results": shown_page})

    def _sought(self, name: str, shown: Row, key: str) -> str:
        """What an object has in a field, or what it refers to has there: ``inventory__organization``."""
        own, _two, others = key.partition("__")
        if own not in {"id", "type", "organization", *TABLES[name].fields}:
            raise Answer(400, {"detail": f"{name} cannot be searched by {key}"})
        if not others:
            return str(shown.get(own))
        table = TABLES[name].fields[own].table
        return self._sought(table, self.shown(table, shown[own]), others)

    def _create(self, name: str, table: Table, method: str, data: Row) -> Answer:
        if method != "POST" or not table.creatable:
            raise Answer(405)
        number = self.insert(name, table.checked(data, {}, self.rows))
        return Answer(201, self.shown(name, number))

    def _one(self, name: str, table: Table, number: int, method: str, data: Row) -> Answer:
        if method == "DELETE" and name == NODES:
            self._delete_node(number)
            return Answer(204)
        if method == "PATCH":
            self.rows[name][number] = table.checked(data, dict(self.rows[name][number], id=number), self.rows)
        elif method != "GET":
            raise Answer(405)
        return Answer(200, self.shown(name, number))

    def _delete_node(self, number: int) -> None:
        row = self.rows[NODES].pop(number)
        self.rows["workflow_approval_templates"].pop(row["unified_job_template"], None)
        for (_name, _number, link), linked in self.links.items():
            if link in LINKS and number in linked:
                linked.remove(number)

    def _approval(self, node: int, data: Row) -> Answer:
        table = TABLES["workflow_approval_templates"]
        number = self.insert("workflow_approval_templates", table.checked(data, {}, self.rows))
        self.rows[NODES][node]["unified_job_template"] = number
        return Answer(201, self.shown("workflow_approval_templates", number))

    def _linked(self, name: str, number: int, link: str, method: str, data: Row) -> Answer:
        target = TABLES[name].links[link]
        linked = self.links.setdefault((name, number, link), [])
        if method == "GET":
            shown = [self.shown(target, one) for one in linked]
            return Answer(200, {"count": len(shown), "next": None, "previous": None, "results": shown})
        if method != "POST" or set(data) - {"id", "disassociate"} or data["id"] not in self.rows[target]:
            raise Answer(400, {"detail": f"{name}.{link}: {data}"})
        if data.get("disassociate"):
            linked.remove(data["id"])
            return Answer(204)
        if link == "credentials":
            kinds = [self.rows[target][one]["credential_type"] for one in [*linked, data["id"]]]
            if len(set(kinds)) < len(kinds):
                raise Answer(400, {"detail": "Cannot assign multiple credentials of a type."})
        if link in LINKS:
            others = [self.links.get((name, number, other), []) for other in LINKS if other != link]
            if any(data["id"] in one for one in others):
                raise Answer(400, {"Error": "Relationship not allowed."})
            if number in self._after(data["id"]):
                raise Answer(400, {"Error": "Cycle detected."})
        linked.append(data["id"])
        return Answer(204)

    def _after(self, node: int) -> set[int]:
        """A node of a workflow, and all that come after it."""
        found, waiting = set(), [node]
        while waiting:
            found.add(one := waiting.pop())
            waiting += [
                after for link in LINKS for after in self.links.get((NODES, one, link), []) if after not in found
            ]
        return found

    def shown(self, name: str, number: int) -> Row:
        """An object as a GET shows it."""
        table, row = TABLES[name], dict(self.rows[name][number])
        url = f"{ROOT}{name}/{number}/"
        related: Row = {link: f"{url}{link}/" for link in table.links}
        summary: Row = {}
        if table.roles:
            summary["object_roles"] = self.rights.roles_of(name, number, self.fresh)
        if name == "credential_types":
            row["managed"] = row["kind"] == "galaxy"
        if name == "credentials":
            secret = {
                one["id"]
                for one in self.rows["credential_types"][row["credential_type"]]["inputs"]["fields"]
                if one.get("secret")
            }
            row["inputs"] = {key: ENCRYPTED if key in secret else value for key, value in row["inputs"].items()}
        if name == "projects":
            row["scm_revision"] = "0" * 40
            summary["current_update"] = {"id": self._update(number)}
        if name == "job_templates":
            row["organization"] = self.rows["projects"][row["project"]]["organization"]
        if name == NODES:
            related["create_approval_template"] = f"{url}create_approval_template/"
            row.update({link: list(self.links.get((name, number, link), [])) for link in LINKS})
            target = row.get("unified_job_template")
            if target is not None:
                kind = next(one for one in TEMPLATES if target in self.rows[one])
                related["unified_job_template"] = f"{ROOT}{kind}/{target}/"
                job = TABLES[kind].type.replace("_template", "")
                summary["unified_job_template"] = {"id": target, "unified_job_type": job}
        return dict(row, id=number, url=url, type=table.type, related=related, summary_fields=summary)

    def _update(self, project: int) -> int:
        for number, row in self.rows["project_updates"].items():
            if row["project"] == project:
                return number
        return self.insert("project_updates", {"name": "update", "project": project, "status": "successful"})

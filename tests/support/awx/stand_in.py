# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for the API of AWX 24, on loopback: as much of it as the modules of awx.awx need for the role awx_setup.

It keeps objects in memory and records every write. It is strict: AWX ignores fields that it does not know, while here
they are answered with an error, so that a test sees them.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.awx.tables import ENCRYPTED, TABLES, TEMPLATES, Problem, Table

Row = dict[str, Any]
ROOT = "/api/v2/"


@dataclass(eq=False)
class Answer(Exception):
    """What is sent back."""

    status: int
    content: Any = field(default_factory=dict)


class Controller:
    """An AWX with an organization, for a ``with`` block."""

    def __init__(self, organization: str = "Default") -> None:
        self.username, self.password = "admin", "Awx-" + secrets.token_hex(8)
        self.writes: list[tuple[str, str, Row]] = []
        self.reads: list[str] = []
        self.tokens: dict[int, str] = {}
        self.rows: dict[str, dict[int, Row]] = {name: {} for name in TABLES}
        self.links: dict[tuple[str, int, str], list[int]] = {}
        self._last, self._lock = 0, threading.RLock()
        # a fresh AWX is never empty: an identifier must not be right by chance
        self.insert("organizations", {"name": "Other"})
        self.insert("organizations", {"name": organization})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"controller": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

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

    def insert(self, table: str, values: Row) -> int:
        """Make an object, past the API."""
        self._last += 1
        self.rows[table][self._last] = dict(values)
        return self._last

    def named(self, table: str, name: str) -> Row:
        """The only object of that name."""
        ((number, row),) = [
            (number, row) for number, row in self.rows[table].items() if row[TABLES[table].identity] == name
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

    def _routed(self, method: str, path: str, query: Row, data: Any, authorization: str) -> Answer:
        if not path.startswith(ROOT) or not path.endswith("/"):
            raise Answer(404, {"detail": "not here"})
        parts = path[len(ROOT) : -1].split("/")
        if parts == ["ping"]:
            return Answer(200, {"version": "24.6.1", "active_node": "stand-in"})
        if parts[0] == "tokens":
            return self._token(method, parts[1:], authorization)
        if authorization.removeprefix("Bearer ") not in self.tokens.values():
            raise Answer(401, {"detail": "Authentication credentials were not provided."})
        if method == "GET":
            self.reads.append(path)
        else:
            self.writes.append((method, path, data))
        if parts[0] == "me" and len(parts) == 1:
            return Answer(200, {"count": 1, "next": None, "results": [{"id": 1, "username": self.username}]})
        if parts[0] == "unified_job_templates" and len(parts) == 1 and method == "GET":
            return self._list([(name, number) for name in TEMPLATES for number in self.rows[name]], query)
        if parts[0] not in TABLES or not all(part.isdigit() for part in parts[1:2]):
            raise Answer(404, {"detail": "not here"})
        name, table = parts[0], TABLES[parts[0]]
        if len(parts) == 1:
            if method == "GET":
                return self._list([(name, number) for number in self.rows[name]], query)
            return self._create(name, table, method, data)
        number = int(parts[1])
        if number not in self.rows[name]:
            raise Answer(404, {"detail": "Not found."})
        if len(parts) == 2:
            return self._one(name, table, number, method, data)
        if parts[2:] == ["create_approval_template"] and name == "workflow_job_template_nodes" and method == "POST":
            return self._approval(number, data)
        if len(parts) == 3 and parts[2] in table.links:
            return self._linked(name, number, parts[2], method, data)
        raise Answer(404, {"detail": "not here"})

    def _token(self, method: str, parts: list[str], authorization: str) -> Answer:
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if given != f"{self.username}:{self.password}":
            raise Answer(401, {"detail": "Invalid username/password."})
        if method == "POST" and not parts:
            self._last += 1
            self.tokens[self._last] = secrets.token_hex(16)
            return Answer(201, {"id": self._last, "token": self.tokens[self._last]})
        if method == "DELETE" and len(parts) == 1 and self.tokens.pop(int(parts[0]), None):
            return Answer(204)
        raise Answer(405)

    def _list(self, members: list[tuple[str, int]], query: Row) -> Answer:
        found = []
        for name, number in members:
            shown = self.shown(name, number)
            for key in query:
                if key not in {"id", *TABLES[name].fields, "type", "organization"}:
                    raise Answer(400, {"detail": f"{name} cannot be searched by {key}"})
            if all(str(shown.get(key)) == value for key, value in query.items()):
                found.append(shown)
        return Answer(200, {"count": len(found), "next": None, "previous": None, "results": found})

    def _create(self, name: str, table: Table, method: str, data: Row) -> Answer:
        if method != "POST" or not table.creatable:
            raise Answer(405)
        values = table.checked(data, {}, self.rows)
        number = self.insert(name, values)
        return Answer(201, self.shown(name, number))

    def _one(self, name: str, table: Table, number: int, method: str, data: Row) -> Answer:
        if method == "PATCH":
            self.rows[name][number] = table.checked(data, dict(self.rows[name][number], id=number), self.rows)
        elif method != "GET":
            raise Answer(405)
        return Answer(200, self.shown(name, number))

    def _approval(self, node: int, data: Row) -> Answer:
        table = TABLES["workflow_approval_templates"]
        number = self.insert("workflow_approval_templates", table.checked(data, {}, self.rows))
        self.rows["workflow_job_template_nodes"][node]["unified_job_template"] = number
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
        else:
            if link == "credentials":
                kinds = [self.rows[target][one]["credential_type"] for one in [*linked, data["id"]]]
                if len(set(kinds)) < len(kinds):
                    raise Answer(400, {"detail": "Cannot assign multiple credentials of a type."})
            linked.append(data["id"])
        return Answer(204)

    def shown(self, name: str, number: int) -> Row:
        """An object as a GET shows it."""
        table, row = TABLES[name], dict(self.rows[name][number])
        url = f"{ROOT}{name}/{number}/"
        related: Row = {link: f"{url}{link}/" for link in table.links}
        summary: Row = {}
        if name == "credential_types":
            row["managed"] = False
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
        if name == "workflow_job_template_nodes":
            related["create_approval_template"] = f"{url}create_approval_template/"
            target = row.get("unified_job_template")
            if target is not None:
                kind = next(one for one in TEMPLATES if target in self.rows[one])
                related["unified_job_template"] = f"{ROOT}{kind}/{target}/"
        return dict(row, id=number, url=url, type=table.type, related=related, summary_fields=summary)

    def _update(self, project: int) -> int:
        for number, row in self.rows["project_updates"].items():
            if row["project"] == project:
                return number
        return self.insert("project_updates", {"name": "update", "project": project, "status": "successful"})


class Handler(BaseHTTPRequestHandler):
    """HTTP to and from the controller."""

    controller: Controller
    protocol_version = "HTTP/1.1"

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.controller.answer(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            json.loads(body) if body else {},
            self.headers.get("Authorization", ""),
        )
        content = b"" if answer.status == 204 else json.dumps(answer.content).encode()
        self.send_response(answer.status)
        self.send_header("X-API-Product-Name", "AWX")
        self.send_header("X-API-Product-Version", "24.6.1")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _handle

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on stderr."""

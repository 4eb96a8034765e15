# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The WSGI application: sessions, faults, routes, the envelope, the record."""

from __future__ import annotations

import importlib
import json
import pkgutil
import time
from typing import Any

from werkzeug.wrappers import Request, Response

from tests.sandbox import control, resources
from tests.sandbox.panel import Panel
from tests.sandbox.routing import ROUTES, Call, CrashError, RefusedError, Route
from tests.sandbox.sessions import Session
from tests.sandbox.tables import DOMAIN_ADMINS
from tests.sandbox.wire import Sent, domain_of, read

for _module in pkgutil.iter_modules(resources.__path__):
    importlib.import_module(f"{resources.__name__}.{_module.name}")

OPERATOR = "X-Sandbox-Operator"
_PAGE = "<html><head><title>Login to manage your mail domains</title></head><body><form action='login'></form></body>"
_PLAIN = {404: "not found", 405: "method not allowed", 500: "internal server error"}


class DroppedError(Exception):
    """The connection shall be closed without an answer."""


class App:
    """Answers requests for one panel."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        request.get_data(cache=True, parse_form_data=False)  # read it all, or the connection cannot be kept alive
        if request.path.startswith("/_sandbox/"):
            return control.answer(self.panel, request)(environ, start_response)
        response = self.answer(request)
        if response is None:
            raise DroppedError
        return response(environ, start_response)

    def answer(self, request: Request) -> Response | None:
        """The response; None when the connection shall be dropped."""
        panel = self.panel
        operator = request.headers.get(OPERATOR) == "yes"
        path = request.path.removeprefix(panel.prefix)
        started = time.time()
        if not request.path.startswith(panel.prefix + "/") or not path.startswith("/api/") or panel.api_disabled:
            response = page(404) if path != "/login" else Response(_PAGE, mimetype="text/html")
            if not operator:
                self._record(request, path, Sent(), None, response, started)
            return response
        if operator:
            session, moved = Session("operator", "", panel.admin, True), False
        else:
            session, moved = panel.sessions.take(request.cookies.get(panel.cookie), request.remote_addr or "")
            time.sleep(panel.latency)
        action = {} if operator else panel.faults.pick(request.method, path)
        sent = Sent()
        response = None
        if action.get("drop") != "before":
            response, sent = self._with_fault(request, path, session, moved, action)
        if not operator:
            if response is not None:
                response.set_cookie(panel.cookie, session.id, path=panel.prefix + "/", httponly=True, samesite="Strict")
            self._record(request, path, sent, session, response, started)
        return None if action.get("drop") else response

    def _with_fault(
        self, request: Request, path: str, session: Session, moved: bool, action: dict[str, Any]
    ) -> tuple[Response, Sent]:
        time.sleep(action.get("delay", 0))
        if {"logout", "redirect", "html"} & set(action):
            self.panel.sessions.drop(session)
            kind = "303" if "redirect" in action else "html" if "html" in action else "LOGIN_REQUIRED"
            return not_logged_in(self.panel.prefix, kind), Sent()
        if "status" in action and not action.get("after"):
            return page(action["status"]), Sent()
        if "fail" in action:
            return envelope({"_success": False, "_msg": action["fail"]}), Sent()
        if "body" in action:
            return envelope(action["body"]), Sent()
        if moved:
            return not_logged_in(self.panel.prefix, "303"), Sent()
        response, sent = self._carry_out(request, path, session, frozenset(action.get("ignore", ())))
        if "hide" in action:
            body = json.loads(response.get_data())
            body["_data"] = {key: value for key, value in body["_data"].items() if key not in action["hide"]}
            response = envelope(body)
        if "status" in action:
            response = page(action["status"])
        if "truncate" in action:
            whole = response.get_data()
            response.set_data(whole[: len(whole) // 2])
        if "garbage" in action:
            response.set_data(b'{"_success": true, "_data": "\xff\xfe"}')
        return response, sent

    def _carry_out(
        self, request: Request, path: str, session: Session, ignored: frozenset[str]
    ) -> tuple[Response, Sent]:
        panel, operator = self.panel, session.id == "operator"
        try:
            sent = read(request)
        except UnicodeDecodeError:
            return page(500), Sent()
        route, pieces, status = find(request.method, path, panel.backend)
        if route is None:
            if path != path.rstrip("/") and not operator:
                panel.violate(f"{request.method} {path}: do not send a trailing slash")
            return page(status), sent
        if not operator:
            for text in route.complaints(sent, panel.backend):
                panel.violate(f"{request.method} {path}: {text}")
            if panel.allow_client is not None and request.remote_addr not in panel.allow_client:
                return envelope({"_success": False, "_msg": "NOT_AUTHORIZED"}), sent
            if not route.anyone and not session.username:
                return not_logged_in(panel.prefix, panel.shapes["not_logged_in"]), sent
            if panel.read_only and is_write(request.method, path):
                panel.violate(f"{request.method} {path}: a write while writes are not allowed")
                return envelope({"_success": False, "_msg": "READ_ONLY"}), sent
        params = {name: value for name, value in sent.params.items() if name not in ignored}
        try:
            with panel.lock, panel.engine.begin() as db:
                call = Call(panel, db, route, pieces, params, session)
                body = carry_out(call)
        except CrashError:
            return page(500), sent
        except Exception as problem:  # a crash of the panel's own code is HTTP 500, whatever it was
            panel.violate(f"{request.method} {path}: the sandbox crashed: {problem!r}")
            return page(500), sent
        if isinstance(body.get("_data"), Response):
            return body["_data"], sent
        return envelope(body), sent

    def _record(
        self,
        request: Request,
        path: str,
        sent: Sent,
        session: Session | None,
        response: Response | None,
        started: float,
    ) -> None:
        body = response.get_json(silent=True) if response is not None and response.is_json else None
        entry = {
            "time": started,
            "method": request.method,
            "path": path,
            "query": sent.query,
            "params": sent.params,
            "session": session.id if session else None,
            "status": response.status_code if response is not None else None,
            "success": body.get("_success") if isinstance(body, dict) else None,
            "msg": body.get("_msg") if isinstance(body, dict) else None,
            "write": is_write(request.method, path),
        }
        with self.panel.lock:
            self.panel.log.append({"n": len(self.panel.log) + 1, **entry})


def carry_out(call: Call) -> dict[str, Any]:
    """Call a handler and put what it returns into the envelope. What was written before a refusal stays written."""
    try:
        check_rights(call)
        data = call.route.handler(call)
    except RefusedError as refused:
        return {"_success": False, "_msg": str(refused)}
    if call.route.method == "GET":
        return {"_success": True, "_data": data}
    if data is None and call.panel.shapes("write_data", "empty"):
        data = {}
    return {"_success": True} if data is None else {"_success": True, "_data": data}


def check_rights(call: Call) -> None:
    """Normal admins may touch the domains they manage, and nothing that is for global admins (wire-facts 1.4)."""
    if call.route.anyone or call.session.global_admin:
        return
    names = {name: call.path[name] for name in ("mail", "domain") if name in call.path}
    managed = {
        row.domain
        for row in call.db.execute(DOMAIN_ADMINS.select().where(DOMAIN_ADMINS.c.username == call.session.username))
    }
    wanted = {domain_of(name.lower()) for name in names.values()}
    if call.route.global_only or call.path.get("account") == "global" or not wanted <= managed:
        raise RefusedError("PERMISSION_DENIED")


def find(method: str, path: str, backend: str) -> tuple[Route | None, dict[str, str], int]:
    """The route of a request with the pieces of its path, or else the HTTP status to answer with."""
    status = 404
    for route in ROUTES:
        match = route.pattern.fullmatch(path)
        if match and route.backend in (None, backend):
            if route.method == method:
                return route, match.groupdict(), 200
            status = 405
    return None, {}, status


def is_write(method: str, path: str) -> bool:
    """Whether a request asks to change something."""
    return method != "GET" and path != "/api/login" and not path.startswith("/api/verify_password/")


def envelope(body: Any) -> Response:
    """JSON with HTTP status 200, success or not."""
    return Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")


def page(status: int) -> Response:
    """What web.py and the proxies before it answer when something is wrong: no JSON."""
    return Response(_PLAIN.get(status, f"<html><body>{status}</body></html>"), status, mimetype="text/html")


def not_logged_in(prefix: str, kind: str) -> Response:
    """The answers a client without a session may get (wire-facts 18 #8)."""
    if kind == "303":
        return Response(status=303, headers={"Location": prefix + "/login?msg=SESSION_EXPIRED"}, mimetype="text/html")
    if kind == "html":
        return Response(_PAGE, mimetype="text/html")
    return envelope({"_success": False, "_msg": kind})

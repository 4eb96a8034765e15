# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The WSGI application: sessions, faults, routes, the envelope, the record."""

from __future__ import annotations

import importlib
import pkgutil
import time
from typing import Any

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from tests.sandbox import control, resources
from tests.sandbox.answers import Answer, envelope, login_page, not_logged_in, of_enterprise, page
from tests.sandbox.losses import watched
from tests.sandbox.panel import Panel
from tests.sandbox.rights import check_rights
from tests.sandbox.routing import Call, CrashError, RefusedError, find
from tests.sandbox.sessions import Session
from tests.sandbox.spoiling import instead, spoilt
from tests.sandbox.wire import Sent, head_size, read

for _module in pkgutil.iter_modules(resources.__path__):
    importlib.import_module(f"{resources.__name__}.{_module.name}")

OPERATOR = "X-Sandbox-Operator"
CUT = "X-Sandbox-Cut"  # for the server, which takes it out again


_BODY = 12 * 1024 * 1024  # bytes (panel/transport.md#sizes)


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
        if response.cut:
            response.headers[CUT] = "yes"
        return response(environ, start_response)

    def answer(self, request: Request) -> Answer | None:
        """The response; None when the connection shall be dropped."""
        panel = self.panel
        path = request.path.removeprefix(panel.prefix)
        mounted = request.path.startswith(panel.prefix + "/")
        is_api = mounted and path.startswith("/api/") and not panel.api_disabled
        if request.headers.get(OPERATOR) == "yes":
            session = Session("operator", "", panel.admin, True)
            return self._carry_out(request, path, session)[0] if is_api else page(404)
        with panel.crowd.joined(request.remote_addr or "") as at_once:
            return self._judged(request, path, mounted, is_api, at_once)

    def _judged(self, request: Request, path: str, mounted: bool, is_api: bool, at_once: int) -> Answer | None:
        """Answer a client and record what it asked for."""
        panel, started = self.panel, time.time()
        in_front, response = self._in_front(request, mounted)
        if in_front:
            self._record(request, path, Sent(), None, response, started, at_once)
            return response
        action = panel.faults.pick(request.method, path) if is_api else {}
        if "expire" in action:
            panel.sessions.expire()
        response = None
        session, moved = panel.sessions.take(request.cookies.get(panel.cookie), request.remote_addr or "")
        sent = Sent()
        if is_api:
            self._pause(panel.latency)
            response, sent = self._with_fault(request, path, session, moved, action)
        else:
            response = login_page() if path == "/login" else page(404)
        if response is not None:
            response.set_cookie(panel.cookie, session.id, path=panel.prefix + "/", httponly=True, samesite="Strict")
        self._record(request, path, sent, session, response, started, at_once)
        if action.get("after"):
            self._pause(action.get("delay", 0))
        return None if action.get("drop") else response

    def _in_front(self, request: Request, mounted: bool) -> tuple[bool, Answer | None]:
        """Whether the web server before the panel answers, without sessions, and what; None drops the connection.

        See panel/transport.md#sizes and panel/transport.md#base-url.
        """
        shapes, size = self.panel.shapes, head_size(request)
        if request.scheme == "http" and shapes("plain_http", "301"):
            where = f"https://{request.host}{request.environ.get('REQUEST_URI', request.full_path)}"
            return True, Answer(status=301, headers={"Location": where}, mimetype="text/html")
        if size > int(shapes["head_limit"]):
            self.panel.violate(f"{request.method} {request.path[:100]}: {size} bytes of request line and headers")
            return True, None if shapes("long_head", "drop") else page(502)
        if len(request.get_data(cache=True, parse_form_data=False)) > _BODY:
            self.panel.violate(f"{request.method} {request.path}: a body of more than 12 MB")
            return True, page(413)
        return not mounted, page(404)

    def _with_fault(
        self, request: Request, path: str, session: Session, moved: bool, action: dict[str, Any]
    ) -> tuple[Answer | None, Sent]:
        """Carry a request out, or not; None when there is nothing to answer."""
        self._change(action, "before")
        if action.get("drop") == "before":
            return None, Sent()
        if not action.get("after"):
            self._pause(action.get("delay", 0))
        if {"logout", "redirect", "html"} & set(action):
            self.panel.sessions.drop(session)
        response = instead(self.panel.prefix, action)
        if response is None and moved:
            response = not_logged_in(self.panel.prefix, "303")
        if response is not None:
            return response, Sent()
        response, sent = self._carry_out(request, path, session, frozenset(action.get("ignore", ())))
        self._change(action, "after")
        return spoilt(response, action), sent

    def _pause(self, seconds: float) -> None:
        """Wait; who waits when the sandbox is stopped never goes on."""
        if seconds and self.panel.stopped.wait(seconds):
            raise DroppedError

    def _change(self, action: dict[str, Any], when: str) -> None:
        """The writes of a second controller that belong here. One that is refused is a mistake of the test's."""
        changes = action.get("change", [])
        for change in changes if isinstance(changes, list) else [changes]:
            if change.get("when", "before") == when:
                where = "query_string" if change["method"] in ("GET", "DELETE") else "data"
                arguments: dict[str, Any] = {where: change.get("params", {}), "headers": {OPERATOR: "yes"}}
                builder = EnvironBuilder(self.panel.prefix + change["path"], method=change["method"], **arguments)
                answer = self.answer(builder.get_request())
                if answer is None or not (answer.verdict or {}).get("_success"):
                    said = answer.get_data(as_text=True) if answer else ""
                    self.panel.violate(f"a fault's change {change['method']} {change['path']} was refused: {said}")

    def _carry_out(
        self, request: Request, path: str, session: Session, ignored: frozenset[str] = frozenset()
    ) -> tuple[Answer, Sent]:
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
            with panel.lock, panel.engine.begin() as db, watched(db) as lost:
                call = Call(panel, db, route, pieces, params, session)
                body = carry_out(call)
        except CrashError:
            return page(500), sent
        except Exception as problem:  # a crash of the panel's own code is HTTP 500, whatever it was
            panel.violate(f"{request.method} {path}: the sandbox crashed: {problem!r}")
            return page(500), sent
        if isinstance(body.get("_data"), Answer):
            return body["_data"], sent
        answer = envelope(of_enterprise(body, params) if panel.shapes("envelope", "ee") else body)
        answer.lost = lost + call.ruined
        return answer, sent

    def _record(
        self,
        request: Request,
        path: str,
        sent: Sent,
        session: Session | None,
        response: Answer | None,
        started: float,
        at_once: int,
    ) -> None:
        verdict = (response.verdict if response is not None else None) or {}
        entry = {
            "time": started,
            "seconds": time.time() - started,
            "method": request.method,
            "path": path,
            "query": sent.query,
            "params": sent.params,
            "session": session.id if session else None,
            "status": response.status_code if response is not None else None,
            "success": verdict.get("_success"),
            "msg": verdict.get("_msg"),
            "write": is_write(request.method, path),
            "at_once": at_once,
            "lost": list(response.lost) if response is not None else [],
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


def is_write(method: str, path: str) -> bool:
    """Whether a request asks to change something."""
    return method != "GET" and path != "/api/login" and not path.startswith("/api/verify_password/")

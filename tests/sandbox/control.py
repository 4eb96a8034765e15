# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/_sandbox/: what tests and curious people may ask of the sandbox itself, outside the API."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Request, Response

from tests.sandbox.faults import Fault
from tests.sandbox.panel import Panel


def answer(panel: Panel, request: Request) -> Response:
    """Do what the method and the name behind /_sandbox/ say; the tables below list them all."""
    name = request.path.removeprefix("/_sandbox/")
    body = json.loads(request.get_data() or b"null")
    try:
        return Response(json.dumps(_do(panel, request.method, name, body)), mimetype="application/json")
    except (ValueError, TypeError, KeyError) as problem:
        return Response(json.dumps({"error": str(problem)}), 400, mimetype="application/json")


def _do(panel: Panel, method: str, name: str, body: Any) -> Any:
    reads = {
        "health": lambda: {"backend": panel.backend, "username": panel.admin},
        "log": lambda: list(panel.log),
        "violations": lambda: list(panel.violations),
        "state": panel.state,
    }
    writes = {
        "faults": lambda: panel.faults.add(Fault(**body)),
        "latency": lambda: setattr(panel, "latency", float(body) / 1000),
        "readonly": lambda: setattr(panel, "read_only", bool(body)),
        "shapes": lambda: panel.shapes.set(**body),
        "reset": panel.reset,
        "sessions/expire": panel.sessions.expire,
    }
    clears = {"log": panel.clear_log, "faults": panel.faults.clear, "violations": panel.violations.clear}
    return {"GET": reads, "POST": writes, "DELETE": clears}.get(method, {})[name]()

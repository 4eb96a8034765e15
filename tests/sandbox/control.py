# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/_sandbox/: what tests and curious people may ask of the sandbox itself, outside the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from tests.sandbox.faults import Fault
from tests.sandbox.panel import Panel
from tests.sandbox.scenes import leave_files, lose_files, moderate, use_throttle
from tests.sandbox.seeding import seed
from tests.sandbox.snapshots import Snapshot, restore, take


def answer(panel: Panel, request: Request) -> Response:
    """Do what the method and the name behind /_sandbox/ say; the tables below list them all."""
    name = request.path.removeprefix("/_sandbox/")
    try:
        body = json.loads(request.get_data() or b"null")
        done = controls(panel, body).get(request.method, {})[name]()
        return Response(json.dumps(done), mimetype="application/json")
    except (ValueError, TypeError, KeyError, RecursionError) as problem:  # what is no JSON as well
        return Response(json.dumps({"error": str(problem)}), 400, mimetype="application/json")


def controls(panel: Panel, body: Any) -> dict[str, dict[str, Callable[[], Any]]]:
    """What there is, by method and name."""
    reads: dict[str, Callable[[], Any]] = {
        "health": lambda: {"backend": panel.backend, "username": panel.admin},
        "log": lambda: list(panel.log),
        "losses": panel.losses,
        "at_once": panel.most_at_once,
        "violations": lambda: list(panel.violations),
        "state": panel.state,
        "faults": panel.faults.show,
        "shapes": panel.shapes.show,
    }
    writes: dict[str, Callable[[], Any]] = {
        "faults": lambda: panel.faults.add(Fault(**body)),
        "latency": lambda: panel.wait(float(body)),
        "readonly": lambda: setattr(panel, "read_only", bool(body)),
        "shapes": lambda: panel.shapes.set(**body),
        "seed": lambda: len(seed(panel, **body)),
        "lists/lose": lambda: lose_files(panel, body),
        "lists/leave": lambda: leave_files(panel, body),
        "aliases/moderate": lambda: moderate(panel, **body),
        "throttles/use": lambda: use_throttle(panel, **body),
        "reset": panel.reset,
        "snapshots": lambda: keep(panel),
        "restore": lambda: restore(panel, kept(panel, body)),
        "sessions/expire": panel.sessions.expire,
    }
    clears: dict[str, Callable[[], Any]] = {
        "log": panel.clear_log,
        "faults": panel.faults.clear,
        "violations": panel.violations.clear,
        "snapshots": panel.snapshots.clear,
    }
    return {"GET": reads, "POST": writes, "DELETE": clears}


def keep(panel: Panel) -> int:
    """Take a snapshot; its number."""
    with panel.lock:
        panel.snapshots.append(take(panel))
        return len(panel.snapshots)


def kept(panel: Panel, number: Any) -> Snapshot:
    """The snapshot with a number. Raises ValueError when there is none."""
    if type(number) is not int or not 1 <= number <= len(panel.snapshots):
        raise ValueError(f"{number} is no snapshot; there are {len(panel.snapshots)}")
    return panel.snapshots[number - 1]

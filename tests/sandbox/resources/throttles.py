# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throttles in iRedAPD's database, with one shape for both backends (panel/throttle.md)."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import insert

from tests.sandbox import tables as t
from tests.sandbox.resources.accounts import account_of, priority_of, texts, unset
from tests.sandbox.routing import Call, CrashError, RefusedError, route
from tests.sandbox.rows import one, remove

# -1 is "as the next account in line has it", 0 is unlimited (panel/throttle.md#parameters)
_LIMITS = ("msg_size", "max_msgs", "max_quota")


@route("GET", "/api/throttle/<account>/<direction>")
def throttle(call: Call) -> Any:
    """The row, with an id and with max_rcpts, which no parameter sets."""
    kind = call.path["direction"].lower()
    row = one(call.db, t.THROTTLE, account=account_of(call), kind=kind)
    if row is None:
        return unset(call, "throttle_unset")
    shape = call.panel.shapes["throttle"]
    if shape == "array":
        return [row]
    if shape == "nested":
        return {kind: row}
    return texts(row) if shape == "strings" else row


@route(
    "POST",
    "/api/throttle/<account>/<direction>",
    text="period msg_size max_msgs max_quota",
    needs=[(name, "period") for name in _LIMITS],
)
def replace(call: Call) -> None:
    """Delete and insert, so that what has been counted is lost, or the foreign key is met: a switch.

    See panel/throttle.md#writing-resets-counters. Limits that are not sent, or are no numbers, become -1; and so does
    max_rcpts. A period without a limit is not saved, so that nothing is left (panel/throttle.md#removal): a switch.
    """
    key = {"account": account_of(call), "kind": call.path["direction"].lower()}
    if not re.fullmatch(r"\d+", call.text("period")):
        raise RefusedError("INVALID_NUMBER")
    period = call.number("period")
    _forget(call, key)
    limits = {name: call.number(name) if re.fullmatch(r"\d+", call.text(name)) else -1 for name in _LIMITS}
    switch = "throttle_off" if not period else "throttle_blank" if set(limits.values()) == {-1} else ""
    if not switch or call.panel.shapes(switch, "kept"):
        row = {**key, **limits, "period": period, "priority": priority_of(key["account"])}
        call.db.execute(insert(t.THROTTLE).values(**row))


def _forget(call: Call, key: dict[str, Any]) -> None:
    there = one(call.db, t.THROTTLE, **key)
    if there and one(call.db, t.THROTTLE_TRACKING, tid=there["id"]):
        if call.panel.shapes("throttle_tracking", "500"):
            raise CrashError("the throttle is in use, and the panel did not delete what has been counted")
        remove(call.db, t.THROTTLE_TRACKING, tid=there["id"])
    remove(call.db, t.THROTTLE, **key)

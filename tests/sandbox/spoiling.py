# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What faults make of an answer."""

from __future__ import annotations

from typing import Any

from tests.sandbox.answers import Answer, envelope, not_logged_in, page


def instead(prefix: str, action: dict[str, Any]) -> Answer | None:
    """The answer to a request that is not carried out; None when it is."""
    for name, kind in (("redirect", "303"), ("html", "html"), ("logout", "LOGIN_REQUIRED")):
        if name in action:
            return not_logged_in(prefix, kind)
    if "status" in action and not action.get("after"):
        return page(action["status"])
    if "fail" in action:
        return envelope({"_success": False, "_msg": action["fail"]})
    return envelope(action["body"]) if "body" in action else None


def spoilt(answer: Answer, action: dict[str, Any]) -> Answer:
    """The answer to a request that was carried out, as the client gets it."""
    lost = answer.lost
    if "hide" in action and answer.verdict is not None and "_data" in answer.verdict:
        answer = envelope({**answer.verdict, "_data": without(answer.verdict["_data"], frozenset(action["hide"]))})
    if "status" in action:
        answer = page(action["status"])
    if "truncate" in action:
        whole = answer.get_data()
        answer.set_data(whole[: len(whole) // 2])
        answer.verdict = None
    if "garbage" in action:
        answer.set_data(b'{"_success": true, "_data": "\xff\xfe"}')
        answer.verdict = None
    answer.cut, answer.lost = "cut" in action, lost
    return answer


def without(data: Any, keys: frozenset[str]) -> Any:
    """A profile without some keys, or a list of profiles; what has no keys stays as it is."""
    if isinstance(data, dict):
        kept = {key: value for key, value in data.items() if key not in keys}
        return {**kept, "ldif": without(kept["ldif"], keys)} if "ldif" in kept else kept
    return [without(one, keys) for one in data] if isinstance(data, list) else data

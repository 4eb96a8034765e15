# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What answers look like: the envelope, and the pages that are none (panel/transport.md#answers)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from werkzeug.wrappers import Response

_LOGIN = "<html><head><title>Login to manage your mail domains</title></head><body><form action='login'></form></body>"
_PLAIN = {404: "not found", 405: "method not allowed", 500: "internal server error"}


class Answer(Response):
    """A response that knows what its JSON says and which accounts are gone, for the record.

    And whether the connection breaks in the middle.
    """

    verdict: dict[str, Any] | None = None
    lost: Sequence[dict[str, str]] = ()
    cut = False


def envelope(body: Any) -> Answer:
    """JSON with HTTP status 200, success or not."""
    answer = Answer(json.dumps(body, ensure_ascii=False), mimetype="application/json")
    answer.verdict = body if isinstance(body, dict) else None
    return answer


def of_enterprise(body: dict[str, Any], sent: Iterable[str]) -> dict[str, Any]:
    """The same as iRedMail Enterprise Edition would put it (panel/transport.md#envelope).

    Some of its errors name a parameter; which do is not known, here those about a password that was sent.
    """
    found = {"_success": body["_success"], "_msg": body.get("_msg", "")}
    if "_data" in body:
        found["data"] = body["_data"]
    if not body["_success"] and "password" in sent:
        found["_parameter"] = "password"
    return found


def page(status: int) -> Answer:
    """What web.py and the proxies before it answer when something is wrong: no JSON."""
    return Answer(_PLAIN.get(status, f"<html><body>{status}</body></html>"), status, mimetype="text/html")


def login_page() -> Answer:
    """The page that asks to log in."""
    return Answer(_LOGIN, mimetype="text/html")


def not_logged_in(prefix: str, kind: str) -> Answer:
    """The answers a client without a session may get (panel/login.md#not-logged-in)."""
    if kind == "303":
        return Answer(status=303, headers={"Location": prefix + "/login?msg=SESSION_EXPIRED"}, mimetype="text/html")
    if kind == "html":
        return login_page()
    return envelope({"_success": False, "_msg": kind})

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spam policies in Amavisd's database, with one shape for both backends (panel/spam-policy.md)."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import insert

from tests.sandbox import tables as t
from tests.sandbox.resources.accounts import account_of, amavisd_id, texts, unset
from tests.sandbox.routing import YES_NO, Call, RefusedError, route
from tests.sandbox.rows import change, one, remove

_BYPASSES = ("bypass_spam_checks", "bypass_virus_checks", "bypass_banned_checks", "bypass_header_checks")
# Parameter: the column with the quarantine, its name, and the "lover" column with what it holds without quarantine.
# With a quarantine it holds N (panel/spam-policy.md#parameters); without, as the row that iRedMail ships (inferred).
_QUARANTINES = {
    "quarantine_spam": ("spam_quarantine_to", "spam-quarantine", "spam_lover", "Y"),
    "quarantine_virus": ("virus_quarantine_to", "virus-quarantine", "virus_lover", "N"),
    "quarantine_banned": ("banned_quarantine_to", "banned-quarantine", "banned_files_lover", "N"),
    "quarantine_bad_header": ("bad_header_quarantine_to", "bad-header-quarantine", "bad_header_lover", "Y"),
}
# Parameter: column, and its value for yes; NULL is no (panel/spam-policy.md#parameters, inferred)
_MARKS: dict[str, tuple[str, Any]] = {
    "prefix_spam_in_subject": ("spam_subject_tag2", "[SPAM] "),
    "always_insert_x_spam_headers": ("spam_tag_level", -100.0),
}
_FLAGS = (*_BYPASSES, *_QUARANTINES, *_MARKS)
_PARAMETERS: dict[str, Any] = {"text": "spam_score banned_rulenames", "choices": dict.fromkeys(_FLAGS, YES_NO)}
_SCORES = ("spam_tag2_level", "spam_kill_level")


@route("GET", "/api/spampolicy/global", global_only=True)
@route("GET", "/api/spampolicy/domain/<domain>")
@route("GET", "/api/spampolicy/user/<mail>")
def policy(call: Call) -> Any:
    """The row, with numbers or strings, or the names of the parameters with yes and no."""
    row = one(call.db, t.POLICY, policy_name=account_of(call))
    if row is None:
        return unset(call, "spampolicy_unset")
    if call.panel.shapes("spampolicy", "friendly"):
        return _friendly(row)
    return texts(row) if call.panel.shapes("spampolicy", "strings") else row


@route("PUT", "/api/spampolicy/global", global_only=True, **_PARAMETERS)
@route("PUT", "/api/spampolicy/domain/<domain>", **_PARAMETERS)
@route("PUT", "/api/spampolicy/user/<mail>", **_PARAMETERS)
def update(call: Call) -> None:
    """What is not sent gets the default of the document, or stays: a switch. Columns without a parameter stay."""
    account = account_of(call)
    row = one(call.db, t.POLICY, policy_name=account)
    if row is None:
        call.db.execute(insert(t.POLICY).values(policy_name=account))
    whole = row is None or call.panel.shapes("spampolicy_put", "replace")
    values: dict[str, Any] = {}
    for name in _FLAGS:
        if whole or call.has(name):
            values.update(_columns(name, _wanted(call, name)))
    if whole or call.has("spam_score"):
        values.update(dict.fromkeys(_SCORES, _score(call)))
    if whole or call.has("banned_rulenames"):  # panel/spam-policy.md#banned-rules
        values["banned_rulenames"] = call.text("banned_rulenames") or None
    change(call.db, t.POLICY, values, policy_name=account)
    kept = one(call.db, t.POLICY, policy_name=account)
    amavisd_id(call, "users", account)
    change(call.db, t.USERS, {"policy_id": kept["id"] if kept else 0}, email=account)


@route("DELETE", "/api/spampolicy/global", global_only=True)
@route("DELETE", "/api/spampolicy/domain/<domain>")
@route("DELETE", "/api/spampolicy/user/<mail>")
def delete(call: Call) -> None:
    """Leaves the account in table users, which white- and blacklists need as well (panel/spam-policy.md#deletion)."""
    account = account_of(call)
    if not one(call.db, t.POLICY, policy_name=account) and not call.panel.shapes("delete_missing", "success"):
        raise RefusedError("NO_SUCH_ACCOUNT")
    remove(call.db, t.POLICY, policy_name=account)
    change(call.db, t.USERS, {"policy_id": 0}, email=account)


def _wanted(call: Call, name: str) -> bool:
    """Whether a flag shall be on: what is no ``yes`` is a no; only the virus quarantine is on when not sent."""
    return call.text(name).lower() == "yes" if call.has(name) else name == "quarantine_virus"


def _columns(name: str, on: bool) -> dict[str, Any]:
    if name in _BYPASSES:
        return {name: "Y" if on else "N"}
    if name in _MARKS:
        column, value = _MARKS[name]
        return {column: value if on else None}
    column, value, lover, otherwise = _QUARANTINES[name]
    return {column: value if on else "", lover: "N" if on else otherwise}


def _score(call: Call) -> float | None:
    """The score; blank and what is not a number return to Amavisd's own (panel/spam-policy.md#spam-score)."""
    text = call.text("spam_score")
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None


def _friendly(row: dict[str, Any]) -> dict[str, Any]:
    on = {name: row[name] == "Y" for name in _BYPASSES}
    on |= {name: bool(row[column]) for name, (column, *_rest) in _QUARANTINES.items()}
    on |= {name: row[column] == value for name, (column, value) in _MARKS.items()}
    texts = {"spam_score": row["spam_tag2_level"], "banned_rulenames": row["banned_rulenames"]}
    return {**{name: "yes" if flag else "no" for name, flag in on.items()}, **texts}

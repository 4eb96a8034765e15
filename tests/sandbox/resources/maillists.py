# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unsubscribable mailing lists: only on LDAP, where members are marked on their own entries (panel/maillists.md)."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import insert

from tests.sandbox import tables as t
from tests.sandbox.addresses import add_shadows
from tests.sandbox.panel import now
from tests.sandbox.reading import LIST, keyed, ldap_profile, wrap
from tests.sandbox.resources.aliases import POLICIES
from tests.sandbox.resources.limits import new_account
from tests.sandbox.resources.mls import attributes, forget, is_subscribable
from tests.sandbox.routing import YES_NO, Call, RefusedError, route
from tests.sandbox.rows import change, every, is_account, is_hosted, one, remove, set_values, touch, values
from tests.sandbox.wire import domain_of, is_mail

# Where members are kept: on their own entry, or, when they are not of this server, in one entry of the list
_INSIDE, _OUTSIDE = "memberOfGroup", "mailExternalUser"
_CHOICES: dict[str, tuple[str, ...]] = {"accessPolicy": POLICIES}


@route("GET", "/api/maillist/<mail>", backend="ldap")
def profile(call: Call) -> dict[str, Any]:
    """The entry; its members, under a key that nobody knows, are no attributes of it (panel/maillists.md#members)."""
    row = _existing(call)
    shown = {} if is_subscribable(row) else keyed(call, "maillist_members", members(call))
    return wrap(call, ldap_profile(attributes(call, row), shown), call.mail, LIST)


@route("POST", "/api/maillist/<mail>", text="name", lists="members", choices=_CHOICES, backend="ldap")
def create(call: Call) -> None:
    """A new list, always active; it has no transport, so it is none of mlmmj's."""
    new_account(call, "maillists")
    row = {"address": call.mail, "domain": call.domain, "name": call.text("name"), "accesspolicy": _policy(call)}
    call.db.execute(insert(t.MAILLISTS).values(mlid=str(uuid.uuid4()), created=now(), **row))
    add_shadows(call.db, {call.mail: 1})
    _set_members(call, set(call.items("members")))


@route(
    "PUT",
    "/api/maillist/<mail>",
    text="name",
    lists="members addMember removeMember",
    choices=_CHOICES,
    conflicts=[("members", "addMember"), ("members", "removeMember")],
    backend="ldap",
)
def update(call: Call) -> None:
    """What is sent replaces what is there."""
    row = _existing(call)
    columns: dict[str, Any] = touch()
    if call.has("name"):
        columns["name"] = call.text("name")
    if call.has("accessPolicy"):
        columns["accesspolicy"] = _policy(call)
    change(call.db, t.MAILLISTS, columns, address=call.mail)
    wanted = call.deltas("members", "addMember", "removeMember", members(call))
    if wanted is not None and not is_subscribable(row):
        _set_members(call, wanted)


@route("DELETE", "/api/maillist/<mail>", choices={"archive": YES_NO}, backend="ldap")
def delete(call: Call) -> None:
    """Succeeds, also when nothing was there (or not: a shape)."""
    row = one(call.db, t.MAILLISTS, address=call.mail)
    if row is not None and _is_visible(call, row):
        forget(call)
    elif not call.panel.shapes("delete_missing", "success"):
        raise RefusedError("NO_SUCH_ACCOUNT")


def members(call: Call) -> list[str]:
    """Members of the list in the path, sorted."""
    inside = {row["entry"] for row in every(call.db, t.LDAP_VALUES, "entry", attribute=_INSIDE, value=call.mail)}
    return sorted({mail for mail in inside if is_account(call.db, mail)} | set(values(call.db, call.mail, _OUTSIDE)))


def _set_members(call: Call, wanted: set[str]) -> None:
    """Silently without what is not an address, and without local ones that have no entry (panel/aliases.md#members)."""
    hosted = {mail for mail in wanted if is_mail(mail) and is_hosted(call.db, domain_of(mail))}
    remove(call.db, t.LDAP_VALUES, attribute=_INSIDE, value=call.mail)
    for mail in sorted(hosted):
        if is_account(call.db, mail):
            call.db.execute(insert(t.LDAP_VALUES).values(entry=mail, attribute=_INSIDE, value=call.mail))
    set_values(call.db, call.mail, _OUTSIDE, sorted(mail for mail in wanted - hosted if is_mail(mail)))


def _is_visible(call: Call, row: dict[str, Any]) -> bool:
    return not is_subscribable(row) or call.panel.shapes("maillist_scope", "all")


def _existing(call: Call) -> dict[str, Any]:
    row = one(call.db, t.MAILLISTS, address=call.mail)
    if row is None or not _is_visible(call, row):
        raise RefusedError("NO_SUCH_ACCOUNT")
    return row


def _policy(call: Call) -> str:
    policy = call.text("accessPolicy").lower()
    return policy if policy in POLICIES else ""

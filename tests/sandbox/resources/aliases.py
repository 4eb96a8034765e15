# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail aliases (panel/aliases.md)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from tests.sandbox import tables as t
from tests.sandbox.addresses import add_shadows, deliverable, move_shadows, rename
from tests.sandbox.panel import now
from tests.sandbox.reading import ALIAS, ldap_profile, listing, names, sql_profile, wrap
from tests.sandbox.resources.limits import new_account
from tests.sandbox.routing import STATUS, Call, RefusedError, route
from tests.sandbox.rows import (
    MEMBER,
    alias_addresses,
    alias_addresses_below,
    change,
    enable_links,
    every,
    is_taken,
    list_of,
    names_of,
    one,
    remove,
    set_targets,
    targets,
    targets_below,
    touch,
)
from tests.sandbox.wire import ACCOUNT, domain_of

POLICIES = ("public", "domain", "subdomain", "membersonly", "moderatorsonly", "membersandmoderatorsonly")
_CHOICES: dict[str, tuple[str, ...]] = {"accessPolicy": POLICIES}


@route("GET", "/api/alias/<mail>")
def profile(call: Call) -> dict[str, Any]:
    """The row with the members, or the LDAP entry."""
    row = _existing(call)
    members = targets(call.db, call.mail, MEMBER)
    others = alias_addresses(call.db, call.mail)
    return wrap(call, _profile(call, row, members, moderators_of(call), others, with_members=True), call.mail, ALIAS)


@route("GET", "/api/aliases/<domain>", choices={"email_only": ("yes",), "disabled_only": ("yes",)})
def profiles(call: Call) -> Any:
    """All aliases of a domain; rows come without their members on SQL."""
    where = (t.ALIAS, "address", call.domain, call.shown("disabled_only"))
    if call.shown("email_only"):
        return names(call, names_of(call.db, *where))
    rows = list_of(call.db, *where)
    members = targets_below(call.db, call.domain, MEMBER) if call.ldap else {}
    allowed: dict[str, list[str]] = {}
    for row in every(call.db, t.MODERATORS, "moderator", domain=call.domain) if call.ldap else ():
        allowed.setdefault(row["address"], []).append(row["moderator"])
    others = alias_addresses_below(call.db, call.domain) if call.ldap else {}
    found = {}
    for row in rows:
        here = [some.get(row["address"], []) for some in (members, allowed, others)]
        found[row["address"]] = _profile(call, row, *here, with_members=call.ldap)
    return listing(call, found, "lists", ALIAS)


@route("POST", "/api/alias/<mail>", text="name", lists="members", choices=_CHOICES, sql="accessPolicy")
def create(call: Call) -> None:
    """A new alias; always active."""
    new_account(call, "aliases")
    row = {"address": call.mail, "domain": call.domain, "name": call.text("name"), "created": now()}
    row["accesspolicy"] = _policy(call) if not call.ldap else ""
    call.db.execute(insert(t.ALIAS).values(**row))
    set_targets(call.db, call.mail, _members(call, set(call.items("members"))), MEMBER)
    if call.ldap:
        add_shadows(call.db, {call.mail: 1})


@route(
    "PUT",
    "/api/alias/<mail>",
    text="name",
    lists="members addMember removeMember",
    choices={**_CHOICES, "accountStatus": STATUS},
    sql="accessPolicy",
    conflicts=[("members", "addMember"), ("members", "removeMember")],
)
def update(call: Call) -> None:
    """What is sent replaces what is there."""
    row = _existing(call)
    values: dict[str, Any] = touch()
    if call.has("name"):
        values["name"] = call.text("name")
    if call.has("accessPolicy") and not call.ldap:
        values["accesspolicy"] = _policy(call)
    wanted = call.deltas("members", "addMember", "removeMember", targets(call.db, call.mail, MEMBER))
    if wanted is not None:
        set_targets(call.db, call.mail, _members(call, wanted), MEMBER, row["active"])
    if call.has("accountStatus"):
        values["active"] = call.status()
        enable_links(call.db, call.mail, values["active"])
    change(call.db, t.ALIAS, values, address=call.mail)


@route("DELETE", "/api/alias/<mail>")
def delete(call: Call) -> None:
    """Succeeds, also when nothing was there (or not: a shape)."""
    if not one(call.db, t.ALIAS, address=call.mail):
        if call.panel.shapes("delete_missing", "success"):
            return
        raise RefusedError("NO_SUCH_ACCOUNT")
    remove(call.db, t.ALIAS, address=call.mail)
    remove(call.db, t.FORWARDINGS, address=call.mail)
    remove(call.db, t.FORWARDINGS, forwarding=call.mail)
    remove(call.db, t.MODERATORS, address=call.mail)
    remove(call.db, t.LDAP_VALUES, entry=call.mail)


@route("POST", "/api/alias/<mail>/change_email/<new>")
def change_email(call: Call) -> None:
    """Rename within the domain."""
    _existing(call)
    new_address(call)


def moderators_of(call: Call) -> list[str]:
    """Who may write to an alias whatever its policy, as its entry says since iRedMail 1.7.2."""
    return [row["moderator"] for row in every(call.db, t.MODERATORS, "moderator", address=call.mail)]


def new_address(call: Call) -> None:
    """Put the new address everywhere, unless impossible, elsewhere, or taken (panel/users.md#change-of-address)."""
    new = call.path["new"].lower()
    if not ACCOUNT.fullmatch(new):
        raise RefusedError("INVALID_MAIL")
    if domain_of(new) != call.domain:
        raise RefusedError("DOMAIN_NAME_MISMATCH")
    if is_taken(call.db, new):
        raise RefusedError("ALREADY_EXISTS")
    rename(call.db, call.mail, new, with_settings=call.panel.shapes("renamed_settings", "moved"))
    if call.ldap:
        move_shadows(call.db, call.mail, new)


def _existing(call: Call) -> dict[str, Any]:
    row = one(call.db, t.ALIAS, address=call.mail)
    if row is None:
        raise RefusedError("NO_SUCH_ACCOUNT")
    return row


def _members(call: Call, wanted: set[str]) -> set[str]:
    return deliverable(call.db, wanted, call.domain, call.panel.shapes["unknown_members"])


def _policy(call: Call) -> str:
    policy = call.text("accessPolicy").lower()
    return policy if policy in POLICIES else ""


def _profile(
    call: Call,
    row: dict[str, Any],
    members: list[str],
    moderators: list[str],
    others: list[str],
    with_members: bool,
) -> dict[str, Any]:
    key = call.panel.shapes["alias_members"]
    if call.ldap:
        attributes = {
            "mail": row["address"],
            "shadowAddress": others,
            "cn": row["name"],
            "accountStatus": "active" if row["active"] else "disabled",
            "enabledService": ["mail", "deliver"],
            "accessPolicy": row["accesspolicy"],
            "listModerator": moderators,
        }
        if key == "goto":
            key = "mailForwardingAddress"
        return ldap_profile({**attributes, key: members}, {})
    row = dict(row)
    if not row["accesspolicy"]:
        row["accesspolicy"] = call.panel.shapes["public_policy"]
    shown: Any = ",".join(members) if key == "goto" else members
    return sql_profile(call, row, {key: shown} if with_members else {})

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subscribable mailing lists (panel/mailing-lists.md): the account, next to what mlmmj keeps."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert

from tests.sandbox import tables as t
from tests.sandbox.addresses import add_shadows, deliverable
from tests.sandbox.panel import now
from tests.sandbox.reading import LIST, ldap_profile, listing, names, sql_profile, wrap
from tests.sandbox.resources import mlmmj
from tests.sandbox.resources.limits import new_account
from tests.sandbox.routing import STATUS, YES_NO, Call, RefusedError, route
from tests.sandbox.rows import alias_addresses, change, enable_links, every, link, one, remove, touch
from tests.sandbox.wire import domain_of

POLICIES = ("public", "domain", "subdomain", "membersonly", "moderatorsonly")
# What the transport of a subscribable list begins with (panel/sql.md#lists), and of no other
_MARK = "mlmmj:"
_PARAMETERS: dict[str, Any] = {
    "text": "name newsletter_description max_message_size subject_prefix custom_headers footer_text footer_html",
    "verbatim": "subject_prefix custom_headers footer_text footer_html",  # panel/mailing-lists.md#texts
    "choices": {
        **dict.fromkeys((*mlmmj.BOOLEANS, "is_newsletter", "require_confirm"), YES_NO),
        "accountStatus": STATUS,
        "accessPolicy": POLICIES,
        "subscription": mlmmj.SUBSCRIPTIONS,
    },
}
_LISTS = "owner moderators subscription_moderators extra_addresses remove_headers"


@route("GET", "/api/ml/<mail>", choices={"with_subscribers": YES_NO})
def profile(call: Call) -> Any:
    """mlmmj's profile with the account's fields, in a form of switch ``ml`` (panel/mailing-lists.md#profile)."""
    mlmmj.reach(call)
    row = _existing(call, "NO_SUCH_ACCOUNT")
    if not mlmmj.load(call):  # its files are lost (panel/mlmmjadmin.md#lost-files)
        raise RefusedError("NO_SUCH_ACCOUNT")
    account, kept = account_of(call, row), mlmmj.shown(call, mlmmj.load(call))
    if call.panel.shapes("ml_name", "backend"):
        kept["name"] = row["name"]
        if not call.ldap and not call.panel.shapes("ml", "bare"):
            kept["name"] = account["name"]
    more = mlmmj.subscribers(call) if call.shown("with_subscribers") else {}
    if call.panel.shapes("ml", "nested"):
        return wrap(call, {**account, "mlmmj": kept, **more}, call.mail, LIST)
    if call.panel.shapes("ml", "bare"):
        return {**kept, **more}
    merged = wrap(call, {**account, **kept, **more}, call.mail, LIST)
    return [merged] if call.panel.shapes("ml", "array") else merged


@route("GET", "/api/mls/<domain>", choices={"email_only": ("yes",)})
def profiles(call: Call) -> Any:
    """All lists of a domain: addresses, or the accounts without what mlmmj keeps (panel/mailing-lists.md#list)."""
    rows = [row for row in every(call.db, t.MAILLISTS, "address", domain=call.domain) if is_subscribable(row)]
    if call.shown("email_only"):
        return names(call, [row["address"] for row in rows])
    return listing(call, {row["address"]: account_of(call, row) for row in rows}, "lists", LIST)


@route("POST", "/api/ml/<mail>", lists=_LISTS + " subscribers", **_PARAMETERS)
def create(call: Call) -> None:
    """A new list. A directory that is there already is initialised again (panel/mlmmjadmin.md#backends).

    One whose account is there as well is refused, or initialised again: a switch.
    """
    mlmmj.reach(call)
    there = one(call.db, t.MAILLISTS, address=call.mail)
    again = there and is_subscribable(there) and call.panel.shapes("ml_existing", "initialised")
    if not again:
        new_account(call, "maillists", *(("INVALID_EMAIL", "NO_SUCH_DOMAIN") if _is_iredmail(call) else ()))
    kept = mlmmj.initialised(call)
    mlmmj.apply(call, kept)
    mlmmj.store(call, kept)
    if not again:
        _new_row(call, kept)
    _account(call, kept, ("owner", "moderators"))
    mlmmj.subscribe(call, "subscribers")


def _new_row(call: Call, kept: dict[str, Any]) -> None:
    row: dict[str, Any] = {"address": call.mail, "domain": call.domain, "mlid": str(uuid.uuid4()), "created": now()}
    row["transport"] = f"{_MARK}{call.domain}/{call.mail.partition('@')[0]}"
    row |= _columns(call, kept)
    call.db.execute(insert(t.MAILLISTS).values(**row))
    active = row.get("active", 1)
    link(call.db, call.mail, call.mail, "is_maillist", active)
    if call.ldap:
        add_shadows(call.db, {call.mail: active})


@route("PUT", "/api/ml/<mail>", lists=_LISTS + " add_subscribers remove_subscribers", **_PARAMETERS)
def update(call: Call) -> None:
    """What is sent replaces what is there: first in the files, then in the account."""
    mlmmj.reach(call)
    _existing(call, _missing(call))
    kept = mlmmj.files(call)
    if kept:
        mlmmj.apply(call, kept)
        mlmmj.store(call, kept)
    _account(call, kept, [name for name in ("owner", "moderators") if call.has(name)])
    mlmmj.subscribe(call, "add_subscribers")
    mlmmj.unsubscribe(call, "remove_subscribers")


def _account(call: Call, kept: dict[str, Any], people: Iterable[str]) -> None:
    values = {**_columns(call, kept), **touch()}
    change(call.db, t.MAILLISTS, values, address=call.mail)
    if "active" in values:
        enable_links(call.db, call.mail, values["active"])
    if "owner" in people:
        _people(call, t.MAILLIST_OWNERS, "owner", kept["owner"])
    if "moderators" in people:
        _people(call, t.MODERATORS, "moderator", kept["moderators"])


@route("DELETE", "/api/ml/<mail>", choices={"keep_archive": YES_NO})
def delete(call: Call) -> str | None:
    """Succeeds, also when nothing was there (or not: a shape); the archive stays unless told.

    See panel/mailing-lists.md#deletion.
    """
    mlmmj.reach(call)
    row = one(call.db, t.MAILLISTS, address=call.mail)
    if row is None or not is_subscribable(row):
        if call.panel.shapes("delete_missing", "success"):
            return None
        raise RefusedError(_missing(call))
    there = mlmmj.load(call)
    forget(call)
    if not there or call.text("keep_archive") == "no" or call.panel.shapes("ml_delete_data", "absent"):
        return None
    return f"/var/vmail/mlmmj/{call.domain}/{call.mail.partition('@')[0]}-{now():%Y%m%d%H%M%S}"


def is_subscribable(row: dict[str, Any]) -> bool:
    """Whether this is a list of mlmmj's, and none of the LDAP-only ones (panel/maillists.md)."""
    return str(row["transport"]).startswith(_MARK)


def forget(call: Call) -> None:
    """Delete everything of the list in the path."""
    for table in (t.MAILLISTS, t.FORWARDINGS, t.MAILLIST_OWNERS, t.MODERATORS, t.MLMMJ, t.MLMMJ_SUBSCRIBERS):
        remove(call.db, table, address=call.mail)
    remove(call.db, t.FORWARDINGS, forwarding=call.mail)
    remove(call.db, t.LDAP_VALUES, entry=call.mail)
    remove(call.db, t.LDAP_VALUES, attribute="memberOfGroup", value=call.mail)


def account_of(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    """The account alone: the row (SQL) or the attributes of the entry (LDAP), with the newsletter's fields."""
    shape = call.panel.shapes["ml_newsletter"]
    newsletter: dict[str, Any] = {}
    if shape == "columns":
        newsletter = {"is_newsletter": row["is_newsletter"], "description": row["description"]}
    elif shape == "names":
        newsletter = {"is_newsletter": "yes" if row["is_newsletter"] else "no"}
        newsletter["newsletter_description"] = row["description"] or ""
    if call.ldap:
        return ldap_profile({**attributes(call, row), **newsletter}, {})
    columns = {key: value for key, value in row.items() if key not in ("is_newsletter", "description")}
    columns["accesspolicy"] = row["accesspolicy"] or call.panel.shapes["public_policy"]
    return sql_profile(call, columns, newsletter)


def attributes(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    """The LDAP entry of either kind of list (panel/ldap.md#subscribable-list)."""
    found = {
        "mail": row["address"],
        "shadowAddress": alias_addresses(call.db, row["address"]),
        "cn": row["name"],
        "accountStatus": "active" if row["active"] else "disabled",
        "accessPolicy": row["accesspolicy"] or call.panel.shapes["public_policy"],
        "enabledService": ["mail", "deliver"],
    }
    if is_subscribable(row):
        where = {"address": row["address"]}
        found |= {
            "enabledService": ["mail", "deliver", "mlmmj"],
            "mtaTransport": row["transport"],
            "mailingListID": row["mlid"],
            "maxMessageSize": row["maxmsgsize"] or None,
            "listOwner": [man["owner"] for man in every(call.db, t.MAILLIST_OWNERS, "owner", **where)],
            "listModerator": [man["moderator"] for man in every(call.db, t.MODERATORS, "moderator", **where)],
        }
    return found


def _existing(call: Call, message: str) -> dict[str, Any]:
    row = one(call.db, t.MAILLISTS, address=call.mail)
    if row is None or not is_subscribable(row):
        raise RefusedError(message)
    return row


def _is_iredmail(call: Call) -> bool:
    """Whether mlmmjadmin writes accounts too, which no host of the panel does (panel/mlmmjadmin.md#backends)."""
    return call.panel.shapes("ml_backend", "bk_iredmail")


def _missing(call: Call) -> str:
    """What is said of a list that is not there."""
    return "ACCOUNT_NOT_EXIST" if call.ldap and _is_iredmail(call) else "NO_SUCH_ACCOUNT"


def _columns(call: Call, kept: dict[str, Any]) -> dict[str, Any]:
    """What goes into the account.

    With mlmmjadmin's own backends always the name, and the policy by the mere presence of a parameter.
    """
    values: dict[str, Any] = {"name": call.text("name")} if call.has("name") or _is_iredmail(call) else {}
    policies = [call.text("accessPolicy")] if call.text("accessPolicy") in POLICIES else []
    if _is_iredmail(call) and call.has("only_moderator_can_post"):
        policies.append("moderatorsonly")
    elif _is_iredmail(call) and call.has("only_subscriber_can_post"):
        policies.append("membersonly")
    if policies:
        values["accesspolicy"] = policies[-1 if call.panel.shapes("ml_policy", "posting") else 0]
    if call.has("max_message_size"):
        values["maxmsgsize"] = max(call.number("max_message_size"), 0)
    if call.has("accountStatus"):
        values["active"] = call.status()
    if call.params.get("is_newsletter") in YES_NO:
        values["is_newsletter"] = int(call.params["is_newsletter"] == "yes")
    if call.has("newsletter_description"):
        values["description"] = call.text("newsletter_description")
    return values


def _people(call: Call, table: Any, column: str, wanted: list[str]) -> None:
    """Owners or moderators in the account, lower-cased.

    With mlmmjadmin's own backends without those of the list's domain that do not exist.
    """
    remove(call.db, table, address=call.mail)
    found = {mail.lower() for mail in wanted}
    for mail in sorted(deliverable(call.db, found, call.domain, "own" if _is_iredmail(call) else "kept")):
        row = {"address": call.mail, column: mail, "domain": call.domain, "dest_domain": domain_of(mail)}
        call.db.execute(insert(table).values(**row))

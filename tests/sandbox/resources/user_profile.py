# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a user reads (panel/user-profiles.md)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from tests.sandbox import settings
from tests.sandbox import tables as t
from tests.sandbox.reading import bcc, keyed, ldap_profile, settings_of, sql_profile
from tests.sandbox.resources.mailboxes import joined
from tests.sandbox.routing import Call
from tests.sandbox.rows import (
    FORWARD,
    alias_addresses,
    alias_addresses_below,
    all_values,
    every,
    managed,
    one,
    targets,
    targets_below,
)

MEGABYTE = 1024 * 1024
PERSON = ("first_name", "last_name", "mobile", "telephone", "recovery_email", "birthday")
_SEARCHED = (
    "mail cn uid accountStatus mailQuota employeeNumber enabledService domainGlobalAdmin shadowLastChange".split()
)
# The services of all users of a domain. Without an order, which would make SQLite read the whole table
_SERVICES = (
    select(t.LDAP_VALUES.c.entry, t.LDAP_VALUES.c.value)
    .join(t.MAILBOX, t.MAILBOX.c.username == t.LDAP_VALUES.c.entry)
    .where(t.MAILBOX.c.domain == bindparam("domain"), t.LDAP_VALUES.c.attribute == "enabledService")
)


def whole(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    """Everything that GET /api/user/<mail> shows."""
    mail = row["username"]
    used = one(call.db, t.USED_QUOTA, username=mail) or {"bytes": 0, "messages": 0}
    facts: dict[str, Any] = {
        "stored_bytes": used["bytes"],
        "stored_messages": used["messages"],
        "last_login": "",
        "mailing_aliases": [
            link["address"] for link in every(call.db, t.FORWARDINGS, "address", forwarding=mail, is_list=1)
        ],
        "mailing_lists": [link["address"] for link in every(call.db, t.MLMMJ_SUBSCRIBERS, "address", mail=mail)],
    }
    if one(call.db, t.DOMAIN_ADMINS, username=mail):
        facts["managed_domains"] = managed(call.db, mail)
    copies = {
        name: (one(call.db, table, username=mail) or {"bcc_address": ""})["bcc_address"]
        for name, table in (("sender", t.SENDER_BCC_USER), ("recipient", t.RECIPIENT_BCC_USER))
    }
    more = {
        **_forwardings(call, mail),
        **keyed(call, "user_aliases", alias_addresses(call.db, mail)),
        **bcc(call, "user_bcc", copies["sender"], copies["recipient"]),
    }
    if call.ldap:
        return ldap_profile({**_attributes(call, row, all_values(call.db, mail)), **more}, facts)
    row = {**_columns(call, row), "settings": settings_of(call, settings.parse(row["settings"]))}
    return sql_profile(call, row, {**more, **facts})


def _columns(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    """A row of an older schema has no columns for a person (panel/user-profiles.md#profile-on-sql)."""
    missing = PERSON if call.panel.shapes("person_columns", "missing") else ()
    return {key: value for key, value in row.items() if key not in missing}


def rows_only(call: Call, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Users in a list: the raw rows (SQL), the attributes of a search (LDAP; panel/user-profiles.md#list-of-users)."""
    if not call.ldap:
        return {row["username"]: sql_profile(call, _columns(call, row), {}) for row in rows}
    services: dict[str, list[str]] = {}
    for mail, service in call.db.execute(_SERVICES, {"domain": call.domain}):
        services.setdefault(mail, []).append(service)
    others = alias_addresses_below(call.db, call.domain)
    forwardings = targets_below(call.db, call.domain, FORWARD)
    found = {}
    for row in rows:
        mail = row["username"]
        attributes = _attributes(call, row, {"enabledService": services.get(mail, [])})
        searched = {key: attributes[key] for key in _SEARCHED}
        searched["shadowAddress"] = others.get(mail, [])
        searched["mailForwardingAddress"] = forwardings.get(mail, [])
        found[mail] = ldap_profile(searched, {})
    return found


def _forwardings(call: Call, mail: str) -> dict[str, Any]:
    found = targets(call.db, mail, FORWARD)
    if call.panel.shapes("self_forwarding", "hidden"):
        found = [one for one in found if one != mail]
    key = call.panel.shapes["forwardings"]
    if key == "forwarding" and not call.ldap:
        return {key: ",".join(found)}
    return {"mailForwardingAddress" if call.ldap else key: found}


def _attributes(call: Call, row: dict[str, Any], stored: dict[str, list[str]]) -> dict[str, Any]:
    mail = row["username"]
    attributes = {
        "mail": mail,
        "uid": mail.partition("@")[0],
        "cn": row["name"],
        "givenName": row["first_name"],
        "sn": row["last_name"],
        "preferredLanguage": row["language"],
        "mailQuota": row["quota"] * MEGABYTE or None,
        "accountStatus": "active" if row["active"] else "disabled",
        "employeeNumber": row["employeeid"],
        "mtaTransport": row["transport"],
        "homeDirectory": joined(row),
        "domainGlobalAdmin": "yes" if row["isglobaladmin"] else None,
        "shadowLastChange": "20777",
        **{name: stored.get(name) for name in ("enabledService", "telephoneNumber", "mobile")},
    }
    if call.panel.shapes("mailbox_format", "shown"):
        attributes |= {"mailboxFormat": row["mailboxformat"], "mailboxFolder": row["mailboxfolder"]}
    return attributes

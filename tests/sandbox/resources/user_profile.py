# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a user reads (wire-facts 7.3 and 7.4)."""

from __future__ import annotations

from typing import Any

from tests.sandbox import settings
from tests.sandbox import tables as t
from tests.sandbox.reading import bcc, keyed, ldap_profile, settings_of, sql_profile
from tests.sandbox.resources.mailboxes import joined
from tests.sandbox.routing import Call
from tests.sandbox.rows import FORWARD, alias_addresses, every, managed, one, targets, values

MEGABYTE = 1024 * 1024


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
        return ldap_profile({**_attributes(call, row), **more}, facts)
    row = {**row, "settings": settings_of(call, settings.parse(row["settings"]))}
    return sql_profile(call, row, {**more, **facts})


def row_only(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    """What a user looks like in a list: the raw row (SQL), the attributes of a search (LDAP; wire-facts 8)."""
    if not call.ldap:
        return sql_profile(call, row, {})
    shown = (
        "mail cn uid accountStatus mailQuota employeeNumber title enabledService domainGlobalAdmin shadowLastChange"
    ).split()
    attributes = _attributes(call, row)
    searched = {key: value for key, value in attributes.items() if key in shown}
    searched["shadowAddress"] = alias_addresses(call.db, row["username"])
    searched["mailForwardingAddress"] = targets(call.db, row["username"], FORWARD)
    return ldap_profile(searched, {})


def _forwardings(call: Call, mail: str) -> dict[str, Any]:
    found = targets(call.db, mail, FORWARD)
    if call.panel.shapes("self_forwarding", "hidden"):
        found = [one for one in found if one != mail]
    key = call.panel.shapes["forwardings"]
    if key == "forwarding" and not call.ldap:
        return {key: ",".join(found)}
    return {"mailForwardingAddress" if call.ldap else key: found}


def _attributes(call: Call, row: dict[str, Any]) -> dict[str, Any]:
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
        "enabledService": values(call.db, mail, "enabledService"),
        "telephoneNumber": values(call.db, mail, "telephoneNumber"),
        "mobile": values(call.db, mail, "mobile"),
    }
    if call.panel.shapes("mailbox_format", "shown"):
        attributes |= {"mailboxFormat": row["mailboxformat"], "mailboxFolder": row["mailboxfolder"]}
    return attributes

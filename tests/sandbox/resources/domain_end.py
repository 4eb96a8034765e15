# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes with a deleted domain: everything of it and everything below it (panel/domains.md#deletion)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, delete

from tests.sandbox import tables as t
from tests.sandbox.resources.admins import revoke
from tests.sandbox.resources.mailboxes import keep
from tests.sandbox.resources.settings_end import forget_settings
from tests.sandbox.routing import Call
from tests.sandbox.rows import every, remove

_BY_DOMAIN = (
    t.DOMAIN,
    *(table for table, _address in t.ACCOUNT_TABLES),
    t.SENDER_BCC_DOMAIN,
    t.RECIPIENT_BCC_DOMAIN,
    t.SENDER_BCC_USER,
    t.RECIPIENT_BCC_USER,
    t.FORWARDINGS,
    t.MODERATORS,
    t.USED_QUOTA,
    t.LAST_LOGIN,
    t.MAILLIST_OWNERS,
)
# Tables that name accounts without their domain
_BY_ADDRESS = (
    (t.DOMAIN_ADMINS, "username"),
    (t.SENDER_RELAYHOST, "account"),
    (t.LDAP_VALUES, "entry"),
)
_FILES = ((t.MLMMJ, "address"), (t.MLMMJ_SUBSCRIBERS, "address"))


def forget_domain(call: Call) -> None:
    """Delete the domain in the path; the messages stay on disk for the cron job."""
    db, domain = call.db, call.domain
    for row in every(db, t.MAILBOX, "username", domain=domain):
        keep(call, row)
    for table in _BY_DOMAIN:
        remove(db, table, domain=domain)
    remove(db, t.FORWARDINGS, dest_domain=domain)
    remove(db, t.ALIAS_DOMAIN, alias_domain=domain)
    remove(db, t.ALIAS_DOMAIN, target_domain=domain)
    remove(db, t.LDAP_VALUES, entry=domain)
    for row in every(db, t.DOMAIN_ADMINS, "username", domain=domain):
        revoke(call, row["username"], domain)
    for table, name in _BY_ADDRESS + (_FILES if call.panel.shapes("domain_lists", "deleted") else ()):
        db.execute(delete(table).where(_below(table.c[name], domain)))
    value = t.LDAP_VALUES.c.value
    db.execute(delete(t.LDAP_VALUES).where(t.LDAP_VALUES.c.attribute == "memberOfGroup", _below(value, domain)))
    if call.panel.shapes("domain_settings", "deleted"):
        forget_settings(call, "@" + domain)


def _below(column: Column[Any], domain: str) -> ColumnElement[bool]:
    return column.endswith("@" + domain, autoescape=True)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services of a user: columns on SQL, attribute values on LDAP (panel/users.md#services)."""

from __future__ import annotations

from typing import Any

from tests.sandbox.routing import Call
from tests.sandbox.rows import set_values, values
from tests.sandbox.tables import SERVICE_COLUMNS, SOGO_COLUMNS

# What a new LDAP user is given (panel/user-profiles.md#services-of-a-new-ldap-user)
_NEW = (
    "internal doveadm lib-storage indexer-worker dsync quota-status mail smtp smtpsecured smtptls pop3 pop3secured "
    "pop3tls imap imapsecured imaptls managesieve managesievesecured managesievetls sieve sievesecured sievetls "
    "deliver lda lmtp recipientbcc senderbcc forward shadowaddress displayedInGlobalAddressBook sogo sogowebmail "
    "sogocalendar sogoactivesync"
)


def new_services() -> list[str]:
    """The services of a new LDAP user."""
    return _NEW.split()


def set_services(call: Call, columns: dict[str, Any]) -> None:
    """Services of a PUT: on SQL into the columns to update, where a name without a column is silently ignored.

    What a reset switches off is unknown: here everything that is not named, the worst case.
    """
    if not call.has("services", "addService", "removeService"):
        return
    if call.ldap:
        current = values(call.db, call.mail, "enabledService")
        wanted = call.deltas("services", "addService", "removeService", current, lower=False) or set()
        ordered = [one for one in current if one in wanted] + sorted(wanted - set(current))
        set_values(call.db, call.mail, "enabledService", ordered)
        return
    known = SERVICE_COLUMNS + SOGO_COLUMNS
    switched = dict.fromkeys(known, False) if call.has("services") else {}
    switched.update(dict.fromkeys(call.items("services") + call.items("addService"), True))
    switched.update(dict.fromkeys(call.items("removeService"), False))
    for service, on in switched.items():
        if service in SERVICE_COLUMNS:
            columns["enable" + service] = int(on)
        elif service in SOGO_COLUMNS:
            columns["enable" + service] = "y" if on else "n"

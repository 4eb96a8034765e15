# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a domain reads (panel/domain-profiles.md)."""

from __future__ import annotations

from typing import Any

from tests.sandbox import settings
from tests.sandbox import tables as t
from tests.sandbox.reading import bcc, keyed, ldap_profile, settings_of, sql_profile
from tests.sandbox.routing import Call
from tests.sandbox.rows import CATCHALL, count, every, one, quota_sum, targets, values

# settings of SQL and accountSetting of LDAP (panel/values.md#settings, panel/names.md#domain)
_LDAP_NAMES = {
    "default_user_quota": "defaultQuota",
    "max_user_quota": "maxUserQuota",
    "min_passwd_length": "minPasswordLength",
    "max_passwd_length": "maxPasswordLength",
    "default_language": "defaultLanguage",
    "disabled_domain_profiles": "disabledDomainProfile",
    "disabled_user_profiles": "disabledUserProfile",
    "disabled_user_preferences": "disabledUserPreference",
}
_LIMITS = {"mailboxes": "numberOfUsers", "aliases": "numberOfAliases", "maillists": "numberOfLists"}


def whole(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    """Everything that GET /api/domain/<domain> shows."""
    domain = row["domain"]
    copies = {
        name: (one(call.db, table, domain=domain) or {"bcc_address": ""})["bcc_address"]
        for name, table in (("sender", t.SENDER_BCC_DOMAIN), ("recipient", t.RECIPIENT_BCC_DOMAIN))
    }
    relay = (one(call.db, t.SENDER_RELAYHOST, account="@" + domain) or {"relayhost": ""})["relayhost"]
    others = [found["alias_domain"] for found in every(call.db, t.ALIAS_DOMAIN, "alias_domain", target_domain=domain)]
    more = {
        **bcc(call, "domain_bcc", copies["sender"], copies["recipient"]),
        **keyed(call, "relay", relay),
        **keyed(call, "alias_domains", others),
    }
    anyone: Any = targets(call.db, domain, CATCHALL)
    shown: dict[str, Any] = {}
    if not call.panel.shapes("catchall", "hidden"):
        shown["catchall"] = ",".join(anyone) if call.panel.shapes("catchall", "string") else anyone
    if call.ldap:
        admins = [found["username"] for found in every(call.db, t.DOMAIN_ADMINS, "username", domain=domain)]
        return ldap_profile(
            {**_attributes(call, row), **more, "domainAdmin": admins}, {**shown, **_account_setting(call, row)}
        )
    shown["settings"] = settings_of(call, settings.parse(row["settings"]))
    return sql_profile(call, row, {**more, **shown, **_usage(call, domain)})


def _usage(call: Call, domain: str) -> dict[str, int]:
    """How much is used, under the keys of a switch (panel/domain-profiles.md#profile-on-sql)."""
    form = call.panel.shapes["domain_usage"]
    if form == "hidden":
        return {}
    number = count(call.db, t.MAILBOX, domain=domain)
    if form == "mailbox_count":
        return {form: number}
    return {"num_existing_users": number, "allocated_quota": quota_sum(call.db, domain)}


def row_only(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    """What a domain looks like in a list: the raw row with its raw settings (SQL), the attributes (LDAP)."""
    if call.ldap:
        return ldap_profile(_attributes(call, row), _account_setting(call, row))
    return sql_profile(call, row, {})


def _attributes(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "domainName": row["domain"],
        "cn": row["description"],
        "accountStatus": "active" if row["active"] else "disabled",
        "mtaTransport": row["transport"],
        "domainBackupMX": "yes" if row["backupmx"] else None,
        "enabledService": values(call.db, row["domain"], "enabledService"),
        "domainCurrentUserNumber": count(call.db, t.MAILBOX, domain=row["domain"]),
    }


def _account_setting(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    kept = {_LDAP_NAMES.get(key, key): value for key, value in settings.parse(row["settings"]).items()}
    kept.update({name: row[column] for column, name in _LIMITS.items() if row[column]})
    quota = row["maxquota"]
    if quota:
        unit = call.panel.shapes["domain_quota"]
        if unit == "GB" and quota % 1024 == 0:
            kept["domainQuota"] = f"{quota // 1024}:GB"
        else:
            kept["domainQuota"] = str(quota) if unit == "plain" else f"{quota}:MB"
    return {"accountSetting": settings_of(call, kept)} if any(kept.values()) else {}

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Standalone admins, and who manages a domain (panel/admins.md)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from tests.sandbox import settings
from tests.sandbox import tables as t
from tests.sandbox.panel import now
from tests.sandbox.passwords import complaints, hashed
from tests.sandbox.reading import ADMIN, ldap_profile, settings_of, sql_profile, wrap
from tests.sandbox.resources.users import language
from tests.sandbox.rights import mine
from tests.sandbox.routing import STATUS, YES_NO, Call, RefusedError, route
from tests.sandbox.rows import change, count, is_hosted, managed, one, remove, touch
from tests.sandbox.wire import ACCOUNT, domain_of, is_mail

UNITS = ("TB", "GB", "MB")
_LIMITS = {
    "maxDomains": "create_max_domains",
    "maxUsers": "create_max_users",
    "maxAliases": "create_max_aliases",
    "maxLists": "create_max_lists",
}
_FORBIDDEN = {
    "disableViewingMailLog": ("disable_viewing_mail_log", "view_mail_log"),
    "disableManagingQuarantinedMails": ("disable_managing_quarantined_mails", "manage_quarantined_mails"),
}
_PARAMETERS: dict[str, Any] = {
    "text": "name password language maxDomains maxQuota maxUsers maxAliases maxLists",
    "choices": {
        "accountStatus": STATUS,
        "isGlobalAdmin": YES_NO,
        "quotaUnit": UNITS,
        "disableViewingMailLog": YES_NO,
        "disableManagingQuarantinedMails": YES_NO,
    },
    "needs": [("maxQuota", "quotaUnit"), ("quotaUnit", "maxQuota")],
    "global_only": True,
}


@route("GET", "/api/admin/<mail>", global_only=True)
def profile(call: Call) -> dict[str, Any]:
    """The row or entry; ``isglobaladmin`` is computed, no column."""
    row = _existing(call)
    kept = settings.parse(row["settings"])
    is_global = bool(one(call.db, t.DOMAIN_ADMINS, username=call.mail, domain="ALL"))
    domains = {"managed_domains": managed(call.db, call.mail)}
    if not call.ldap:
        computed = {"isglobaladmin": int(is_global), "settings": settings_of(call, kept), **domains}
        return wrap(call, sql_profile(call, row, computed), call.mail, ADMIN)
    attributes = {
        "mail": row["username"],
        "cn": row["name"],
        "preferredLanguage": row["language"],
        "accountStatus": "active" if row["active"] else "disabled",
        "domainGlobalAdmin": "yes" if is_global else None,
        "disabledService": [service for key, service in _FORBIDDEN.values() if kept.pop(key, None)],
        "shadowLastChange": "20777",
    }
    setting = {"accountSetting": settings_of(call, kept)} if any(kept.values()) else {}
    return wrap(call, ldap_profile(attributes, {**setting, **domains}), call.mail, ADMIN)


@route("POST", "/api/admin/<mail>", **_PARAMETERS)
def create(call: Call) -> None:
    """A new admin, whose domain must not be hosted here."""
    if not ACCOUNT.fullmatch(call.mail):
        raise RefusedError("INVALID_MAIL")
    if is_hosted(call.db, call.domain):
        raise RefusedError("CAN_NOT_BE_LOCAL_DOMAIN")
    if one(call.db, t.ADMIN, username=call.mail):
        raise RefusedError("ALREADY_EXISTS")
    row: dict[str, Any] = {"username": call.mail, "name": call.text("name"), "password": _password(call)}
    row |= {"language": language(call), "active": call.status() if call.has("accountStatus") else 1}
    row |= {"created": now(), "passwordlastchange": now()}
    call.db.execute(insert(t.ADMIN).values(**row))
    _rights(call, {})


@route("PUT", "/api/admin/<mail>", **_PARAMETERS)
def update(call: Call) -> None:
    """What is sent replaces what is there."""
    row = _existing(call)
    values: dict[str, Any] = touch()
    if call.has("name"):
        values["name"] = call.text("name")
    if call.has("language"):
        values["language"] = language(call)
    if call.has("accountStatus"):
        values["active"] = call.status()
    if call.has("password"):
        values.update(password=_password(call), passwordlastchange=now())
    change(call.db, t.ADMIN, values, username=call.mail)
    _rights(call, settings.parse(row["settings"]))


@route("DELETE", "/api/admin/<mail>", global_only=True)
def delete(call: Call) -> None:
    """Takes the rights of a mail user of that address as well; succeeds when there is nothing.

    See panel/admins.md#deletion-of-an-admin.
    """
    if not one(call.db, t.ADMIN, username=call.mail) and not call.panel.shapes("delete_missing", "success"):
        raise RefusedError("NO_SUCH_ACCOUNT")
    remove(call.db, t.ADMIN, username=call.mail)
    remove(call.db, t.DOMAIN_ADMINS, username=call.mail)
    change(call.db, t.MAILBOX, {"isadmin": 0, "isglobaladmin": 0}, username=call.mail)
    _admin_service(call, call.mail, False)


@route(
    "PUT",
    "/api/domain/admins/<domain>",
    text="removeAllAdmins",
    lists="addAdmin removeAdmin",
    conflicts=[("removeAllAdmins", "addAdmin"), ("removeAllAdmins", "removeAdmin")],
)
def domain_admins(call: Call) -> None:
    """Who manages a domain; there is no GET. Unknown accounts are silently left out (inferred).

    So are, when a normal admin promotes, those that are no users of the admin's domains (panel/admins.md#delegation).
    """
    if not one(call.db, t.DOMAIN, domain=call.domain):
        raise RefusedError(call.panel.shapes["no_domain"])
    here = [
        row.username for row in call.db.execute(t.DOMAIN_ADMINS.select().where(t.DOMAIN_ADMINS.c.domain == call.domain))
    ]
    gone = here if call.has("removeAllAdmins") else [mail for mail in call.items("removeAdmin") if mail in here]
    for mail in gone:
        revoke(call, mail, call.domain)
    for mail in call.items("addAdmin"):
        known = one(call.db, t.MAILBOX, username=mail)
        if call.session.global_admin:
            known = known or one(call.db, t.ADMIN, username=mail)
        elif domain_of(mail) not in mine(call):
            known = None
        if is_mail(mail) and known and mail not in here:
            call.db.execute(insert(t.DOMAIN_ADMINS).values(username=mail, domain=call.domain, created=now()))
            change(call.db, t.MAILBOX, {"isadmin": 1}, username=mail)
            _admin_service(call, mail, True)


def revoke(call: Call, mail: str, domain: str) -> None:
    """Take a domain from an admin, and with the last one all rights (panel/sql.md#admins)."""
    remove(call.db, t.DOMAIN_ADMINS, username=mail, domain=domain)
    if not count(call.db, t.DOMAIN_ADMINS, username=mail):
        change(call.db, t.MAILBOX, {"isadmin": 0}, username=mail)
        _admin_service(call, mail, False)


def _admin_service(call: Call, mail: str, on: bool) -> None:
    """On LDAP a user who is an admin has the service domainadmin (panel/admins.md#delegation)."""
    if call.ldap and one(call.db, t.MAILBOX, username=mail):
        remove(call.db, t.LDAP_VALUES, entry=mail, attribute="enabledService", value="domainadmin")
        if on:
            values = {"entry": mail, "attribute": "enabledService", "value": "domainadmin"}
            call.db.execute(insert(t.LDAP_VALUES).values(**values))


def _existing(call: Call) -> dict[str, Any]:
    row = one(call.db, t.ADMIN, username=call.mail)
    if row is None:
        raise RefusedError("NO_SUCH_ACCOUNT" if call.ldap else call.panel.shapes["no_account"])
    return row


def _password(call: Call) -> str:
    wrong = complaints(call.text("password"))
    if wrong:
        raise RefusedError(wrong)
    return hashed(call.text("password"))


def _rights(call: Call, kept: dict[str, Any]) -> None:
    """Limits and prohibitions, which a global admin does not have: they are discarded (panel/admins.md#limits)."""
    is_global = bool(one(call.db, t.DOMAIN_ADMINS, username=call.mail, domain="ALL"))
    if call.has("isGlobalAdmin"):
        is_global = call.text("isGlobalAdmin") == "yes"
        remove(call.db, t.DOMAIN_ADMINS, username=call.mail, domain="ALL")
        if is_global:
            call.db.execute(insert(t.DOMAIN_ADMINS).values(username=call.mail, domain="ALL", created=now()))
    if is_global:
        kept = {}
    else:
        kept.update({key: call.number(name) for name, key in _LIMITS.items() if call.has(name)})
        if call.has("maxQuota") and call.text("quotaUnit") in UNITS:
            quota = call.number("maxQuota")
            kept.update(create_max_quota=quota, create_quota_unit=call.text("quotaUnit") if quota else "")
        for name, (key, _service) in _FORBIDDEN.items():
            if call.has(name):
                kept[key] = "yes" if call.text(name) == "yes" else ""
        kept["create_new_domains"] = "yes" if kept.get("create_max_domains") else ""
    change(call.db, t.ADMIN, {"settings": settings.text_of(kept)}, username=call.mail)

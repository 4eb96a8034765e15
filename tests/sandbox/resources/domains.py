# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail domains: endpoints and what they store (panel/domains.md)."""

from __future__ import annotations

import ipaddress
from typing import Any

from sqlalchemy import insert

from tests.sandbox import settings
from tests.sandbox import tables as t
from tests.sandbox.addresses import add_shadows_below, remove_shadows_below
from tests.sandbox.panel import now
from tests.sandbox.passwords import SHORTEST
from tests.sandbox.reading import listing, wrap
from tests.sandbox.resources.domain_end import forget_domain
from tests.sandbox.resources.domain_profile import row_only, whole
from tests.sandbox.resources.users import language
from tests.sandbox.rights import check_new_domain
from tests.sandbox.routing import STATUS, YES_NO, Call, RefusedError, route
from tests.sandbox.rows import (
    CATCHALL,
    change,
    every,
    is_hosted,
    managed,
    one,
    put,
    remove,
    set_targets,
    set_values,
    targets,
    touch,
)
from tests.sandbox.rows import values as ldap_values
from tests.sandbox.wire import is_domain, is_mail

DOMAIN_PROFILES = tuple(
    "bcc relay catchall aliases throttle greylisting wblist spampolicy backupmx password_policies advanced".split()
)
USER_PROFILES = tuple("bcc forwarding relay aliases throttle greylisting wblist spampolicy".split())
PREFERENCES = tuple("personal_info forwarding wblist quarantine rcvd_mails spampolicy".split())
# PUT parameters to disable and to enable, the key in the settings, the vocabulary
_VOCABULARIES = (
    ("disableDomainProfile", "enableDomainProfile", "disabled_domain_profiles", DOMAIN_PROFILES),
    ("disableUserProfile", "enableUserProfile", "disabled_user_profiles", USER_PROFILES),
    ("disableUserPreference", "enableUserPreference", "disabled_user_preferences", PREFERENCES),
)
_SETTINGS = {
    "defaultQuota": "default_user_quota",
    "maxUserQuota": "max_user_quota",
    "minPasswordLength": "min_passwd_length",
    "maxPasswordLength": "max_passwd_length",
}
_COLUMNS = {
    "quota": "maxquota",
    "numberOfUsers": "mailboxes",
    "numberOfAliases": "aliases",
    "numberOfLists": "maillists",
}
_LISTS = "catchall addAliasDomain removeAliasDomain aliasDomains addService removeService services " + " ".join(
    f"{off} {on}" for off, on, _key, _names in _VOCABULARIES
)
_DEFAULT_TRANSPORT = "dovecot"


@route("GET", "/api/domains", choices={"name_only": ("yes",), "disabled_only": ("yes",)})
def profiles(call: Call) -> Any:
    """All domains the admin manages: names, or bare rows (SQL) or entries (LDAP)."""
    mine = set(managed(call.db, call.session.username))
    rows = [row for row in every(call.db, t.DOMAIN, "domain") if row["domain"] in mine]
    if call.shown("disabled_only"):
        rows = [row for row in rows if not row["active"]]
    if call.shown("name_only"):
        return [row["domain"] for row in rows]
    return listing(call, {row["domain"]: row_only(call, row) for row in rows}, "domains")


@route("GET", "/api/domain/<domain>")
def profile(call: Call) -> dict[str, Any]:
    """The row or entry with everything that is computed."""
    return wrap(call, whole(call, _existing(call)), call.domain)


@route(
    "POST",
    "/api/domain/<domain>",
    text="name quota language transport defaultQuota maxUserQuota numberOfUsers numberOfAliases numberOfLists",
    settings="language",
    own_rights=True,
)
def create(call: Call) -> None:
    """A new domain; parameters of PUT are silently ignored (panel/domains.md#creation).

    That of a normal admin is not active: nobody has verified yet that the domain is the admin's
    (panel/domains.md#ownership).
    """
    if not is_domain(call.domain):
        raise RefusedError("INVALID_DOMAIN_NAME")
    if not call.ldap and call.panel.shapes("number_of_lists", "ignored"):
        call.params.pop("numberOfLists", None)
    check_new_domain(call)
    if is_hosted(call.db, call.domain):
        raise RefusedError("ALREADY_EXISTS")
    kept: dict[str, Any] = {
        key: max(call.number(name), 0) for name, key in _SETTINGS.items() if name in ("defaultQuota", "maxUserQuota")
    }
    kept["default_language"] = language(call)
    row = {
        "domain": call.domain,
        "description": call.text("name"),
        "transport": call.text("transport") or _DEFAULT_TRANSPORT,
        "settings": settings.text_of(kept),
        "created": now(),
        "active": int(call.session.global_admin),
        **{column: call.number(name) for name, column in _COLUMNS.items()},
    }
    call.db.execute(insert(t.DOMAIN).values(**row))
    if call.ldap:
        set_values(call.db, call.domain, "enabledService", ["mail"])
    if not call.session.global_admin:
        call.db.execute(insert(t.DOMAIN_ADMINS).values(username=call.session.username, domain=call.domain))


@route(
    "PUT",
    "/api/domain/<domain>",
    text="name quota language transport minPasswordLength maxPasswordLength defaultQuota maxUserQuota numberOfUsers "
    "numberOfAliases senderBcc recipientBcc primarymx outboundRelay",
    lists=_LISTS,
    choices={"accountStatus": STATUS, "is_backupmx": YES_NO},
    settings="language",
    conflicts=[
        ("transport", "is_backupmx"),
        ("transport", "primarymx"),
        ("aliasDomains", "addAliasDomain"),
        ("aliasDomains", "removeAliasDomain"),
        ("services", "addService"),
        ("services", "removeService"),
    ],
    needs=[("primarymx", "is_backupmx")],
)
def update(call: Call) -> None:
    """What is sent replaces what is there."""
    row = _existing(call)
    kept = settings.parse(row["settings"])
    columns: dict[str, Any] = touch()
    if call.has("name"):
        columns["description"] = call.text("name")
    for name, column in _COLUMNS.items():
        if call.has(name) and name != "numberOfLists":
            columns[column] = call.number(name)
    if call.text("transport"):
        columns["transport"] = call.text("transport")
    if call.has("is_backupmx"):
        columns.update(_backup_mx(call))
    if call.has("accountStatus"):
        columns["active"] = call.status()
        if call.ldap:
            _domain_status(call, columns["active"])
    kept.update({key: max(call.number(name), 0) for name, key in _SETTINGS.items() if call.has(name)})
    if call.has("minPasswordLength") and not call.session.global_admin:
        kept["min_passwd_length"] = max(kept["min_passwd_length"], SHORTEST)
    if call.has("language"):
        kept["default_language"] = language(call)
    for off, on, key, vocabulary in _VOCABULARIES:
        if call.has(off, on):
            disabled = (set(kept.get(key, ())) | set(call.items(off))) - set(call.items(on))
            kept[key] = sorted(disabled & set(vocabulary))
    _services(call, kept)
    _elsewhere(call)
    change(call.db, t.DOMAIN, {**columns, "settings": settings.text_of(kept)}, domain=call.domain)


@route("DELETE", "/api/domain/<domain>")
@route("DELETE", "/api/domain/<domain>/keep_mailbox_days/<number>")
def delete(call: Call) -> None:
    """Everything of the domain goes; the messages stay on disk for the cron job (panel/domains.md#deletion)."""
    if not one(call.db, t.DOMAIN, domain=call.domain):
        if call.panel.shapes("delete_missing", "success"):
            return
        raise RefusedError(call.panel.shapes["no_domain"])
    forget_domain(call)


def _existing(call: Call) -> dict[str, Any]:
    row = one(call.db, t.DOMAIN, domain=call.domain)
    if row is None:
        raise RefusedError(call.panel.shapes["no_domain"])
    return row


def _backup_mx(call: Call) -> dict[str, Any]:
    """Backup MX and the transport to the primary one, looked up in the DNS when none is named.

    See panel/domains.md#backup-mx.
    """
    if call.text("is_backupmx") != "yes":
        return {"backupmx": 0, "transport": _DEFAULT_TRANSPORT}
    primary = call.text("primarymx")
    try:
        primary = f"[{ipaddress.ip_address(primary)}]:25"
    except ValueError:
        primary = primary or call.domain
    return {"backupmx": 1, "transport": "relay:" + primary}


def _domain_status(call: Call, active: int) -> None:
    """A disabled domain marks every account below it (panel/domains.md#status)."""
    for table, key in ((t.MAILBOX, "username"), (t.ALIAS, "address")):
        for row in every(call.db, table, key, domain=call.domain):
            set_values(call.db, row[key], "domainStatus", [] if active else ["disabled"])


def _services(call: Call, kept: dict[str, Any]) -> None:
    """On SQL only self-service, other names are silently ignored; LDAP takes any (panel/domains.md#services)."""
    current = ldap_values(call.db, call.domain, "enabledService") if call.ldap else kept.get("enabled_services", [])
    wanted = call.deltas("services", "addService", "removeService", current)
    if wanted is None:
        return
    if call.ldap:
        set_values(call.db, call.domain, "enabledService", sorted(wanted))
    else:
        kept["enabled_services"] = sorted(wanted & {"self-service"})


def _elsewhere(call: Call) -> None:
    """What is stored in other tables than the domain's own."""
    db, domain = call.db, call.domain
    for name, table in (("senderBcc", t.SENDER_BCC_DOMAIN), ("recipientBcc", t.RECIPIENT_BCC_DOMAIN)):
        address = call.text(name).lower()
        if call.has(name) and (not address or is_mail(address)):
            put(db, table, {"domain": domain}, {"bcc_address": address})
    if call.has("outboundRelay"):
        put(db, t.SENDER_RELAYHOST, {"account": "@" + domain}, {"relayhost": call.text("outboundRelay")})
    if call.has("catchall"):
        set_targets(db, domain, [mail for mail in call.items("catchall") if is_mail(mail)], CATCHALL)
    current = {row["alias_domain"] for row in every(db, t.ALIAS_DOMAIN, "alias_domain", target_domain=domain)}
    wanted = call.deltas("aliasDomains", "addAliasDomain", "removeAliasDomain", current)
    for name in current - (current if wanted is None else wanted):
        remove(db, t.ALIAS_DOMAIN, alias_domain=name)
        if call.ldap:
            remove_shadows_below(db, domain, name)
    for name in sorted((wanted or set()) - current):
        if is_domain(name) and not is_hosted(db, name):
            db.execute(insert(t.ALIAS_DOMAIN).values(alias_domain=name, target_domain=domain, created=now()))
            if call.ldap:
                add_shadows_below(db, domain, name)


def catchall(call: Call) -> list[str]:
    """The catch-all addresses of the domain in the path."""
    return targets(call.db, call.domain, CATCHALL)

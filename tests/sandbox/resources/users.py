# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail users: endpoints and what they store (panel/users.md)."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import insert

from tests.sandbox import settings
from tests.sandbox import tables as t
from tests.sandbox.addresses import add_shadows, deliverable, forget_mailbox, own_shadows
from tests.sandbox.panel import now
from tests.sandbox.passwords import UNKNOWN_TO_DOVECOT, complaints, hashed, scheme_of, supported
from tests.sandbox.reading import listing, names, wrap
from tests.sandbox.resources.aliases import new_address
from tests.sandbox.resources.limits import checked_quota, new_account
from tests.sandbox.resources.mailboxes import PLACE, keep, new_maildir, split_maildir
from tests.sandbox.resources.settings_end import forget_settings
from tests.sandbox.resources.user_profile import PERSON, rows_only, whole
from tests.sandbox.resources.user_services import new_services, set_services
from tests.sandbox.routing import STATUS, YES_NO, Call, RefusedError, route
from tests.sandbox.rows import (
    ALIAS,
    FORWARD,
    alias_addresses,
    change,
    enable_links,
    every,
    is_taken,
    link,
    list_of,
    names_of,
    one,
    put,
    remove,
    set_targets,
    set_values,
    targets,
    touch,
)
from tests.sandbox.wire import domain_of, is_mail

_FORMATS = ("maildir", "mdbox", "sdbox")
# Languages the panel ships, as far as the sandbox cares; others are stored as '' (panel/values.md#language)
LANGUAGES = ("en_US", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL", "pt_BR", "ru_RU", "zh_CN", "zh_TW")
_TRIO = (
    "forwarding addForwarding removeForwarding",
    "aliases addAlias removeAlias",
    "services addService removeService",
)


def language(call: Call) -> str:
    """The language as stored."""
    return call.text("language") if call.text("language") in LANGUAGES else ""


@route("GET", "/api/user/<mail>")
def profile(call: Call) -> dict[str, Any]:
    """The row or entry with everything that is computed."""
    return wrap(call, whole(call, _existing(call)), call.mail)


@route("GET", "/api/users/<domain>", choices={"email_only": ("yes",), "disabled_only": ("yes",)})
def profiles(call: Call) -> Any:
    """All users of a domain: addresses, bare rows (SQL) or entries (LDAP); an unknown domain has none."""
    where = (t.MAILBOX, "username", call.domain, call.shown("disabled_only"))
    if call.shown("email_only"):
        return names(call, names_of(call.db, *where))
    rows = list_of(call.db, *where)
    return listing(call, rows_only(call, rows), "lists")


@route(
    "POST",
    "/api/user/<mail>",
    text="name password password_hash language quota mailboxFolder maildir",
    choices={"mailboxFormat": _FORMATS},
    settings="",
    conflicts=[("password", "password_hash")],
)
def create(call: Call) -> None:
    """A new mailbox, always active, that keeps what it receives (panel/users.md#creation)."""
    domain = new_account(call, "mailboxes")
    limits = settings.parse(domain["settings"])
    quota = call.number("quota")
    if not quota and (call.ldap or not call.has("quota")):
        quota = limits.get("default_user_quota", 0)
    place = split_maildir(call.text("maildir")) if call.text("maildir") else new_maildir(call.mail)
    row = {
        "username": call.mail,
        "domain": call.domain,
        "name": call.text("name") or (call.mail.partition("@")[0] if call.ldap else ""),
        "last_name": call.mail.partition("@")[0] if call.ldap else "",
        "password": _password(call, limits),
        "language": language(call),
        "quota": checked_quota(call, domain, limits, quota),
        "mailboxformat": _format(call) or "maildir",
        "mailboxfolder": _folder(call) or "Maildir",
        **dict(zip(PLACE, place, strict=True)),
        "passwordlastchange": now(),
        "created": now(),
    }
    call.db.execute(insert(t.MAILBOX).values(**row))
    link(call.db, call.mail, call.mail, FORWARD)
    if call.ldap:
        set_values(call.db, call.mail, "enabledService", new_services())
        add_shadows(call.db, {call.mail: 1})


@route(
    "PUT",
    "/api/user/<mail>",
    text="name gn sn password password_hash quota language employeeid transport senderBcc recipientBcc "
    "mailboxFolder maildir",
    lists=" ".join(_TRIO) + " telephoneNumber mobile",
    choices={"accountStatus": STATUS, "isGlobalAdmin": YES_NO, "mailboxFormat": _FORMATS},
    ldap="telephoneNumber mobile",
    conflicts=[("password", "password_hash")]
    + [(trio.split()[0], other) for trio in _TRIO for other in trio.split()[1:]],
)
def update(call: Call) -> None:
    """What is sent replaces what is there, in this order; a refusal in the middle leaves what was before it."""
    row = _existing(call)
    _check_global_admin(call, row)
    sent = _named(call)
    domain = one(call.db, t.DOMAIN, domain=call.domain) or {}
    limits = settings.parse(domain.get("settings"))
    values: dict[str, Any] = touch()
    columns = {
        "name": "name",
        "gn": "first_name",
        "sn": "last_name",
        "employeeid": "employeeid",
        "transport": "transport",
    }
    if not call.ldap and call.panel.shapes("person_columns", "missing"):
        columns = {name: column for name, column in columns.items() if column not in PERSON}
    values.update({column: call.text(name) for name, column in columns.items() if name in sent})
    if call.has("language"):
        values["language"] = language(call)
    if call.has("quota"):
        values["quota"] = checked_quota(call, domain, limits, call.number("quota"))
    if _format(call):
        values["mailboxformat"] = _format(call)
    if _folder(call):
        values["mailboxfolder"] = _folder(call)
    if call.text("maildir"):
        values.update(zip(PLACE, split_maildir(call.text("maildir")), strict=True))
    if call.has("password", "password_hash"):
        values.update(password=_password(call, limits), passwordlastchange=now())
    if call.has("isGlobalAdmin"):
        values.update(_global_admin(call))
    if call.has("accountStatus"):
        values["active"] = call.status()
        enable_links(call.db, call.mail, values["active"])
    active = values.get("active", row["active"])
    wanted = call.deltas("forwarding", "addForwarding", "removeForwarding", targets(call.db, call.mail, FORWARD))
    _check_own_address(call)
    if wanted is not None:
        set_targets(call.db, call.mail, deliverable(call.db, wanted, call.domain), FORWARD, active)
    _aliases(call, active)
    _bcc(call)
    set_services(call, values)
    if call.ldap:
        for name in ("telephoneNumber", "mobile"):
            if call.has(name):
                set_values(call.db, call.mail, name, [one for one in call.items(name, lower=False) if one.isascii()])
    change(call.db, t.MAILBOX, values, username=call.mail)


@route("DELETE", "/api/user/<mail>")
@route("DELETE", "/api/user/<mail>/keep_mailbox_days/<number>")
def delete(call: Call) -> None:
    """Succeeds, also when nothing was there (or not: a shape); the messages stay on disk for the cron job."""
    row = one(call.db, t.MAILBOX, username=call.mail)
    if row is None:
        if call.panel.shapes("delete_missing", "success"):
            return
        raise RefusedError("NO_SUCH_ACCOUNT")
    keep(call, row)
    forget_mailbox(call.db, call.mail)
    if call.panel.shapes("user_settings", "deleted"):
        forget_settings(call, call.mail)


@route("POST", "/api/user/<mail>/change_email/<new>")
def change_email(call: Call) -> None:
    """Rename within the domain; the mailbox on disk stays where it is."""
    _existing(call)
    new_address(call)


@route(
    "PUT",
    "/api/users/<domain>",
    text="password language transport",
    choices={"accountStatus": STATUS},
)
def update_all(call: Call) -> None:
    """The same values for every user of a domain (panel/users.md#all-users-of-a-domain)."""
    domain = one(call.db, t.DOMAIN, domain=call.domain)
    if domain is None:
        raise RefusedError(call.panel.shapes["no_domain"])
    values: dict[str, Any] = touch()
    if call.has("password"):
        values.update(password=_password(call, settings.parse(domain["settings"])), passwordlastchange=now())
    if call.has("language"):
        values["language"] = language(call)
    if call.has("transport"):
        values["transport"] = call.text("transport")
    if call.has("accountStatus"):
        values["active"] = call.status()
        for row in list_of(call.db, t.MAILBOX, "username", call.domain, False):
            enable_links(call.db, row["username"], values["active"])
    change(call.db, t.MAILBOX, values, domain=call.domain)


def _existing(call: Call) -> dict[str, Any]:
    row = one(call.db, t.MAILBOX, username=call.mail)
    if row is None:
        raise RefusedError("NO_SUCH_ACCOUNT" if call.ldap else call.panel.shapes["no_account"])
    return row


def _named(call: Call) -> set[str]:
    """The parameters that count. No LDAP entry is without cn and sn; a switch says what then (panel/ldap.md#user)."""
    empty = [name for name in ("name", "sn") if call.has(name) and not call.text(name)] if call.ldap else []
    if empty and call.panel.shapes("empty_names", "refused"):
        info = f"object class 'inetOrgPerson' requires attribute '{'cn' if 'name' in empty else 'sn'}'"
        said = {"result": 65, "desc": "Object class violation", "info": info}
        raise RefusedError(f"OBJECT_CLASS_VIOLATION({said!r})")
    return set(call.params) - set(empty if call.panel.shapes("empty_names", "ignored") else ())


def _check_own_address(call: Call) -> None:
    """Adding the own address where it is shown already meets the unique key (panel/users.md#forwarding)."""
    shown = not call.ldap and call.panel.shapes("self_forwarding", "shown")
    if shown and call.mail in call.items("addForwarding") and call.mail in targets(call.db, call.mail, FORWARD):
        pair = f"{call.mail}-{call.mail}"
        raise RefusedError(f"""IntegrityError(1062, "Duplicate entry '{pair}' for key 'address'")""")


def _password(call: Call, limits: dict[str, Any]) -> str:
    if call.text("password_hash"):
        if not supported(call.text("password_hash")):
            raise RefusedError("INVALID_PASSWORD_SCHEME")
        scheme = scheme_of(call.text("password_hash"))
        if scheme in UNKNOWN_TO_DOVECOT:
            call.ruin("user", call.mail, f"Dovecot does not know {{{scheme}}}, and nobody can log in")
        return call.text("password_hash")
    wrong = complaints(call.text("password"), limits.get("min_passwd_length", 0), limits.get("max_passwd_length", 0))
    if wrong:
        raise RefusedError(wrong)
    return hashed(call.text("password"))


def _format(call: Call) -> str:
    wanted = call.text("mailboxFormat").lower()
    return wanted if wanted in _FORMATS else ""


def _folder(call: Call) -> str:
    wanted = call.text("mailboxFolder")
    return wanted if re.fullmatch("[a-zA-Z0-9]{1,20}", wanted) else ""


def _check_global_admin(call: Call, row: dict[str, Any]) -> None:
    """Normal admins neither change a global one nor make one (panel/login.md#normal-admins; when, is inferred)."""
    if not call.session.global_admin and row["isglobaladmin"]:
        raise RefusedError("PERMISSION_DENIED_UPDATE_GLOBAL_ADMIN_PROFILE")
    if not call.session.global_admin and call.has("isGlobalAdmin"):
        raise RefusedError("PERMISSION_DENIED")


def _global_admin(call: Call) -> dict[str, int]:
    yes = call.text("isGlobalAdmin") == "yes"
    remove(call.db, t.DOMAIN_ADMINS, username=call.mail, domain="ALL")
    if yes:
        call.db.execute(insert(t.DOMAIN_ADMINS).values(username=call.mail, domain="ALL", created=now()))
    left = one(call.db, t.DOMAIN_ADMINS, username=call.mail)
    if not left:
        remove(call.db, t.LDAP_VALUES, entry=call.mail, attribute="enabledService", value="domainadmin")
    return {"isglobaladmin": int(yes), "isadmin": int(left is not None)}


def _aliases(call: Call, active: int) -> None:
    """Alias addresses: taken ones are silently left out, and those of other domains.

    Own are the user's domain and its alias domains (panel/users.md#alias-addresses: the setting for others is off).
    """
    current = set(alias_addresses(call.db, call.mail))
    wanted = call.deltas("aliases", "addAlias", "removeAlias", current)
    if wanted is None:
        return
    if call.ldap and call.panel.shapes("shadow_addresses", "kept"):
        wanted |= current & own_shadows(call.db, call.mail)
    for mail in current - wanted:
        remove(call.db, t.FORWARDINGS, address=mail, forwarding=call.mail, is_alias=1)
    others = every(call.db, t.ALIAS_DOMAIN, "alias_domain", target_domain=call.domain)
    own = {call.domain, *(row["alias_domain"] for row in others)}
    for mail in sorted(wanted - current):
        if is_mail(mail) and domain_of(mail) in own and not is_taken(call.db, mail):
            link(call.db, mail, call.mail, ALIAS, active)


def _bcc(call: Call) -> None:
    for name, table in (("senderBcc", t.SENDER_BCC_USER), ("recipientBcc", t.RECIPIENT_BCC_USER)):
        address = call.text(name).lower()
        if call.has(name) and (not address or is_mail(address)):
            key = {"username": call.mail}
            remove(call.db, table, **key)
            if address:
                put(call.db, table, key, {"bcc_address": address, "domain": call.domain})

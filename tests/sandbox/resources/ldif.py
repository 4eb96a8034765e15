# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LDIF exports: only on LDAP; raw, so with the password hashes (panel/ldif.md; entries: panel/ldap.md)."""

from __future__ import annotations

import base64
import re
from typing import Any

from tests.sandbox import settings
from tests.sandbox import tables as t
from tests.sandbox.answers import Answer
from tests.sandbox.reading import ADMIN, ALIAS, EXTERNAL, LIST, dn, ldap_profile
from tests.sandbox.resources.aliases import moderators_of
from tests.sandbox.resources.domain_profile import row_only
from tests.sandbox.resources.domains import catchall
from tests.sandbox.resources.mailboxes import joined
from tests.sandbox.resources.maillists import members
from tests.sandbox.resources.mls import attributes, is_subscribable
from tests.sandbox.resources.user_profile import MEGABYTE
from tests.sandbox.routing import Call, RefusedError, route
from tests.sandbox.rows import FORWARD, MEMBER, alias_addresses, every, one, targets, values

Entry = dict[str, Any]
# What LDIF may hold as it is (RFC 2849); the password is never shown plainly
_SAFE = re.compile(r"[\x21-\x39\x3b\x3d-\x7e][\x20-\x7e]*(?<! )")
_WIDTH = 76


@route("GET", "/api/ldif/domain/<domain>", backend="ldap")
def domain(call: Call) -> Any:
    """The entry of a domain."""
    row = one(call.db, t.DOMAIN, domain=call.domain)
    return _export(call, [] if row is None else [(dn(call.domain), _domain(call, row))])


@route("GET", "/api/ldif/catchall/<domain>", backend="ldap")
def catchall_account(call: Call) -> Any:
    """The entry ``mail=@<domain>``, when there are catch-all addresses."""
    name = "@" + call.domain
    found = {
        **_classes("inetOrgPerson mailUser"),
        **dict.fromkeys(("uid", "cn", "sn"), "catch-all"),
        "mail": name,
        "accountStatus": "active",
        "mailForwardingAddress": catchall(call),
    }
    return _export(call, [(dn(name), found)] if catchall(call) else [])


@route("GET", "/api/ldif/admin/<mail>", backend="ldap", global_only=True)
def admin(call: Call) -> Any:
    """The entry of a standalone admin."""
    row = one(call.db, t.ADMIN, username=call.mail)
    return _export(call, [] if row is None else [(dn(call.mail, ADMIN), _admin(call, row))])


@route("GET", "/api/ldif/user/<mail>", backend="ldap")
def user(call: Call) -> Any:
    """The entry of a user, with the hash of the password."""
    row = one(call.db, t.MAILBOX, username=call.mail)
    return _export(call, [] if row is None else [(dn(call.mail), _user(call, row))])


@route("GET", "/api/ldif/alias/<mail>", backend="ldap")
def alias(call: Call) -> Any:
    """The entry of a mail alias."""
    row = one(call.db, t.ALIAS, address=call.mail)
    if row is None:
        return _export(call, [])
    found = {
        **_classes("mailAlias"),
        "mail": call.mail,
        "cn": row["name"],
        "accountStatus": _status(row),
        "enabledService": ["mail", "deliver"],
        "accessPolicy": row["accesspolicy"],
        "listModerator": moderators_of(call),
        "shadowAddress": alias_addresses(call.db, call.mail),
        "mailForwardingAddress": targets(call.db, call.mail, MEMBER),
    }
    return _export(call, [(dn(call.mail, ALIAS), found)])


@route("GET", "/api/ldif/maillist/<mail>", backend="ldap")
def maillist(call: Call) -> Any:
    """The entry of a list of either kind; members outside of this server have an entry (panel/maillists.md#members)."""
    row = one(call.db, t.MAILLISTS, address=call.mail)
    if row is None:
        return _export(call, [])
    found = {**_classes("mailList"), **attributes(call, row)}
    if not is_subscribable(row):
        found["hasMember"] = "yes" if members(call) else "no"
    entries = [(dn(call.mail, LIST), found)]
    outside = values(call.db, call.mail, "mailExternalUser")
    if outside:
        found = {**_classes("mailExternalUser"), "memberOfGroup": call.mail, "mail": outside}
        entries.append((dn(call.mail, EXTERNAL), found))
    return _export(call, entries)


def _export(call: Call, entries: list[tuple[str, Entry]]) -> Any:
    """The text as ``_data``, or as the body (panel/ldif.md#answer: unknown)."""
    if not entries and not call.panel.shapes("ldif_missing", "empty"):
        raise RefusedError("NO_SUCH_ACCOUNT")
    text = "".join(_entry(name, found) for name, found in entries)
    return Answer(text, mimetype="text/plain") if call.panel.shapes("ldif", "text") else text


def _entry(name: str, found: Entry) -> str:
    lines = [_line("dn", name)]
    for key, several in ldap_profile(found, {}).items():
        lines += [_line(key, value) for value in several]
    return "".join(lines) + "\n"


def _line(key: str, value: str) -> str:
    if key != "userPassword" and _SAFE.fullmatch(value):
        line = f"{key}: {value}"
    else:
        line = f"{key}:: {base64.b64encode(value.encode()).decode()}"
    rest = [" " + line[start : start + _WIDTH - 1] for start in range(_WIDTH, len(line), _WIDTH - 1)]
    return "".join(piece + "\n" for piece in [line[:_WIDTH], *rest])


def _classes(names: str) -> Entry:
    return {"objectClass": names.split()}


def _status(row: dict[str, Any]) -> str:
    return "active" if row["active"] else "disabled"


def _domain(call: Call, row: dict[str, Any]) -> Entry:
    name = row["domain"]
    others = every(call.db, t.ALIAS_DOMAIN, "alias_domain", target_domain=name)
    admins = every(call.db, t.DOMAIN_ADMINS, "username", domain=name)
    found = {**_classes("mailDomain"), **row_only(call, row)}
    found["domainAliasName"] = [other["alias_domain"] for other in others]
    found["domainAdmin"] = [man["username"] for man in admins]
    setting = found.get("accountSetting", [])
    if isinstance(setting, str):
        found["accountSetting"] = setting.split(";")
    elif isinstance(setting, dict):
        found["accountSetting"] = settings.pairs_of(setting)
    return found


def _admin(call: Call, row: dict[str, Any]) -> Entry:
    everywhere = one(call.db, t.DOMAIN_ADMINS, username=call.mail, domain="ALL")
    return {
        **_classes("mailAdmin"),
        "mail": call.mail,
        "cn": row["name"],
        "userPassword": row["password"],
        "accountStatus": _status(row),
        "preferredLanguage": row["language"],
        "domainGlobalAdmin": "yes" if everywhere else None,
        "accountSetting": settings.pairs_of(settings.parse(row["settings"])),
    }


def _user(call: Call, row: dict[str, Any]) -> Entry:
    mail = row["username"]
    stored = ("enabledService", "telephoneNumber", "mobile", "memberOfGroup", "domainStatus")
    return {
        **_classes("inetOrgPerson mailUser shadowAccount amavisAccount"),
        "mail": mail,
        "uid": mail.partition("@")[0],
        "cn": row["name"],
        "sn": row["last_name"],
        "givenName": row["first_name"],
        "userPassword": row["password"],
        "mailQuota": row["quota"] * MEGABYTE or None,
        "homeDirectory": joined(row),
        "accountStatus": _status(row),
        "preferredLanguage": row["language"],
        "employeeNumber": row["employeeid"],
        "mtaTransport": row["transport"],
        "shadowAddress": alias_addresses(call.db, mail),
        "mailForwardingAddress": targets(call.db, mail, FORWARD),
        **{name: values(call.db, mail, name) for name in stored},
    }

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""iRedMail's tables with their own column names and defaults (panel/columns-vmail.md).

The LDAP personality is kept in the same tables; what only a directory can hold is in ``ldap_values``.
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

META = MetaData()
EPOCH = datetime.datetime(1970, 1, 1, 1, 1, 1)
NEVER = datetime.datetime(9999, 12, 31)

# Services with a column in table mailbox: there is none for smtptls and managesievetls (panel/users.md#services)
SERVICE_COLUMNS = tuple(
    "smtp smtpsecured pop3 pop3secured pop3tls imap imapsecured imaptls deliver lda managesieve managesievesecured "
    "sieve sievesecured sievetls internal doveadm lib-storage quota-status indexer-worker lmtp dsync sogo".split()
)
SOGO_COLUMNS = ("sogowebmail", "sogocalendar", "sogoactivesync")


def _text(names: str, length: int = 255, default: str = "") -> list[Column[Any]]:
    return [Column(name, String(length), nullable=False, default=default) for name in names.split()]


def _int(names: str, default: int = 0, kind: Any = Integer) -> list[Column[Any]]:
    return [Column(name, kind, nullable=False, default=default) for name in names.split()]


def _null(names: str, kind: Any = Text) -> list[Column[Any]]:
    return [Column(name, kind, nullable=True) for name in names.split()]


def _key(name: str) -> Column[Any]:
    return Column(name, String(255), primary_key=True)


def _id() -> Column[Any]:
    return Column("id", Integer, primary_key=True, autoincrement=True)


def _dates(more: str = "") -> list[Column[Any]]:
    dates = [Column(name, DateTime, nullable=False, default=EPOCH) for name in ["created", "modified", *more.split()]]
    return [*dates, Column("expired", DateTime, nullable=False, default=NEVER), *_int("active", 1)]


DOMAIN = Table(
    "domain",
    META,
    _key("domain"),
    *_null("description disclaimer"),
    *_int("aliases mailboxes maillists"),
    *_int("maxquota quota", kind=BigInteger),
    *_text("transport", default="dovecot"),
    *_int("backupmx"),
    *_null("settings"),
    *_dates(),
)
ALIAS_DOMAIN = Table("alias_domain", META, _key("alias_domain"), *_text("target_domain"), *_dates())
ADMIN = Table(
    "admin",
    META,
    _key("username"),
    *_text("password name"),
    *_text("language", 5),
    *_null("settings"),
    *_dates("passwordlastchange"),
)
DOMAIN_ADMINS = Table("domain_admins", META, _key("username"), _key("domain"), *_dates())
MAILBOX = Table(
    "mailbox",
    META,
    _key("username"),
    *_text("password name"),
    *_text("language", 5),
    *_text("first_name last_name mobile telephone recovery_email"),
    *_text("birthday", default="0001-01-01"),
    *_text("mailboxformat", 50, "maildir"),
    *_text("mailboxfolder", 50, "Maildir"),
    *_text("storagebasedirectory storagenode maildir"),
    *_int("quota", kind=BigInteger),
    *_text("domain transport department"),
    *_text("rank", default="normal"),
    *_text("employeeid"),
    *_int("isadmin isglobaladmin"),
    *[column for service in SERVICE_COLUMNS for column in _int("enable" + service, 1)],
    *[column for service in SOGO_COLUMNS for column in _text("enable" + service, 1, "y")],
    *_null("allow_nets disclaimer settings"),
    *_dates("passwordlastchange"),
)
FORWARDINGS = Table(
    "forwardings",
    META,
    _id(),
    *_text("address forwarding domain dest_domain"),
    *_int("is_maillist is_list is_forwarding is_alias"),
    *_int("active", 1),
    UniqueConstraint("address", "forwarding"),
)
ALIAS = Table("alias", META, _key("address"), *_text("name"), *_text("accesspolicy", 30), *_text("domain"), *_dates())
MODERATORS = Table("moderators", META, _id(), *_text("address moderator domain dest_domain"))
MAILLISTS = Table(
    "maillists",
    META,
    _id(),
    Column("address", String(255), nullable=False, unique=True),
    *_text("domain transport"),
    *_text("accesspolicy", 30),
    *_int("maxmsgsize", kind=BigInteger),
    *_text("name"),
    *_null("description"),
    Column("mlid", String(36), nullable=False, unique=True),
    *_int("is_newsletter"),
    *_null("settings"),
    *_dates(),
)
MAILLIST_OWNERS = Table("maillist_owners", META, _id(), *_text("address owner domain dest_domain"))
SENDER_BCC_DOMAIN = Table("sender_bcc_domain", META, _key("domain"), *_text("bcc_address"), *_dates())
RECIPIENT_BCC_DOMAIN = Table("recipient_bcc_domain", META, _key("domain"), *_text("bcc_address"), *_dates())
SENDER_BCC_USER = Table("sender_bcc_user", META, _key("username"), *_text("bcc_address domain"), *_dates())
RECIPIENT_BCC_USER = Table("recipient_bcc_user", META, _key("username"), *_text("bcc_address domain"), *_dates())
SENDER_RELAYHOST = Table(
    "sender_relayhost", META, _id(), Column("account", String(255), nullable=False, unique=True), *_text("relayhost")
)
USED_QUOTA = Table("used_quota", META, _key("username"), *_int("bytes messages", kind=BigInteger), *_text("domain"))
LAST_LOGIN = Table("last_login", META, _key("username"), *_text("domain"), *_null("imap pop3 lda", Integer))
DELETED_MAILBOXES = Table(
    "deleted_mailboxes",
    META,
    _id(),
    *_text("username domain maildir"),
    *_int("bytes messages", kind=BigInteger),
    *_text("admin"),
    *_null("delete_date", String(10)),
)

# Amavisd (panel/sql.md#amavisd)
POLICY_FLAGS = (
    "virus_lover spam_lover unchecked_lover banned_files_lover bad_header_lover "
    "bypass_virus_checks bypass_spam_checks bypass_banned_checks bypass_header_checks"
)
POLICY = Table(
    "policy",
    META,
    _id(),
    Column("policy_name", String(255), nullable=False, unique=True),
    *_null(POLICY_FLAGS, String(1)),
    *_null("virus_quarantine_to spam_quarantine_to banned_quarantine_to bad_header_quarantine_to", String(64)),
    *_null("spam_tag_level spam_tag2_level spam_tag3_level spam_kill_level", Float),
    *_null("spam_subject_tag spam_subject_tag2 spam_subject_tag3", String(64)),
    *_null("message_size_limit", Integer),
    *_null("banned_rulenames", String(64)),
)
USERS = Table(
    "users",
    META,
    _id(),
    *_int("priority", 7),
    *_int("policy_id", 0),
    Column("email", String(255), nullable=False, unique=True),
    *_null("fullname", String(255)),
)
MAILADDR = Table(
    "mailaddr", META, _id(), *_int("priority", 7), Column("email", String(255), nullable=False, unique=True)
)
WBLIST = Table(
    "wblist", META, Column("rid", Integer, primary_key=True), Column("sid", Integer, primary_key=True), *_text("wb", 10)
)
OUTBOUND_WBLIST = Table(
    "outbound_wblist",
    META,
    Column("rid", Integer, primary_key=True),
    Column("sid", Integer, primary_key=True),
    *_text("wb", 10),
)

# iRedAPD (panel/sql.md#iredapd)
THROTTLE = Table(
    "throttle",
    META,
    _id(),
    *_text("account"),
    *_text("kind", 10, "outbound"),
    *_int("priority period"),
    *_int("msg_size max_msgs max_quota max_rcpts", -1, BigInteger),
    UniqueConstraint("account", "kind"),
)
GREYLISTING = Table(
    "greylisting",
    META,
    _id(),
    *_text("account", 100),
    *_int("priority"),
    *_text("sender", 100),
    *_int("sender_priority"),
    *_text("comment"),
    *_int("active", 1),
    UniqueConstraint("account", "sender"),
)
GREYLISTING_WHITELISTS = Table(
    "greylisting_whitelists",
    META,
    _id(),
    *_text("account sender", 100),
    *_text("comment"),
    UniqueConstraint("account", "sender"),
)
GREYLISTING_WHITELIST_DOMAINS = Table(
    "greylisting_whitelist_domains", META, _id(), Column("domain", String(255), nullable=False, unique=True)
)
GREYLISTING_WHITELIST_DOMAIN_SPF = Table(
    "greylisting_whitelist_domain_spf", META, _id(), *_text("account sender", 100), *_text("comment")
)

# The sandbox's own: LDAP attributes without an SQL column (enabledService, telephoneNumber, members of lists ...)
LDAP_VALUES = Table("ldap_values", META, _id(), *_text("entry attribute"), Column("value", Text, nullable=False))
# The sandbox's own: what mlmmj keeps in files, as JSON
MLMMJ = Table("mlmmj", META, _key("address"), Column("profile", Text, nullable=False))
MLMMJ_SUBSCRIBERS = Table("mlmmj_subscribers", META, _key("address"), _key("mail"), _key("subscription"))

#: what has an address in one of the server's domains, by its name in paths: its table, and the column with the address
ACCOUNTS: dict[str, tuple[Table, str]] = {
    "user": (MAILBOX, "username"),
    "alias": (ALIAS, "address"),
    "ml": (MAILLISTS, "address"),
    "maillist": (MAILLISTS, "address"),
}
#: the same places, each once
ACCOUNT_TABLES = tuple(dict.fromkeys(ACCOUNTS.values()))

# Keys marked MUL in panel/columns-vmail.md and panel/columns-settings.md, as far as a query of the sandbox looks for
# them; and the same for its own tables
for _table, _columns in (
    (ALIAS_DOMAIN, "target_domain"),
    (DOMAIN_ADMINS, "domain"),
    (MAILBOX, "domain"),
    (FORWARDINGS, "forwarding domain dest_domain"),
    (ALIAS, "domain"),
    (MODERATORS, "address moderator"),
    (MAILLISTS, "domain"),
    (MAILLIST_OWNERS, "address"),
    (SENDER_BCC_USER, "bcc_address domain"),
    (RECIPIENT_BCC_USER, "bcc_address domain"),
    (MLMMJ_SUBSCRIBERS, "mail"),
):
    for _column in _columns.split():
        Index(f"ix_{_table.name}_{_column}", _table.c[_column])
Index("ix_ldap_values_entry", LDAP_VALUES.c.entry, LDAP_VALUES.c.attribute)
Index("ix_ldap_values_value", LDAP_VALUES.c.value, LDAP_VALUES.c.attribute, mysql_length={"value": 191})

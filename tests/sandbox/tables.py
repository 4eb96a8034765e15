# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""iRedMail's tables with their own column names and defaults (panel/columns-vmail.md).

The LDAP personality is kept in the same tables; what only a directory can hold is in ``ldap_values``.
"""

from __future__ import annotations

import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
)

from tests.sandbox.columns import Bytes, dates, ident, key, null, number, prose, refuse_null, text

META = MetaData()

# Services with a column in table mailbox: there is none for smtptls and managesievetls (panel/users.md#services)
SERVICE_COLUMNS = tuple(
    "smtp smtpsecured pop3 pop3secured pop3tls imap imapsecured imaptls deliver lda managesieve managesievesecured "
    "sieve sievesecured sievetls internal doveadm lib-storage quota-status indexer-worker lmtp dsync sogo".split()
)
SOGO_COLUMNS = ("sogowebmail", "sogocalendar", "sogoactivesync")

DOMAIN = Table(
    "domain",
    META,
    key("domain"),
    *prose("description disclaimer"),
    *number("aliases mailboxes maillists"),
    *number("maxquota quota", kind=BigInteger),
    *text("transport", default="dovecot"),
    *number("backupmx"),
    *prose("settings"),
    *dates(),
)
ALIAS_DOMAIN = Table("alias_domain", META, key("alias_domain"), *text("target_domain"), *dates(expires=False))
ADMIN = Table(
    "admin",
    META,
    key("username"),
    *text("password name"),
    *text("language", 5),
    *prose("settings"),
    *dates("passwordlastchange"),
)
DOMAIN_ADMINS = Table("domain_admins", META, key("username"), key("domain"), *dates())
MAILBOX = Table(
    "mailbox",
    META,
    key("username"),
    *text("password name"),
    *text("language", 5),
    *text("first_name last_name mobile telephone recovery_email"),
    Column("birthday", Date, nullable=False, default=datetime.date(1, 1, 1)),
    *text("mailboxformat", 50, "maildir"),
    *text("mailboxfolder", 50, "Maildir"),
    *text("storagebasedirectory storagenode maildir"),
    *number("quota", kind=BigInteger),
    *text("domain transport department"),
    *text("rank", default="normal"),
    *text("employeeid"),
    *number("isadmin isglobaladmin"),
    *[column for service in SERVICE_COLUMNS for column in number("enable" + service, 1)],
    *[column for service in SOGO_COLUMNS for column in text("enable" + service, 1, "y")],
    *null("allow_nets"),
    *prose("disclaimer settings"),
    *dates("passwordlastchange"),
)
FORWARDINGS = Table(
    "forwardings",
    META,
    ident(),
    *text("address forwarding domain dest_domain"),
    *number("is_maillist is_list is_forwarding is_alias"),
    *number("active", 1),
    UniqueConstraint("address", "forwarding"),
)
ALIAS = Table("alias", META, key("address"), *text("name"), *text("accesspolicy", 30), *text("domain"), *dates())
MODERATORS = Table(
    "moderators",
    META,
    ident(),
    *text("address moderator domain dest_domain"),
    UniqueConstraint("address", "moderator"),
)
MAILLISTS = Table(
    "maillists",
    META,
    ident(),
    Column("address", String(255), nullable=False, unique=True),
    *text("domain transport"),
    *text("accesspolicy", 30),
    *number("maxmsgsize", kind=BigInteger),
    *text("name"),
    *prose("description"),
    Column("mlid", String(36), nullable=False, unique=True),
    *number("is_newsletter"),
    *prose("settings"),
    *dates(),
)
MAILLIST_OWNERS = Table(
    "maillist_owners",
    META,
    ident(),
    *text("address owner domain dest_domain"),
    UniqueConstraint("address", "owner"),
)
SENDER_BCC_DOMAIN = Table("sender_bcc_domain", META, key("domain"), *text("bcc_address"), *dates())
RECIPIENT_BCC_DOMAIN = Table("recipient_bcc_domain", META, key("domain"), *text("bcc_address"), *dates())
SENDER_BCC_USER = Table("sender_bcc_user", META, key("username"), *text("bcc_address domain"), *dates())
RECIPIENT_BCC_USER = Table("recipient_bcc_user", META, key("username"), *text("bcc_address domain"), *dates())
SENDER_RELAYHOST = Table(
    "sender_relayhost", META, ident(), Column("account", String(255), nullable=False, unique=True), *text("relayhost")
)
USED_QUOTA = Table("used_quota", META, key("username"), *number("bytes messages", kind=BigInteger), *text("domain"))
LAST_LOGIN = Table("last_login", META, key("username"), *text("domain"), *null("imap pop3 lda", Integer))
DELETED_MAILBOXES = Table(
    "deleted_mailboxes",
    META,
    ident(),
    Column("timestamp", DateTime, nullable=False, default=func.current_timestamp()),
    *text("username domain maildir"),
    *number("bytes messages", kind=BigInteger),
    *text("admin"),
    *null("delete_date", Date),
)

# Amavisd (panel/sql.md#amavisd)
POLICY_FLAGS = (
    "virus_lover spam_lover unchecked_lover banned_files_lover bad_header_lover "
    "bypass_virus_checks bypass_spam_checks bypass_banned_checks bypass_header_checks"
)
POLICY = Table(
    "policy",
    META,
    ident(),
    Column("policy_name", String(255), nullable=False, unique=True),
    *null(POLICY_FLAGS, String(1)),
    *null(
        "virus_quarantine_to spam_quarantine_to banned_quarantine_to unchecked_quarantine_to "
        "bad_header_quarantine_to clean_quarantine_to archive_quarantine_to",
        String(64),
    ),
    *null(
        "spam_tag_level spam_tag2_level spam_tag3_level spam_kill_level spam_dsn_cutoff_level "
        "spam_quarantine_cutoff_level",
        Float,
    ),
    *null("addr_extension_virus addr_extension_spam addr_extension_banned addr_extension_bad_header", String(64)),
    *null("warnvirusrecip warnbannedrecip warnbadhrecip", String(1)),
    *null("newvirus_admin virus_admin banned_admin bad_header_admin spam_admin", String(64)),
    *null("spam_subject_tag spam_subject_tag2 spam_subject_tag3", String(64)),
    *null("message_size_limit", Integer),
    *null("banned_rulenames disclaimer_options forward_method sa_userconf sa_username", String(64)),
)
USERS = Table(
    "users",
    META,
    ident(),
    *number("priority", 7),
    *number("policy_id", 1),
    Column("email", Bytes, nullable=False, unique=True),
    *null("fullname", String(255)),
)
MAILADDR = Table("mailaddr", META, ident(), *number("priority", 7), Column("email", Bytes, nullable=False, unique=True))
WBLIST = Table(
    "wblist", META, Column("rid", Integer, primary_key=True), Column("sid", Integer, primary_key=True), *text("wb", 10)
)
OUTBOUND_WBLIST = Table(
    "outbound_wblist",
    META,
    Column("rid", Integer, primary_key=True),
    Column("sid", Integer, primary_key=True),
    *text("wb", 10),
)

# iRedAPD (panel/sql.md#iredapd)
THROTTLE = Table(
    "throttle",
    META,
    ident(),
    *text("account"),
    *text("kind", 10, "outbound"),
    *number("priority period"),
    *number("msg_size max_msgs max_quota max_rcpts", -1, BigInteger),
    UniqueConstraint("account", "kind"),
)
# What has been counted for whom; a throttle in use cannot be deleted before it (panel/sql.md#iredapd)
THROTTLE_TRACKING = Table(
    "throttle_tracking",
    META,
    ident(),
    Column("tid", Integer, ForeignKey("throttle.id"), nullable=False, default=0),
    *text("account"),
    *number("period cur_msgs cur_quota init_time last_time last_notify_time"),
)
GREYLISTING = Table(
    "greylisting",
    META,
    ident(),
    *text("account", 100),
    *number("priority"),
    *text("sender", 100),
    *number("sender_priority"),
    *text("comment"),
    *number("active", 1),
    UniqueConstraint("account", "sender"),
)
GREYLISTING_WHITELISTS = Table(
    "greylisting_whitelists",
    META,
    ident(),
    *text("account sender", 100),
    *text("comment"),
    UniqueConstraint("account", "sender"),
)
GREYLISTING_WHITELIST_DOMAINS = Table(
    "greylisting_whitelist_domains", META, ident(), Column("domain", String(255), nullable=False, unique=True)
)
GREYLISTING_WHITELIST_DOMAIN_SPF = Table(
    "greylisting_whitelist_domain_spf",
    META,
    ident(),
    *text("account sender", 100),
    *text("comment"),
    UniqueConstraint("account", "sender"),
)

# The sandbox's own: LDAP attributes without an SQL column (enabledService, telephoneNumber, members of lists ...)
LDAP_VALUES = Table("ldap_values", META, ident(), *text("entry attribute"), Column("value", Text, nullable=False))
# The sandbox's own: what mlmmj keeps in files, as JSON
MLMMJ = Table("mlmmj", META, key("address"), Column("profile", Text, nullable=False))
MLMMJ_SUBSCRIBERS = Table("mlmmj_subscribers", META, key("address"), key("mail"), key("subscription"))

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
for _table in META.tables.values():
    refuse_null(_table)

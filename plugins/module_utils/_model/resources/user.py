# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail users (panel/users.md)."""

from __future__ import annotations

from ..addresses import Address, Folder
from ..codecs import Enum, Flag, Items, Pattern, Text
from ..descriptors import LDAP, SQL, Field, Resource, both
from ..numbers import Size
from ..sources import UNREADABLE, EnabledColumns, Joined, Key
from .common import ENABLED, LANGUAGE, NAME, TRANSPORT, bcc

# The service names of the API document; all are on for a new user, but SQL has no column for two
# (panel/users.md#services)
SERVICES = (
    "smtp smtpsecured smtptls pop3 pop3secured pop3tls imap imapsecured imaptls "
    "managesieve managesievesecured managesievetls deliver sogo"
).split()
SQL_SERVICES = frozenset(SERVICES) - {"smtptls", "managesievetls"}

USER = Resource(
    name="user",
    plural="users",
    identity="mail",
    identity_codec=Address(mailbox=True),
    path=("user", "{id}"),
    id_keys={SQL: "username", LDAP: "mail"},
    absent_codes=frozenset({"NO_SUCH_ACCOUNT"}),
    list_path=("users", "{domain}"),
    list_query={"email_only": "yes"},
    creates_with=(("password", "password_hash"),),
    rename=True,
    verify="user",
    keeps_mailbox=True,
    exclusive=(("password", "password_hash"),),
    facts=("stored_bytes", "stored_messages", "last_login", "managed_domains", "mailing_lists", "mailing_aliases"),
    fields=(
        NAME,
        Field(
            "given_name",
            Text(),
            update="gn",
            sql=(Key("first_name"),),
            ldap=(Key("givenName"),),
            aliases=("gn",),
            initial={SQL: ""},
            since="LDAP-3.1",
        ),
        Field(
            "surname",
            Text(),
            update="sn",
            sql=(Key("last_name"),),
            ldap=(Key("sn"),),
            aliases=("sn",),
            initial={SQL: ""},
            since="LDAP-3.1",
        ),
        Field(
            "quota",
            Size(),
            create="quota",
            update="quota",
            sql=(Key("quota"),),
            ldap=(Key("mailQuota", Size(read_unit="B")),),
        ),
        ENABLED,
        LANGUAGE,
        Field(
            "employee_id",
            Text(),
            update="employeeid",
            sql=(Key("employeeid"),),
            ldap=(Key("employeeNumber"),),
            aliases=("employeeid",),
            initial=both(""),
        ),
        TRANSPORT,
        Field(
            "global_admin",
            Flag(),
            update="isGlobalAdmin",
            sql=(Key("isglobaladmin"),),
            ldap=(Key("domainGlobalAdmin"),),
            ldap_missing=False,
            aliases=("isGlobalAdmin",),
            initial=both(False),
            since="SQL-2.8/LDAP-3.0",
        ),
        Field(
            "forwarding",
            Items(Address()),
            update="forwarding",
            add="addForwarding",
            remove="removeForwarding",
            sql=(Key("forwardings"), Key("forwarding")),
            ldap=(Key("mailForwardingAddress"), Key("forwardings")),
            own_option="forwarding_keep_copy",
            initial=both(frozenset()),
            since="SQL-4.1/LDAP-4.2 (addForwarding, removeForwarding)",
        ),
        bcc("sender_bcc", "senderBcc", "userSenderBccAddress", since="SQL-3.3/LDAP-3.5"),
        bcc("recipient_bcc", "recipientBcc", "userRecipientBccAddress", since="SQL-3.3/LDAP-3.5"),
        Field(
            "aliases",
            Items(Address()),
            update="aliases",
            add="addAlias",
            remove="removeAlias",
            sql=(Key("aliases"), Key("alias_addresses"), Key("shadowAddress")),
            ldap=(Key("shadowAddress"), Key("aliases"), Key("alias_addresses")),
            initial=both(frozenset()),
        ),
        Field(
            "services",
            Items(Pattern(r"[A-Za-z0-9_\-]+", "is not a service name")),
            update="services",
            add="addService",
            remove="removeService",
            sql=(EnabledColumns(),),
            ldap=(Key("enabledService"),),
            governed=tuple(SERVICES),
            initial={SQL: SQL_SERVICES, LDAP: frozenset(SERVICES)},
            since="SQL-2.8/LDAP-3.0",
        ),
        Field(
            "mailbox_format",
            Enum("maildir", "mdbox", "sdbox"),
            create="mailboxFormat",
            update="mailboxFormat",
            sql=(Key("mailboxformat"),),
            ldap=(Key("mailboxFormat"),),
            ldap_missing=UNREADABLE,
            aliases=("mailboxFormat",),
            clearable=False,
            since="SQL-3.2/LDAP-3.4",
        ),
        Field(
            "mailbox_folder",
            Pattern("[A-Za-z0-9]{1,20}", "must be 1 to 20 letters and digits"),
            create="mailboxFolder",
            update="mailboxFolder",
            sql=(Key("mailboxfolder"),),
            ldap=(Key("mailboxFolder"),),
            ldap_missing=UNREADABLE,
            aliases=("mailboxFolder",),
            clearable=False,
            since="SQL-3.2/LDAP-3.4",
        ),
        Field(
            "maildir",
            Folder(),
            create="maildir",
            update="maildir",
            sql=(Joined(pieces=("storagebasedirectory", "storagenode", "maildir")),),
            ldap=(Key("homeDirectory"),),
            ldap_missing=UNREADABLE,
            clearable=False,
            since="SQL-3.2/LDAP-3.4",
        ),
        Field(
            "telephone_numbers",
            Items(Pattern(r"[ -~]+", "must be ASCII")),
            update="telephoneNumber",
            ldap=(Key("telephoneNumber"),),
            aliases=("telephoneNumber",),
            only=LDAP,
            initial=both(frozenset()),
            since="LDAP-4.2",
        ),
        Field(
            "mobile_numbers",
            Items(Pattern(r"[ -~]+", "must be ASCII")),
            update="mobile",
            ldap=(Key("mobile"),),
            aliases=("mobile",),
            only=LDAP,
            initial=both(frozenset()),
            since="LDAP-4.2",
        ),
    ),
)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail users (panel/users.md)."""

from __future__ import annotations

from ..accounts import AccountName
from ..addresses import Address, Folder
from ..codecs import Enum, Flag, Items, Pattern, Text
from ..descriptors import Resource, Rules
from ..fields import LDAP, SQL, Field, Places, both, field
from ..numbers import Size
from ..sources import UNREADABLE, EnabledColumns, Joined, Key
from .common import ENABLED, LANGUAGE, NAME, TRANSPORT, Service, bcc

# The service names of the API document; all are on for a new user, but SQL has no column for two
# (panel/users.md#services)
SERVICES = (
    "smtp smtpsecured smtptls pop3 pop3secured pop3tls imap imapsecured imaptls "
    "managesieve managesievesecured managesievetls deliver sogo"
).split()
#: those that no document names (panel/user-profiles.md#services-of-a-new-ldap-user)
INTERNAL = (
    "mail sieve sievesecured sievetls lda lmtp recipientbcc senderbcc forward shadowaddress "
    "displayedInGlobalAddressBook sogowebmail sogocalendar sogoactivesync internal doveadm lib-storage indexer-worker "
    "dsync quota-status domainadmin"
).split()
NO_COLUMN = frozenset({"smtptls", "managesievetls"})
SQL_SERVICES = frozenset(SERVICES) - NO_COLUMN


class EmployeeId(Text):
    """Often nothing but digits."""

    numeral = True


class Telephone(Pattern):
    """A number only by name: zeros and a plus before it count (panel/users.md#parameters)."""

    numeral = True

    def __init__(self) -> None:
        super().__init__(r"[ -~]+", "must be ASCII")


def _place(option: str, codec: Text, parameter: str, sql: Places, ldap: str) -> Field:
    """Where and how the messages are kept, which the server chooses unless it is told."""
    since = "SQL-3.2/LDAP-3.4"
    return field(option, codec, parameter, sql, ldap, True, ldap_missing=UNREADABLE, clearable=False, since=since)


def _numbers(option: str, parameter: str) -> Field:
    return field(
        option, Items(Telephone()), parameter, (), parameter, only=LDAP, initial=both(frozenset()), since="LDAP-4.2"
    )


USER = Resource(
    name="user",
    plural="users",
    identity="mail",
    identity_codec=AccountName(),
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
    # panel/users.md#forwarding: an address of the domain that does not exist is dropped silently
    rules=Rules(may_name={"forwarding": ("aliases",)}),
    fields=(
        NAME,
        field("given_name", Text(), "gn", "first_name", "givenName", initial={SQL: ""}, since="LDAP-3.1"),
        field("surname", Text(), "sn", "last_name", "sn", initial={SQL: ""}, since="LDAP-3.1"),
        field("quota", Size(), "quota", "quota", Key("mailQuota", Size(read_unit="B")), post=True),
        ENABLED,
        LANGUAGE,
        field("employee_id", EmployeeId(), "employeeid", "employeeid", "employeeNumber", initial=both("")),
        TRANSPORT,
        field(
            "global_admin",
            Flag(),
            "isGlobalAdmin",
            "isglobaladmin",
            "domainGlobalAdmin",
            ldap_missing=False,
            initial=both(False),
            since="SQL-2.8/LDAP-3.0",
        ),
        field(
            "forwarding",
            Items(Address()),
            "forwarding",
            ("forwardings", "forwarding"),
            ("mailForwardingAddress", "forwardings"),
            delta="Forwarding",
            self_option="forwarding_keep_copy",
            initial=both(frozenset()),
            since="SQL-4.1/LDAP-4.2 (addForwarding, removeForwarding)",
        ),
        bcc("sender_bcc", "senderBcc", "userSenderBccAddress", since="SQL-3.3/LDAP-3.5"),
        bcc("recipient_bcc", "recipientBcc", "userRecipientBccAddress", since="SQL-3.3/LDAP-3.5"),
        field(
            "aliases",
            Items(Address()),
            "aliases",
            ("aliases", "alias_addresses", "shadowAddress"),
            ("shadowAddress", "aliases", "alias_addresses"),
            delta="Alias",
            in_alias_domains=LDAP,
            initial=both(frozenset()),
        ),
        field(
            "services",
            Items(Service(SERVICES + INTERNAL)),
            "services",
            EnabledColumns(without=NO_COLUMN),
            "enabledService",
            delta="Service",
            exact_scope=tuple(SERVICES),
            initial={SQL: SQL_SERVICES, LDAP: frozenset(SERVICES)},
            since="SQL-2.8/LDAP-3.0",
        ),
        _place("mailbox_format", Enum("maildir", "mdbox", "sdbox"), "mailboxFormat", "mailboxformat", "mailboxFormat"),
        _place(
            "mailbox_folder",
            Pattern("[A-Za-z0-9]{1,20}", "must be 1 to 20 letters and digits"),
            "mailboxFolder",
            "mailboxfolder",
            "mailboxFolder",
        ),
        _place(
            "maildir",
            Folder(),
            "maildir",
            Joined(pieces=("storagebasedirectory", "storagenode", "maildir")),
            "homeDirectory",
        ),
        _numbers("telephone_numbers", "telephoneNumber"),
        _numbers("mobile_numbers", "mobile"),
    ),
)

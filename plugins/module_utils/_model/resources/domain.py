# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail domains (panel/domains.md)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, List

from ..accounts import DomainKey
from ..addresses import Address, DomainName
from ..codecs import Enum, Flag, Items, Text
from ..descriptors import Conflict, Resource, Rules
from ..fields import LDAP, SQL, Field, ListField, both, field
from ..hosts import MailHost, Relay
from ..numbers import Number, Size
from ..sources import UNKNOWN, Key, Limited, Merged, RelayTarget
from .common import ENABLED, LANGUAGE_CODE, TRANSPORT, Service, bcc

DOMAIN_PROFILES = (
    "bcc relay catchall aliases throttle greylisting wblist spampolicy backupmx password_policies advanced"
).split()
USER_PROFILES = "bcc forwarding relay aliases throttle greylisting wblist spampolicy".split()
USER_PREFERENCES = "personal_info forwarding wblist quarantine rcvd_mails spampolicy".split()

# panel/domains.md#services: all of them on LDAP
SERVICES = ("self-service", "mail", "domainalias", "senderbcc", "recipientbcc")
SQL_SERVICES = frozenset({"self-service"})

#: parameters that POST does not take
PUT = {"post": False}
# Nobody has seen the key on SQL panels (panel/open-questions.md#keys-on-sql)
RELAY_KEYS = "senderRelayHost outboundRelay outbound_relay relayhost sender_relayhost".split()


def _limit(option: str, parameter: str, sql: str, ldap: str, **more: Any) -> Field:
    """A number in ``settings``, ``accountSetting`` or a column; 0 is unlimited, -1 forbids (panel/values.md#limits)."""
    codec = Number(-1 if sql in ("mailboxes", "aliases", "maillists") else 0)
    more.setdefault("post", True)
    return field(option, codec, parameter, sql, "accountSetting." + ldap, initial=both(0), **more)


def _size(option: str, parameter: str, sql: str, ldap: str) -> Field:
    return field(option, Size(), parameter, sql, "accountSetting." + ldap, post=True, initial=both(0))


def _disabled(what: str, parameter: str, words: List[str]) -> Field:
    """Disabled features: there are only deltas, to disable and to enable (panel/domains.md#disabled-profiles)."""
    option = "disabled_" + what
    attribute = "disabled" + parameter
    return ListField(
        option,
        Items(Enum(*words)),
        add="disable" + parameter,
        remove="enable" + parameter,
        sql=(Key("settings." + option),),
        ldap=(Key("accountSetting." + attribute),),
        initial=both(frozenset()),
    )


class Description(Text):
    """The only text that stands in a column for long ones: 65,535 bytes, of which a character may need four."""

    longest = 16383


DOMAIN = Resource(
    name="domain",
    plural="domains",
    identity="domain",
    identity_codec=DomainKey(),
    path=("domain", "{id}"),
    id_keys={SQL: "domain", LDAP: "domainName"},
    # SQL says the first for a well-formed name that is not there, LDAP the second, and releases of old the others
    # (panel/codes.md#not-found)
    absent_codes=frozenset({"INVALID_DOMAIN_NAME", "NO_SUCH_ACCOUNT", "NO_SUCH_OBJECT", "NO_SUCH_DOMAIN"}),
    list_path=("domains",),
    list_query={"name_only": "yes"},
    keeps_mailbox=True,
    facts=("num_existing_users", "domainCurrentUserNumber", "domainCurrentAliasNumber", "domainCurrentQuotaSize"),
    exclusive=(("transport", "primary_mx"),),
    conflicts=(
        Conflict(
            (("backup_mx", True), ("transport", True)),
            "transport and backup_mx: true conflict: a backup MX keeps its route in transport.",
        ),
        Conflict((("backup_mx", False), ("primary_mx", True)), "primary_mx is given although backup_mx is false."),
    ),
    ordered=(("min_password_length", "max_password_length"),),
    rules=Rules(
        not_with={"transport": ("backup_mx", "primary_mx")},
        with_params={"primary_mx": {"is_backupmx": "yes"}},
        cleared_by_params=frozenset({"primary_mx"}),
        # panel/domains.md#backup-mx: what the default transport is, nobody knows
        implies={
            "backup_mx": {False: (("primary_mx", ""), ("transport", UNKNOWN))},
            "primary_mx": {True: (("backup_mx", True),)},
        },
    ),
    fields=(
        field("description", Description(), "name", "description", "cn", post=True, initial={SQL: ""}),
        ENABLED,
        _size("quota", "quota", "maxquota", "domainQuota"),
        field(
            "language",
            LANGUAGE_CODE,
            "language",
            "settings.default_language",
            "accountSetting.defaultLanguage",
            post=True,
            clearable=False,
        ),
        replace(TRANSPORT, create="transport"),
        _limit(
            "min_password_length", "minPasswordLength", "settings.min_passwd_length", "minPasswordLength", post=False
        ),
        _limit(
            "max_password_length", "maxPasswordLength", "settings.max_passwd_length", "maxPasswordLength", post=False
        ),
        _size("default_quota", "defaultQuota", "settings.default_user_quota", "defaultQuota"),
        _size("max_user_quota", "maxUserQuota", "settings.max_user_quota", "maxUserQuota"),
        _limit("max_users", "numberOfUsers", "mailboxes", "numberOfUsers"),
        _limit("max_aliases", "numberOfAliases", "aliases", "numberOfAliases"),
        replace(_limit("max_lists", "numberOfLists", "maillists", "numberOfLists"), update=None),
        # POST silently ignores both (panel/domains.md#bcc), so they go with the PUT
        bcc("sender_bcc", "senderBcc", "domainSenderBccAddress"),
        bcc("recipient_bcc", "recipientBcc", "domainRecipientBccAddress"),
        field(
            "backup_mx",
            Flag(),
            "is_backupmx",
            "backupmx",
            "domainBackupMX",
            ldap_missing=False,
            initial=both(False),
        ),
        field(
            "primary_mx",
            MailHost(),
            "primarymx",
            RelayTarget("transport", flag="backupmx", domain="domain"),
            RelayTarget("mtaTransport", flag="domainBackupMX", domain="domainName"),
            initial=both(""),
        ),
        field(
            "catchall",
            Items(Address()),
            "catchall",
            "catchall",
            "catchall",
            presumed=LDAP,  # panel/domain-profiles.md#profile-on-ldap
            initial=both(frozenset()),
        ),
        field("outbound_relay", Relay(), "outboundRelay", RELAY_KEYS, RELAY_KEYS, initial=both("")),
        field(
            "alias_domains",
            Items(DomainName()),
            "aliasDomains",
            ("alias_domains", "aliasDomains", "domainAliasName"),
            (Merged(pieces=("domainAliasName", "domainPendingAliasName")), "alias_domains", "aliasDomains"),
            delta="AliasDomain",
            initial=both(frozenset()),
            since="SQL-2.9/LDAP-3.1",
        ),
        field(
            "services",
            Items(Service(SERVICES)),
            "services",
            Limited("settings.enabled_services", words=SQL_SERVICES),
            "enabledService",
            delta="Service",
            exact_scope=SERVICES,
            initial={SQL: frozenset(), LDAP: frozenset({"mail"})},
        ),
        _disabled("domain_profiles", "DomainProfile", DOMAIN_PROFILES),
        _disabled("user_profiles", "UserProfile", USER_PROFILES),
        _disabled("user_preferences", "UserPreference", USER_PREFERENCES),
    ),
)

#: the option of a domain that limits how many there may be of a kind, by plural
MOST = {"users": "max_users", "aliases": "max_aliases", "mls": "max_lists"}
#: all options of a domain that limit what may be in it
LIMITS = frozenset(MOST.values()) | {"quota", "max_user_quota", "min_password_length", "max_password_length"}

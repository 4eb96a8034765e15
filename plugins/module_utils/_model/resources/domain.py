# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail domains (panel/domains.md)."""

from __future__ import annotations

from typing import List

from ..addresses import Address, DomainName, MailHost
from ..codecs import Enum, Flag, Items, Pattern, Text
from ..descriptors import LDAP, SQL, Conflict, Field, Resource, both
from ..numbers import Number, Size
from ..sources import Key, Merged, RelayTarget
from .common import ENABLED, LANGUAGE_CODE, TRANSPORT, bcc

DOMAIN_PROFILES = (
    "bcc relay catchall aliases throttle greylisting wblist spampolicy backupmx password_policies advanced"
).split()
USER_PROFILES = "bcc forwarding relay aliases throttle greylisting wblist spampolicy".split()
USER_PREFERENCES = "personal_info forwarding wblist quarantine rcvd_mails spampolicy".split()

# Nobody has seen the key on SQL panels (panel/open-questions.md#keys-on-sql)
RELAY_KEYS = tuple(
    Key(name) for name in "senderRelayHost outboundRelay outbound_relay relayhost sender_relayhost".split()
)


def _limit(option: str, parameter: str, sql: str, ldap: str, on_create: bool = True, update: bool = True) -> Field:
    """A number in ``settings``, ``accountSetting`` or a column; 0 is unlimited, -1 forbids (panel/values.md#limits)."""
    return Field(
        option,
        Number(-1 if sql in ("mailboxes", "aliases", "maillists") else 0),
        create=parameter if on_create else None,
        update=parameter if update else None,
        sql=(Key(sql),),
        ldap=(Key("accountSetting." + ldap),),
        aliases=(parameter,),
        initial=both(0),
    )


def _size(option: str, parameter: str, sql: str, ldap: str) -> Field:
    return Field(
        option,
        Size(),
        create=parameter,
        update=parameter,
        sql=(Key(sql),),
        ldap=(Key("accountSetting." + ldap),),
        aliases=() if option == parameter else (parameter,),
        initial=both(0),
    )


def _disabled(option: str, parameter: str, words: List[str], sql: str, ldap: str) -> Field:
    """Disabled features: there are only deltas, to disable and to enable (panel/domains.md#disabled-profiles)."""
    return Field(
        option,
        Items(Enum(*words)),
        add="disable" + parameter,
        remove="enable" + parameter,
        sql=(Key("settings." + sql),),
        ldap=(Key("accountSetting." + ldap),),
        initial=both(frozenset()),
    )


class Description(Text):
    """The only text that stands in a column for long ones: 65,535 bytes, of which a character may need four."""

    longest = 16383


DOMAIN = Resource(
    name="domain",
    plural="domains",
    identity="domain",
    identity_codec=DomainName(),
    path=("domain", "{id}"),
    id_keys={SQL: "domain", LDAP: "domainName"},
    # SQL says the first for a well-formed name that is not there, LDAP the second (panel/codes.md#not-found)
    absent_codes=frozenset({"INVALID_DOMAIN_NAME", "NO_SUCH_ACCOUNT"}),
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
    fields=(
        Field(
            "description",
            Description(),
            create="name",
            update="name",
            sql=(Key("description"),),
            ldap=(Key("cn"),),
            aliases=("name",),
            initial={SQL: ""},
        ),
        ENABLED,
        _size("quota", "quota", "maxquota", "domainQuota"),
        Field(
            "language",
            LANGUAGE_CODE,
            create="language",
            update="language",
            sql=(Key("settings.default_language"),),
            ldap=(Key("accountSetting.defaultLanguage"),),
            clearable=False,
        ),
        Field(
            "transport",
            Text(),
            create="transport",
            update="transport",
            sql=TRANSPORT.sql,
            ldap=TRANSPORT.ldap,
            clearable=False,
            apart=("backup_mx", "primary_mx"),
        ),
        _limit("min_password_length", "minPasswordLength", "settings.min_passwd_length", "minPasswordLength", False),
        _limit("max_password_length", "maxPasswordLength", "settings.max_passwd_length", "maxPasswordLength", False),
        _size("default_quota", "defaultQuota", "settings.default_user_quota", "defaultQuota"),
        _size("max_user_quota", "maxUserQuota", "settings.max_user_quota", "maxUserQuota"),
        _limit("max_users", "numberOfUsers", "mailboxes", "numberOfUsers"),
        _limit("max_aliases", "numberOfAliases", "aliases", "numberOfAliases"),
        _limit("max_lists", "numberOfLists", "maillists", "numberOfLists", update=False),
        # POST silently ignores both (panel/domains.md#bcc), so they go with the PUT
        bcc("sender_bcc", "senderBcc", "domainSenderBccAddress"),
        bcc("recipient_bcc", "recipientBcc", "domainRecipientBccAddress"),
        Field(
            "backup_mx",
            Flag(),
            update="is_backupmx",
            sql=(Key("backupmx"),),
            ldap=(Key("domainBackupMX"),),
            ldap_missing=False,
            aliases=("is_backupmx",),
            initial=both(False),
        ),
        Field(
            "primary_mx",
            MailHost(),
            update="primarymx",
            sql=(RelayTarget("transport", flag="backupmx", domain="domain"),),
            ldap=(RelayTarget("mtaTransport", flag="domainBackupMX", domain="domainName"),),
            aliases=("primarymx",),
            along={"is_backupmx": "yes"},
            clear_omits=True,
            initial=both(""),
        ),
        Field(
            "catchall",
            Items(Address()),
            update="catchall",
            sql=(Key("catchall"),),
            ldap=(Key("catchall"),),
            initial=both(frozenset()),
        ),
        Field(
            "outbound_relay",
            Text(),
            update="outboundRelay",
            sql=RELAY_KEYS,
            ldap=RELAY_KEYS,
            aliases=("outboundRelay",),
            initial=both(""),
        ),
        Field(
            "alias_domains",
            Items(DomainName()),
            update="aliasDomains",
            add="addAliasDomain",
            remove="removeAliasDomain",
            sql=(Key("alias_domains"), Key("aliasDomains"), Key("domainAliasName")),
            ldap=(
                Merged(pieces=("domainAliasName", "domainPendingAliasName")),
                Key("alias_domains"),
                Key("aliasDomains"),
            ),
            aliases=("aliasDomains",),
            initial=both(frozenset()),
            since="SQL-2.9/LDAP-3.1",
        ),
        Field(
            "services",
            Items(Pattern(r"[A-Za-z0-9_\-]+", "is not a service name")),
            update="services",
            add="addService",
            remove="removeService",
            sql=(Key("settings.enabled_services"),),
            ldap=(Key("enabledService"),),
            governed=("self-service", "mail", "domainalias", "senderbcc", "recipientbcc"),
            initial={SQL: frozenset(), LDAP: frozenset({"mail"})},
        ),
        _disabled(
            "disabled_domain_profiles",
            "DomainProfile",
            DOMAIN_PROFILES,
            "disabled_domain_profiles",
            "disabledDomainProfile",
        ),
        _disabled(
            "disabled_user_profiles", "UserProfile", USER_PROFILES, "disabled_user_profiles", "disabledUserProfile"
        ),
        _disabled(
            "disabled_user_preferences",
            "UserPreference",
            USER_PREFERENCES,
            "disabled_user_preferences",
            "disabledUserPreference",
        ),
    ),
)

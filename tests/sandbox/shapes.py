# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nobody knows about the panel's answers (panel/open-questions.md), as switches with a default for either."""

from __future__ import annotations

from tests.sandbox import shapes_lists, shapes_settings
from tests.sandbox.shapes_base import Switch, same

SWITCHES: dict[str, Switch] = {
    "settings": Switch(
        ("dict", "string", "pairs"),
        "dict",
        "dict",
        "settings or accountSetting",
        "panel/open-questions.md#settings-as-object-or-string",
    ),
    "wrapped": same(
        "no", "ldif", text="a profile bare or as {dn, ldif}", source="panel/open-questions.md#wrapped-profiles"
    ),
    "scalars": Switch(
        ("native", "strings", "arrays"),
        "native",
        "native",
        "1, '1' or ['1'] in SQL rows",
        "panel/open-questions.md#scalars",
    ),
    "lists": Switch(
        ("array", "dict", "pairs", "error"),
        "array",
        "pairs",
        "profiles of a domain's accounts",
        "panel/open-questions.md#lists-of-profiles",
    ),
    "domains": Switch(
        ("array", "dict", "pairs", "error"),
        "array",
        "dict",
        "GET /api/domains",
        "panel/domain-profiles.md#list-of-domains",
    ),
    "emails": same(
        "array",
        "error",
        text="the users of a domain answered HTTP 500 (#110)",
        source="panel/user-profiles.md#list-of-users",
    ),
    "user_bcc": Switch(
        ("sender_bcc", "user_sender_bcc", "senderBcc", "userSenderBccAddress", "sbcc_bcc_address", "hidden"),
        "sender_bcc",
        "userSenderBccAddress",
        "the key of a user's sender BCC; that of the recipient BCC goes with it",
        "panel/user-profiles.md#bcc-on-sql",
    ),
    "domain_bcc": Switch(
        ("sender_bcc", "domain_sender_bcc", "senderBcc", "domainSenderBccAddress", "sbcc_addr", "hidden"),
        "sender_bcc",
        "domainSenderBccAddress",
        "the key of a domain's sender BCC; that of the recipient BCC goes with it",
        "panel/domain-profiles.md#unknown-keys",
    ),
    "relay": Switch(
        ("outboundRelay", "relayhost", "sender_relayhost", "senderRelayHost", "hidden"),
        "sender_relayhost",
        "senderRelayHost",
        "the key of a domain's outbound relay",
        "panel/domain-profiles.md#unknown-keys",
    ),
    "alias_domains": Switch(
        ("alias_domains", "aliasDomains", "domainAliasName", "hidden"),
        "alias_domains",
        "domainAliasName",
        "the key of a domain's alias domains",
        "panel/domain-profiles.md#unknown-keys",
    ),
    "user_aliases": Switch(
        ("aliases", "alias_addresses", "shadowAddress", "hidden"),
        "aliases",
        "shadowAddress",
        "the key of a user's alias addresses",
        "panel/user-profiles.md#alias-addresses-on-sql",
    ),
    "shadow_addresses": same(
        "removed",
        "kept",
        text="on LDAP, removeAlias and aliases= take a user's address in an alias domain away, or leave it",
        source="panel/domains.md#alias-domains",
    ),
    "alias_members": Switch(
        ("members", "mailForwardingAddress", "goto"),
        "members",
        "mailForwardingAddress",
        "members of an alias",
        "panel/aliases.md#profile-on-ldap",
    ),
    "forwardings": Switch(
        ("forwardings", "forwarding", "mailForwardingAddress"),
        "forwardings",
        "mailForwardingAddress",
        "a user's forwardings; before SQL-2.7 a comma string under forwarding",
        "panel/user-profiles.md#profile-on-sql",
    ),
    "catchall": same(
        "list",
        "string",
        "hidden",
        text="a list since SQL-2.7 and LDAP-3.0",
        source="panel/domain-profiles.md#profile-on-sql",
    ),
    "self_forwarding": same(
        "shown",
        "hidden",
        text="the user's own address among the forwardings",
        source="panel/user-profiles.md#own-address",
    ),
    "mailbox_format": same(
        "shown",
        "hidden",
        text="mailboxFormat and mailboxFolder may be unreadable on LDAP",
        source="panel/users.md#mailbox-format-and-folder",
    ),
    "domain_quota": same(
        "MB", "GB", "plain", text="domainQuota '10240:MB', '10:GB' or '10240' on LDAP", source="panel/domains.md#quota"
    ),
    "max_user_quota": same(
        "cap", "error", text="a quota above maxUserQuota is capped or refused", source="panel/users.md#quota"
    ),
    "number_of_lists": same(
        "stored",
        "ignored",
        text="numberOfLists of a new domain on SQL; older releases may ignore it",
        source="panel/domains.md#numbers-of-accounts",
    ),
    "empty_names": same(
        "stored",
        "refused",
        "ignored",
        text="an empty name or sn of a user on LDAP is stored, the whole PUT refused as slapd does, or it is left out",
        source="panel/ldap.md#user",
    ),
    "verify_password": same(
        "users",
        "global_admins",
        text="the passwords of all users are verified, or those of global admins among them only",
        source="panel/login.md#verifying-a-password",
    ),
    "unknown_members": same(
        "own",
        "local",
        "kept",
        text="members of an alias that do not exist: dropped in its own domain, in all local ones, or not at all",
        source="panel/aliases.md#members",
    ),
    "not_logged_in": same(
        "LOGIN_REQUIRED",
        "LOGIN REQUIRED",
        "303",
        "html",
        text="how somebody is told who is not logged in",
        source="panel/login.md#not-logged-in",
    ),
    "no_domain": Switch(
        ("INVALID_DOMAIN_NAME", "NO_SUCH_ACCOUNT", "NO_SUCH_OBJECT", "NO_SUCH_DOMAIN"),
        "INVALID_DOMAIN_NAME",
        "NO_SUCH_ACCOUNT",
        "a missing domain",
        "panel/codes.md#not-found",
    ),
    "no_account": same(
        "NO_SUCH_ACCOUNT", "INVALID_MAIL", text="a missing user or admin on SQL", source="panel/codes.md#not-found"
    ),
    "domain_usage": same(
        "shown",
        "mailbox_count",
        "hidden",
        text="a domain on SQL shows num_existing_users and allocated_quota, or mailbox_count, or nothing",
        source="panel/domain-profiles.md#profile-on-sql",
    ),
    "person_columns": same(
        "shown",
        "missing",
        text="gn and sn have columns on SQL since iRedMail 1.7.3",
        source="panel/user-profiles.md#profile-on-sql",
    ),
    "envelope": same("pro", "ee", text="the envelope of another product", source="panel/transport.md#envelope"),
    "plain_http": same(
        "served",
        "301",
        text="plain http is answered, or redirected to https whatever the path",
        source="panel/transport.md#base-url",
    ),
    "head_limit": same("8192", "4096", text="bytes of request line and headers", source="panel/transport.md#sizes"),
    "long_head": same(
        "502", "drop", text="what is longer is answered with 502, or dropped", source="panel/transport.md#sizes"
    ),
    "delete_missing": same(
        "success", "NO_SUCH_ACCOUNT", text="deleting what is not there", source="panel/domains.md#deletion"
    ),
    "write_data": same("absent", "empty", text="a write may answer with _data", source="panel/transport.md#envelope"),
    "public_policy": same(
        "", "public", text="accessPolicy of an alias created without one", source="panel/aliases.md#access-policy"
    ),
    "cookie": same("", text="the cookie's name", source="panel/login.md#cookie", free=True),
}

# Named combinations that the tests run over
PRESETS: dict[str, dict[str, str]] = {
    "default": {},
    "hiding": {
        "user_bcc": "hidden",
        "domain_bcc": "hidden",
        "relay": "hidden",
        "alias_domains": "hidden",
        "user_aliases": "hidden",
        "mailbox_format": "hidden",
        "self_forwarding": "hidden",
        "lists": "error",
        "emails": "error",
    },
    "old": {
        "settings": "pairs",
        "forwardings": "forwarding",
        "alias_members": "goto",
        "catchall": "string",
        "not_logged_in": "LOGIN REQUIRED",
        "domain_quota": "GB",
        "domain_usage": "hidden",
        "head_limit": "4096",
    },
    "strings": {
        "settings": "string",
        "scalars": "strings",
        "user_bcc": "user_sender_bcc",
        "domain_bcc": "domain_sender_bcc",
        "relay": "relayhost",
        "user_aliases": "alias_addresses",
        "domain_quota": "plain",
        "unknown_members": "kept",
        "write_data": "empty",
        "public_policy": "public",
    },
    "wrapped": {
        "wrapped": "ldif",
        "scalars": "arrays",
        "lists": "dict",
        "domains": "pairs",
        "alias_domains": "aliasDomains",
        "user_aliases": "aliases",
        "user_bcc": "senderBcc",
        "domain_bcc": "senderBcc",
        "relay": "outboundRelay",
        "no_domain": "NO_SUCH_ACCOUNT",
        "delete_missing": "NO_SUCH_ACCOUNT",
        "max_user_quota": "error",
        "unknown_members": "local",
        "not_logged_in": "303",
    },
    "gpl-names": {"user_bcc": "sbcc_bcc_address", "domain_bcc": "sbcc_addr", "domain_usage": "mailbox_count"},
    "gpl-codes": {"no_domain": "NO_SUCH_OBJECT", "no_account": "INVALID_MAIL"},
    "bk_none": {"ml_backend": "bk_none"},
    "bk_iredmail": {"ml_backend": "bk_iredmail"},
    "ee": {"envelope": "ee"},
}
# Those that differ in the form of answers from top to bottom: a client must come to the same end with each
FORMS = ("default", "hiding", "old", "strings", "wrapped")

for _more in (shapes_lists, shapes_settings):
    SWITCHES.update(_more.SWITCHES)
    for _name, _values in _more.PRESETS.items():
        PRESETS[_name].update(_values)


class Shapes:
    """The switches of one sandbox, as they stand."""

    def __init__(self, backend: str, preset: str = "default", **more: str) -> None:
        """Raise KeyError for an unknown preset and ValueError for an unknown switch or choice."""
        self._backend = backend
        self._values: dict[str, str] = {name: getattr(switch, backend) for name, switch in SWITCHES.items()}
        self.set(**PRESETS[preset])
        self.set(**more)

    def set(self, **values: str) -> None:
        """Turn switches."""
        for name, value in values.items():
            if name not in SWITCHES:
                raise ValueError(f"{name} is no shape; there are {', '.join(sorted(SWITCHES))}")
            if value not in SWITCHES[name].choices and not SWITCHES[name].free:
                raise ValueError(f"{name}={value} is no choice; there are {', '.join(SWITCHES[name].choices)}")
            self._values[name] = value

    def show(self) -> dict[str, str]:
        """All switches and where they stand."""
        return dict(self._values)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __call__(self, name: str, choice: str) -> bool:
        """Whether a switch stands at a choice."""
        return self._values[name] == choice

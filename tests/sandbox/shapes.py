# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nobody knows about the panel's answers (wire-facts 18), each as a switch with a default for either backend."""

from __future__ import annotations

from tests.sandbox import shapes_lists, shapes_settings
from tests.sandbox.shapes_base import Switch, same

SWITCHES: dict[str, Switch] = {
    "settings": Switch(("dict", "string", "pairs"), "dict", "dict", "18 #2: settings or accountSetting"),
    "wrapped": same("no", "ldif", source="18 #3: a profile bare or as {dn, ldif}"),
    "scalars": Switch(("native", "strings", "arrays"), "native", "native", "18 #5: 1, '1' or ['1'] in SQL rows"),
    "lists": Switch(("array", "dict", "pairs", "error"), "array", "pairs", "18 #4: profiles of a domain's accounts"),
    "domains": Switch(("array", "dict", "pairs", "error"), "array", "dict", "18 #4: GET /api/domains"),
    "emails": same("array", "error", source="1.3: the users of a domain answered HTTP 500 (#110)"),
    "user_bcc": Switch(
        ("sender_bcc", "user_sender_bcc", "senderBcc", "userSenderBccAddress", "hidden"),
        "sender_bcc",
        "userSenderBccAddress",
        "18 #1: the key of a user's sender BCC; that of the recipient BCC goes with it",
    ),
    "domain_bcc": Switch(
        ("sender_bcc", "domain_sender_bcc", "senderBcc", "domainSenderBccAddress", "hidden"),
        "sender_bcc",
        "domainSenderBccAddress",
        "18 #1: the key of a domain's sender BCC; that of the recipient BCC goes with it",
    ),
    "relay": Switch(
        ("outboundRelay", "relayhost", "sender_relayhost", "senderRelayHost", "hidden"),
        "sender_relayhost",
        "senderRelayHost",
        "18 #1: the key of a domain's outbound relay",
    ),
    "alias_domains": Switch(
        ("alias_domains", "aliasDomains", "domainAliasName", "hidden"),
        "alias_domains",
        "domainAliasName",
        "18 #1: the key of a domain's alias domains",
    ),
    "user_aliases": Switch(
        ("aliases", "alias_addresses", "shadowAddress", "hidden"),
        "aliases",
        "shadowAddress",
        "18 #1: the key of a user's alias addresses",
    ),
    "alias_members": Switch(
        ("members", "mailForwardingAddress", "goto"), "members", "mailForwardingAddress", "12: members of an alias"
    ),
    "forwardings": Switch(
        ("forwardings", "forwarding", "mailForwardingAddress"),
        "forwardings",
        "mailForwardingAddress",
        "7.4: a user's forwardings; before SQL-2.7 a comma string under forwarding",
    ),
    "catchall": same("list", "string", "hidden", source="4.3: a list since SQL-2.7 and LDAP-3.0"),
    "self_forwarding": same("shown", "hidden", source="18 #16: the user's own address among the forwardings"),
    "mailbox_format": same("shown", "hidden", source="7.2: mailboxFormat and mailboxFolder may be unreadable on LDAP"),
    "domain_quota": same("MB", "GB", "plain", source="18 #7: domainQuota '10240:MB', '10:GB' or '10240' on LDAP"),
    "max_user_quota": same("cap", "error", source="7.2: a quota above maxUserQuota is capped or refused"),
    "not_logged_in": same("LOGIN_REQUIRED", "LOGIN REQUIRED", "303", "html", source="18 #8"),
    "no_domain": Switch(
        ("INVALID_DOMAIN_NAME", "NO_SUCH_ACCOUNT"), "INVALID_DOMAIN_NAME", "NO_SUCH_ACCOUNT", "3: a missing domain"
    ),
    "delete_missing": same("success", "NO_SUCH_ACCOUNT", source="4.6: deleting what is not there"),
    "write_data": same("absent", "empty", source="1.3: a write may answer with _data"),
    "public_policy": same("", "public", source="12: accessPolicy of an alias created without one"),
    "cookie": same("", source="2: the cookie's name", free=True),
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
    },
    "strings": {
        "settings": "string",
        "scalars": "strings",
        "user_bcc": "user_sender_bcc",
        "domain_bcc": "domain_sender_bcc",
        "relay": "relayhost",
        "user_aliases": "alias_addresses",
        "domain_quota": "plain",
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
        "not_logged_in": "303",
    },
}

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

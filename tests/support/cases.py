# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of the writing modules with values to create, update and clear it. One object for each option."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

BOTH = ("sql", "ldap")
# the names that the API document lists
SERVICES = tuple(
    "smtp smtpsecured smtptls pop3 pop3secured pop3tls imap imapsecured imaptls managesieve managesievesecured "
    "managesievetls deliver sogo".split()
)


#: of these only lists have the last two but one
STAGES = ("create", "update", "clear", "add", "remove", "omit")


class Stage(NamedTuple):
    """What is asked for at one time, and what the option shows then."""

    name: str
    options: dict[str, Any]
    shown: Any


@dataclass(frozen=True)
class Case:
    """One option through its life; ``updated`` and ``cleared`` are None where the API cannot do that.

    A list goes on with some of ``items``, by ``add_`` and ``remove_``: those of before, unless said.
    """

    option: str
    created: Any
    updated: Any
    cleared: Any = None
    backends: tuple[str, ...] = BOTH
    along: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)
    among: tuple[str, ...] = ()  # of a list, the items that an exact list speaks for
    items: tuple[str, ...] = ()
    alone: bool = False  # it does not go together with other options

    def stages(self) -> list[Stage]:
        """All of them, in order."""
        named = {"create": self.created, "update": self.updated, "clear": self.cleared}
        values = [(name, value) for name, value in named.items() if value is not None]
        found = [Stage(name, {self.option: value, **self.along}, self.shown.get(name, value)) for name, value in values]
        if isinstance(self.created, list):
            found += self._by_name(values[-1][1])
        return [*found, Stage("omit", {}, None)]

    def _by_name(self, there: list[str]) -> Iterator[Stage]:
        items = self.items or tuple(dict.fromkeys([*self.created, *self.updated]))
        new = [item for item in items if item not in there][:2]
        if new:
            yield Stage("add", {"add_" + self.option: new}, there + new)
            yield Stage("remove", {"remove_" + self.option: new[:1]}, there + new[1:])
        else:
            rest = [item for item in there if item != items[0]]
            yield Stage("remove", {"remove_" + self.option: [items[0]]}, rest)
            yield Stage("add", {"add_" + self.option: [items[0]]}, there)


USER = [
    Case("name", "Ada Lovelace", "Ada, Countess of Lovelace + 100 % <&> Ü", ""),
    Case("given_name", "Ada", "Augusta", ""),
    Case("surname", "Byron", "King", ""),
    Case("quota", 1024, "2GB", 0, shown={"update": 2048}),
    Case("enabled", False, True),
    Case("language", "en_US", "de_DE"),
    Case("employee_id", "A-1", "A-2", ""),
    Case("transport", "dovecot", "lmtp:unix:private/dovecot-lmtp"),
    Case("global_admin", True, False),
    Case("forwarding", ["x@other.example"], ["y@other.example", "z@other.example"], []),
    Case("forwarding_keep_copy", True, False, along={"forwarding": ["x@other.example"]}, alone=True),
    Case("sender_bcc", "archive@other.example", "archive2@other.example", ""),
    Case("recipient_bcc", "archive@other.example", "archive2@other.example", ""),
    Case("aliases", ["first@example.com", "second@example.com"], ["second@example.com", "third@example.com"], []),
    Case("services", ["smtp", "imap"], ["smtp", "pop3", "sogo"], [], among=SERVICES),
    Case("mailbox_format", "mdbox", "sdbox"),
    Case("mailbox_folder", "Mail", "Maildir2"),
    Case("maildir", "/var/vmail/vmail1/Example.com/x", "/srv/mail/example.com/x", shown={"create": None}),
    Case("telephone_numbers", ["+49 30 1"], ["+49 30 1", "+49 30 2"], [], backends=("ldap",)),
    Case("mobile_numbers", ["+49 170 1"], ["+49 170 2"], [], backends=("ldap",)),
]
ALIAS = [
    Case("name", "Sales", "Sales, all of them", ""),
    Case("enabled", False, True),
    Case("access_policy", "membersonly", "public", backends=("sql",)),
    Case("members", ["a@other.example", "b@other.example"], ["b@other.example", "c@other.example"], []),
]
DOMAIN = [
    Case("description", "Example GmbH & Co.", "Example AG", ""),
    Case("enabled", False, True),
    Case("quota", 2048, "1TB", 0, shown={"update": 1048576}),
    Case("language", "en_US", "de_DE"),
    Case("transport", "dovecot", "lmtp:unix:private/dovecot-lmtp"),
    Case("min_password_length", 10, 12, 0),
    Case("max_password_length", 40, 50, 0),
    Case("default_quota", 1024, "2GB", 0, shown={"update": 2048}),
    Case("max_user_quota", "3GB", 4096, 0, shown={"create": 3072}),
    Case("max_users", 20, -1, 0),
    Case("max_aliases", 20, 30, 0),
    Case("max_lists", 20, None),
    Case("sender_bcc", "archive@other.example", "archive2@other.example", ""),
    Case("recipient_bcc", "archive@other.example", "archive2@other.example", ""),
    Case("backup_mx", True, False, alone=True),
    Case(
        "primary_mx",
        "192.0.2.1",
        "[mx.other.example]:2525",
        "",
        along={"backup_mx": True},
        alone=True,
        # an IP address is stored as the relay transport spells it (panel/domains.md#backup-mx)
        shown={"create": "[192.0.2.1]:25"},
    ),
    Case("catchall", ["a@other.example"], ["b@other.example", "c@other.example"], []),
    Case("outbound_relay", "smtp:[192.0.2.2]:25", "smtp:[192.0.2.3]:587", ""),
    Case("alias_domains", ["one.example", "two.example"], ["two.example", "three.example"], []),
    Case("services", [], ["self-service"], []),
    Case("disabled_domain_profiles", ["bcc", "relay"], ["relay", "advanced"], []),
    Case("disabled_user_profiles", ["bcc"], ["forwarding", "aliases"], []),
    Case("disabled_user_preferences", ["wblist"], ["quarantine", "spampolicy"], []),
]
ADMIN = [
    Case("name", "Ada Lovelace", "Ada, Countess of Lovelace + 100 % <&> Ü", ""),
    Case("enabled", False, True),
    Case("language", "en_US", "de_DE"),
    Case("global_admin", True, False, alone=True),
    Case("max_domains", 5, -1, 0),
    # number and unit are two parameters, and the unit changes
    Case("max_quota", "2TB", 1536, 0, shown={"create": 2097152}),
    Case("max_users", 100, -1, 0),
    Case("max_aliases", 200, -1, 0),
    Case("max_lists", 300, -1, 0),
    Case("allow_mail_log", False, True),
    Case("allow_quarantine", False, True),
]
MAILLIST = [
    Case("name", "Everybody", "Everybody, really", "", backends=("ldap",)),
    Case("access_policy", "membersonly", "moderatorsonly", backends=("ldap",)),
    Case(
        "members",
        ["a@other.example", "b@other.example"],
        ["b@other.example", "c@other.example"],
        [],
        backends=("ldap",),
    ),
]
ON_BY_DEFAULT = ("only_subscriber_can_post", "disable_retrieving_old_posts", "only_subscriber_can_get_old_posts")
# they change others, or exclude each other (panel/mailing-lists.md#who-may-post)
TOGETHER_WRONG = ("only_moderator_can_post", "only_subscriber_can_post", "moderate_subscription")
BOOLEANS = (
    "close_list only_moderator_can_post only_subscriber_can_post disable_subscription disable_subscription_confirm "
    "disable_digest_subscription disable_digest_text disable_nomail_subscription moderated "
    "moderate_non_subscriber_post moderate_subscription disable_retrieving_old_posts "
    "only_subscriber_can_get_old_posts disable_retrieving_subscribers disable_send_copy_to_sender "
    "notify_owner_when_sub_unsub notify_sender_when_moderated disable_archive"
).split()
# LDAP panels need not show what a newsletter is (panel/mailing-lists.md#account)
ML = [
    Case("name", "Team", "Team & friends, 100 % Ü", ""),
    Case("enabled", False, True),
    Case("access_policy", "moderatorsonly", "public"),
    Case("is_newsletter", True, False, backends=("sql",)),
    Case("newsletter_description", "Weekly", "Monthly", "", backends=("sql",)),
    *(
        Case(option, option not in ON_BY_DEFAULT, option in ON_BY_DEFAULT, alone=option in TOGETHER_WRONG)
        for option in BOOLEANS
    ),
    Case("owners", ["a@other.example", "b@other.example"], ["b@other.example", "c@other.example"], []),
    Case("moderators", ["a@other.example"], ["a@other.example", "c@other.example"], []),
    Case("subscription_moderators", ["a@other.example"], ["b@other.example"], []),
    Case("extra_addresses", ["more@example.com"], ["most@example.com"], []),
    Case("max_message_size", 10240, "1MB", 0, shown={"update": 1048576}),
    Case("subject_prefix", "[team]", "[Team] ", ""),
    Case("custom_headers", ["X-One: a, b; c"], ["X-One: a", "X-Two: b"], []),
    Case(
        "remove_headers",
        ["Message-ID", "Received:"],
        ["Received"],
        [],
        shown={"create": ["Message-ID:", "Received:"], "update": ["Received:"]},
        among=("Message-ID:", "Received:"),
        items=("Message-ID:", "Received:"),
    ),
    Case("footer_text", "-- \nThe team", "Bye\n\nThe team", ""),
    Case("footer_html", "<p>The team</p>", "<p>The\nteam</p>", ""),
    Case("subscribers", ["a@other.example", "b@other.example"], ["b@other.example", "c@other.example"], []),
]
CASES = {"user": USER, "alias": ALIAS, "domain": DOMAIN, "admin": ADMIN, "maillist": MAILLIST, "ml": ML}


def identity(resource: str, case: Case) -> dict[str, str]:
    """The object of its own on which an option is tried."""
    slug = case.option.replace("_", "-")
    if resource == "domain":
        return {"domain": slug + ".example"}
    # the domain of a standalone admin may not be one of the server's
    return {"mail": slug + ("@admins.example" if resource == "admin" else "@example.com")}

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that only mailing lists have: mail headers, footers, subscribers (panel/mailing-lists.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, FrozenSet, Iterator, List, Mapping, Optional, Tuple

from .codecs import Items, Text, first, no_control_characters, well_formed
from .sources import MISSING, Key

SUBSCRIPTIONS = ("normal", "digest", "nomail")
#: headers mlmmjadmin sets by itself; it drops what others say of them (panel/mailing-lists.md#headers)
OWN_HEADERS = (
    "precedence",
    "list-id",
    "reply-to",
    "list-post",
    "list-subscribe",
    "list-unsubscribe",
    "x-mailing-list",
)
#: headers the server may remove whatever was asked (panel/mailing-lists.md#headers)
OWN_REMOVED = ("DKIM-Signature:", "Authentication-Results:")
_NAME = re.compile(r"[!-9;-~]+\Z")  # RFC 5322: printable ASCII without the colon


#: who may post by each access policy that only speaks of that: as the two flags have it
_MEANS = {
    "public": {"only_subscriber_can_post": False, "only_moderator_can_post": False},
    "membersonly": {"only_subscriber_can_post": True},
    "moderatorsonly": {"only_moderator_can_post": True},
}


def policy_conflict(values: Mapping[str, Any]) -> Optional[Tuple[str, str]]:
    """The flag that decides otherwise than the access policy, with a sentence (panel/mailing-lists.md#who-may-post).

    :param values: of a list, by option; only those that are known
    """
    policy = values.get("access_policy")
    for flag, wanted in _MEANS.get(str(policy), {}).items():
        if isinstance(values.get(flag), bool) and values[flag] is not wanted:
            shown = "true" if values[flag] else "false"
            return flag, "access_policy: %s and %s: %s contradict each other; the flag decides." % (policy, flag, shown)
    return None


_FOR_MODERATORS = {
    "moderated": "posts wait for a moderator, and there are no moderators to be told.",
    "only_moderator_can_post": "there are no moderators, so nobody can post.",
    "moderate_non_subscriber_post": "posts of others wait for a moderator, and there are no moderators to be told.",
}


def cautions(values: Mapping[str, Any]) -> Iterator[Tuple[Tuple[str, ...], str]]:
    """What a list would not do as it seems: the options that say so, and a sentence.

    :param values: of a list, by option; those that are not known may be missing
    """
    conflict = policy_conflict(values)
    if conflict:
        yield ("access_policy",), conflict[1]
    # owners do not stand in for them (panel/mailing-lists.md#owners-and-moderators)
    for option, sentence in _FOR_MODERATORS.items():
        if values.get(option) is True and values.get("moderators") == frozenset():
            yield (option, "moderators"), "%s: %s" % (option, sentence)
    nobody = values.get("subscription_moderators") == frozenset() == values.get("owners")
    if values.get("moderate_subscription") is True and nobody:
        sentence = "moderate_subscription: there are neither subscription_moderators nor owners who could approve any."
        yield ("moderate_subscription", "subscription_moderators", "owners"), sentence


class HeaderName(Text):
    """The name of a mail header, with its colon."""

    def accept(self, value: Any) -> str:
        name = str(value).strip().rstrip(":").rstrip()
        if name and not _NAME.match(name):
            raise ValueError("is not the name of a mail header")
        return name + ":" if name else ""

    def from_wire(self, raw: Any) -> str:
        name = str(super().from_wire(raw)).strip().rstrip(":")
        return name + ":" if name else ""


class HeaderLine(Text):
    """A mail header as ``Name: value``, kept in a file: a line of mail holds 998 characters (RFC 5322)."""

    longest = 998

    def accept(self, value: Any) -> str:
        name, colon, rest = str(super().accept(value)).partition(":")
        name = name.strip()
        if not colon or not _NAME.match(name):
            raise ValueError("is not a mail header; write it like 'X-Team: sales'")
        if name.lower() in OWN_HEADERS:
            raise ValueError("is a header the server sets by itself; it would silently drop yours")
        return "%s: %s" % (name, rest.strip())

    def from_wire(self, raw: Any) -> str:
        name, _colon, rest = str(super().from_wire(raw)).partition(":")
        return "%s: %s" % (name.strip(), rest.strip()) if name.strip() else ""


class HeaderLines(Items):
    """Mail headers, one a line on the wire; those the server adds are not seen (panel/mailing-lists.md#headers)."""

    separator = "\n"

    def __init__(self) -> None:
        super().__init__(HeaderLine())

    def trouble(self, wire: str) -> str:
        if not any(":" in line.partition(":")[2] for line in wire.split(self.separator)):
            return ""
        return "Servers with mlmmjadmin up to 3.6.1 fail on a header whose value has another colon, such as a URL."

    def from_wire(self, raw: Any) -> FrozenSet[str]:
        found = super().from_wire(raw)
        return frozenset(line for line in found if line.partition(":")[0].lower() not in OWN_HEADERS)


class Prefix(Text):
    """One line whose blanks at the end are part of it, and make no difference (panel/mailing-lists.md#texts)."""

    def accept(self, value: Any) -> str:
        return no_control_characters(str(value))

    def same(self, left: Any, right: Any) -> bool:
        return bool(left.strip() == right.strip())


class Paragraphs(Text):
    """Text of several lines; blanks and line breaks at both ends get lost (panel/mailing-lists.md#texts)."""

    def accept(self, value: Any) -> str:
        text = str(value).replace("\r\n", "\n").strip()
        if any((ord(char) < 32 and char not in "\n\t") or ord(char) == 127 for char in text):
            raise ValueError("holds a control character, which the panel cannot store")
        return well_formed(text)

    def from_wire(self, raw: Any) -> str:
        return str(super().from_wire(raw)).replace("\r\n", "\n").strip()


class Description(Paragraphs):
    """The same in a parameter of the panel's own, of which it strips both ends (panel/transport.md#blanks)."""

    def accept(self, value: Any) -> str:
        return super().accept(value).strip()


@dataclass(frozen=True)
class Subscribers(Key):
    """The subscribers of one version of a list, in every form thought possible (panel/mailing-lists.md#profile).

    Where a panel shows addresses without their version, they count as subscribers of the normal one.
    """

    path: str = "subscribers"
    codec: Optional[Text] = None
    version: str = "normal"

    def find(self, profile: Mapping[str, Any]) -> Any:
        raw = profile.get(self.path, MISSING)
        if isinstance(raw, dict):
            if not set(raw) <= set(SUBSCRIPTIONS):
                raise ValueError("it has the keys %s" % ", ".join(sorted(map(str, raw))))
            return raw.get(self.version) or []
        if isinstance(raw, list) and any(not isinstance(entry, (str, dict)) for entry in raw):
            raise ValueError("it is a list of shapes never seen")
        if not isinstance(raw, list) or not any(isinstance(entry, dict) for entry in raw):
            return raw if self.version == "normal" or not raw else MISSING
        found: List[Any] = []
        for entry in raw:
            if not isinstance(entry, dict) or "mail" not in entry:
                raise ValueError("it is a list of shapes never seen")
            if first(entry.get("subscription", "normal")) == self.version:
                found.append(first(entry["mail"]))
        return found

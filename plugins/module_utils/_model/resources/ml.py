# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subscribable mailing lists, which mlmmj delivers (panel/mailing-lists.md)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Mapping, Tuple

from ..accounts import AccountName
from ..addresses import Address
from ..codecs import Enum, Flag, Items, Text
from ..descriptors import Conflict, Modes, Reading, Resource, Rules
from ..fields import LDAP, SQL, Field, ListField, both
from ..mailing_lists import (
    OWN_REMOVED,
    SUBSCRIPTIONS,
    Description,
    HeaderLines,
    HeaderName,
    Paragraphs,
    Prefix,
    Subscribers,
    cautions,
)
from ..numbers import Size
from ..sources import UNREADABLE, Key, Omitted
from .common import POLICIES

# With the defaults of a new list (panel/mailing-lists.md#defaults); None where the API document and mlmmjadmin disagree
BOOLEANS = {
    "close_list": False,
    "only_moderator_can_post": False,
    "only_subscriber_can_post": True,
    "disable_subscription": False,
    "disable_subscription_confirm": False,
    "disable_digest_subscription": False,
    "disable_digest_text": False,
    "disable_nomail_subscription": False,
    "moderated": False,
    "moderate_non_subscriber_post": False,
    "moderate_subscription": False,
    "disable_retrieving_old_posts": True,
    "only_subscriber_can_get_old_posts": True,
    "disable_retrieving_subscribers": None,
    "disable_send_copy_to_sender": None,
    "notify_owner_when_sub_unsub": False,
    "notify_sender_when_moderated": False,
    "disable_archive": False,
}
# Their mere presence in a request may change the access policy (panel/mailing-lists.md#access-policy-and-flags)
POSTING = {"only_moderator_can_post": "moderatorsonly", "only_subscriber_can_post": "membersonly"}


def _field(option: str, codec: Text, *places: str, **more: Any) -> Field:
    """A field that both personalities show in the same way, since mlmmjadmin keeps it."""
    keys = tuple(Key(place) for place in places or (option,))
    wire = more.pop("wire", option)
    spelling: Tuple[str, ...] = (wire,) if wire != option else ()
    settings = dict({"create": wire, "update": wire, "sql": keys, "ldap": keys, "aliases": spelling}, **more)
    kind = ListField if isinstance(codec, Items) else Field
    return kind(option, codec, ldap_missing=UNREADABLE, **settings)


def _boolean(option: str) -> Field:
    default = BOOLEANS[option]
    known = {} if default is None else both(default)
    return _field(option, Flag(), initial=known)


def ml(params: Mapping[str, Any]) -> Resource:
    """The descriptor for one version of a list's subscribers."""
    host = str(params.get("mail") or "").strip().lower().rpartition("@")[2]
    return _ml(params.get("subscription") or "normal", bool(params.get("require_confirm")), host)


@lru_cache(maxsize=64)
def _ml(version: str, confirm: bool, host: str) -> Resource:
    places = tuple(Subscribers(path, version=version) for path in ("subscribers", "members"))
    # who owns and moderates a list for which nobody is named (panel/mailing-lists.md#defaults)
    postmaster = both(frozenset({"postmaster@" + host})) if host else {}
    return Resource(
        name="ml",
        plural="mls",
        identity="mail",
        identity_codec=AccountName(),
        path=("ml", "{id}"),
        id_keys={SQL: "address", LDAP: "mail"},
        absent_codes=frozenset({"NO_SUCH_ACCOUNT"}),
        list_path=("mls", "{domain}"),
        list_query={"email_only": "yes"},
        reading=Reading(
            query={"with_subscribers": "yes"},
            known_by=("only_subscriber_can_post",),
            in_pieces=True,
            lists_disabled=False,
            files_apart=True,
        ),
        delete_flags=(("keep_archive", "keep_archive"),),
        modes=Modes(
            options={"subscription": {"type": "str", "choices": list(SUBSCRIPTIONS), "default": "normal"}},
            write_options={"require_confirm": {"type": "bool", "default": False}},
            variant=ml,
        ),
        rules=Rules(
            not_with={"access_policy": tuple(POSTING)},
            resets={option: {"access_policy": policy} for option, policy in POSTING.items()},
            implies={
                # panel/mailing-lists.md#who-may-post
                "only_moderator_can_post": {True: (("only_subscriber_can_post", False),)},
                "only_subscriber_can_post": {True: (("only_moderator_can_post", False),)},
                # panel/mailing-lists.md#subscription-moderators
                "subscription_moderators": {truth: (("moderate_subscription", truth),) for truth in (True, False)},
                "moderate_subscription": {False: (("subscription_moderators", frozenset()),)},
            },
            # without a file for the one, mail may get lost while there is the other (panel/mailing-lists.md#texts)
            cleared_beside={"footer_text": ("footer_html",)},
            # a PUT without it may wipe it (panel/mailing-lists.md#name)
            resend=frozenset({"name"}),
            # sent always: the panel's default is to ask every one of them by mail (panel/mailing-lists.md#subscribers)
            with_params={
                "subscribers": {"subscription": version, "require_confirm": "yes" if confirm else "no"},
            },
        ),
        cautions=cautions,
        conflicts=(
            Conflict(
                tuple((option, True) for option in POSTING),
                "only_moderator_can_post and only_subscriber_can_post exclude each other; the server would keep the "
                "first and drop the second.",
            ),
            Conflict(
                (("moderate_subscription", False), ("subscription_moderators", True)),
                "moderate_subscription: false removes every subscription moderator; leave one of the two out.",
            ),
        ),
        fields=(
            _field("name", Text(), "name", ldap=(Key("cn"), Key("name")), initial=both("")),
            _field(
                "enabled",
                Flag("active", "disabled"),
                wire="accountStatus",
                sql=(Key("active"),),
                ldap=(Key("accountStatus"),),
                initial=both(True),
            ),
            _field(
                "access_policy",
                Enum(*POLICIES, synonyms={"": "public"}),
                wire="accessPolicy",
                sql=(Key("accesspolicy"), Key("accessPolicy")),
                # mlmmjadmin shows none of these, so they tell that the entry is shown (panel/mailing-lists.md#profile)
                ldap=(Omitted("accessPolicy", beside=("accountStatus", "enabledService", "mtaTransport")),),
                clearable=False,
            ),
            # panel/mailing-lists.md#account
            _field("is_newsletter", Flag(), initial=both(False), rarely_shown=LDAP),
            _field(
                "newsletter_description",
                Description(),
                sql=(Key("newsletter_description"), Key("description")),
                initial=both(""),
                rarely_shown=LDAP,
            ),
            *(_boolean(option) for option in BOOLEANS),
            _field("owners", Items(Address()), "owners", "owner", "listOwner", wire="owner", initial=postmaster),
            _field("moderators", Items(Address()), "moderators", "listModerator", initial=postmaster),
            _field("subscription_moderators", Items(Address()), initial=both(frozenset())),
            # panel/mailing-lists.md#extra-addresses
            _field("extra_addresses", Items(Address()), own_for_none=True, initial=both(frozenset())),
            _field("max_message_size", Size("B"), "max_message_size", "maxmsgsize", "maxMessageSize", initial=both(0)),
            _field("subject_prefix", Prefix(), initial=both("")),
            _field("custom_headers", HeaderLines(), initial=both(frozenset())),
            _field("remove_headers", Items(HeaderName()), server_managed=OWN_REMOVED, initial=both(frozenset())),
            _field("footer_text", Paragraphs(), initial=both("")),
            _field("footer_html", Paragraphs(), initial=both("")),
            _field(
                "subscribers",
                Items(Address()),
                update=None,
                add="add_subscribers",
                remove="remove_subscribers",
                sql=places,
                ldap=places,
                needs_confirmation=confirm,
                kept_apart=True,
                initial=both(frozenset()),
            ),
        ),
    )


ML = ml({})

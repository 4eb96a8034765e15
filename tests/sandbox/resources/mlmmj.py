# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What mlmmj keeps of a list: its profile and its subscribers (panel/mailing-lists.md, panel/mlmmjadmin.md)."""

from __future__ import annotations

import json
import re
from typing import Any

from sqlalchemy import insert

from tests.sandbox import tables as t
from tests.sandbox.resources.mlmmj_headers import custom_headers, removed_headers, since
from tests.sandbox.routing import Call, CrashError, RefusedError
from tests.sandbox.rows import every, one, put, remove
from tests.sandbox.wire import domain_of, is_mail

# What the API document knows; only exactly yes and no are taken (panel/mailing-lists.md#yes-and-no)
_FLAGS = (
    "close_list only_moderator_can_post only_subscriber_can_post disable_subscription disable_subscription_confirm "
    "disable_digest_subscription disable_digest_text disable_nomail_subscription moderated "
    "moderate_non_subscriber_post disable_retrieving_old_posts only_subscriber_can_get_old_posts "
    "disable_retrieving_subscribers notify_sender_when_moderated notify_owner_when_sub_unsub "
    "disable_send_copy_to_sender disable_archive"
).split()
BOOLEANS = (*_FLAGS, "moderate_subscription")
# What is readable besides (panel/mailing-lists.md#yes-and-no)
_UNDOCUMENTED = (
    "if_mod_send_only_mod_moderate disable_notify_subscription_moderated disable_notify_when_missing_listaddress "
    "disable_notify_when_access_denied disable_notify_when_subscriber_only disable_notify_when_moderator_only "
    "disable_notify_when_exceeding_max_mail_size tocc reply_to_sender enable_newsletter_subscription"
).split()
# What every POST sets, unless it is sent (panel/mlmmjadmin.md#a-directory-that-is-there)
_YES = (
    "only_subscriber_can_post if_mod_send_only_mod_moderate disable_retrieving_old_posts "
    "only_subscriber_can_get_old_posts tocc"
).split()
_NO = (
    "only_moderator_can_post moderate_non_subscriber_post notify_owner_when_sub_unsub notify_sender_when_moderated "
    "disable_archive"
).split()
_PORT = "10027"  # Amavisd's, for lists (panel/mailing-lists.md#texts)
_TEXTS = "max_message_size subject_prefix relay_host smtp_helo smtp_port name footer_text footer_html".split()
_LISTS = "owner moderators subscription_moderators listaddress custom_headers remove_headers".split()
SUBSCRIPTIONS = ("normal", "digest", "nomail")
# What is mlmmj's of the parameters
_ACCOUNT = {"accountStatus", "accessPolicy", "is_newsletter", "newsletter_description"}


# What a panel in Python says when nothing listens where it looks for mlmmjadmin (inferred)
_REFUSED = (
    "ConnectionError(MaxRetryError(\"HTTPConnectionPool(host='127.0.0.1', port=7790): Max retries exceeded "
    "(Caused by NewConnectionError('[Errno 111] Connection refused'))\"))"
)


def reach(call: Call) -> None:
    """Everything of /api/ml goes through mlmmjadmin, which may be down: then nothing is read or written."""
    if call.panel.shapes("mlmmjadmin", "crash"):
        raise CrashError("the panel does not catch that mlmmjadmin is down")
    if call.panel.shapes("mlmmjadmin", "refused"):
        raise RefusedError(_REFUSED)


def load(call: Call) -> dict[str, Any]:
    """The profile of the list in the path."""
    stored = one(call.db, t.MLMMJ, address=call.mail)
    return dict(json.loads(stored["profile"])) if stored else {}


def store(call: Call, profile: dict[str, Any]) -> None:
    """Keep a profile."""
    put(call.db, t.MLMMJ, {"address": call.mail}, {"profile": json.dumps(profile)})


def files(call: Call) -> dict[str, Any]:
    """The profile of a list that is to be changed. Refused when its files are lost (panel/mlmmjadmin.md#lost-files)."""
    found = load(call)
    if not found and set(call.params) - _ACCOUNT:
        raise RefusedError("FileNotFoundError(2, 'No such file or directory')")
    return found


def initialised(call: Call) -> dict[str, Any]:
    """The profile that a POST without any parameter makes, as measured (panel/mlmmjadmin.md#a-new-list).

    What is in a directory that was there stays, apart from what every POST sets
    (panel/mlmmjadmin.md#a-directory-that-is-there).
    """
    postmaster = "postmaster@" + domain_of(call.mail)
    profile: dict[str, Any] = {
        **dict.fromkeys((*BOOLEANS, *_UNDOCUMENTED), "no"),
        **dict.fromkeys(_TEXTS, ""),
        **{name: [] for name in _LISTS},
        **load(call),
        **dict.fromkeys(_YES, "yes"),
        **dict.fromkeys(_NO, "no"),
        "smtp_port": _PORT,
        "owner": [postmaster],
        "moderators": [postmaster],
        "listaddress": [call.mail],
        "custom_headers": custom_headers(call, ""),
        "remove_headers": [],
    }
    return profile


def apply(call: Call, profile: dict[str, Any]) -> None:
    """Put what was sent into a profile; what was not sent stays."""
    sent = call.params
    if "custom_headers" in sent:  # first, since it may crash before anything is written
        profile["custom_headers"] = custom_headers(call, sent["custom_headers"])
    for name in _FLAGS:
        if sent.get(name) in ("yes", "no"):
            profile[name] = sent[name]
    # the moderator wins when both are yes (panel/mailing-lists.md#who-may-post)
    if sent.get("only_moderator_can_post") == "yes":
        profile["only_subscriber_can_post"] = "no"
        if not since(call, "3.1.5"):
            profile["moderated"] = "yes"
    elif sent.get("only_subscriber_can_post") == "yes":
        profile["only_moderator_can_post"] = "no"
    _subscription(call, profile)
    if "owner" in sent:  # neither checked nor lower-cased
        profile["owner"] = call.items("owner", lower=False)
    if "moderators" in sent:
        profile["moderators"] = _addresses(call, "moderators")
    if "extra_addresses" in sent:
        _list_addresses(call, profile)
    if "remove_headers" in sent:
        profile["remove_headers"] = removed_headers(sent["remove_headers"])
    if "max_message_size" in sent:
        profile["max_message_size"] = str(call.number("max_message_size") or "")
    if "subject_prefix" in sent:  # one line, with the blanks after it
        profile["subject_prefix"] = _lines(sent["subject_prefix"])[0]
    for name in ("footer_text", "footer_html"):
        if name in sent:
            profile[name] = "\n".join(_lines(sent[name].strip()))
    if "name" in sent:
        profile["name"] = call.text("name")


def _subscription(call: Call, profile: dict[str, Any]) -> None:
    """Both parameters are one file with the moderators; while it is there, subscriptions are moderated.

    See panel/mailing-lists.md#subscription-moderators.
    """
    word, listed = call.params.get("moderate_subscription"), call.params.get("subscription_moderators")
    if word is not None and word != "yes":
        profile.update(moderate_subscription="no", subscription_moderators=[])
    elif listed or (listed is not None and word is None):
        moderators = _addresses(call, "subscription_moderators")
        profile.update(moderate_subscription="yes" if moderators else "no", subscription_moderators=moderators)
    elif word == "yes":  # whoever is in the file stays
        profile["moderate_subscription"] = "yes"


def _list_addresses(call: Call, profile: dict[str, Any]) -> None:
    """The file ``listaddress``, which begins with the list's own address; an empty value deletes it.

    Without it the list is dead (panel/mailing-lists.md#extra-addresses).
    """
    others = [mail.strip() for mail in call.items("extra_addresses", lower=False)]
    profile["listaddress"] = [call.mail, *(mail for mail in others if mail != call.mail)] if others else []
    if not others:
        call.ruin("ml", call.mail, "extra_addresses= deletes control/listaddress, and the list is dead")


def _lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def _addresses(call: Call, name: str) -> list[str]:
    return [mail for mail in call.items(name) if is_mail(mail)]


def shown(call: Call, profile: dict[str, Any]) -> dict[str, Any]:
    """A profile as it reads (panel/mailing-lists.md#profile): the forms are switches, ``owners`` repeats ``owner``."""
    found = {name: sorted(value) if isinstance(value, list) else value for name, value in profile.items()}
    found["extra_addresses"] = [mail for mail in found.pop("listaddress") if mail != call.mail]
    found["owners"] = found["owner"]
    if not since(call, "3.6.2"):
        del found["reply_to_sender"]
    shapes = call.panel.shapes
    for name, value in found.items():
        if isinstance(value, list) and shapes("ml_lists", "string"):
            found[name] = ("\n" if name == "custom_headers" else ",").join(value)
        elif value in ("yes", "no") and name not in _TEXTS and not shapes("ml_booleans", "yesno"):
            found[name] = value == "yes" if shapes("ml_booleans", "json") else int(value == "yes")
    if shapes("ml_size", "number"):
        found["max_message_size"] = int(profile["max_message_size"] or 0)
    return found


def subscribe(call: Call, parameter: str) -> None:
    """Add subscribers, each to one version of the list; one who is asked to confirm never appears.

    See panel/mailing-lists.md#subscribers.
    """
    if call.params.get("require_confirm") != "no":  # Pro's default is yes
        return
    version = call.text("subscription") if call.text("subscription") in SUBSCRIPTIONS else "normal"
    for mail in _addresses(call, parameter):
        row = {"address": call.mail, "mail": mail, "subscription": version}
        if not one(call.db, t.MLMMJ_SUBSCRIBERS, **row):
            call.db.execute(insert(t.MLMMJ_SUBSCRIBERS).values(**row))


def unsubscribe(call: Call, parameter: str) -> None:
    """Remove subscribers from all versions; ALL in upper case empties the list, strangers do not matter.

    See panel/mailing-lists.md#subscribers.
    """
    if call.text(parameter) == "ALL":
        remove(call.db, t.MLMMJ_SUBSCRIBERS, address=call.mail)
    for mail in _addresses(call, parameter):
        remove(call.db, t.MLMMJ_SUBSCRIBERS, address=call.mail, mail=mail)


def subscribers(call: Call) -> dict[str, Any]:
    """The subscribers under their key; who is on two versions is there twice (panel/mailing-lists.md#subscribers)."""
    rows = every(call.db, t.MLMMJ_SUBSCRIBERS, "mail", address=call.mail)
    found: Any = [{"mail": row["mail"], "subscription": row["subscription"]} for row in rows]
    form, key = call.panel.shapes["ml_subscriber_form"], call.panel.shapes["ml_subscribers"]
    if form == "strings":
        found = sorted({row["mail"] for row in rows})
    elif form == "by_subscription":
        found = {name: [row["mail"] for row in rows if row["subscription"] == name] for name in SUBSCRIPTIONS}
    return {} if key == "hidden" else {key: found}

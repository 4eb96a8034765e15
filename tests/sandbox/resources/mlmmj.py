# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What mlmmj keeps of a list: its profile and its subscribers (panel/mailing-lists.md, panel/mlmmjadmin.md)."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import insert

from tests.sandbox import tables as t
from tests.sandbox.routing import Call, CrashError, RefusedError
from tests.sandbox.rows import every, one, put, remove
from tests.sandbox.wire import domain_of, is_mail

# What the API document knows; only exactly yes and no are taken (panel/mailing-lists.md#yes-and-no)
BOOLEANS = (
    "close_list only_moderator_can_post only_subscriber_can_post disable_subscription disable_subscription_confirm "
    "disable_digest_subscription disable_digest_text disable_nomail_subscription moderated "
    "moderate_non_subscriber_post disable_retrieving_old_posts only_subscriber_can_get_old_posts "
    "disable_retrieving_subscribers notify_sender_when_moderated notify_owner_when_sub_unsub "
    "disable_send_copy_to_sender disable_archive moderate_subscription"
).split()
# What is readable besides (panel/mailing-lists.md#yes-and-no)
_UNDOCUMENTED = (
    "if_mod_send_only_mod_moderate disable_notify_subscription_moderated disable_notify_when_missing_listaddress "
    "disable_notify_when_access_denied disable_notify_when_subscriber_only disable_notify_when_moderator_only "
    "disable_notify_when_exceeding_max_mail_size tocc reply_to_sender enable_newsletter_subscription"
).split()
_YES = (
    "only_subscriber_can_post if_mod_send_only_mod_moderate disable_retrieving_old_posts "
    "only_subscriber_can_get_old_posts tocc"
).split()
_YES_IN_DOCUMENT = ("disable_retrieving_subscribers", "disable_send_copy_to_sender")
_REMOVED_IN_DOCUMENT = ("DKIM-Signature:", "Authentication-Results:")
_TEXTS = "max_message_size subject_prefix relay_host smtp_helo smtp_port name footer_text footer_html".split()
SUBSCRIPTIONS = ("normal", "digest", "nomail")


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


def new_profile(call: Call) -> dict[str, Any]:
    """The profile after a create without any parameter, as measured (panel/mlmmjadmin.md#a-new-list)."""
    postmaster = "postmaster@" + domain_of(call.mail)
    profile: dict[str, Any] = {name: "yes" if name in _YES else "no" for name in [*BOOLEANS, *_UNDOCUMENTED]}
    if call.panel.shapes("ml_defaults", "document"):
        profile.update(dict.fromkeys(_YES_IN_DOCUMENT, "yes"))
    profile.update(owner=[postmaster], moderators=[postmaster], subscription_moderators=[], extra_addresses=[])
    profile.update(custom_headers=_custom_headers(call, ""), remove_headers=_removed_headers(call, ""))
    return {**profile, **dict.fromkeys(_TEXTS, "")}


def apply(call: Call, profile: dict[str, Any]) -> None:
    """Put what was sent into a profile; what was not sent stays."""
    sent = call.params
    for name in BOOLEANS:
        if sent.get(name) in ("yes", "no"):
            profile[name] = sent[name]
    # the moderator wins when both are yes (panel/mailing-lists.md#who-may-post)
    if sent.get("only_moderator_can_post") == "yes":
        profile["only_subscriber_can_post"] = "no"
    elif sent.get("only_subscriber_can_post") == "yes":
        profile["only_moderator_can_post"] = "no"
    if sent.get("moderate_subscription") == "no":
        profile["subscription_moderators"] = []
    elif "subscription_moderators" in sent:
        profile.update(moderate_subscription="yes", subscription_moderators=_addresses(call, "subscription_moderators"))
    if "owner" in sent:  # neither checked nor lower-cased
        profile["owner"] = sorted(call.items("owner", lower=False))
    if "moderators" in sent:
        profile["moderators"] = _addresses(call, "moderators")
    if "extra_addresses" in sent:
        profile["extra_addresses"] = [mail for mail in _addresses(call, "extra_addresses") if mail != call.mail]
    if "custom_headers" in sent:
        profile["custom_headers"] = _custom_headers(call, sent["custom_headers"])
    if "remove_headers" in sent:
        profile["remove_headers"] = _removed_headers(call, sent["remove_headers"])
    if "max_message_size" in sent:
        profile["max_message_size"] = str(max(call.number("max_message_size"), 0) or "")
    if "subject_prefix" in sent:  # one line, with the blanks after it
        profile["subject_prefix"] = sent["subject_prefix"].partition("\n")[0].rstrip("\r")
    for name in ("footer_text", "footer_html"):
        if name in sent:
            profile[name] = sent[name].rstrip("\r\n")
    if "name" in sent:
        profile["name"] = call.text("name")


def _addresses(call: Call, name: str) -> list[str]:
    return sorted(mail for mail in call.items(name) if is_mail(mail))


def _custom_headers(call: Call, text: str) -> list[str]:
    """The server's own headers and those sent, one a line; own values for the server's are dropped.

    See panel/mailing-lists.md#headers.
    """
    mail = call.mail
    local, _at, domain = mail.partition("@")
    own = {
        "Precedence": "bulk",
        "List-Id": f"<{mail}>",
        "Reply-To": mail,
        "List-Post": f"<mailto:{mail}>",
        "List-Subscribe": f"<mailto:{local}+subscribe@{domain}?subject=Subscribe>",
        "List-Unsubscribe": f"<mailto:{local}+unsubscribe@{domain}?subject=Unsubscribe>",
    }
    if call.panel.shapes("ml_defaults", "document"):
        own["X-Mailing-List"] = mail
    reserved = {name.lower() for name in own}
    lines = {f"{name}: {value}" for name, value in own.items()}
    for line in text.split("\n"):
        name, colon, value = line.partition(":")
        if colon and name.strip() and name.strip().lower() not in reserved:
            lines.add(f"{name.strip()}: {value.strip()}")
    return sorted(lines)


def _removed_headers(call: Call, text: str) -> list[str]:
    found = {name.strip().rstrip(":") + ":" for name in text.split(",") if name.strip(" :")}
    if call.panel.shapes("ml_defaults", "document"):
        found |= set(_REMOVED_IN_DOCUMENT)
    return sorted(found)


def shown(call: Call, profile: dict[str, Any]) -> dict[str, Any]:
    """A profile as it reads (panel/mailing-lists.md#profile): the forms are switches, ``owners`` repeats ``owner``."""
    found = {**profile, "owners": profile["owner"]}
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

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a difference may mean: that somebody reads along, that mail is lost, or neither."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.result import NOT_SHOWN

from .entry import IN_SYNC, UNKNOWN, Changes, Entry, as_list, domain_of

SECURITY, LOST_MAIL, REST = "security", "lost_mail", "rest"
WEIGHTS = (SECURITY, LOST_MAIL, REST)
#: who is there reads along, or decides
_READERS = (
    "forwarding",
    "sender_bcc",
    "recipient_bcc",
    "catchall",
    "members",
    "subscribers",
    "owners",
    "moderators",
    "subscription_moderators",
)
#: who is there has rights, whatever the domain
_RIGHTS = ("admins", "global_admin", "allow_mail_log", "allow_quarantine")
#: a copy that nobody who is copied sees: a colleague is no better than an outsider
_COPIES = ("sender_bcc", "recipient_bcc")
#: where mail goes instead
_ROUTES = ("transport", "outbound_relay", "primary_mx", "backup_mx")
_ACCOUNTS = ("user", "admin")
_RECEIVE = ("domain", "user", "alias", "ml", "maillist")
#: without one of these, an account gets no mail
_DELIVERY = frozenset({"mail", "deliver", "lda", "lmtp"})
#: whether what receives is nobody any more
_RECIPIENTS = {"alias": "members", "maillist": "members", "ml": "subscribers"}


def weight_of(entry: Entry, own: Container[str]) -> str:
    """What an object's differences may mean.

    :param own: the domains that are known to be one's own
    """
    # of what is not known, nothing is concluded
    if entry.status in (IN_SYNC, UNKNOWN):
        return REST
    if _account(entry) or _outsiders(entry, own) or _rights(entry) or _loosened(entry):
        return SECURITY
    return LOST_MAIL if _loses(entry) else REST


def outsiders(entry: Entry, option: str, own: Container[str]) -> list[str]:
    """The addresses that only the server has among those who read along, and that are in no domain of one's own."""
    if option not in _READERS or entry.changes.get(option, ("", ""))[0] == NOT_SHOWN:
        return []
    return [one for one in entry.sides(option)[0] if domain_of(one) not in (entry.domain, "") and _is_not(one, own)]


def _is_not(address: str, own: Container[str]) -> bool:
    return domain_of(address) not in own


def _account(entry: Entry) -> bool:
    """An account that nobody declared, or that is to be gone or disabled."""
    return entry.kind in _ACCOUNTS and (entry.extra or entry.changes.get("enabled") == (True, False))


def _outsiders(entry: Entry, own: Container[str]) -> bool:
    """Somebody reads along, or mail goes another way."""
    for option, values in entry.differences.items():
        if not _shown(values):
            continue
        if (option in _COPIES and entry.sides(option)[0]) or (option in _ROUTES and values[0]):
            return True
        if outsiders(entry, option, own):
            return True
    # of one that nobody declared, all who are in it
    return any(outsiders(entry, option, own) for option in entry.shown)


def _shown(change: tuple[Any, Any]) -> bool:
    return bool(change[0] != NOT_SHOWN)


def _rights(entry: Entry) -> bool:
    changes = entry.differences
    for option in _RIGHTS:
        if option in changes and (changes[option][0] is True or (option == "admins" and entry.sides(option)[0])):
            return True
    return False


def _loses(entry: Entry) -> bool:
    """Mail that is declared to arrive, and does not."""
    if entry.kind not in _RECEIVE:
        return False
    changes = entry.differences
    recipients = _RECIPIENTS.get(entry.kind, "")
    nobody = recipients in changes and _shown(changes[recipients]) and not as_list(changes[recipients][0])
    return (
        entry.missing
        or nobody
        or changes.get("enabled") == (False, True)
        or bool("services" in changes and _DELIVERY & set(entry.sides("services")[1]))
    )


# -- what keeps others out


def _loosened(entry: Entry) -> bool:
    if entry.kind in ("greylisting", "throttle") and entry.missing:
        return _strict(entry.kind, entry.changes)
    changes = {option: values for option, values in entry.differences.items() if _shown(values)}
    if entry.kind == "greylisting":
        return changes.get("enabled") == (False, True) or bool(entry.sides("whitelist")[0])
    if entry.kind == "greylisting_spf_domains":
        return bool("domains" in changes and entry.sides("domains")[0])
    if entry.kind == "throttle":
        return any(_allows_more(option, *values) for option, values in changes.items())
    if entry.kind == "wblist" and "addresses" in changes:
        only_there, lacking = entry.sides("addresses")
        return bool(only_there if entry.ident.endswith("whitelist") else lacking)
    return entry.kind == "spampolicy" and any(_lets_through(option, *values) for option, values in changes.items())


def _strict(kind: str, changes: Changes) -> bool:
    """Whether a setting that is missing would have kept something out."""
    if kind == "greylisting":
        return changes.get("enabled", (None, True))[1] is True
    limits = [changes[one][1] for one in ("msg_size", "max_msgs", "max_quota") if one in changes]
    return any(isinstance(one, int) and one > 0 for one in limits)


def _allows_more(option: str, before: Any, after: Any) -> bool:
    """:param before: 0 is no limit"""
    if not isinstance(before, int) or not isinstance(after, int):
        return False
    if option == "period":
        return 0 < before < after
    return after > 0 and (before <= 0 or before > after)


def _lets_through(option: str, before: Any, after: Any) -> bool:
    if option.startswith("bypass_"):
        return before is True
    if option.startswith("quarantine_"):
        return before is False
    numbers = isinstance(before, (int, float)) and isinstance(after, (int, float))
    return option == "spam_score" and numbers and before > after

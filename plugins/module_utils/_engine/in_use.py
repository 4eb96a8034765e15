# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account in use: whether a change would lock out whoever is logged in. Every task that writes asks here.

With a session alone nobody knows whose it is. Then any admin may be the one, and a global admin the last one.
"""

from __future__ import annotations

from typing import Iterable, NamedTuple, Optional

from .._model.sources import UNREADABLE
from .current import Current
from .view import InUse

#: what a change does to an account, as a sentence says it; the last takes one domain of those that it manages
DELETED, DISABLED, RENAMED, STRIPPED = "deleted", "disabled", "renamed", "stripped of its rights"
UNDELEGATED = "taken out of the admins of a domain"
#: what an account may do: everything, something in domains, nothing; or the panel does not show it
GLOBAL, MANAGER, NOBODY, HIDDEN = "global", "manager", "nobody", "hidden"
_REASONS = {
    GLOBAL: "is a global admin",
    MANAGER: "manages domains",
    HIDDEN: "may be a global admin, which this panel does not show",
}


class Hit(NamedTuple):
    """What a change does to an account.

    :ivar mail: empty where the panel does not show which one it is
    :ivar rights: what the account may do; matters only while nobody knows who is logged in
    """

    mail: str
    harm: str
    rights: str


def rights_of(current: Optional[Current]) -> str:
    """What an account may do, as its profile shows it (panel/admins.md#who-manages-a-domain)."""
    if current is None:
        return NOBODY
    is_global = current.value("global_admin")
    if is_global is True:
        return GLOBAL
    if is_global is UNREADABLE:
        return HIDDEN
    return MANAGER if current.facts.get("managed_domains") else NOBODY


def refusal(in_use: InUse, hits: Iterable[Hit], itself: str = "", among: str = "in it") -> Optional[str]:
    """Why a change must not be made, in a sentence; None if it may.

    :param itself: the account that the sentence is about anyway
    :param among: where the others are
    """
    for hit in hits:
        if in_use.account is not None:
            if _is_lost(in_use, hit):
                who = "this is the account of api_username" if hit.mail == itself else _other(among)
                return "%s; the one in use is never %s." % (who, hit.harm)
        elif _may_be_lost(in_use, hit):
            who = "this account" if hit.mail == itself else hit.mail or "one of them"
            return (
                "%s %s, and with api_session nobody knows which account is in use: it might be this one, or the last "
                "global admin, so it is not %s. Give api_username and api_password, and no api_session."
                % (who, _REASONS[hit.rights], hit.harm)
            )
    return None


def credential_changes(in_use: InUse, mails: Iterable[str]) -> bool:
    """Whether a new password of these accounts replaces the one that is logged in with."""
    return bool({in_use.account, in_use.api_username} & set(mails))


def _other(among: str) -> str:
    return "the account of api_username is %s" % among


def _is_lost(in_use: InUse, hit: Hit) -> bool:
    if hit.mail not in ("", in_use.account):
        return False
    return hit.harm != UNDELEGATED or in_use.is_global() is not True


def _may_be_lost(in_use: InUse, hit: Hit) -> bool:
    # whoever manages some domains is not in use if a global admin is
    return hit.rights in (GLOBAL, HIDDEN) or (hit.rights == MANAGER and in_use.is_global() is not True)

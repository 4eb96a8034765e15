# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which accounts a change of an object takes away, disables or strips of their rights."""

from __future__ import annotations

from typing import List

from .._model.catalog import MANAGERS
from .._model.descriptors import Resource
from .._model.resources.domain import DOMAIN
from .._model.resources.user import USER
from .current import Current
from .desired import Desired
from .in_use import DELETED, DISABLED, HIDDEN, STRIPPED, Hit, rights_of
from .plan import Plan
from .view import View

#: without it a user of an LDAP panel is no admin (panel/admins.md#delegation)
ADMIN_SERVICE = "domainadmin"


def may_harm(resource: Resource, desired: Desired) -> bool:
    """Whether a change may come to that, so that it matters who the account is."""
    exact = desired.exact
    flags = exact.get("enabled") is False or exact.get("global_admin") is False
    services = any("services" in place for place in (exact, desired.add, desired.remove))
    return resource in MANAGERS and (flags or services)


def by_name(view: View, resource: Resource, desired: Desired) -> List[Hit]:
    """Where the account in use is known, its name is enough to refuse; nothing need be read."""
    harms = (DELETED, not desired.present), (DISABLED, desired.exact.get("enabled") is False)
    if resource not in MANAGERS or view.in_use.account is None:
        return []
    return [Hit(desired.identity, harm, HIDDEN) for harm, is_meant in harms if is_meant]


def harm_of(plan: Plan) -> str:
    """What a plan does to an account; empty if nothing."""
    before, after = (values.get("services") for values in (plan.before, plan.after))
    for option, harm in (("enabled", DISABLED), ("global_admin", STRIPPED)):
        if plan.after.get(option) is False and plan.before.get(option) is not False:
            return harm
    if isinstance(before, frozenset) and isinstance(after, frozenset) and ADMIN_SERVICE in before - after:
        return STRIPPED
    return ""


def harmed(view: View, resource: Resource, name: str, found: Current, harm: str) -> List[Hit]:
    """What is done to an account, or to those in a domain.

    :param name: where the account lives now, or the domain
    """
    if resource in MANAGERS:
        return [Hit(name, harm, rights_of(found))]
    return _inside(view, name, harm) if resource is DOMAIN else []


def _inside(view: View, domain: str, harm: str) -> List[Hit]:
    mine = view.in_use.account
    if mine is None:
        users = view.get_many(USER, view.names_in(USER, domain))
        # who cannot be read may be an admin as well
        blind = [Hit(mail, harm, HIDDEN) for mail in users.unread]
        return [Hit(mail, harm, rights_of(current)) for mail, current in users.found] + blind
    is_inside = mine.rpartition("@")[2] == domain and view.get(USER, mine) is not None
    return [Hit(mine, harm, HIDDEN)] if is_inside else []

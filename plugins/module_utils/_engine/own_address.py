# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a panel shows an account's own address among its forwardings (panel/user-profiles.md#own-address)."""

from __future__ import annotations

from typing import Any, FrozenSet, Optional

from .._errors import IRedMailError
from .._model.descriptors import Resource
from .._model.fields import ListField
from .._model.resources.user import USER
from .current import Current
from .desired import Desired
from .plan import Plan
from .view import View

#: so many users of the domain are looked at
FEW = 8


def shows_own(view: View, resource: Resource, desired: Desired, found: Current) -> Optional[bool]:
    """Whether what an account does not show of itself is not there. Others of its domain tell, where that matters.

    :returns: None where there is nobody else who could tell
    """
    for one in resource.fields:
        if not (isinstance(one, ListField) and one.self_option and desired.names(one)):
            continue
        value = found.value(one.option)
        if isinstance(value, frozenset) and desired.identity not in value:
            return _others_show(view, desired.identity)
    return True


def _others_show(view: View, mail: str) -> Optional[bool]:
    if view.hides_own:
        return False
    try:
        names = view.names(USER, mail.rpartition("@")[2]) or []
        others = [name for name in names if name != mail][:FEW]
        seen = {current.own_shown for _name, current in view.get_many(USER, others).found}
    except IRedMailError:
        return False  # nobody can be asked, so it is not known here either
    return True if True in seen else (False if False in seen else None)


def is_hidden(one: Any, name: str, sent: Any, shown: Any) -> bool:
    """Whether all that is not seen of a list after it was sent is the account's own address."""
    if not (isinstance(one, ListField) and one.self_option):
        return False
    return bool(sent.added - shown <= frozenset({name}) and not sent.removed & shown)


def is_not_seen(resource: Resource, name: str, plan: Plan, state: Optional[Current]) -> bool:
    """Whether the account's own address should stand in a list after a plan, and others alone do."""
    for one in resource.fields:
        if not (isinstance(one, ListField) and one.self_option) or state is None or not plan.operations:
            continue
        wanted, shown = plan.after.get(one.option), state.value(one.option)
        if isinstance(wanted, frozenset) and isinstance(shown, frozenset) and name in wanted - shown:
            return True
    return False


def leaves_own(
    one: ListField, desired: Desired, wanted: FrozenSet[str], added: FrozenSet[str], shows: Optional[bool]
) -> bool:
    """Whether the own address cannot be compared, and so is neither sent nor missing.

    Where nobody can tell whether the panel hides it, it is sent: mail that is not kept is lost.

    :param wanted: the list as it is to be; :param added: what of it is not shown
    :param shows: what :func:`shows_own` says
    """
    own = frozenset({desired.identity})
    if not one.self_option or not wanted - own:
        return False  # where nobody else is left, it is no matter of keeping a copy
    asked, skips = desired.keep_self.get(one.option), desired.unreadable == "skip"
    if not own <= added:
        return shows is False and asked is False
    if skips and asked is None:
        return True
    return shows is False


def say_unknown(one: ListField, desired: Desired, plan: Plan) -> FrozenSet[str]:
    """Note that nobody knows whether a copy is kept; returns the own address."""
    if desired.unreadable == "skip":
        plan.uncompared.append(str(one.self_option))
    else:
        plan.unverified.append(str(one.self_option))
        plan.warnings.append(
            "%s: nobody's own address is seen among the forwardings of this panel, so whether the mailbox keeps a copy "
            "is not known, and nothing is sent for it." % one.self_option
        )
    return frozenset({desired.identity})

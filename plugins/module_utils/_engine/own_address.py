# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a panel shows an account's own address among its forwardings (panel/user-profiles.md#own-address)."""

from __future__ import annotations

from typing import Any, FrozenSet, List, Optional

from .._errors import IRedMailError
from .._model.descriptors import Resource
from .._model.fields import ListField
from .._model.resources.domain import DOMAIN
from .._model.resources.user import USER
from .current import Current
from .desired import Desired
from .plan import Plan
from .view import View

#: so many users of a domain are looked at, and so many other domains where none of them tells
FEW, OTHERS = 8, 4


def shows_own(view: View, resource: Resource, desired: Desired, found: Current) -> Optional[bool]:
    """Whether what an account does not show of itself is not there; None where nobody tells."""
    for one in resource.fields:
        if not (isinstance(one, ListField) and one.self_option and desired.names(one)):
            continue
        value = found.value(one.option)
        if isinstance(value, frozenset) and desired.identity not in value:
            return _panel_shows(view, desired.identity)
    return True


def _panel_shows(view: View, mail: str) -> Optional[bool]:
    """Whether the panel shows anybody's own address: others tell, where that was not learned before."""
    home = mail.rpartition("@")[2]
    try:
        if view.own_shown is None:
            view.own_shown = _seen_in(view, home, mail)
        domains = [] if view.own_shown is not None else _other_domains(view, home)
        while view.own_shown is None and domains:
            view.own_shown = _seen_in(view, domains.pop(0), mail)
    except IRedMailError:
        return False  # there may be others, and they cannot be asked: it is not known
    return view.own_shown


def _other_domains(view: View, home: str) -> List[str]:
    try:
        return [name for name in view.names(DOMAIN) or [] if name != home][:OTHERS]
    except IRedMailError:
        return []


def _seen_in(view: View, domain: str, mail: str) -> Optional[bool]:
    """Whether users of a domain show their own addresses; None where nobody tells.

    :raises IRedMailError: they cannot be listed
    """
    others = [name for name in view.names(USER, domain) or [] if name != mail][:FEW]
    seen = {current.own_shown for _name, current in view.get_many(USER, others).found}
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

    Where the panel is known to hide it, to send it would be a change in every run, and where it is there already an SQL
    panel may refuse it (panel/users.md#forwarding). Where nobody tells, it counts as shown, as it probably is
    (panel/user-profiles.md#own-address): a change too many is not as bad as a mailbox that gets no mail.

    :param wanted: the list as it is to be; :param added: what of it is not shown
    :param shows: what :func:`shows_own` says
    """
    own = frozenset({desired.identity})
    if not one.self_option or not wanted - own:
        return False  # where nobody else is left, it is no matter of keeping a copy
    asked = desired.keep_self.get(one.option)
    if not own <= added:
        return shows is False and asked is False
    return shows is False or (asked is None and desired.unreadable == "skip")


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

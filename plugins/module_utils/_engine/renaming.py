# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning that an account gets another name. Pure."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Sequence

from .._model.descriptors import Resource
from .._model.fields import ListField
from .._model.resources.user import USER
from .creation import check_new_name
from .current import Current
from .plan import RENAME, Operation, Plan

#: the option with the further addresses of an account
ALIASES = next(one for one in USER.fields if one.option == "aliases")


def plan_rename(resource: Resource, old: str, new: str, former: Current) -> Plan:
    """The plan of a rename. An alias address of its own that is to become its name is freed first.

    :param former: the account under its old name
    :raises InputError: the panel would not let it have the new one
    """
    check_new_name(resource, new)
    operations = [Operation("POST", resource.at(old) + ("change_email", new))]
    moved: Dict[str, Any] = {}
    for one in resource.fields:  # the account's own address moves with it
        value = former.value(one.option)
        if isinstance(one, ListField) and one.self_option and isinstance(value, frozenset) and old in value:
            moved[one.option] = value - {old} | {new}
    own = former.value(ALIASES.option)
    if resource is USER and isinstance(own, frozenset) and new in own:
        operations.insert(0, Operation("PUT", resource.at(old), {ALIASES.parameters["remove"]: new}))
        moved[ALIASES.option] = own - {new}
    plan = Plan(RENAME, operations, marks={resource.identity: (old, new)})
    plan.predicted = former.changed(moved)
    return plan


def undo_of_rename(resource: Resource, plan: Plan, sent: Sequence[Mapping[str, Any]]) -> Optional[Operation]:
    """What gives an alias address back that was freed for a rename which then failed; None if nothing was.

    :param sent: the operations so far, as results tell them
    """
    if plan.action != RENAME or len(plan.operations) < 2 or not sent:
        return None
    freed = plan.operations[0]
    planned = [(one.method, one.params) for one in plan.operations]
    told = [(one["method"], one["params"]) for one in sent[-2:]]
    if told != planned and told[-1:] != planned[:1]:  # a rename that was refused is not told
        return None
    return Operation("PUT", freed.path, {ALIASES.parameters["add"]: freed.params[ALIASES.parameters["remove"]]})


def alias_moved(former: Optional[Current], operation: Operation) -> bool:
    """Whether an account was given an alias address, or has lost it, as an operation says; False if that is not shown.

    :param former: the account as it is now, under its old name
    """
    own = None if former is None else former.value(ALIASES.option)
    ((parameter, address),) = operation.params.items()
    return isinstance(own, frozenset) and (address in own) is (parameter == ALIASES.parameters["add"])

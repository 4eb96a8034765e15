# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning an object in parts, where no order of whole changes would do. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Dict, FrozenSet, List, Optional, TypeVar

from .._model.descriptors import Resource
from .._model.fields import ListField
from .creation import expected, plan_create
from .current import Current, after_post
from .desired import Desired
from .holders import FURTHER
from .passes import Passes, follows_accounts
from .plan import CREATE, UPDATE, Operation, Plan
from .planner import Planner
from .result import SECRET_PARAMS
from .updating import plan_update
from .view import View
from .writing import WritingTask

Value = TypeVar("Value")


def split(task: WritingTask, resource: Resource, view: View, options: FrozenSet[str]) -> None:
    """Plan a task anew in parts, from what was read before: what these lists give up goes first, what they get last.

    For objects that pass names to each other in a ring, or refer to each other and are all new.
    """
    plans = [planned.plan for planned in task.chain]
    first, last = plans[0], plans[-1]
    if first.action == CREATE:
        task.plan_instead(_split_creation(task, resource, first, options, view.backend_hint))
    elif last.action == UPDATE:
        task.plan_instead(_split_update(task, resource, view, plans, options))


def _split_creation(
    task: WritingTask, resource: Resource, first: Plan, options: FrozenSet[str], backend: Optional[str]
) -> List[Plan]:
    less = _part(task.desired, lambda option: option not in options)
    operation, posted = plan_create(resource, less, backend)
    made = after_post(resource, backend, task.name, posted)
    # others may refer to it by a further name, and wait for that
    named = _update(Planner(resource, _part(task.desired, _is_name), made, posted).update(), made)
    rest = _update(Planner(resource, task.desired, named.predicted, posted).update(), named.predicted)
    expect = expected(resource, posted)
    created = replace(first, operations=[operation], carries=posted, expect=expect, predicted=made)
    return [created, *(plan for plan in (named, rest) if plan.operations)]


def _split_update(
    task: WritingTask, resource: Resource, view: View, plans: List[Plan], options: FrozenSet[str]
) -> List[Plan]:
    """What these lists give up, then all but what refers to others, which may need the names that the object gets.

    :param plans: the update, and the change of name before it where there is one
    """
    *renaming, whole = plans
    found: Current = renaming[0].predicted if renaming else task.found
    shown = {name: found.value(name) for name in options if name in whole.after}
    kept = {name: value & whole.after[name] for name, value in shown.items() if isinstance(value, frozenset)}
    # another one may need a name that is given up to be renamed itself
    name = str(task.desired.rename_from) if renaming else task.name
    given_up = _update(Planner(resource, Desired(name, exact=kept), found).update(), found)
    found = given_up.predicted
    refers = {option for option, value in whole.after.items() if not _is_name(option) and _addresses(value)}
    rest = _part(task.desired, lambda option: option not in refers)
    named = _update(plan_update(view, resource, rest, found), found)
    after = _update(plan_update(view, resource, task.desired, named.predicted), named.predicted)
    secrets = {name: value for name, value in whole.operations[0].params.items() if name in SECRET_PARAMS}
    if secrets and not after.operations:
        after.operations.append(Operation("PUT", resource.at(task.name)))
    if secrets:
        after.operations[0].params.update(secrets)
    return [plan for plan in (given_up, *renaming, named, after) if plan.operations]


def _update(plan: Plan, found: Current) -> Plan:
    """A part of an update, with what it comes to."""
    return replace(plan, action=UPDATE, predicted=found.changed(plan.after))


def _is_name(option: str) -> bool:
    """Whether an option gives an object further names."""
    return option in FURTHER.values()


def _addresses(value: Any) -> bool:
    """Whether a value is of addresses."""
    return any("@" in str(item) for item in (value if isinstance(value, frozenset) else (value,)))


def _part(desired: Desired, speaks_of: Callable[[str], bool]) -> Desired:
    """A desired state that says nothing of other options."""

    def part(place: Dict[str, Value]) -> Dict[str, Value]:
        return {option: value for option, value in place.items() if speaks_of(option)}

    exact, add, remove = part(desired.exact), part(desired.add), part(desired.remove)
    return replace(desired, exact=exact, add=add, remove=remove, keep_self=part(desired.keep_self))


def name_again(task: WritingTask, resource: Resource, view: View, found: Current, passes: Passes) -> None:
    """Plan besides what names those once more whose names pass to somebody else in the same run.

    :param found: the object as it was found
    :raises Unread: something that the plan depends on was not read yet
    """
    told: Dict[str, Any] = {}
    left: Dict[str, Any] = {}
    for one in resource.fields:
        if not (task.desired.names(one) and follows_accounts(one)):
            continue
        was, will = found.value(one.option), task.state.value(one.option)
        lost = passes.lost(was, will)
        if not isinstance(one, ListField):
            if lost:
                told[one.option] = left[one.option] = passes.moves[will] or one.codec.empty
        elif isinstance(was, frozenset) and isinstance(will, frozenset):
            came = passes.came(was, will)
            if task.desired.rename_from in was:
                lost -= {task.name}  # its own copy, which stood there by its former name
            if lost or came:
                told[one.option], left[one.option] = passes.left(was, lost), passes.left(will, lost) | came
    if not left:
        return
    plan = plan_update(view, resource, _part(task.desired, left.__contains__), task.state.changed(left))
    if plan.operations:
        plan.action, plan.predicted = UPDATE, task.state.changed(plan.after)
        task.follow(plan, told)

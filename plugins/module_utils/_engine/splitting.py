# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning an object in two, where no order of whole changes would do. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import AbstractSet, Any, Dict, FrozenSet, List, Mapping, Optional

from .._model.descriptors import Resource
from .._model.fields import Field, ListField
from .creation import expected, plan_create
from .current import Current, after_post
from .desired import Desired
from .holders import FURTHER
from .plan import CREATE, UPDATE, Operation, Plan
from .planner import Planner
from .result import SECRET_PARAMS
from .writing import WritingTask


def split(task: WritingTask, resource: Resource, options: FrozenSet[str], backend: Optional[str]) -> None:
    """Plan a task anew, from what was read before: what these lists give up goes first, what they get goes last.

    For objects that pass names to each other in a ring, or refer to each other and are all new.
    """
    first = task.chain[0].plan
    if first.action == CREATE:
        task.plan_instead(_split_creation(task, resource, first, options, backend))
    elif first.action == UPDATE and task.found is not None:
        task.plan_instead(_split_update(task, resource, first, options))


def _split_creation(
    task: WritingTask, resource: Resource, first: Plan, options: FrozenSet[str], backend: Optional[str]
) -> List[Plan]:
    less = replace(task.desired, exact=dict(task.desired.exact), add=dict(task.desired.add))
    for option in options:
        less.exact.pop(option, None)
        less.add.pop(option, None)
    operation, posted = plan_create(resource, less, backend)
    made = after_post(resource, backend, task.name, posted)
    rest = Planner(resource, task.desired, made, posted).update()
    rest.action = UPDATE
    expect = expected(resource, posted)
    return [replace(first, operations=[operation], carries=posted, expect=expect, predicted=made), rest]


def _split_update(task: WritingTask, resource: Resource, first: Plan, options: FrozenSet[str]) -> List[Plan]:
    kept = {name: task.found.value(name) & first.after[name] for name in options if name in first.after}
    given_up = Desired(task.name, exact=kept, keep_self=task.desired.keep_self)
    before = Planner(resource, given_up, task.found).update()
    after = Planner(resource, task.desired, task.found.changed(before.after)).update()
    secrets = {name: value for name, value in first.operations[0].params.items() if name in SECRET_PARAMS}
    if secrets and not after.operations:
        after.operations.append(Operation("PUT", resource.at(task.name)))
    if secrets:
        after.operations[0].params.update(secrets)
    before.action = after.action = UPDATE
    return [before, after]


def name_again(task: WritingTask, resource: Resource, found: Current, moves: Mapping[str, str]) -> None:
    """Plan besides what names those once more whose names pass to somebody else in the same run.

    A deletion takes a name out of what refers to it, a change of address puts the new one there
    (panel/endpoints-sql.md#deletion-of-a-user, #change-of-address). Where a panel does neither, this changes nothing.

    :param found: the object as it was found
    :param moves: each name that passes, with the new name of whoever had it; empty where that is deleted
    """
    told: Dict[str, Any] = {}
    left: Dict[str, Any] = {}
    for one in resource.fields:
        if task.desired.names(one) and _may_lose(one):
            was, will = found.value(one.option), task.state.value(one.option)
            lost = _lost(was, will) & moves.keys()
            if lost:
                told[one.option], left[one.option] = _without(one, was, lost, moves), _without(one, will, lost, moves)
    exact, add, remove = (
        {option: value for option, value in place.items() if option in left}
        for place in (task.desired.exact, task.desired.add, task.desired.remove)
    )
    desired = replace(task.desired, exact=exact, add=add, remove=remove)
    plan = Planner(resource, desired, task.state.changed(left)).update()
    if plan.operations:
        plan.action, plan.predicted = UPDATE, task.state.changed(plan.after)
        plan.before.update(told)  # what an earlier plan changes is told as well
        task.follow(plan)


def _may_lose(one: Field) -> bool:
    """Whether somebody else's name is taken out of a field: lists of subscribers are not the panel's."""
    return one.option not in FURTHER.values() and not getattr(one, "needs_confirmation", False)


def _lost(was: Any, will: Any) -> FrozenSet[Any]:
    """What stands in a value all the time: whatever comes into it is sent after the pass anyway."""
    if isinstance(was, frozenset) and isinstance(will, frozenset):
        return was & will
    return frozenset({was}) if isinstance(was, str) and was == will else frozenset()


def _without(one: Field, value: Any, lost: AbstractSet[str], moves: Mapping[str, str]) -> Any:
    """A value once names have passed that stand in it."""
    moved = {moves[name] for name in lost if moves[name]}
    if isinstance(one, ListField):
        return value - lost | moved
    return next(iter(moved), one.codec.empty)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting back what was freed for an object that then could not get it: an alias, or a further name of an object."""

from __future__ import annotations

from typing import FrozenSet, List, Optional, Tuple

from .._engine.creation import plan_create
from .._engine.current import Current, after_post
from .._engine.desired import Desired
from .._engine.entity import EntityTask
from .._engine.panel import Panel
from .._engine.plan import CREATE, RENAME, UPDATE, Plan
from .._engine.planner import Planner
from .._errors import IRedMailError
from .._model.descriptors import Resource
from .._model.resources.alias import ALIAS
from .._model.resources.user import USER
from .._model.sources import UNKNOWN, UNREADABLE
from .items import OWN, shown_names
from .step import Failure, Step


def put_back(panel: Panel, step: Step, names: FrozenSet[str], failed: Step) -> None:
    """Give names back to the object that gave them up. What became of it is noted with that object."""
    task, names = step.item.task, _wholly_known(step, names)
    if not isinstance(task, EntityTask) or not names:
        return
    try:
        name, holder = _holder(task, panel, step.deletes_object)
        names -= _names(name, holder)
        if not names:
            return  # they were never given up
        plans = _creation(task, panel.backend_hint) if step.deletes_object else [_addition(task, name, holder, names)]
        for plan in plans:
            task.send(panel, plan)
        _check(task, panel, name, names)
    except IRedMailError as error:
        sentence = "%s was freed for %s, which failed, and it could not be put back: %s"
        _note(step, "not_put_back", sentence % (_shown(names), failed.item.label, error))
    else:
        sentence = "%s was freed for %s, which failed, so it was put back."
        _note(step, "put_back", sentence % (_shown(names), failed.item.label))


def _wholly_known(step: Step, names: FrozenSet[str]) -> FrozenSet[str]:
    """Of names that an object gave up, those that can be given back: not a mailbox, and not one that was renamed."""
    task = step.item.task
    if not isinstance(task, EntityTask) or (step.deletes_object and task.resource is not ALIAS):
        return frozenset()
    return names & (frozenset({step.item.ident}) if step.deletes_object else shown_names(step.found))


def what_is_open(step: Step, names: FrozenSet[str]) -> str:
    """What is said of names that are not put back, since a successor that failed may still get them.

    :param step: of the object that gave them up
    """
    names = _wholly_known(step, names)
    if not names:
        return ""
    return " Freed for it, and may be nobody's now: %s. Apply the state again." % _shown(names)


def _shown(names: FrozenSet[str]) -> str:
    return ", ".join(sorted(names))


def _note(step: Step, code: str, sentence: str) -> None:
    """Say it after what is said already: of another name, or of what went wrong with the object itself."""
    before = step.failure
    worst = "not_put_back" if before is not None and before.code == "not_put_back" else code
    step.failure = Failure(worst, sentence if before is None else "%s %s" % (before.sentence, sentence))


def _holder(task: EntityTask, panel: Panel, deleted: bool) -> Tuple[str, Optional[Current]]:
    """Who gave them up, as it is by now, if it is there.

    Under its former name where it gave up others before it was to be renamed, and was not.

    :raises IRedMailError: it cannot be read
    """
    now, former = panel.get(task.resource, task.name), task.desired.rename_from
    if now is not None or deleted or task.former is None or former is None:
        return task.name, now
    return former, panel.get(task.resource, former)


def names_held(panel: Panel, resource: Resource, name: str) -> FrozenSet[str]:
    """The names that an object has on the server by now, its own among them; none if it is not there.

    :raises IRedMailError: it cannot be read
    """
    return _names(name, panel.get(resource, name))


def _names(name: str, now: Optional[Current]) -> FrozenSet[str]:
    return frozenset() if now is None else shown_names(now) | {name}


def _check(task: EntityTask, panel: Panel, name: str, names: FrozenSet[str]) -> None:
    """Whether it has them: a panel silently leaves out an alias address that somebody else has.

    :raises IRedMailError: it has not, or cannot be read
    """
    if not names <= names_held(panel, task.resource, name):
        raise IRedMailError("the server does not show it there.")


def _addition(task: EntityTask, name: str, current: Optional[Current], names: FrozenSet[str]) -> Plan:
    """The plan that gives an object its further names again.

    :raises IRedMailError: it is gone
    """
    if current is None:
        raise IRedMailError("%s is gone." % task.subject)
    before = task.former or task.found
    lost = {option: names & _items(before, option) for option in OWN}
    # where a list is not shown, since it is empty perhaps, they are added unseen
    added = {option: items for option, items in lost.items() if items}
    plan = Planner(task.resource, Desired(name, add=added, unreadable="send"), current).update()
    plan.action = UPDATE
    return plan


def _creation(task: EntityTask, backend: Optional[str]) -> List[Plan]:
    """The plans that make an alias as it was."""
    found: Current = task.found
    values = {
        one.option: found.value(one.option)
        for one in task.resource.fields
        if one.only in (None, found.backend) and found.value(one.option) not in (UNKNOWN, UNREADABLE)
    }
    desired = Desired(task.name, exact=values)
    operation, posted = plan_create(task.resource, desired, backend)
    made = after_post(task.resource, backend, task.name, posted)
    return [Plan(CREATE, [operation]), Planner(task.resource, desired, made, posted).update()]


def _items(current: Optional[Current], option: str) -> FrozenSet[str]:
    value = None if current is None else current.value(option)
    return value if isinstance(value, frozenset) else frozenset()


def what_stays(step: Step, freed: FrozenSet[str]) -> str:
    """What is not undone of what was done for a successor that failed, and what can be done about it.

    :param freed: the names that it gave up by that
    """
    task = step.item.task
    if step.action == RENAME:
        if step.item.former not in freed:
            return ""
        values = (step.item.label, step.item.former)
        return " %s was renamed from %s before, as planned, and keeps its new name." % values
    if not step.deletes_object or not isinstance(task, EntityTask) or task.resource is ALIAS:
        return ""
    if task.resource is not USER:
        return " %s was deleted for it, as planned, and is not made anew." % step.item.label
    maildir = None if task.found is None else task.found.value("maildir")
    where = " its messages are in %s on the server;" % maildir if isinstance(maildir, str) and maildir else ""
    back = "iredmail_user with mail: %s%s and a new password" % (
        task.name,
        ", maildir: %s" % maildir if where else "",
    )
    return " The mailbox %s was deleted for it, as planned;%s to have the account again, run %s." % (
        task.name,
        where,
        back,
    )

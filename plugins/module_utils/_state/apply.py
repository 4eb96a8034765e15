# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying a plan out: in the order of kinds, in parallel over domains, deletions last."""

from __future__ import annotations

from collections import defaultdict
from typing import DefaultDict, List, Sequence

from .kinds import KINDS
from .order import frees, gains, gives, in_order, refers_to
from .step import CREATE, NONE, RENAME, Step
from .workers import Crew

#: after this kind, every account that others may refer to is there
LAST_ACCOUNT = [kind for kind in KINDS if kind.resource][-1]


def carry_out(steps: Sequence[Step], crew: Crew) -> None:
    """Send what was planned: what is made first, in the order of kinds; what goes last, in reverse.

    Only what has a name that another object is to get goes right before that.
    """
    planned = [step for step in steps if step.action != NONE and step.failure is None]
    going = [step for step in planned if step.deletes_object]
    made = [step for step in planned if not step.deletes_object]
    coming = {name for step in made if step.action in (CREATE, RENAME) for name in gives(step)}
    taken = {name for step in made for name in frees(step)}
    waiting: List[Step] = []
    for kind in KINDS:
        chosen = [step for step in made if step.item.kind is kind]
        needed = {name for step in chosen for name in gains(step)}
        in_the_way = [step for step in going if needed & {step.item.ident, step.item.domain}]
        going = _without(going, in_the_way)
        _delete(in_the_way, steps, crew)
        late = [step for step in chosen if refers_to(step) & coming or gains(step) & taken]
        halves = [step for step in late if step.action == CREATE and kind.name == "user"]
        whole = _without(chosen, _without(late, halves))
        crew.run(_by_domain(whole), "write " + kind.plural, halves)
        complete = _without(whole, halves)
        coming -= {step.item.ident for step in whole} | {name for step in complete for name in gives(step)}
        taken -= {name for step in complete for name in frees(step)}
        waiting += late
        if kind is LAST_ACCOUNT:
            waiting = [step for step in waiting if step.failure is None and not step.skipped]
            crew.run([in_order(group) for group in _by_domain(waiting)], "write what refers to others")
    _delete(going, steps, crew)


def _delete(going: Sequence[Step], steps: Sequence[Step], crew: Crew) -> None:
    for kind in reversed(KINDS):
        chosen = [step for step in going if step.item.kind is kind and _may_go(step, steps, crew)]
        crew.run(_by_domain(chosen), "delete " + kind.plural)


def _may_go(step: Step, steps: Sequence[Step], crew: Crew) -> bool:
    """Nothing is deleted where anything went wrong. Where nothing goes on at all, it is not even tried."""
    if crew.stopped:
        return True
    wrong = [one for one in steps if one.failure is not None and one.item.domain in ("", step.item.domain)]
    if wrong:
        step.give_up("it was not deleted, since %s failed." % wrong[0].item.label)
    return not wrong


def _by_domain(steps: Sequence[Step]) -> List[List[Step]]:
    groups: DefaultDict[str, List[Step]] = defaultdict(list)
    for step in steps:
        groups[step.item.domain].append(step)
    return list(groups.values())


def _without(steps: Sequence[Step], others: Sequence[Step]) -> List[Step]:
    left_out = {id(step) for step in others}
    return [step for step in steps if id(step) not in left_out]

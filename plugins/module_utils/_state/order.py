# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying a plan out: in the order of kinds, side by side over domains, deletions last.

A panel silently drops an address of the same domain that is not there yet (panel/users.md#forwarding). So what refers
to something that is made later in the same run waits for it. An address that somebody still has is dropped or refused
as well: the object that is to get it waits until it is free.
"""

from __future__ import annotations

from collections import defaultdict
from typing import DefaultDict, Dict, FrozenSet, Iterable, List, Sequence, Set

from .._engine.panel import Panel
from .._engine.plan import CREATE, NONE, RENAME
from .kinds import KINDS
from .step import Step
from .workers import Workers

#: fields of users and domains with further names of theirs
OWN = ("aliases", "alias_domains")


def refers_to(step: Step) -> FrozenSet[str]:
    """The addresses of its own domain that an object names."""
    desired, end = step.item.desired, "@" + step.item.domain
    if step.item.resource is None or step.item.kind.name == "domain":
        return frozenset()
    lists = [
        value
        for place in (desired.exact, desired.add)
        for option, value in place.items()
        if isinstance(value, frozenset) and option not in OWN
    ]
    return frozenset(name for value in lists for name in value if name.endswith(end)) - {step.item.ident}


def gives(step: Step) -> FrozenSet[str]:
    """The addresses that are there once an object is complete."""
    desired, names = step.item.desired, frozenset({step.item.ident})
    if step.item.resource is None:
        return names
    return names.union(*(place.get(option, ()) for place in (desired.exact, desired.add) for option in OWN))


def gains(step: Step) -> FrozenSet[str]:
    """The names that an object gets, and that nobody else may have by then."""
    own = {step.item.ident} if step.action in (CREATE, RENAME) else set()
    return frozenset(own.union(*(_own(step, option, "after") - _own(step, option, "before") for option in OWN)))


def frees(step: Step) -> FrozenSet[str]:
    """The names that an object gives up, although it stays."""
    return frozenset().union(*(_own(step, option, "before") - _own(step, option, "after") for option in OWN))


def _own(step: Step, option: str, when: str) -> FrozenSet[str]:
    value = getattr(step.outcome, when).get(option)
    return frozenset(value) if isinstance(value, list) else frozenset()


def in_order(steps: Iterable[Step]) -> List[Step]:
    """Each after those on which it depends, as far as they do not depend on each other in a circle."""
    steps = list(steps)
    giver: Dict[str, Step] = {name: step for step in steps for name in gives(step)}
    freer: Dict[str, Step] = {name: step for step in steps for name in frees(step)}
    found: List[Step] = []
    seen: Set[int] = set()
    for step in steps:
        stack = [(step, False)]
        while stack:
            one, ready = stack.pop()
            if ready:
                found.append(one)
            elif id(one) not in seen:
                seen.add(id(one))
                stack.append((one, True))
                named = [giver[name] for name in sorted(refers_to(one), reverse=True) if name in giver]
                named += [freer[name] for name in sorted(gains(one), reverse=True) if name in freer]
                stack += [(other, False) for other in named if id(other) not in seen]
    return found


#: after this kind, every account that others may refer to is there
LAST_ACCOUNT = [kind for kind in KINDS if kind.resource][-1]


def carry_out(steps: Sequence[Step], panel: Panel, workers: Workers) -> None:
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
        _delete(in_the_way, steps, panel, workers)
        late = [step for step in chosen if refers_to(step) & coming or gains(step) & taken]
        halves = [step for step in late if step.action == CREATE and kind.name == "user"]
        whole = _without(chosen, _without(late, halves))
        workers.run(panel, _by_domain(whole), "write " + kind.plural, halves)
        complete = _without(whole, halves)
        coming -= {step.item.ident for step in whole} | {name for step in complete for name in gives(step)}
        taken -= {name for step in complete for name in frees(step)}
        waiting += late
        if kind is LAST_ACCOUNT:
            waiting = [step for step in waiting if step.failure is None and not step.skipped]
            workers.run(panel, [in_order(group) for group in _by_domain(waiting)], "write what refers to others")
    _delete(going, steps, panel, workers)


def _delete(going: Sequence[Step], steps: Sequence[Step], panel: Panel, workers: Workers) -> None:
    for kind in reversed(KINDS):
        chosen = [step for step in going if step.item.kind is kind and _may_go(step, steps, workers)]
        workers.run(panel, _by_domain(chosen), "delete " + kind.plural)


def _may_go(step: Step, steps: Sequence[Step], workers: Workers) -> bool:
    """Nothing is deleted where anything went wrong. Where nothing goes on at all, it is not even tried."""
    if workers.stopped:
        return True
    wrong = [one for one in steps if one.failure is not None and one.item.domain in ("", step.item.domain)]
    if wrong:
        step.give_up("not_deleted", "it was not deleted, since %s failed." % wrong[0].item.label)
    return not wrong


def _by_domain(steps: Sequence[Step]) -> List[List[Step]]:
    groups: DefaultDict[str, List[Step]] = defaultdict(list)
    for step in steps:
        groups[step.item.domain].append(step)
    return list(groups.values())


def _without(steps: Sequence[Step], others: Sequence[Step]) -> List[Step]:
    left_out = {id(step) for step in others}
    return [step for step in steps if id(step) not in left_out]

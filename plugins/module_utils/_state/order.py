# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that depend on each other. A panel silently drops an address of the same domain that is not there yet.

So what refers to something that is made later in the same run waits for it (panel/users.md#forwarding). An address that
somebody still has is dropped or refused as well: who is to get it waits until it is free.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, Iterable, List, Set

from .step import CREATE, RENAME, Step

#: fields of users and domains with further names of theirs
OWN = ("aliases", "alias_domains")


def refers_to(step: Step) -> FrozenSet[str]:
    """The addresses of its own domain that an object names."""
    want, end = step.item.want, "@" + step.item.domain
    if want is None or step.item.kind.name == "domain":
        return frozenset()
    lists = [
        value
        for place in (want.exact, want.add)
        for option, value in place.items()
        if isinstance(value, frozenset) and option not in OWN
    ]
    return frozenset(name for value in lists for name in value if name.endswith(end)) - {step.item.ident}


def gives(step: Step) -> FrozenSet[str]:
    """The addresses that are there once an object is complete."""
    want = step.item.want
    own = [place.get(option, frozenset()) for place in (want.exact, want.add) for option in OWN] if want else []
    return frozenset({step.item.ident}).union(*own)


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

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why things failed, for people: one line each, those with the same reason together, and never endless."""

from __future__ import annotations

from collections import defaultdict
from typing import DefaultDict, Iterable, List, NamedTuple

#: so many failures are told in a message
MOST = 20
SAME = "the same"


class Failed(NamedTuple):
    """Something that failed.

    :ivar label: what messages call it
    :ivar ident: its name within its kind, which its reason may hold
    :ivar place: the file and line that declare it; empty if no file does
    """

    label: str
    ident: str
    reason: str
    place: str = ""

    @property
    def cause(self) -> str:
        """The reason without its own name: what others have in common with it."""
        return self.reason.replace(self.ident, "...") if self.ident else self.reason

    def line(self, reason: str) -> str:
        """The line of a message."""
        return "%s%s: %s" % (self.place + ": " if self.place else "", self.label, reason)


def together(failures: Iterable[Failed]) -> List[List[Failed]]:
    """Those with the same reason, in the order in which the reasons come up."""
    found: DefaultDict[str, List[Failed]] = defaultdict(list)
    for one in failures:
        found[one.cause].append(one)
    return list(found.values())


def complaint(head: str, failures: Iterable[Failed], most: int = MOST) -> str:
    """A sentence about failures, and then one line each.

    :param most: so many failures are named; each reason comes before its second failure does
    """
    groups = together(failures)
    if [len(group) for group in groups] == [1]:
        return "%s. %s" % (head, groups[0][0].line(groups[0][0].reason))
    lines = [head + ":"]
    for group, number in zip(groups, _shares([len(group) for group in groups], most)):
        number += number + 1 == len(group)  # a line that says "and 1 more" is as long as the one
        lines += [one.line(SAME if rank else one.reason) for rank, one in enumerate(group[:number])]
        if number < len(group):
            lines.append("and %d more with the same reason" % (len(group) - number))
    left = sum(map(len, groups[most:]))
    return "\n".join(lines + (["and %d more" % left] if left else []))


def _shares(sizes: List[int], most: int) -> List[int]:
    """How many of each group are named: one of each first, and then as many as there is room for."""
    shares = [1 for _size in sizes[:most]]
    room = most - len(shares)
    for number, size in enumerate(sizes[:most]):
        more = min(size - 1, room)
        shares[number] += more
        room -= more
    return shares


def file_of(place: str) -> str:
    """The file and line; empty for a place in a playbook, which only counts items."""
    return "" if place.endswith((")", "]")) else place

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress of long work on the controller's screen: now and then a line, and nothing of work that is soon done."""

from __future__ import annotations

import time
from collections.abc import Callable

#: seconds before the first line, and between lines
PAUSE = 5.0
#: the same before the first line of other work
SOON = 0.5
#: an estimate from fewer seconds is a guess
EARLY = 2.0


class Progress:
    """Takes every step and passes on few.

    :param say: shows a line
    """

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._say, self._clock = say, clock
        self._last = clock()
        self._next = self._soon = self._last + PAUSE
        self._begun: dict[str, float] = {}
        self._shown: set[str] = set()

    def __call__(self, what: str, done: int, total: int) -> None:
        """``done`` of ``total`` are done of ``what``."""
        now = self._clock()
        # work of which nothing was heard yet began when the work before it ended
        begun = self._begun.setdefault(what, self._last)
        self._last = now
        if now >= self._next or (now >= self._soon and what not in self._shown):
            self._next, self._soon = now + PAUSE, now + SOON
            self._shown.add(what)
            self._say("%s: %d of %d%s" % (what, done, total, _left(now - begun, done, total)))


def _left(seconds: float, done: int, total: int) -> str:
    """How long the rest will take, if it goes on as it did so far."""
    if seconds < EARLY or not 0 < done < total:
        return ""
    left = seconds / done * (total - done)
    return ", about %s left" % ("%d s" % (left + 1) if left < 90 else "%d min" % (left / 60 + 0.5))

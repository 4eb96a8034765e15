# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress of long work on the controller's screen: now and then a line, and nothing of work that is soon done."""

from __future__ import annotations

import time
from collections.abc import Callable

#: seconds before the first line, and between lines
PAUSE = 5.0


class Progress:
    """Takes every step and passes on few.

    :param say: shows a line
    """

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._say, self._clock = say, clock
        self._next = clock() + PAUSE

    def __call__(self, what: str, done: int, total: int) -> None:
        """``done`` of ``total`` are done of ``what``."""
        now = self._clock()
        if now >= self._next:
            self._next = now + PAUSE
            self._say("%s: %d of %d" % (what, done, total))

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a run is to end: once it is, no request is begun any more, and those in flight end as they would."""

from __future__ import annotations

import time
from typing import Optional

from .._errors import Interrupted

#: seconds after which somebody who waits looks again
SLICE = 0.1


class Interrupt:
    """Set by whoever learns that the run is to end. It has no lock: a signal may come while any lock is held.

    :ivar reason: what interrupted the run, as in "interrupted by SIGINT"
    """

    def __init__(self, reason: Optional[str] = None) -> None:
        self.reason = reason

    def set(self, reason: str) -> None:
        """The run is to end; the first reason counts."""
        if self.reason is None:
            self.reason = reason

    @property
    def sentence(self) -> str:
        """What a message says of it."""
        return "interrupted by %s: requests in flight were waited for, and nothing new was begun." % self.reason

    def check(self) -> None:
        """:raises Interrupted: the run is to end"""
        if self.reason is not None:
            raise Interrupted(self.sentence)

    def sleep(self, seconds: float) -> None:
        """Wait so long, or until the run is to end."""
        end = time.monotonic() + seconds
        while self.reason is None:
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, SLICE))

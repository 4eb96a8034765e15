# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many objects at once: threads on one connection pool, which stop together."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from types import TracebackType
from typing import Callable, List, Optional, Sequence, Set, Type

from .._api.client import Client
from .step import Step

#: passes over a state stop after so many objects in a row that could not even be asked for
HOPELESS = 3
Progress = Callable[[str, int, int], None]


class Crew:
    """Who works on the steps of a state; use it in a ``with`` statement.

    :param concurrency: how many work at the same time
    :param go_on: whether others are still written after one could not be
    :param progress: told what is being done, how much of it is done and how much there is
    """

    def __init__(self, client: Client, concurrency: int, go_on: bool, progress: Progress) -> None:
        self.go_on, self.progress = go_on, progress
        self._client = client
        self._pool = ThreadPoolExecutor(concurrency)
        self.submit = self._pool.submit
        self._stop = threading.Event()
        self._unreachable = 0

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self._pool.shutdown()

    @property
    def stopped(self) -> bool:
        """Whether nothing more is to be tried."""
        return self._stop.is_set()

    def run(self, groups: List[List[Step]], what: str, halves: Sequence[Step] = ()) -> None:
        """Run groups side by side, the steps of each in order; ``halves`` are only begun."""
        total = sum(len(group) for group in groups)
        begun = {id(step) for step in halves}
        futures = [self.submit(self._run_group, group, begun) for group in groups]
        done = 0
        for future in as_completed(futures):
            done += future.result()
            self.progress(what, done, total)

    def _run_group(self, group: List[Step], begun: Set[int]) -> int:
        for step in group:
            if self.stopped:
                step.skip()
                continue
            step.run(self._client, half=id(step) in begun)
            self._unreachable = self._unreachable + 1 if step.unreachable else 0
            failed_write = step.failure is not None and not self._client.read_only and not self.go_on
            if failed_write or self._unreachable >= HOPELESS:
                self._stop.set()
        return len(group)

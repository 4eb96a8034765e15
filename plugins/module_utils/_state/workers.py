# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many things at once: threads on one connection pool, which stop together."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import Any, Callable, Iterator, List, Sequence, Set, Tuple, TypeVar

from .._engine.panel import Panel
from .._errors import IRedMailError, NoSuchEndpoint
from .step import Step

#: passes over a state stop after so many objects in a row that could not even be asked for
MAX_UNREACHABLE = 3
#: so many failed reads are named in a message
SHOWN = 5
#: told what is being done, how much of it is done and how much there is
Progress = Callable[[str, int, int], None]
Found = TypeVar("Found")
#: what a message calls a read, and the read
Read = Tuple[str, Callable[[], Found]]


def no_progress(what: str, done: int, total: int) -> None:
    """Tell nobody."""


class Workers:
    """Threads that work on the steps of a state; use it in a ``with`` statement.

    :param concurrency: how many work at the same time
    :param go_on: whether others are still written after one could not be
    """

    def __init__(self, concurrency: int, go_on: bool = False, progress: Progress = no_progress) -> None:
        self.go_on, self.progress = go_on, progress
        self._pool = ThreadPoolExecutor(concurrency)
        self._stop = threading.Event()
        self._unreachable = 0

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.shutdown()

    @property
    def stopped(self) -> bool:
        """Whether nothing more is to be tried."""
        return self._stop.is_set()

    def run(self, panel: Panel, groups: List[List[Step]], what: str, create_only: Sequence[Step] = ()) -> None:
        """Run groups side by side, the steps of each in order; those of ``create_only`` are only begun."""
        total = sum(len(group) for group in groups)
        begun = {id(step) for step in create_only}
        done = 0
        for finished in self.each(lambda group: self._run_group(panel, group, begun), groups):
            done += finished
            self.progress(what, done, total)

    def each(self, do: Callable[[Any], Found], things: Sequence[Any]) -> Iterator[Found]:
        """Do something with each thing, side by side; the results as they come."""
        futures: List[Future[Found]] = [self._pool.submit(do, thing) for thing in things]
        for future in as_completed(futures):
            yield future.result()

    def _run_group(self, panel: Panel, group: List[Step], begun: Set[int]) -> int:
        for step in group:
            if self.stopped:
                step.skip()
                continue
            step.run(panel, create_only=id(step) in begun)
            self._unreachable = self._unreachable + 1 if step.unreachable else 0
            failed_write = step.failure is not None and not panel.read_only and not self.go_on
            if failed_write or self._unreachable >= MAX_UNREACHABLE:
                self._stop.set()
        return len(group)

    def read(self, reads: Sequence[Read[Found]]) -> List[Found]:
        """The results of reads, in their order; the first failure keeps the others from beginning.

        :raises IRedMailError: naming what could not be read
        """
        futures = [self._pool.submit(self._read_one, read) for _label, read in reads]
        failed: List[str] = []
        found: List[Any] = []
        for (label, _read), future in zip(reads, futures):
            try:
                found.append(future.result())
            except IRedMailError as error:
                hint = " To export the rest, leave its kind out of kinds." if isinstance(error, NoSuchEndpoint) else ""
                failed.append("%s could not be read: %s%s" % (label, error, hint))
        if failed:
            more = " And %d more." % (len(failed) - SHOWN) if len(failed) > SHOWN else ""
            raise IRedMailError("nothing was exported. %s%s" % (" ".join(failed[:SHOWN]), more))
        return found

    def _read_one(self, read: Callable[[], Any]) -> Any:
        if self.stopped:
            return None  # never seen: the failure that stopped it is raised
        try:
            return read()
        except BaseException:
            self._stop.set()
            raise

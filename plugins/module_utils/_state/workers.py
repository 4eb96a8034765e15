# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many things at once: threads on one connection pool, which stop together.

Whatever leaves the pool by an exception leaves no thread behind: what has not begun is not begun, and what is in flight
is waited for, since the result is to say what was done.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import Any, Callable, Iterable, Iterator, List, Optional, Sequence, Set, Tuple, TypeVar

from .._api.interrupt import Interrupt
from .._engine.panel import Panel
from .._engine.plan import NONE
from .._engine.signals import for_main_thread
from .._errors import Interrupted, IRedMailError, NoSuchEndpoint
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
    :param interrupt: what may end it all early
    """

    def __init__(
        self,
        concurrency: int,
        go_on: bool = False,
        progress: Progress = no_progress,
        interrupt: Optional[Interrupt] = None,
    ) -> None:
        self.go_on = go_on
        self._progress, self._interrupt = progress, interrupt or Interrupt()
        self._pool = ThreadPoolExecutor(concurrency)
        self._stop = threading.Event()
        self._futures: List[Future[Any]] = []
        self._error: Optional[BaseException] = None
        self._unreachable = 0
        self._carried_out: Set[int] = set()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: object, *_error: object) -> None:
        if kind is not None:
            self._give_up()
        self._pool.shutdown()

    @property
    def stopped(self) -> bool:
        """Whether nothing more is to be tried."""
        return self._stop.is_set() or self._interrupt.reason is not None

    def progress(self, what: str, done: int, total: int) -> None:
        """Tell how far it is. That it cannot be shown is no reason to stop, nor to forget what was done."""
        try:
            self._progress(what, done, total)
        except Exception:  # pylint: disable=broad-except
            self._progress = no_progress

    def run(self, panel: Panel, groups: List[List[Step]], what: str, create_only: Sequence[Step] = ()) -> None:
        """Run groups side by side, the steps of each in order; those of ``create_only`` are only begun."""
        total = sum(len(group) for group in groups)
        begun = {id(step) for step in create_only}
        done = 0
        for finished in self.each(lambda group: self._run_group(panel, group, begun), groups):
            done += finished
            self.progress(what, done, total)

    def skip_rest(self, steps: Iterable[Step]) -> None:
        """Once all has ended: what was planned and not even begun was not done."""
        for step in steps:
            if step.item.task.is_half_done or (id(step) not in self._carried_out and step.action != NONE):
                step.skip()

    def each(self, do: Callable[[Any], Found], things: Sequence[Any]) -> Iterator[Found]:
        """Do something with each thing, side by side; the results as they come."""
        for future in as_completed(self._submit(lambda thing: self._do_one(do, thing), things)):
            if self._error is not None:
                raise self._error
            yield future.result()

    def _do_one(self, do: Callable[[Any], Found], thing: Any) -> Found:
        """One thing; if it fails, no other one is begun."""
        if self._error is not None:
            raise self._error
        try:
            return do(thing)
        except BaseException as error:
            self._error = self._error or error
            self._give_up()
            raise

    def _submit(self, do: Callable[[Any], Found], things: Sequence[Any]) -> List[Future[Found]]:
        futures: List[Future[Found]] = []
        self._futures = futures  # before the first one is begun: whatever happens from here on finds them
        with for_main_thread():
            for thing in things:
                futures.append(self._pool.submit(do, thing))
        return futures

    def _give_up(self) -> None:
        """Nothing more is to be begun."""
        self._stop.set()
        for future in self._futures:
            future.cancel()

    def _run_group(self, panel: Panel, group: List[Step], begun: Set[int]) -> int:
        for step in group:
            if self.stopped:
                step.skip()
                continue
            if not panel.read_only:
                self._carried_out.add(id(step))
            step.run(panel, create_only=id(step) in begun)
            if step.failure is not None and step.failure.code == Interrupted.reason and not step.outcome.operations:
                step.failure = None  # it was not tried at all
                step.skip()
            self._unreachable = self._unreachable + 1 if step.unreachable else 0
            failed_write = step.failure is not None and not panel.read_only and not self.go_on
            if failed_write or self._unreachable >= MAX_UNREACHABLE:
                self._stop.set()
        return len(group)

    def read(self, reads: Sequence[Read[Found]]) -> List[Found]:
        """The results of reads, in their order; the first failure keeps the others from beginning.

        :raises IRedMailError: naming what could not be read
        """
        futures = self._submit(self._read_one, [read for _label, read in reads])
        failed: List[str] = []
        found: List[Any] = []
        for (label, _read), future in zip(reads, futures):
            try:
                found.append(future.result())
            except Interrupted:
                raise
            except IRedMailError as error:
                hint = " To export the rest, leave its kind out of kinds." if isinstance(error, NoSuchEndpoint) else ""
                failed.append("%s could not be read: %s%s" % (label, error, hint))
        if failed:
            more = " And %d more." % (len(failed) - SHOWN) if len(failed) > SHOWN else ""
            raise IRedMailError("nothing was exported. %s%s" % (" ".join(failed[:SHOWN]), more))
        return found

    def _read_one(self, read: Callable[[], Any]) -> Any:
        self._interrupt.check()
        if self.stopped:
            return None  # never seen: the failure that stopped it is raised
        try:
            return read()
        except BaseException:
            self._stop.set()
            raise

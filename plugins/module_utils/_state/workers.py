# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many things at once: threads on one connection pool, which stop together.

Whatever leaves the pool by an exception leaves no thread behind: what has not begun is not begun, and what is in flight
is waited for, since the result is to say what was done.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from functools import partial
from itertools import count
from queue import SimpleQueue
from typing import (
    Any,
    Callable,
    DefaultDict,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Set,
    Tuple,
    TypeVar,
)

from .._api.interrupt import Interrupt
from .._engine.signals import for_main_thread
from .._engine.task import Progress, no_progress
from .._errors import Interrupted, IRedMailError, NoSuchEndpoint

#: passes over a state stop after so many objects in a row that could not even be asked for
MAX_UNREACHABLE = 3
#: so many failed reads are named in a message
SHOWN = 5
#: instead of an answer: the question was not put, since all has stopped
NOT_ASKED = object()
Found = TypeVar("Found")
Thing = TypeVar("Thing")
#: more to do, which may come to even more
Jobs = Iterable[Callable[[], Any]]
#: what a message calls a read, and the read
Read = Tuple[str, Callable[[], Found]]


class Patience:
    """With something that may be out of reach: it is lost after some tries in a row that nothing came of."""

    def __init__(self) -> None:
        self._in_a_row = 0

    @property
    def lost(self) -> bool:
        return self._in_a_row >= MAX_UNREACHABLE

    def heard(self, out_of_reach: bool) -> None:
        """Note what came of a try."""
        if not self.lost:
            self._in_a_row = self._in_a_row + 1 if out_of_reach else 0


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
        self._patience = Patience()

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

    def tally(self, what: str, total: int) -> Callable[[], None]:
        """To be called whenever one more is done, by any thread; each call tells how far it is."""
        done, lock = count(1), threading.Lock()

        def one_more() -> None:
            with lock:
                self.progress(what, next(done), total)

        return one_more

    def heard(self, out_of_reach: bool) -> None:
        """Note whether the panel could be asked: after some that could not in a row, nothing more is tried."""
        self._patience.heard(out_of_reach)
        if self._patience.lost:
            self.stop()

    @property
    def out_of_reach(self) -> bool:
        """Whether it stopped since the panel could not be asked any more."""
        return self._patience.lost

    def stop(self) -> None:
        """Try nothing more."""
        self._stop.set()

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

    def graph(self, do: Callable[[Thing], Jobs], things: Sequence[Thing], waits: Mapping[Thing, Set[Thing]]) -> None:
        """Do something with each thing, side by side, each after those for which it waits; these stand before it.

        :param do: does it; the jobs that it returns are done as well
        """
        left = {thing: set(waits.get(thing, ())) for thing in things}
        waiting: DefaultDict[Thing, List[Thing]] = defaultdict(list)
        for thing, others in left.items():
            for other in others:
                waiting[other].append(thing)
        running: Dict[Future[Jobs], Optional[Thing]] = {}
        # Those that are done, as they are: to wait for any of many looks at each of them, every time.
        finished: SimpleQueue[Future[Jobs]] = SimpleQueue()
        self._futures = []

        def begin(job: Callable[[], Jobs], thing: Optional[Thing]) -> None:
            with for_main_thread():
                future = self._pool.submit(self._do_one, lambda _nothing: job(), None)
            self._futures.append(future)
            running[future] = thing
            future.add_done_callback(finished.put)

        for thing in things:
            if not left[thing]:
                begin(partial(do, thing), thing)
        while running:
            future = finished.get()
            done = running.pop(future)
            if self._error is not None:
                raise self._error
            for job in future.result():
                begin(job, None)
            for thing in waiting.pop(done, ()) if done is not None else ():
                left[thing].discard(done)
                if not left[thing]:
                    begin(partial(do, thing), thing)

    def read(self, reads: Sequence[Read[Found]], what: str = "read") -> List[Found]:
        """The results of reads, in their order; the first failure keeps the others from beginning.

        :param what: what progress calls all of them
        :raises IRedMailError: naming what could not be read
        """
        one_more = self.tally(what, len(reads))
        futures = self._submit(lambda read: self._read_one(read, one_more), [read for _label, read in reads])
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

    def _read_one(self, read: Callable[[], Any], one_more: Callable[[], None]) -> Any:
        self._interrupt.check()
        if self.stopped:
            return None  # never seen: the failure that stopped it is raised
        try:
            found = read()
        except BaseException:
            self._stop.set()
            raise
        one_more()
        return found

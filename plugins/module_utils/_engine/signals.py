# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a process learns that its run is to end: by a signal, or since nobody is there any more who waits for it."""

from __future__ import annotations

import os
import select
import signal
import threading
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterable, Iterator

from .._api.interrupt import Interrupt

#: what a message calls the signals that end a run; Ansible has SIGALRM sent when the time of a task is over
NAMES = {
    "SIGINT": "SIGINT",
    "SIGTERM": "SIGTERM",
    "SIGHUP": "SIGHUP",
    "SIGALRM": "the timeout of the task",
}
#: seconds between looks for those who wait
PAUSE = 0.25
GONE = "the end of Ansible"


@contextmanager
def caught(on_signal: Callable[[int, str], None], names: Iterable[str] = tuple(NAMES)) -> Iterator[None]:
    """Whoever is told of signals in place of those who had them; the old ones have them again at the end.

    Signals that are ignored stay so. Only the main thread can do this, and it alone is disturbed by signals.

    :param on_signal: gets the number of the signal, and what a message calls it
    """
    before: Dict[int, Any] = {}
    try:
        if threading.current_thread() is threading.main_thread():
            for name in names:
                number = getattr(signal, name)
                if signal.getsignal(number) in (signal.SIG_IGN, None):
                    continue
                before[number] = signal.getsignal(number)
                signal.signal(number, _handler(on_signal, NAMES[name]))
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _handler(on_signal: Callable[[int, str], None], shown: str) -> Callable[[int, Any], None]:
    def handler(number: int, frame: Any) -> None:
        on_signal(number, shown)

    return handler


@contextmanager
def for_main_thread() -> Iterator[None]:
    """Threads that are started meanwhile never get a signal.

    Python acts on signals in the main thread only, and does not wake it up for one that another thread got: a main
    thread that waits for the others would act on it when they have done everything.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [getattr(signal, name) for name in NAMES])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def watched(is_gone: Callable[[], bool], on_gone: Callable[[], None]) -> Iterator[None]:
    """Meanwhile a thread looks whether those who wait for this process are gone, and tells once."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(PAUSE):
            # what ended them may be a signal that is on its way to this process as well, and says more
            if is_gone() and not done.wait(PAUSE):
                on_gone()
                return

    thread = threading.Thread(target=watch, daemon=True)
    with for_main_thread():
        thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def heeded(interrupt: Interrupt, is_gone: Callable[[], bool]) -> Iterator[None]:
    """Meanwhile signals, and the end of those who wait, interrupt the run and do no more."""
    with caught(lambda _number, shown: interrupt.set(shown)), watched(is_gone, lambda: interrupt.set(GONE)):
        yield


def parent_is_gone(parent: int) -> Callable[[], bool]:
    """Whether this process, which was started by that one, belongs to another one by now."""
    return lambda: os.getppid() != parent


def nobody_reads(descriptor: int) -> Callable[[], bool]:
    """Whether the other end of a pipe is closed; whatever is no pipe has none."""
    poll = getattr(select, "poll", None)
    if poll is None:
        return lambda: False
    looking = poll()
    looking.register(descriptor, 0)
    return lambda: any(events & (select.POLLERR | select.POLLHUP) for _descriptor, events in looking.poll(0))

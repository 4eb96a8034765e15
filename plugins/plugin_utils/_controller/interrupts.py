# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to a task on the controller when Ansible is to end, or the task's time is over.

A worker process of Ansible that gets a signal ends at once, with everything that it started and without a result. Here
it lives on until what is in flight has ended.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.interrupt import Interrupt
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.signals import (
    GONE,
    NAMES,
    caught,
    heeded,
    parent_is_gone,
    watched,
)

#: the user's stderr. Action plugins are loaded before Ansible makes a worker process of its own, which has none; and
#: nobody takes results or messages of workers any more once Ansible was interrupted
_STDERR = os.dup(2)
#: so many requests are named in a line
SHOWN = 10
TIMEOUT = NAMES["SIGALRM"]


@contextmanager
def in_this_process(interrupt: Interrupt) -> Iterator[None]:
    """Meanwhile what would end this process ends its task instead."""
    with heeded(interrupt, _parent_is_gone()):
        yield


@contextmanager
def in_a_module(interrupt: Interrupt, is_ours: bool) -> Iterator[None]:
    """Meanwhile what would end this process is passed on to the module that it started, which returns what was done.

    :param is_ours: whether the module runs here, as the same user: only then it gets the signals that we send
    """
    process_group = os.getpgrp()
    if process_group != os.getpid():
        # before ansible-core 2.19 a worker has no group of its own. A module notices that nobody waits for it.
        with watched(_parent_is_gone(), lambda: os._exit(1)):
            yield
        return
    on_timeout = signal.getsignal(signal.SIGALRM)

    def pass_on(number: int, shown: str) -> None:
        if interrupt.reason is not None:  # it comes back to us, who are in that group
            return
        interrupt.set(shown)
        os.killpg(process_group, number)
        if shown == TIMEOUT and not is_ours and callable(on_timeout):
            on_timeout(number, None)

    with (
        caught(pass_on, NAMES if is_ours else ("SIGALRM",)),
        watched(_parent_is_gone(), lambda: pass_on(signal.SIGTERM, GONE)),
    ):
        yield


def end_after(interrupt: Interrupt) -> None:
    """End this process as it would have ended before, now that its task has: the rest of a loop is not begun."""
    if interrupt.reason not in (None, TIMEOUT):
        os.kill(os.getpid(), getattr(signal, str(interrupt.reason), signal.SIGTERM))


def last_words(interrupt: Interrupt, who: str, result: Mapping[str, Any]) -> None:
    """Tell on the user's screen what was done: nobody will see the result."""
    operations = result.get("operations") or []
    shown = ", ".join("%s %s" % (one.get("method"), one.get("path")) for one in operations[:SHOWN])
    more = ", and %d more" % (len(operations) - SHOWN) if len(operations) > SHOWN else ""
    told = ": " + shown + more if operations else ""
    line = "%s: interrupted by %s: %d requests that change something were sent%s\n"
    with suppress(OSError):  # the screen may be gone
        os.write(_STDERR, (line % (who, interrupt.reason, len(operations), told)).encode("utf-8", "backslashreplace"))


def _parent_is_gone() -> Any:
    parent = multiprocessing.parent_process()
    return parent_is_gone(parent.pid if parent and parent.pid else os.getppid())

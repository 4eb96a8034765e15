# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process learns that its run is to end, and is as before when the run has ended."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.interrupt import Interrupt
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.signals import (
    GONE,
    NAMES,
    caught,
    heeded,
    nobody_reads,
    parent_is_gone,
    watched,
)
from tests.support.waiting import wait_for


def never():
    return False


@pytest.mark.parametrize("name", list(NAMES))
def test_a_signal_interrupts_and_does_no_more(name):
    number, interrupt = getattr(signal, name), Interrupt()
    before = signal.getsignal(number)
    with heeded(interrupt, never):
        os.kill(os.getpid(), number)
        wait_for(lambda: interrupt.reason)
    assert interrupt.reason == NAMES[name]
    assert signal.getsignal(number) is before


def test_what_is_ignored_stays_ignored():
    before, interrupt = signal.signal(signal.SIGHUP, signal.SIG_IGN), Interrupt()
    try:
        with heeded(interrupt, never):
            os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
    assert interrupt.reason is None


def test_only_some_signals_are_caught():
    before = signal.getsignal(signal.SIGINT)
    with caught(lambda _number, _shown: None, ["SIGALRM"]):
        assert signal.getsignal(signal.SIGINT) is before
        assert signal.getsignal(signal.SIGALRM) is not signal.SIG_DFL


def test_handlers_come_back_after_an_error():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(ZeroDivisionError), heeded(Interrupt(), never):
        raise ZeroDivisionError
    assert signal.getsignal(signal.SIGTERM) is before


def test_another_thread_leaves_signals_alone():
    found = []

    def work():
        with heeded(Interrupt(), never):
            found.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [before]


def test_the_end_of_those_who_wait_interrupts():
    gone, interrupt = threading.Event(), Interrupt()
    with heeded(interrupt, gone.is_set):
        assert interrupt.reason is None
        gone.set()
        wait_for(lambda: interrupt.reason)
    assert interrupt.reason == GONE


def test_a_signal_that_comes_right_after_their_end_is_the_reason():
    """The timeout of a task is sent to a module and to the shell that waits for it: the shell is gone at once."""
    interrupt = Interrupt()
    sent = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGALRM))

    def is_gone():
        if not sent.is_alive():
            sent.start()
        return True

    with heeded(interrupt, is_gone):
        wait_for(lambda: interrupt.reason)
        sent.join()
    assert interrupt.reason == NAMES["SIGALRM"]


def test_the_end_is_told_once():
    told = []
    with watched(lambda: True, lambda: told.append(1)):
        wait_for(lambda: told)
    assert told == [1]


def test_only_the_main_thread_gets_signals():
    found, before = [], signal.pthread_sigmask(signal.SIG_BLOCK, [])

    def is_gone():
        found.append(signal.pthread_sigmask(signal.SIG_BLOCK, []))
        return True

    with watched(is_gone, lambda: None):
        wait_for(lambda: found)
    assert found[0] - before == {getattr(signal, name) for name in NAMES}
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before


def test_a_parent_is_gone_when_there_is_another_one():
    assert not parent_is_gone(os.getppid())()
    assert parent_is_gone(os.getpid())()


def test_a_pipe_that_nobody_reads():
    reading, writing = os.pipe()
    nobody = nobody_reads(writing)
    assert not nobody()
    os.close(reading)
    assert nobody()
    os.close(writing)


def test_a_file_is_no_pipe(tmp_path):
    with (tmp_path / "out").open("w") as file:
        assert not nobody_reads(file.fileno())()

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many things at once: side by side, in order where they depend on each other, and stopped together."""

from __future__ import annotations

import signal
import threading
import time
from functools import partial

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.interrupt import Interrupt
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    Interrupted,
    IRedMailError,
    NoSuchEndpoint,
    NotSent,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import MAX_UNREACHABLE, SHOWN, Workers
from tests.support.growth import grows_evenly


def test_an_answer_in_between_is_a_sign_of_life():
    with Workers(1) as workers:
        for out_of_reach in [True] * (MAX_UNREACHABLE - 1) + [False] + [True] * (MAX_UNREACHABLE - 1):
            workers.heard(out_of_reach)
        assert not workers.stopped
        workers.heard(True)
        assert workers.stopped


def test_in_a_graph_each_comes_after_those_for_which_it_waits():
    done = []

    def do(thing):
        done.append(thing)
        return [] if thing.isupper() else [partial(do, thing.upper())]

    waits = {"b": {"a"}, "c": {"a", "b"}, "e": {"d"}}
    with Workers(4) as workers:
        workers.graph(do, list("abcde"), waits)
    assert sorted(done) == list("ABCDEabcde"), "what each comes to is done as well"
    assert all(done.index(before) < done.index(one) for one, others in waits.items() for before in others)


def test_and_the_others_are_done_side_by_side():
    together = threading.Barrier(3, timeout=20)

    def meet(_thing):
        together.wait()
        return []

    with Workers(3) as workers:
        workers.graph(meet, [1, 2, 3], {})


def test_a_bug_in_a_graph_is_no_success():
    with Workers(1) as workers, pytest.raises(ZeroDivisionError):
        workers.graph(lambda _thing: 1 // 0, [1, 2], {2: {1}})


def test_the_work_of_a_graph_grows_with_its_size():
    """Looking at all that run whenever one is done would be most of the work."""

    def prepare(number):
        def work():
            with Workers(1) as workers:
                workers.graph(lambda _thing: time.sleep(0.0001) or [], range(number), {})

        return work

    assert grows_evenly(prepare, 500)


def test_work_is_done_side_by_side():
    together = threading.Barrier(4, timeout=20)
    with Workers(4) as workers:
        assert sorted(workers.each(lambda number: (together.wait(), number)[1], range(4))) == [0, 1, 2, 3]


# -- reads


def test_results_keep_the_order_of_the_jobs():
    later = threading.Event()

    def first():
        assert later.wait(10)
        return 1

    def second():
        later.set()
        return 2

    with Workers(2) as workers:
        assert workers.read([("first", first), ("second", second)]) == [1, 2]


def test_a_failed_read_stops_the_rest_and_is_named():
    begun = []

    def broken():
        raise IRedMailError("The server failed.")

    jobs = [("user a@x.example", broken)] + [(str(number), lambda: begun.append(1)) for number in range(50)]
    with Workers(1) as workers, pytest.raises(IRedMailError, match=r"user a@x\.example could not be read: The"):
        workers.read(jobs)
    assert begun == []


def test_a_bug_is_not_taken_for_an_answer():
    with Workers(1) as workers, pytest.raises(ZeroDivisionError):
        workers.read([("one", lambda: 1 // 0), ("two", lambda: 2)])


def failing(error):
    def read():
        raise error

    return read


def test_a_kind_that_is_not_there_can_be_left_out():
    with Workers(1) as workers, pytest.raises(IRedMailError, match="leave its kind out of kinds"):
        workers.read([("ml a", failing(NoSuchEndpoint("404.")))])


def test_of_many_failures_some_are_shown():
    together = threading.Barrier(8, timeout=20)

    def read():
        together.wait()
        raise NotSent("gone.")

    with Workers(8) as workers, pytest.raises(IRedMailError) as caught:
        workers.read([(f"user {number}", read) for number in range(8)])
    assert str(caught.value).count("could not be read") == SHOWN
    assert str(caught.value).endswith("And 3 more.")


# -- the end


def test_only_the_main_thread_gets_signals():
    """Else it would act on one when all work is done."""

    def mask(_number):
        return signal.pthread_sigmask(signal.SIG_BLOCK, [])

    with Workers(2) as workers:
        found = [*workers.each(mask, range(4)), *workers.read([("mask", lambda: mask(0))])]
    with Workers(2) as workers:
        workers.graph(lambda number: found.append(mask(number)) or [], [1, 2], {})
    assert all({signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM} <= one for one in found)
    assert not mask(0)


def test_progress_that_cannot_be_shown_stops_nothing():
    told, done = [], []

    def broken(*line):
        told.append(line)
        raise OSError("the screen is gone")

    with Workers(1, progress=broken) as workers:
        for number in workers.each(lambda number: number, range(6)):
            done.append(number)
            workers.progress("write users", len(done), 6)
    assert len(done) == 6
    assert len(told) == 1, "once is enough"


def test_reads_tell_of_each_one_when_it_is_done():
    told, later = [], threading.Event()

    def first():
        assert later.wait(10)

    with Workers(2, progress=lambda *line: told.append(line)) as workers:
        workers.read([("first", first), ("second", later.set)], "read users")
    assert told == [("read users", 1, 2), ("read users", 2, 2)]


class Ends(BaseException):
    """As KeyboardInterrupt is, or the time-out of a task."""


def test_an_exception_on_the_way_out_begins_nothing_new_and_waits_for_what_is_in_flight():
    begun, ended, in_flight, go = [], [], threading.Event(), threading.Event()

    def work(number):
        begun.append(number)
        if number:
            in_flight.set()
            assert go.wait(20)
        ended.append(number)

    def run():
        for _done in workers.each(work, range(50)):
            assert in_flight.wait(20)
            threading.Timer(0.2, go.set).start()
            raise Ends

    with pytest.raises(Ends), Workers(1) as workers:
        run()
    assert begun == ended == [0, 1]
    assert workers.stopped


def test_an_exception_of_one_thing_ends_the_others():
    begun = []

    def work(number):
        begun.append(number)
        if number == 1:
            raise Ends
        return number

    with pytest.raises(Ends), Workers(1) as workers:
        list(workers.each(work, range(500)))
    assert len(begun) < 500


def test_an_exception_ends_a_graph_as_well():
    begun = []

    def work(number):
        begun.append(number)
        if number == 1:
            raise Ends
        return []

    with pytest.raises(Ends), Workers(1) as workers:
        workers.graph(work, range(500), {499: {0}})
    assert len(begun) < 499
    assert workers.stopped


def test_an_interrupted_read_is_no_answer():
    interrupt, begun = Interrupt(), []

    def first():
        interrupt.set("SIGINT")
        return 1

    jobs = [("first", first), *((str(number), lambda: begun.append(1)) for number in range(9))]
    with pytest.raises(Interrupted, match="interrupted by SIGINT"), Workers(1, interrupt=interrupt) as workers:
        workers.read(jobs)
    assert begun == []

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is to end begins no request, and waits for nothing."""

from __future__ import annotations

import threading
import time

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.client import Client
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.interrupt import Interrupt
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import AnswerLost, Interrupted, NotSent
from tests.support.scripted import GOOD, Script


def client_of(*steps, sleep=None):
    return Client(Script(*steps), session="iRedAdmin-Pro-SQL=abc", sleep=sleep)


def test_the_first_reason_counts():
    interrupt = Interrupt()
    interrupt.check()
    interrupt.set("SIGTERM")
    interrupt.set("SIGINT")
    with pytest.raises(Interrupted, match=r"^interrupted by SIGTERM: requests in flight were waited for"):
        interrupt.check()


@pytest.mark.parametrize("ask", [lambda one: one.get(("domains",)), lambda one: one.write("PUT", ("domain", "a"), {})])
def test_nothing_is_begun(ask):
    client = client_of()
    client.interrupt.set("SIGINT")
    with pytest.raises(Interrupted) as caught:
        ask(client)
    assert not caught.value.maybe_done
    assert client.counters == {"logins": 0}


def test_no_login_is_begun():
    client = Client(Script(), username="a@b.example", password="p")
    client.interrupt.set("SIGINT")
    with pytest.raises(Interrupted):
        client.login()


@pytest.mark.parametrize("fault", [NotSent("gone"), AnswerLost("gone")])
def test_nothing_is_tried_again(fault):
    client = client_of(("GET /api/domains", fault), sleep=lambda _seconds: client.interrupt.set("SIGINT"))
    with pytest.raises(Interrupted):
        client.get(("domains",))


def test_what_is_in_flight_is_answered():
    client = client_of(("PUT /api/domain/a", GOOD))
    send = client._transport.send

    def interrupted(*request):
        client.interrupt.set("SIGINT")
        return send(*request)

    client._transport.send = interrupted
    client.write("PUT", ("domain", "a"), {})


def test_a_wait_ends_early():
    interrupt = Interrupt()
    threading.Timer(0.2, interrupt.set, ["SIGINT"]).start()
    begun = time.monotonic()
    interrupt.sleep(60)
    assert time.monotonic() - begun < 30


def test_and_on_time_otherwise():
    begun = time.monotonic()
    Interrupt().sleep(0.15)
    assert time.monotonic() - begun >= 0.15

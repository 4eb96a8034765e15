# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox that is restarted, whose clock jumps, and that knows which connections are open."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from tests.sandbox import serving
from tests.sandbox.handle import Sandbox
from tests.support.sandbox.web import DOMAIN, Web


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        running.api("POST", DOMAIN, name="Example")
        yield running


@pytest.fixture
def web(sandbox: Sandbox) -> Iterator[Web]:
    with Web(sandbox) as client:
        yield client


def test_what_is_stored_and_who_is_logged_in_survive_a_restart(sandbox: Sandbox, web: Web) -> None:
    url, before = sandbox.url, sandbox.state()
    for _time in range(3):
        sandbox.restart()
        assert (sandbox.url, sandbox.state()) == (url, before)
        assert web.ask("GET", DOMAIN).json()["_success"]


def test_while_it_is_away_nobody_answers(sandbox: Sandbox) -> None:
    thread = threading.Thread(target=sandbox.restart, args=(0.5,))
    thread.start()
    time.sleep(0.2)
    with pytest.raises(requests.ConnectionError):
        requests.get(sandbox.url, timeout=5)
    thread.join()
    assert requests.get(sandbox.url, timeout=5).status_code == 404


def test_and_nobody_else_takes_its_port(sandbox: Sandbox) -> None:
    host, port = str(urlsplit(sandbox.url).hostname), int(urlsplit(sandbox.url).port or 0)
    thread = threading.Thread(target=sandbox.restart, args=(0.5,))
    thread.start()
    time.sleep(0.2)
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind((host, port))
    thread.join()


def test_a_port_that_a_connection_has_meanwhile_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        address = other.getsockname()
        with monkeypatch.context() as patch:
            patch.setattr(serving, "PATIENCE", 0.0)
            with pytest.raises(OSError, match="in use"), serving.held(*address):
                pass
        threading.Timer(0.2, other.close).start()
        with serving.held(*address):
            assert other.fileno() == -1


@pytest.mark.parametrize("action", [{"delay": 60}, {"delay": 60, "after": True}])
def test_what_waits_never_goes_on_and_what_was_done_is_in_the_log(
    sandbox: Sandbox, web: Web, action: dict[str, object]
) -> None:
    sandbox.fault(action, "PUT")
    failed = []

    def ask() -> None:
        with pytest.raises(requests.ConnectionError):
            web.ask("PUT", DOMAIN, data={"name": "Other"})
        failed.append(True)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.3)
    sandbox.restart()
    thread.join()
    assert failed == [True]
    done = "after" in action
    assert [one["method"] for one in sandbox.writes()] == ["PUT"] * done
    assert sandbox.api("GET", DOMAIN)["_data"]["description"] == ("Other" if done else "Example")


def test_an_hour_later_a_session_is_gone(sandbox: Sandbox, web: Web) -> None:
    for seconds, known in ((-86400, True), (1799, True), (1801, False)):
        sandbox.jump(seconds)
        assert web.ask("GET", DOMAIN).json()["_success"] is known


def test_connections_that_are_open_are_known(sandbox: Sandbox) -> None:
    with requests.Session() as one, requests.Session() as two:
        for session in (one, two):
            session.get(sandbox.url, timeout=5)
        assert sandbox.connections == 2
        assert sandbox.quiet(0.05) is False
    assert sandbox.quiet() is True
    assert sandbox.connections == 0

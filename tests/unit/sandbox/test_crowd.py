# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests a client has at once is on the record (panel/transport.md#several-requests-at-once)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.sandbox.handle import Sandbox
from tests.support.sandbox.web import DOMAIN, Web


@pytest.mark.parametrize("number", [1, 3])
def test_what_is_asked_side_by_side_is_counted(web: Web, sandbox: Sandbox, number: int) -> None:
    sandbox.clear_log()
    sandbox.latency(1000)  # long enough that a busy machine still asks all of them before the first is answered
    sessions = [web, *(Web(sandbox, login=False) for _more in range(number - 1))]
    for other in sessions[1:]:
        other.cookies.update(web.cookies)
    with ThreadPoolExecutor(number) as pool:
        for _again in range(2):
            list(pool.map(lambda one: one.ask("GET", DOMAIN), sessions))
    assert sandbox.most_at_once() == number
    assert sorted(entry["at_once"] for entry in sandbox.log()) == sorted([*range(1, number + 1)] * 2)
    with requests.Session() as session:
        session.trust_env = False
        url = sandbox.url.removesuffix("/iredadmin") + "/_sandbox/at_once"
        assert session.get(url, timeout=10).json() == number
    for other in sessions[1:]:
        other.close()


def test_every_request_of_a_client_counts_whatever_becomes_of_it(web: Web, sandbox: Sandbox) -> None:
    sandbox.clear_log()
    sandbox.fault({"drop": "before"}, "GET", DOMAIN)
    with pytest.raises(requests.ConnectionError):
        web.ask("GET", DOMAIN)
    web.ask("GET", "/api/nothing")
    web.ask("GET", "/login")
    sandbox.fault({"change": {"method": "PUT", "path": DOMAIN, "params": {"name": "Other"}}}, "GET", DOMAIN)
    web.ask("GET", DOMAIN)
    assert [entry["at_once"] for entry in sandbox.log()] == [1] * 4, "nobody is left behind, another admin is no client"


def test_the_number_begins_anew_with_the_log(web: Web, sandbox: Sandbox) -> None:
    web.ask("GET", DOMAIN)
    assert sandbox.most_at_once() == 1
    sandbox.clear_log()
    sandbox.api("GET", DOMAIN)
    assert sandbox.most_at_once() == 0, "an operator is no client"

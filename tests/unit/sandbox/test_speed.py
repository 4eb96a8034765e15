# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox under load: many accounts, latency, and several clients at once."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from werkzeug.test import Client

from tests.sandbox.app import App
from tests.sandbox.handle import Sandbox
from tests.sandbox.wire import domain_of
from tests.support.common import PASSWORD
from tests.support.sandbox.web import DOMAIN, Web

CLIENTS = 8


@pytest.fixture(scope="module", params=["sql", "ldap"])
def large(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A panel with 10 domains of 1000 users and 100 aliases each."""
    with Sandbox(request.param) as running:
        started = time.process_time()
        found = running.seed(10, 1000, aliases=100)
        assert time.process_time() - started < 10, "seconds of this process, whatever else the machine does"
        assert sum(map(len, found.values())) == 10_000
        yield running


def seconds(sandbox: Sandbox, path: str, times: int) -> tuple[Any, float]:
    """What a GET shows, and how long this process was busy with one."""
    client = Client(App(sandbox.panel))
    client.post("/iredadmin/api/login", data={"username": sandbox.username, "password": sandbox.password})
    started = time.process_time()
    answers = [client.get("/iredadmin" + path) for _ in range(times)]
    busy = (time.process_time() - started) / times
    assert answers[0].get_json()["_success"] is True
    return answers[0].get_json()["_data"], busy


@pytest.mark.parametrize(
    ("path", "number", "limit"),
    [
        ("/api/users/domain0003.example", 1000, 0.5),
        ("/api/users/domain0003.example?email_only=yes", 1000, 0.1),
        ("/api/aliases/domain0003.example", 100, 0.1),
        ("/api/domains", 10, 0.1),
    ],
)
def test_lists_are_read_quickly(large: Sandbox, path: str, number: int, limit: float) -> None:
    data, busy = seconds(large, path, 3)

    assert len(data) == number
    assert busy < limit


@pytest.mark.parametrize("path", ["/api/user/user00999@domain0009.example", "/api/domain/domain0009.example"])
def test_single_objects_are_read_quickly(large: Sandbox, path: str) -> None:
    assert seconds(large, path, 50)[1] < 0.02


def without_times(data: Any) -> Any:
    """A profile without what depends on when and how it was made."""
    if isinstance(data, list):
        return [without_times(one) for one in data]
    varying = {"created", "passwordlastchange", "maildir", "homeDirectory"}
    return {key: value for key, value in data.items() if key not in varying} if isinstance(data, dict) else data


@pytest.mark.parametrize("backend", ["sql", "ldap"])
def test_seeded_accounts_read_like_others(backend: str) -> None:
    with Sandbox(backend) as seeded, Sandbox(backend) as made:
        found = seeded.seed(["One.example"], 3, aliases=2, members=2, password=PASSWORD)
        assert found == {"one.example": [f"user0000{number}@one.example" for number in range(3)]}
        mails = found["one.example"]
        made.api("POST", "/api/domain/one.example", name="one.example")
        for mail in mails:
            made.api("POST", f"/api/user/{mail}", name=mail.partition("@")[0], password=PASSWORD, quota="1024")
        for number, members in enumerate((mails[:2], [mails[2], mails[0]])):
            params = {"name": f"Alias {number}", "members": ",".join(members)}
            made.api("POST", f"/api/alias/alias0000{number}@one.example", **params)

        paths = ["/api/domains", "/api/domain/one.example", "/api/users/one.example", "/api/aliases/one.example"]
        paths += [f"/api/user/{mail}" for mail in mails] + ["/api/alias/alias00001@one.example"]
        for path in paths:
            one, other = (without_times(sandbox.api("GET", path)["_data"]) for sandbox in (seeded, made))
            assert one == other, path
            assert one
        verify = "/api/verify_password/user/user00002@one.example"
        assert seeded.api("POST", verify, password=PASSWORD) == {"_success": True}
        assert {domain_of(row["address"]) for row in seeded.state()["forwardings"]} == {"one.example"}


@pytest.mark.parametrize("backend", ["sql", "ldap"])
def test_seeding_leaves_what_is_there(backend: str) -> None:
    with Sandbox(backend) as sandbox:
        sandbox.api("POST", DOMAIN, name="Mine")
        sandbox.api("POST", "/api/user/ada@example.org", password=PASSWORD)
        before = sandbox.api("GET", "/api/user/ada@example.org")
        sandbox.seed(["example.org", "other.example"], 2)
        assert sandbox.api("GET", "/api/user/ada@example.org") == before
        assert len(sandbox.api("GET", "/api/users/example.org", email_only="yes")["_data"]) == 3
        with pytest.raises(ValueError, match="there are such accounts already"):
            sandbox.seed(["example.org"], 1)
        assert len(sandbox.api("GET", "/api/users/other.example", email_only="yes")["_data"]) == 2


def test_seeding_over_http() -> None:
    with Sandbox() as sandbox, requests.Session() as session:
        session.trust_env = False
        root = sandbox.url.removesuffix("/iredadmin") + "/_sandbox/seed"
        assert session.post(root, json={"domains": 2, "users": 3}, timeout=10).json() == 2
        assert session.post(root, json={"domains": 2, "users": 3}, timeout=10).status_code == 400
        assert len(sandbox.state()["mailbox"]) == 6


def together(work: Callable[[int], None]) -> None:
    """Several threads at once. Whatever one of them raises is raised."""
    failed: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as problem:  # raised again below
            failed.append(problem)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a deadlock"
    if failed:
        raise failed[0]


def databases(folder: Path) -> dict[str, str]:
    """In memory, and in a file."""
    return {"memory": "sqlite://", "file": f"sqlite:///{folder / 'panel.db'}"}


@pytest.mark.parametrize("where", ["memory", "file"])
def test_latency_is_not_served_one_after_the_other(tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    requests_each = 6
    met: list[bool] = []
    everybody = threading.Barrier(CLIENTS, action=lambda: met.append(True))

    def pause(_app: App, seconds: float) -> None:
        """Wait until all clients wait at the same time, for as long as it takes."""
        if seconds:
            everybody.wait(60)

    monkeypatch.setattr(App, "_pause", pause)
    with Sandbox(database=databases(tmp_path)[where]) as sandbox:
        sandbox.seed(["example.org"], CLIENTS)
        clients = [Web(sandbox) for _ in range(CLIENTS)]
        sandbox.latency(150)

        def work(number: int) -> None:
            for index in range(requests_each):
                path = f"/api/user/user{number:05}@example.org"
                answer = clients[number].ask(*(("PUT", path) if index % 2 else ("GET", path)))
                assert answer.json()["_success"] is True

        together(work)
        for client in clients:
            client.close()
    assert len(met) == requests_each


@pytest.mark.parametrize("where", ["memory", "file"])
def test_writes_at_the_same_time(tmp_path: Path, where: str) -> None:
    with Sandbox(database=databases(tmp_path)[where]) as sandbox:
        sandbox.api("POST", DOMAIN)
        sandbox.api("POST", "/api/alias/team@example.org")

        def work(number: int) -> None:
            with Web(sandbox) as web:
                for index in range(10):
                    member = {"addMember": f"m{number}-{index}@x.example"}
                    assert web.ask("PUT", "/api/alias/team@example.org", data=member).json() == {"_success": True}

        together(work)
        assert len(sandbox.api("GET", "/api/alias/team@example.org")["_data"]["members"]) == CLIENTS * 10
        assert [entry["n"] for entry in sandbox.log()] == list(range(1, CLIENTS * 11 + 1))
        assert sandbox.violations() == []


def test_a_client_that_never_shakes_hands_keeps_nobody_waiting(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"]
        + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    with Sandbox(tls=(str(certificate), str(key))) as sandbox, Web(sandbox, login=False) as web:
        web.verify = str(certificate)
        with socket.create_connection(("127.0.0.1", urlsplit(sandbox.url).port or 0), timeout=10):
            time.sleep(0.2)
            assert web.ask("POST", "/api/login", data={"username": "x"}).json()["_msg"] == "INVALID_USERNAME"

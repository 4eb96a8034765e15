# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy of the environment that cannot be used: its variable is named, and nothing of its value is shown."""

from __future__ import annotations

import pytest
from requests import adapters
from requests.exceptions import InvalidSchema

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.client import Client
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.transport import Transport
from tests.support.raw_server import RawServer, send

BASE = "://mail.example.com/iredadmin"
USER, PASSWORD = "svc-4711", "Canary"
PARTS = (USER, PASSWORD, "c1")
LOGIN = f"{USER}:{PASSWORD}"
BAD = [
    *(f"http://{LOGIN}{sign}c1@127.0.0.1:3128" for sign in "/#?[\u20ac\udce4"),
    f"{LOGIN}/c1@127.0.0.1:3128",
    f"{LOGIN}@127.0.0.1:3128",
    f"http:{LOGIN}@127.0.0.1:3128",
    f"http://{LOGIN}@127.0.0.1:3128x",
    f"http://{LOGIN}@127.0.0.1:99999",
    f"http://{LOGIN}@[::1",
    f"http://{LOGIN}@",
    f"http://{PASSWORD}..{USER}/c1@127.0.0.1:3128",
    f"ftp://{LOGIN}@127.0.0.1:3128",
]


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def refusal(base):
    with pytest.raises(errors.InputError) as caught:
        Transport(base)
    assert not [part for part in PARTS if part in str(caught.value)]
    return str(caught.value)


@pytest.mark.parametrize("value", BAD, ids=ascii)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_is_no_proxy_is_named_by_its_variable(monkeypatch, scheme, value):
    monkeypatch.setenv(f"{scheme}_proxy", value)
    assert refusal(scheme + BASE).startswith(f"{scheme}_proxy in the environment is not the address of a proxy")


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_the_variable_is_the_one_that_counts(monkeypatch, name):
    monkeypatch.setenv("http_proxy", BAD[0])
    monkeypatch.setenv(name, BAD[0])
    assert refusal("https" + BASE).startswith(f"{name} in the environment is not")


def test_what_does_not_matter_is_not_looked_at(monkeypatch):
    monkeypatch.setenv("https_proxy", BAD[0])
    Transport("http" + BASE)
    monkeypatch.setenv("no_proxy", "mail.example.com")
    Transport("https" + BASE)


def test_a_kind_of_proxy_that_needs_more(monkeypatch):
    def missing(*_args, **_named):
        raise InvalidSchema("Missing dependencies for SOCKS support.")

    monkeypatch.setattr(adapters, "SOCKSProxyManager", missing)
    monkeypatch.setenv("https_proxy", f"socks5://{LOGIN}@127.0.0.1:1")
    assert refusal("https" + BASE).startswith("https_proxy in the environment: a SOCKS proxy needs PySocks")


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("login", [LOGIN, LOGIN + "%2Fc1", f"{USER}@b.cd:{PASSWORD}"])
def test_no_message_shows_who_asks_a_proxy(monkeypatch, scheme, login):
    head = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with RawServer(send(head.encode()), tunnel=send(head.encode())) as proxy:
        for port in (proxy.port, 1):
            monkeypatch.setenv(f"{scheme}_proxy", f"http://{login}@127.0.0.1:{port}")
            with pytest.raises(errors.IRedMailError) as caught:
                Client(Transport(scheme + BASE, timeout=5), "a@b.cd", "x", retries=0).get(("domains",))
            assert not [part for part in PARTS if part in str(caught.value)]
            assert "407" in str(caught.value) or "did not connect: Connection refused" in str(caught.value)

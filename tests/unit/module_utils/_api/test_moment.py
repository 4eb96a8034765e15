# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of a request after it failed, on real sockets: directly, through proxies, with TLS; and its time."""

from __future__ import annotations

import socket
import ssl
import time

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.moment import MOMENT
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.transport import Transport
from tests.support.certificates import Authority
from tests.support.raw_server import OK, RawServer, close, drip, hang, reset, scramble, send

USER = ("user", "a@b.cd")
HEAD, _BLANK, BODY = OK.partition(b"\r\n\r\n")
ENDINGS = {
    "closed": close,
    "reset": reset,
    "half of the first line": send(HEAD[:7]),
    "no body": send(HEAD + _BLANK),
    "half of the body": send(OK[:-5]),
    "a status that is none": send(b"HTTP/1.1 abc\r\n\r\n"),
    "a chunk of absurd length": send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\nx"),
    "an absurd length": send(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 40 + b"\r\n\r\nx"),
}
TUNNEL = send(b"HTTP/1.1 200 Connection established\r\n\r\n")
WAYS = ("direct", "TLS", "proxy", "tunnel")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"), "company")


@pytest.fixture(scope="session")
def tls(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.sign("server", "127.0.0.1"))
    return context


@pytest.fixture
def there(monkeypatch, authority, tls):
    """A server that ends so, and a transport that reaches it in some way."""

    def start(way, ending, timeout=5.0, tunnel=TUNNEL):
        secure = way in ("TLS", "tunnel")
        server = RawServer(ending, tls if secure else None, tunnel if way == "tunnel" else None)
        port = server.port
        if way in ("proxy", "tunnel"):
            monkeypatch.setenv("https_proxy" if secure else "http_proxy", f"http://127.0.0.1:{port}")
            port = 9
        url = f"{'https' if secure else 'http'}://127.0.0.1:{port}"
        return server, Transport(url, timeout=timeout, ca_path=authority.path if secure else None)

    return start


def failure(transport, method="PUT"):
    with pytest.raises(errors.IRedMailError) as caught:
        transport.send(method, USER, None, {"name": "x"})
    return caught.value


def lost(transport, method="PUT"):
    failed = failure(transport, method)
    assert type(failed) is errors.AnswerLost, failed
    assert (failed.maybe_done, failed.transient) == (True, True)
    assert f"{method} /api/user/a@b.cd" in str(failed)
    return str(failed)


def not_sent(transport):
    failed = failure(transport)
    assert type(failed) is errors.NotSent, failed
    assert (failed.maybe_done, failed.transient) == (False, True)
    return str(failed)


@pytest.mark.parametrize("way", WAYS)
def test_every_way_leads_there(there, way):
    server, transport = there(way, None)
    with server:
        for _request in range(2):
            assert transport.send("PUT", USER, None, {"name": "x"}).body == BODY
    assert len(server.requests) == 2
    assert server.requests[0].startswith(b"PUT http://127" if way == "proxy" else b"PUT /api")


# -- what has left may have been done


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_what_has_left_may_have_been_done(there, way, ending, method):
    server, transport = there(way, ENDINGS[ending])
    with server:
        lost(transport, method)
    assert len(server.requests) == 1


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_that_broke_off_is_told_from_none(there, way):
    """What a proxy answers to CONNECT is no answer of the panel."""
    for ending, words in (
        ("closed", "was lost during"),
        ("half of the body", "The answer to PUT /api/user/a@b.cd broke"),
    ):
        server, transport = there(way, ENDINGS[ending])
        with server:
            assert words in lost(transport)


@pytest.mark.parametrize("way", ["TLS", "tunnel"])
@pytest.mark.parametrize("before", [b"", HEAD[:7], OK[:-5]])
def test_tls_that_breaks_under_an_answer_was_not_refused(there, way, before):
    server, transport = there(way, lambda sock: (sock.sendall(before), scramble(sock)))
    with server:
        assert "TLS" not in lost(transport)


def test_a_connection_that_was_kept_is_no_excuse(there):
    server, transport = there("direct", lambda sock: (sock.sendall(OK), sock.recv(1)))
    with server:
        transport.send("PUT", USER, None, {"name": "x"})
        lost(transport)
    assert len(server.requests) == 1


def test_a_request_of_which_a_part_was_taken(there):
    server, transport = there("direct", None)
    server._greeting = lambda sock: (sock.recv(10), reset(sock))
    with server, pytest.raises(errors.AnswerLost):
        transport.send("PUT", USER, None, {"name": "x" * 10_000_000})


# -- what surely never left


def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_nobody_listens(scheme):
    said = not_sent(Transport(f"{scheme}://127.0.0.1:{unused_port()}"))
    assert "cannot be reached: Connection refused. Check api_url" in said


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_proxy_listens(monkeypatch, scheme):
    monkeypatch.setenv(f"{scheme}_proxy", f"http://127.0.0.1:{unused_port()}")
    said = not_sent(Transport(f"{scheme}://127.0.0.1:9"))
    assert said == f"The proxy for {scheme}://127.0.0.1:9 did not connect: Connection refused."


def test_a_name_that_there_is_not(monkeypatch):
    def unknown(*_args, **_options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "Name or service not known" in not_sent(Transport("http://mail.example.com"))


def test_a_connection_that_does_not_come_about(monkeypatch):
    def timed_out(*_args, **_options):
        raise socket.timeout("timed out")  # noqa: UP041 - what urllib3 catches

    monkeypatch.setattr(socket.socket, "connect", timed_out)
    assert "did not answer within 2.5 seconds." in not_sent(Transport("http://127.0.0.1:9", timeout=2.5))


@pytest.mark.parametrize(
    "answer",
    [send(b"HTTP/1.1 403 Forbidden\r\n\r\n"), send(b"HTTP/1.1 502 Bad Gateway\r\n\r\n"), close, reset, send(b"odd")],
)
def test_a_tunnel_that_is_refused(there, answer):
    server, transport = there("tunnel", None, tunnel=lambda sock: (answer(sock), sock.close()))
    with server:
        not_sent(transport)
    assert server.requests == []


def test_a_proxy_that_drips_has_not_forwarded(there):
    server, transport = there("tunnel", None, timeout=0.5, tunnel=drip(HEAD))
    with server:
        assert "did not answer within 0.5 seconds" in in_time(not_sent, transport)


def test_a_handshake_that_does_not_come_about(there):
    server, transport = there("TLS", None, timeout=0.5)
    server._greeting = hang
    with server:
        assert "did not answer within 0.5 seconds" in in_time(not_sent, transport)


# -- TLS that is refused, by them or by us


@pytest.mark.parametrize("way", ["TLS", "tunnel"])
def test_a_server_that_we_do_not_trust(there, tmp_path, way):
    server, transport = there(way, None)
    transport._verify = Authority(tmp_path / "other", "company").path
    with server:
        failed = failure(transport)
    assert type(failed) is errors.TlsError
    assert "ca_path" in str(failed)
    assert not failed.maybe_done
    assert server.requests == []


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=lambda version: version.name)
@pytest.mark.parametrize("alien", [None, "company", "another"])
def test_a_server_that_does_not_trust_us(there, authority, tmp_path, newest, alien):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.sign("server", "127.0.0.1"))
    context.load_verify_locations(authority.path)
    context.verify_mode, context.maximum_version = ssl.CERT_REQUIRED, newest
    server, transport = there("TLS", None)
    server._tls = context
    if alien:
        transport._cert = Authority(tmp_path / "alien", alien).sign("ansible")
    with server:
        failed = failure(transport)
    assert type(failed) is errors.TlsError
    assert "client_cert" in str(failed)


# -- its time


def in_time(check, *args, most=2.0):
    started = time.monotonic()
    try:
        return check(*args)
    finally:
        assert time.monotonic() - started < most


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("ending", [hang, drip(OK), lambda sock: (sock.sendall(HEAD + _BLANK), drip(BODY)(sock))])
def test_a_server_that_drips_has_no_more_time_than_one_that_hangs(there, way, ending):
    server, transport = there(way, ending, timeout=0.6)
    with server:
        assert "took longer than 0.6 seconds (api_timeout) to answer" in in_time(lost, transport)


def test_an_endless_answer(there):
    def endless(sock):
        sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            sock.sendall(b"1\r\nx\r\n")
            time.sleep(0.01)

    server, transport = there("direct", endless, timeout=0.6)
    with server:
        assert "took longer than" in in_time(lost, transport)


def test_a_server_that_does_not_take_the_request(there):
    server, transport = there("direct", None, timeout=2)
    server._greeting = hang
    with server, pytest.raises(errors.AnswerLost, match="took longer than"):
        transport.send("PUT", USER, None, {"name": "x" * 20_000_000})


def test_what_connecting_took_is_gone(there, tls):
    def greeting(sock):
        time.sleep(1.5)
        hang(tls.wrap_socket(sock, server_side=True))

    server, transport = there("TLS", None, timeout=2)
    server._greeting = greeting
    with server, pytest.raises(errors.AnswerLost, match="took longer than"):
        in_time(transport.send, "PUT", USER, None, {"name": "x" * 20_000_000}, most=3.2)


def test_slow_and_in_time(there):
    server, transport = there("direct", drip(OK, 0.002), timeout=5)
    with server:
        assert transport.send("PUT", USER, None, {}).body == BODY


def test_a_moment_begins_anew():
    MOMENT.begin(0)
    MOMENT.left = MOMENT.answered = True
    assert MOMENT.is_late
    with pytest.raises(TimeoutError):
        MOMENT.remaining()
    MOMENT.begin(60)
    assert not MOMENT.is_late
    assert not MOMENT.left
    assert not MOMENT.answered

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes over the wire, and what is known after it failed: never left, may have been done, or makes no sense."""

from __future__ import annotations

import pytest
import requests
import urllib3
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, ProtocolError

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.transport import Transport, clean_url
from tests.support.scripted import connected

OK = (200, {"Content-Type": "application/json"}, b"{}")
LOGIN = (200, {"Set-Cookie": "iRedAdmin-Pro-LDAP=new; Path=/; HttpOnly"}, b"{}")
_POOL = urllib3.HTTPSConnectionPool("mail.example.com")


def after(cause):
    """A transport's failure after this cause."""
    transport, _network = connected(cause, timeout=2.5)
    with pytest.raises(errors.IRedMailError) as caught:
        transport.send("PUT", ("user", "a@b.cd"), None, {"name": "x"})
    return caught.value


def nested(reason):
    """As urllib3 wraps it."""
    return MaxRetryError(_POOL, "/iredadmin/api/user/a@b.cd", reason)


def test_a_request_as_it_is_sent():
    transport, network = connected((201, {"Content-Type": "text/html", "Location": "/there"}, b"body"))
    answer = transport.send("PUT", ("user", "Ada+x/../y@b.cd"), {"q": "a b"}, {"name": "Ä&b=c", "empty": ""})
    assert answer == (201, "text/html", b"body", "/there")
    (sent,) = network.sent
    assert sent.url == "https://mail.example.com/iredadmin/api/user/Ada%2Bx%2F..%2Fy@b.cd?q=a+b"
    assert sent.body == "name=%C3%84%26b%3Dc&empty="
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Cookie" not in sent.headers


def test_a_read_has_no_body_and_no_type():
    transport, network = connected(OK)
    transport.send("GET", ("domains",), None, None)
    assert network.sent[0].body is None
    assert "Content-Type" not in network.sent[0].headers


@pytest.mark.parametrize("status", [301, 303, 307])
def test_redirects_are_not_followed(status):
    transport, network = connected((status, {"Location": "https://evil.example/"}, b""), OK)
    assert transport.send("POST", ("user", "a@b.cd"), None, {}).status == status
    assert len(network.sent) == 1


def test_only_a_login_sets_the_cookie():
    late = (200, {"Set-Cookie": "iRedAdmin-Pro-LDAP=late"}, b"{}")
    transport, network = connected(late, OK, LOGIN, late, OK)
    for path in (("domains",), ("domains",), ("login",), ("domains",), ("domains",)):
        transport.send("POST" if path == ("login",) else "GET", path, None, None)
    assert transport.cookies() == {"iRedAdmin-Pro-LDAP": "new"}
    assert [sent.headers.get("Cookie") for sent in network.sent] == [*[None] * 3, *["iRedAdmin-Pro-LDAP=new"] * 2]


def test_a_session_that_is_given_and_forgotten():
    transport, network = connected(OK, OK)
    transport.set_cookie("iRedAdmin-Pro-MYSQL", "given")
    transport.send("GET", ("domains",), None, None)
    transport.forget_cookies()
    transport.send("GET", ("domains",), None, None)
    assert [sent.headers.get("Cookie") for sent in network.sent] == ["iRedAdmin-Pro-MYSQL=given", None]


@pytest.mark.parametrize(
    "cause",
    [
        requests.ConnectionError(nested(NewConnectionError(None, "[Errno 111] Connection refused"))),
        requests.ConnectTimeout(nested(ConnectTimeoutError(None, "timed out"))),
        requests.exceptions.ProxyError(nested(urllib3.exceptions.ProxyError("no", OSError("[Errno 111] refused")))),
    ],
)
def test_what_never_left_was_not_done(cause):
    failed = after(cause)
    assert isinstance(failed, errors.NotSent)
    assert failed.transient
    assert not failed.maybe_done


@pytest.mark.parametrize(
    "cause",
    [
        requests.ReadTimeout(),
        requests.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError(104, "reset by peer"))),
        requests.exceptions.ChunkedEncodingError(),
        requests.exceptions.ContentDecodingError(),
    ],
)
def test_what_left_may_have_been_done(cause):
    failed = after(cause)
    assert isinstance(failed, errors.AnswerLost)
    assert failed.maybe_done
    assert "PUT /api/user/a@b.cd" in str(failed)


def test_a_handshake_that_failed_is_not_tried_again():
    alert = after(
        requests.exceptions.SSLError(nested(urllib3.exceptions.SSLError("tlsv13 alert: certificate required")))
    )
    other = after(requests.exceptions.SSLError(nested(urllib3.exceptions.SSLError("certificate verify failed"))))
    for failed in (alert, other):
        assert isinstance(failed, errors.TlsError)
        assert not failed.transient
    assert "client_cert" in str(alert)
    assert "ca_path" in str(other)


@pytest.mark.parametrize("cause", [requests.exceptions.InvalidHeader("odd"), OSError("[Errno 24] Too many open files")])
def test_anything_else_is_told_with_its_reason(cause):
    failed = after(cause)
    assert isinstance(failed, errors.BadAnswer)
    assert str(failed) == f"PUT /api/user/a@b.cd failed: {str(cause).rpartition('] ')[2]}."


def test_a_sentence_has_the_innermost_reason():
    failed = after(requests.ConnectionError(nested(NewConnectionError(None, "[Errno 111] Connection refused"))))
    assert "cannot be reached: Connection refused. Check api_url" in str(failed)
    assert "2.5 seconds (api_timeout)" in str(after(requests.ReadTimeout()))


def test_the_environment_is_read_once_and_netrc_never(monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine mail.example.com login root password secret-1\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "bundle.pem"))
    transport, network = connected(OK)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "other.pem"))
    transport.send("GET", ("domains",), None, None)
    assert "Authorization" not in network.sent[0].headers
    assert network.options[0]["verify"] == str(tmp_path / "bundle.pem")


@pytest.mark.parametrize(
    ("options", "verify"),
    [
        ({}, True),
        ({"validate_certs": False}, False),
        ({"ca_path": __file__}, __file__),
        ({"validate_certs": False, "ca_path": __file__}, False),
    ],
)
def test_tls_options_reach_the_request(monkeypatch, options, verify):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    transport, network = connected(OK, timeout=7, **options)
    transport.send("GET", ("domains",), None, None)
    assert network.options[0]["verify"] == verify
    assert network.options[0]["timeout"] == 7


@pytest.mark.parametrize("option", ["ca_path", "client_cert", "client_key"])
def test_a_file_that_is_not_there_is_named_with_its_option(option):
    with pytest.raises(errors.InputError, match=rf"^{option}: there is no file /nowhere"):
        Transport("https://mail.example.com", **{option: "/nowhere"})


def test_a_file_that_is_no_certificate():
    with pytest.raises(errors.InputError, match=r"^client_cert: no certificate"):
        Transport("https://mail.example.com", client_cert=__file__)


@pytest.mark.parametrize(
    "url",
    [
        "https://mail.example.com/iredadmin",
        "https://mail.example.com/iredadmin/",
        " https://mail.example.com/iredadmin/api ",
        "https://mail.example.com/iredadmin/api/",
    ],
)
def test_an_address_in_several_spellings(url):
    assert clean_url(url) == "https://mail.example.com/iredadmin"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.com",
        "ftp://a.example",
        "https://",
        "https://a.example:x",
        "https://a.example?x",
        "http://a/#b",
    ],
)
def test_what_is_no_address(url):
    with pytest.raises(errors.InputError, match="not the address of a panel"):
        clean_url(url)


def test_an_address_must_not_carry_a_password():
    with pytest.raises(errors.InputError, match="credentials") as caught:
        clean_url("https://root:secret-1@mail.example.com/")
    assert "secret-1" not in str(caught.value)


@pytest.mark.parametrize("url", ["https://a.example/\r\nx", "https://a.example/b c", "https://a.example/\tx"])
def test_an_address_of_several_lines(url):
    with pytest.raises(errors.InputError):
        Transport(url)


def test_what_is_no_text_is_not_sent():
    transport = Transport("http://127.0.0.1:9")
    with pytest.raises(errors.InputError, match="nothing was sent"):
        transport.send("POST", ("user", "a@b.cd"), None, {"name": "\udcff"})

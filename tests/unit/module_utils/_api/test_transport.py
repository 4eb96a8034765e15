# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes over the wire, and which options decide how."""

from __future__ import annotations

import socket
import threading

import pytest
import requests
from urllib3.exceptions import LocationParseError

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.client import Client
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.transport import Transport, clean_url
from tests.support.scripted import connected

OK = (200, {"Content-Type": "application/json"}, b"{}")
LOGIN = (200, {"Set-Cookie": "iRedAdmin-Pro-LDAP=new; Path=/; HttpOnly"}, b"{}")


def test_a_request_as_it_is_sent():
    transport, network = connected((201, {"Content-Type": "text/html", "Location": "/there"}, b"body"))
    answer = transport.send("PUT", ("user", "Ada+x/../y@b.cd"), {"q": "a b"}, {"name": "Ä&b=c", "empty": ""})
    assert answer == (201, "text/html", b"body", "/there")
    (sent,) = network.sent
    assert sent.url == "https://mail.example.com/iredadmin/api/user/Ada%2Bx%2F..%2Fy@b.cd?q=a+b"
    assert sent.body == "name=%C3%84%26b%3Dc&empty="
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Cookie" not in sent.headers


@pytest.mark.parametrize("base", ["https://mail.example.com", "https://mail.example.com/iredadmin"])
def test_both_layouts_of_the_vendor(base):
    transport, network = connected(OK, url=base + "/")
    transport.send("GET", ("user", "a@b.cd"), None, None)
    assert network.sent[0].url == base + "/api/user/a@b.cd"


def test_a_name_in_another_script_is_encoded():
    transport, network = connected(OK)
    transport.send("GET", ("alias", "b=c@bücher.example"), None, None)
    assert network.sent[0].url.endswith("/api/alias/b%3Dc@b%C3%BCcher.example")


def test_a_redirect_to_https_gets_no_second_request():
    """Plain http is answered so, whatever the path: a POST that followed would carry the password to anywhere."""
    away = (301, {"Location": "https://mail.example.com/iredadmin/api/login"}, b"")
    transport, network = connected(away, OK, url="http://mail.example.com/iredadmin")
    client = Client(transport, "root@b.cd", "secret-1", retries=3)
    with pytest.raises(errors.BadAnswer, match=r"redirected to https://.*use this address as api_url"):
        client.get(("domains",))
    assert len(network.sent) == 1


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


@pytest.mark.parametrize("location", ["http://[::1", "//[", "http://[x]/", "/\xe4\xff", "http://\xe2\x84\x80/"])
def test_a_redirect_to_what_is_no_address_is_an_answer(location):
    """What requests would make of its address is not asked for."""
    transport, _network = connected((302, {"Location": location}, b""))
    client = Client(transport, session="a=b")
    with pytest.raises(errors.BadAnswer, match=r"^PUT /api/user/a@b\.cd was redirected to "):
        client.write("PUT", ("user", "a@b.cd"), {"name": "x"})


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
    ("cause", "reason"),
    [
        (requests.exceptions.InvalidHeader("odd"), "odd"),
        (OSError("[Errno 24] Too many open files"), "Too many open files"),
        (LocationParseError("odd"), "odd"),
        (OverflowError("odd"), "odd"),
    ],
)
@pytest.mark.parametrize("left", [True, False])
def test_whatever_it_is_nobody_says_more_than_is_known(cause, reason, left):
    """What becomes of requests on real sockets is in test_moment.py."""
    transport, network = connected(cause)
    network.leaves = left
    with pytest.raises(errors.IRedMailError) as caught:
        transport.send("PUT", ("user", "a@b.cd"), None, {"name": "x"})
    assert type(caught.value) is (errors.AnswerLost if left else errors.NotSent)
    shown = "was lost during PUT /api/user/a@b.cd." if left else f"PUT /api/user/a@b.cd could not be sent: {reason}."
    assert shown in str(caught.value)


def test_the_environment_is_read_once_and_netrc_never(monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine mail.example.com login root password secret-1\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "bundle.pem").touch()
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


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_bundle_that_is_not_there_is_named_with_its_variable(monkeypatch, name):
    for one in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(one, raising=False)
    monkeypatch.setenv(name, "/nowhere")
    with pytest.raises(errors.InputError, match=f"^{name} in the environment: there is no file /nowhere"):
        Transport("https://mail.example.com")
    for url, options in (("http://127.0.0.1", {}), ("https://127.0.0.1", {"ca_path": __file__})):
        Transport(url, **options)  # for whom it does not matter


def test_a_port_without_tls_is_told_from_a_certificate():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection = server.accept()[0]
            connection.recv(1)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(errors.TlsError) as caught:
            Transport(f"https://127.0.0.1:{server.getsockname()[1]}").send("POST", ("login",), None, {})
        thread.join()
    assert "does not speak TLS" in str(caught.value)
    assert "port of https" in str(caught.value)
    assert "ca_path" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_host_that_is_not_known_is_named_without_stray_brackets(monkeypatch, scheme):
    def unknown(*_args, **_named):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(errors.NotSent) as caught:
        Transport(f"{scheme}://mail.exmaple.com").send("GET", ("domains",), None, None)
    assert str(caught.value) == (
        "The host mail.exmaple.com is not known here (Name or service not known). Check its name in api_url."
    )


@pytest.mark.parametrize(("url", "blind"), [("https://a.example", True), ("http://a.example", False)])
def test_who_is_believed_blindly_is_known(url, blind):
    assert Transport(url, validate_certs=False).is_blind is blind
    assert not Transport("https://a.example", ca_path=__file__).is_blind


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


@pytest.mark.parametrize("url", ["https://api", "https://api/", "https://api/api", "https://api//api/"])
def test_a_host_may_be_called_api(url):
    assert clean_url(url) == "https://api"


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

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What errors of the network are told by, and that what answers is told by what it is."""

from __future__ import annotations

import ssl
from http.client import BadStatusLine, RemoteDisconnected

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.reasons import (
    advice,
    foreign_words,
    is_plain,
    is_refusal,
    reason_of,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.transport import Transport
from tests.support.raw_server import RawServer, close, send

SELF_SIGNED = (
    "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain "
    "(_ssl.c:1006)"
)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ssl.SSLCertVerificationError(1, SELF_SIGNED), "certificate verify failed: self-signed certificate in certifi"),
        (OSError(111, "Connection refused"), "Connection refused"),
        (Exception("pool: ", OSError("(one) and another)")), "(one) and another"),
        (Exception(), "Exception"),
    ],
)
def test_a_reason_has_no_wrapping(error, words):
    found = reason_of(error)
    assert found.startswith(words)
    assert "_ssl.c" not in found
    assert found.count("(") == found.count(")")


def test_who_refused_whom():
    alert = ssl.SSLError(1, "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required (_ssl.c:2580)")
    assert "client_cert" in advice(alert)
    assert "ca_path" in advice(ssl.SSLCertVerificationError(1, SELF_SIGNED))
    for strict in ("Missing Authority Key Identifier", "CA cert does not include key usage extension"):
        error = ssl.SSLCertVerificationError(1, f"certificate verify failed: {strict} (_ssl.c:1020)")
        assert "Python 3.13" in advice(error)
        assert "ca_path" not in advice(error), "that would not help"
    for reason, refuses, plain in (
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", True, False),
        ("WRONG_VERSION_NUMBER", False, True),
        ("CERTIFICATE_VERIFY_FAILED", False, False),
    ):
        error = ssl.SSLError(1, "x")
        error.reason = reason
        assert (is_refusal(error), is_plain(error)) == (refuses, plain)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (BadStatusLine("\x15\x03\x01\x00\x02\x02\x16"), "speaks TLS"),
        (BadStatusLine("220 mail.example.com ESMTP Postfix"), "does not speak HTTP"),
        (BadStatusLine("HT"), ""),
        (BadStatusLine("HTTP/1.1 none"), ""),
        (RemoteDisconnected("Remote end closed connection without response"), ""),
        (OSError("HTTP"), ""),
    ],
)
def test_what_does_not_speak_http_is_told(error, words):
    assert foreign_words(error).startswith(words)
    assert bool(foreign_words(error)) is bool(words)


@pytest.mark.parametrize(
    ("server", "words"),
    [
        (
            {"ending": send(b"\x15\x03\x01\x00\x02\x02\x16")},
            " speaks TLS, and was spoken to without. Begin api_url with",
        ),
        ({"greeting": send(b"220 mail.example.com ESMTP Postfix\r\n")}, " does not speak HTTP: it is another service."),
        ({"ending": close}, " was lost during POST /api/login. If that port speaks TLS, api_url begins with https."),
    ],
)
def test_plain_http_to_something_else(server, words):
    with RawServer(**server) as other, pytest.raises(errors.AnswerLost) as caught:
        Transport(f"http://127.0.0.1:{other.port}/iredadmin", timeout=5).send("POST", ("login",), None, {})
    assert f"http://127.0.0.1:{other.port}/iredadmin{words}" in str(caught.value)


def test_later_on_a_lost_connection_is_no_matter_of_tls():
    with RawServer(ending=close) as panel, pytest.raises(errors.AnswerLost) as caught:
        Transport(f"http://127.0.0.1:{panel.port}", timeout=5).send("GET", ("domains",), None, None)
    assert str(caught.value).endswith("was lost during GET /api/domains.")

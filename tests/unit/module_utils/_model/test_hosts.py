# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that mail is handed to: what is one, and when two are the same."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._model.hosts import MailHost, Relay

HOSTS = {
    "": "",
    "mx.example.com": "mx.example.com",
    "MX.example.com:25": "MX.example.com:25",
    "[mx.example.com]:0587": "[mx.example.com]:587",
    "192.0.2.1": "192.0.2.1",
    "[192.0.2.1]:65535": "[192.0.2.1]:65535",
    "[2001:DB8:0:0::1]:25": "[2001:db8::1]:25",
    "[IPv6:2001:DB8::1]": "[ipv6:2001:db8::1]",
}
NO_HOSTS = {
    "mx.example.com:65536": "1 to 65535",
    "[192.0.2.1]:0": "1 to 65535",
    "mx.example.com:": "is not a ",
    "2001:db8::1": r"write \[2001:db8::1\]",
    "2001:db8::1]:25": r"write \[2001:db8::1\]",
    "[2001:db8::1": "is not a ",
    "[192.0.2.0/24]:25": "is not a ",
    "[not:ip]:25": "is not a ",
    "relay:[mx.example.com]:587": "begins with relay:",
    "relay:relay:mx.example.com": "begins with relay:",
    "mx example.com": "is not a ",
    "mx.example.com,other.example.com": "is not a ",
    "-mx.example.com": "is not a ",
}


@pytest.mark.parametrize("codec", [MailHost(), Relay()])
@pytest.mark.parametrize("text", HOSTS)
def test_hosts(codec, text):
    assert codec.accept(text) == HOSTS[text] == codec.accept(HOSTS[text])


@pytest.mark.parametrize("codec", [MailHost(), Relay()])
@pytest.mark.parametrize("text", NO_HOSTS)
def test_what_is_no_host(codec, text):
    with pytest.raises(ValueError, match=NO_HOSTS[text]):
        codec.accept(text)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("smtp:[192.0.2.1]:25", "smtp:[192.0.2.1]:25"),
        ("smtp:mx.example.com", "smtp:mx.example.com"),
        ("slow-smtp:[2001:DB8::0:1]:587", "slow-smtp:[2001:db8::1]:587"),
        ("smtp:587", "smtp:587"),
    ],
)
def test_a_transport_may_stand_before_a_relay(text, sent):
    assert Relay().accept(text) == sent == Relay().accept(sent)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("smtp:smtp:[mx.example.com]:25", "two transports"),
        ("smtp:relay:[mx.example.com]:587", "two transports"),
        ("smtp:2001:db8::1", "brackets"),
        ("smtp:dead::1", "brackets"),
        ("dead:beef::1", "brackets"),
        ("smtp:[mx.example.com]:70000", "1 to 65535"),
        ("smtp:", "is not a relay"),
    ],
)
def test_what_is_no_relay(text, why):
    with pytest.raises(ValueError, match=why):
        Relay().accept(text)


def test_the_same_host():
    assert MailHost().same("MX.example.com", "[mx.example.com]:25")
    assert not MailHost().same("mx.example.com:587", "mx.example.com")
    # with brackets no MX record is looked up
    assert Relay().same("smtp:MX.example.com", "smtp:mx.example.com")
    assert not Relay().same("[mx.example.com]", "mx.example.com")

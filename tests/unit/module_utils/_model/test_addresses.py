# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses in the spelling that mail servers compare, and what may have been meant by what is none."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._model.accounts import Account
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.addresses import Address, DomainName, Sender

SPELLINGS = {
    "2001:DB8::1": "2001:db8::1",
    "2001:0db8:0000:0000:0000:0000:0000:0001": "2001:db8::1",
    "2001:db8::1/128": "2001:db8::1",
    "192.0.2.1/32": "192.0.2.1",
    "192.0.2.0/255.255.255.0": "192.0.2.0/24",
    "2001:DB8:0:0::/32": "2001:db8::/32",
    "::FFFF:192.0.2.1": "192.0.2.1",
    "Ada@Example.com": "ada@example.com",
    "@.Example.com": "@.example.com",
}


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("text", SPELLINGS)
def test_one_address_has_one_spelling(text, wide):
    sender = Sender(wide)
    assert sender.accept(text) == SPELLINGS[text] == sender.accept(SPELLINGS[text])
    assert sender.canonical(text) == SPELLINGS[text]


def test_an_entry_of_the_server_stands_as_it_is_since_it_works_as_it_is():
    assert Sender().from_wire("2001:DB8:0::1") == "2001:db8:0::1"
    assert Sender().canonical("nonsense of the server") == "nonsense of the server"


def test_ipv6_networks_are_doubted_where_they_never_match():
    assert "2001:db8::/32 matches nobody" in Sender(wide=True).doubt("2001:db8::/32")
    for sender, entry in ((Sender(), "2001:db8::/32"), (Sender(True), "2001:db8::1"), (Sender(True), "192.0.2.0/24")):
        assert sender.doubt(entry) == ""


NETWORKS = {
    "2001:db8:0:0:0:1::/96": "2001:db8:0:0:0:1::/96",
    "2001:db8::1:0:0/96": "2001:db8:0:0:0:1::/96",
    "2001:0DB8:0000:0000:0000:0001:0000:0000/96": "2001:db8:0:0:0:1::/96",
    "2001:db8:1:2:3:4:5:0/112": "2001:db8:1:2:3:4:5::/112",
    "2001:0:0:1::/64": "2001:0:0:1::/64",
    "2001:db8:0:0:0:0:0:0/32": "2001:db8::/32",
    "2001:db8::/120": "2001:db8::/120",
    "::/0": "::/0",
}


@pytest.mark.parametrize("text", NETWORKS)
def test_an_ipv6_network_ends_as_it_is_looked_up_for_greylisting(text):
    sender = Sender()
    assert sender.accept(text) == NETWORKS[text] == sender.accept(NETWORKS[text])
    assert "matches nobody" not in sender.doubt(NETWORKS[text])


def test_an_ipv6_network_that_cannot_end_so_is_doubted():
    narrow = Sender().accept("2001:DB8::8000/113")
    assert narrow == "2001:db8::8000/113"
    assert Sender().doubt(narrow) == (
        "2001:db8::8000/113 matches nobody, since it does not end in ::; list addresses, or a network of /112 or wider"
    )


def test_a_network_of_the_server_works_if_it_ends_so_and_begins_as_postfix_writes_it():
    for entry in ("2001:db8:0:0::/64", "2001:0db8::/32", "2001:db8:0:0:0:1::/96"):
        assert Sender().works(entry)
    for entry in ("2001:db8::1:0:0/96", "2001:db8:0:0:0:0:0:0/32", "0fe8:1::/32", "2001:db8::1", "a@x.example", "::/x"):
        assert not Sender().works(entry)
    assert not Sender(wide=True).works("2001:db8:0:0::/64")  # there they never do


def test_networks_that_are_too_wide_are_doubted():
    """They are looked up by how an address begins."""
    for wide, narrow in (("10.0.0.0/7", "10.0.0.0/8"), ("0.0.0.0/0", "192.0.2.0/24"), ("2000::/3", "2001::/16")):
        assert f"{wide} matches in part at most" in Sender().doubt(wide)
        assert Sender().doubt(narrow) == ""
    assert Sender().doubt("a/7@example.com") == ""


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("192.0.2.5/24", r"is neither the network 192\.0\.2\.0/24 nor the address 192\.0\.2\.5"),
        ("2001:db8::1/32", "neither the network 2001:db8::/32 nor the address 2001:db8::1"),
        ("*@example.com", r"write @example\.com, or @\.example\.com with its subdomains"),
        ("*.example.com", r"; write @\.example\.com$"),
        (".example.com", r"; write @\.example\.com$"),
        ("*@*.example.com", r"; write @\.example\.com$"),
        ("Example.com", r"write @example\.com, or"),
        ("192.0.2.300", "is no IP address, network, address, @domain or @.domain$"),
    ],
)
def test_what_was_meant_by_what_is_no_sender(text, hint):
    for wide in (True, False):
        with pytest.raises(ValueError, match=hint):
            Sender(wide).accept(text)


@pytest.mark.parametrize(
    ("codec", "text", "hint"),
    [
        (Address(), "ada\u200b@example.com", r"it holds the invisible sign U\+200B"),
        (Address(), "ada@exam\u00adple.com", r"invisible sign U\+00AD"),
        (Address(), "ada\uff20example.com", r"it holds U\+FF20 where @ is meant"),
        (Address(), "j\u00f6rg@example.com", "before the @ there is no other way"),
        (Address(), "ada@b\u00fccher.example", "xn-- form"),
        (DomainName(), "b\u00fccher.example", "xn-- form"),
        (DomainName(), "example\u3002com", r"U\+3002"),
        (DomainName(), "\ufeffexample.com", r"invisible sign U\+FEFF"),
        (Sender(), "@b\u00fccher.example", "xn-- form"),
        (Sender(), "ada\u00a0@example.com", r"invisible sign U\+00A0"),
    ],
)
def test_signs_that_are_not_what_they_seem(codec, text, hint):
    with pytest.raises(ValueError, match=hint):
        codec.accept(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("@example.org", "write it without the @"),
        ("@.", "write global"),
        ("*", "write global"),
        ("192.0.2.55", "is an IP address"),
        ("2001:db8::1", "is an IP address"),
        ("192.0.2.0/24", "is an IP address"),
        ("192.0.2.7/24", "is an IP address"),
    ],
)
def test_what_was_meant_by_what_is_no_account(text, hint):
    with pytest.raises(ValueError, match=hint):
        Account().accept(text)

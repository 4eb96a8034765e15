# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Greylisting, white- and blacklists of the sandbox (panel/wblist.md, panel/greylisting.md)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.handle import Sandbox
from tests.sandbox.resources.accounts import kind_of
from tests.support.sandbox.settings import GREYLISTING, POLICY, SENDERS, THROTTLE, WHITE, client, do, get

BLACK = "/api/wblist/inbound/blacklist/u@a.com"
SPF = "/api/greylisting/whitelist_spf_domains"


@pytest.fixture(params=["sql", "ldap"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Either backend: what is here has one shape for both."""
    with Sandbox(request.param) as running:
        yield running


# Greylisting


def test_greylisting_is_on_off_or_inherited(sandbox: Sandbox) -> None:
    do(sandbox, "POST", GREYLISTING, status="enable")
    row = get(sandbox, GREYLISTING)
    assert {"account": "@a.com", "sender": "@.", "active": 1, "priority": 60}.items() <= row.items()
    do(sandbox, "POST", GREYLISTING, status="disabled")  # not what the document says, and so: off
    assert get(sandbox, GREYLISTING)["active"] == 0
    do(sandbox, "POST", "/api/greylisting/u@a.com", status="enable")
    do(sandbox, "POST", "/api/greylisting/global")  # without a status: nothing
    assert [(row["account"], row["active"]) for row in get(sandbox, "/api/greylisting/all")] == [
        ("@a.com", 0),
        ("u@a.com", 1),
    ]
    do(sandbox, "DELETE", GREYLISTING)
    do(sandbox, "DELETE", GREYLISTING)
    assert get(sandbox, GREYLISTING) == {}


@pytest.mark.parametrize(
    ("choice", "shown"),
    [("enable", {"status": "disable"}), ("enabled", {"status": "disabled"}), ("strings", {"active": "0"})],
)
def test_greylisting_has_many_shapes(sandbox: Sandbox, choice: str, shown: dict[str, str]) -> None:
    do(sandbox, "POST", GREYLISTING, status="disable")
    row = get(sandbox, GREYLISTING)
    sandbox.shape(greylisting="array")
    assert get(sandbox, GREYLISTING) == [row]
    assert get(sandbox, "/api/greylisting/all") == [row]
    sandbox.shape(greylisting=choice)
    assert shown.items() <= get(sandbox, GREYLISTING).items()
    [one] = get(sandbox, "/api/greylisting/all")
    assert {**shown, "account": "@a.com"}.items() <= one.items()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", SPF, 405),
        ("POST", "/api/greylisting/all", 405),
        ("PUT", GREYLISTING, 405),
        ("DELETE", THROTTLE, 405),
        ("GET", "/api/throttle/a.com/external", 404),
        ("GET", "/api/wblist/inbound/greylist/a.com", 404),
        ("POST", POLICY, 405),
    ],
)
def test_what_is_no_endpoint(sandbox: Sandbox, method: str, path: str, status: int) -> None:
    assert client(sandbox).open("/iredadmin" + path, method=method).status_code == status


def test_senders_are_reset_added_removed(sandbox: Sandbox) -> None:
    do(sandbox, "POST", SENDERS, senders="192.168.1.0/24,@Example.com,nonsense,192.168.1.*,user@*")
    assert get(sandbox, SENDERS) == ["192.168.1.0/24", "@example.com"]
    do(sandbox, "POST", SENDERS, addSenders="2001:DB8::1,@example.com", removeSenders="192.168.1.0/24")
    assert get(sandbox, SENDERS) == ["2001:db8::1", "@example.com"]
    sandbox.shape(greylist_whitelists="rows")
    assert [set(row) for row in get(sandbox, SENDERS)] == [{"id", "account", "sender", "comment"}] * 2
    do(sandbox, "POST", SENDERS, senders="")
    assert get(sandbox, SENDERS) == []


def test_addresses_of_spf_domains_mix_with_senders(sandbox: Sandbox) -> None:
    sandbox.shape(spf_rows="shared", greylist_whitelists="rows")
    do(sandbox, "POST", SPF, addDomains="b.com,c.com,no-domain")
    assert [row["comment"] for row in get(sandbox, SENDERS)] == ["AUTO-UPDATE: b.com", "AUTO-UPDATE: c.com"]
    do(sandbox, "POST", SPF, removeDomains="b.com")
    assert [row["comment"] for row in get(sandbox, SENDERS)] == ["AUTO-UPDATE: c.com"]
    sandbox.shape(greylist_reset="keeps")
    do(sandbox, "POST", SENDERS, senders="@d.com")
    assert [row["comment"] for row in get(sandbox, SENDERS)] == ["AUTO-UPDATE: c.com", ""]
    sandbox.shape(greylist_reset="wipes")
    do(sandbox, "POST", SENDERS, senders="@d.com")
    assert [row["comment"] for row in get(sandbox, SENDERS)] == [""]


def test_addresses_of_spf_domains_have_a_table_of_their_own(sandbox: Sandbox) -> None:
    do(sandbox, "POST", SPF, domains="b.com,c.com")
    assert get(sandbox, SENDERS) == []
    sandbox.shape(spf_rows="shown")
    assert len(get(sandbox, SENDERS)) == 2
    do(sandbox, "POST", SPF, domains="c.com")
    assert [row["domain"] for row in sandbox.state()["greylisting_whitelist_domains"]] == ["c.com"]
    assert [row["comment"] for row in sandbox.state()["greylisting_whitelist_domain_spf"]] == ["AUTO-UPDATE: c.com"]


# White- and blacklists


def test_an_address_is_white_or_black_but_never_both(sandbox: Sandbox) -> None:
    do(sandbox, "POST", WHITE, addresses="One@b.com,two@b.com,not an address")
    do(sandbox, "POST", BLACK, addresses="one@b.com")
    assert (get(sandbox, WHITE), get(sandbox, BLACK)) == (["two@b.com"], ["one@b.com"])
    do(sandbox, "POST", WHITE.replace("inbound", "outbound"), addresses="one@b.com")
    do(sandbox, "POST", WHITE.replace("u@a.com", "global"), addresses="one@b.com")
    assert (get(sandbox, WHITE), get(sandbox, BLACK)) == (["two@b.com"], ["one@b.com"])


def test_put_deletes_what_is_given_and_delete_deletes_all(sandbox: Sandbox) -> None:
    do(sandbox, "PUT", WHITE, addresses="one@b.com")
    do(sandbox, "DELETE", WHITE)
    do(sandbox, "POST", WHITE, addresses="one@b.com,two@b.com,@c.com")
    do(sandbox, "PUT", BLACK, addresses="one@b.com")  # it is on the other list
    do(sandbox, "PUT", WHITE, addresses="TWO@b.com,nobody@b.com")
    assert get(sandbox, WHITE) == ["@c.com", "one@b.com"]
    do(sandbox, "POST", BLACK, addresses="@.")
    do(sandbox, "DELETE", WHITE)
    assert (get(sandbox, WHITE), get(sandbox, BLACK)) == ([], ["@."])


def test_lists_stand_in_the_tables_of_amavisd(sandbox: Sandbox) -> None:
    do(sandbox, "POST", "/api/wblist/inbound/whitelist/a.com", addresses="one@b.com")
    do(sandbox, "POST", "/api/wblist/outbound/blacklist/a.com", addresses="one@b.com")
    state = sandbox.state()
    [ours] = [row["id"] for row in state["users"] if row["email"] == "@a.com"]
    [theirs] = state["mailaddr"]
    assert theirs["priority"] == 10
    assert state["wblist"] == [{"rid": ours, "sid": theirs["id"], "wb": "W"}]
    assert state["outbound_wblist"] == [{"rid": theirs["id"], "sid": ours, "wb": "B"}]


def test_lists_have_many_shapes(sandbox: Sandbox) -> None:
    do(sandbox, "POST", WHITE, addresses="one@b.com")
    sandbox.shape(wblist="rows")
    assert get(sandbox, WHITE) == [{"id": 1, "email": "one@b.com", "wb": "W"}]
    sandbox.shape(wblist="object")
    assert get(sandbox, WHITE) == {"whitelist": ["one@b.com"], "blacklist": []}
    assert get(sandbox, WHITE.replace("a.com", "unknown.example")) == {"whitelist": [], "blacklist": []}
    sandbox.shape(wblist="strings")
    do(sandbox, "DELETE", WHITE)
    sandbox.shape(wblist_unset="ACCOUNT_NOT_EXIST")
    assert get(sandbox, WHITE) == []  # Amavisd knows the account by now


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("192.168.2.10", "ip"),
        ("192.168.2.0/24", "cidr"),
        ("2620:0:2d0:200::7/128", "cidr"),
        ("192.168.2.1/24", None),
        ("192.168.1.*", "wildcard_ip"),
        ("user@domain.ltd", "mail"),
        ("user@*", "user"),
        ("@domain.ltd", "domain"),
        ("@.domain.ltd", "subdomains"),
        ("@.com", "tld"),
        ("@.", "any"),
        ("@", None),
        ("domain.ltd", None),
        ("user", None),
        ("", None),
    ],
)
def test_kinds_of_addresses(address: str, kind: str | None) -> None:
    assert kind_of(address) == kind

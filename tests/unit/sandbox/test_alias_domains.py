# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What accounts have of the alias domains of their domain (panel/domains.md#alias-domains): on LDAP, addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.sandbox.accounts import ADA, BOB, OK, TEAM, populated, read, rows
from tests.support.sandbox.web import DOMAIN

NEWS, STAFF, LOVELACE = "news@example.org", "staff@example.org", "lovelace@example.org"
ACCOUNTS = {"user": ADA, "alias": TEAM, "ml": NEWS, "maillist": STAFF}
#: what the export of an account is called where that differs
EXPORTS = {"ml": "maillist"}


@pytest.fixture(scope="module")
def kept() -> Iterator[tuple[Sandbox, Any]]:
    """An LDAP panel with one of each account, and no alias domain."""
    with populated("ldap") as running:
        running.api("POST", f"/api/ml/{NEWS}")
        running.api("POST", f"/api/maillist/{STAFF}")
        running.api("PUT", f"/api/user/{ADA}", aliases=LOVELACE)
        yield running, running.snapshot()


@pytest.fixture
def ldap(kept: tuple[Sandbox, Any]) -> Iterator[Sandbox]:
    """It, as it was at first."""
    running, first = kept
    running.restore(first)
    yield running
    running.shape(shadow_addresses="removed")
    assert running.violations() == []


def send(sandbox: Sandbox, method: str, path: str, **params: str) -> None:
    """A request that succeeds."""
    assert sandbox.api(method, path, **params) == OK, path


def shadows(sandbox: Sandbox, mail: str, kind: str = "user") -> list[str]:
    """The alias addresses of an account."""
    found: list[str] = read(sandbox, f"/api/{kind}/{mail}").get("shadowAddress", [])
    return found


@pytest.mark.parametrize(("kind", "mail"), ACCOUNTS.items())
def test_a_new_alias_domain_is_one_more_address_of_every_account(ldap: Sandbox, kind: str, mail: str) -> None:
    own = [LOVELACE] if kind == "user" else []
    local = mail.partition("@")[0]
    send(ldap, "PUT", DOMAIN, addAliasDomain="z.example")
    send(ldap, "PUT", DOMAIN, aliasDomains="z.example,b.example")
    assert shadows(ldap, mail, kind) == sorted([f"{local}@b.example", f"{local}@z.example", *own])
    assert f"shadowAddress: {local}@z.example" in read(ldap, f"/api/ldif/{EXPORTS.get(kind, kind)}/{mail}")
    send(ldap, "PUT", DOMAIN, removeAliasDomain="b.example")
    assert shadows(ldap, mail, kind) == sorted([f"{local}@z.example", *own])
    send(ldap, "PUT", DOMAIN, aliasDomains="")
    assert shadows(ldap, mail, kind) == own


@pytest.mark.parametrize(("kind", "path"), [("user", "users"), ("alias", "aliases"), ("ml", "mls")])
def test_they_show_in_the_list_of_the_domain(ldap: Sandbox, kind: str, path: str) -> None:
    mail = ACCOUNTS[kind]
    local = mail.partition("@")[0]
    send(ldap, "PUT", DOMAIN, aliasDomains="z.example,b.example")
    listed = {found["mail"][0]: found for _name, found in read(ldap, f"/api/{path}/example.org")}
    assert listed[mail]["shadowAddress"] == shadows(ldap, mail, kind)
    assert {f"{local}@z.example", f"{local}@b.example"} <= set(listed[mail]["shadowAddress"])


@pytest.mark.parametrize("kind", ACCOUNTS)
def test_a_new_account_has_one_for_each_alias_domain(ldap: Sandbox, kind: str) -> None:
    send(ldap, "PUT", DOMAIN, aliasDomains="z.example,b.example")
    send(ldap, "POST", f"/api/{kind}/new@example.org", password=PASSWORD)
    assert shadows(ldap, "new@example.org", kind) == ["new@b.example", "new@z.example"]
    send(ldap, "DELETE", f"/api/{kind}/new@example.org")
    assert "new@b.example" not in str(ldap.state()), "they go with the account"


def test_seeded_accounts_have_them(ldap: Sandbox) -> None:
    send(ldap, "PUT", DOMAIN, aliasDomains="z.example")
    send(ldap, "PUT", f"/api/user/{ADA}", aliases="")
    ldap.seed(["example.org"], 2, aliases=1)
    assert shadows(ldap, "user00001@example.org") == ["user00001@z.example"]
    assert shadows(ldap, "alias00000@example.org", "alias") == ["alias00000@z.example"]
    assert shadows(ldap, ADA) == [], "who was there stays as it was"


def test_an_address_that_somebody_has_is_not_given_away(ldap: Sandbox) -> None:
    send(ldap, "PUT", DOMAIN, aliasDomains="z.example")
    send(ldap, "PUT", f"/api/user/{ADA}", addAlias="bob@z.example,eve@z.example")
    assert shadows(ldap, ADA) == ["ada@z.example", "eve@z.example", LOVELACE], "Bob's is taken"
    send(ldap, "POST", "/api/user/eve@example.org", password=PASSWORD)
    assert shadows(ldap, "eve@example.org") == []
    send(ldap, "PUT", DOMAIN, aliasDomains="")
    assert shadows(ldap, ADA) == ["eve@z.example", LOVELACE], "an address that was asked for stays"
    send(ldap, "PUT", DOMAIN, aliasDomains="z.example")
    assert (shadows(ldap, "eve@example.org"), shadows(ldap, BOB)) == ([], ["bob@z.example"])


@pytest.mark.parametrize(("kind", "mail"), [("user", ADA), ("alias", TEAM)])
def test_a_change_of_address_moves_them(ldap: Sandbox, kind: str, mail: str) -> None:
    own = [LOVELACE] if kind == "user" else []
    send(ldap, "PUT", DOMAIN, aliasDomains="z.example,b.example")
    send(ldap, "PUT", f"/api/user/{BOB}", addAlias="new@b.example")
    send(ldap, "POST", f"/api/{kind}/{mail}/change_email/new@example.org")
    assert shadows(ldap, "new@example.org", kind) == [*own, "new@z.example"], "the other one is Bob's"
    assert shadows(ldap, BOB) == ["bob@b.example", "bob@z.example", "new@b.example"]
    send(ldap, "POST", f"/api/{kind}/{mail}", password=PASSWORD)
    assert len(shadows(ldap, mail, kind)) == 2, "the old ones are free again"


@pytest.mark.parametrize(("choice", "left"), [("removed", []), ("kept", ["ada@z.example"])])
def test_who_takes_one_away(ldap: Sandbox, choice: str, left: list[str]) -> None:
    ldap.shape(shadow_addresses=choice)
    send(ldap, "PUT", DOMAIN, aliasDomains="z.example")
    send(ldap, "PUT", f"/api/user/{ADA}", addAlias="eve@z.example", removeAlias="ada@z.example")
    assert shadows(ldap, ADA) == [*left, "eve@z.example", LOVELACE]
    send(ldap, "PUT", f"/api/user/{ADA}", aliases=LOVELACE)
    assert shadows(ldap, ADA) == [*left, LOVELACE]
    send(ldap, "PUT", f"/api/user/{ADA}", aliases="")
    assert shadows(ldap, ADA) == left
    send(ldap, "POST", f"/api/user/{ADA}/change_email/new@example.org")
    assert shadows(ldap, "new@example.org") == [one.replace("ada", "new") for one in left], "what is away stays away"
    ldap.shape(shadow_addresses="removed")
    send(ldap, "PUT", f"/api/user/{BOB}", aliases="bob@z.example")
    assert shadows(ldap, BOB) == ["bob@z.example"], "who sends it keeps it"


@pytest.mark.parametrize("choice", ["removed", "kept"])
def test_on_sql_an_alias_domain_is_a_row_of_its_table(choice: str) -> None:
    """panel/domains.md#parameters: the table alias_domain, and nothing of the accounts."""
    with populated("sql") as sql:
        sql.shape(shadow_addresses=choice)
        before = rows(sql, "forwardings")
        send(sql, "PUT", DOMAIN, aliasDomains="z.example")
        send(sql, "POST", "/api/user/new@example.org", password=PASSWORD)
        sql.seed(["example.org"], 1)
        assert read(sql, "/api/user/new@example.org")["aliases"] == []
        new = [row["address"] for row in rows(sql, "forwardings") if row not in before]
        assert new == ["new@example.org", "user00000@example.org"]
        send(sql, "PUT", f"/api/user/{ADA}", addAlias="ada@z.example")
        send(sql, "POST", f"/api/user/{ADA}/change_email/eve@example.org")
        assert read(sql, "/api/user/eve@example.org")["aliases"] == ["ada@z.example"]
        send(sql, "PUT", "/api/user/eve@example.org", addAlias="eve@z.example")
        send(sql, "PUT", "/api/user/eve@example.org", aliases="")
        assert read(sql, "/api/user/eve@example.org")["aliases"] == []

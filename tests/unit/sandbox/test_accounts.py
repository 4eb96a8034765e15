# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts in the sandbox: how they read on either backend, and what is silently dropped (panel/names.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.sandbox.handle import Sandbox
from tests.sandbox.routing import ROUTES
from tests.sandbox.tables import ACCOUNTS
from tests.support.common import PASSWORD
from tests.support.sandbox.accounts import ADA, BOB, OK, TEAM, populated, read, rows
from tests.support.sandbox.web import DOMAIN

#: the endpoints that make an account
CREATED = re.compile(r"/api/\w+/<mail>").fullmatch


@pytest.fixture(params=["sql", "ldap"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Such a panel of either backend."""
    with populated(request.param) as running:
        yield running


@pytest.fixture
def sql() -> Iterator[Sandbox]:
    """Such a panel on SQL."""
    with populated("sql") as running:
        yield running


@pytest.fixture
def ldap() -> Iterator[Sandbox]:
    """Such a panel on LDAP."""
    with populated("ldap") as running:
        yield running


def test_an_sql_domain(sql: Sandbox) -> None:
    data = read(sql, DOMAIN)

    integers = ("aliases", "mailboxes", "maillists", "maxquota", "quota", "backupmx", "active", "num_existing_users")
    assert {type(data[key]) for key in integers} == {int}
    assert (data["maxquota"], data["quota"], data["active"], data["num_existing_users"]) == (10240, 0, 1, 2)
    assert data["settings"] == {"default_user_quota": 512, "max_user_quota": 2048}
    assert (data["domain"], data["description"], data["transport"]) == ("example.org", "Example", "dovecot")
    assert data["catchall"] == [], "it is always there"
    (listed,) = read(sql, "/api/domains")
    assert listed["settings"] == "default_user_quota:512;max_user_quota:2048;", "a raw row"
    assert "catchall" not in listed


def test_an_ldap_domain(ldap: Sandbox) -> None:
    data = read(ldap, DOMAIN)

    assert (data["domainName"], data["cn"], data["accountStatus"]) == (["example.org"], ["Example"], ["active"])
    assert data["accountSetting"] == {"defaultQuota": 512, "maxUserQuota": 2048, "domainQuota": "10240:MB"}
    missing = {"domainBackupMX", "domainAdmin", "senderRelayHost", "domainAliasName", "domainSenderBccAddress"}
    assert not missing & set(data), "an attribute without a value is no key"
    assert set(read(ldap, "/api/domains")) == {"example.org"}
    ldap.api("PUT", DOMAIN, quota="0", defaultQuota="0", maxUserQuota="0")
    assert "accountSetting" not in read(ldap, DOMAIN)


def test_an_sql_user(sql: Sandbox) -> None:
    data = read(sql, f"/api/user/{ADA}")

    assert (data["username"], data["name"], data["quota"]) == (ADA, "Ada", 1024), "megabytes"
    assert (data["active"], data["isadmin"], data["isglobaladmin"]) == (1, 0, 0)
    assert (data["enablesmtp"], data["enablesogo"], data["enablesogowebmail"]) == (1, 1, "y")
    assert "enablesmtptls" not in data
    assert data["forwardings"] == [ADA], "its own address is the mailbox"
    assert data["mailing_aliases"] == [TEAM]
    assert data["storagebasedirectory"] == "/var/vmail"
    assert not {"password", "managed_domains", "mail", "mailQuota"} & set(data)
    listed = read(sql, "/api/users/example.org")
    assert [row["username"] for row in listed] == [ADA, BOB]
    assert not {"password", "forwardings", "aliases"} & set(listed[0])


def test_an_ldap_user(ldap: Sandbox) -> None:
    data = read(ldap, f"/api/user/{ADA}")

    plain = {"stored_bytes": 0, "stored_messages": 0, "last_login": "", "mailing_aliases": [TEAM], "mailing_lists": []}
    assert {key: data.pop(key) for key in plain} == plain
    assert all(isinstance(value, list) and all(isinstance(one, str) for one in value) for value in data.values())
    assert (data["mail"], data["uid"], data["cn"]) == ([ADA], ["ada"], ["Ada"])
    assert data["mailQuota"] == [str(1024 * 1024 * 1024)], "bytes"
    assert data["mailForwardingAddress"] == [ADA]
    assert {"mail", "smtp", "smtptls", "deliver"} < set(data["enabledService"])
    assert not {"userPassword", "password", "shadowAddress", "telephoneNumber", "domainGlobalAdmin"} & set(data)
    (name, attributes), _bob = read(ldap, "/api/users/example.org")
    assert name == f"mail={ADA},ou=Users,domainName=example.org,o=domains,dc=example,dc=com"
    assert attributes["cn"] == ["Ada"]


def test_an_alias(sandbox: Sandbox) -> None:
    data = read(sandbox, f"/api/alias/{TEAM}")

    if sandbox.backend == "sql":
        assert (data["address"], data["active"], data["accesspolicy"]) == (TEAM, 1, "")
        assert data["members"] == [ADA, "out@x.example"]
        sandbox.api("PUT", f"/api/alias/{TEAM}", accessPolicy="membersOnly")
        assert read(sandbox, f"/api/alias/{TEAM}")["accesspolicy"] == "membersonly"
        assert "members" not in read(sandbox, "/api/aliases/example.org")[0]
    else:
        assert (data["mail"], data["accountStatus"]) == ([TEAM], ["active"])
        assert data["mailForwardingAddress"] == [ADA, "out@x.example"]
        assert not {"cn", "accesspolicy", "accessPolicy", "members"} & set(data)


@pytest.mark.parametrize("members", ["mailForwardingAddress", "members"])
def test_an_alias_on_ldap_may_say_who_may_write_to_it(ldap: Sandbox, members: str) -> None:
    """Since iRedMail 1.7.2 (panel/aliases.md#profile-on-ldap); the API has no parameter for it."""
    path = f"/api/alias/{TEAM}"
    ldap.shape(alias_members=members)
    ldap.moderate(TEAM, "moderatorsonly", [BOB, ADA])
    expected = {"accessPolicy": ["moderatorsonly"], "listModerator": [ADA, BOB], members: [ADA, "out@x.example"]}
    assert expected.items() <= read(ldap, path).items()
    (_name, listed), *_others = read(ldap, "/api/aliases/example.org")
    assert expected.items() <= listed.items()
    exported = read(ldap, f"/api/ldif/alias/{TEAM}").splitlines()
    assert {"accessPolicy: moderatorsonly", f"listModerator: {ADA}", f"listModerator: {BOB}"} <= set(exported)
    for params in ({"name": "Crew"}, {"accountStatus": "disabled"}, {"accessPolicy": "public"}, {"members": ""}):
        assert ldap.api("PUT", path, **params) == OK
        assert read(ldap, path)["accessPolicy"] == ["moderatorsonly"], params
    assert ldap.api("DELETE", f"/api/user/{BOB}") == OK
    assert ldap.api("POST", f"/api/user/{ADA}/change_email/eve@example.org") == OK
    assert ldap.api("POST", f"{path}/change_email/crew@example.org") == OK
    assert read(ldap, "/api/alias/crew@example.org")["listModerator"] == ["eve@example.org"]
    ldap.moderate("crew@example.org")
    assert not {"accessPolicy", "listModerator"} & set(read(ldap, "/api/alias/crew@example.org"))
    with pytest.raises(ValueError, match=f"there is no alias {TEAM}"):
        ldap.moderate(TEAM)


def test_every_account_of_a_domain_takes_its_address_and_goes_with_the_domain(sandbox: Sandbox) -> None:
    made = {
        route.template.split("/")[2]: route for route in ROUTES if route.method == "POST" and CREATED(route.template)
    }
    assert made.keys() - {"admin"} == ACCOUNTS.keys()
    before = sandbox.state()
    sandbox.api("POST", "/api/domain/gone.example")
    here = [kind for kind in ACCOUNTS if made[kind].backend in (None, sandbox.backend)]
    for kind in here:
        assert sandbox.api("POST", f"/api/{kind}/{kind}@gone.example", password=PASSWORD) == OK
        for other in here:
            assert sandbox.api("POST", f"/api/{other}/{kind}@gone.example", password=PASSWORD) != OK, other
    assert sandbox.api("DELETE", "/api/domain/gone.example") == OK
    tables = ["domain", *(table.name for table, _address in ACCOUNTS.values())]
    assert {name: sandbox.state()[name] for name in tables} == {name: before[name] for name in tables}


def test_lists_of_addresses(sandbox: Sandbox) -> None:
    sandbox.api("PUT", f"/api/user/{BOB}", accountStatus="disabled")

    assert read(sandbox, "/api/users/example.org", email_only="yes") == [ADA, BOB]
    assert read(sandbox, "/api/users/example.org", email_only="yes", disabled_only="yes") == [BOB]
    assert read(sandbox, "/api/aliases/example.org", email_only="yes") == [TEAM]
    assert read(sandbox, "/api/domains", name_only="yes", disabled_only="yes") == []


def mail_keys(sandbox: Sandbox) -> tuple[str, str]:
    """The keys of a user's forwardings and alias addresses."""
    return ("forwardings", "aliases") if sandbox.backend == "sql" else ("mailForwardingAddress", "shadowAddress")


def test_addresses_that_are_dropped(sandbox: Sandbox) -> None:
    forwardings, aliases = mail_keys(sandbox)
    sandbox.api("PUT", f"/api/user/{ADA}", forwarding=f"missing@example.org,nonsense,{BOB},out@x.example")
    sandbox.api("PUT", f"/api/user/{ADA}", aliases=f"{BOB},{TEAM},l@elsewhere.example,lovelace@example.org")
    sandbox.api("PUT", f"/api/user/{BOB}", addAlias="lovelace@example.org,robert@example.org")

    ada, bob = (read(sandbox, f"/api/user/{mail}") for mail in (ADA, BOB))
    assert (ada[forwardings], ada[aliases]) == ([BOB, "out@x.example"], ["lovelace@example.org"])
    assert bob[aliases] == ["robert@example.org"], "the other one is taken"
    sandbox.api("PUT", f"/api/alias/{TEAM}", members="missing@example.org,nonsense,lovelace@example.org")
    links = rows(sandbox, "forwardings", address=TEAM)
    assert [row["forwarding"] for row in links] == ["lovelace@example.org"]


def test_alias_addresses_are_of_the_own_domains(sandbox: Sandbox) -> None:
    """panel/users.md#alias-addresses: of the user's domain and its alias domains, although others are hosted here."""
    _forwardings, aliases = mail_keys(sandbox)
    sandbox.api("POST", "/api/domain/example.net")
    sandbox.api("PUT", DOMAIN, aliasDomains="alias.example")
    sandbox.api("PUT", "/api/domain/example.net", aliasDomains="other-alias.example")
    wanted = "a@example.org,a@alias.example,a@example.net,a@other-alias.example"
    assert sandbox.api("PUT", f"/api/user/{ADA}", aliases=wanted) == OK
    assert read(sandbox, f"/api/user/{ADA}")[aliases] == ["a@alias.example", "a@example.org"]
    assert sandbox.api("PUT", f"/api/user/{ADA}", addAlias="b@example.net,b@alias.example") == OK
    assert read(sandbox, f"/api/user/{ADA}")[aliases] == ["a@alias.example", "a@example.org", "b@alias.example"]


def test_lists_are_lowered_but_their_items_keep_blanks(sandbox: Sandbox) -> None:
    sandbox.api("PUT", DOMAIN, catchall=" A@X.example,,b@x.example,a@x.example, c@x.example,junk ")

    assert read(sandbox, DOMAIN)["catchall"] == ["a@x.example", "b@x.example"]


def test_deltas(sandbox: Sandbox) -> None:
    forwardings, _aliases = mail_keys(sandbox)
    for params, expected in (
        ({"addForwarding": "out@x.example"}, [ADA, "out@x.example"]),
        ({"removeForwarding": f"{ADA},missing@x.example"}, ["out@x.example"]),
        ({"forwarding": ""}, []),
    ):
        assert sandbox.api("PUT", f"/api/user/{ADA}", **params) == OK
        assert read(sandbox, f"/api/user/{ADA}").get(forwardings, []) == expected


def test_values_that_are_dropped(sql: Sandbox) -> None:
    before = read(sql, f"/api/user/{ADA}")
    bad = {"mailboxFormat": "mbox", "mailboxFolder": "a/b", "addService": "smtptls,mail", "telephoneNumber": "1"}
    assert sql.api("PUT", f"/api/user/{ADA}", **bad) == OK
    after = read(sql, f"/api/user/{ADA}")
    assert {key for key in before if before[key] != after[key]} <= {"modified"}
    assert set(after) == set(before)

    sql.api("PUT", f"/api/user/{ADA}", removeService="smtp,sogowebmail", mailboxFormat="MDBOX")
    after = read(sql, f"/api/user/{ADA}")
    assert (after["enablesmtp"], after["enablesogowebmail"], after["mailboxformat"]) == (0, "n", "mdbox")
    sql.api("PUT", f"/api/user/{ADA}", accountStatus="enabled")
    assert read(sql, f"/api/user/{ADA}")["active"] == 0, "whatever is no known status disables"


def test_ldap_takes_any_service_and_ascii_numbers(ldap: Sandbox) -> None:
    ldap.api("PUT", f"/api/user/{ADA}", addService="vpn", removeService="smtp", mobile="1,2,drei-ß")
    data = read(ldap, f"/api/user/{ADA}")

    assert ("vpn" in data["enabledService"], "smtp" in data["enabledService"]) == (True, False)
    assert data["mobile"] == ["1", "2"]


@pytest.mark.parametrize("choice", ["stored", "refused", "ignored"])
def test_an_entry_without_a_name(ldap: Sandbox, choice: str) -> None:
    """panel/ldap.md#user: slapd refuses it; what the panel does before is unknown."""
    ldap.shape(empty_names=choice)
    first = {"name": "Ada", "gn": "Augusta", "sn": "Lovelace", "quota": "7", "aliases": "lovelace@example.org"}
    assert ldap.api("PUT", f"/api/user/{ADA}", **first) == OK
    before = ldap.snapshot()
    for name, attribute in (("name", "cn"), ("sn", "sn")):
        answer = ldap.api("PUT", f"/api/user/{ADA}", gn="", quota="9", aliases="", **{name: " "})
        data = read(ldap, f"/api/user/{ADA}")
        if choice == "refused":
            assert answer["_msg"].startswith("OBJECT_CLASS_VIOLATION(")
            assert f"requires attribute '{attribute}'" in answer["_msg"]
            assert ldap.snapshot() == before, "nothing of it is stored"
        else:
            assert answer == OK
            assert (data["mailQuota"], "givenName" in data) == ([str(9 * 1024 * 1024)], False)
            assert data.get(attribute) == (None if choice == "stored" else [first[name]])
        ldap.restore(before)
    assert ldap.api("PUT", f"/api/user/{ADA}", name="Countess", gn="") == OK, "what has a value is no matter"
    assert ldap.api("PUT", f"/api/alias/{TEAM}", name="") == OK, "nor is an entry that needs none"
    assert ldap.api("PUT", DOMAIN, name="") == OK


@pytest.mark.parametrize("choice", ["stored", "refused", "ignored"])
def test_a_row_without_a_name(sql: Sandbox, choice: str) -> None:
    sql.shape(empty_names=choice)
    assert sql.api("PUT", f"/api/user/{ADA}", name="", sn="") == OK
    assert [read(sql, f"/api/user/{ADA}")[key] for key in ("name", "last_name")] == ["", ""]


def test_a_post_ignores_what_only_put_takes(sandbox: Sandbox) -> None:
    late = {"accountStatus": "disabled", "employeeid": "7", "senderBcc": "s@x.example", "forwarding": "f@x.example"}
    sandbox.api("POST", "/api/user/new@example.org", password=PASSWORD, **late)
    sandbox.api("POST", "/api/domain/example.net", catchall="c@x.example", **late)
    sandbox.api("POST", "/api/alias/new-alias@example.org", accountStatus="disabled")

    (user,) = rows(sandbox, "mailbox", username="new@example.org")
    assert (user["active"], user["employeeid"]) == (1, "")
    assert [row["active"] for row in rows(sandbox, "alias", address="new-alias@example.org")] == [1]
    assert [row["active"] for row in rows(sandbox, "domain", domain="example.net")] == [1]
    state = sandbox.state()
    assert (
        not state["sender_bcc_user"] + state["sender_bcc_domain"] + rows(sandbox, "forwardings", address="example.net")
    )
    assert [row["forwarding"] for row in rows(sandbox, "forwardings", address="new@example.org")] == ["new@example.org"]

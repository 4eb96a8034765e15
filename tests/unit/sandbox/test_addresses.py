# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An address is one account's, and what becomes of it when the account is renamed or deleted (panel/users.md#codes)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert

from tests.sandbox import tables as t
from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.sandbox.accounts import ADA, BOB, OK, TEAM, populated, read, rows
from tests.support.sandbox.web import DOMAIN

NEWS, STAFF, LOVELACE = "news@example.org", "staff@example.org", "lovelace@example.org"
NET = "/api/domain/example.net"
# What there is for accounts outside the panel's own database, and the table where it is
SETTINGS: dict[str, tuple[str, str, dict[str, str]]] = {
    "policy": ("PUT", "/api/spampolicy/user/{}", {"bypass_spam_checks": "yes"}),
    "throttle": ("POST", "/api/throttle/{}/inbound", {"period": "60", "max_msgs": "1"}),
    "greylisting": ("POST", "/api/greylisting/{}", {"status": "enable"}),
    "greylisting_whitelists": ("POST", "/api/greylisting/{}/whitelists", {"senders": "@x.example"}),
    "wblist": ("POST", "/api/wblist/inbound/blacklist/{}", {"addresses": "@x.example"}),
    "outbound_wblist": ("POST", "/api/wblist/outbound/whitelist/{}", {"addresses": "@x.example"}),
}


@pytest.fixture(scope="module", params=["sql", "ldap"])
def kept(request: pytest.FixtureRequest) -> Iterator[tuple[Sandbox, Any]]:
    """A panel of either backend with a domain, two users and an alias, and each kind of list."""
    with populated(request.param) as running:
        assert running.api("POST", f"/api/ml/{NEWS}") == OK
        if running.backend == "ldap":
            assert running.api("POST", f"/api/maillist/{STAFF}") == OK
        assert running.api("PUT", f"/api/user/{ADA}", aliases=LOVELACE) == OK
        yield running, running.snapshot()


@pytest.fixture
def sandbox(kept: tuple[Sandbox, Any]) -> Iterator[Sandbox]:
    """It, as it was at first."""
    running, first = kept
    running.restore(first)
    yield running
    running.shape(unknown_members="own", user_settings="kept", renamed_settings="moved")
    assert running.violations() == []


def message(sandbox: Sandbox, method: str, path: str, **params: str) -> str | None:
    """Why a request was refused; None when it was not."""
    answer = sandbox.api(method, path, **params)
    return None if answer["_success"] else str(answer["_msg"])


def test_a_taken_address_is_nobody_elses(sandbox: Sandbox) -> None:
    taken = [ADA, BOB, TEAM, NEWS, LOVELACE, *([STAFF] if sandbox.backend == "ldap" else [])]
    before = sandbox.snapshot()
    for mail in taken:
        for kind in ("user", "alias", "ml", *(["maillist"] if sandbox.backend == "ldap" else [])):
            assert message(sandbox, "POST", f"/api/{kind}/{mail}", password=PASSWORD) == "ALREADY_EXISTS", (kind, mail)
        for account in (f"user/{BOB}", f"alias/{TEAM}"):
            assert message(sandbox, "POST", f"/api/{account}/change_email/{mail}") == "ALREADY_EXISTS"
        assert sandbox.api("PUT", f"/api/user/{BOB}", addAlias=mail) == OK, "silently not assigned"
        assert rows(sandbox, "forwardings", forwarding=BOB, is_alias=1) == []
    after = sandbox.snapshot()
    for table in ("alias", "maillists", "forwardings", "ldap_values"):
        assert after.rows[table] == before.rows[table]


def test_an_address_is_free_again(sandbox: Sandbox) -> None:
    assert sandbox.api("PUT", f"/api/user/{ADA}", removeAlias=LOVELACE) == OK
    assert sandbox.api("PUT", f"/api/user/{BOB}", addAlias=LOVELACE) == OK
    assert [row["forwarding"] for row in rows(sandbox, "forwardings", address=LOVELACE)] == [BOB]
    for path in (f"/api/user/{BOB}", f"/api/alias/{TEAM}", f"/api/ml/{NEWS}"):
        assert sandbox.api("DELETE", path) == OK
    for mail in (LOVELACE, BOB, TEAM, NEWS):
        assert message(sandbox, "POST", f"/api/alias/{mail}") is None, "those of a deleted user too"


def test_an_alias_domain_has_no_accounts_of_its_own(sandbox: Sandbox) -> None:
    sandbox.api("PUT", DOMAIN, aliasDomains="alias.example")
    assert message(sandbox, "POST", "/api/domain/alias.example") == "ALREADY_EXISTS"
    for kind in ("user", "alias", "ml"):
        path = f"/api/{kind}/u@alias.example"
        assert message(sandbox, "POST", path, password=PASSWORD) == "INVALID_DOMAIN_NAME"
    sandbox.api("POST", NET)
    sandbox.api("PUT", NET, aliasDomains="alias.example,example.org,new.example")
    names = [row["alias_domain"] for row in rows(sandbox, "alias_domain", target_domain="example.net")]
    assert names == ["new.example"], "domains that are here already are left out"


def test_an_alias_address_counts_for_the_domain_of_its_user(sandbox: Sandbox) -> None:
    """panel/sql.md#forwardings: Postfix ignores rows of what is no domain, such as an alias domain."""
    sandbox.api("PUT", DOMAIN, aliasDomains="alias.example")
    sandbox.api("PUT", f"/api/user/{ADA}", aliases="a@alias.example")
    assert [row["domain"] for row in rows(sandbox, "forwardings", address="a@alias.example")] == ["example.org"]


@pytest.mark.parametrize(
    ("choice", "dropped"),
    [
        ("own", {"nobody@example.org"}),
        ("local", {"nobody@example.org", "nobody@example.net", "nobody@alias.example"}),
        ("kept", set()),
    ],
)
def test_members_that_do_not_exist(sandbox: Sandbox, choice: str, dropped: set[str]) -> None:
    sandbox.shape(unknown_members=choice)
    sandbox.api("POST", NET)
    sandbox.api("PUT", DOMAIN, aliasDomains="alias.example")
    wanted = {"nobody@" + domain for domain in ("example.org", "example.net", "alias.example", "x.example")}
    wanted |= {ADA, LOVELACE, NEWS, "bob@alias.example", "bob+x@example.org"}
    for path, name in ((f"/api/alias/{TEAM}", "members"), ("/api/alias/crew@example.org", "members")):
        method = "PUT" if TEAM in path else "POST"
        assert sandbox.api(method, path, **{name: ",".join(sorted(wanted | {"nonsense"}))}) == OK
        stored = {row["forwarding"] for row in rows(sandbox, "forwardings", address=path.rpartition("/")[2])}
        assert stored == wanted - dropped
    assert sandbox.api("PUT", f"/api/user/{BOB}", forwarding=",".join(sorted(wanted))) == OK
    stored = {row["forwarding"] for row in rows(sandbox, "forwardings", address=BOB)}
    assert stored == wanted - {"nobody@example.org"}, "of forwardings it is known"


@pytest.mark.parametrize("path", [f"/api/user/{ADA}", f"/api/alias/{TEAM}"])
def test_a_change_of_address_stays_within_the_domain(sandbox: Sandbox, path: str) -> None:
    sandbox.api("POST", NET)
    sandbox.api("PUT", DOMAIN, aliasDomains="alias.example")
    before = sandbox.snapshot()
    for new in ("new@example.net", "new@alias.example", "new@elsewhere.example"):
        assert message(sandbox, "POST", f"{path}/change_email/{new}") == "DOMAIN_NAME_MISMATCH"
    assert message(sandbox, "POST", f"{path}/change_email/a+b@example.org") == "INVALID_MAIL"
    assert sandbox.snapshot() == before


def test_a_change_of_address_takes_everything_along(sandbox: Sandbox) -> None:
    api = sandbox.api
    api("PUT", DOMAIN, senderBcc=ADA, catchall=ADA)
    api("PUT", f"/api/user/{BOB}", addForwarding=ADA, recipientBcc=ADA)
    api("PUT", "/api/domain/admins/example.org", addAdmin=ADA)
    api("PUT", f"/api/ml/{NEWS}", owner=ADA, moderators=f"{ADA},{BOB}", add_subscribers=ADA, require_confirm="no")
    if sandbox.backend == "ldap":
        api("PUT", f"/api/maillist/{STAFF}", members=ADA)
    for method, path, params in SETTINGS.values():
        assert api(method, path.format(ADA), **params) == OK
    before = sandbox.snapshot().rows

    assert api("POST", f"/api/user/{ADA}/change_email/new@example.org") == OK

    after = sandbox.snapshot().rows
    files = ("mlmmj", "mlmmj_subscribers")  # mlmmj's files are not the panel's
    for table, found in after.items():
        expected = [str(row) if table in files else str(row).replace(ADA, "new@example.org") for row in before[table]]
        assert sorted(map(str, found)) == sorted(expected), table
    assert ADA in str(after["mlmmj_subscribers"])


@pytest.mark.parametrize("path", [f"/api/user/{ADA}", f"/api/alias/{TEAM}"])
def test_what_was_left_at_a_new_address_gives_way(sandbox: Sandbox, path: str) -> None:
    """A guess: settings of somebody who is gone, and a forwarding to nobody, are no hindrance."""
    api, old, new = sandbox.api, path.rpartition("/")[2], "gone@example.org"
    api("POST", NET)
    api("POST", "/api/alias/all@example.net", members=f"{old},{new}")
    for mail in (old, new):
        for method, setting, params in SETTINGS.values():
            assert api(method, setting.format(mail), **params) == OK
    api("POST", f"/api/throttle/{old}/inbound", period="77", max_msgs="1")

    assert api("POST", f"{path}/change_email/{new}") == OK

    assert [row["forwarding"] for row in rows(sandbox, "forwardings", address="all@example.net")] == [new]
    assert [row["period"] for row in rows(sandbox, "throttle", account=new)] == [77]
    assert old not in str(sandbox.state())
    assert read(sandbox, f"/api/greylisting/{new}")["active"] == 1


@pytest.mark.parametrize("path", [f"/api/user/{ADA}", f"/api/alias/{TEAM}"])
def test_settings_may_stay_at_the_old_address(sandbox: Sandbox, path: str) -> None:
    """Nobody knows whether the databases of Amavisd and iRedAPD are touched (panel/endpoints-sql.md)."""
    sandbox.shape(renamed_settings="left")
    old, new = path.rpartition("/")[2], "gone@example.org"
    for method, setting, params in SETTINGS.values():
        assert sandbox.api(method, setting.format(old), **params) == OK
    sandbox.api("POST", f"/api/throttle/{new}/inbound", period="77", max_msgs="1")
    before = sandbox.state()

    assert sandbox.api("POST", f"{path}/change_email/{new}") == OK

    after = sandbox.state()
    for table in (*SETTINGS, "users", "mailaddr"):
        assert after[table] == before[table], table
    assert read(sandbox, f"/api/throttle/{new}/inbound")["period"] == 77, "what was there counts for whoever comes"
    assert old not in str([after[table] for table in ("mailbox", "alias", "forwardings")])
    assert sandbox.api("POST", path, password=PASSWORD) == OK
    assert read(sandbox, f"/api/greylisting/{old}")["active"] == 1, "somebody else has what was left"


@pytest.mark.parametrize("choice", ["kept", "deleted"])
def test_the_settings_of_a_deleted_user(sandbox: Sandbox, choice: str) -> None:
    sandbox.shape(user_settings=choice)
    for mail in (ADA, BOB):
        for method, path, params in SETTINGS.values():
            assert sandbox.api(method, path.format(mail), **params) == OK
    before = sandbox.state()

    assert sandbox.api("DELETE", f"/api/user/{ADA}") == OK

    state = sandbox.state()
    for table in SETTINGS:
        assert len(state[table]) == len(before[table]) - (choice == "deleted"), table
    assert (ADA in str([state[table] for table in (*SETTINGS, "users")])) is (choice == "kept")


def test_a_deleted_alias_leaves_nothing(sandbox: Sandbox) -> None:
    api = sandbox.api
    api("PUT", DOMAIN, accountStatus="disabled", catchall=f"{TEAM},{BOB}")
    api("PUT", f"/api/user/{BOB}", addForwarding=TEAM)
    if sandbox.backend == "ldap":
        api("PUT", f"/api/maillist/{STAFF}", members=f"{TEAM},{BOB}")
    with sandbox.panel.engine.begin() as db:
        db.execute(insert(t.MODERATORS).values(address=TEAM, moderator=BOB, domain="example.org"))

    assert api("DELETE", f"/api/alias/{TEAM}") == OK

    assert TEAM not in str(sandbox.state())
    assert api("POST", f"/api/alias/{TEAM}") == OK
    if sandbox.backend == "ldap":
        assert read(sandbox, f"/api/maillist/{STAFF}")["members"] == [BOB], "it is a new one"


def test_only_what_has_an_entry_is_a_member_of_a_list(sandbox: Sandbox) -> None:
    """panel/maillists.md#members: they are marked on their own entries, and an alias address of a user has none."""
    if sandbox.backend == "ldap":
        assert sandbox.api("PUT", f"/api/maillist/{STAFF}", members=f"{ADA},{LOVELACE},{TEAM},{NEWS}") == OK
        assert read(sandbox, f"/api/maillist/{STAFF}")["members"] == sorted((ADA, TEAM, NEWS))
        assert rows(sandbox, "ldap_values", entry=LOVELACE) == []


def test_admin_rights_go_with_their_last_source(sandbox: Sandbox) -> None:
    def rights() -> tuple[int, int, bool]:
        (row,) = rows(sandbox, "mailbox", username=ADA)
        service = rows(sandbox, "ldap_values", entry=ADA, attribute="enabledService", value="domainadmin")
        return int(row["isadmin"]), int(row["isglobaladmin"]), bool(service)

    ldap = sandbox.backend == "ldap"
    for last in ("global", "admin"):
        sandbox.api("PUT", "/api/domain/admins/example.org", addAdmin=ADA)
        sandbox.api("PUT", f"/api/user/{ADA}", isGlobalAdmin="yes")
        assert rights() == (1, 1, ldap)
        if last == "global":
            sandbox.api("PUT", "/api/domain/admins/example.org", removeAdmin=ADA)
            assert rights()[:2] == (1, 1)
            sandbox.api("PUT", f"/api/user/{ADA}", isGlobalAdmin="no")
        else:
            assert sandbox.api("DELETE", f"/api/admin/{ADA}") == OK
        assert rights() == (0, 0, False), last
        assert rows(sandbox, "domain_admins", username=ADA) == []


def test_what_a_deleted_domain_leaves_with_others(sandbox: Sandbox) -> None:
    """Guesses: mail of other domains no longer goes there, apart from copies."""
    api = sandbox.api
    api("POST", NET)
    api("POST", "/api/user/eve@example.net", password=PASSWORD)
    api("PUT", "/api/user/eve@example.net", addForwarding=BOB, senderBcc=BOB)
    api("PUT", NET, catchall=f"{BOB},out@x.example", senderBcc=BOB)

    assert api("DELETE", DOMAIN) == OK

    assert {row["forwarding"] for row in sandbox.state()["forwardings"]} == {"eve@example.net", "out@x.example"}
    for table in ("sender_bcc_user", "sender_bcc_domain"):
        assert [row["bcc_address"] for row in sandbox.state()[table]] == [BOB]

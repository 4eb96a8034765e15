# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a write in the sandbox does besides: references, cascades, statuses, rights, quotas (panel/endpoints-sql.md)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
from sqlalchemy import insert

from tests.sandbox import tables as t
from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.sandbox.accounts import ADA, BOB, OK, TEAM, populated, read, rows
from tests.support.sandbox.web import DOMAIN, Web


@pytest.fixture(params=["sql", "ldap"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A panel of either backend with a domain, two users and an alias."""
    with populated(request.param) as running:
        yield running


def message(sandbox: Sandbox, method: str, path: str, **params: str) -> str | None:
    """Why a request was refused; None when it was not."""
    answer = sandbox.api(method, path, **params)
    assert answer["_success"] is ("_msg" not in answer)
    return None if answer["_success"] else str(answer["_msg"])


def test_a_disabled_user(sandbox: Sandbox) -> None:
    sandbox.api("PUT", f"/api/user/{ADA}", aliases="lovelace@example.org", accountStatus="disabled")
    links = [row for row in sandbox.state()["forwardings"] if ADA in (row["address"], row["forwarding"])]
    assert len(links) == 3, "the mailbox, the alias address, the member"
    assert {row["active"] for row in links} == {0}
    assert {row["active"] for row in rows(sandbox, "forwardings", address=BOB)} == {1}

    sandbox.api("PUT", f"/api/user/{ADA}", accountStatus="active")
    assert {row["active"] for row in sandbox.state()["forwardings"]} == {1}


def test_deleting_a_user_takes_its_references(sandbox: Sandbox) -> None:
    sandbox.api("PUT", f"/api/user/{BOB}", addForwarding=ADA, senderBcc=ADA)
    sandbox.api("PUT", DOMAIN, recipientBcc=ADA, catchall=f"{ADA},out@x.example")
    sandbox.api("PUT", "/api/domain/admins/example.org", addAdmin=ADA)
    sandbox.api("PUT", f"/api/user/{ADA}", aliases="lovelace@example.org", senderBcc=BOB)

    assert sandbox.api("DELETE", f"/api/user/{ADA}/keep_mailbox_days/30") == OK

    state = sandbox.state()
    (kept,) = state.pop("deleted_mailboxes")
    assert ADA not in str(state)
    assert [row["forwarding"] for row in rows(sandbox, "forwardings", address=TEAM)] == ["out@x.example"]
    assert (kept["username"], kept["admin"]) == (ADA, sandbox.username)
    assert kept["maildir"].startswith("/var/vmail/vmail1/example.org/a/d/a/ada-")
    assert kept["delete_date"] == str(datetime.date.today() + datetime.timedelta(30))


@pytest.mark.parametrize("path", ["", "/keep_mailbox_days/0", "/keep_mailbox_days/7"])
def test_deleting_a_domain_takes_everything(sandbox: Sandbox, path: str) -> None:
    first_day = sandbox.state() | {"domain": []}
    sandbox.api("POST", "/api/domain/example.net")
    sandbox.api("POST", "/api/alias/all@example.net", members=f"{ADA},out@x.example")
    sandbox.api(
        "PUT", DOMAIN, aliasDomains="alias.example", senderBcc="s@x.example", outboundRelay="smtp:x", catchall=BOB
    )
    sandbox.api("PUT", f"/api/user/{ADA}", isGlobalAdmin="yes", aliases="lovelace@example.org", recipientBcc=BOB)

    assert sandbox.api("DELETE", DOMAIN + path) == OK

    state = sandbox.state()
    kept = state.pop("deleted_mailboxes")
    assert [row["username"] for row in kept] == [ADA, BOB]
    dates = {row["delete_date"] for row in kept}
    assert dates == ({str(datetime.date.today() + datetime.timedelta(7))} if path.endswith("7") else {None})
    assert "example.org" not in str(state)
    assert "alias.example" not in str(state)
    assert [row["forwarding"] for row in state["forwardings"]] == ["out@x.example"]
    assert state["admin"] == first_day["admin"]


def filled(sandbox: Sandbox) -> None:
    """Settings, lists and admins of the domain and below it, and the same of another one."""
    api = sandbox.api
    api("POST", "/api/domain/examplexorg.net")
    api("POST", "/api/user/eve@examplexorg.net", password=PASSWORD)
    assert api("PUT", "/api/domain/admins/example.org", addAdmin="eve@examplexorg.net") == OK
    for domain, user in (("example.org", ADA), ("examplexorg.net", "eve@examplexorg.net")):
        api("POST", f"/api/ml/news@{domain}", subscribers="s@x.example", require_confirm="no")
        if sandbox.backend == "ldap":
            assert api("POST", f"/api/maillist/staff@{domain}", members="eve@examplexorg.net,out@x.example") == OK
        for kind, account in (("domain", domain), ("user", user)):
            api("PUT", f"/api/spampolicy/{kind}/{account}", bypass_spam_checks="yes")
            api("POST", f"/api/throttle/{account}/inbound", period="60", max_msgs="1")
            api("POST", f"/api/greylisting/{account}", status="enable")
            api("POST", f"/api/greylisting/{account}/whitelists", senders="@x.example")
            for direction in ("inbound", "outbound"):
                api("POST", f"/api/wblist/{direction}/blacklist/{account}", addresses="@x.example")
    with sandbox.panel.engine.begin() as db:
        db.execute(insert(t.SENDER_RELAYHOST).values(account=ADA, relayhost="smtp:x"))
        db.execute(insert(t.LAST_LOGIN).values(username=ADA, domain="example.org"))


@pytest.mark.parametrize("kept", [False, True])
def test_deleting_a_domain_takes_everything_below_it(sandbox: Sandbox, kept: bool) -> None:
    filled(sandbox)
    before = sandbox.state()
    if kept:
        sandbox.shape(domain_settings="kept")

    assert sandbox.api("DELETE", DOMAIN) == OK

    state = sandbox.state()
    state.pop("deleted_mailboxes")
    settings = {
        name: state.pop(name) for name in ("policy", "throttle", "greylisting", "greylisting_whitelists", "users")
    }
    assert "example.org" not in str(state)
    for name, rows_ in settings.items():
        assert ("example.org" in str(rows_)) is kept, name
        assert [row for row in before[name] if "examplexorg.net" in str(row)] == [
            row for row in rows_ if "examplexorg.net" in str(row)
        ]
    users = {row["id"] for row in settings["users"]}
    links = [row["rid"] for row in state["wblist"]] + [row["sid"] for row in state["outbound_wblist"]]
    assert len(links) == (8 if kept else 4)
    assert set(links) <= users
    assert [row["address"] for row in state["mlmmj_subscribers"]] == ["news@examplexorg.net"]
    eve = next(row for row in state["mailbox"] if row["username"] == "eve@examplexorg.net")
    assert eve["isadmin"] == 0, "that was the last domain"
    if sandbox.backend == "ldap":
        assert "domainadmin" not in read(sandbox, "/api/user/eve@examplexorg.net")["enabledService"]
        assert read(sandbox, "/api/maillist/staff@examplexorg.net")["members"] == [
            "eve@examplexorg.net",
            "out@x.example",
        ]


def test_deleting_a_domain_leaves_what_only_looks_like_it(sandbox: Sandbox) -> None:
    """An underscore is no wildcard."""
    for domain in ("a_b.example", "axb.example"):
        sandbox.api("POST", f"/api/domain/{domain}")
        sandbox.api("POST", f"/api/ml/news@{domain}", subscribers="s@x.example", require_confirm="no")
        sandbox.api("POST", f"/api/user/u@{domain}", password=PASSWORD)
        sandbox.api("PUT", f"/api/domain/admins/{domain}", addAdmin=f"u@{domain}")
    sandbox.api("DELETE", "/api/domain/a_b.example")
    assert [row["address"] for row in sandbox.state()["mlmmj"]] == ["news@axb.example"]
    assert [row["domain"] for row in rows(sandbox, "domain_admins", username="u@axb.example")] == ["axb.example"]


def test_verify_password(sandbox: Sandbox) -> None:
    path = f"/api/verify_password/user/{ADA}"
    assert message(sandbox, "POST", path, password=PASSWORD) is None
    assert message(sandbox, "POST", path, password="wrong") == "INVALID_CREDENTIALS"
    assert message(sandbox, "POST", path, password="") == "EMPTY_PASSWORD"
    assert message(sandbox, "POST", "/api/verify_password/user/no@x.example", password="x") == "INVALID_CREDENTIALS"
    admin = f"/api/verify_password/admin/{sandbox.username}"
    assert message(sandbox, "POST", admin, password=sandbox.password) is None
    assert message(sandbox, "POST", admin, password="wrong") == "INVALID_CREDENTIALS"

    sandbox.api("PUT", f"/api/user/{ADA}", accountStatus="disabled")
    assert message(sandbox, "POST", path, password=PASSWORD) == "INVALID_CREDENTIALS", "disabled accounts never verify"
    sandbox.api("PUT", f"/api/user/{ADA}", accountStatus="active", password_hash="{PLAIN}other")
    assert message(sandbox, "POST", path, password="other") is None


def test_change_email(sandbox: Sandbox) -> None:
    sandbox.api("PUT", f"/api/user/{ADA}", aliases="lovelace@example.org", senderBcc="s@x.example")
    path = f"/api/user/{ADA}/change_email/"
    assert message(sandbox, "POST", path + BOB) == "ALREADY_EXISTS"
    assert message(sandbox, "POST", path + "lovelace@example.org") == "ALREADY_EXISTS"
    assert message(sandbox, "POST", path + "ada@example.net") == "DOMAIN_NAME_MISMATCH"
    assert message(sandbox, "POST", "/api/user/no@example.org/change_email/new@example.org") == "NO_SUCH_ACCOUNT"
    before = sandbox.state()

    assert message(sandbox, "POST", path + "New@example.org") is None

    assert str(sandbox.state()) == str(before).replace(ADA, "new@example.org")
    assert message(sandbox, "POST", f"/api/alias/{TEAM}/change_email/crew@example.org") is None
    assert [row["forwarding"] for row in rows(sandbox, "forwardings", address="crew@example.org")] == [
        "new@example.org",
        "out@x.example",
    ]


def test_quotas_and_limits(sandbox: Sandbox) -> None:
    def quota(mail: str) -> int:
        (row,) = rows(sandbox, "mailbox", username=mail)
        return int(row["quota"])

    assert quota(BOB) == 512, "the domain's default"
    sandbox.api("PUT", f"/api/user/{BOB}", quota="9999")
    assert quota(BOB) == 2048, "capped"
    sandbox.api("PUT", DOMAIN, quota="3072")
    assert message(sandbox, "PUT", f"/api/user/{ADA}", quota="1025") == "EXCEEDED_DOMAIN_QUOTA_SIZE"
    for limit, refusal in (("2", "EXCEEDED_DOMAIN_ACCOUNT_LIMIT"), ("-1", "NOT_ALLOWED")):
        sandbox.api("PUT", DOMAIN, quota="0", numberOfUsers=limit)
        assert message(sandbox, "POST", "/api/user/new@example.org", password=PASSWORD) == refusal
    sandbox.api("PUT", DOMAIN, numberOfUsers="3")
    assert message(sandbox, "POST", "/api/user/new@example.org", password=PASSWORD) is None


def test_a_domain_admin(sandbox: Sandbox) -> None:
    sandbox.api("POST", "/api/domain/example.net")
    admins = "/api/domain/admins/example.org"
    assert message(sandbox, "PUT", admins, addAdmin=f"{ADA},missing@example.org") is None
    data = read(sandbox, f"/api/user/{ADA}")
    assert data["managed_domains"] == ["example.org"]
    if sandbox.backend == "ldap":
        assert "domainadmin" in data["enabledService"]
        assert read(sandbox, DOMAIN)["domainAdmin"] == [ADA]
    else:
        assert (data["isadmin"], data["isglobaladmin"]) == (1, 0)

    with Web(sandbox, login=False) as web:
        assert web.login(username=ADA, password=PASSWORD).json() == OK
        assert web.ask("GET", "/api/domains?name_only=yes").json()["_data"] == ["example.org"]
        assert web.ask("GET", f"/api/user/{BOB}").json()["_success"] is True
        for path in ("/api/domain/example.net", f"/api/admin/{sandbox.username}"):
            assert web.ask("GET", path).json() == {"_success": False, "_msg": "PERMISSION_DENIED"}

    sandbox.api("PUT", admins, removeAllAdmins="")
    data = read(sandbox, f"/api/user/{ADA}")
    assert "managed_domains" not in data
    assert data.get("isadmin", 0) == 0
    assert "domainadmin" not in data.get("enabledService", [])


@pytest.mark.parametrize(("status", "active"), [("active", 1), ("disabled", 0), ("enabled", 0)])
def test_the_status_of_a_new_admin(sandbox: Sandbox, status: str, active: int) -> None:
    assert sandbox.api("POST", "/api/admin/it@x.example", password=PASSWORD, accountStatus=status) == OK

    assert [row["active"] for row in rows(sandbox, "admin", username="it@x.example")] == [active]

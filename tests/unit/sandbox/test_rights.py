# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a normal admin may do in the sandbox (panel/login.md#normal-admins)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import Client

from tests.sandbox.handle import Sandbox
from tests.sandbox.routing import ROUTES, find
from tests.sandbox.tables import ACCOUNTS
from tests.support.sandbox.settings import DONE, client

BOSS, PASSWORD = "boss@elsewhere.com", "Sandbox-7c2f-A1"
#: accounts that are no users
OTHERS = [kind for kind in ACCOUNTS if kind != "user"]
DENIED = {"_success": False, "_msg": "PERMISSION_DENIED"}


@pytest.fixture(scope="module", params=["sql", "ldap"])
def kept(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A panel of either backend, for all tests."""
    with Sandbox(request.param) as running:
        yield running


@pytest.fixture
def sandbox(kept: Sandbox) -> Sandbox:
    """It, with two domains, one of which the admin manages, and an account of each kind in both."""
    kept.reset()
    for domain in ("a.com", "b.com"):
        kept.api("POST", f"/api/domain/{domain}", numberOfUsers="10", quota="1024")
        kept.api("POST", f"/api/user/u@{domain}", password=PASSWORD, quota="10")
        for path in (f"/api/{kind}/{kind}@{domain}" for kind in OTHERS):
            if find("POST", path, kept.backend)[0]:
                kept.api("POST", path)
    kept.api("POST", f"/api/admin/{BOSS}", password=PASSWORD)
    assert kept.api("PUT", "/api/domain/admins/a.com", addAdmin=BOSS) == DONE
    return kept


@pytest.fixture
def boss(sandbox: Sandbox) -> Client:
    """The admin, logged in."""
    return client(sandbox, BOSS, PASSWORD)


def ask(web: Client, method: str, path: str, **params: Any) -> Any:
    """The decoded answer."""
    where: dict[str, Any] = {"query_string" if method in ("GET", "DELETE") else "data": params}
    return web.open("/iredadmin" + path, method=method, **where).get_json()


def paths(domain: str) -> Iterator[tuple[str, str, bool]]:
    """Every endpoint for a domain: method, path, and whether the document keeps it for global admins."""
    for route in ROUTES:
        local = next((kind for kind in OTHERS if f"/{kind}/<mail>" in route.template), "u")
        account = {"<account>": domain, "<mail>": f"{local}@{domain}", "<domain>": domain, "<new>": f"new@{domain}"}
        path = route.template
        for piece, value in {**account, "<number>": "1", "<direction>": "inbound", "<list>": "whitelist"}.items():
            path = path.replace(piece, value)
        globals_ = ("/api/admin/", "/api/verify_password/", "/api/ldif/admin/", "/api/spampolicy/global")
        yield route.method, path, path.startswith(globals_) or path.endswith(("/all", "/whitelist_spf_domains"))


def test_every_endpoint_of_another_domain_is_denied(sandbox: Sandbox, boss: Client) -> None:
    before = sandbox.state()
    asked = 0
    for method, path, _global in paths("b.com"):
        if path not in ("/api/login", "/api/domains") and (sandbox.backend == "ldap" or "ldif" not in path):
            answer = ask(boss, method, path)
            if answer is not None:  # no such endpoint on this backend
                assert answer == DENIED, (method, path)
                asked += 1
    assert asked > 50
    assert sandbox.state() == before


def test_reading_what_is_of_the_own_domain(sandbox: Sandbox, boss: Client) -> None:
    seen = set()
    for method, path, for_globals in paths("a.com"):
        answer = ask(boss, method, path) if method == "GET" else None
        if answer is not None and path != "/api/ldif/catchall/a.com":
            assert answer["_success"] is not for_globals, (path, answer)
            seen.add(path.split("/")[2])
    assert {"domain", "domains", "user", "users", "alias", "aliases", "ml", "mls", "spampolicy"} <= seen
    assert {"throttle", "wblist", "greylisting", "admin"} <= seen
    assert ask(boss, "GET", "/api/domains", name_only="yes")["_data"] == ["a.com"]


@pytest.mark.parametrize("account", ["a.com", "u@a.com", "U@A.com"])
def test_settings_of_the_own_domain(sandbox: Sandbox, boss: Client, account: str) -> None:
    kind = "user" if "@" in account else "domain"
    for method, path, params in (
        ("PUT", f"/api/spampolicy/{kind}/{account}", {"bypass_spam_checks": "yes"}),
        ("POST", f"/api/throttle/{account}/inbound", {"period": "60"}),
        ("POST", f"/api/greylisting/{account}", {"status": "enable"}),
        ("POST", f"/api/greylisting/{account}/whitelists", {"addSenders": "@x.example"}),
        ("POST", f"/api/wblist/inbound/blacklist/{account}", {"addresses": "@x.example"}),
    ):
        assert ask(boss, method, path, **params) == DONE
        for other in ("b.com", "u@b.com", "global", "GLOBAL"):
            answer = ask(boss, method, path.replace(account, other), **params)
            assert answer in (DENIED, None), other  # None: /api/spampolicy/user/global is no endpoint


def test_only_users_of_the_own_domains_become_admins(sandbox: Sandbox, boss: Client) -> None:
    sandbox.api("POST", "/api/admin/it@elsewhere.com", password=PASSWORD)
    assert ask(boss, "PUT", "/api/domain/admins/a.com", addAdmin="u@a.com,u@b.com,it@elsewhere.com") == DONE
    admins = {row["username"] for row in sandbox.state()["domain_admins"] if row["domain"] == "a.com"}
    assert admins == {BOSS, "u@a.com"}
    assert sandbox.api("PUT", "/api/domain/admins/a.com", addAdmin="u@b.com,it@elsewhere.com") == DONE
    admins = {row["username"] for row in sandbox.state()["domain_admins"] if row["domain"] == "a.com"}
    assert admins == {BOSS, "u@a.com", "u@b.com", "it@elsewhere.com"}, "a global admin may choose anybody"


def test_nobody_becomes_a_global_admin_by_a_normal_one(sandbox: Sandbox, boss: Client) -> None:
    assert ask(boss, "PUT", "/api/user/u@a.com", isGlobalAdmin="yes") == DENIED
    sandbox.api("PUT", "/api/user/u@a.com", isGlobalAdmin="yes")
    for params in ({"isGlobalAdmin": "no"}, {"password": "Other-Horse-2"}):
        answer = ask(boss, "PUT", "/api/user/u@a.com", **params)
        assert answer["_msg"] == "PERMISSION_DENIED_UPDATE_GLOBAL_ADMIN_PROFILE"
    assert next(row for row in sandbox.state()["mailbox"] if row["username"] == "u@a.com")["isglobaladmin"] == 1


def test_new_domains(sandbox: Sandbox, boss: Client) -> None:
    assert ask(boss, "POST", "/api/domain/c.com") == DENIED, "only who has a number of domains to make"
    sandbox.api("PUT", f"/api/admin/{BOSS}", maxDomains="2", maxQuota="2", quotaUnit="GB", maxUsers="15")

    for params, refusal in (({"quota": "1025"}, "QUOTA"), ({"numberOfUsers": "6"}, "USERS")):
        answer = ask(boss, "POST", "/api/domain/c.com", **params)
        assert answer == {"_success": False, "_msg": "EXCEED_LIMIT_" + refusal}
    assert ask(boss, "POST", "/api/domain/c.com", quota="1024", numberOfUsers="5") == DONE
    assert ask(boss, "POST", "/api/domain/d.com") == {"_success": False, "_msg": "EXCEED_LIMIT_DOMAIN"}

    (row,) = (row for row in sandbox.state()["domain"] if row["domain"] == "c.com")
    assert row["active"] == 0, "nobody has verified whose it is"
    assert ask(boss, "GET", "/api/domain/c.com")["_success"] is True


@pytest.mark.parametrize(
    ("limit", "path", "refusal"),
    [
        ("maxUsers", "/api/user/new@a.com", "EXCEED_LIMIT_USERS"),
        ("maxAliases", "/api/alias/new@a.com", "EXCEED_LIMIT_ALIASES"),
        ("maxLists", "/api/ml/new@a.com", "EXCEED_LIMIT_LISTS"),
    ],
)
def test_accounts_beyond_the_limit_of_the_admin(
    sandbox: Sandbox, boss: Client, limit: str, path: str, refusal: str
) -> None:
    password = {"password": PASSWORD} if "user" in path else {}
    sandbox.api("PUT", f"/api/admin/{BOSS}", **{limit: "-1"})
    assert ask(boss, "POST", path, **password) == {"_success": False, "_msg": refusal}
    sandbox.api("PUT", f"/api/admin/{BOSS}", **{limit: "3"})
    assert ask(boss, "POST", path, **password) == DONE
    sandbox.api("PUT", f"/api/admin/{BOSS}", **{limit: "2"})
    assert ask(boss, "POST", path.replace("new", "more"), **password) == {"_success": False, "_msg": refusal}
    assert sandbox.api("POST", path.replace("new", "more"), **password) == DONE, "not a global admin's limit"


def test_short_passwords_are_not_for_normal_admins(sandbox: Sandbox, boss: Client) -> None:
    for web, stored in ((boss, "min_passwd_length:8"), (client(sandbox), "min_passwd_length:5")):
        assert ask(web, "PUT", "/api/domain/a.com", minPasswordLength="5") == DONE
        (row,) = (row for row in sandbox.state()["domain"] if row["domain"] == "a.com")
        assert stored in row["settings"]

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a domain allows: quotas together, accounts, passwords (panel/users.md#quota, panel/values.md#limits)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.sandbox.accounts import rows
from tests.support.sandbox.web import DOMAIN

ADA, BOB, EVE = "/api/user/ada@example.org", "/api/user/bob@example.org", "/api/user/eve@example.org"
NEW = {
    "numberOfUsers": "/api/user/{}@example.org",
    "numberOfAliases": "/api/alias/{}@example.org",
    "numberOfLists": "/api/ml/{}@example.org",
}
OVER = "EXCEEDED_DOMAIN_QUOTA_SIZE"


@pytest.fixture(scope="module", params=["sql", "ldap"])
def kept(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A panel of either backend for all tests."""
    with Sandbox(request.param) as running:
        yield running


@pytest.fixture
def sandbox(kept: Sandbox) -> Sandbox:
    """It, with nothing."""
    kept.reset()
    kept.shape(max_user_quota="cap")
    return kept


def message(sandbox: Sandbox, method: str, path: str, **params: str) -> str | None:
    """Why a request was refused; None when it was not."""
    if method == "POST" and path.startswith("/api/user/"):
        params = {"password": PASSWORD, **params}
    answer = sandbox.api(method, path, **params)
    return None if answer["_success"] else str(answer["_msg"])


def quota(sandbox: Sandbox, path: str) -> int:
    """What is stored, in MB."""
    (row,) = rows(sandbox, "mailbox", username=path.rpartition("/")[2])
    return int(row["quota"])


def test_quotas_add_up_to_that_of_the_domain(sandbox: Sandbox) -> None:
    sandbox.api("POST", DOMAIN, quota="100")
    assert message(sandbox, "POST", ADA, quota="60") is None
    assert message(sandbox, "POST", BOB, quota="41") == OVER
    assert rows(sandbox, "mailbox", username="bob@example.org") == []
    assert message(sandbox, "POST", BOB, quota="40") is None, "all of it"
    assert message(sandbox, "PUT", BOB, quota="41", name="B") == OVER
    (bob,) = rows(sandbox, "mailbox", username="bob@example.org")
    assert (bob["quota"], bob["name"]) == (40, "bob" if sandbox.backend == "ldap" else ""), "nothing of it is stored"
    assert message(sandbox, "PUT", BOB, quota="40") is None, "one's own quota does not count twice"
    assert message(sandbox, "PUT", ADA, quota="50") is None
    assert message(sandbox, "PUT", BOB, quota="50") is None, "what the other one gave up"
    assert message(sandbox, "DELETE", ADA) is None
    assert message(sandbox, "PUT", BOB, quota="100") is None, "what the other one left"


def test_disabled_users_count_and_other_domains_do_not(sandbox: Sandbox) -> None:
    sandbox.api("POST", DOMAIN, quota="100")
    sandbox.api("POST", "/api/domain/example.net")
    assert message(sandbox, "POST", "/api/user/u@example.net", quota="500") is None
    assert message(sandbox, "POST", ADA, quota="60") is None
    assert message(sandbox, "PUT", ADA, accountStatus="disabled") is None
    assert message(sandbox, "POST", BOB, quota="41") == OVER
    assert message(sandbox, "PUT", DOMAIN, quota="0") is None
    assert message(sandbox, "POST", BOB, quota="4100") is None, "a domain without a quota"


def test_a_default_quota_counts_like_one_that_is_sent(sandbox: Sandbox) -> None:
    sandbox.api("POST", DOMAIN, quota="100", defaultQuota="60")
    assert message(sandbox, "POST", ADA) is None
    assert quota(sandbox, ADA) == 60
    assert message(sandbox, "POST", BOB) == OVER
    assert message(sandbox, "POST", BOB, quota="40") is None


def test_a_domain_may_promise_less_than_its_users_have(sandbox: Sandbox) -> None:
    """A guess: only what a user gets is held against the domain, when the user gets it."""
    sandbox.api("POST", DOMAIN)
    assert message(sandbox, "POST", ADA, quota="60") is None
    assert message(sandbox, "PUT", DOMAIN, quota="50") is None
    assert quota(sandbox, ADA) == 60
    assert message(sandbox, "PUT", ADA, name="A") is None
    assert message(sandbox, "PUT", ADA, quota="60") == OVER
    assert message(sandbox, "POST", BOB, quota="0") is None, (
        "unlimited is not a number to add, which is a guess as well"
    )


@pytest.mark.parametrize("choice", ["cap", "error"])
def test_the_most_a_user_may_have(sandbox: Sandbox, choice: str) -> None:
    sandbox.shape(max_user_quota=choice)
    sandbox.api("POST", DOMAIN, quota="100", maxUserQuota="40")
    for sent in ("41", "0"):
        refused = message(sandbox, "POST", ADA, quota=sent)
        assert refused == (None if choice == "cap" else OVER), sent
        assert [row["quota"] for row in rows(sandbox, "mailbox")] == ([40] if choice == "cap" else [])
        sandbox.api("DELETE", ADA)
    assert message(sandbox, "POST", ADA, quota="40") is None
    assert message(sandbox, "PUT", ADA, quota="99") == (None if choice == "cap" else OVER)
    assert quota(sandbox, ADA) == 40
    assert message(sandbox, "POST", BOB, quota="40") is None
    assert message(sandbox, "POST", EVE, quota="40") == OVER, "below what a user may have, above what the domain has"


@pytest.mark.parametrize("limit", NEW)
def test_numbers_of_accounts(sandbox: Sandbox, limit: str) -> None:
    """panel/sql.md#domains: 0 is unlimited, -1 allows none, n allows n."""
    sandbox.api("POST", DOMAIN, **{limit: "-1"})
    sandbox.api("POST", "/api/domain/example.net", **{limit: "1"})
    path = NEW[limit]
    assert message(sandbox, "POST", path.format("a")) == "NOT_ALLOWED"
    for other in set(NEW) - {limit}:
        assert message(sandbox, "POST", NEW[other].format("other-" + other.lower())) is None, other

    def new(name: str) -> str | None:
        return message(sandbox, "POST", path.format(name).replace("example.org", "example.net"))

    assert new("a") is None
    assert new("a") == "ALREADY_EXISTS"
    assert new("b") == "EXCEEDED_DOMAIN_ACCOUNT_LIMIT"
    sandbox.api("DELETE", path.format("a").replace("example.org", "example.net"))
    assert new("b") is None, "there is room again"
    if limit != "numberOfLists":  # which no PUT changes
        for number, name, refusal in (
            ("2", "c", None),
            ("1", "d", "EXCEEDED_DOMAIN_ACCOUNT_LIMIT"),
            ("-1", "d", "NOT_ALLOWED"),
            ("0", "d", None),
        ):
            assert message(sandbox, "PUT", "/api/domain/example.net", **{limit: number}) is None
            assert new(name) == refusal, number
    else:
        assert message(sandbox, "PUT", "/api/domain/example.net", numberOfLists="5") is None
        assert new("c") == "EXCEEDED_DOMAIN_ACCOUNT_LIMIT"


def test_what_is_no_account_is_not_counted(sandbox: Sandbox) -> None:
    sandbox.api("POST", DOMAIN, numberOfUsers="1", numberOfAliases="-1")
    assert message(sandbox, "POST", ADA) is None
    assert message(sandbox, "PUT", ADA, aliases="a@example.org,b@example.org") is None
    assert len(rows(sandbox, "forwardings", is_alias=1)) == 2
    assert message(sandbox, "POST", f"{ADA}/change_email/lovelace@example.org") is None, "no new one"


@pytest.mark.parametrize("path", [ADA, BOB, "/api/users/example.org"])
def test_passwords(sandbox: Sandbox, path: str) -> None:
    """panel/domains.md#password-lengths: a new user's, a user's, and that of all users of the domain."""
    sandbox.api("POST", DOMAIN)
    sandbox.api("POST", ADA, password=PASSWORD)
    sandbox.api("PUT", DOMAIN, minPasswordLength="10", maxPasswordLength="12")
    method = "POST" if path == BOB else "PUT"
    before = sandbox.snapshot()
    for password, refusal in (
        ("Abcdef-89", "PW_SHORTER_THAN_MIN_LENGTH"),
        ("Abcdef-890123", "PW_GREATER_THAN_MAX_LENGTH"),
        ("abc", "PW_SHORTER_THAN_MIN_LENGTH,PW_NO_UPPERCASE,PW_NO_DIGIT_NUMBER,PW_NO_SPECIAL_CHAR"),
        ("Abcdefghij1", "PW_NO_SPECIAL_CHAR"),
        ("Äbcdefgh-12", "PW_NON_ASCII"),
        ("", "PW_EMPTY"),
    ):
        assert message(sandbox, method, path, password=password, language="de_DE") == refusal
        assert sandbox.snapshot() == before, "nothing is stored"
    for password in ("Abcdef-890", "Abcdef-89012"):
        sandbox.restore(before)
        assert message(sandbox, method, path, password=password) is None
        mail = "bob@example.org" if path == BOB else "ada@example.org"
        assert message(sandbox, "POST", f"/api/verify_password/user/{mail}", password=password) is None
    if path != "/api/users/example.org":
        sandbox.restore(before)
        sandbox.api("DELETE", BOB)
        assert message(sandbox, method, path, password_hash="{PLAIN}x", password="") is None, "a hash has no length"


def test_lengths_are_those_of_the_domain_and_0_is_no_limit(sandbox: Sandbox) -> None:
    sandbox.api("POST", DOMAIN)
    sandbox.api("POST", "/api/domain/example.net")
    sandbox.api("PUT", DOMAIN, minPasswordLength="10", maxPasswordLength="12")
    assert message(sandbox, "POST", "/api/user/u@example.net", password="Abc-5678") is None
    sandbox.api("PUT", DOMAIN, minPasswordLength="0", maxPasswordLength="0")
    assert message(sandbox, "POST", ADA, password="Abc-567") == "PW_SHORTER_THAN_MIN_LENGTH", "the panel's own 8"
    assert message(sandbox, "POST", ADA, password="Abc-5678" + "x" * 40) is None


def test_an_older_sql_panel_ignores_the_number_of_lists(sandbox: Sandbox) -> None:
    """panel/domains.md#numbers-of-accounts: the parameter is documented for LDAP only."""
    sandbox.shape(number_of_lists="ignored")
    sandbox.api("POST", DOMAIN, numberOfLists="1", numberOfAliases="1")
    sandbox.shape(number_of_lists="stored")
    ldap = sandbox.backend == "ldap"
    (row,) = rows(sandbox, "domain", domain="example.org")
    assert (row["maillists"], row["aliases"]) == (int(ldap), 1)
    said = [message(sandbox, "POST", f"/api/ml/{name}@example.org") for name in ("one", "two")]
    assert said == [None, "EXCEEDED_DOMAIN_ACCOUNT_LIMIT" if ldap else None]

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's subscribable mailing lists have the quirks of panel/mailing-lists.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.common import PASSWORD
from tests.support.sandbox.lists import GROUP, LIST, OWN_HEADERS, account, do, prepared, put, refusal, web


@pytest.fixture(params=["sql", "ldap"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A panel of either backend with a domain, a user and a list."""
    for running in prepared(request.param):
        do(running, "POST", LIST, name="News")
        yield running


def test_a_new_list_has_the_measured_defaults(sandbox: Sandbox) -> None:
    found = do(sandbox, "GET", LIST)
    assert found["name"] == "News"
    assert found["owner"] == found["owners"] == found["moderators"] == ["postmaster@example.org"]
    assert found["custom_headers"] == OWN_HEADERS
    assert found["remove_headers"] == found["extra_addresses"] == found["subscription_moderators"] == []
    assert found["max_message_size"] == found["subject_prefix"] == found["footer_text"] == ""
    assert {key for key, value in found.items() if value == "yes"} == {
        "only_subscriber_can_post",
        "if_mod_send_only_mod_moderate",
        "disable_retrieving_old_posts",
        "only_subscriber_can_get_old_posts",
        "tocc",
    }
    assert "subscribers" not in found
    links = [link for link in sandbox.state()["forwardings"] if link["is_maillist"]]
    assert [(link["address"], link["forwarding"]) for link in links] == [("news@example.org", "news@example.org")]
    assert account(sandbox)["transport"] == "mlmmj:example.org/news"


def test_account_fields_have_the_names_of_the_backend(sandbox: Sandbox) -> None:
    found = put(sandbox, name="N", accountStatus="disabled", accessPolicy="domain", max_message_size="10240")
    if sandbox.backend == "sql":
        expected: dict[str, Any] = {"active": 0, "accesspolicy": "domain", "maxmsgsize": 10240, "is_newsletter": 0}
    else:
        expected = {"accountStatus": ["disabled"], "accessPolicy": ["domain"], "maxMessageSize": ["10240"]}
        expected |= {"cn": ["N"], "enabledService": ["mail", "deliver", "mlmmj"]}
    assert expected.items() <= found.items()
    assert found["max_message_size"] == "10240"
    assert not next(link for link in sandbox.state()["forwardings"] if link["is_maillist"])["active"]


@pytest.mark.parametrize("value", ["0", "many", ""])
def test_other_sizes_mean_no_limit(sandbox: Sandbox, value: str) -> None:
    put(sandbox, max_message_size="10240")
    assert put(sandbox, max_message_size=value)["max_message_size"] == ""
    assert account(sandbox)["maxmsgsize"] == 0


def test_what_is_not_sent_stays(sandbox: Sandbox) -> None:
    found = put(sandbox, close_list="yes", only_moderator_can_post="yes")
    assert (found["name"], found["close_list"]) == ("News", "yes")
    assert account(sandbox)["accesspolicy"] == ""


def test_a_name_that_is_not_resent_is_wiped_by_another_backend(sandbox: Sandbox) -> None:
    sandbox.shape(ml_backend="bk_iredmail")
    found = put(sandbox, close_list="yes")
    assert (found["name"], found["close_list"], found.get("cn")) == ("", "yes", None)
    sandbox.shape(ml_name="mlmmj")
    assert do(sandbox, "GET", LIST)["name"] == "News"
    assert account(sandbox)["name"] == ""


@pytest.mark.parametrize("value", ["YES", "true", "1", "on", ""])
def test_booleans_other_than_yes_and_no_are_ignored(sandbox: Sandbox, value: str) -> None:
    assert put(sandbox, moderated=value, is_newsletter=value)["moderated"] == "no"
    assert account(sandbox)["is_newsletter"] == 0


@pytest.mark.parametrize(
    ("params", "policy"),
    [
        ({"only_moderator_can_post": "no"}, "moderatorsonly"),
        ({"only_subscriber_can_post": "no"}, "membersonly"),
        ({"only_subscriber_can_post": "yes", "only_moderator_can_post": "no"}, "moderatorsonly"),
        ({"only_subscriber_can_post": "yes", "accessPolicy": "public"}, "public"),
        ({"accessPolicy": "everybody"}, ""),
    ],
)
def test_posting_sets_the_policy_by_presence(sandbox: Sandbox, params: dict[str, str], policy: str) -> None:
    """In a backend of mlmmjadmin's that no host of the panel has."""
    sandbox.shape(ml_backend="bk_iredmail")
    put(sandbox, **params)
    assert account(sandbox)["accesspolicy"] == policy


def test_only_one_kind_of_poster(sandbox: Sandbox) -> None:
    def posters(found: dict[str, Any]) -> tuple[str, str]:
        return found["only_moderator_can_post"], found["only_subscriber_can_post"]

    assert posters(put(sandbox, only_moderator_can_post="yes")) == ("yes", "no")
    assert posters(put(sandbox, only_subscriber_can_post="yes")) == ("no", "yes")
    assert posters(put(sandbox, only_subscriber_can_post="yes", only_moderator_can_post="yes")) == ("yes", "no")


def test_custom_headers_are_lines_next_to_the_servers_own(sandbox: Sandbox) -> None:
    sent = "X-B:2\n X-A: 1, 2 \nno header\nPrecedence: list\nX-C: a\\nX-D: b\nX-Empty:\nX-U: <https://a/>"
    found = put(sandbox, custom_headers=sent)["custom_headers"]
    assert found == sorted([*OWN_HEADERS, "X-A: 1, 2", "X-B:2", "X-C: a\\nX-D: b", "X-Empty:", "X-U: <https://a/>"])
    assert put(sandbox, custom_headers="")["custom_headers"] == OWN_HEADERS


def test_removed_headers_get_a_colon(sandbox: Sandbox) -> None:
    assert put(sandbox, remove_headers="Received,Message-ID:")["remove_headers"] == ["Message-ID:", "Received:"]
    assert put(sandbox, remove_headers="")["remove_headers"] == []


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"subscription_moderators": ""}, ("no", [])),
        ({"subscription_moderators": "nobody"}, ("no", [])),
        ({"moderate_subscription": "yes"}, ("yes", ["old@x.example"])),
        ({"moderate_subscription": "yes", "subscription_moderators": ""}, ("yes", ["old@x.example"])),
        ({"moderate_subscription": "yes", "subscription_moderators": "nobody"}, ("no", [])),
        ({"moderate_subscription": "yes", "subscription_moderators": "a@x.example"}, ("yes", ["a@x.example"])),
        ({"moderate_subscription": "no"}, ("no", [])),
        ({"moderate_subscription": "YES"}, ("no", [])),
    ],
)
def test_subscription_moderators_are_one_file(
    sandbox: Sandbox, sent: dict[str, str], expected: tuple[str, list[str]]
) -> None:
    put(sandbox, subscription_moderators="old@x.example")
    found = put(sandbox, **sent)
    assert (found["moderate_subscription"], found["subscription_moderators"]) == expected


def test_subscription_moderators_take_two_requests_to_be_none(sandbox: Sandbox) -> None:
    put(sandbox, subscription_moderators="old@x.example")
    put(sandbox, subscription_moderators="")
    found = put(sandbox, moderate_subscription="yes")
    assert (found["moderate_subscription"], found["subscription_moderators"]) == ("yes", [])


@pytest.mark.parametrize(
    ("sent", "word"), [({"moderate_subscription": "yes", "subscription_moderators": ""}, "yes"), ({}, "no")]
)
def test_subscription_moderators_of_a_new_list(sandbox: Sandbox, sent: dict[str, str], word: str) -> None:
    do(sandbox, "POST", "/api/ml/all@example.org", **sent)
    found = do(sandbox, "GET", "/api/ml/all@example.org")
    assert (found["moderate_subscription"], found["subscription_moderators"]) == (word, [])


def test_subscription_moderators(sandbox: Sandbox) -> None:
    found = put(sandbox, subscription_moderators="B@x.example,nobody,a@x.example")
    assert found["subscription_moderators"] == ["a@x.example", "b@x.example"]
    assert found["moderate_subscription"] == "yes"
    found = put(sandbox, moderate_subscription="no", subscription_moderators="a@x.example")
    assert (found["moderate_subscription"], found["subscription_moderators"]) == ("no", [])


def test_owners_are_stored_as_they_are_but_not_in_the_account(sandbox: Sandbox) -> None:
    found = put(sandbox, owner="Ada@Example.org,gone@example.org", moderators="Ada@Example.org,gone@example.org,x")
    assert found["owner"] == found["owners"] == ["Ada@Example.org", "gone@example.org"]
    assert found["moderators"] == ["ada@example.org", "gone@example.org"]
    people = ("maillist_owners", "owner"), ("moderators", "moderator")
    for table, column in people:
        assert [row[column] for row in sandbox.state()[table]] == ["ada@example.org", "gone@example.org"]
    sandbox.shape(ml_backend="bk_iredmail")
    put(sandbox, owner="Ada@Example.org,gone@example.org", moderators="ada@example.org,gone@example.org")
    for table, column in people:
        assert [row[column] for row in sandbox.state()[table]] == ["ada@example.org"]
    assert put(sandbox, moderators="")["moderators"] == []


def test_extra_addresses_are_without_the_lists_own(sandbox: Sandbox) -> None:
    found = put(sandbox, extra_addresses="B@x.example,news@example.org,nobody")
    assert found["extra_addresses"] == ["B@x.example", "nobody"], "neither checked nor lower-cased"
    assert put(sandbox, extra_addresses="news@example.org")["extra_addresses"] == []
    assert "listaddress" not in found
    assert files(sandbox)["listaddress"] == ["news@example.org"]


def test_no_extra_address_at_all_kills_a_list(sandbox: Sandbox) -> None:
    assert web(sandbox, "PUT", LIST, name="News", extra_addresses="news@example.org") == []
    assert sandbox.losses() == []
    found = web(sandbox, "PUT", LIST, name="News", extra_addresses="")
    assert [text.rpartition(": ")[2] for text in found] == [
        "extra_addresses= deletes control/listaddress, and the list is dead"
    ]
    assert [entry["lost"] for entry in sandbox.losses()] == [[{"kind": "ml", "name": "news@example.org"}]]
    assert files(sandbox)["listaddress"] == []
    assert do(sandbox, "GET", LIST)["extra_addresses"] == [], "which looks as if nothing had happened"
    put(sandbox, extra_addresses="news@example.org")
    assert files(sandbox)["listaddress"] == ["news@example.org"]


def test_a_list_can_be_dead_from_its_beginning(sandbox: Sandbox) -> None:
    assert len(web(sandbox, "POST", "/api/ml/all@example.org", extra_addresses="")) == 1


def files(sandbox: Sandbox) -> dict[str, Any]:
    """What mlmmj keeps of the list."""
    (row,) = sandbox.state()["mlmmj"]
    return dict(json.loads(row["profile"]))


def test_texts(sandbox: Sandbox) -> None:
    assert do(sandbox, "GET", LIST)["smtp_port"] == "10027", "the installer's"
    found = put(sandbox, subject_prefix="[x] \nmore", footer_text=" \na\r\nb \n\n", footer_html="\n<p>")
    assert (found["subject_prefix"], found["footer_text"], found["footer_html"]) == ("[x] ", "a\nb", "<p>")


def test_subscribers(sandbox: Sandbox) -> None:
    found = put(sandbox, add_subscribers="B@x.example,nobody,ada@example.org", require_confirm="no")
    assert found["subscribers"] == [
        {"mail": "ada@example.org", "subscription": "normal"},
        {"mail": "b@x.example", "subscription": "normal"},
    ]
    put(sandbox, add_subscribers="b@x.example", require_confirm="no", subscription="digest")
    found = put(sandbox, add_subscribers="c@x.example", require_confirm="no", subscription="weekly")
    versions = sorted((one["mail"], one["subscription"]) for one in found["subscribers"])
    assert versions[1:] == [("b@x.example", "digest"), ("b@x.example", "normal"), ("c@x.example", "normal")]
    assert do(sandbox, "GET", "/api/user/ada@example.org")["mailing_lists"] == ["news@example.org"]
    found = put(sandbox, remove_subscribers="b@x.example,stranger@x.example")
    assert [one["mail"] for one in found["subscribers"]] == ["ada@example.org", "c@x.example"]
    assert put(sandbox, remove_subscribers="ALL")["subscribers"] == []


@pytest.mark.parametrize("more", [{}, {"require_confirm": "yes"}, {"require_confirm": "NO"}])
def test_who_has_to_confirm_never_appears(sandbox: Sandbox, more: dict[str, str]) -> None:
    assert put(sandbox, add_subscribers="b@x.example", **more)["subscribers"] == []


def test_subscribers_of_a_new_list(sandbox: Sandbox) -> None:
    do(sandbox, "DELETE", LIST)
    do(sandbox, "POST", LIST, subscribers="b@x.example", require_confirm="no", only_moderator_can_post="yes")
    found = do(sandbox, "GET", LIST, with_subscribers="yes")
    assert found["subscribers"] == [{"mail": "b@x.example", "subscription": "normal"}]


def test_refusals(sandbox: Sandbox) -> None:
    assert refusal(sandbox, "POST", LIST) == "ALREADY_EXISTS"
    assert refusal(sandbox, "POST", "/api/ml/ada@example.org") == "ALREADY_EXISTS"
    for method in ("GET", "PUT"):
        assert refusal(sandbox, method, "/api/ml/no@example.org") == "NO_SUCH_ACCOUNT"
    assert refusal(sandbox, "POST", "/api/ml/a@x.example") == "INVALID_DOMAIN_NAME"
    assert refusal(sandbox, "POST", "/api/ml/a+b@example.org") == "INVALID_MAIL"
    sandbox.shape(ml_backend="bk_iredmail")
    gone = "NO_SUCH_ACCOUNT" if sandbox.backend == "sql" else "ACCOUNT_NOT_EXIST"
    assert refusal(sandbox, "PUT", "/api/ml/no@example.org") == gone
    assert refusal(sandbox, "POST", "/api/ml/a@x.example") == "NO_SUCH_DOMAIN"
    assert refusal(sandbox, "POST", "/api/ml/a+b@example.org") == "INVALID_EMAIL"
    assert refusal(sandbox, "POST", "/api/user/news@example.org", password=PASSWORD) == "ALREADY_EXISTS"


def test_deletion(sandbox: Sandbox) -> None:
    put(sandbox, add_subscribers="b@x.example", require_confirm="no")
    assert sandbox.api("DELETE", LIST, keep_archive="no") == sandbox.api("DELETE", LIST) == {"_success": True}
    state = sandbox.state()
    for table in ("maillists", "maillist_owners", "moderators", "mlmmj", "mlmmj_subscribers"):
        assert state[table] == []
    sandbox.shape(delete_missing="NO_SUCH_ACCOUNT")
    assert refusal(sandbox, "DELETE", LIST) in ("NO_SUCH_ACCOUNT", "ACCOUNT_NOT_EXIST")


def test_lists_of_a_domain(sandbox: Sandbox) -> None:
    do(sandbox, "POST", "/api/ml/all@example.org")
    if sandbox.backend == "ldap":
        do(sandbox, "POST", GROUP)
    assert do(sandbox, "GET", "/api/mls/example.org", email_only="yes") == ["all@example.org", "news@example.org"]
    found = do(sandbox, "GET", "/api/mls/example.org")
    names = [row["address"] if sandbox.backend == "sql" else row[1]["mail"][0] for row in found]
    assert names == ["all@example.org", "news@example.org"]
    assert "close_list" not in str(found)


def test_limit(sandbox: Sandbox) -> None:
    do(sandbox, "POST", "/api/domain/example.net", numberOfLists="1")
    do(sandbox, "POST", "/api/ml/a@example.net")
    assert refusal(sandbox, "POST", "/api/ml/b@example.net") == "EXCEEDED_DOMAIN_ACCOUNT_LIMIT"


@pytest.mark.parametrize(
    ("method", "params", "violation"),
    [
        ("PUT", {"moderated": "true"}, "moderated=true is none of yes, no"),
        ("PUT", {"accessPolicy": "all"}, "accessPolicy=all is none of public"),
        ("PUT", {"subscription": "weekly"}, "subscription=weekly is none of normal"),
        ("PUT", {"subscribers": "a@x.example"}, "there is no parameter subscribers"),
        ("PUT", {"tocc": "no"}, "there is no parameter tocc"),
        ("PUT", {"name": "News "}, "blanks around the value of name are cut off"),
        ("PUT", {"owner": "a@x.example, b@x.example"}, "has blanks, empty or repeated items"),
        ("DELETE", {"keep_archive": "maybe"}, "keep_archive=maybe is none of yes, no"),
        ("DELETE", {"archive": "no"}, "there is no parameter archive"),
    ],
)
def test_violations(sandbox: Sandbox, method: str, params: dict[str, str], violation: str) -> None:
    found = web(sandbox, method, LIST, **params)
    assert len(found) == 1
    assert violation in found[0]


def test_what_the_document_knows_is_no_violation(sandbox: Sandbox) -> None:
    assert web(sandbox, "PUT", LIST, name="N", custom_headers="A: 1\nB: 2", add_subscribers="b@x.example") == []
    texts = {"subject_prefix": "[x] ", "footer_text": " a\n", "footer_html": "\n<p>", "custom_headers": "A: 1\n"}
    assert web(sandbox, "PUT", LIST, name="N", **texts) == []
    assert web(sandbox, "GET", LIST, with_subscribers="yes") == []
    assert web(sandbox, "GET", "/api/mls/example.org", email_only="yes") == []
    assert web(sandbox, "DELETE", LIST, keep_archive="no") == []

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The unknown forms of mailing lists (shapes_lists.py): every one of them answers, and differs as it says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from werkzeug.test import Client

from tests.sandbox import shapes_lists
from tests.sandbox.app import App
from tests.sandbox.handle import Sandbox
from tests.sandbox.shapes import PRESETS
from tests.support.sandbox.lists import LIST, OWN_HEADERS, account, do, prepared, put


@pytest.fixture(params=["sql", "ldap"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A panel of either backend with a domain, a user and a list."""
    for running in prepared(request.param):
        do(running, "POST", LIST, name="News")
        yield running


def test_the_order_of_policies_is_a_shape(sandbox: Sandbox) -> None:
    sandbox.shape(ml_policy="posting", ml_backend="bk_iredmail")
    put(sandbox, only_subscriber_can_post="yes", accessPolicy="public")
    assert account(sandbox)["accesspolicy"] == "membersonly"


def test_a_deletion_may_answer_with_the_archive(sandbox: Sandbox) -> None:
    sandbox.shape(ml_delete_data="path")
    assert "/news-" in do(sandbox, "DELETE", LIST)


def test_forms(sandbox: Sandbox) -> None:
    put(sandbox, name="News", add_subscribers="b@x.example", require_confirm="no", max_message_size="9")
    sandbox.shape(ml_booleans="json", ml_lists="string", ml_size="number", ml_subscriber_form="strings")
    found = do(sandbox, "GET", LIST, with_subscribers="yes")
    assert (found["tocc"], found["moderated"], found["max_message_size"]) == (True, False, 9)
    assert (found["owner"], found["custom_headers"]) == ("postmaster@example.org", "\n".join(OWN_HEADERS))
    assert found["subscribers"] == ["b@x.example"]
    sandbox.shape(ml_booleans="numbers", ml_subscribers="members", ml_subscriber_form="by_subscription")
    found = do(sandbox, "GET", LIST, with_subscribers="yes")
    assert (found["tocc"], found["moderated"]) == (1, 0)
    assert found["members"] == {"normal": ["b@x.example"], "digest": [], "nomail": []}
    sandbox.shape(ml_subscribers="hidden", ml="nested")
    found = do(sandbox, "GET", LIST, with_subscribers="yes")
    assert "members" not in found
    assert found["mlmmj"]["name"] == "News"
    assert "tocc" not in found
    sandbox.shape(ml="array")
    assert do(sandbox, "GET", LIST)[0]["tocc"] == 1
    sandbox.shape(ml="bare")
    assert not {"active", "accountStatus"} & set(do(sandbox, "GET", LIST))


@pytest.mark.parametrize(
    ("release", "names"),
    [
        ("1.0", "List-Unsubscribe Precedence Reply-To X-Mailing-List"),
        ("1.1", "List-Subscribe List-Unsubscribe Precedence Reply-To X-Mailing-List"),
        ("1.7", "List-Subscribe List-Unsubscribe Precedence X-Mailing-List"),
        ("3.1.4", "List-Id List-Post List-Subscribe List-Unsubscribe Precedence"),
        ("3.6.1", "List-Id List-Post List-Subscribe List-Unsubscribe Precedence Reply-To"),
        ("3.6.3", "List-Id List-Post List-Subscribe List-Unsubscribe Precedence Reply-To"),
    ],
)
def test_headers_of_releases(sandbox: Sandbox, release: str, names: str) -> None:
    sandbox.shape(mlmmjadmin_release=release)
    do(sandbox, "POST", "/api/ml/all@example.org")
    found = do(sandbox, "GET", "/api/ml/all@example.org")
    assert [header.partition(":")[0] for header in found["custom_headers"]] == names.split()
    assert ("Precedence: list" in found["custom_headers"]) == (release < "3")
    assert found["disable_retrieving_subscribers"] == found["disable_send_copy_to_sender"] == "no"
    assert found["remove_headers"] == []
    assert ("reply_to_sender" in found) == (release == "3.6.3")
    put(sandbox, only_moderator_can_post="yes")
    assert do(sandbox, "GET", LIST)["moderated"] == ("yes" if release < "3.1.5" else "no")


def test_a_second_colon_crashes_older_releases(sandbox: Sandbox) -> None:
    before = sandbox.state()
    sandbox.shape(mlmmjadmin_release="3.6.1")
    client = Client(App(sandbox.panel))
    for method, path in (("PUT", LIST), ("POST", "/api/ml/all@example.org")):
        data = {"custom_headers": "X-A: https://x.example/", "close_list": "yes"}
        headers = {"X-Sandbox-Operator": "yes"}
        answer = client.open(sandbox.panel.prefix + path, method=method, data=data, headers=headers)
        assert (answer.status_code, answer.text) == (500, "internal server error")
    assert sandbox.state() == before


def test_newsletter(sandbox: Sandbox) -> None:
    sandbox.shape(ml_newsletter="columns")
    found = put(sandbox, is_newsletter="yes", newsletter_description="Weekly")
    columns = (1, "Weekly") if sandbox.backend == "sql" else (["1"], ["Weekly"])
    assert (found["is_newsletter"], found["description"]) == columns
    sandbox.shape(ml_newsletter="names")
    found = do(sandbox, "GET", LIST)
    names = ("yes", "Weekly") if sandbox.backend == "sql" else (["yes"], ["Weekly"])
    assert (found["is_newsletter"], found["newsletter_description"]) == names
    sandbox.shape(ml_newsletter="hidden")
    assert not {"is_newsletter", "description"} & set(do(sandbox, "GET", LIST))


@pytest.mark.parametrize(("choice", "status"), [("refused", 200), ("crash", 500)])
def test_mlmmjadmin_may_be_down(sandbox: Sandbox, choice: str, status: int) -> None:
    before = sandbox.state()
    sandbox.shape(mlmmjadmin=choice)
    client, prefix = Client(App(sandbox.panel)), sandbox.panel.prefix
    client.post(prefix + "/api/login", data={"username": sandbox.username, "password": sandbox.password})

    for method, path in (("GET", LIST), ("PUT", LIST), ("DELETE", LIST), ("POST", LIST.replace("news", "more"))):
        answer = client.open(prefix + path, method=method)
        assert answer.status_code == status
        if status == 200:
            body = answer.get_json()
            assert body["_success"] is False
            assert "Connection refused" in body["_msg"]
    assert sandbox.state() == before
    assert do(sandbox, "GET", "/api/mls/example.org", email_only="yes") == ["news@example.org"], "accounts are there"
    assert do(sandbox, "GET", "/api/user/ada@example.org")
    sandbox.shape(mlmmjadmin="up")
    assert do(sandbox, "GET", LIST)["name"] == "News"
    assert sandbox.violations() == []


@pytest.mark.parametrize("preset", [name for name in PRESETS if name != "ee"])  # it is another product
@pytest.mark.parametrize("backend", ["sql", "ldap"])
def test_every_preset_answers(backend: str, preset: str) -> None:
    """No combination of the presets crashes, and all of them only name switches and choices that there are."""
    for sandbox in prepared(backend, preset=preset):
        do(sandbox, "POST", LIST, name="News")
        assert put(sandbox, name="News", moderated="yes")
        assert sandbox.violations() == []


@pytest.mark.parametrize("name", [name for name in shapes_lists.SWITCHES if name != "mlmmjadmin"])
@pytest.mark.parametrize("backend", ["sql", "ldap"])
def test_every_choice_answers(backend: str, name: str) -> None:
    """No choice of any switch crashes."""
    for sandbox in prepared(backend):
        do(sandbox, "POST", LIST, name="News")
        for choice in shapes_lists.SWITCHES[name].choices:
            sandbox.shape(**{name: choice})
            assert put(sandbox, name="News", moderated="yes")
        assert sandbox.violations() == []

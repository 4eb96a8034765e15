# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists whose files and account are not both there (panel/mlmmjadmin.md#lost-files, and the heading after it)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.sandbox.lists import LIST, OWN_HEADERS, account, do, prepared, put, refusal

MAIL = "news@example.org"


@pytest.fixture(params=["sql", "ldap"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A panel of either backend with a domain, a user and a list that differs from a new one."""
    for running in prepared(request.param):
        do(running, "POST", LIST, name="News", subscribers="b@x.example", require_confirm="no")
        params = {"footer_text": "Bye", "moderated": "yes", "only_moderator_can_post": "yes", "owner": "a@x.example"}
        more = {"subscription_moderators": "m@x.example", "extra_addresses": "e@x.example", "custom_headers": "X-A: 1"}
        put(running, **params, **more)
        yield running


def test_lost_files_are_no_list_to_mlmmjadmin(sandbox: Sandbox) -> None:
    sandbox.lose_files(MAIL)
    assert refusal(sandbox, "GET", LIST) == "NO_SUCH_ACCOUNT"
    assert do(sandbox, "GET", "/api/mls/example.org", email_only="yes") == [MAIL]
    assert refusal(sandbox, "POST", LIST) == "ALREADY_EXISTS"
    lost = "FileNotFoundError(2, 'No such file or directory')"
    assert refusal(sandbox, "PUT", LIST, close_list="yes", accountStatus="disabled") == lost
    assert account(sandbox)["active"]
    do(sandbox, "PUT", LIST, accountStatus="disabled")
    assert not account(sandbox)["active"]
    sandbox.shape(ml_delete_data="path")
    assert sandbox.api("DELETE", LIST) == {"_success": True}, "there was nothing to archive"
    assert do(sandbox, "GET", "/api/mls/example.org", email_only="yes") == []


def test_a_new_list_inherits_from_a_directory_that_was_left(sandbox: Sandbox) -> None:
    sandbox.leave_files(MAIL)
    assert refusal(sandbox, "GET", LIST) == "NO_SUCH_ACCOUNT"
    assert do(sandbox, "GET", "/api/mls/example.org", email_only="yes") == []
    do(sandbox, "POST", LIST, name="Again")
    found = do(sandbox, "GET", LIST, with_subscribers="yes")
    assert found["subscribers"] == [{"mail": "b@x.example", "subscription": "normal"}]
    assert (found["name"], found["footer_text"], found["moderated"]) == ("Again", "Bye", "yes")
    assert found["subscription_moderators"] == ["m@x.example"]
    # and this is what every POST sets
    assert (found["only_moderator_can_post"], found["only_subscriber_can_post"]) == ("no", "yes")
    assert (found["owner"], found["extra_addresses"]) == (["postmaster@example.org"], [])
    assert found["custom_headers"] == OWN_HEADERS


def test_a_list_that_is_there_is_refused_or_initialised_again(sandbox: Sandbox) -> None:
    assert refusal(sandbox, "POST", LIST) == "ALREADY_EXISTS"
    sandbox.shape(ml_existing="initialised")
    do(sandbox, "POST", LIST, name="Again")
    found = do(sandbox, "GET", LIST, with_subscribers="yes")
    assert (found["name"], found["owner"], found["footer_text"]) == ("Again", ["postmaster@example.org"], "Bye")
    assert [one["mail"] for one in found["subscribers"]] == ["b@x.example"]
    assert len(sandbox.state()["maillists"]) == len(sandbox.state()["maillist_owners"]) == 1


@pytest.mark.parametrize(("choice", "left"), [("deleted", 0), ("kept", 1)])
def test_files_of_the_lists_of_a_deleted_domain(sandbox: Sandbox, choice: str, left: int) -> None:
    sandbox.shape(domain_lists=choice)
    do(sandbox, "DELETE", "/api/domain/example.org")
    state = sandbox.state()
    assert (len(state["mlmmj"]), len(state["mlmmj_subscribers"]), len(state["maillists"])) == (left, left, 0)


def test_what_is_not_there_cannot_be_lost(sandbox: Sandbox) -> None:
    for lose in (sandbox.lose_files, sandbox.leave_files):
        lose(MAIL)
        with pytest.raises(ValueError, match="there is no list news@"):
            lose(MAIL)
        sandbox.reset()
        do(sandbox, "POST", "/api/domain/example.org")
        do(sandbox, "POST", LIST)

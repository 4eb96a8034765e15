# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All users of a domain at once: one request when any of them differs."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.domain_users import DomainUsersTask
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    AccountInUse,
    AnswerLost,
    BadAnswer,
    InputError,
    MissingDomain,
    NotListed,
    NotVerified,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from tests.support.common import COM, PASSWORD
from tests.support.engine_runs import Runs
from tests.support.fake_panel import FakePanel, Server

ADA, BOB = "ada@example.com", "bob@example.com"
PUT = f"PUT /api/users/{COM} "


@pytest.fixture(params=["sql", "ldap"])
def server(request):
    made = Server(request.param)
    made.has(DOMAIN, COM)
    made.has(USER, ADA, language="de_DE", enabled=True)
    made.has(USER, BOB, language="en_US", enabled=True)
    return made


RUNS = Runs(lambda **options: DomainUsersTask({"domain": COM, **options}))
run, both, fail = RUNS.run, RUNS.both, RUNS.fail


def test_one_request_when_any_differs(server):
    result = both(server, language="de_DE", enabled=True)
    assert server.writes == [PUT + "language=de_DE"]
    assert result["diff"]["before"]["language"] == {ADA: "de_DE", BOB: "en_US"}
    assert result["diff"]["after"]["language"] == {ADA: "de_DE", BOB: "de_DE"}
    assert result["domain_users"] == {"domain": COM, "users": [ADA, BOB], "language": "de_DE", "enabled": True}


def test_a_language_that_the_panel_may_not_have_is_told(server):
    (warning,) = both(server, language="de_AT")["warnings"]
    assert "language: de_AT is probably no language of the panel" in warning


def test_users_of_other_domains_are_not_asked(server):
    server.has(USER, "eve@other.example", language="fr_FR")
    both(server, language="de_DE")
    assert "/api/user/eve@other.example" not in server.reads


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({}, "one of enabled, language, transport and password is needed"),
        ({"password": PASSWORD}, "update_password: always"),
        ({"password": ""}, "password"),
        ({"password": "{SSHA512}c2VjcmV0", "update_password": "always"}, "is a hash"),
    ],
)
def test_a_task_must_say_what_it_means(server, params, words):
    assert words in fail(server, InputError, **params)


def test_a_password_is_sent_in_every_run(server):
    for _run in range(2):
        result = run(server, password=PASSWORD, update_password="always")
        assert result["unverified"] == ["password"]
        assert PASSWORD not in str(result)
    assert server.writes == [PUT + f"password={PASSWORD}"] * 2


def test_an_empty_domain_needs_nothing(server):
    for mail in (ADA, BOB):
        del server.things[USER.at(mail)]
    assert both(server, language="de_DE", password=PASSWORD, update_password="always")["changed"] is False


def test_a_domain_that_does_not_exist(server):
    server.things = {}
    fail(server, MissingDomain, language="de_DE")
    assert "Unless it is made before" in run(server, check=True, language="de_DE")["warnings"][0]


def test_a_list_that_is_denied_is_not_empty(server):
    class Denying(FakePanel):
        def names(self, resource, domain="", disabled_only=False):
            return None

    with pytest.raises(NotListed):
        DomainUsersTask({"domain": COM, "language": "de_DE"}).reach(Denying(server))


@pytest.mark.parametrize("check", [True, False])
def test_the_account_in_use_is_not_disabled(server, check):
    server.username = ADA
    assert "never disabled" in fail(server, InputError, check, enabled=False)
    assert server.writes == []
    result = run(server, check, password=PASSWORD, update_password="always")
    assert "gets the password too" in result["warnings"][0]


@pytest.mark.parametrize("check", [True, False])
def test_with_a_session_alone_no_admin_is_disabled(server, check):
    server.username, server.has_session = BOB, True
    server.has(USER, ADA, global_admin=True)
    message = fail(server, AccountInUse, check, enabled=False)
    assert message.startswith(f"{ADA} is a global admin, and with api_session nobody knows")
    assert server.writes == []
    run(server, check, language="de_DE")
    server.has(USER, ADA, global_admin=True, enabled=False)
    assert run(server, check, enabled=False)["changed"], "the admin is disabled already"


@pytest.mark.parametrize(("unreadable", "writes"), [("send", 1), ("skip", 0)])
def test_what_is_not_shown(server, unreadable, writes):
    server.has(USER, BOB, language=UNREADABLE)
    result = run(server, language="de_DE", unreadable=unreadable, verify="off")
    assert server.writes == [PUT + "language=de_DE"] * writes
    assert result["unverified"] == ["language"] * writes
    assert (result["diff"]["after"] == result["diff"]["before"]) is (not writes)


def test_one_that_differs_is_reason_enough(server):
    server.has(USER, ADA, language=UNREADABLE)
    result = run(server, language="de_DE", unreadable="skip")
    assert server.writes == [PUT + "language=de_DE"]
    assert result["diff"]["before"]["language"] == {ADA: "<unknown>", BOB: "en_US"}


@pytest.mark.parametrize("odd", ["problem", "error"])
def test_what_is_not_clear_is_no_answer(server, odd):
    if odd == "problem":
        server.things[USER.at(BOB)].problems["language"] = "it is a list"
    else:
        server.things[USER.at(BOB)] = BadAnswer("odd")
    fail(server, BadAnswer, language="de_DE")
    assert server.writes == []


@pytest.mark.parametrize("done", [True, False])
def test_a_lost_answer(server, done):
    server.next_write(AnswerLost("lost"), done=done)
    run(server, language="de_DE")
    assert len(server.writes) == (1 if done else 2)


def test_a_password_whose_answer_was_lost_is_sent_again(server):
    server.next_write(AnswerLost("lost"), done=True)
    run(server, password=PASSWORD, update_password="always")
    assert len(server.writes) == 2


def test_what_did_not_stick_is_told_of_each_user(server):
    server.ignores.add("language")
    words = f"language of {BOB} was not accepted by the server: sent de_DE, found en_US"
    assert fail(server, NotVerified, language="de_DE").startswith(words)
    assert run(server, language="de_DE", verify="warn")["warnings"] == [f"domain_users {COM}: {words}."]


def test_who_came_meanwhile_was_not_meant(server):
    class Growing(Server):
        def _carry_out(self, method, path, params):
            super()._carry_out(method, path, params)
            self.has(USER, "new@example.com", language="fr_FR")

    growing = Growing(server.backend_hint)
    growing.things, growing.admins = server.things, server.admins
    assert run(growing, language="de_DE")["domain_users"]["users"] == [ADA, BOB]

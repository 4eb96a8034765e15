# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who manages a domain: shown by the domain (LDAP), or asked of the accounts that a task names (SQL)."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.domain_admins import DomainAdminsTask
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    AccountInUse,
    AnswerLost,
    BadAnswer,
    InputError,
    MissingAccount,
    MissingDomain,
    NotVerified,
    Rejected,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.admin import ADMIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from tests.support.common import COM
from tests.support.engine_runs import Runs
from tests.support.fake_panel import Server

ADA, BOB, EVE = "ada@example.com", "bob@example.com", "eve@partner.example"
PUT = f"PUT /api/domain/admins/{COM} "


@pytest.fixture
def shown():
    """A panel that shows who manages a domain: Ada."""
    server = Server("ldap")
    server.has(DOMAIN, COM)
    server.admins[COM] = frozenset({ADA})
    for mail in (ADA, BOB):
        server.has(USER, mail)
    server.has(ADMIN, EVE)
    return server


class Hiding(Server):
    """The accounts show what they manage."""

    def _delegate(self, domain, params):
        for key, adds in (("addAdmin", True), ("removeAdmin", False)):
            for mail in filter(None, params.get(key, "").split(",")):
                self.manages(mail, [domain] if adds else [])

    def manages(self, mail, domains):
        for resource in (USER, ADMIN):
            account = self.things.get(resource.at(mail))
            if account is not None:
                account.facts = {"managed_domains": domains}


@pytest.fixture
def hidden():
    """A panel that does not show it; Ada manages it, Eve does not."""
    server = Hiding("sql")
    server.has(DOMAIN, COM)
    server.admins[COM] = None
    for resource, mail in ((USER, ADA), (USER, BOB), (ADMIN, EVE)):
        server.has(resource, mail)
    server.manages(ADA, [COM])
    return server


RUNS = Runs(lambda **options: DomainAdminsTask({"domain": COM, **options}))
run, both, fail = RUNS.run, RUNS.both, RUNS.fail


def test_an_exact_list(shown):
    result = both(shown, admins=[BOB, EVE])
    assert shown.writes == [PUT + f"addAdmin={BOB},{EVE}&removeAdmin={ADA}"]
    assert result["domain_admins"] == {"domain": COM, "admins": [BOB, EVE]}
    assert (result["diff"]["before"], result["diff"]["after"]) == ({"admins": [ADA]}, {"admins": [BOB, EVE]})


@pytest.mark.parametrize(
    ("params", "write"),
    [({"add_admins": [ADA, EVE]}, f"addAdmin={EVE}"), ({"remove_admins": [ADA, BOB]}, f"removeAdmin={ADA}")],
)
@pytest.mark.parametrize("panel", ["shown", "hidden"])
def test_others_are_left_as_they_are(request, panel, params, write):
    server = request.getfixturevalue(panel)
    both(server, **params)
    assert server.writes == [PUT + write]


def test_an_exact_list_cannot_be_compared_where_none_is_shown(hidden):
    assert "use add_admins and remove_admins" in fail(hidden, InputError, admins=[ADA])
    assert hidden.writes == []


def test_absent(shown):
    both(shown, state="absent")
    assert shown.writes == [PUT + "removeAllAdmins="]


def test_absent_where_nothing_is_shown_is_sent_each_time(hidden):
    for _run in range(2):
        result = run(hidden, state="absent")
        assert result["unverified"] == ["admins"]
        assert "never verified" in result["warnings"][0]
    assert len(hidden.writes) == 2


@pytest.mark.parametrize("params", [{}, {"state": "absent", "add_admins": [ADA]}])
def test_a_task_must_say_what_it_means(shown, params):
    fail(shown, InputError, **params)


def test_an_account_that_does_not_exist_is_named(shown, hidden):
    nobody = "nobody@example.com"
    assert nobody in fail(hidden, MissingAccount, add_admins=[nobody])
    for server in (shown, hidden):
        (warning,) = run(server, check=True, add_admins=[nobody])["warnings"]
        assert "Unless it is made before, the task fails." in warning
    assert shown.writes + hidden.writes == []


def test_who_is_to_go_need_not_exist(hidden):
    assert both(hidden, remove_admins=["nobody@example.com"])["changed"] is False


def test_a_domain_that_does_not_exist(shown):
    del shown.admins[COM]
    fail(shown, MissingDomain, add_admins=[ADA])
    assert "Unless it is made before" in run(shown, check=True, add_admins=[ADA])["warnings"][0]
    assert run(shown, state="absent")["changed"] is False
    assert shown.writes == []


def test_a_global_admin_manages_every_domain_anyway(hidden):
    hidden.has(USER, BOB, global_admin=True)
    (warning,) = both(hidden, add_admins=[BOB])["warnings"]
    assert "is a global admin" in warning
    assert hidden.writes == []


@pytest.mark.parametrize("odd", ["problem", "facts", "error"])
def test_what_is_not_clear_is_no_answer(hidden, odd):
    account = hidden.things[USER.at(ADA)]
    if odd == "problem":
        account.problems["global_admin"] = "it is a list"
    elif odd == "facts":
        account.facts = {"managed_domains": {"strange": 1}}
    else:
        hidden.things[USER.at(ADA)] = BadAnswer("odd")
    fail(hidden, BadAnswer, add_admins=[ADA])
    assert hidden.writes == []


@pytest.mark.parametrize("panel", ["shown", "hidden"])
@pytest.mark.parametrize("done", [True, False])
def test_a_lost_answer(request, panel, done):
    server = request.getfixturevalue(panel)
    server.next_write(AnswerLost("lost"), done=done)
    run(server, add_admins=[BOB])
    assert len(server.writes) == (1 if done else 2)


@pytest.mark.parametrize("done", [True, False])
def test_a_lost_removal(shown, done):
    shown.next_write(AnswerLost("lost"), done=done)
    run(shown, state="absent")
    assert len(shown.writes) == (1 if done else 2)


def test_a_removal_that_nobody_can_see_is_sent_again_when_its_answer_is_lost(hidden):
    hidden.next_write(AnswerLost("lost"), done=True)
    run(hidden, state="absent")
    assert len(hidden.writes) == 2


def test_what_did_not_stick(shown):
    shown.ignores.add("admins")
    words = "the server accepted the change and did not carry it out for " + BOB
    assert fail(shown, NotVerified, add_admins=[BOB]).startswith(words)
    assert run(shown, add_admins=[BOB], verify="warn")["unverified"] == ["admins"]
    assert "still shows " + ADA in fail(shown, NotVerified, state="absent")


# -- the account in use


def denied(server):
    """No global admin is logged in."""
    for mail in (server.username, "postmaster@example.com"):
        server.things[ADMIN.at(mail)] = Rejected("no", "PERMISSION_DENIED")


@pytest.mark.parametrize("panel", ["shown", "hidden"])
@pytest.mark.parametrize("has_session", [False, True])
@pytest.mark.parametrize("options", [{"remove_admins": [ADA]}, {"admins": [BOB]}, {"state": "absent"}], ids=str)
@pytest.mark.parametrize("check", [True, False])
def test_a_normal_admin_does_not_remove_itself(request, panel, has_session, options, check):
    server = request.getfixturevalue(panel)
    if panel == "hidden" and "admins" in options:
        pytest.skip("refused for another reason")
    server.username, server.has_session = ADA, has_session
    denied(server)
    message = fail(server, AccountInUse, check, **options)
    assert ("nobody knows" if has_session else "the one in use is never taken out of the admins") in message
    assert server.writes == []


@pytest.mark.parametrize("has_session", [False, True])
def test_a_normal_admin_may_remove_others_if_it_is_known(shown, has_session):
    shown.username, shown.has_session = BOB, has_session
    shown.admins[COM] = frozenset({ADA, BOB})
    denied(shown)
    if has_session:
        fail(shown, AccountInUse, remove_admins=[ADA])
    else:
        run(shown, remove_admins=[ADA])
    assert len(shown.writes) == (not has_session)


@pytest.mark.parametrize("has_session", [False, True])
def test_a_global_admin_may_remove_itself_and_others(shown, has_session):
    shown.username, shown.has_session = ADA, has_session
    run(shown, remove_admins=[ADA])
    assert shown.writes == [PUT + f"removeAdmin={ADA}"]

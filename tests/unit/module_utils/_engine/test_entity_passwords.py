# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the password of an account is sent, and what is said of it."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import Interrupted
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from tests.support.common import PASSWORD
from tests.support.engine_runs import Runs
from tests.support.fake_panel import FakePanel, Server
from tests.support.fake_state import applied

ADA = "ada@example.com"
run = Runs(lambda **options: resource_module(USER).start(options)).run


@pytest.fixture(params=["sql", "ldap"])
def server(request):
    return Server(request.param)


@pytest.mark.parametrize(
    ("update", "stored", "sent"),
    [
        ("verify", PASSWORD, 0),
        ("verify", "other", 1),
        ("on_create", "other", 0),
        ("always", PASSWORD, 1),
    ],
)
def test_when_a_password_is_sent(server, update, stored, sent):
    server.has(USER, ADA)
    server.passwords[ADA] = stored
    result = run(server, mail=ADA, password=PASSWORD, update_password=update)
    assert server.writes == [f"PUT /api/user/{ADA} password={PASSWORD}"] * sent
    assert result["unverified"] == ["password"] * sent
    before = "<set>" if update == "verify" else "<unknown>"  # what was verified is known to be another one
    assert result["diff"]["before"] == ({"password": before} if sent else {})
    assert PASSWORD not in str(result)


def test_a_password_goes_along_with_what_else_is_sent(server):
    server.has(USER, ADA)
    run(server, mail=ADA, password=PASSWORD, quota=2)
    assert server.writes == [f"PUT /api/user/{ADA} quota=2&password={PASSWORD}"]


def test_of_a_disabled_account_nothing_is_concluded(server):
    server.has(USER, ADA, enabled=False)
    server.passwords[ADA] = PASSWORD
    result = run(server, mail=ADA, password=PASSWORD)
    assert server.writes == []
    assert result["unverified"] == ["password"]
    assert "which proves nothing" in result["warnings"][0]


@pytest.mark.parametrize(("stored", "sent"), [(PASSWORD, 0), ("other", 1)])
def test_an_account_that_is_enabled_is_asked_afterwards(server, stored, sent):
    server.has(USER, ADA, enabled=False)
    server.passwords[ADA] = stored
    result = run(server, mail=ADA, password=PASSWORD, enabled=True)
    assert server.writes[0] == f"PUT /api/user/{ADA} accountStatus=active"
    assert server.writes[1:] == [f"PUT /api/user/{ADA} password={PASSWORD}"] * sent
    assert "warnings" not in result


def test_a_hash_cannot_be_compared(server):
    server.has(USER, ADA)
    run(server, mail=ADA, password_hash="{SSHA512}x")
    assert server.writes == []
    run(server, mail=ADA, password_hash="{SSHA512}x", update_password="always")
    assert server.writes == [f"PUT /api/user/{ADA} password_hash={{SSHA512}}x"]


# -- panels that confirm no passwords of users

ASKED = "/api/verify_password/user/"


def asked(server):
    return [path for path in server.reads if path.startswith(ASKED)]


def test_a_password_that_is_not_confirmed_after_it_was_written_is_warned_of_once(server):
    server.confirms_nobody = True
    for name in ("ada", "bob", "cy"):
        server.has(USER, f"{name}@example.com")
    result = run(server, mail=ADA, password=PASSWORD)
    (warning,) = result["warnings"]
    assert warning == (
        f"user {ADA}: password: it was written, and still the panel does not confirm it. Probably this panel confirms "
        "no passwords of users, and every run will write them anew; update_password: on_create keeps it from that."
    )
    assert result["unverified"] == ["password"]
    assert asked(server) == [ASKED + ADA] * 2
    for name in ("bob", "cy"):
        assert "warnings" not in run(server, mail=f"{name}@example.com", password=PASSWORD)
    assert asked(server)[2:] == [ASKED + "bob@example.com", ASKED + "cy@example.com"]


def test_a_panel_that_confirms_a_password_is_not_asked_again_for_another(server):
    for name in ("ada", "bob"):
        server.has(USER, f"{name}@example.com")
        assert "warnings" not in run(server, mail=f"{name}@example.com", password=PASSWORD)
    assert asked(server) == [ASKED + ADA, ASKED + ADA, ASKED + "bob@example.com"]


def test_that_a_global_admin_is_confirmed_says_nothing_of_others(server):
    server.confirms_nobody = True
    server.has(USER, "boss@example.com", global_admin=True)
    server.has(USER, ADA)
    assert "warnings" not in run(server, mail="boss@example.com", password=PASSWORD)
    assert "still the panel does not confirm it" in run(server, mail=ADA, password=PASSWORD)["warnings"][0]


@pytest.mark.parametrize(
    "options", [{"update_password": "always"}, {"verify": "off"}, {"update_password": "on_create"}, {"quota": 2}]
)
def test_who_compares_no_password_is_not_asked(server, options):
    server.confirms_nobody = True
    server.has(USER, ADA)
    run(server, mail=ADA, **{"password": PASSWORD, **options} if "quota" not in options else options)
    assert len(asked(server)) == (1 if "verify" in options else 0)


def test_a_password_of_a_new_user_or_of_a_disabled_one_proves_nothing(server):
    server.confirms_nobody = True
    assert "warnings" not in run(server, mail=ADA, password=PASSWORD)
    server.has(USER, "off@example.com", enabled=False)
    assert asked(server) == []
    assert "which proves nothing" in run(server, mail="off@example.com", password=PASSWORD)["warnings"][0]
    assert server.confirms == {}


def test_that_it_cannot_be_asked_again_is_no_failure(server, monkeypatch):
    answers = [False]

    def verify_password(*_args):
        if not answers:
            raise Interrupted("the run was interrupted.")
        return answers.pop()

    monkeypatch.setattr(FakePanel, "verify_password", verify_password)
    server.has(USER, ADA)
    assert run(server, mail=ADA, password=PASSWORD)["changed"] is True
    assert server.confirms == {}


def test_a_whole_state_asks_each_once_and_one_of_them_twice(server):
    server.confirms_nobody = True
    mails = [f"{name}@example.com" for name in ("ada", "bob", "cy")]
    server.has(DOMAIN, "example.com")
    for mail in mails:
        server.has(USER, mail)
    planner = applied(server, {"users": [{"mail": mail, "password": PASSWORD} for mail in mails]})
    assert len(server.writes) == 3
    assert len(asked(server)) == 4
    assert ["still the panel" in str(step.outcome.warnings) for step in planner.steps].count(True) == 1

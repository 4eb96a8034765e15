# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the password of an account is sent, and what is said of it."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from tests.support.common import PASSWORD
from tests.support.engine_runs import Runs
from tests.support.fake_panel import Server

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

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which accounts a change takes something from; what follows from it is tested with the account in use."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.desired import Desired
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.hits import by_name, harm_of, harmed, may_harm
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.in_use import (
    DELETED,
    DISABLED,
    GLOBAL,
    HIDDEN,
    STRIPPED,
    Hit,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.plan import Plan
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import Unroutable
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from tests.support.fake_panel import FakePanel, Server

ADA, BOB = "ada@b.example", "bob@b.example"
BOSS = Current("sql", {"global_admin": True})


def panel(username=ADA):
    server = Server(username=username)
    server.has(DOMAIN, "b.example")
    for mail in (ADA, BOB):
        server.has(USER, mail, global_admin=mail == BOB)
    return FakePanel(server, read_only=True)


@pytest.mark.parametrize(
    ("before", "after", "harm"),
    [
        ({"enabled": True}, {"enabled": False}, DISABLED),
        ({"enabled": False}, {"enabled": False}, ""),
        ({"global_admin": True}, {"global_admin": False}, STRIPPED),
        ({"services": frozenset({"smtp", "domainadmin"})}, {"services": frozenset({"smtp"})}, STRIPPED),
        ({"services": frozenset({"smtp", "pop3"})}, {"services": frozenset({"smtp"})}, ""),
        ({"name": "A"}, {"name": "B"}, ""),
    ],
)
def test_what_a_plan_does(before, after, harm):
    assert harm_of(Plan(before=before, after=after)) == harm


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"exact": {"enabled": False}}, True),
        ({"exact": {"global_admin": False}}, True),
        ({"remove": {"services": frozenset({"domainadmin"})}}, True),
        ({"exact": {"enabled": True, "quota": 5}}, False),
    ],
)
def test_whether_it_matters_who_it_is(options, expected):
    assert may_harm(USER, Desired(ADA, **options)) is expected
    assert may_harm(ALIAS, Desired(ADA, **options)) is False


def test_an_account_is_told_by_its_name():
    assert by_name(panel(), USER, Desired(ADA, present=False)) == [Hit(ADA, DELETED, HIDDEN)]
    assert by_name(panel(None), USER, Desired(ADA, present=False)) == []
    assert by_name(panel(), ALIAS, Desired(ADA, present=False)) == []
    assert by_name(panel(), USER, Desired(ADA, exact={"enabled": False})) == [Hit(ADA, DISABLED, HIDDEN)]


def test_with_a_domain_go_those_in_it():
    assert harmed(panel(), USER, BOB, BOSS, DELETED) == [Hit(BOB, DELETED, GLOBAL)]
    assert harmed(panel(), DOMAIN, "b.example", BOSS, DELETED) == [Hit(ADA, DELETED, HIDDEN)]
    assert harmed(panel("x@x.example"), DOMAIN, "b.example", BOSS, DELETED) == []
    assert harmed(panel("root@b.example"), DOMAIN, "b.example", BOSS, DELETED) == [], "it is no user"
    everybody = harmed(panel(None), DOMAIN, "b.example", BOSS, DELETED)
    assert [(hit.mail, hit.rights == GLOBAL) for hit in everybody] == [(ADA, False), (BOB, True)]
    assert harmed(panel(), ALIAS, BOB, BOSS, DELETED) == []


def test_whoever_cannot_be_read_may_be_an_admin():
    with_session = panel(username=None)
    with_session.server.has_session = True
    with_session.server.things[USER.at(BOB)] = Unroutable("its name")
    hits = harmed(with_session, DOMAIN, "b.example", BOSS, DELETED)
    assert Hit(BOB, DELETED, HIDDEN) in hits

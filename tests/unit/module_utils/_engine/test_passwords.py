# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a password is sent, and what is said of one whose answer was lost. How tasks use it is in test_entity.py."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.desired import desired_object
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.passwords import (
    KEEP,
    SEND,
    UNDECIDED,
    Password,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.plan import Operation, Plan
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError, Rejected
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from tests.support.common import PASSWORD
from tests.support.fake_panel import FakePanel, Server

ADA = "ada@example.com"


def password(**options):
    return Password(USER, desired_object(USER, {"mail": ADA, "password": PASSWORD, **options}), ADA)


@pytest.mark.parametrize(
    ("stored", "enabled", "said", "right"),
    [(PASSWORD, True, KEEP, True), ("other", True, SEND, False), (PASSWORD, False, UNDECIDED, None)],
)
def test_the_panel_is_asked(stored, enabled, said, right):
    server = Server()
    found = server.has(USER, ADA, enabled=enabled)
    server.passwords[ADA] = stored
    assert password(update_password="verify").to_do(FakePanel(server), found) == said
    assert password(update_password="always").to_do(FakePanel(server), found) == SEND
    assert password(update_password="on_create").to_do(FakePanel(server), found) == KEEP
    for update in ("verify", "always", "on_create"):
        assert password(update_password=update).is_right(FakePanel(server), found) is right


def test_who_may_not_ask_knows_nothing(monkeypatch):
    def refused(*_args):
        raise Rejected("denied", refused.code)

    monkeypatch.setattr(FakePanel, "verify_password", refused)
    server = Server()
    found, one = server.has(USER, ADA), password(update_password="verify")
    for code, error in (("PERMISSION_DENIED", InputError), ("ODD", Rejected)):
        refused.code = code
        assert one.is_right(FakePanel(server), found) is None
        with pytest.raises(error):
            one.to_do(FakePanel(server), found)


def test_a_hash_cannot_be_compared():
    server = Server()
    found, one = server.has(USER, ADA), password(password=None, password_hash="{SSHA512}x", update_password="verify")
    assert one.to_do(FakePanel(server), found) == KEEP
    assert one.is_right(FakePanel(server), found) is None
    assert password(password=None).is_right(FakePanel(server), found) is None
    assert server.reads == []


def test_it_goes_along_with_the_first_request():
    plan = Plan("update", [Operation("PUT", USER.at(ADA), {"name": "Ada"}), Operation("PUT", USER.at(ADA))])
    password(update_password="always").put(FakePanel(Server()), plan)
    assert [one.params for one in plan.operations] == [{"name": "Ada", "password": PASSWORD}, {}]

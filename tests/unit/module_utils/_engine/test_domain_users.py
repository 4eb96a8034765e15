# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All users of a domain at once, on a panel that is a dict."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.domain_users import DomainUsersTask
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    InputError,
    MissingDomain,
    NotListed,
    NotVerified,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from tests.support.fake_panel import FakePanel

A, B = "a@example.com", "b@example.com"


def users(**options):
    return DomainUsersTask({"domain": "example.com", **options})


def panel_of(**more):
    panel = FakePanel(**more)
    panel.put(DOMAIN, "example.com")
    panel.put(USER, A, language="de_DE")
    panel.put(USER, B, language="en_US")
    return panel


def test_one_request_when_any_differs():
    panel = panel_of()
    for _run in range(2):
        one = users(language="en_US")
        one.reach(panel)
    assert [(operation.path, operation.params) for operation in panel.written] == [
        (("users", "example.com"), {"language": "en_US"})
    ]
    assert one.outcome.before == {"language": {A: "en_US", B: "en_US"}}


def test_each_user_is_looked_at_afterwards():
    panel = panel_of()
    panel.replies = ["ignored"]
    with pytest.raises(NotVerified, match=f"language of {A} was not accepted"):
        users(language="en_US").reach(panel)


def test_a_password_is_meant_or_refused():
    with pytest.raises(InputError, match="update_password: always"):
        users(password="secret-word-1")
    panel = panel_of()
    one = users(password="secret-word-1", update_password="always")
    one.reach(panel)
    assert one.outcome.after == {"password": "<changed>"}
    assert "secret-word-1" not in str(one.outcome)


def test_the_account_in_use_is_never_disabled():
    panel = panel_of(username=A)
    with pytest.raises(InputError, match="never disabled"):
        users(enabled=False).reach(panel)
    assert panel.written == []


def test_a_domain_that_is_not_there_and_one_that_is_denied():
    with pytest.raises(MissingDomain):
        users(enabled=True).reach(FakePanel())

    class Denies(FakePanel):
        def names(self, resource, domain="", disabled_only=False):
            return None

    panel = Denies()
    panel.put(DOMAIN, "example.com")
    with pytest.raises(NotListed):
        users(enabled=True).reach(panel)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who manages a domain, on a panel that is a dict."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.domain_admins import DomainAdminsTask
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    InputError,
    MissingAccount,
    MissingDomain,
    NotVerified,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from tests.support.fake_panel import FakePanel

A, B = "a@example.com", "b@example.com"


def admins(**options):
    return DomainAdminsTask({"domain": "example.com", **options})


def panel_of(shown=None, **more):
    panel = FakePanel(**more)
    panel.put(DOMAIN, "example.com")
    panel.put(USER, A)
    panel.put(USER, B)
    if shown is not None:
        panel.managers["example.com"] = frozenset(shown)
    return panel


def test_exactly_these_where_the_panel_shows_them():
    panel = panel_of({A})
    for _run in range(2):
        one = admins(admins=[B])
        one.reach(panel)
    assert [operation.params for operation in panel.written] == [{"addAdmin": B, "removeAdmin": A}]
    assert one.outcome.values["domain_admins"]["admins"] == [B]


def test_an_exact_list_that_cannot_be_compared_is_refused():
    panel = panel_of()
    with pytest.raises(InputError, match="cannot be compared"):
        admins(admins=[B]).reach(panel)
    assert panel.written == []


def test_where_it_is_not_shown_the_accounts_are_asked():
    panel = panel_of()
    panel.objects["user", A].facts["managed_domains"] = ["example.com"]
    one = admins(add_admins=[A, B])
    with pytest.raises(NotVerified, match=f"did not carry it out for {B}"):
        one.reach(panel)
    assert panel.written[0].params == {"addAdmin": B}, "the other one manages it already"


def test_a_global_admin_manages_it_anyway():
    panel = panel_of()
    panel.put(USER, A, global_admin=True)
    one = admins(add_admins=[A])
    one.reach(panel)
    assert panel.written == []
    assert "manages every domain anyway" in one.outcome.warnings[0]


def test_an_account_that_is_not_there_is_an_error_but_may_come_in_check_mode():
    with pytest.raises(MissingAccount):
        admins(add_admins=["x@example.com"]).reach(panel_of())
    planned = admins(add_admins=["x@example.com"])
    planned.reach(panel_of(read_only=True))
    assert "Unless it is made before" in planned.outcome.warnings[0]


def test_a_domain_that_is_not_there():
    with pytest.raises(MissingDomain):
        admins(add_admins=[A]).reach(FakePanel())
    gone = admins(state="absent")
    gone.reach(FakePanel())
    assert not gone.outcome.changed


def test_all_go_and_stay_away():
    panel = panel_of({A, B})
    for _run in range(2):
        admins(state="absent").reach(panel)
    assert [operation.params for operation in panel.written] == [{"removeAllAdmins": ""}]

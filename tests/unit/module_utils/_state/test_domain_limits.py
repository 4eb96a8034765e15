# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a domain does not allow."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.domain_limits import (
    Limits,
    over_declared_limits,
    over_limits,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.findings import ERROR, WARNING
from tests.support.common import COM, user
from tests.support.fake_state import items_of

ADA = f"ada@{COM}"


@pytest.mark.parametrize(
    ("limits", "options", "option"),
    [
        ({"max_user_quota": 5}, {"quota": "6MB"}, "quota"),
        ({"quota": 5}, {"quota": "6MB"}, "quota"),
        ({"min_password_length": 99}, {}, "password"),
        ({"max_password_length": 5}, {}, "password"),
        ({"max_user_quota": 0, "quota": 0, "max_password_length": 0}, {"quota": "6MB"}, None),
        ({"max_user_quota": 6, "quota": 6, "min_password_length": 4}, {"quota": "6MB"}, None),
    ],
)
def test_what_a_domain_does_not_allow(limits, options, option):
    items = items_of({"users": [user(ADA, **options)]})
    for sent, severity in ((True, ERROR), (False, WARNING)):
        found = list(over_limits(items, {COM: Limits(COM, limits)}, lambda *_what, sent=sent: sent))
        assert [(one.code, one.severity, one.option) for one in found] == (
            [("over_limit", severity, option)] if option else []
        )


def test_a_default_may_not_be_more_than_the_most():
    declared = {"domains": [{"domain": COM, "default_quota": "6MB", "max_user_quota": "5MB"}]}
    (one,) = over_declared_limits(items_of(declared))
    assert (one.code, one.severity, one.id, one.option) == ("over_limit", ERROR, COM, "default_quota")


@pytest.mark.parametrize(("update", "severity"), [("verify", ERROR), ("always", ERROR), ("on_create", WARNING)])
def test_a_password_for_new_accounts_may_be_older_than_the_limit(update, severity):
    declared = {"domains": [{"domain": COM, "min_password_length": 99}], "users": [user(ADA, update_password=update)]}
    (one,) = over_declared_limits(items_of(declared))
    assert (one.severity, one.option) == (severity, "password")

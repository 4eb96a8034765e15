# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading modules on a panel that is a dict."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current, Found
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import (
    DOMAIN_ADMINS_INFO,
    DOMAIN_USERS_INFO,
    GREYLISTING_INFO,
    info_module,
    set_info_module,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import AnswerLost, InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST
from tests.support.fake_panel import FakePanel

A, B = "a@example.com", "b@example.com"


def read(module, panel, **options):
    task = module.start(options)
    task.collect(panel)
    result = task.result()
    assert result.pop("changed") is False
    (found,) = result.values()
    return found


def panel_of():
    panel = FakePanel(read_only=True)
    panel.put(DOMAIN, "example.com")
    panel.put(USER, A, name="Ada")
    panel.put(USER, B, enabled=False)
    return panel


def test_one_all_enabled_and_none():
    module, panel = info_module(USER), panel_of()
    assert [user["name"] for user in read(module, panel, mail=A)] == ["Ada"]
    assert [user["mail"] for user in read(module, panel, domain="example.com")] == [A, B]
    assert [user["mail"] for user in read(module, panel, domain="example.com", enabled=True)] == [A]
    assert read(module, panel, mail="x@example.com") == read(module, panel, domain="other.example") == []


def test_users_of_a_domain():
    assert [user["mail"] for user in read(DOMAIN_USERS_INFO, panel_of(), domain="example.com")] == [A, B]
    assert read(DOMAIN_USERS_INFO, panel_of(), domain="other.example") == []


def test_who_manages_a_domain():
    panel = panel_of()
    with pytest.raises(InputError, match="does not show who manages"):
        read(DOMAIN_ADMINS_INFO, panel, domain="example.com")
    panel.managers["example.com"] = frozenset({A})
    assert read(DOMAIN_ADMINS_INFO, panel, domain="example.com") == [{"domain": "example.com", "admins": [A]}]
    assert read(DOMAIN_ADMINS_INFO, panel, domain="other.example") == []


def test_settings_and_sets_are_lists_of_none_or_one():
    panel = panel_of()
    keys = {"account": "global", "direction": "inbound", "list": "whitelist"}
    assert read(set_info_module(WBLIST), panel, **keys) == read(GREYLISTING_INFO, panel, account="global") == []
    panel.sets["wblist", "inbound", "whitelist", "global"] = Found(frozenset({B, A}))
    panel.settings["greylisting", "global"] = Current("sql", {"enabled": True})
    assert read(set_info_module(WBLIST), panel, **keys) == [{**keys, "addresses": [A, B]}]
    assert read(GREYLISTING_INFO, panel, account="global") == [{"account": "global", "enabled": True, "whitelist": []}]


def test_what_was_read_before_a_failure_is_returned():
    class Breaks(FakePanel):
        def get(self, resource, identity, absent=frozenset()):
            if identity == B:
                raise AnswerLost("gone")
            return super().get(resource, identity, absent)

    panel = Breaks()
    panel.objects = panel_of().objects
    task = info_module(USER).start({"domain": "example.com"})
    with pytest.raises(AnswerLost):
        task.collect(panel)
    assert [user["mail"] for user in task.result()["users"]] == [A]

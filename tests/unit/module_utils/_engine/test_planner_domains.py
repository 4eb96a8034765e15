# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The planner, with the transport of a domain and what makes it a backup MX."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.desired import desired_object
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.planner import Planner
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import LDAP, SQL
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from tests.support.plans import plan_for


def test_a_new_transport_is_sent_after_leaving_backup_mx():
    want = desired_object(DOMAIN, {"domain": "example.com", "backup_mx": False, "transport": "dovecot"})
    current = Current(SQL, {"backup_mx": True, "transport": "relay:[mx.example.net]"})
    writes = Planner(DOMAIN, want, current).update().operations
    assert [write.params for write in writes] == [{"is_backupmx": "no"}, {"transport": "dovecot"}]


@pytest.mark.parametrize("backend", [SQL, LDAP])
def test_a_transport_that_leaving_backup_mx_would_change_is_sent_again(backend):
    route = "relay:[mx.example.net]:25"
    current = Current(backend, {"backup_mx": True, "transport": route, "primary_mx": "[mx.example.net]:25"})
    plan = plan_for(DOMAIN, current, backup_mx=False, transport=route)
    assert [write.params for write in plan.operations] == [{"is_backupmx": "no"}, {"transport": route}]
    assert plan.expect["transport"].value == route
    assert plan.warnings == []
    plan = plan_for(DOMAIN, current, backup_mx=False)
    assert [write.params for write in plan.operations] == [{"is_backupmx": "no"}]
    assert (plan.after["primary_mx"], plan.expect["primary_mx"].value) == ("", "")
    (warning,) = plan.warnings
    assert warning.startswith("transport is relay:[mx.example.net]:25 now and becomes the server's default")
    ordinary = Current(backend, {"backup_mx": False, "transport": "dovecot", "primary_mx": ""})
    assert plan_for(DOMAIN, ordinary, backup_mx=False).warnings == []


@pytest.mark.parametrize("shown", ["mx.example.net", "", UNREADABLE])
def test_an_empty_primary_mx_does_not_bring_back_backup_mx(shown):
    current = Current(SQL, {"backup_mx": True, "transport": "relay:mx.example.net", "primary_mx": shown})
    plan = plan_for(DOMAIN, current, backup_mx=False, primary_mx="")
    assert [write.params for write in plan.operations] == [{"is_backupmx": "no"}]
    assert plan.expect["backup_mx"].value is False


def test_a_primary_mx_makes_a_backup_mx():
    current = Current(SQL, {"backup_mx": False, "transport": "dovecot", "primary_mx": ""})
    plan = plan_for(DOMAIN, current, primary_mx="mx.example.net")
    assert [write.params for write in plan.operations] == [{"is_backupmx": "yes", "primarymx": "mx.example.net"}]
    assert (plan.before["backup_mx"], plan.after["backup_mx"]) == (False, True)


def test_a_primary_mx_never_goes_alone():
    current = Current(SQL, {"backup_mx": True, "primary_mx": "mx.example.net"})
    for value, params in (("mx2.example.net", {"primarymx": "mx2.example.net", "is_backupmx": "yes"}),):
        want = desired_object(DOMAIN, {"domain": "example.com", "primary_mx": value})
        assert [write.params for write in Planner(DOMAIN, want, current).update().operations] == [params]
    want = desired_object(DOMAIN, {"domain": "example.com", "primary_mx": ""})
    assert [write.params for write in Planner(DOMAIN, want, current).update().operations] == [{"is_backupmx": "yes"}]

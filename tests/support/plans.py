# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the planner makes of plain values: an object on the server, what is wanted of it, and what is sent."""

from __future__ import annotations

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.desired import desired_object
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.planner import Planner
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import SQL
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER


def user(**values):
    """The mailbox me@example.com as an SQL panel shows it."""
    return Current(SQL, values)


def want_user(**options):
    """What a task with these options wants of it.

    :raises InputError: they make no sense
    """
    return desired_object(USER, dict({"mail": "me@example.com"}, **options))


def params_of(want, current, posted=None):
    """The parameters of the requests that make a mailbox as it is wanted.

    :param posted: what it was created with a moment ago
    """
    return [write.params for write in Planner(USER, want, current, posted).update().operations]


def domain(backend, **values):
    """A domain as a panel shows it, which knows one word of its own on SQL."""
    return Current(backend, values, vocabulary={"services": frozenset({"self-service"})} if backend == SQL else {})


def plan_for(resource, current, **options):
    """The plan that makes example.com, or me@example.com, as these options want it."""
    identity = "example.com" if resource is DOMAIN else "me@example.com"
    want = desired_object(resource, dict({resource.identity: identity}, **options))
    return Planner(resource, want, current).update()

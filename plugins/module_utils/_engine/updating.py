# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The change of an object that a panel shows."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from .._model.descriptors import Resource
from .alias_domains import alias_domains, may_be_given
from .current import Current
from .desired import Desired
from .own_address import shows_own
from .plan import Plan
from .planner import Planner
from .view import View


def plan_update(
    view: View, resource: Resource, desired: Desired, found: Current, posted: Optional[Mapping[str, Any]] = None
) -> Plan:
    """The PUT that brings an object to its desired state, with regard to what others tell of the panel and of it.

    :param posted: options that a POST of this run has carried, None when the object was there before
    :raises InputError: it asks for what the API cannot do
    :raises BadAnswer: a managed option is shown in a form nobody knows
    """
    planner = Planner(resource, desired, found, posted)
    if posted is None:
        planner.shows_own = shows_own(view, resource, desired, found)
    if any(may_be_given(one, desired, found) for one in resource.fields):
        planner.alias_domains = alias_domains(view, desired.identity.rpartition("@")[2])
    return planner.update()

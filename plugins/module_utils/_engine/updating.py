# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The change of an object that a panel shows."""

from __future__ import annotations

from .._model.descriptors import Resource
from .current import Current
from .desired import Desired
from .own_address import shows_own
from .plan import Plan
from .planner import Planner
from .view import View


def plan_update(view: View, resource: Resource, desired: Desired, found: Current) -> Plan:
    """The PUT that brings an object to its desired state, with regard to whether its own address is shown.

    :raises InputError: it asks for what the API cannot do
    :raises BadAnswer: a managed option is shown in a form nobody knows
    """
    planner = Planner(resource, desired, found)
    planner.shows_own = shows_own(view, resource, desired, found)
    return planner.update()

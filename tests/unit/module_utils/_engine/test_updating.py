# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The change of an object that a panel shows: it depends on what that shows of an account's own address."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.desired import desired_object
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.updating import plan_update
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from tests.support.fake_panel import FakePanel, Server

ADA, BOB, CY = (f"{name}@b.example" for name in ("ada", "bob", "cy"))


@pytest.mark.parametrize(
    ("own_shown", "sent"), [(True, {"addForwarding": f"{ADA},{CY}"}), (False, {"addForwarding": CY})]
)
def test_an_own_address_that_is_not_shown_is_added_only_where_it_would_be_shown(own_shown, sent):
    server = Server()
    server.has(USER, ADA, forwarding=frozenset({BOB}))
    panel = FakePanel(server, read_only=True)
    panel.own_shown = own_shown
    desired = desired_object(USER, {"mail": ADA, "forwarding": [BOB, CY]})
    (operation,) = plan_update(panel, USER, desired, server.things[USER.at(ADA)]).operations
    assert operation.params == sent

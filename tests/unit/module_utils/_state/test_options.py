# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module for a whole state."""

from __future__ import annotations

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.findings import CODES
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.options import state_spec

SPEC = state_spec()["argument_spec"]


def test_a_finding_can_be_turned_off_by_its_name_only():
    assert SPEC["ignore_findings"]["choices"] == list(CODES)


def test_what_is_declared_comes_from_one_place():
    assert state_spec()["required_one_of"] == state_spec()["mutually_exclusive"] == [("declared", "src")]


def test_a_panel_with_five_workers_keeps_one_for_its_users():
    assert SPEC["concurrency"]["default"] == 4

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report holds of each object."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.entry import domain_of


@pytest.mark.parametrize(
    ("ident", "domain"),
    [
        ("ada@example.com", "example.com"),
        ("example.com", "example.com"),
        ("example.com outbound", "example.com"),
        ("global inbound whitelist", ""),
        ("A task", ""),
    ],
)
def test_the_domain_of_an_object(ident, domain):
    assert domain_of(ident) == domain

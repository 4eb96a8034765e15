# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sandboxes that random tests begin anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.random_states import ROOT


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[dict[str, Sandbox]]:
    with Sandbox(backend="sql", admin=ROOT) as sql, Sandbox(backend="ldap", admin=ROOT) as ldap:
        yield {"sql": sql, "ldap": ldap}

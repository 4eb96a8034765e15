# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of roles and playbooks share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.common import COM


@pytest.fixture
def small(backend: str) -> Iterator[Sandbox]:
    """A panel with one domain and three users."""
    with Sandbox(backend=backend) as sandbox:
        sandbox.seed([COM], 3)
        sandbox.clear_log()
        yield sandbox

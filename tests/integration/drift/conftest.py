# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the role share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.drift_role import Night


@pytest.fixture
def small(small: Sandbox) -> Iterator[Sandbox]:
    """A panel with one domain and three users, to which a report writes nothing."""
    yield small
    assert small.writes() == []
    assert small.violations() == []


@pytest.fixture
def night(tmp_path: Path) -> Any:
    return lambda sandbox: Night(sandbox, tmp_path / "report")

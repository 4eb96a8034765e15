# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of imports share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.personnel import Month


@pytest.fixture
def month(tmp_path: Path) -> Month:
    return Month(tmp_path)

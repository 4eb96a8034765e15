# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A round of the soak; `make soak` has an hour of them."""

from __future__ import annotations

import contextlib
from pathlib import Path

from tests.soak.__main__ import Soak


def test_a_round_of_the_soak_goes_well(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        soak = Soak(300, tmp_path, stack)
        soak.round(2, playbooks=False)
        assert soak.problems == []
        assert soak.counts["writes"] > 0
        assert {len(several) for several in soak.samples.values()} == {1}

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The soak: for an hour random states, faults, restarts, clocks that jump, and two controllers at once."""

import sys
from pathlib import Path

# the collection, as Python finds it in any namespace package
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / ".build"))

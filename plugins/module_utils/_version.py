# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection's version, which cannot be asked for where a module runs; a test holds it against galaxy.yml."""

from __future__ import annotations

VERSION = "0.2.1"

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All users of a domain at once (panel/users.md#all-users-of-a-domain)."""

from __future__ import annotations

from ..accounts import DomainKey
from .common import ENABLED, LANGUAGE, TRANSPORT

KEYS = (("domain", DomainKey()),)
FIELDS = (ENABLED, LANGUAGE, TRANSPORT)

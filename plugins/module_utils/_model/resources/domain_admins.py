# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who manages a domain: there is no GET for it, and only LDAP panels show it (panel/admins.md#who-manages-a-domain)."""

from __future__ import annotations

from ..accounts import DomainKey
from ..addresses import Address
from ..codecs import Items
from ..fields import ListField
from ..sources import Key

KEYS = (("domain", DomainKey()),)
_PLACES = tuple(Key(name) for name in ("domainAdmin", "domain_admins", "admins"))
ADMINS = ListField("admins", Items(Address()), add="addAdmin", remove="removeAdmin", sql=_PLACES, ldap=_PLACES)

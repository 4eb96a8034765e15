# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The descriptors there are. Whoever speaks of all resources, or of all accounts, takes them from here."""

from __future__ import annotations

from typing import Tuple

from .._engine.address_set import AddressSet
from .._engine.setting import Setting
from .descriptors import Resource
from .resources.admin import ADMIN
from .resources.alias import ALIAS
from .resources.domain import DOMAIN
from .resources.greylisting import GREYLISTING
from .resources.maillist import MAILLIST
from .resources.ml import ML
from .resources.spampolicy import SPAMPOLICY
from .resources.throttle import THROTTLE
from .resources.user import USER
from .resources.wblist import WBLIST

#: what has an address of its own
ACCOUNTS: Tuple[Resource, ...] = (ADMIN, USER, ALIAS, ML, MAILLIST)
#: what is created and deleted
RESOURCES: Tuple[Resource, ...] = (DOMAIN,) + ACCOUNTS
#: what the API lists by domain, and deletes together with it
IN_DOMAIN: Tuple[Resource, ...] = tuple(one for one in ACCOUNTS if one.list_path)
#: what is configured, and otherwise inherited; and sets of addresses
SETTINGS: Tuple[Setting, ...] = (SPAMPOLICY, THROTTLE, GREYLISTING)
ADDRESS_SETS: Tuple[AddressSet, ...] = (WBLIST,)

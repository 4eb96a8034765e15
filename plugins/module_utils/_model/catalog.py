# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of all descriptors."""

from __future__ import annotations

from typing import Tuple

from .descriptors import AddressSet, Resource, Setting
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
#: those whose address is of a domain of the server
NAMED: Tuple[Resource, ...] = tuple(one for one in ACCOUNTS if one is not ADMIN)
#: what can manage domains
MANAGERS: Tuple[Resource, ...] = (USER, ADMIN)
#: what is created and deleted
RESOURCES: Tuple[Resource, ...] = (DOMAIN,) + ACCOUNTS
#: what the API lists by domain, and deletes together with it
IN_DOMAIN: Tuple[Resource, ...] = tuple(one for one in ACCOUNTS if one.list_path)
#: what is configured, and otherwise inherited; and sets of addresses
SETTINGS: Tuple[Setting, ...] = (SPAMPOLICY, THROTTLE, GREYLISTING)
ADDRESS_SETS: Tuple[AddressSet, ...] = (WBLIST,)

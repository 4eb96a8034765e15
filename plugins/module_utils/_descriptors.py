# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The descriptors there are. Whoever speaks of all resources, or of all accounts, takes them from here."""

from __future__ import annotations

from typing import Tuple

from ansible_collections.mailstate.iredmail.plugins.module_utils._address_set import AddressSet
from ansible_collections.mailstate.iredmail.plugins.module_utils._fields import Resource
from ansible_collections.mailstate.iredmail.plugins.module_utils._resources.admin import ADMIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._resources.greylisting import GREYLISTING
from ansible_collections.mailstate.iredmail.plugins.module_utils._resources.maillist import MAILLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._resources.ml import ML
from ansible_collections.mailstate.iredmail.plugins.module_utils._resources.spampolicy import SPAMPOLICY
from ansible_collections.mailstate.iredmail.plugins.module_utils._resources.throttle import THROTTLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._resources.wblist import WBLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._setting import Setting

#: what has an address of its own
ACCOUNTS: Tuple[Resource, ...] = (ADMIN, USER, ALIAS, ML, MAILLIST)
#: what is created and deleted
RESOURCES: Tuple[Resource, ...] = (DOMAIN,) + ACCOUNTS
#: what the API lists by domain, and deletes together with it
IN_DOMAIN: Tuple[Resource, ...] = tuple(one for one in ACCOUNTS if one.list_path)
#: what is configured, and otherwise inherited; and sets of addresses
SETTINGS: Tuple[Setting, ...] = (SPAMPOLICY, THROTTLE, GREYLISTING)
ADDRESS_SETS: Tuple[AddressSet, ...] = (WBLIST,)

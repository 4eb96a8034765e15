# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""White- and blacklists (panel/wblist.md). POST adds, PUT removes, DELETE removes all."""

from __future__ import annotations

from ..accounts import Account
from ..addresses import Sender
from ..codecs import Enum, Items
from ..descriptors import AddressSet
from ..fields import ListField

WBLIST = AddressSet(
    name="wblist",
    plural="wblists",
    keys=(
        ("account", Account()),
        ("direction", Enum("inbound", "outbound")),
        ("list", Enum("whitelist", "blacklist")),
    ),
    path=("wblist", "{direction}", "{list}", "{account}"),
    field=ListField("addresses", Items(Sender(wide=True)), update="addresses"),
    adding=("POST", "addresses"),
    removing=("PUT", "addresses"),
    opposite=("list", {"whitelist": "blacklist", "blacklist": "whitelist"}),
)

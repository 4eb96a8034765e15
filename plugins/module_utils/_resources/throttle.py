# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throttling (wire-facts 14): one row for an account and a direction. -1 inherits, 0 is unlimited."""

from __future__ import annotations

from ansible_collections.mailstate.iredmail.plugins.module_utils._accounts import Account
from ansible_collections.mailstate.iredmail.plugins.module_utils._codecs import Enum, Limit, Number, Size
from ansible_collections.mailstate.iredmail.plugins.module_utils._fields import Field
from ansible_collections.mailstate.iredmail.plugins.module_utils._places import Key
from ansible_collections.mailstate.iredmail.plugins.module_utils._setting import Setting

THROTTLE = Setting(
    name="throttle",
    plural="throttles",
    keys=(("account", Account()), ("direction", Enum("inbound", "outbound"))),
    path=("throttle", "{account}", "{direction}"),
    method="POST",
    whole=True,
    needed=("period",),
    off={"period": "0"},
    unset_when=("period", 0),
    fields=(
        Field("period", Number(), update="period", sql=(Key("period"),), sql_missing=0),
        Field("msg_size", Limit(Size("B")), update="msg_size", sql=(Key("msg_size"),), sql_missing=-1),
        Field("max_msgs", Limit(Number()), update="max_msgs", sql=(Key("max_msgs"),), sql_missing=-1),
        Field("max_quota", Limit(Size("B")), update="max_quota", sql=(Key("max_quota"),), sql_missing=-1),
    ),
)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throttling (panel/throttle.md): one row for an account and a direction. -1 inherits, 0 is unlimited."""

from __future__ import annotations

from typing import Any, Iterator, Mapping, Tuple

from ..accounts import Account
from ..codecs import Enum, first
from ..descriptors import Conflict, Setting
from ..fields import Field, both
from ..numbers import Limit, Number, Size
from ..sources import Key

_LIMITS = (("msg_size", Limit(Size("B"))), ("max_msgs", Limit(Number())), ("max_quota", Limit(Size("B"))))


def _unsaid(row: Mapping[str, Any]) -> Iterator[Tuple[str, Any]]:
    """A limit that is no parameter of the API (panel/throttle.md#parameters)."""
    value = first(row.get("max_rcpts"))
    if value not in (None, "", -1, "-1"):
        yield "max_rcpts", value


THROTTLE = Setting(
    name="throttle",
    plural="throttles",
    keys=(("account", Account()), ("direction", Enum("inbound", "outbound"))),
    path=("throttle", "{account}", "{direction}"),
    method="POST",
    whole=True,
    needed=("period",),
    # there is no DELETE, and nobody knows which of these the panel takes for one (panel/throttle.md#removal)
    off=({"period": "{period}", **{option: "" for option, _codec in _LIMITS}}, {"period": "0"}),
    any_of=tuple(option for option, _codec in _LIMITS),
    unset_when=("period", 0),
    unsaid=_unsaid,
    where={"kind": "{direction}"},
    fields=(
        Field("period", Number(), update="period", sql=(Key("period"),)),
        *(
            Field(option, codec, update=option, sql=(Key(option),), sql_missing=-1, initial=both(-1))
            for option, codec in _LIMITS
        ),
    ),
    conflicts=tuple(
        Conflict(
            (("period", False), (option, True)),
            "period: 0 switches the throttle off, and then %s means nothing: leave it out." % option,
        )
        for option, _codec in _LIMITS
    ),
)

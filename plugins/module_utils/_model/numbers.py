# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Codecs of numbers: counts, sizes in any unit, limits and scores."""

from __future__ import annotations

import math
import re
from typing import Any, Dict, Optional

from .codecs import Text, first


class Number(Text):
    """A count; 0 is none or unlimited, as the API says for the field, and -1 forbids where allowed."""

    argument = {"type": "int"}
    empty = 0
    #: what the columns hold (INT, panel/columns-vmail.md#domain)
    maximum = 2**31 - 1

    def __init__(self, minimum: int = 0) -> None:
        self.minimum = minimum

    def accept(self, value: Any) -> int:
        if value < self.minimum:
            raise ValueError("must be %d or more" % self.minimum)
        if value > self.maximum:
            raise ValueError("is more than the panel can store")
        return int(value)

    def from_wire(self, raw: Any) -> int:
        value = first(raw)
        if value is None or value == "":
            return 0
        if isinstance(value, bool):
            raise ValueError("it is a boolean where a number is expected")
        try:
            return int(value)
        except (TypeError, ValueError, OverflowError):
            raise ValueError("it is not a number") from None


def finite(value: Any) -> float:
    """A number that can be compared.

    :raises ValueError: it is none; nan and infinite ones are not either
    """
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("it is not a number")
    return number


UNITS = {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}


#: no panel stores more digits, and Python has a limit of its own for writing them
_WHOLE = re.compile(r"-?\d{1,40}\Z")


class Size(Text):
    """A size in MB (or bytes); users may write ``20GB`` or ``1.5 TB``. Canonical: an integer in that unit.

    Read back as a number in ``read_unit``, or as ``n:UNIT`` (LDAP, panel/domains.md#quota).
    """

    argument = {"type": "raw"}
    empty = 0
    _form = re.compile(r"([0-9]+)(?:\.([0-9]+))?\s*([KMGT]?I?B)?\Z")

    def __init__(self, unit: str = "MB", read_unit: Optional[str] = None) -> None:
        self.unit = unit
        self.read_unit = read_unit or unit

    def accept(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise ValueError("is not a size; write a number of %s, or a text like 20GB" % self.unit)
        match = self._form.match(str(value).strip().upper())
        if not match:
            raise ValueError("is not a size; write a number of %s, or a text like 20GB" % self.unit)
        whole, rest, unit = match.group(1), match.group(2) or "", (match.group(3) or self.unit).replace("I", "")
        # the columns hold 63 bits (panel/columns-vmail.md#mailbox), and LDAP and Dovecot count in bytes
        if len(whole + rest) > 40 or int(whole) * UNITS[unit] >= 2**63:
            raise ValueError("is more than the panel can store")
        # in whole numbers, since a float would round a large one
        amount, left = divmod(int(whole + rest) * UNITS[unit], UNITS[self.unit] * 10 ** len(rest))
        if left:
            raise ValueError("is not a whole number of %s" % self.unit)
        return int(amount)

    def from_wire(self, raw: Any) -> int:
        value = first(raw)
        if value is None or value == "":
            return 0
        number, found, unit = str(value).partition(":")
        unit = unit.strip().upper() if found else self.read_unit
        if isinstance(value, bool) or unit not in UNITS or not _WHOLE.match(number.strip()):
            raise ValueError("it is not a size")
        # Rounded up: a quota of some bytes must never read as 0, which means unlimited
        return -(-int(number) * UNITS[unit] // UNITS[self.unit])


class SizeWithUnit(Size):
    """A size that travels as a number and a unit, in two parameters (panel/admins.md#limits)."""

    def __init__(self, unit_parameter: str) -> None:
        super().__init__()
        self.unit_parameter = unit_parameter

    def params(self, name: str, value: Any) -> Dict[str, str]:
        unit = next(unit for unit in ("TB", "GB", "MB") if value % (UNITS[unit] // UNITS["MB"]) == 0)
        return {name: str(value * UNITS["MB"] // UNITS[unit]), self.unit_parameter: unit}


class Limit(Text):
    """A number or size that may also be -1: inherit from what is less specific (panel/throttle.md#parameters)."""

    empty = 0

    def __init__(self, inner: Text) -> None:
        self.inner = inner
        self.argument = inner.argument

    def accept(self, value: Any) -> int:
        if str(value).strip() == "-1":
            return -1
        try:
            return int(self.inner.accept(value))
        except ValueError as error:
            raise ValueError("%s, or -1 to inherit" % error) from None

    def from_wire(self, raw: Any) -> int:
        value = first(raw)
        return -1 if value in (None, "") or str(value).strip() == "-1" else int(self.inner.from_wire(raw))


class Score(Text):
    """A spam score; 0 goes back to the server's own and is sent blank (interface)."""

    argument = {"type": "float"}
    empty = 0.0

    def accept(self, value: Any) -> float:
        if value and not 0.001 <= value < 1000:
            raise ValueError("must be 0 (the server's default), or at least 0.001 and less than 1000")
        return float(value)

    def to_wire(self, value: Any) -> str:
        return "" if not value else ("%f" % value).rstrip("0").rstrip(".")

    def from_wire(self, raw: Any) -> float:
        value = first(raw)
        if value in (None, ""):
            return 0.0
        return finite(value)

    def same(self, left: Any, right: Any) -> bool:
        return bool(abs(left - right) < 0.001)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other ways to write a name: the ASCII form of a domain, and an address with an extension."""

from __future__ import annotations

import re
import unicodedata
from typing import Tuple

#: what makes a name a pattern
WILD = frozenset("*?[")
# what stands for a dot in names of other scripts (UTS 46)
_DOTS = re.compile("[\u3002\uff0e\uff61]")


def as_stored(name: str) -> str:
    """A name as servers keep it: lower case, and the labels of its domain in ASCII (``xn--``)."""
    if name.isascii():
        return name.lower()
    local, at, domain = name.rpartition("@")
    labels = _DOTS.sub(".", domain).split(".")
    return local.lower() + at + ".".join(_label(label) for label in labels)


def _label(label: str) -> str:
    """One label of a domain, as UTS 46 has it without its transition: the sharp s is a letter of its own."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", label).lower())
    if text.isascii() or WILD & set(text):
        return text
    return "xn--" + text.encode("punycode").decode("ascii")


def delivered_to(address: str) -> Tuple[str, ...]:
    """The names under which an address may be found: its own, and that without its extension, as in ``ada+news@``.

    Postfix and the panel strip it (panel/users.md#codes).
    """
    local, at, domain = address.rpartition("@")
    base, plus, _extension = local.partition("+")
    return (address, base + at + domain) if base and plus else (address,)

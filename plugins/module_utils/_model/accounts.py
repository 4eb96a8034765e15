# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts that settings belong to: everybody (``global``), a domain, or an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Tuple

from .._model.paths import Path
from .addresses import Address, DomainName
from .codecs import Text

GLOBAL = "global"


#: the options that name a thing, with their codecs
Keys = Tuple[Tuple[str, Text], ...]


class Account(Text):
    """``global``, a domain name or an e-mail address, lower case."""

    def accept(self, value: Any) -> str:
        text = str(value).strip()
        if text.lower() == GLOBAL:
            return GLOBAL
        if not text:
            raise ValueError("is empty; write global, a domain or an address")
        if "@" not in text and "." not in text:
            raise ValueError("is neither global nor a domain nor an address")
        return str((Address() if "@" in text else DomainName()).accept(text))


@dataclass(frozen=True)
class Target:
    """Which one of its kind is meant, by the options that name it.

    :ivar names: option to value, in the order in which a sentence names them
    """

    names: Tuple[Tuple[str, str], ...]

    def __str__(self) -> str:
        return " ".join(value for _option, value in self.names)

    @property
    def account(self) -> str:
        """What it belongs to."""
        return self.as_dict()["account"]

    def as_dict(self) -> Dict[str, str]:
        return dict(self.names)

    def at(self, path: Path) -> Path:
        """A path with its placeholders filled: ``{option}``, and ``{scope}`` for ``user/<mail>`` and the like."""
        filled: Path = ()
        values = self.as_dict()
        for part in path:
            if part == "{scope}":
                filled += scope(self.account)
            else:
                filled += (values[part[1:-1]] if part.startswith("{") else part,)
        return filled


def scope(account: str) -> Path:
    """How the spam policy endpoints write an account (panel/spam-policy.md)."""
    if account == GLOBAL:
        return (GLOBAL,)
    return ("user" if "@" in account else "domain", account)

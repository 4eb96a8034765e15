# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of what is there and of what is to be made, and accounts that settings belong to.

What exists is asked for, changed, renamed and deleted under the name that it has: any name that the panel routes. Rules
for new names are held against those alone that are new.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, Tuple

from .._model.paths import Path
from .addresses import LONGEST, Address, DomainName, canonical_ip
from .codecs import Text

GLOBAL = "global"
#: the options that name a thing, with their codecs
Keys = Tuple[Tuple[str, Text], ...]
# panel/transport.md#paths: \w knows the letters of all scripts. Before the @ nobody has seen any but those of ASCII.
_DOMAIN = re.compile(r"[\w\-][\w\-.]*\.[A-Za-z0-9\-]{2,25}\Z")
_OF_MAIL = re.compile(r"[\w\-][\w\-.]*\.[A-Za-z0-9\-]{2,15}\Z")


class Name(Text):
    """What an object is called. ``accept`` takes the name of one that is there, in lower case."""

    #: the codec of names for what is not there yet
    new: Text

    def admit(self, name: str) -> None:
        """Let a name be given to something new.

        :raises ValueError: the panel would not make it
        """
        self.new.accept(name)

    def from_wire(self, raw: Any) -> str:
        return str(self.new.from_wire(raw))


class DomainKey(Name):
    """The name of a mail domain; one that is there may be listed in another script than ASCII."""

    new = DomainName()

    def accept(self, value: Any) -> str:
        text = str(value).strip()
        return text.lower() if _is_routed(text) else str(self.new.accept(text))


class AccountName(Name):
    """The address of an account, an alias or a list."""

    new = Address(mailbox=True)
    _loose = Address()

    def accept(self, value: Any) -> str:
        text = str(value).strip()
        local, _at, domain = text.rpartition("@")
        if not (_is_routed(domain) and _OF_MAIL.match(domain)) or len(text) > LONGEST:
            return str(self._loose.accept(text))
        return self._loose.accept(local + "@any.invalid").rpartition("@")[0] + "@" + domain.lower()


class Account(Text):
    """``global``, a domain name or an e-mail address, lower case."""

    def accept(self, value: Any) -> str:
        text = str(value).strip()
        if text.lower() == GLOBAL:
            return GLOBAL
        if not text:
            raise ValueError("is empty; write global, a domain or an address")
        if text in ("@.", "*"):
            raise ValueError("is how iRedAPD writes everybody; write global")
        if text.startswith("@"):
            raise ValueError("is how iRedAPD writes a domain; write it without the @, as in example.com")
        if self._is_ip(text):
            raise ValueError(
                "is an IP address, for which the panel has no settings; write global, a domain or an address"
            )
        if "@" not in text and "." not in text:
            raise ValueError("is neither global nor a domain nor an address")
        return str((AccountName() if "@" in text else DomainKey()).accept(text))

    @staticmethod
    def _is_ip(text: str) -> bool:
        try:
            return bool(canonical_ip(text))
        except ValueError as error:
            return bool(str(error))


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


def _is_routed(domain: str) -> bool:
    """Whether it is the name of a domain in another script, which the panel would find."""
    lower = domain.lower()
    # lower case makes an ASCII k of the Kelvin sign, and so another domain
    other = any(part.isascii() for char in domain if not char.isascii() for part in char.lower())
    fits = bool(_DOMAIN.match(domain) and _DOMAIN.match(lower)) and len(lower) < LONGEST
    return fits and not domain.isascii() and not other and ".." not in domain

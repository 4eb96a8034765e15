# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Codecs for addresses, domains, hosts and paths, in the forms the panel can store."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from .codecs import Pattern, Text

# panel/transport.md#paths in ASCII: the panel routes by these, anything else is a 404
ADDRESS = re.compile(r"[A-Za-z0-9_\-#][A-Za-z0-9_\-.+=/&#]*@[A-Za-z0-9_\-][A-Za-z0-9_\-.]*\.[A-Za-z0-9\-]{2,15}\Z")
DOMAIN = re.compile(r"[A-Za-z0-9_\-][A-Za-z0-9_\-.]*\.[A-Za-z0-9\-]{2,25}\Z")
# what only white- and blacklists take: everybody, @.tld, 192.0.2.* (panel/wblist.md#addresses); user@* besides
_WIDE = re.compile(r"(@\.([A-Za-z0-9\-]{2,25})?|([0-9]{1,3}\.){1,3}\*(\.\*){0,2})\Z")
# names are kept in VARCHAR(255), those of domains also with an @ before them (panel/columns-vmail.md)
LONGEST = 254


class Address(Text):
    """An e-mail address, lower case as the server stores it (panel/values.md#addresses).

    :param mailbox: also apply the stricter rule for new accounts: no ``+ = /`` (panel/users.md#codes)
    """

    def __init__(self, mailbox: bool = False) -> None:
        self.mailbox = mailbox

    def accept(self, value: Any) -> str:
        # as it was written: lower() makes an ASCII k of the Kelvin sign
        text = str(value).strip()
        if not text:
            return ""
        local, _at, domain = text.rpartition("@")
        if not ADDRESS.match(text) or ".." in domain:
            raise ValueError("is not an e-mail address the panel can store" + _ascii_hint(text))
        if len(text) > LONGEST:
            raise ValueError("is longer than the panel can store")
        if self.mailbox and set("+=/") & set(local):
            raise ValueError("has one of + = / before the @, which the panel refuses for accounts")
        # in a URL, many web servers would make another address of it: a/../b is b, and a//b is a/b
        if {"", ".", ".."} & set(local.split("/")):
            raise ValueError("has nothing, . or .. between slashes before the @, which could lead to another account")
        return text.lower()

    def from_wire(self, raw: Any) -> str:
        return str(super().from_wire(raw)).strip().lower()


class Sender(Text):
    """Who may be listed: an IP address or network, an address, ``@domain``, ``@.domain`` (panel/wblist.md#addresses).

    :param wide: also ``@.`` (everybody), ``user@*`` and ``192.0.2.*``
    """

    def __init__(self, wide: bool = False) -> None:
        self.wide = wide

    def accept(self, value: Any) -> str:
        text = str(value).strip()
        forms = (ADDRESS.match(text), self._is_domain(text), self._is_network(text), self.wide and self._is_wide(text))
        if text and not any(forms):
            raise ValueError("is no IP address, network, address, @domain or @.domain" + _ascii_hint(text))
        if len(text) > LONGEST:
            raise ValueError("is longer than the panel can store")
        return text.lower()

    @staticmethod
    def _is_domain(text: str) -> bool:
        return text.startswith("@") and bool(DOMAIN.match(text[2:] if text.startswith("@.") else text[1:]))

    @staticmethod
    def _is_wide(text: str) -> bool:
        if text.endswith("@*"):
            return bool(ADDRESS.match(text[:-1] + "any.invalid"))
        return bool(_WIDE.match(text)) and text.count(".") == (1 if text.startswith("@") else 3)

    @staticmethod
    def _is_network(text: str) -> bool:
        if "%" in text:  # a zone may be any text, and is of this machine
            return False
        try:
            ipaddress.ip_network(text)
            return True
        except ValueError:
            return False

    def from_wire(self, raw: Any) -> str:
        return str(super().from_wire(raw)).strip().lower()


class DomainName(Text):
    """A mail domain, lower case; names in other scripts in their ASCII (xn--) form."""

    def accept(self, value: Any) -> str:
        text = str(value).strip()
        if not text:
            raise ValueError("is empty; write a domain name")
        if not DOMAIN.match(text) or ".." in text:
            raise ValueError("is not a domain name" + _ascii_hint(text))
        if len(text) > LONGEST - 1:
            raise ValueError("is longer than a domain name can be")
        return text.lower()

    def from_wire(self, raw: Any) -> str:
        return str(super().from_wire(raw)).strip().lower()


def _ascii_hint(text: str) -> str:
    return "" if text.isascii() else " (the panel takes ASCII only; write an international domain in its xn-- form)"


class MailHost(Pattern):
    """``host``, ``host:port`` or ``[host]:port``; brackets and port 25 make no difference.

    The panel stores it inside ``transport`` as ``relay:[host]:port`` (panel/domains.md#backup-mx).
    """

    _form = r"(\[[A-Za-z0-9.:\-_]+\]|[A-Za-z0-9.\-_]+)(:\d{1,5})?"

    def __init__(self) -> None:
        super().__init__(self._form, "is not a host; write mx.example.com, 192.0.2.1 or [mx.example.com]:25")

    def same(self, left: Any, right: Any) -> bool:
        return self._key(left) == self._key(right)

    @staticmethod
    def _key(value: str) -> str:
        text = value.lower()
        return (text[: -len(":25")] if text.endswith(":25") else text).replace("[", "").replace("]", "")


class Folder(Pattern):
    """An absolute path; the server stores it in lower case, with or without a last slash (panel/users.md#maildir)."""

    def __init__(self) -> None:
        super().__init__(r"/[^,]*", "is not an absolute path")

    def accept(self, value: Any) -> str:
        return self._clean(super().accept(value))

    def from_wire(self, raw: Any) -> str:
        return self._clean(super().from_wire(raw))

    @staticmethod
    def _clean(path: str) -> str:
        return re.sub("/{2,}", "/", path.lower())

    def same(self, left: Any, right: Any) -> bool:
        return bool(left.rstrip("/") == right.rstrip("/"))

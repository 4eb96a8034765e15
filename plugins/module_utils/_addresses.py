# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Codecs for addresses, domains, hosts and paths, in the forms the panel can store."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._codecs import Pattern, Text

# wire-facts 1.1 in ASCII: the panel routes by these, anything else is a 404
ADDRESS = re.compile(r"[A-Za-z0-9_\-#][A-Za-z0-9_\-.+=/&#]*@[A-Za-z0-9_\-][A-Za-z0-9_\-.]*\.[A-Za-z0-9\-]{2,15}\Z")
DOMAIN = re.compile(r"[A-Za-z0-9_\-][A-Za-z0-9_\-.]*\.[A-Za-z0-9\-]{2,25}\Z")
# what only white- and blacklists take: everybody, user@*, 192.0.2.*, @.tld (wire-facts 15)
_WIDE = re.compile(r"(@\.|[^@\s,]+@\*|(\d{1,3}\.){1,3}\*(\.\*)*|@\.[a-z0-9\-]+)\Z")


class Address(Text):
    """An e-mail address, lower case as the server stores it (wire-facts 3).

    :param mailbox: also apply the stricter rule for new accounts: no ``+ = /`` (wire-facts 7.6)
    """

    def __init__(self, mailbox: bool = False) -> None:
        self.mailbox = mailbox

    def accept(self, value: Any) -> str:
        text = str(value).strip().lower()
        if not text:
            return ""
        if not ADDRESS.match(text) or ".." in text.rpartition("@")[2]:
            raise ValueError("is not an e-mail address the panel can store" + _ascii_hint(text))
        if self.mailbox and set("+=/") & set(text.partition("@")[0]):
            raise ValueError("has one of + = / before the @, which the panel refuses for accounts")
        return text

    def from_wire(self, raw: Any) -> str:
        return str(super().from_wire(raw)).strip().lower()


class Sender(Text):
    """Who may be listed: an IP address or network, an address, ``@domain``, ``@.domain`` (wire-facts 15, 16.2).

    :param wide: also ``@.`` (everybody), ``user@*`` and ``192.0.2.*``
    """

    def __init__(self, wide: bool = False) -> None:
        self.wide = wide

    def accept(self, value: Any) -> str:
        text = str(value).strip().lower()
        forms = (ADDRESS.match(text), self._is_domain(text), self._is_network(text), self.wide and _WIDE.match(text))
        if text and not any(forms):
            raise ValueError("is no IP address, network, address, @domain or @.domain" + _ascii_hint(text))
        return text

    @staticmethod
    def _is_domain(text: str) -> bool:
        return text.startswith("@") and bool(DOMAIN.match(text[2:] if text.startswith("@.") else text[1:]))

    @staticmethod
    def _is_network(text: str) -> bool:
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
        text = str(value).strip().lower()
        if text and (not DOMAIN.match(text) or ".." in text):
            raise ValueError("is not a domain name" + _ascii_hint(text))
        return text

    def from_wire(self, raw: Any) -> str:
        return str(super().from_wire(raw)).strip().lower()


def _ascii_hint(text: str) -> str:
    return "" if text.isascii() else " (the panel takes ASCII only; write an international domain in its xn-- form)"


class MailHost(Pattern):
    """``host``, ``host:port`` or ``[host]:port``; brackets and port 25 make no difference.

    The panel stores it inside ``transport`` as ``relay:[host]:port`` (backend-schemas 3).
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
    """An absolute path; the server stores it in lower case, with or without a last slash (wire-facts 7.2)."""

    def __init__(self) -> None:
        super().__init__(r"/[^,]*", "is not an absolute path")

    def accept(self, value: Any) -> str:
        return super().accept(value).lower()

    def from_wire(self, raw: Any) -> str:
        return re.sub("/{2,}", "/", super().from_wire(raw).lower())

    def same(self, left: Any, right: Any) -> bool:
        return bool(left.rstrip("/") == right.rstrip("/"))

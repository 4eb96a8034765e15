# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Codecs for addresses, domains, hosts and paths, in the forms the panel can store."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import Any, FrozenSet, Iterable

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
            raise ValueError("is not an e-mail address the panel can store" + foreign_hint(text))
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


def canonical_ip(text: str) -> str:
    """An IP address or network as Postfix and iRedAPD spell it (panel/wblist.md#matching).

    IPv6 compressed and in lower case; a network of one address is that address.

    :raises ValueError: it is none; with the rest of a sentence if it is nearly one
    """
    if "%" in text:  # a zone may be any text, and is of this machine
        raise ValueError("")
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError("") from None
    address = text.partition("/")[0]
    if ipaddress.ip_address(address) != network.network_address:
        raise ValueError("is neither the network %s nor the address %s; write one of the two" % (network, address))
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if network.num_addresses == 1:  # what came over IPv6 from an IPv4 address is known by that
        return str(mapped or network.network_address)
    return str(network)


def looked_up(network: str) -> str:
    """An IPv6 network as it is looked up: its last groups, which are zero, as ``::`` (panel/greylisting.md#whitelists).

    The usual short form has ``::`` for the longest row of zeros, wherever that is. A network that is too narrow to end
    in a group of zeros is returned as it is.
    """
    address, slash, length = network.partition("/")
    groups = ["%x" % int(group, 16) for group in ipaddress.IPv6Address(address).exploded.split(":")]
    while groups and groups[-1] == "0":
        groups.pop()
    return network if len(groups) == 8 else ":".join(groups) + "::" + slash + length


def is_ipv6_network(text: str) -> bool:
    """Whether a canonical text is one."""
    return "/" in text and ":" in text


#: prefixes of the widest networks that are looked up whole (panel/wblist.md#matching)
_WIDEST_IPV4, _WIDEST_IPV6 = 8, 16


class Sender(Text):
    """Who may be listed: an IP address or network, an address, ``@domain``, ``@.domain`` (panel/wblist.md#addresses).

    :param wide: also ``@.`` (everybody), ``user@*`` and ``192.0.2.*``
    """

    def __init__(self, wide: bool = False) -> None:
        self.wide = wide

    def accept(self, value: Any) -> str:
        text, problem = str(value).strip(), ""
        try:
            found = canonical_ip(text)
            return looked_up(found) if is_ipv6_network(found) and not self.wide else found
        except ValueError as error:
            problem = str(error)
        forms = (ADDRESS.match(text), self._is_domain(text), self.wide and self._is_wide(text))
        if text and not any(forms):
            hint = self._meant(text) or foreign_hint(text)
            raise ValueError(problem or "is no IP address, network, address, @domain or @.domain" + hint)
        if len(text) > LONGEST:
            raise ValueError("is longer than the panel can store")
        return text.lower()

    def doubt(self, value: Any) -> str:
        if self.wide and is_ipv6_network(value):
            return "%s matches nobody, since IPv6 networks are not looked up in these lists; list addresses" % value
        if is_ipv6_network(value) and "::/" not in value:
            sentence = "%s matches nobody, since it does not end in ::; list addresses, or a network of /112 or wider"
            return str(sentence % value)
        _network, slash, length = value.rpartition("/")
        widest = _WIDEST_IPV6 if is_ipv6_network(value) else _WIDEST_IPV4
        if slash and length.isdigit() and int(length) < widest:
            return "%s matches in part at most; list networks of /%d or narrower" % (value, widest)
        return ""

    @staticmethod
    def _meant(text: str) -> str:
        """What somebody may have meant who writes ``example.com``, ``*@example.com`` or ``*.example.com``."""
        for start, right in (("*@*.", "@."), ("*@.", "@."), ("*.", "@."), ("*@", "@"), (".", "@."), ("", "@")):
            rest = text[len(start) :]
            if text.startswith(start) and DOMAIN.match(rest) and not rest.replace(".", "").isdigit():
                wider = "" if right == "@." else ", or @.%s with its subdomains" % rest.lower()
                return "; write %s%s%s" % (right, rest.lower(), wider)
        return ""

    @staticmethod
    def _is_domain(text: str) -> bool:
        return text.startswith("@") and bool(DOMAIN.match(text[2:] if text.startswith("@.") else text[1:]))

    @staticmethod
    def _is_wide(text: str) -> bool:
        if text.endswith("@*"):
            return bool(ADDRESS.match(text[:-1] + "any.invalid"))
        return bool(_WIDE.match(text)) and text.count(".") == (1 if text.startswith("@") else 3)

    def from_wire(self, raw: Any) -> str:
        # as it stands: an entry in another spelling never matches, so it is another one
        return str(super().from_wire(raw)).strip().lower()

    def canonical(self, entry: str) -> str:
        """An entry that is there as it should be spelled."""
        try:
            return self.accept(entry)
        except ValueError:
            return entry

    def works(self, entry: str) -> bool:
        """Whether an entry that is there is found in whatever spelling: an IPv6 network that ends in ``::/``.

        Its first group is looked for as Postfix writes it.
        """
        if self.wide or "::/" not in entry:
            return False
        try:
            proper = self.accept(entry)
            return bool(entry.partition(":")[0] == proper.partition(":")[0])
        except ValueError:
            return False


class DomainName(Text):
    """A mail domain, lower case; names in other scripts in their ASCII (xn--) form."""

    def accept(self, value: Any) -> str:
        text = str(value).strip()
        if not text:
            raise ValueError("is empty; write a domain name")
        if not DOMAIN.match(text) or ".." in text:
            raise ValueError("is not a domain name" + foreign_hint(text))
        if len(text) > LONGEST - 1:
            raise ValueError("is longer than a domain name can be")
        return text.lower()

    def from_wire(self, raw: Any) -> str:
        return str(super().from_wire(raw)).strip().lower()


def own_in_other_domains(names: Iterable[str], addresses: Iterable[str]) -> FrozenSet[str]:
    """Which addresses have the local part of one of an account's names, and are in none of the domains of these."""
    parts = [name.rpartition("@") for name in names]
    own, homes = {local for local, _at, _home in parts}, {home for _local, _at, home in parts}
    split = [(address, *address.rpartition("@")[::2]) for address in addresses]
    return frozenset(address for address, local, domain in split if local in own and domain not in homes)


def foreign_hint(text: str) -> str:
    """What is not ASCII in a text, which may be invisible or look like a sign that is."""
    odd = next((char for char in text if not char.isascii()), "")
    if not odd:
        return ""
    name = "U+%04X" % ord(odd)
    if unicodedata.category(odd) in ("Cf", "Zs", "Zl", "Zp", "Cc", "Mn"):
        return " (it holds the invisible sign %s; delete that)" % name
    plain = unicodedata.normalize("NFKC", odd).replace("\u3002", ".")  # which IDNA takes for one
    if plain.isascii():
        return " (it holds %s where %s is meant)" % (name, plain)
    if "@" in text and odd in text.rpartition("@")[0]:
        return " (the panel takes ASCII only, and before the @ there is no other way to write %s)" % odd
    return " (the panel takes ASCII only; write an international domain in its xn-- form)"


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

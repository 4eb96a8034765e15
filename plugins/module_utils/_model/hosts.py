# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Codecs of hosts that mail is handed to."""

from __future__ import annotations

import re
from typing import Any, Tuple

from .addresses import canonical_ip
from .codecs import Text

_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._\-]*[A-Za-z0-9_])?\.?\Z")
#: a host with or without brackets, and a port
_HOP = re.compile(r"(?:\[(?P<inside>[^\[\]]+)\]|(?P<bare>[^\[\]:]+))(?::(?P<port>[0-9]{1,9}))?\Z")
_TRANSPORT = re.compile(r"(?P<name>[a-z][a-z0-9_\-]*):(?P<rest>\[.*|.*[^0-9:].*)\Z")
HIGHEST_PORT = 65535
#: what Postfix lets stand before an IPv6 address in brackets
IPV6_TAG = "ipv6:"


class MailHost(Text):
    """``host``, ``host:port`` or ``[host]:port``; brackets and port 25 make no difference.

    The panel stores it inside ``transport`` as ``relay:[host]:port`` (panel/domains.md#backup-mx).
    """

    hint = "is not a host; write mx.example.com, 192.0.2.1 or [mx.example.com]:25"

    def accept(self, value: Any) -> str:
        return self._hop(str(super().accept(value)))

    def _hop(self, text: str) -> str:
        if not text:
            return ""
        if text.lower().startswith("relay:"):
            raise ValueError("begins with relay:, which is put before it anyway; leave that out")
        match = _HOP.match(text)
        if not match:
            raise ValueError(self._complaint(text))
        port = match.group("port")
        if port and not 0 < int(port) <= HIGHEST_PORT:
            raise ValueError("has a port out of range; ports are 1 to %d" % HIGHEST_PORT)
        inside = match.group("inside")
        host = ("[%s]" % self._host(inside)) if inside else self._host(match.group("bare"))
        return "%s:%d" % (host, int(port)) if port else host

    def _host(self, host: str) -> str:
        tag = host[: len(IPV6_TAG)].lower()
        tag = tag if tag == IPV6_TAG else ""
        try:
            found = tag + canonical_ip(host[len(tag) :])
        except ValueError:
            found = host if _HOST.match(host) else "/"
        if "/" in found:
            raise ValueError(self.hint)
        return found

    def _complaint(self, text: str) -> str:
        """What is wrong with what is no host."""
        address, _bracket, _rest = text.partition("]")
        try:
            return "is an IPv6 address without brackets; write [%s]" % canonical_ip(address)
        except ValueError:
            return self.hint

    def same(self, left: Any, right: Any) -> bool:
        return self._key(left) == self._key(right)

    @staticmethod
    def _key(value: str) -> str:
        text = value.lower()
        return (text[: -len(":25")] if text.endswith(":25") else text).replace("[", "").replace("]", "")


class Relay(MailHost):
    """Where a domain's mail goes out: a host as above, and before it perhaps a transport, as in ``smtp:[host]:25``.

    See panel/domains.md#outbound-relay.
    """

    hint = "is not a relay; write [mx.example.com]:587 or smtp:[192.0.2.1]:25"

    def accept(self, value: Any) -> str:
        transport, hop = self._parts(str(Text.accept(self, value)))
        return transport + self._hop(hop)

    def _parts(self, text: str) -> Tuple[str, str]:
        match = _TRANSPORT.match(text)
        if not match or match.group("name") == "relay" or self._is_ip(text):
            return "", text
        if _TRANSPORT.match(match.group("rest")) and not self._is_ip(match.group("rest")):
            raise ValueError("has two transports before the host; " + self.hint.partition("; ")[2])
        return match.group("name") + ":", match.group("rest")

    def same(self, left: Any, right: Any) -> bool:
        # brackets say here that no MX record is looked up
        return bool(left.lower() == right.lower())

    @staticmethod
    def _is_ip(text: str) -> bool:
        try:
            return bool(canonical_ip(text))
        except ValueError:
            return False

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What releases of mlmmjadmin differ in: the headers they add by themselves, and more (panel/mlmmjadmin.md)."""

from __future__ import annotations

from tests.sandbox.routing import Call, CrashError

# Since which release a header is added, and until which, with its value (panel/mlmmjadmin.md#default-headers)
_HEADERS = (
    ("Precedence", "1.0", "3.0", "list"),
    ("X-Mailing-List", "1.0", "3.0", "{mail}"),
    ("List-Unsubscribe", "1.0", "1.1", "<mailto:{name}+unsubscribe@{domain}?subject=unsubscribe>"),
    ("Reply-To", "1.0", "1.7", "{mail}"),
    ("List-Subscribe", "1.1", "", "<mailto:{name}+subscribe@{domain}?subject=Subscribe>"),
    ("List-Unsubscribe", "1.1", "", "<mailto:{name}+unsubscribe@{domain}?subject=Unsubscribe>"),
    ("Precedence", "3.0", "", "bulk"),
    ("List-Id", "3.0", "", "<{mail}>"),
    ("List-Post", "3.0", "", "<mailto:{mail}>"),
    ("Reply-To", "3.4.0", "", "{mail}"),
)


def since(call: Call, release: str) -> bool:
    """Whether this mlmmjadmin is of that release or a newer one."""
    return _number(call.panel.shapes["mlmmjadmin_release"]) >= _number(release)


def custom_headers(call: Call, text: str) -> list[str]:
    """The server's own headers and those sent, one a line; own values for the server's are dropped.

    Lines stay as they are, apart from blanks around them. Releases up to 3.6.1 crash at a second colon. See
    panel/mailing-lists.md#headers.
    """
    name, _at, domain = call.mail.partition("@")
    words = {"mail": call.mail, "name": name, "domain": domain}
    own = {
        header: value.format_map(words)
        for header, first, until, value in _HEADERS
        if since(call, first) and not (until and since(call, until))
    }
    reserved = {header.lower() for header in own}
    lines = [f"{header}: {value}" for header, value in own.items()]
    for line in filter(None, map(str.strip, text.split("\n"))):
        header, colon, value = line.partition(":")
        if ":" in value and not since(call, "3.6.2"):
            raise CrashError("mlmmjadmin takes a header apart at every colon")
        if colon and header.lower() not in reserved:
            lines.append(line)
    return sorted(lines)


def removed_headers(text: str) -> list[str]:
    """Names, each with a colon at its end."""
    return sorted(name if name.endswith(":") else name + ":" for name in map(str.strip, text.split(",")) if name)


def _number(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Password hashes and policy (panel/users.md#password, panel/users.md#password-hash)."""

from __future__ import annotations

import base64
import hashlib
import os
import re

SCHEMES = "PLAIN CRYPT MD5 PLAIN-MD5 SHA SSHA SHA512 SSHA512 SHA512-CRYPT BCRYPT CRAM-MD5 NTLM".split()
SHORTEST = 8  # for everybody; domains may want more
_RULES = (
    (re.compile(r"[a-zA-Z]"), "PW_NO_LETTER"),
    (re.compile(r"[A-Z]"), "PW_NO_UPPERCASE"),
    (re.compile(r"[0-9]"), "PW_NO_DIGIT_NUMBER"),
    (re.compile(r"[^a-zA-Z0-9]"), "PW_NO_SPECIAL_CHAR"),
)


def hashed(password: str) -> str:
    """{SSHA512} of a plain password, what iRedMail stores."""
    salt = os.urandom(8)
    return "{SSHA512}" + base64.b64encode(hashlib.sha512(password.encode() + salt).digest() + salt).decode()


def supported(text: str) -> bool:
    """Whether a hash has a scheme prefix the panel takes."""
    match = re.match(r"\{([A-Za-z0-9\-]+)\}.", text)
    return match is not None and match[1].upper() in SCHEMES


def matches(password: str, stored: str) -> bool:
    """Whether a plain password is the stored one; schemes the sandbox cannot compute never match."""
    scheme, _brace, rest = stored.removeprefix("{").partition("}")
    if scheme.upper() == "PLAIN":
        return rest == password
    if scheme.upper() == "PLAIN-MD5":
        return rest.lower() == hashlib.md5(password.encode()).hexdigest()
    if scheme.upper() in ("SHA", "SHA512"):
        kind = "sha1" if scheme.upper() == "SHA" else "sha512"
        return base64.b64decode(rest) == hashlib.new(kind, password.encode()).digest()
    if scheme.upper() in ("SSHA512", "SSHA"):
        kind, size = ("sha512", 64) if scheme.upper() == "SSHA512" else ("sha1", 20)
        raw = base64.b64decode(rest)
        return hashlib.new(kind, password.encode() + raw[size:]).digest() == raw[:size]
    return False


def complaints(password: str, shortest: int = 0, longest: int = 0) -> str:
    """What is wrong with a new password, as the panel words it: codes joined by commas, or nothing."""
    if not password:
        return "PW_EMPTY"
    if not password.isascii():
        return "PW_NON_ASCII"
    found = []
    if len(password) < (shortest or SHORTEST):
        found.append("PW_SHORTER_THAN_MIN_LENGTH")
    if longest and len(password) > longest:
        found.append("PW_GREATER_THAN_MAX_LENGTH")
    found += [code for rule, code in _RULES if not rule.search(password)]
    return ",".join(found)

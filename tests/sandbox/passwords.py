# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Password hashes and policy (panel/users.md#password, panel/users.md#password-hash)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re

SCHEMES = "PLAIN CRYPT MD5 PLAIN-MD5 SHA SSHA SHA512 SSHA512 SHA512-CRYPT BCRYPT CRAM-MD5 NTLM".split()
#: what passes the panel's check, and Dovecot 2.3 cannot check a login against
UNKNOWN_TO_DOVECOT = ("BCRYPT",)
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
    return scheme_of(text) in SCHEMES


def scheme_of(text: str) -> str:
    """The scheme a hash begins with, in capitals; the empty string where there is none, or no hash after it."""
    match = re.match(r"\{([A-Za-z0-9\-]+)\}.", text)
    return "" if match is None else match[1].upper()


def matches(password: str, stored: str) -> bool:
    """Whether a plain password is the stored one; schemes the sandbox cannot compute never match."""
    scheme, rest = scheme_of(stored), stored.partition("}")[2]
    if scheme == "PLAIN":
        return rest == password
    if scheme == "PLAIN-MD5":
        return rest.lower() == hashlib.md5(password.encode()).hexdigest()
    if scheme in ("SHA", "SSHA", "SHA512", "SSHA512"):
        kind, size = ("sha512", 64) if scheme.endswith("512") else ("sha1", 20)
        try:
            raw = base64.b64decode(rest, validate=True)
        except binascii.Error:
            return False
        salt = raw[size:] if scheme.startswith("SS") else b""
        return hashlib.new(kind, password.encode() + salt).digest() + salt == raw
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

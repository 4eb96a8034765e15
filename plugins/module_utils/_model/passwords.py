# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords and their hashes, as they can be sent; no message holds one."""

from __future__ import annotations

import re

from .._errors import InputError
from .codecs import accept_password

#: schemes of the panel (panel/users.md#password-hash) and of Dovecot; a password that begins so is a hash
SCHEMES = frozenset(
    (
        "PLAIN CLEAR CLEARTEXT CRYPT DES-CRYPT MD5-CRYPT SHA256-CRYPT SHA512-CRYPT BLF-CRYPT BCRYPT MD5 PLAIN-MD5 "
        "LDAP-MD5 SMD5 SHA SHA1 SHA256 SHA512 SSHA SSHA256 SSHA512 CRAM-MD5 HMAC-MD5 DIGEST-MD5 ARGON2I ARGON2ID "
        "PBKDF2 SCRAM-SHA-1 SCRAM-SHA-256 NTLM LANMAN"
    ).split()
)
_SCHEME = re.compile(r"\{(?P<scheme>[A-Za-z0-9-]+)(\.(b64|base64|hex))?\}", re.IGNORECASE)


def accept_new_password(option: str, value: str, takes_hash: bool = False) -> str:
    """A password that can be set as it is: a hash would become the password itself.

    :param takes_hash: whether there is an option password_hash beside it
    :raises InputError: it begins like one, or cannot be sent
    """
    match = _SCHEME.match(value)
    if match and match.group("scheme").upper() in SCHEMES:
        remedy = "give it as password_hash" if takes_hash else "only single users take one, as password_hash"
        raise InputError("%s: is a hash, which would become the password itself; %s." % (option, remedy))
    return accept_password(option, value)


def accept_hash(option: str, value: str) -> str:
    """A hash with which somebody can log in, as far as its scheme tells.

    :raises InputError: it has no scheme, nothing behind it, or one that Dovecot does not know
    """
    accept_password(option, value)
    scheme, brace, rest = value.partition("}")
    if not (scheme.startswith("{") and brace):
        raise InputError("%s: must begin with its scheme, like {SSHA512}...; the panel refuses others." % option)
    if not rest:
        raise InputError("%s: has nothing after its scheme; an empty hash lets nobody in, or everybody." % option)
    if scheme.upper() == "{BCRYPT":
        raise InputError(
            "%s: Dovecot does not know {BCRYPT}, so nobody could log in with it; write {CRYPT} before the same hash, "
            "as in {CRYPT}$2y$..." % option
        )
    return value

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""First passwords, which nobody has thought of, and their hashes."""

from __future__ import annotations

import base64
import hashlib
import secrets
import string

#: without what is read wrong on paper: 0 O, 1 l I
_LETTERS = "".join(sign for sign in string.ascii_letters + string.digits if sign not in "0O1lI")
_GROUPS, _LENGTH = 4, 5


def new_password() -> str:
    """A random password that meets the usual policies: ``xkQ7b-...``, some 115 bits."""
    while True:
        found = "-".join("".join(secrets.choice(_LETTERS) for _sign in range(_LENGTH)) for _group in range(_GROUPS))
        if all(any(test(sign) for sign in found) for test in (str.islower, str.isupper, str.isdigit)):
            return found


def hash_of(password: str) -> str:
    """Its salted hash, in the scheme that both backends take (panel/users.md#password-hash)."""
    salt = secrets.token_bytes(16)
    digest = hashlib.sha512(password.encode() + salt).digest()
    return "{SSHA512}" + base64.b64encode(digest + salt).decode()

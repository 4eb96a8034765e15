# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hashes and passwords that would let nobody in, or anybody; no message holds one."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.passwords import (
    accept_hash,
    accept_new_password,
)


@pytest.mark.parametrize(
    "text", ["{SSHA512}c2VjcmV0", "{ssha}c2VjcmV0", "{CRYPT}$6$x", "{BLF-CRYPT}$2y$05", "{SHA256.hex}00", "{PLAIN}x"]
)
def test_a_hash_is_no_password(text):
    for takes_hash, remedy in ((True, "password_hash"), (False, "single users")):
        with pytest.raises(InputError, match=f"^password: is a hash.*{remedy}") as refusal:
            accept_new_password("password", text, takes_hash)
        assert text not in str(refusal.value)


@pytest.mark.parametrize("text", ["{braces}Correct-7", "{SSHA512Correct-7", "Correct{SSHA}-7", "{}Correct-7"])
def test_a_password_may_hold_braces(text):
    assert accept_new_password("password", text) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{SSHA512}", "has nothing after its scheme"),
        ("{PLAIN}", "has nothing after its scheme"),
        ("c2VjcmV0", "must begin with its scheme"),
        ("$6$x", "must begin with its scheme"),
        ("{SSHA512", "must begin with its scheme"),
        ("{BCRYPT}$2y$05$x", r"write \{CRYPT\} before the same hash"),
        ("{bcrypt}$2y$05$x", r"write \{CRYPT\}"),
        ("", "is empty"),
        ("{SSHA512} ", "blank"),
    ],
)
def test_what_lets_nobody_in(text, why):
    with pytest.raises(InputError, match=f"^password_hash: .*{why}"):
        accept_hash("password_hash", text)


@pytest.mark.parametrize("text", ["{SSHA512}c2VjcmV0", "{CRYPT}$2y$05$x", "{PLAIN}Correct-7", "{X-OWN}a}b"])
def test_hashes(text):
    assert accept_hash("password_hash", text) == text

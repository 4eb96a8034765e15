# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses: names in ASCII letters, and patterns."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._import.addresses import Pattern, ascii_of

PATTERN = "{given}.{surname}@example.com"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Jörg", "joerg"), ("Großmann", "grossmann"), ("Renée", "renee"), ("Łukasz", "lukasz"), ("Søren", "soeren"),
        ("Anna  Lena", "anna-lena"), ("Müller-Lüdenscheidt", "mueller-luedenscheidt"), ("O'Neill", "oneill"),
        ("O’Neill", "oneill"), ("von der Heide", "von-der-heide"), ("İpek", "ipek"), ("J. R.", "j-r"),
    ],
)  # fmt: skip
def test_names_in_ascii(name: str, written: str) -> None:
    assert ascii_of(name) == written


def test_patterns() -> None:
    parts = {"given": "Ada", "surname": "Lovelace", "domain": "example.org", "employee_id": "7"}
    assert Pattern("{given_initial}{surname}-{employee_id}@{domain}").address(parts) == "alovelace-7@example.org"
    for wrong in ("{given}.{surnme}@example.com", "ada@example.com", "{given}", "{given@example.com"):
        with pytest.raises(InputError, match="mail_import_address"):
            Pattern(wrong)
    for given in ("", "Дмитрий", "x" * 60):
        with pytest.raises(ValueError, match=r"\w"):
            Pattern(PATTERN).address(dict(parts, given=given))

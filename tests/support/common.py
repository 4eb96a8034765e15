# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the repository is, and the values that most tests use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
#: of any account, where its value does not matter; strong enough for any panel
PASSWORD = "Correct-Horse-7-Battery"
COM, ORG = "example.com", "example.org"


def user(mail: str, **options: Any) -> dict[str, Any]:
    """A user with a password that costs no request once the user is there."""
    return {"mail": mail, "password": PASSWORD, "update_password": "on_create", **options}

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings columns, ``key:value;key:value;`` (panel/values.md#settings)."""

from __future__ import annotations

from typing import Any

NUMBERS = frozenset(
    "default_user_quota max_user_quota min_passwd_length max_passwd_length create_max_domains create_max_users "
    "create_max_lists create_max_aliases create_max_quota".split()
)
LISTS = frozenset(
    "enabled_services disabled_mail_services default_groups default_mailing_lists disabled_domain_profiles "
    "disabled_user_profiles disabled_user_preferences".split()
)


def parse(text: str | None) -> dict[str, Any]:
    """The column as a dict. Raises ValueError on a value with a colon, as the panel's own reader does."""
    found: dict[str, Any] = {}
    for item in filter(None, (text or "").split(";")):
        key, value = item.split(":")
        if key in NUMBERS:
            found[key] = int(value)
        elif key in LISTS:
            found[key] = value.split(",")
        else:
            found[key] = value
    return found


def text_of(settings: dict[str, Any]) -> str:
    """The dict as a column: whatever is falsy is left out, lists are sorted."""
    parts = []
    for key, value in settings.items():
        if value:
            parts.append(f"{key}:{','.join(sorted(value)) if isinstance(value, (list, set)) else value};")
    return "".join(parts)


def pairs_of(settings: dict[str, Any]) -> list[str]:
    """The dict as a list of ``key:value``, one for each item of a list (LDAP before 3.0)."""
    return [
        f"{key}:{value}"
        for key, values in settings.items()
        for value in (values if isinstance(values, list) else [values])
        if value
    ]

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user can say about an import: the variables of the role mail_import, without their prefix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError

from .cells import FIELDS, NEVER
from .problems import nearest
from .table import SEPARATORS

TELL, DISABLE, ABSENT = "tell", "disable", "absent"
GENERATE, NONE = "generate", "none"
_CHOICES = {
    "leavers": (TELL, DISABLE, ABSENT),
    "passwords": (GENERATE, NONE),
    "separator": ("", *SEPARATORS),
    "quota_unit": ("MB", "GB"),
}


@dataclass(frozen=True)
class Settings:
    """The variables; roles/mail_import/meta/argument_specs.yml says what each means."""

    columns: Mapping[str, str] = field(default_factory=dict)
    address: str = "{given}.{surname}@{domain}"
    encoding: str = ""
    separator: str = ""
    quota_unit: str = "MB"
    managed: tuple[str, ...] = ("name", "quota", "enabled", "language", "employee_id")
    leavers: str = TELL
    max_leavers: int = 20
    max_renames: int = 10
    max_percent: int = 30
    keep_mailbox_days: int | None = None
    rename: bool = True
    keep_old_address: bool = True
    passwords: str = GENERATE
    list: str = "people"

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Settings:
        """Checked settings; what is null is as if it were not given.

        :raises InputError: there is no such setting, or it cannot have this value
        """
        names = [one.name for one in fields(cls)]
        unknown = sorted(set(given) - set(names))
        if unknown:
            raise InputError("there is no variable mail_import_%s.%s" % (unknown[0], nearest(unknown[0], names)))
        wishes = {name: value for name, value in given.items() if value is not None}
        for name, choices in _CHOICES.items():
            if wishes.get(name, choices[0]) not in choices:
                known = ", ".join(filter(None, choices))
                raise InputError("mail_import_%s: must be one of %s, and not %s." % (name, known, wishes[name]))
        for name in ("max_leavers", "max_renames", "max_percent", "keep_mailbox_days"):
            if isinstance(wishes.get(name), str):
                # before ansible-core 2.19 a template makes a text of a number, and of null an empty one
                text = wishes.pop(name).strip()
                if text:
                    wishes[name] = _number(name, text)
        if "managed" in wishes:
            wishes["managed"] = tuple(wishes["managed"])
        settings = cls(**wishes)
        allowed = [name for name in FIELDS if name not in NEVER]
        for name in settings.managed:
            if name not in allowed:
                raise InputError("mail_import_managed: there is no option %s.%s" % (name, nearest(name, allowed)))
        return settings


def _number(name: str, text: str) -> int:
    if not text.isdecimal():
        raise InputError("mail_import_%s: %s is not a whole number." % (name, text))
    return int(text)

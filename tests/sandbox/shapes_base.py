# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a switch is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Switch:
    """One unknown: the choices, the default on SQL and on LDAP, what it is about, and where that is told."""

    choices: tuple[str, ...]
    sql: str
    ldap: str
    text: str
    source: str
    free: bool = False


def same(default: str, *others: str, text: str, source: str, free: bool = False) -> Switch:
    """A switch with the same default on both backends."""
    return Switch((default, *others), default, default, text, source, free)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make test` leaves to `make matrix`: cases that take long and repeat on other ground what the rest shows."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import Any

#: presets whose tests take longest
LONG_PRESETS = ("old", "strings")
MARKED, PRESET, DOOR, BACKEND = "marked matrix", "other presets", "the other door", "the other backend"


def why_left(marks: Collection[str], params: Mapping[str, Any]) -> str:
    """The reason why an integration test is left to the matrix; empty if it is not.

    An unmarked test runs on SQL, through the in-process door, and with the preset that the sandbox has by default.

    :param marks: the names of its marks
    :param params: its parameters, of which ``backend``, ``door`` and ``preset`` count
    """
    preset, ldap = params.get("preset", "default"), params.get("backend") == "ldap"
    if "matrix" in marks:
        return MARKED
    if preset in LONG_PRESETS or (preset != "default" and (ldap or "other_presets" not in marks)):
        return PRESET
    if params.get("door") == "module" and "both_doors" not in marks:
        return DOOR
    return BACKEND if ldap and "both_backends" not in marks else ""


def none_left_whole(cases: Mapping[Any, tuple[Hashable, str]]) -> dict[Any, str]:
    """The reasons once more, without that of a test's first case if all of them would be left.

    :param cases: of each case the test that it is one of, and the reason; what is marked is left all the same
    """
    run = {test for test, reason in cases.values() if not reason}
    reasons = {}
    for case, (test, reason) in cases.items():
        reasons[case] = reason if test in run or reason == MARKED else ""
        if not reasons[case]:
            run.add(test)
    return reasons


def sentence(left: Mapping[str, int]) -> str:
    """The line that says so, with the number of cases for each reason."""
    parts = ", ".join(f"{left[reason]} {reason}" for reason in (BACKEND, DOOR, PRESET, MARKED) if left.get(reason))
    return f"left to `make matrix`: {sum(left.values())} cases ({parts}); marks say what runs here: see pyproject.toml"

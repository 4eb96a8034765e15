# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No answer comes."""

from __future__ import annotations

from tests.reliability.language import DONE, Fault, Outcome, Row, Section
from tests.reliability.words import (
    ADA_PATH,
    APPLY_STATE,
    CREATE_USER,
    DELETE_USER,
    FOUND_DONE,
    READ_FAILED,
    READ_REPEATED,
    READ_USER,
    UPDATE_USER,
    USER_WRITES,
    WRITE_FAILED,
    WRITE_REPEATED,
)

_PATIENT = {"api_timeout": 2}
_SLOW = "{url} took longer than 2 seconds (api_timeout) to answer {method} {path}."
_LOST = "The connection to {url} was lost during {method} {path}."
_BROKEN = ({"drop": "after"}, {"cut": True})

CONNECTION = Section(
    "No answer",
    "",
    (
        Row("timeout-read-once", "a time-out, once", (READ_USER,), ({"delay": 3},), READ_REPEATED, options=_PATIENT),
        Row(
            "timeout-read",
            "a time-out, every time",
            (READ_USER,),
            ({"delay": 3},),
            READ_FAILED,
            _SLOW,
            times=None,
            options=_PATIENT,
        ),
        Row(
            "timeout-done",
            "a time-out after it was carried out",
            (*USER_WRITES, APPLY_STATE),
            ({"delay": 3, "after": True},),
            FOUND_DONE,
            server=DONE,
            options=_PATIENT,
        ),
        Row(
            "timeout-late",
            "a time-out, and the server goes on by itself later",
            (CREATE_USER, UPDATE_USER),
            ({"delay": 3},),
            Outcome("reads back, finds it not done yet, sends it once more; succeeds, and there is one object", 2),
            server="carried it out later",
            options=_PATIENT,
        ),
        Row(
            "drop-read-once",
            "the connection breaks, once",
            (READ_USER, UPDATE_USER),
            _BROKEN,
            READ_REPEATED,
            method="GET",
        ),
        Row(
            "drop-read",
            "the connection breaks, every time",
            (READ_USER, DELETE_USER),
            _BROKEN[:1],
            READ_FAILED,
            _LOST,
            method="GET",
            times=None,
        ),
        Row(
            "drop-before",
            "the connection breaks before the server acts",
            USER_WRITES,
            ({"drop": "before"},),
            WRITE_REPEATED,
        ),
        Row(
            "drop-before-long",
            "the same, every time",
            (CREATE_USER, UPDATE_USER),
            ({"drop": "before"},),
            WRITE_FAILED,
            _LOST,
            times=None,
        ),
        Row(
            "drop-after",
            "the connection breaks after the server acted, or in the middle of the answer",
            (*USER_WRITES, APPLY_STATE),
            _BROKEN,
            FOUND_DONE,
            server=DONE,
        ),
        Row(
            "state-drop",
            "the connection breaks before the server acts",
            (APPLY_STATE,),
            ({"drop": "before"},),
            WRITE_REPEATED,
        ),
        Row(
            "fate-unknown",
            "the connection breaks after the server acted, and then reads fail too",
            (CREATE_USER,),
            _BROKEN[:1],
            Outcome("reads back in vain; fails, as changed", 1, ok=False),
            _LOST + " Whether it was carried out is not known, since reading back failed too: "
            "The server failed on GET {path} (HTTP 503); its log says why.",
            server=DONE,
            more_faults=(Fault({"status": 503}, "GET", ADA_PATH, None, 1),),
        ),
    ),
)

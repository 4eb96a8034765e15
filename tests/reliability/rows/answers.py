# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer comes that is not the API's."""

from __future__ import annotations

from tests.reliability.language import DONE, Outcome, Row, Section
from tests.reliability.words import (
    APPLY_STATE,
    DELETE_USER,
    FAILED_AT_ONCE,
    FOUND_DONE,
    FOUND_NOT_DONE,
    READ_USER,
    UPDATE_USER,
    USER_WRITES,
    USERS_PATH,
)

_PAGE = "{method} {path} was answered with a web page, not by the API; check api_url."
_BYTES = "The answer to {method} {path} holds text that is not UTF-8, which cannot be compared safely."
_SPOILT = ({"status": 200, "after": True}, {"truncate": True}, {"garbage": True})

ANSWERS = Section(
    "An answer that is not the API's",
    "",
    (
        Row(
            "html-read",
            "HTML with status 200",
            (READ_USER, UPDATE_USER, DELETE_USER),
            ({"status": 200},),
            FAILED_AT_ONCE,
            _PAGE,
            method="GET",
        ),
        Row(
            "truncated-read",
            "half of the JSON, though well-formed HTTP",
            (READ_USER, UPDATE_USER),
            ({"truncate": True},),
            FAILED_AT_ONCE,
            "The answer to {method} {path} is not complete JSON.",
            method="GET",
        ),
        Row(
            "bytes-read",
            "JSON that is not UTF-8",
            (READ_USER, UPDATE_USER),
            ({"garbage": True},),
            FAILED_AT_ONCE,
            _BYTES,
            method="GET",
        ),
        Row(
            "shape-read",
            "JSON of an unknown shape",
            (READ_USER, DELETE_USER),
            ({"body": {"_success": True, "_data": {"strange": 1}}},),
            FAILED_AT_ONCE,
            "{method} {path} returned a profile of a shape this collection does not know (keys: strange); nothing was "
            "concluded from it. Please report the keys.",
            method="GET",
        ),
        Row("html", "HTML with status 200", USER_WRITES, ({"status": 200},), FOUND_NOT_DONE, _PAGE),
        Row(
            "spoilt",
            "HTML with status 200, half of the JSON, or JSON that is not UTF-8, although it was carried out",
            (*USER_WRITES, APPLY_STATE),
            _SPOILT,
            FOUND_DONE,
            server=DONE,
        ),
        Row(
            "state-list",
            "HTML with status 200, half of the JSON, or JSON that is not UTF-8, instead of a list",
            (APPLY_STATE,),
            ({"status": 200}, {"truncate": True}, {"garbage": True}),
            Outcome("takes it for no evidence, reads each user by itself; succeeds", 2),
            method="GET",
            path=USERS_PATH,
        ),
    ),
)

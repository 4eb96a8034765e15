# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel says success, and it is not true."""

from __future__ import annotations

from tests.reliability.language import Outcome, Request, Row, Section
from tests.reliability.words import (
    ADA_PATH,
    ADD_ADA,
    ALIAS_PATH,
    APPLY_STATE,
    BOB_PATH,
    CREATE_USER,
    CY_PATH,
    DELETE_USER,
    NOT_ACCEPTED,
    ONE_OF_FIVE,
    UPDATE_TWO_OPTIONS,
    UPDATE_USER,
    VERIFY_HINT,
)

_EMPLOYEE_ID = NOT_ACCEPTED.format(option="employee_id", sent="7", found="nothing")
_SUCCESS = ({"body": {"_success": True}},)
_NAME_STORED = (Request("PUT", ADA_PATH, {"name": "Ada"}),)

FALSE_SUCCESS = Section(
    "Success, and it is not true",
    "",
    (
        Row(
            "field",
            "a field is silently dropped",
            (UPDATE_TWO_OPTIONS,),
            ({"ignore": ["employeeid"]},),
            Outcome("reads back and misses it; fails, as changed", 1, ok=False),
            _EMPLOYEE_ID + VERIFY_HINT,
            server="stored the rest",
            left=_NAME_STORED,
        ),
        Row(
            "field-warn",
            "the same with `verify: warn`",
            (UPDATE_TWO_OPTIONS,),
            ({"ignore": ["employeeid"]},),
            Outcome("reads back and misses it; succeeds, and warns", 1),
            _EMPLOYEE_ID + ".",
            server="stored the rest",
            left=_NAME_STORED,
            options={"verify": "warn"},
        ),
        Row(
            "field-created",
            "a field is silently dropped by the POST",
            (CREATE_USER,),
            ({"ignore": ["name"]},),
            Outcome("reads back and misses it, sends it by a PUT; succeeds", 1),
            server="stored the rest",
        ),
        Row(
            "field-state",
            "a field of one user is silently dropped",
            (APPLY_STATE,),
            ({"ignore": ["name"]},),
            Outcome("looks at the domain when all of it is written, and misses it; fails", 1, ok=False),
            ONE_OF_FIVE
            + "user cy@{domain}: "
            + NOT_ACCEPTED.format(option="name", sent="Cy", found="Before")
            + VERIFY_HINT,
            server="stored the rest",
            method="PUT",
            path=CY_PATH,
            left=(
                ADD_ADA,
                Request("POST", BOB_PATH, {**ADD_ADA.params, "name": "Bob"}),
                Request("POST", ALIAS_PATH, {"members": "ada@{domain},bob@{domain}"}),
            ),
        ),
        Row(
            "ignored-create",
            "nothing is stored",
            (CREATE_USER,),
            _SUCCESS,
            Outcome("reads back; fails, as changed", 1, ok=False),
            "the server accepted the POST (creation) and does not show the user.",
        ),
        Row(
            "ignored-update",
            "nothing is stored",
            (UPDATE_USER,),
            _SUCCESS,
            Outcome("reads back; fails, as changed", 1, ok=False),
            NOT_ACCEPTED.format(option="name", sent="Ada", found="Before") + VERIFY_HINT,
        ),
        Row(
            "ignored-delete",
            "nothing is deleted",
            (DELETE_USER,),
            _SUCCESS,
            Outcome("reads back; fails, as changed", 1, ok=False),
            "the server accepted the DELETE and still shows the user" + VERIFY_HINT,
        ),
    ),
)

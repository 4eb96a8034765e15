# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two controllers change one object at once."""

from __future__ import annotations

from typing import Any

from tests.reliability.language import DONE, Outcome, Request, Row, Section
from tests.reliability.words import (
    ADA_PATH,
    ADD_ADA,
    ADD_MEMBER,
    ALIAS_PATH,
    APPLY_STATE,
    BOB_PATH,
    CHANGE_CY,
    CREATE_USER,
    DELETE_USER,
    NOT_ACCEPTED,
    ONE_OF_FIVE,
    SET_MEMBERS,
    UPDATE_USER,
    VERIFY_HINT,
    WAS_REFUSED,
)
from tests.support.common import PASSWORD


def _other(method: str, path: str, when: str = "before", **params: str) -> dict[str, Any]:
    """What the other controller does."""
    return {"change": {"method": method, "path": path, "params": params, "when": when}}


_DELETED = (Request("DELETE", ADA_PATH, {}),)
_TWO_MEMBERS = (Request("PUT", ALIAS_PATH, {"addMember": "y@other.example,z@other.example"}),)
_MEMBER_ADDED = (_other("PUT", ALIAS_PATH, addMember="z@other.example"),)

CONTROLLERS = Section(
    "Two controllers, or somebody in the panel, change one object at once",
    "The other one comes between the reading and the writing of this task, unless it says otherwise. A whole\n"
    "state looks at accounts, lists and domains again before it changes them; one that has changed by then fails with\n"
    "`changed_since_planned` and is left alone.\n",
    (
        Row(
            "made",
            "the other makes the object first",
            (CREATE_USER,),
            (_other("POST", ADA_PATH, password=PASSWORD, name="Other"),),
            Outcome("is told so, reads it, changes what differs; succeeds", 1),
            server="refused: `ALREADY_EXISTS`",
        ),
        Row(
            "made-state",
            "the same",
            (APPLY_STATE,),
            (_other("POST", BOB_PATH, password=PASSWORD, name="Other"),),
            Outcome("is told so, leaves it alone, stops there; fails", 1, ok=False),
            ONE_OF_FIVE
            + "user bob@{domain}: it was made by somebody else since it was planned, and was left alone. Plan anew.",
            server="refused: `ALREADY_EXISTS`",
            left=(ADD_ADA, CHANGE_CY, Request("POST", BOB_PATH, {"password": PASSWORD, "name": "Other"})),
            options={"concurrency": 1},
        ),
        Row(
            "other-option",
            "the other changes another option",
            (UPDATE_USER,),
            (_other("PUT", ADA_PATH, quota="2048"),),
            Outcome("sends its own option only; succeeds, and both are there", 1),
            server=DONE,
            left=(Request("PUT", ADA_PATH, {"name": "Ada", "quota": "2048"}),),
            stays=True,
        ),
        Row(
            "same-option",
            "the other changes the same option",
            (UPDATE_USER,),
            (_other("PUT", ADA_PATH, name="Other"),),
            Outcome("succeeds: the last write counts", 1),
            server=DONE,
        ),
        Row(
            "same-option-after",
            "the other changes the same option after the write",
            (UPDATE_USER,),
            (_other("PUT", ADA_PATH, "after", name="Other"),),
            Outcome("reads back what the other wrote; fails, as changed", 1, ok=False),
            NOT_ACCEPTED.format(option="name", sent="Ada", found="Other") + VERIFY_HINT,
            server=DONE,
            left=(Request("PUT", ADA_PATH, {"name": "Other"}),),
            second_run="writes it again",
        ),
        Row(
            "member",
            "the other adds a member",
            (SET_MEMBERS,),
            _MEMBER_ADDED,
            Outcome("sends the difference; succeeds, and the other's member is there", 1),
            server=DONE,
            left=_TWO_MEMBERS,
            second_run="removes the other's member, since the list is exact",
        ),
        Row(
            "member-added",
            "the other adds a member",
            (ADD_MEMBER,),
            _MEMBER_ADDED,
            Outcome("sends the difference; succeeds, and the other's member is there", 1),
            server=DONE,
            left=_TWO_MEMBERS,
            stays=True,
        ),
        Row(
            "gone",
            "the other deletes the object",
            (UPDATE_USER,),
            (_other("DELETE", ADA_PATH),),
            Outcome("does not make it anew unasked; fails, as unchanged", 1, ok=False),
            WAS_REFUSED + "NO_SUCH_ACCOUNT.",
            server="refused: `NO_SUCH_ACCOUNT`",
            left=_DELETED,
            second_run="makes it anew",
        ),
        Row(
            "gone-already",
            "the other deletes the object first",
            (DELETE_USER,),
            (_other("DELETE", ADA_PATH),),
            Outcome("succeeds", 1),
            server="answered success",
        ),
        Row(
            "gone-already-told",
            "the same, on a panel that refuses to delete what is not there",
            (DELETE_USER,),
            ({**_other("DELETE", ADA_PATH), "fail": "NO_SUCH_ACCOUNT"},),
            Outcome("succeeds", 1),
            server="refused: `NO_SUCH_ACCOUNT`",
            left=_DELETED,
            stays=True,
        ),
        Row(
            "together",
            "two runs of one state begin at the same moment, and write side by side",
            (),
            (),
            Outcome("each object is made once; what the other one made is left alone, and fails there", 1),
            server="refused the later of two equal requests",
            during="a whole state, twice",
        ),
    ),
)

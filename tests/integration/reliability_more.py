# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of a panel that fail while the rest goes on, and two controllers that change one object at once."""

from __future__ import annotations

from typing import Any

from tests.integration.reliability_rows import (
    ADA,
    ADD_MEMBERS,
    ALL,
    ASKS_IN_VAIN,
    AT_ONCE,
    BEFORE,
    BOB,
    CREATE,
    CY,
    DELETE,
    DONE,
    HIM,
    HTTP,
    IGNORED,
    LIST,
    MEMBERS,
    ML,
    PASSWORD,
    READ,
    REFUSED,
    STATE,
    STATE_WITH_ML,
    UPDATE,
    USER,
    VERIFY,
    WRITES,
    Doing,
    Ending,
    Request,
    Row,
    Section,
)

_DOWN = ({"fail": "[Errno 111] Connection refused"},)
_CRASH = ({"status": 500},)
_REFUSED = REFUSED + "[Errno 111] Connection refused."
_EARLY = "fails before anything is written"

ALL_USERS = Doing(
    "reading all users of a domain",
    "iredmail_user_info",
    {"domain": "{domain}"},
    path=LIST,
    scene=(BEFORE,),
    subject="user {domain}",
)
DOMAIN_USERS = Doing(
    "changing all users of a domain",
    "iredmail_domain_users",
    {"domain": "{domain}", "language": "de_DE"},
    "PUT",
    LIST,
    (BEFORE,),
    "domain_users {domain}",
)
PRUNING = Doing(
    "a whole state that is pruned",
    "iredmail_state",
    {
        "declared": {"users": [HIM]},
        "prune": {"kinds": ["users"], "domains": ["{domain}"]},
        "max_delete_percent": 100,
    },
    "DELETE",
    LIST,
    (BEFORE, Request("POST", CY, {"password": PASSWORD})),
    "",
)

PARTS = Section(
    "A part of the panel is down",
    "LDAP panels have been seen to answer every `GET /api/users/<domain>` with HTTP 500. mlmmjadmin is the service "
    "behind `/api/ml`.\n",
    (
        Row(
            "list-info",
            "`GET /api/users/<domain>` is always HTTP 500",
            (ALL_USERS, DOMAIN_USERS),
            _CRASH,
            ASKS_IN_VAIN,
            HTTP,
            on="GET",
            times=None,
        ),
        Row(
            "list-one",
            "the same",
            (READ, *WRITES),
            _CRASH,
            Ending("does not need the list; succeeds", 0),
            on="GET",
            path=LIST,
            times=None,
            during="reading or writing one user",
        ),
        Row(
            "list-state",
            "the same",
            (STATE,),
            _CRASH,
            Ending("asks for the list once, reads each user by itself; succeeds", 1),
            on="GET",
            path=LIST,
            times=None,
        ),
        Row(
            "list-prune",
            "the same",
            (PRUNING,),
            _CRASH,
            Ending(_EARLY, 2, ok=False),
            "1 of 1 objects failed; nothing was written. user {domain}: its users could not be listed: " + HTTP,
            on="GET",
            times=None,
        ),
        Row("ml-read", "mlmmjadmin is down", (ML,), _DOWN, AT_ONCE, _REFUSED, on="GET", times=None),
        Row("ml-crash", "the same, and the panel crashes", (ML,), _CRASH, ASKS_IN_VAIN, HTTP, on="GET", times=None),
        Row(
            "ml-write",
            "mlmmjadmin goes down before the write",
            (ML,),
            _DOWN,
            Ending("fails, as unchanged", 1, ok=False),
            _REFUSED,
            times=None,
        ),
        Row(
            "ml-state",
            "mlmmjadmin is down",
            (STATE_WITH_ML,),
            _DOWN,
            Ending(_EARLY, 1, ok=False),
            "1 of 2 objects failed; nothing was written. ml team@{domain}: " + _REFUSED,
            on="GET",
            times=None,
        ),
        Row(
            "ml-state-rest",
            "the same with `continue_on_error`",
            (STATE_WITH_ML,),
            _DOWN,
            Ending("does everything but the list; fails, as changed", 1, ok=False),
            "1 of 2 objects failed. ml team@{domain}: " + _REFUSED,
            on="GET",
            times=None,
            left=(ADA,),
            options={"continue_on_error": True},
        ),
    ),
)


def _other(method: str, path: str, when: str = "before", **params: str) -> dict[str, Any]:
    """What the other controller does."""
    return {"change": {"method": method, "path": path, "params": params, "when": when}}


_GONE = (Request("DELETE", USER, {}),)
_BOTH = (Request("PUT", ALL, {"addMember": "y@other.example,z@other.example"}),)
_ONE_MORE = (_other("PUT", ALL, addMember="z@other.example"),)

CONTROLLERS = Section(
    "Two controllers, or somebody in the panel, change one object at once",
    "The other one comes between the reading and the writing of this task, unless it says otherwise.\n",
    (
        Row(
            "made",
            "the other makes the object first",
            (CREATE,),
            (_other("POST", USER, password=PASSWORD, name="Other"),),
            Ending("is told so, reads it, changes what differs; succeeds", 1),
            server="refused: `ALREADY_EXISTS`",
        ),
        Row(
            "made-state",
            "the same",
            (STATE,),
            (_other("POST", BOB, password=PASSWORD, name="Other"),),
            Ending("is told so, reads it, changes what differs; succeeds", 1),
            server="refused: `ALREADY_EXISTS`",
        ),
        Row(
            "other-option",
            "the other changes another option",
            (UPDATE,),
            (_other("PUT", USER, quota="2048"),),
            Ending("sends its own option only; succeeds, and both are there", 1),
            server=DONE,
            left=(Request("PUT", USER, {"name": "Ada", "quota": "2048"}),),
            stays=True,
        ),
        Row(
            "same-option",
            "the other changes the same option",
            (UPDATE,),
            (_other("PUT", USER, name="Other"),),
            Ending("succeeds: the last write counts", 1),
            server=DONE,
        ),
        Row(
            "same-option-after",
            "the other changes the same option after the write",
            (UPDATE,),
            (_other("PUT", USER, "after", name="Other"),),
            Ending("reads back what the other wrote; fails, as changed", 1, ok=False),
            IGNORED.format(option="name", sent="Ada", found="Other") + VERIFY,
            server=DONE,
            left=(Request("PUT", USER, {"name": "Other"}),),
            again="writes it again",
        ),
        Row(
            "member",
            "the other adds a member",
            (MEMBERS,),
            _ONE_MORE,
            Ending("sends the difference; succeeds, and the other's member is there", 1),
            server=DONE,
            left=_BOTH,
            again="removes the other's member, since the list is exact",
        ),
        Row(
            "member-added",
            "the other adds a member",
            (ADD_MEMBERS,),
            _ONE_MORE,
            Ending("sends the difference; succeeds, and the other's member is there", 1),
            server=DONE,
            left=_BOTH,
            stays=True,
        ),
        Row(
            "gone",
            "the other deletes the object",
            (UPDATE,),
            (_other("DELETE", USER),),
            Ending("does not make it anew unasked; fails, as unchanged", 1, ok=False),
            REFUSED + "NO_SUCH_ACCOUNT.",
            server="refused: `NO_SUCH_ACCOUNT`",
            left=_GONE,
            again="makes it anew",
        ),
        Row(
            "gone-already",
            "the other deletes the object first",
            (DELETE,),
            (_other("DELETE", USER),),
            Ending("succeeds", 1),
            server="answered success",
        ),
        Row(
            "gone-already-told",
            "the same, on a panel that refuses to delete what is not there",
            (DELETE,),
            ({**_other("DELETE", USER), "fail": "NO_SUCH_ACCOUNT"},),
            Ending("succeeds", 1),
            server="refused: `NO_SUCH_ACCOUNT`",
            left=_GONE,
            stays=True,
        ),
        Row(
            "together",
            "two runs of one state begin at the same moment, and write side by side",
            (),
            (),
            Ending("both succeed, and each object is made once", 1),
            server="refused the later of two equal requests",
            during="a whole state, twice",
        ),
    ),
)

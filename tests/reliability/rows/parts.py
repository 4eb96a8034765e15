# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A part of the panel is down while the rest goes on."""

from __future__ import annotations

from tests.reliability.language import Outcome, Request, Row, Section, Task
from tests.reliability.words import (
    ADA_OPTIONS,
    ADD_ADA,
    ADD_OLD_ADA,
    APPLY_STATE,
    APPLY_STATE_WITH_ML,
    CREATE_ML,
    CY_PATH,
    FAILED_AT_ONCE,
    READ_FAILED,
    READ_USER,
    SERVER_FAILED,
    USER_WRITES,
    USERS_PATH,
    WAS_REFUSED,
)
from tests.support.common import PASSWORD

_REFUSED_INSIDE = ({"fail": "[Errno 111] Connection refused"},)
_CRASH = ({"status": 500},)
_REFUSED = WAS_REFUSED + "[Errno 111] Connection refused."
_NOTHING_WRITTEN = "fails before anything is written"

READ_USERS = Task(
    "reading all users of a domain",
    "iredmail_user_info",
    {"domain": "{domain}"},
    path=USERS_PATH,
    before=(ADD_OLD_ADA,),
    subject="user {domain}",
)
UPDATE_USERS = Task(
    "changing all users of a domain",
    "iredmail_domain_users",
    {"domain": "{domain}", "language": "de_DE"},
    "PUT",
    USERS_PATH,
    (ADD_OLD_ADA,),
    "domain_users {domain}",
)
PRUNE_USERS = Task(
    "a whole state that is pruned",
    "iredmail_state",
    {
        "declared": {"users": [ADA_OPTIONS]},
        "prune": {"kinds": ["users"], "domains": ["{domain}"]},
        "max_delete_percent": 100,
    },
    "DELETE",
    USERS_PATH,
    (ADD_OLD_ADA, Request("POST", CY_PATH, {"password": PASSWORD})),
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
            (READ_USERS, UPDATE_USERS),
            _CRASH,
            READ_FAILED,
            SERVER_FAILED,
            method="GET",
            times=None,
        ),
        Row(
            "list-one",
            "the same",
            (READ_USER, *USER_WRITES),
            _CRASH,
            Outcome("does not need the list; succeeds", 0),
            method="GET",
            path=USERS_PATH,
            times=None,
            during="reading or writing one user",
        ),
        Row(
            "list-state",
            "the same",
            (APPLY_STATE,),
            _CRASH,
            Outcome("asks for the list once, and for the names of all; reads each user by itself; succeeds", 3),
            method="GET",
            path=USERS_PATH,
            times=None,
        ),
        Row(
            "list-prune",
            "the same",
            (PRUNE_USERS,),
            _CRASH,
            Outcome(_NOTHING_WRITTEN, 2, ok=False),
            "1 of 1 objects failed; nothing was written. prune: user {domain}: its users could not be listed: "
            + SERVER_FAILED,
            method="GET",
            times=None,
        ),
        Row(
            "ml-read",
            "mlmmjadmin is down",
            (CREATE_ML,),
            _REFUSED_INSIDE,
            FAILED_AT_ONCE,
            _REFUSED,
            method="GET",
            times=None,
        ),
        Row(
            "ml-crash",
            "the same, and the panel crashes",
            (CREATE_ML,),
            _CRASH,
            READ_FAILED,
            SERVER_FAILED,
            method="GET",
            times=None,
        ),
        Row(
            "ml-write",
            "mlmmjadmin goes down before the write",
            (CREATE_ML,),
            _REFUSED_INSIDE,
            Outcome("fails, as unchanged", 1, ok=False),
            _REFUSED,
            times=None,
        ),
        Row(
            "ml-state",
            "mlmmjadmin is down",
            (APPLY_STATE_WITH_ML,),
            _REFUSED_INSIDE,
            Outcome(_NOTHING_WRITTEN, 1, ok=False),
            "1 of 2 objects failed; nothing was written. ml team@{domain}: " + _REFUSED,
            method="GET",
            times=None,
        ),
        Row(
            "ml-state-rest",
            "the same with `continue_on_error`",
            (APPLY_STATE_WITH_ML,),
            _REFUSED_INSIDE,
            Outcome("does everything but the list; fails, as changed", 1, ok=False),
            "1 of 2 objects failed. ml team@{domain}: " + _REFUSED,
            method="GET",
            times=None,
            left=(ADD_ADA,),
            options={"continue_on_error": True},
        ),
    ),
)

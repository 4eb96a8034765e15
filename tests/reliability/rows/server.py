# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server, or a proxy before it, is in trouble."""

from __future__ import annotations

from dataclasses import replace

from tests.reliability.language import DONE, Outcome, Row, Section
from tests.reliability.words import (
    ADA_PATH,
    ADD_ADA,
    APPLY_STATE,
    CHANGE_CY,
    COMPLETE_USER,
    CREATE_USER,
    FOUND_DONE,
    FOUND_NOT_DONE,
    ONE_OF_FIVE,
    READ_FAILED,
    READ_REPEATED,
    READ_USER,
    SERVER_FAILED,
    STOPPED,
    UPDATE_USER,
    USER_WRITES,
    USERS_PATH,
    WRITE_FAILED,
    WRITE_REPEATED,
)

_STATUSES = ({"status": 500}, {"status": 502}, {"status": 503}, {"status": 504})
_PROXY = _STATUSES[1:]
_ADA_ADDED = (ADD_ADA,)

SERVER = Section(
    "The server, or a proxy before it, is in trouble",
    "",
    (
        Row(
            "http-read-once",
            "HTTP 500, 502, 503, 504, once",
            (READ_USER, UPDATE_USER),
            _STATUSES,
            READ_REPEATED,
            method="GET",
        ),
        Row(
            "http-read",
            "the same, for longer",
            (READ_USER, UPDATE_USER),
            _STATUSES,
            READ_FAILED,
            SERVER_FAILED,
            method="GET",
            times=None,
        ),
        Row("http-502", "HTTP 502, 503, 504, once", USER_WRITES, _PROXY, WRITE_REPEATED),
        Row(
            "http-502-long",
            "the same, for longer",
            (CREATE_USER, UPDATE_USER),
            _PROXY,
            WRITE_FAILED,
            SERVER_FAILED,
            times=None,
        ),
        Row("http-500", "HTTP 500: a crash", USER_WRITES, _STATUSES[:1], FOUND_NOT_DONE, SERVER_FAILED),
        Row(
            "http-done",
            "HTTP 500, 502, 503, 504 although it was carried out",
            USER_WRITES,
            tuple({**one, "after": True} for one in _STATUSES),
            FOUND_DONE,
            server=DONE,
        ),
        Row(
            "http-500-half-way",
            "HTTP 500 to the second request of a creation",
            (COMPLETE_USER,),
            _STATUSES[:1],
            FOUND_NOT_DONE,
            SERVER_FAILED,
            left=_ADA_ADDED,
        ),
        Row(
            "state-503",
            "HTTP 503 to a list of users, once",
            (APPLY_STATE,),
            _PROXY[1:2],
            replace(READ_REPEATED, tries=3),  # and once more for the names of all
            method="GET",
            path=USERS_PATH,
        ),
        Row(
            "state-unread",
            "HTTP 500 whenever one user is read",
            (APPLY_STATE,),
            _STATUSES[:1],
            Outcome("fails before anything is written", 2, ok=False),
            "1 of 5 objects failed; nothing was written. user ada@{domain}: " + SERVER_FAILED,
            method="GET",
            path=ADA_PATH,
            times=None,
        ),
        Row("state-502", "HTTP 502 to one write, once", (APPLY_STATE,), _PROXY[:1], WRITE_REPEATED),
        Row(
            "state-done",
            "HTTP 500, 504 to one write although it was carried out",
            (APPLY_STATE,),
            ({"status": 500, "after": True}, {"status": 504, "after": True}),
            FOUND_DONE,
            server=DONE,
        ),
        Row(
            "state-500",
            "HTTP 500 to one write",
            (APPLY_STATE,),
            _STATUSES[:1],
            STOPPED,
            ONE_OF_FIVE + "user bob@{domain}: " + SERVER_FAILED,
            left=(ADD_ADA, CHANGE_CY),
            options={"concurrency": 1},
        ),
    ),
)

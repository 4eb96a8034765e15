# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults and what they come to: the rows of docs/reliability.md, which test_reliability.py runs and asserts."""

from __future__ import annotations

from tests.integration.reliability_answers import ANSWERS, LIES, SESSIONS
from tests.integration.reliability_more import CONTROLLERS, PARTS
from tests.integration.reliability_rows import (
    ADA,
    ASKS_AGAIN,
    ASKS_IN_VAIN,
    COMPLETE,
    CREATE,
    DELETE,
    DONE,
    FINDS_DONE,
    FINDS_NOT_DONE,
    HTTP,
    LIST,
    ONE,
    READ,
    SENDS_AGAIN,
    SENDS_IN_VAIN,
    STATE,
    STOPS,
    UPDATE,
    USER,
    WRITES,
    Ending,
    Fault,
    Row,
    Section,
)

_STATUSES = ({"status": 500}, {"status": 502}, {"status": 503}, {"status": 504})
_PROXY = _STATUSES[1:]
_ONLY_ADA = (ADA,)

STATUSES = Section(
    "The server, or a proxy before it, is in trouble",
    "",
    (
        Row("http-read-once", "HTTP 500, 502, 503, 504, once", (READ, UPDATE), _STATUSES, ASKS_AGAIN, on="GET"),
        Row("http-read", "the same, for longer", (READ, UPDATE), _STATUSES, ASKS_IN_VAIN, HTTP, on="GET", times=None),
        Row("http-502", "HTTP 502, 503, 504, once", WRITES, _PROXY, SENDS_AGAIN),
        Row("http-502-long", "the same, for longer", (CREATE, UPDATE), _PROXY, SENDS_IN_VAIN, HTTP, times=None),
        Row("http-500", "HTTP 500: a crash", WRITES, _STATUSES[:1], FINDS_NOT_DONE, HTTP),
        Row(
            "http-done",
            "HTTP 500, 502, 503, 504 although it was carried out",
            WRITES,
            tuple({**one, "after": True} for one in _STATUSES),
            FINDS_DONE,
            server=DONE,
        ),
        Row(
            "http-500-half-way",
            "HTTP 500 to the second request of a creation",
            (COMPLETE,),
            _STATUSES[:1],
            FINDS_NOT_DONE,
            HTTP,
            left=_ONLY_ADA,
        ),
        Row("state-503", "HTTP 503 to a list of users, once", (STATE,), _PROXY[1:2], ASKS_AGAIN, on="GET", path=LIST),
        Row(
            "state-unread",
            "HTTP 500 whenever one user is read",
            (STATE,),
            _STATUSES[:1],
            Ending("fails before anything is written", 2, ok=False),
            "1 of 5 objects failed; nothing was written. user bob@{domain}: " + HTTP,
            on="GET",
            times=None,
        ),
        Row("state-502", "HTTP 502 to one write, once", (STATE,), _PROXY[:1], SENDS_AGAIN),
        Row(
            "state-done",
            "HTTP 500, 504 to one write although it was carried out",
            (STATE,),
            ({"status": 500, "after": True}, {"status": 504, "after": True}),
            FINDS_DONE,
            server=DONE,
        ),
        Row(
            "state-500",
            "HTTP 500 to one write",
            (STATE,),
            _STATUSES[:1],
            STOPS,
            ONE + "user bob@{domain}: " + HTTP,
            left=_ONLY_ADA,
        ),
    ),
)

_PATIENT = {"api_timeout": 2}
_SLOW = "{url} took longer than 2 seconds (api_timeout) to answer {method} {path}."
_LOST = "The connection to {url} was lost during {method} {path}."
_BROKEN = ({"drop": "after"}, {"cut": True})

CONNECTIONS = Section(
    "No answer",
    "",
    (
        Row("timeout-read-once", "a time-out, once", (READ,), ({"delay": 3},), ASKS_AGAIN, options=_PATIENT),
        Row(
            "timeout-read",
            "a time-out, every time",
            (READ,),
            ({"delay": 3},),
            ASKS_IN_VAIN,
            _SLOW,
            times=None,
            options=_PATIENT,
        ),
        Row(
            "timeout-done",
            "a time-out after it was carried out",
            (*WRITES, STATE),
            ({"delay": 3, "after": True},),
            FINDS_DONE,
            server=DONE,
            options=_PATIENT,
        ),
        Row(
            "timeout-late",
            "a time-out, and the server goes on by itself later",
            (CREATE, UPDATE),
            ({"delay": 3},),
            Ending("reads back, finds it not done yet, sends it once more; succeeds, and there is one object", 2),
            server="carried it out later",
            options=_PATIENT,
        ),
        Row("drop-read-once", "the connection breaks, once", (READ, UPDATE), _BROKEN, ASKS_AGAIN, on="GET"),
        Row(
            "drop-read",
            "the connection breaks, every time",
            (READ, DELETE),
            _BROKEN[:1],
            ASKS_IN_VAIN,
            _LOST,
            on="GET",
            times=None,
        ),
        Row("drop-before", "the connection breaks before the server acts", WRITES, ({"drop": "before"},), SENDS_AGAIN),
        Row(
            "drop-before-long",
            "the same, every time",
            (CREATE, UPDATE),
            ({"drop": "before"},),
            SENDS_IN_VAIN,
            _LOST,
            times=None,
        ),
        Row(
            "drop-after",
            "the connection breaks after the server acted, or in the middle of the answer",
            (*WRITES, STATE),
            _BROKEN,
            FINDS_DONE,
            server=DONE,
        ),
        Row("state-drop", "the connection breaks before the server acts", (STATE,), ({"drop": "before"},), SENDS_AGAIN),
        Row(
            "fate-unknown",
            "the connection breaks after the server acted, and then reads fail too",
            (CREATE,),
            _BROKEN[:1],
            Ending("reads back in vain; fails, as changed", 1, ok=False),
            _LOST + " Whether it was carried out is not known, since reading back failed too: "
            "The server failed on GET {path} (HTTP 503); its log says why.",
            server=DONE,
            more=(Fault({"status": 503}, "GET", USER, None, 1),),
        ),
    ),
)

SECTIONS: tuple[Section, ...] = (STATUSES, CONNECTIONS, SESSIONS, ANSWERS, LIES, PARTS, CONTROLLERS)

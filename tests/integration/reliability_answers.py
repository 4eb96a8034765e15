# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lost sessions, answers that are not the API's, and success that is none."""

from __future__ import annotations

from tests.integration.reliability_rows import (
    ADA,
    AT_ONCE,
    BOB,
    CREATE,
    CY,
    DELETE,
    DONE,
    FINDS_DONE,
    FINDS_NOT_DONE,
    IGNORED,
    LIST,
    LOGS_IN,
    LOGS_IN_IN_VAIN,
    ONE,
    READ,
    STATE,
    UPDATE,
    UPDATE_TWO,
    USER,
    VERIFY,
    WRITES,
    Ending,
    Request,
    Row,
    Section,
)

_LOGGED_OUT = ({"logout": True}, {"redirect": True}, {"html": True})
_RENEWED = ", although the session was renewed."

SESSIONS = Section(
    "The session is lost",
    "A panel may say so in three ways: `LOGIN_REQUIRED`; a redirect (303) to its login page, as after a change of the "
    "client's address; or that page with status 200.\n",
    (
        Row("session", "any of the three in the middle of a run", (READ, *WRITES, STATE), _LOGGED_OUT, LOGS_IN),
        Row(
            "session-read",
            "the same, before the write",
            (UPDATE, DELETE),
            _LOGGED_OUT,
            Ending(LOGS_IN.words, 2, logins=2),
            on="GET",
        ),
        Row(
            "session-gone",
            "`LOGIN_REQUIRED` again after the new login",
            (READ, CREATE),
            _LOGGED_OUT[:1],
            LOGS_IN_IN_VAIN,
            "The server answered {method} {path} with LOGIN_REQUIRED" + _RENEWED,
            times=None,
        ),
        Row(
            "session-moved",
            "303 again after the new login: the client's address changes all the time",
            (READ, CREATE),
            _LOGGED_OUT[1:2],
            LOGS_IN_IN_VAIN,
            "The panel sent {method} {path} to its login page" + _RENEWED,
            times=None,
        ),
        Row(
            "session-page",
            "the login page again after the new login",
            (READ, CREATE),
            _LOGGED_OUT[2:],
            LOGS_IN_IN_VAIN,
            "The panel answered {method} {path} with its login page.",
            times=None,
        ),
        Row(
            "session-given",
            "`api_session` was made from another address; with `api_username` and `api_password`",
            (READ,),
            ({},),
            Ending("logs in, and asks again; succeeds", 2),
            options={"api_session": "{{ lookup('ansible.builtin.env', 'SESSION_1') }}"},
        ),
        Row(
            "session-given-only",
            "the same without them",
            (READ,),
            ({},),
            Ending("does not ask again; fails", 1, ok=False, logins=0),
            "The server does not know this api_session (any more): it expires after 30 idle minutes and is bound to "
            "the address it was made from. Run iredmail_login again, or give api_username and api_password as well.",
            options={
                "api_session": "{{ lookup('ansible.builtin.env', 'SESSION_2') }}",
                "api_username": "",
                "api_password": "",
            },
            again="with the session of a new `iredmail_login`: reads it",
        ),
    ),
)

_PAGE = "{method} {path} was answered with a web page, not by the API; check api_url."
_BYTES = "The answer to {method} {path} holds text that is not UTF-8, which cannot be compared safely."
_SPOILT = ({"status": 200, "after": True}, {"truncate": True}, {"garbage": True})

ANSWERS = Section(
    "An answer that is not the API's",
    "",
    (
        Row("html-read", "HTML with status 200", (READ, UPDATE, DELETE), ({"status": 200},), AT_ONCE, _PAGE, on="GET"),
        Row(
            "truncated-read",
            "half of the JSON, though well-formed HTTP",
            (READ, UPDATE),
            ({"truncate": True},),
            AT_ONCE,
            "The answer to {method} {path} is not complete JSON.",
            on="GET",
        ),
        Row("bytes-read", "JSON that is not UTF-8", (READ, UPDATE), ({"garbage": True},), AT_ONCE, _BYTES, on="GET"),
        Row(
            "shape-read",
            "JSON of an unknown shape",
            (READ, DELETE),
            ({"body": {"_success": True, "_data": {"strange": 1}}},),
            AT_ONCE,
            "{method} {path} returned a profile of a shape this collection does not know (keys: strange); nothing was "
            "concluded from it. Please report the keys.",
            on="GET",
        ),
        Row("html", "HTML with status 200", WRITES, ({"status": 200},), FINDS_NOT_DONE, _PAGE),
        Row(
            "spoilt",
            "HTML with status 200, half of the JSON, or JSON that is not UTF-8, although it was carried out",
            (*WRITES, STATE),
            _SPOILT,
            FINDS_DONE,
            server=DONE,
        ),
        Row(
            "state-list",
            "HTML with status 200, half of the JSON, or JSON that is not UTF-8, instead of a list",
            (STATE,),
            ({"status": 200}, {"truncate": True}, {"garbage": True}),
            Ending("takes it for no evidence, reads each user by itself; succeeds", 1),
            on="GET",
            path=LIST,
        ),
    ),
)

_SEVEN = IGNORED.format(option="employee_id", sent="7", found="nothing")
_SUCCESS = ({"body": {"_success": True}},)
_NAMED = (Request("PUT", USER, {"name": "Ada"}),)

LIES = Section(
    "Success, and it is not true",
    "",
    (
        Row(
            "field",
            "a field is silently dropped",
            (UPDATE_TWO,),
            ({"ignore": ["employeeid"]},),
            Ending("reads back and misses it; fails, as changed", 1, ok=False),
            _SEVEN + VERIFY,
            server="stored the rest",
            left=_NAMED,
        ),
        Row(
            "field-warn",
            "the same with `verify: warn`",
            (UPDATE_TWO,),
            ({"ignore": ["employeeid"]},),
            Ending("reads back and misses it; succeeds, and warns", 1),
            _SEVEN + ".",
            server="stored the rest",
            left=_NAMED,
            options={"verify": "warn"},
        ),
        Row(
            "field-created",
            "a field is silently dropped by the POST",
            (CREATE,),
            ({"ignore": ["name"]},),
            Ending("reads back and misses it, sends it by a PUT; succeeds", 1),
            server="stored the rest",
        ),
        Row(
            "field-state",
            "a field of one user is silently dropped",
            (STATE,),
            ({"ignore": ["name"]},),
            Ending("reads back and misses it, stops there; fails", 1, ok=False),
            ONE + "user cy@{domain}: " + IGNORED.format(option="name", sent="Cy", found="Before") + VERIFY,
            server="stored the rest",
            on="PUT",
            path=CY,
            left=(ADA, Request("POST", BOB, {**ADA.params, "name": "Bob"})),
        ),
        Row(
            "ignored-create",
            "nothing is stored",
            (CREATE,),
            _SUCCESS,
            Ending("reads back; fails, as changed", 1, ok=False),
            "the server accepted the POST (creation) and does not show the user.",
        ),
        Row(
            "ignored-update",
            "nothing is stored",
            (UPDATE,),
            _SUCCESS,
            Ending("reads back; fails, as changed", 1, ok=False),
            IGNORED.format(option="name", sent="Ada", found="Before") + VERIFY,
        ),
        Row(
            "ignored-delete",
            "nothing is deleted",
            (DELETE,),
            _SUCCESS,
            Ending("reads back; fails, as changed", 1, ok=False),
            "the server accepted the DELETE and still shows the user" + VERIFY,
        ),
    ),
)

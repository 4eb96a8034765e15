# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The session is lost."""

from __future__ import annotations

from tests.reliability.language import Outcome, Row, Section
from tests.reliability.words import (
    APPLY_STATE,
    CREATE_USER,
    DELETE_USER,
    NEW_LOGIN,
    NEW_LOGIN_FAILED,
    READ_USER,
    UPDATE_USER,
    USER_WRITES,
)

_LOGGED_OUT = ({"logout": True}, {"redirect": True}, {"html": True})
_RENEWED = ", although the session was renewed."

SESSION = Section(
    "The session is lost",
    "A panel may say so in three ways: `LOGIN_REQUIRED`; a redirect (303) to its login page, as after a change of the "
    "client's address; or that page with status 200.\n",
    (
        Row(
            "session",
            "any of the three in the middle of a run",
            (READ_USER, *USER_WRITES, APPLY_STATE),
            _LOGGED_OUT,
            NEW_LOGIN,
        ),
        Row(
            "session-read",
            "the same, before the write",
            (UPDATE_USER, DELETE_USER),
            _LOGGED_OUT,
            Outcome(NEW_LOGIN.words, 2, logins=2),
            method="GET",
        ),
        Row(
            "session-gone",
            "`LOGIN_REQUIRED` again after the new login",
            (READ_USER, CREATE_USER),
            _LOGGED_OUT[:1],
            NEW_LOGIN_FAILED,
            "The server answered {method} {path} with LOGIN_REQUIRED" + _RENEWED,
            times=None,
        ),
        Row(
            "session-moved",
            "303 again after the new login: the client's address changes all the time",
            (READ_USER, CREATE_USER),
            _LOGGED_OUT[1:2],
            NEW_LOGIN_FAILED,
            "The panel sent {method} {path} to its login page" + _RENEWED,
            times=None,
        ),
        Row(
            "session-page",
            "the login page again after the new login",
            (READ_USER, CREATE_USER),
            _LOGGED_OUT[2:],
            NEW_LOGIN_FAILED,
            "The panel answered {method} {path} with its login page.",
            times=None,
        ),
        Row(
            "session-given",
            "`api_session` was made from another address; with `api_username` and `api_password`",
            (READ_USER,),
            ({},),
            Outcome("logs in, and asks again; succeeds", 2),
            options={"api_session": "{{ lookup('ansible.builtin.env', 'SESSION_1') }}"},
        ),
        Row(
            "session-given-only",
            "the same without them",
            (READ_USER,),
            ({},),
            Outcome("does not ask again; fails", 1, ok=False, logins=0),
            "The server does not know this api_session (any more): it expires after 30 idle minutes and is bound to "
            "the address it was made from. Run iredmail_login again, or give api_username and api_password as well.",
            options={
                "api_session": "{{ lookup('ansible.builtin.env', 'SESSION_2') }}",
                "api_username": "",
                "api_password": "",
            },
            second_run="with the session of a new `iredmail_login`: reads it",
        ),
    ),
)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of the rows: what tasks do, how they end, and what they say."""

from __future__ import annotations

from typing import Any

from tests.reliability.language import Outcome, Request, Task
from tests.support.common import PASSWORD

# ansible-core prints the lines of a playbook around a task that failed, so no secret may stand in it
FROM_ENV = "{{ lookup('ansible.builtin.env', 'CANARY') }}"

# -- how tasks end

READ_REPEATED = Outcome("asks again; succeeds", 2)
READ_FAILED = Outcome("asks again as often as `api_retries` says; fails", 2, ok=False)
FAILED_AT_ONCE = Outcome("does not ask again; fails", 1, ok=False)
FOUND_DONE = Outcome("reads back, finds it done, sends nothing more; succeeds", 1)
WRITE_REPEATED = Outcome("reads back, finds it not done, sends it once more; succeeds", 2)
WRITE_FAILED = Outcome("reads back and sends it again as often as `api_retries` says; fails", 2, ok=False)
FOUND_NOT_DONE = Outcome("reads back, finds it not done, does not send it again; fails", 1, ok=False)
NEW_LOGIN = Outcome("logs in again, once, and repeats it; succeeds", 2, logins=2)
NEW_LOGIN_FAILED = Outcome("logs in again, once, and repeats it; fails", 2, ok=False, logins=2)
STOPPED = Outcome("reads back, finds it not done, stops there; fails", 1, ok=False)

# -- what tasks do

ADA_PATH = "/api/user/ada@{domain}"
ADA_OPTIONS = {"mail": "ada@{domain}", "name": "Ada", "password": FROM_ENV, "update_password": "on_create"}
ADD_ADA = Request("POST", ADA_PATH, {"password": PASSWORD, "name": "Ada"})
ADD_OLD_ADA = Request("POST", ADA_PATH, {"password": PASSWORD, "name": "Before"})

READ_USER = Task("reading", "iredmail_user_info", {"mail": "ada@{domain}"}, before=(ADD_OLD_ADA,))
CREATE_USER = Task("creating", "iredmail_user", ADA_OPTIONS, "POST")
UPDATE_USER = Task("changing", "iredmail_user", ADA_OPTIONS, "PUT", before=(ADD_OLD_ADA,))
DELETE_USER = Task(
    "deleting", "iredmail_user", {"mail": "ada@{domain}", "state": "absent"}, "DELETE", before=(ADD_OLD_ADA,)
)
USER_WRITES = (CREATE_USER, UPDATE_USER, DELETE_USER)
#: a creation takes two requests where POST does not have all options
COMPLETE_USER = Task("completing what is new", "iredmail_user", {**ADA_OPTIONS, "employee_id": "7"}, "PUT")
UPDATE_TWO_OPTIONS = Task(
    "changing", "iredmail_user", {**ADA_OPTIONS, "employee_id": "7"}, "PUT", before=(ADD_OLD_ADA,)
)


def _user(name: str, **options: str) -> dict[str, Any]:
    return {**ADA_OPTIONS, "mail": name.lower() + "@{domain}", "name": name, **options}


BOB_PATH = "/api/user/bob@{domain}"
CY_PATH = "/api/user/cy@{domain}"
USERS_PATH = "/api/users/{domain}"
#: two users to be made, one to be changed, one as it should be; enough of them for a list to be asked for. On LDAP
#: those that are made wait for each other, so the second one of them is the last on both backends
_DECLARED = {
    "users": [_user(name) for name in ("Ada", "Cy", "Bob", "Dee")],
    "aliases": [{"mail": "all@{domain}", "members": ["ada@{domain}", "bob@{domain}"]}],
}
_BEFORE = (
    Request("POST", CY_PATH, {"password": PASSWORD, "name": "Before"}),
    Request("POST", "/api/user/dee@{domain}", {"password": PASSWORD, "name": "Dee"}),
)
CHANGE_CY = Request("PUT", CY_PATH, {"name": "Cy"})
APPLY_STATE = Task("a whole state", "iredmail_state", {"declared": _DECLARED}, "POST", BOB_PATH, _BEFORE, "")

ML_PATH = "/api/ml/team@{domain}"
CREATE_ML = Task(
    "a mailing list", "iredmail_ml", {"mail": "team@{domain}", "name": "Team"}, "POST", ML_PATH, (), "ml team@{domain}"
)
APPLY_STATE_WITH_ML = Task(
    "a whole state",
    "iredmail_state",
    {"declared": {"users": [_user("Ada")], "mls": [{"mail": "team@{domain}", "name": "Team"}]}},
    "POST",
    ML_PATH,
    subject="",
)

ALIAS_PATH = "/api/alias/all@{domain}"
_ALIAS = (Request("POST", ALIAS_PATH, {"members": "x@other.example"}),)
SET_MEMBERS = Task(
    "an exact list of members",
    "iredmail_alias",
    {"mail": "all@{domain}", "members": ["x@other.example", "y@other.example"]},
    "PUT",
    ALIAS_PATH,
    _ALIAS,
    "alias all@{domain}",
)
ADD_MEMBER = Task(
    "`add_members`",
    "iredmail_alias",
    {"mail": "all@{domain}", "add_members": ["y@other.example"]},
    "PUT",
    ALIAS_PATH,
    _ALIAS,
    "alias all@{domain}",
)

#: messages
SERVER_FAILED = "The server failed on {method} {path} (HTTP {status}); its log says why."
WAS_REFUSED = "{method} {path} was refused: "
NOT_ACCEPTED = "{option} was not accepted by the server: sent {sent}, found {found}"
VERIFY_HINT = " (set verify: warn to go on regardless)."
ONE_OF_FIVE = "1 of 5 objects failed. "

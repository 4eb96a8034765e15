# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row of docs/reliability.md is made of, and the cases that prove it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

PASSWORD = "Correct-Horse-7-Battery"
# ansible-core prints the lines of a playbook around a task that failed, so no secret may stand in it
FROM_ENV = "{{ lookup('ansible.builtin.env', 'CANARY') }}"
USER = "/api/user/ada@{domain}"

#: what the server did with the request
NOTHING, DONE = "did nothing", "carried it out"


class Request(NamedTuple):
    """What an operator asks of the panel."""

    method: str
    path: str
    params: dict[str, Any]


class Fault(NamedTuple):
    """A fault of tests/sandbox/faults.py."""

    action: dict[str, Any]
    method: str
    path: str
    times: int | None = 1
    skip: int = 0


@dataclass(frozen=True)
class Doing:
    """A task.

    :ivar words: what it does
    :ivar method: the request that faults happen to, with ``path``
    :ivar scene: what is there before it
    :ivar subject: how its messages begin
    """

    words: str
    module: str
    options: dict[str, Any]
    method: str = "GET"
    path: str = USER
    scene: tuple[Request, ...] = ()
    subject: str = "user ada@{domain}"

    @property
    def reads(self) -> bool:
        """Whether it never writes."""
        return self.module.endswith("_info")


@dataclass(frozen=True)
class Ending:
    """What becomes of a task.

    :ivar tries: how often it sends the request that the fault happens to
    :ivar logins: how often it logs in
    """

    words: str
    tries: int
    ok: bool = True
    logins: int = 1


@dataclass(frozen=True)
class Row:
    """A row of the page, and a test.

    :ivar actions: each makes a case with each task of ``doing``
    :ivar on: the method of the request that it happens to, instead of the task's; ``path`` likewise
    :ivar says: the message of a task that fails, or the warning of one that does not
    :ivar left: requests of an operator that leave what the task leaves; None follows from ``server`` and ``ending``
    :ivar stays: what is left stays so: a second run is content with it
    :ivar again: words for the second run, where they do not follow from the rest; ``during`` likewise for the tasks
    """

    name: str
    fault: str
    doing: tuple[Doing, ...]
    actions: tuple[dict[str, Any], ...]
    ending: Ending
    says: str = ""
    server: str = NOTHING
    on: str = ""
    path: str = ""
    times: int | None = 1
    skip: int = 0
    more: tuple[Fault, ...] = ()
    left: tuple[Request, ...] | None = None
    stays: bool = False
    again: str = ""
    during: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def leaves_all(self) -> bool:
        """Whether the wanted state is reached by the first run."""
        return self.left is None and (self.ending.ok or self.server == DONE)

    @property
    def has_more_to_do(self) -> bool:
        """Whether the second run changes something."""
        return not (self.leaves_all or self.stays)

    def cases(self) -> list[tuple[Doing, dict[str, Any]]]:
        """Each task with each fault."""
        return [(doing, action) for doing in self.doing for action in self.actions]


@dataclass(frozen=True)
class Section:
    """A table of the page."""

    title: str
    text: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Case:
    """A row with one task and one fault, in a domain of its own."""

    row: Row
    doing: Doing
    action: dict[str, Any]
    domain: str = "example.com"
    url: str = "https://mail.example.com/iredadmin"

    @property
    def name(self) -> str:
        """The name of its task."""
        return f"{self.row.name} in {self.domain}"

    @property
    def method(self) -> str:
        """Of the request that the fault happens to."""
        return self.row.on or self.doing.method

    @property
    def path(self) -> str:
        """Of the same."""
        return str(fill(self.row.path or self.doing.path, self.domain))

    @property
    def is_read(self) -> bool:
        """Whether the fault happens to a read."""
        return self.method == "GET"

    @property
    def options(self) -> dict[str, Any]:
        """Of the task."""
        return dict(fill({"api_retries": 1, **self.doing.options, **self.row.options}, self.domain))

    @property
    def faults(self) -> list[Fault]:
        """All that go wrong, the row's own first."""
        first = Fault(self.action, self.method, self.path, self.row.times, self.row.skip)
        return [Fault(*fill(list(one), self.domain)) for one in (first, *self.row.more) if one.action]

    @property
    def sentence(self) -> str:
        """What the task says; empty when it says nothing."""
        if not self.row.says:
            return ""
        names = {"method": self.method, "path": self.path, "status": self.action.get("status"), "url": self.url}
        subject = self.doing.subject + ": " if self.doing.subject else ""
        return str(fill(subject, self.domain)) + self.row.says.format(**names, domain=self.domain)


def fill(value: Any, domain: str) -> Any:
    """A value with the domain in all its texts."""
    if isinstance(value, str):
        return value.replace("{domain}", domain)
    if isinstance(value, dict):
        return {key: fill(one, domain) for key, one in value.items()}
    return [fill(one, domain) for one in value] if isinstance(value, (list, tuple)) else value


# -- what becomes of them

ASKS_AGAIN = Ending("asks again; succeeds", 2)
ASKS_IN_VAIN = Ending("asks again as often as `api_retries` says; fails", 2, ok=False)
AT_ONCE = Ending("does not ask again; fails", 1, ok=False)
FINDS_DONE = Ending("reads back, finds it done, sends nothing more; succeeds", 1)
SENDS_AGAIN = Ending("reads back, finds it not done, sends it once more; succeeds", 2)
SENDS_IN_VAIN = Ending("reads back and sends it again as often as `api_retries` says; fails", 2, ok=False)
FINDS_NOT_DONE = Ending("reads back, finds it not done, does not send it again; fails", 1, ok=False)
LOGS_IN = Ending("logs in again, once, and repeats it; succeeds", 2, logins=2)
LOGS_IN_IN_VAIN = Ending("logs in again, once, and repeats it; fails", 2, ok=False, logins=2)
STOPS = Ending("reads back, finds it not done, stops there; fails", 1, ok=False)

# -- what tasks do

HIM = {"mail": "ada@{domain}", "name": "Ada", "password": FROM_ENV, "update_password": "on_create"}
ADA = Request("POST", USER, {"password": PASSWORD, "name": "Ada"})
BEFORE = Request("POST", USER, {"password": PASSWORD, "name": "Before"})

READ = Doing("reading", "iredmail_user_info", {"mail": "ada@{domain}"}, scene=(BEFORE,))
CREATE = Doing("creating", "iredmail_user", HIM, "POST")
UPDATE = Doing("changing", "iredmail_user", HIM, "PUT", scene=(BEFORE,))
DELETE = Doing("deleting", "iredmail_user", {"mail": "ada@{domain}", "state": "absent"}, "DELETE", scene=(BEFORE,))
WRITES = (CREATE, UPDATE, DELETE)
#: a creation takes two requests where POST does not have all options
COMPLETE = Doing("completing what is new", "iredmail_user", {**HIM, "employee_id": "7"}, "PUT")
UPDATE_TWO = Doing("changing", "iredmail_user", {**HIM, "employee_id": "7"}, "PUT", scene=(BEFORE,))


def _user(name: str, **options: str) -> dict[str, Any]:
    return {**HIM, "mail": name.lower() + "@{domain}", "name": name, **options}


BOB = "/api/user/bob@{domain}"
CY = "/api/user/cy@{domain}"
LIST = "/api/users/{domain}"
#: two users to be made, one to be changed, one as it should be; enough of them for a list to be asked for
_DECLARED = {
    "users": [_user(name) for name in ("Ada", "Bob", "Cy", "Dee")],
    "aliases": [{"mail": "all@{domain}", "members": ["ada@{domain}", "bob@{domain}"]}],
}
_THERE = (
    Request("POST", CY, {"password": PASSWORD, "name": "Before"}),
    Request("POST", "/api/user/dee@{domain}", {"password": PASSWORD, "name": "Dee"}),
)
STATE = Doing("a whole state", "iredmail_state", {"declared": _DECLARED}, "POST", BOB, _THERE, "")

TEAM = "/api/ml/team@{domain}"
ML = Doing(
    "a mailing list", "iredmail_ml", {"mail": "team@{domain}", "name": "Team"}, "POST", TEAM, (), "ml team@{domain}"
)
STATE_WITH_ML = Doing(
    "a whole state",
    "iredmail_state",
    {"declared": {"users": [_user("Ada")], "mls": [{"mail": "team@{domain}", "name": "Team"}]}},
    "POST",
    TEAM,
    subject="",
)

ALL = "/api/alias/all@{domain}"
_ALIAS = (Request("POST", ALL, {"members": "x@other.example"}),)
MEMBERS = Doing(
    "an exact list of members",
    "iredmail_alias",
    {"mail": "all@{domain}", "members": ["x@other.example", "y@other.example"]},
    "PUT",
    ALL,
    _ALIAS,
    "alias all@{domain}",
)
ADD_MEMBERS = Doing(
    "`add_members`",
    "iredmail_alias",
    {"mail": "all@{domain}", "add_members": ["y@other.example"]},
    "PUT",
    ALL,
    _ALIAS,
    "alias all@{domain}",
)

#: messages
HTTP = "The server failed on {method} {path} (HTTP {status}); its log says why."
REFUSED = "{method} {path} was refused: "
IGNORED = "{option} was not accepted by the server: sent {sent}, found {found}"
VERIFY = " (set verify: warn to go on regardless)."
ONE = "1 of 5 objects failed. "

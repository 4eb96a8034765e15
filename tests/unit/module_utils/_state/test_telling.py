# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of a plan, whole: what the person sees who approves it."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.reasons import Failed
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.telling import (
    DONE,
    FAILED,
    NOT_TRIED,
    Fate,
    plan_text,
)

PANEL = "https://mail.example.com/iredadmin"
#: what terminals and Python take for the end of a line, or for a command
ODD = ("\n", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x1b[1A\x1b[2K", "\u202e")


def change(action, kind, ident, before=None, after=None, **more):
    state = {"create": ("absent", "present"), "delete": ("present", "absent")}.get(action)
    before, after = before or {}, after or {}
    if state:
        before, after = dict(before, state=state[0]), dict(after, state=state[1])
    return {"action": action, "kind": kind, "id": ident, "before": before, "after": after, **more}


EIGHT = [
    change("update", "domain", "example.com", {"quota": 0, "max_users": 10}, {"quota": 1536, "max_users": 20}),
    change(
        "create",
        "user",
        "eva@example.com",
        {},
        {"name": "Eva Lovelace", "quota": 5120, "password": "<set>"},
        place="mail/example.com.yml:12",
    ),
    change(
        "update",
        "user",
        "ada@example.com",
        {"quota": 1024, "forwarding": ["bob@example.com"], "enabled": True, "employee_id": "<unknown>", "name": "A"},
        {
            "quota": 5120,
            "forwarding": ["bob@example.com", "grace@example.org"],
            "enabled": False,
            "employee_id": "7",
            "name": "A",
            "password": "<changed>",
        },
        place="mail/example.com.yml:3",
    ),
    change(
        "rename",
        "user",
        "tina.neu@example.com",
        {"mail": "tina.schmidt@example.com", "name": ""},
        {"mail": "tina.neu@example.com", "name": "Tina"},
        former="tina.schmidt@example.com",
    ),
    change(
        "create",
        "alias",
        "all@example.com",
        {},
        {"members": [f"u{n}@example.com" for n in range(7)]},
        place="aliases[0] (all@example.com)",
    ),
    change(
        "update", "alias", "info@example.com", {"members": ["charles@example.com"]}, {"members": ["eva@example.com"]}
    ),
    change(
        "delete",
        "user",
        "charles@example.com",
        about={"name": "Charles Babbage", "stored_bytes": 1288490188},
        keep_mailbox_days=None,
    ),
    change(
        "delete",
        "domain",
        "acme-shop.example",
        about={"name": ""},
        keep_mailbox_days=90,
        takes_along={
            kind: [f"{number}@acme-shop.example" for number in range(count)]
            for kind, count in {"users": 40, "aliases": 1, "mls": 4}.items()
        },
    ),
    change("update", "throttle", "global outbound", {"max_quota": 0}, {"max_quota": 4194304}),
]

LINES = """\
47 to delete, 1 to rename, 4 to change, 2 to create; 356 unchanged. Panel: https://mail.example.com/iredadmin

- domain    acme-shop.example    with 40 mailboxes, 1 alias, 4 mailing lists; mail is kept 90 days
- user      charles@example.com  Charles Babbage, 1.2 GB; mail is kept for ever; leaves alias info@example.com
> user      tina.schmidt@example.com -> tina.neu@example.com  name nothing -> Tina
~ domain    example.com          max_users 10 -> 20; quota unlimited -> 1.5 GB
~ user      ada@example.com      employee_id unknown -> 7; enabled true -> false; forwarding + grace@example.org; \
password changed; quota 1 GB -> 5 GB
~ alias     info@example.com     members + eva@example.com, - charles@example.com
~ throttle  global outbound      max_quota unlimited -> 4 MB
+ user      eva@example.com      Eva Lovelace, 5 GB    mail/example.com.yml:12
+ alias     all@example.com      members u0@example.com, u1@example.com, u2@example.com, u3@example.com, \
u4@example.com and 2 more

by domain: acme-shop.example 46 -; all domains 1 ~; example.com 1 -, 1 >, 3 ~, 2 +"""


def test_some_changes():
    assert plan_text(EIGHT, PANEL, 356) == LINES


def test_nothing_to_do():
    assert plan_text([], PANEL, 364) == "Nothing to do; 364 unchanged. Panel: " + PANEL
    assert plan_text([], PANEL, 364, {}) == "Nothing to do; 364 unchanged. Panel: " + PANEL


def test_what_became_of_each():
    fates = {("alias", "info@example.com"): Fate(DONE), ("user", "eva@example.com"): Fate(FAILED, "the panel said NO.")}
    fates["user", "charles@example.com"] = Fate(NOT_TRIED)
    fates["user", "not.planned@example.com"] = Fate("a longer word than any")
    changes = [one for one in EIGHT if (one["kind"], one["id"]) in fates]
    assert len(changes) == 3
    assert plan_text(changes, PANEL, 5, fates) == (
        "1 to delete, 1 to change, 1 to create; 5 unchanged. Panel: https://mail.example.com/iredadmin\n"
        "\n"
        "not tried  - user   charles@example.com  Charles Babbage, 1.2 GB; mail is kept for ever; leaves alias "
        "info@example.com\n"
        "done       ~ alias  info@example.com     members + eva@example.com, - charles@example.com\n"
        "failed     + user   eva@example.com      Eva Lovelace, 5 GB    mail/example.com.yml:12\n"
        "               the panel said NO.\n"
        "\n"
        "by domain: example.com 1 -, 1 ~, 1 +\n"
        "1 done, 1 failed, 1 not tried"
    )


def test_what_could_not_be_planned():
    failures = [
        Failed("alias b@no.example", "b@no.example", "there is no domain no.example.", "mail/no.yml:9"),
        Failed("user c@no.example", "c@no.example", "c@no.example is not a name."),
        Failed("user a@no.example", "a@no.example", "there is no domain no.example."),
    ]
    text = plan_text(EIGHT[-1:], PANEL, 0, None, failures)
    assert text.splitlines()[0].startswith("1 to change, 3 failed; 0 unchanged.")
    assert text.splitlines()[4:7] == [
        "! alias b@no.example  there is no domain no.example.    mail/no.yml:9",
        "! user a@no.example  the same",
        "! user c@no.example  c@no.example is not a name.",
    ]
    assert plan_text([], PANEL, 0, None, failures, most=1).splitlines()[-1] == "! and 2 more"


def test_a_long_plan_is_folded_and_what_is_deleted_is_named():
    changes = [change("create", "user", f"u{n:03}@example.com") for n in range(290)]
    changes += [change("update", "user", f"v{n:03}@example.org", {"quota": 1}, {"quota": 2}) for n in range(100)]
    changes += [change("delete", "user", f"w{n}@example.com") for n in range(10)]
    text = plan_text(changes, PANEL, 0)
    lines = text.splitlines()
    assert lines[0].startswith("10 to delete, 100 to change, 290 to create; 0 unchanged.")
    assert lines[2:12] == [f"- user  w{n}@example.com" for n in range(10)]
    assert lines[12:112] == [f"~ user  v{n:03}@example.org  quota 1 MB -> 2 MB" for n in range(100)]
    assert lines[112:] == ["+ 290 users in example.com", "", "by domain: example.com 10 -, 290 +; example.org 100 ~"]
    few = plan_text(changes, PANEL, 0, most=50).splitlines()
    assert few[12:14] == ["~ 100 users in example.org", "+ 290 users in example.com"]
    fewest = plan_text(changes, PANEL, 0, most=3).splitlines()
    assert fewest[2:5] == ["- 10 users in example.com", "~ 100 users in example.org", "+ 290 users in example.com"]


def test_a_reason_is_told_once_and_what_failed_is_not_folded_away():
    changes = [change("create", "user", f"u{n:03}@example.com") for n in range(290)]
    fates = {("user", one["id"]): Fate(DONE) for one in changes}
    for number in (7, 8, 200):
        fates["user", f"u{number:03}@example.com"] = Fate(
            FAILED, f"POST /api/user/u{number:03}@example.com was refused."
        )
    fates["user", "u009@example.com"] = Fate(NOT_TRIED)
    assert plan_text(changes, PANEL, 0, fates).splitlines()[2:-3] == [
        "done       + 286 users in example.com",
        "failed     + user  u007@example.com",
        "               POST /api/user/u007@example.com was refused.",
        "failed     + user  u008@example.com",
        "               the same as user u007@example.com",
        "not tried  + user  u009@example.com",
        "failed     + user  u200@example.com",
        "               the same as user u007@example.com",
    ]


def test_also_too_many_failures_have_a_reason():
    changes = [change("create", "user", f"u{n:03}@example.com") for n in range(290)]
    fates = {("user", one["id"]): Fate(FAILED, f"no {one['id']}.") for one in changes}
    assert plan_text(changes, PANEL, 0, fates).splitlines()[2:-3] == [
        "failed  + 290 users in example.com",
        "            no u000@example.com.",
    ]


@pytest.mark.parametrize("odd", ODD)
def test_a_name_on_the_server_makes_no_line_of_a_plan(odd):
    """Nor does it move the cursor over one: whoever approves it sees what is going to happen."""
    forged = f"Bob{odd}checksum 1f3a"
    changes = [
        change("delete", "user", "bob@example.com", about={"name": forged}),
        change("update", "user", "ada@example.com", {"name": forged}, {"name": "Ada"}),
        change("update", "alias", "all@example.com", {"members": ["x@x.example", forged]}, {"members": []}),
    ]
    text = plan_text(changes, PANEL, 0, {}, [Failed("user eva@example.com", "eva@example.com", forged)])
    lines = text.splitlines()
    assert len(lines) == 9
    assert not [line for line in lines if line.startswith("checksum")]
    assert "".join(lines).isprintable()

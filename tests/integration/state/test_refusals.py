# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A state that cannot be meant is refused before anything is asked, or at least before anything is written."""

from __future__ import annotations

import pytest

from tests.support.common import COM, PASSWORD
from tests.support.state_apply import applied, apply, counts, panel, refused, requests, user

PARTNER = "admin@partner.example"
GOOD = user(f"a@{COM}")


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        (
            {"users": [GOOD, user(f"b@{COM}", quota="much")]},
            f"users[1] (b@{COM}): quota: 'much' is not a size; write a number of MB, or a text like 20GB.",
        ),
        ({"users": [GOOD, {"name": "Nobody"}]}, "users[1]: mail is missing."),
        ({"users": [GOOD, "b@example.com"]}, "users[1]: is not a mapping of options."),
        ({"users": [user(f"b@{COM}", colour="red")]}, f"users[0] (b@{COM}): there is no option colour."),
        (
            {"domains": [{"domain": COM, "max_users": 1, "numberOfUsers": 2}]},
            f"domains[0] ({COM}): max_users and numberOfUsers are the same option.",
        ),
        ({"users": [user("b")]}, "users[0] (b): mail: 'b' is not an e-mail address the panel can store."),
        ({"users": [user(f"b@{COM}", enabled="perhaps")]}, f"users[0] (b@{COM}): enabled is not a boolean."),
        ({"users": [user(f"b@{COM}", name=["x"])]}, f"users[0] (b@{COM}): name is not text."),
        (
            {"users": [user(f"b@{COM}", state="gone")]},
            f"users[0] (b@{COM}): state: must be one of present, absent, and not gone.",
        ),
        (
            {"throttles": [{"account": COM, "direction": "sideways", "period": 1}]},
            f"throttles[0] ({COM}): direction: must be one of inbound, outbound, and not sideways.",
        ),
        (
            {"users": [GOOD, user(f"A@{COM.upper()}")]},
            f"user a@{COM} is declared twice: users[0] (a@{COM}) and users[1] (A@{COM.upper()}).",
        ),
        (
            {"throttles": [{"account": COM, "direction": "inbound", "period": 1}] * 2},
            f"throttle {COM} inbound is declared twice: throttles[0] ({COM}) and throttles[1] ({COM}).",
        ),
        ({"greylisting_spf_domains": [{"domains": []}] * 2}, "greylisting_spf_domains is declared twice: "),
        ({"usres": []}, "there is no kind usres; did you mean users? There are domains, "),
        ({"users": {"mail": f"b@{COM}"}}, "users is not a list."),
        ({"users": [user(f"b@{COM}", password="")]}, f"users[0] (b@{COM}): password: is empty"),
        (
            {"users": [{"mail": f"b@{COM}"}], "_origins": {"users": ["mail/users.yml:3"]}, "aliases": [{}]},
            "aliases[0]: mail is missing.",
        ),
        (
            {"users": [{"mail": f"b@{COM}", "quota": []}], "_origins": {"users": ["mail/users.yml:3"]}},
            f"mail/users.yml:3: user b@{COM}: quota: is not a size",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_one_sentence_names_the_item_and_nothing_is_asked(declared, message):
    with panel("sql") as sandbox:
        result = refused(sandbox, declared, check=False)
        assert result["msg"].startswith(message)
        assert sandbox.log() == []
        assert apply(sandbox, declared, check=True)["msg"] == result["msg"]
        assert sandbox.log() == []


def test_an_account_without_password_stops_everything_before_the_first_write(backend):
    declared = {
        "domains": [{"domain": COM, "description": "New"}, {"domain": "new.example"}],
        "users": [user(f"a@{COM}"), {"mail": f"b@{COM}", "name": "Bob"}, {"mail": "c@new.example"}],
        "admins": [{"mail": PARTNER}],
    }
    with panel(backend) as sandbox:
        for check in (True, False):
            result = refused(sandbox, declared, "nothing was written", "password", check=check)
            assert sorted((one["kind"], one["id"]) for one in result["failures"]) == [
                ("admin", PARTNER),
                ("user", f"b@{COM}"),
                ("user", "c@new.example"),
            ]
            assert all("password" in one["msg"] for one in result["failures"])
        # whoever is there needs none
        sandbox.api("POST", f"/api/user/b@{COM}", password=PASSWORD)
        assert counts(applied(sandbox, {"users": declared["users"][:2]})) == [1, 1, 0, 0, 0, 0, 0]


def test_nothing_declared_is_nothing_done(backend):
    with panel(backend) as sandbox:
        for declared in ({}, {"users": []}, {"users": None, "domains": None}):
            result = applied(sandbox, declared)
            assert counts(result) == [0] * 7
            assert requests(sandbox) == ["POST /api/login"]

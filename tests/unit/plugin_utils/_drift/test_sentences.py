# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each difference in words, seen from the server."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.wording import kind_name
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.entry import DRIFT, FAILED, REPAIRED, Entry
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._drift.sentences import sentences

LISTED = [f"u{number}@example.com" for number in range(12)]


def told(status: str = DRIFT, kind: str = "user", declared: bool = True, note: str = "", **changes: Any) -> list[str]:
    return sentences(Entry(kind, "a@example.com", "s", status, changes, note, declared))


@pytest.mark.parametrize(
    ("changes", "drift", "repaired"),
    [
        ({"quota": (4096, 1024)}, "quota is 4 GB, declared 1 GB", "quota was 4 GB, is 1 GB again"),
        ({"quota": (0, 1500)}, "quota is unlimited, declared 1500 MB", "quota was unlimited, is 1500 MB again"),
        ({"name": ("Ada", "")}, "name is Ada, declared not set", "name was Ada, is not set again"),
        ({"enabled": (False, True)}, "is disabled, declared enabled", "was disabled, is enabled again"),
        (
            {"global_admin": (True, False)},
            "is a global admin, declared no global admin",
            "was a global admin, is no global admin again",
        ),
        (
            {"is_newsletter": (True, False)},
            "is_newsletter is true, declared false",
            "is_newsletter was true, is false again",
        ),
        ({"password": ("<set>", "<changed>")}, "password is not the declared one", "password set again"),
        (
            {"members": (["mallory@evil.example"], [])},
            "members: only on the server: mallory@evil.example",
            "members: taken out, was only on the server: mallory@evil.example",
        ),
        (
            {"members": (["b@example.com"], ["b@example.com", "rosa@example.com"])},
            "members: missing on the server: rosa@example.com",
            "members: put back, was missing on the server: rosa@example.com",
        ),
        (
            {"enabled": ({"a@b.cd": False, "b@b.cd": False}, {"a@b.cd": True, "b@b.cd": True})},
            "enabled of a@b.cd, b@b.cd is false, declared true",
            "enabled of a@b.cd, b@b.cd was false, is true again",
        ),
    ],
)
def test_what_an_option_tells(changes, drift, repaired):
    assert told(**changes) == [drift]
    assert told(REPAIRED, **changes) == [repaired]


def test_nobody_is_left():
    assert told(kind="alias", members=([], ["a@b.cd"])) == ["members: missing on the server: a@b.cd; nobody is left"]


def test_long_lists_are_told_in_short():
    (sentence,) = told(members=(LISTED, []))
    assert sentence.endswith("u9@example.com and 2 more")


@pytest.mark.parametrize(
    ("before", "after", "declared", "sentence"),
    [
        ("absent", "present", True, "missing on the server"),
        ("present", "absent", False, "only on the server, declared nowhere"),
        ("present", "absent", True, "only on the server, declared absent"),
    ],
)
def test_an_object_that_is_there_or_not(before, after, declared, sentence):
    """Its options are not told one by one."""
    assert told(declared=declared, state=(before, after), quota=(None, 1024)) == [sentence]


def test_of_a_failure_the_reason_comes_first():
    assert told(FAILED, note="HTTP 500", quota=(1024, 2048)) == ["HTTP 500", "quota is 1 GB, declared 2 GB"]


def test_outsiders_are_named_first_and_marked():
    entry = Entry("alias", "a@b.cd", "s", DRIFT, {"members": (["c@b.cd", "x@evil.example"], [])})
    assert sentences(entry, {"members": ["x@evil.example"]}) == [
        "members: only on the server: x@evil.example (outside), c@b.cd"
    ]


@pytest.mark.parametrize(
    ("kind", "one", "several"),
    [("user", "mailbox", "mailboxes"), ("domain", "domain", "domains"), ("admin", "admin", "admins")],
)
def test_what_people_call_it(kind, one, several):
    assert (kind_name(kind), kind_name(kind, 2)) == (one, several)


def test_outsiders_in_what_is_nobodys_are_named():
    entry = Entry("alias", "a@b.cd", "s", DRIFT, {"state": ("present", "absent")}, declared=False)
    entry.shown = {"members": ["c@b.cd", "x@evil.example"]}
    assert sentences(entry, {"members": ["x@evil.example"]})[1:] == ["members: x@evil.example (outside)"]

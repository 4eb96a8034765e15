# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task tells: options in the user's words, what is not shown as such, and no secret."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.plan import (
    CREATE,
    DELETE,
    NONE,
    RENAME,
    UPDATE,
    Expect,
    Operation,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.result import (
    Outcome,
    format_value,
    in_diff,
    options_of,
    show_object,
    show_set,
    show_setting,
    to_output,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.accounts import Target
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNKNOWN, UNREADABLE

ADA = "ada@example.com"


def test_a_change_is_what_was_sent_and_not_refused():
    outcome = Outcome()
    assert not outcome.changed
    outcome.record(Operation("PUT", ("user", ADA), {"name": "Ada", "password": "secret-1"}))
    assert outcome.operations == [
        {"method": "PUT", "path": f"/api/user/{ADA}", "params": {"name": "Ada", "password": "********"}}
    ]
    assert outcome.changed
    outcome.unrecord()
    assert not outcome.changed


@pytest.mark.parametrize(
    ("acts", "action"),
    [
        ([NONE, UPDATE], UPDATE),
        ([CREATE, UPDATE], CREATE),
        ([RENAME, UPDATE], RENAME),
        ([UPDATE, NONE], UPDATE),
        ([NONE, DELETE, NONE], DELETE),
    ],
)
def test_that_it_is_made_says_more_than_that_it_is_changed(acts, action):
    outcome = Outcome()
    for one in acts:
        outcome.acts(one)
    assert outcome.action == action


def test_each_thing_is_said_once():
    outcome = Outcome()
    for _time in range(2):
        outcome.warn("Careful.")
        outcome.mark_unverified(["b", "a"])
    result = outcome.to_result("user", ADA, f"user {ADA}")
    assert result["warnings"] == [f"user {ADA}: Careful."]
    assert result["unverified"] == ["a", "b"]
    assert result["user"] == {}
    assert result["diff"] == {
        "before": {},
        "after": {},
        "before_header": f"user {ADA}",
        "after_header": f"user {ADA}",
    }
    assert "warnings" not in Outcome().to_result("user", ADA, "")


@pytest.mark.parametrize(
    ("value", "output", "diff"),
    [
        (frozenset("ba"), ["a", "b"], ["a", "b"]),
        (frozenset(), [], []),
        (UNREADABLE, None, "<unknown>"),
        (UNKNOWN, None, "<unknown>"),
        ("", "", ""),
        (0, 0, 0),
        (False, False, False),
    ],
)
def test_what_is_not_shown_does_not_look_like_nothing(value, output, diff):
    assert to_output(value) == output
    assert in_diff(value) == diff


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", "nothing"),
        (0, "0"),
        (True, "true"),
        (frozenset(), "an empty list"),
        (frozenset("ba"), "a, b"),
        (Expect(added=frozenset("a"), removed=frozenset("cb")), "with a and without b, c"),
        (Expect(removed=frozenset("b")), "without b"),
    ],
)
def test_values_in_a_sentence(value, text):
    assert format_value(value) == text


def test_the_own_address_is_an_option_of_its_own():
    shown = {"forwarding": frozenset({ADA, "x@x.example"}), "name": "Ada"}
    assert options_of(USER, shown, ADA) == {"name": "Ada", "forwarding": ["x@x.example"], "forwarding_keep_copy": True}
    hidden = {"forwarding": UNREADABLE}
    assert options_of(USER, hidden, ADA) == {"forwarding": None}
    assert options_of(USER, hidden, ADA, diff=True) == {"forwarding": "<unknown>"}


def test_an_object_with_its_facts():
    current = Current("sql", {"name": "Ada"}, facts={"stored_bytes": 5})
    assert show_object(USER, ADA, current) == {"mail": ADA, "name": "Ada", "stored_bytes": 5}
    assert show_object(USER, ADA, None) == {}


def test_settings_and_sets():
    target = Target((("account", "global"),))
    assert show_setting(target, None) == {}
    assert show_setting(target, Current("sql", {"period": 5, "max_msgs": UNREADABLE})) == {
        "account": "global",
        "period": 5,
        "max_msgs": None,
    }
    assert show_set(WBLIST, target, frozenset()) == {}
    assert show_set(WBLIST, target, frozenset(), present=True) == {"account": "global", "addresses": []}
    assert show_set(WBLIST, target, frozenset("ba")) == {"account": "global", "addresses": ["a", "b"]}

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was read from a panel: answers, errors among them, and questions that were not asked."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import BadAnswer
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.snapshot import (
    Question,
    Snapshot,
    Unread,
    ask,
    unread,
)

ONE = Question(("one",), lambda _panel: 1)
TWO = Question(("two",), lambda panel: panel)


def test_what_was_not_asked_is_no_answer():
    snapshot = Snapshot()
    with pytest.raises(Unread) as missing:
        snapshot.answer(ONE)
    assert missing.value.questions == [ONE]
    assert (snapshot.knows(ONE), snapshot.peek(ONE)) == (False, None)


def test_none_is_an_answer_and_so_is_an_error():
    snapshot = Snapshot()
    snapshot.put(ONE, None)
    snapshot.put(TWO, BadAnswer("odd"))
    assert snapshot.answer(ONE) is None
    with pytest.raises(BadAnswer):
        snapshot.answer(TWO)
    assert isinstance(snapshot.peek(TWO), BadAnswer)


def test_each_is_asked_once():
    snapshot = Snapshot()
    same = Question(("one",), lambda _panel: "another way to ask")
    assert unread([ONE, same, TWO, ONE], snapshot) == [ONE, TWO]
    snapshot.put(same, 1)
    assert unread([ONE, TWO], snapshot) == [TWO]


def test_whatever_goes_wrong_is_an_answer():
    assert ask("the panel", TWO) == "the panel"
    assert isinstance(ask(None, Question(("x",), lambda _panel: 1 // 0)), ZeroDivisionError)

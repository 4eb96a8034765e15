# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading what planning asks for: all of it, side by side, as long as the panel answers."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import NotSent
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.reading import begin, read_for
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.snapshot import Question, Reads, Snapshot
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import MAX_UNREACHABLE, Workers
from tests.support.fake_panel import FakePanel, Server


def questions(asked, answer=None, number=6, **options):
    def ask(name):
        def do(_panel):
            asked.append(name)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return do

    return [Question((name,), ask(name), **options) for name in range(number)]


def read(planning, snapshot, **options):
    told = []
    with Workers(1, progress=lambda *line: told.append(line), **options) as workers:
        read_for(planning(), snapshot, FakePanel(Server(), read_only=True), workers)
    return told


def test_what_is_asked_is_there_when_planning_goes_on():
    snapshot, asked = Snapshot(), []
    wanted = questions(asked, "found")

    def planning():
        yield Reads("read users", wanted[:4])
        assert [snapshot.answer(one) for one in wanted[:4]] == ["found"] * 4
        yield Reads("read aliases", wanted)

    told = read(planning, snapshot)
    assert asked == [0, 1, 2, 3, 4, 5], "each once"
    assert told == [("read users", n, 4) for n in (1, 2, 3, 4)] + [("read aliases", n, 2) for n in (1, 2)]


def test_a_panel_that_does_not_answer_is_left_alone():
    snapshot, asked = Snapshot(), []

    def planning():
        yield Reads("read users", questions(asked, NotSent("refused")))
        assert snapshot.gave_up

    read(planning, snapshot)
    assert len(asked) == MAX_UNREACHABLE


def test_lists_that_fail_do_not_end_it():
    snapshot, asked = Snapshot(), []

    def planning():
        yield Reads("compare users", questions(asked, NotSent("refused"), vital=False))
        assert not snapshot.gave_up
        assert len(asked) == MAX_UNREACHABLE
        yield Reads("read users", [Question(("x",), lambda _panel: "here")])

    read(planning, snapshot)


@pytest.mark.parametrize("backend", ["sql", "ldap"])
def test_who_it_is_is_noted(backend):
    snapshot = Snapshot()
    begin(FakePanel(Server(backend, "me@b.example")), snapshot)
    assert (snapshot.username, snapshot.backend_hint) == ("me@b.example", backend)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading what planning needs, side by side."""

from __future__ import annotations

from typing import Any, Tuple

from .._engine.panel import Panel
from .._errors import Interrupted
from .snapshot import Planning, Question, Snapshot, ask, unread
from .step import is_out_of_reach
from .workers import NOT_ASKED, Patience, Workers


def begin(panel: Panel, snapshot: Snapshot) -> None:
    """Log in, and note who it is.

    :raises IRedMailError: the panel cannot be read at all
    """
    panel.login()
    snapshot.username, snapshot.backend_hint = panel.username, panel.backend_hint
    snapshot.api_username = panel.in_use.api_username


def read_for(planning: Planning, snapshot: Snapshot, panel: Panel, workers: Workers) -> None:
    """Plan to the end, and read what that takes into the snapshot."""

    for what, questions in planning:
        asked = unread(questions, snapshot)
        lists = Patience()

        def answer(question: Question, lists: Patience = lists) -> Tuple[Question, Any]:
            if workers.stopped or (lists.lost and not question.vital):
                return question, NOT_ASKED
            found = ask(panel, question)
            if isinstance(found, Interrupted):
                return question, NOT_ASKED
            out_of_reach = isinstance(found, Exception) and is_out_of_reach(found)
            if question.vital:
                workers.heard(out_of_reach)
            else:  # lists may be too much for a panel that answers other requests
                lists.heard(out_of_reach)
            return question, found

        one_more = workers.tally(what, len(asked))
        for question, found in workers.each(answer, asked):
            if found is not NOT_ASKED:
                snapshot.put(question, found)
            one_more()
        snapshot.gave_up = workers.stopped

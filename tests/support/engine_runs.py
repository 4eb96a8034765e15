# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of an engine against a panel that is a dict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.writing import WritingTask
from tests.support.fake_panel import FakePanel, Server


class Runs:
    """What tests of an engine do with its tasks.

    :param start: makes a task of the options that a test gives
    """

    def __init__(self, start: Callable[..., WritingTask]) -> None:
        self._start = start

    def task(self, **options: Any) -> WritingTask:
        """One that was not run."""
        return self._start(**options)

    def run(self, server: Server, check: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task that succeeds."""
        task = self._start(**options)
        task.reach(FakePanel(server, read_only=check))
        return task.result()

    def both(self, server: Server, **options: Any) -> dict[str, Any]:
        """What check mode says, which writes nothing; the real run says the same, and a third has nothing to do."""
        predicted = self.run(server, check=True, **options)
        assert server.writes == []
        assert self.run(server, **options) == predicted
        sent = len(server.writes)
        assert self.run(server, **options)["changed"] is False
        assert len(server.writes) == sent
        return predicted

    def fail(self, server: Server, error: type[Exception], check: bool = False, **options: Any) -> str:
        """The message of a task that fails."""
        with pytest.raises(error) as caught:
            self.run(server, check, **options)
        return str(caught.value)

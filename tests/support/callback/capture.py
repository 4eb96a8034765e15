# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Callback plugin of the tests: every task result as a line of JSON, so that nothing need be read from the screen."""

from __future__ import annotations

DOCUMENTATION = r"""
name: capture
type: aggregate
short_description: Write every task result to a file
description: Write every task result to the file named by CAPTURE_FILE, one JSON object a line.
"""

import json
import os

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """Results of tasks and of loop items, in order."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "capture"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, result, status, item=False):
        line = {
            "task": result._task.get_name(),
            "module": result._task.action,
            "status": status,
            "item": item,
            "host": result._host.get_name(),
            # Newer ansible-core leaves "failed" out of the result where the event says it
            "result": dict(result._result, failed=True) if status == "failed" else result._result,
        }
        with open(os.environ["CAPTURE_FILE"], "a", encoding="utf-8") as sink:
            sink.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result, **_more):
        self._write(result, "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False, **_more):
        self._write(result, "failed")

    def v2_runner_on_unreachable(self, result, **_more):
        self._write(result, "unreachable")

    def v2_runner_on_skipped(self, result, **_more):
        self._write(result, "skipped")

    def v2_runner_item_on_ok(self, result, **_more):
        self._write(result, "ok", item=True)

    def v2_runner_item_on_failed(self, result, **_more):
        self._write(result, "failed", item=True)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module for a whole state."""

from __future__ import annotations

from typing import Any, Dict

from .._api.connection import connection_spec
from .findings import CODES
from .kinds import PRUNABLE


def state_spec() -> Dict[str, Any]:
    """Everything AnsibleModule needs for the module of a whole state."""
    strings = {"type": "list", "elements": "str"}
    spec = dict(
        connection_spec(),
        declared={"type": "dict"},
        src={"type": "raw"},
        prune={
            "type": "dict",
            "options": {
                "kinds": dict(strings, choices=list(PRUNABLE)),
                "domains": dict(strings),
                "protect": dict(strings),
                "keep_mailbox_days": {"type": "int"},
            },
        },
        undeclared={
            "type": "dict",
            "options": {
                "kinds": dict(strings, choices=list(PRUNABLE)),
                "domains": dict(strings),
                "protect": dict(strings),
            },
        },
        max_deletions={"type": "int", "default": 10},
        max_delete_percent={"type": "float", "default": 30},
        concurrency={"type": "int", "default": 4},
        continue_on_error={"type": "bool", "default": False},
        expect_checksum={"type": "str"},
        offline={"type": "bool", "default": False},
        ignore_findings=dict(strings, choices=list(CODES)),
        verify={"type": "str", "choices": ["strict", "warn", "off"], "default": "strict"},
    )
    return {
        "argument_spec": spec,
        "mutually_exclusive": [("declared", "src")],
        "required_one_of": [("declared", "src")],
        "supports_check_mode": True,
    }

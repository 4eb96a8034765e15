# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that returns the live server as a state that can be declared."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from .._api.client import Client
from .._api.connection import connection_spec
from .._engine.panel import Panel
from .._engine.task import Module, Params, Task
from .._errors import InputError
from .._state.kinds import KINDS
from .._state.workers import Workers
from .items import Item
from .run import Export

CHOICES = tuple(kind.plural for kind in KINDS)
#: what speaks for all users of a domain is not asked for by default: each of them is exported by itself
DEFAULT = tuple(plural for plural in CHOICES if plural != "domain_users")


class ExportTask(Task):
    """Read the whole state."""

    def __init__(self, params: Params) -> None:
        self.domains: Optional[List[str]] = None
        if params.get("domains") is not None:
            self.domains = [str(name).strip().lower() for name in params["domains"]]
            if not self.domains or "" in self.domains:
                raise InputError("domains: is empty or has an empty item; leave it out for all domains.")
        kinds = params.get("kinds")
        if kinds is not None and not kinds:
            raise InputError("kinds: is empty; leave it out for all kinds.")
        self.kinds = frozenset(DEFAULT if kinds is None else kinds)
        self.concurrency: int = params.get("concurrency") or 0
        if self.concurrency < 1:
            raise InputError("concurrency: must be 1 or more.")
        self.whole = bool(params.get("include_defaults"))
        self.state: Dict[str, List[Item]] = {}
        self.not_exported: List[Dict[str, Any]] = []

    def run(self, client: Client, check_mode: bool) -> None:
        with Workers(self.concurrency, progress=self.progress, interrupt=client.interrupt) as workers:
            export = Export(Panel(client, read_only=True), workers, self.kinds, self.whole)
            export.run(self.domains)
        self.state, self.not_exported = export.items(), export.notes.listed()

    def result(self) -> Dict[str, Any]:
        return {"changed": False, "state": self.state, "not_exported": self.not_exported}


def export_spec() -> Dict[str, Any]:
    """Everything AnsibleModule needs."""
    spec = dict(
        connection_spec(),
        domains={"type": "list", "elements": "str"},
        kinds={"type": "list", "elements": "str", "choices": list(CHOICES)},
        include_defaults={"type": "bool", "default": False},
        concurrency={"type": "int", "default": 4},
    )
    return {"argument_spec": spec, "supports_check_mode": True}


STATE_INFO = Module(export_spec, ExportTask)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The domains of a panel, read for an inventory.

A read that fails is an error, and never a domain less; but for one that the panel lists and cannot be asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.client import Client
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.panel import Panel
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.result import show_object
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import Task, reading_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.view import (
    get_listed,
    left_out,
    not_by_name,
    tried,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError, IRedMailError
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.patterns import chosen
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import Workers

#: what the names of variables begin with
PREFIX = "iredmail_"


class DomainsTask(Task):
    """Read the domains whose names match, side by side."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.wanted = [str(name).strip().lower() for name in params.get("domains") or ["*"]]
        self.concurrency = params["concurrency"]
        if self.concurrency < 1:
            raise InputError("concurrency: must be 1 or more.")
        self.found: dict[str, dict[str, Any]] = {}
        self.doubts: list[str] = []

    def run(self, client: Client, check_mode: bool) -> None:
        panel = Panel(client, read_only=True)
        panel.login()
        names = chosen(panel.all_names(DOMAIN), self.wanted)
        with Workers(self.concurrency, interrupt=client.interrupt) as workers:
            found = dict(workers.each(lambda name: (name, _read(panel, name)), names))
            refusals = [answer for answer in found.values() if isinstance(answer, IRedMailError)]
            if len(refusals) == len(names):
                not_by_name(refusals)
            for name in names:
                current = found[name]
                if isinstance(current, IRedMailError):
                    self.doubts.append(left_out(DOMAIN.name, name, current))
                elif current is not None:  # else it went away meanwhile
                    self.found[name] = _variables(show_object(DOMAIN, name, current), current.backend)
                    self.doubts += [
                        "domain %s: %s has an unknown form: %s" % (name, option, reason)
                        for option, reason in sorted(current.problems.items())
                    ]

    def result(self) -> dict[str, Any]:
        return {"changed": False, "domains": self.found, "doubts": self.doubts}


def _read(panel: Panel, name: str) -> Current | IRedMailError | None:
    """A domain, or why the panel cannot be asked for this one."""
    try:
        found: Current | IRedMailError | None = tried(partial(get_listed, panel, DOMAIN, name))
        return found
    except IRedMailError as error:
        raise IRedMailError("domain %s could not be read: %s" % (name, error)) from None


def _variables(profile: Mapping[str, Any], backend: str) -> dict[str, Any]:
    """Settings as variables of a host; usage figures, which change by themselves, are left out."""
    settings = {"domain", *(one.option for one in DOMAIN.fields)}
    found = {PREFIX + name: value for name, value in profile.items() if name in settings}
    return dict(found, **{PREFIX + "backend": backend})


DOMAINS_MODULE = reading_module(
    DomainsTask, domains={"type": "list", "elements": "str"}, concurrency={"type": "int", "default": 4}
)

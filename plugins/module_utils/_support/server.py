# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A look at the panel itself, before anything is changed."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from .._api.client import Client
from .._engine.current import Current
from .._engine.panel import Panel
from .._engine.task import Params, Task, reading_module
from .._engine.view import each_of
from .._errors import IRedMailError, NoSuchEndpoint, Rejected, ServerFault
from .._model.descriptors import Resource
from .._model.resources.admin import ADMIN
from .._model.resources.alias import ALIAS
from .._model.resources.domain import DOMAIN
from .._model.resources.user import USER
from .._model.sources import UNREADABLE
from .capture import Capture

#: how many domains are searched for an example
DOMAINS_TRIED = 20


class ServerTask(Task):
    """Ask the panel what it is and what it shows."""

    def __init__(self, params: Params) -> None:
        self.server: Dict[str, Any] = {}
        self.capture: Optional[Dict[str, Any]] = {} if params.get("capture") else None

    def run(self, client: Client, check_mode: bool) -> None:
        panel = Panel(client, read_only=True)
        panel.login()
        if self.capture is None:
            self._look(panel)
            return
        # before conclusions are drawn: a panel that is not understood is the one of which a capture is needed
        self.capture = Capture(client).run()
        try:
            self._look(panel)
        except IRedMailError as failure:
            self.capture["problem"] = type(failure).__name__
            raise
        self.capture["server"] = self.server

    def _look(self, panel: Panel) -> None:
        domains = panel.names(DOMAIN) or []
        unreadable: Dict[str, List[str]] = {}
        backends = {panel.backend_hint} if panel.backend_hint else set()
        for resource in (DOMAIN, USER, ALIAS):
            sample = self._sample(panel, resource, domains)
            if sample is not None:
                backends = {sample.backend}
                hidden = [name for name, value in sample.values.items() if value is UNREADABLE]
                unreadable[resource.plural] = sorted(hidden)
        self.server = {
            "backend": backends.pop() if backends else "unknown",
            "global_admin": self._is_global(panel),
            "domains": len(domains),
            "unreadable": unreadable,
        }

    @staticmethod
    def _sample(panel: Panel, resource: Resource, domains: List[str]) -> Optional[Current]:
        """The first object there is; None when there is none or this release cannot list them."""
        if resource is DOMAIN:
            return _first(panel, DOMAIN, domains)
        for domain in domains[:DOMAINS_TRIED]:
            try:
                names = panel.names(resource, domain)
            except NoSuchEndpoint:
                continue  # this release has no such list, or the domain a name that the panel does not route
            except (Rejected, ServerFault) as failure:
                if failure.transient:
                    raise
                return None
            if names:
                return _first(panel, resource, names)
        return None

    @staticmethod
    def _is_global(panel: Panel) -> Optional[bool]:
        """Whether the account is a global admin; None where only a session is known (panel/admins.md#global-admins)."""
        for resource in (ADMIN, USER) if panel.username else ():
            try:
                account = panel.get(resource, str(panel.username))
            except Rejected as refusal:
                if refusal.code == "PERMISSION_DENIED":
                    return False
                continue
            if account is not None:
                if "global_admin" in account.problems:
                    raise IRedMailError("The profile of %s is of an unknown shape." % panel.username)
                return account.value("global_admin") is True
        return None

    def result(self) -> Dict[str, Any]:
        shown = {} if self.capture is None else {"capture": self.capture}
        return dict(shown, changed=False, server=self.server)


def _first(panel: Panel, resource: Resource, names: List[str]) -> Optional[Current]:
    """The first of some names that the panel can be asked for."""
    for _name, answer in each_of(panel, resource, names):
        if not isinstance(answer, IRedMailError):
            return answer
    return None


SERVER_INFO = reading_module(ServerTask, capture={"type": "bool", "default": False})

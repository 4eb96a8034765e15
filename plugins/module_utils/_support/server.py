# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules about the panel itself: logging in, and a look before anything is changed."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from .._api.client import Client
from .._engine.argument_spec import plain_spec
from .._engine.current import list_identities, read, unwrap
from .._engine.task import Job, Params, Work
from .._errors import InputError, IRedMailError, NoSuchEndpoint, Rejected, ServerFault
from .._model.codecs import Flag, first
from .._model.resources.alias import ALIAS
from .._model.resources.domain import DOMAIN
from .._model.resources.user import USER
from .._model.sources import UNREADABLE
from .capture import Capture


class LoginWork(Work):
    """Log in once and hand out the session."""

    def __init__(self, params: Params) -> None:
        if not (params.get("api_username") and params.get("api_password")):
            raise InputError("iredmail_login needs api_username and api_password.")
        self.session: Optional[str] = None

    def run(self, client: Client) -> None:
        client.forget_session()
        client.login()
        self.session = client.session

    def result(self) -> Dict[str, Any]:
        return {"changed": False, "session": self.session}


class ServerWork(Work):
    """Ask the panel what it is and what it shows."""

    def __init__(self, params: Params) -> None:
        self.server: Dict[str, Any] = {}
        self.capture: Optional[Dict[str, Any]] = {} if params.get("capture") else None

    def run(self, client: Client) -> None:
        client.login()
        if self.capture is None:
            self._look(client)
            return
        # before conclusions are drawn: a panel that is not understood is the one of which a capture is needed
        self.capture = Capture(client).run()
        try:
            self._look(client)
        except IRedMailError as failure:
            self.capture["problem"] = type(failure).__name__
            raise
        self.capture["server"] = self.server

    def _look(self, client: Client) -> None:
        domains = list_identities(client, DOMAIN, "") or []
        unreadable: Dict[str, List[str]] = {}
        backends = {client.backend_hint} if client.backend_hint else set()
        for resource in (DOMAIN, USER, ALIAS):
            sample = self._sample(client, resource, domains)
            if sample is not None:
                backends = {sample.backend}
                hidden = [name for name, value in sample.values.items() if value is UNREADABLE]
                unreadable[resource.plural] = sorted(hidden)
        self.server = {
            "backend": backends.pop() if backends else "unknown",
            "global_admin": self._is_global(client),
            "domains": len(domains),
            "unreadable": unreadable,
        }

    @staticmethod
    def _sample(client: Client, resource: Any, domains: List[str]) -> Any:
        """The first object there is; None when there is none or this release cannot list them."""
        if resource is DOMAIN:
            return read(client, DOMAIN, domains[0]) if domains else None
        for domain in domains[:20]:
            try:
                names = list_identities(client, resource, domain)
            except (NoSuchEndpoint, Rejected, ServerFault) as failure:
                if failure.transient:
                    raise
                return None
            if names:
                return read(client, resource, names[0])
        return None

    @staticmethod
    def _is_global(client: Client) -> Optional[bool]:
        """Whether the account is a global admin; None where only a session is known (panel/admins.md#global-admins)."""
        for kind in ("admin", "user"):
            if not client.username:
                return None
            try:
                profile = unwrap(client.get((kind, client.username)))
            except Rejected as refusal:
                if refusal.code == "PERMISSION_DENIED":
                    return False
                continue
            if isinstance(profile, dict):
                flag = profile.get("isglobaladmin", profile.get("domainGlobalAdmin"))
                try:
                    return Flag().from_wire(first(flag))
                except ValueError:
                    raise IRedMailError("The profile of %s is of an unknown shape." % client.username) from None
        return None

    def result(self) -> Dict[str, Any]:
        shown = {} if self.capture is None else {"capture": self.capture}
        return dict(shown, changed=False, server=self.server)


def server_spec() -> Dict[str, Any]:
    """Keyword arguments of AnsibleModule for iredmail_server_info."""
    spec = plain_spec()
    spec["argument_spec"]["capture"] = {"type": "bool", "default": False}
    return spec


LOGIN = Job(plain_spec, LoginWork)
SERVER_INFO = Job(server_spec, ServerWork)

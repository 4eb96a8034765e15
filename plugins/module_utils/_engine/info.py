# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading modules: one object, or all of a domain, in the vocabulary of the writing modules."""

from __future__ import annotations

from typing import Any, Dict, List

from .._api.client import Client
from .._model.addresses import DomainName
from .._model.descriptors import Resource
from .argument_spec import info_spec
from .current import list_identities, read
from .desired import accept
from .result import described
from .task import Job, Params, Work


class InfoWork(Work):
    """Collect objects of a resource.

    The detailed form of the list endpoints shows too little and has been seen to crash, so names are listed and each
    object is read by itself (panel/user-profiles.md#list-of-users).
    """

    def __init__(self, resource: Resource, params: Params) -> None:
        self.resource = resource = resource.of(params)
        self.found: List[Dict[str, Any]] = []
        self.enabled = params.get("enabled")
        self.identity = self.domain = ""
        if params.get(resource.identity):
            self.identity = accept(resource.identity, resource.identity_codec, params[resource.identity])
        elif params.get("domain"):
            self.domain = accept("domain", DomainName(), params["domain"])
        self.subject = " ".join(part for part in (resource.name, self.identity or self.domain) if part)

    def run(self, client: Client) -> None:
        names = [self.identity] if self.identity else self._names(client)
        for name in names:
            current = read(client, self.resource, name)
            if current is not None and self.enabled in (None, current.values.get("enabled")):
                self.found.append(described(self.resource, name, current))

    def _names(self, client: Client) -> List[str]:
        return list_identities(client, self.resource, self.domain, disabled_only=self.enabled is False) or []

    def result(self) -> Dict[str, Any]:
        return {"changed": False, self.resource.plural: self.found}


def info_job(resource: Resource) -> Job:
    """The info module of a resource."""
    return Job(lambda: info_spec(resource), lambda params: InfoWork(resource, params))

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One account as LDIF, which only LDAP panels can tell (panel/ldif.md)."""

from __future__ import annotations

import re
from typing import Any, Dict, Optional

from .._api.client import Client
from .._engine.panel import Panel
from .._engine.task import HIDDEN, Params, Task, reading_module
from .._errors import BadAnswer, NoSuchEndpoint, Rejected
from .._model.addresses import Address, DomainName
from .._model.codecs import accept_name
from .._model.resources.domain import DOMAIN

KINDS = ("domain", "catchall", "admin", "user", "maillist", "alias")
# userPassword and its like, options of the attribute included; long values go on in lines that begin with a blank
SECRET_LINES = re.compile(r"^([a-z0-9-]*password[a-z0-9;-]*:[:<]?).*(\n .*)*", re.IGNORECASE | re.MULTILINE)


class LdifTask(Task):
    """Ask the panel for the text, and take the secrets out."""

    def __init__(self, params: Params) -> None:
        self.kind = params["kind"]
        codec = DomainName() if self.kind in ("domain", "catchall") else Address()
        self.path = ("ldif", self.kind, accept_name("name", codec, params["name"]))
        self.subject = "ldif %s %s" % (self.kind, self.path[2])
        self.text: Optional[str] = None

    def run(self, client: Client, check_mode: bool) -> None:
        try:
            text = Panel(client, read_only=True).raw(self.path)
        except NoSuchEndpoint as failure:
            raise NoSuchEndpoint("LDIF comes from LDAP panels only, and this one has none (%s)" % failure) from None
        except Rejected as refusal:
            if refusal.code not in DOMAIN.absent_codes:
                raise
            text = ""  # so do panels that export nothing of what is not there (panel/ldif.md#answer: unknown)
        if not isinstance(text, str):
            raise BadAnswer("the panel answered with a %s where LDIF text is expected." % type(text).__name__)
        self.text = SECRET_LINES.sub(r"\1 " + HIDDEN, text)

    def result(self) -> Dict[str, Any]:
        return {"changed": False, "ldif": self.text}


LDIF = reading_module(
    LdifTask,
    kind={"type": "str", "choices": list(KINDS), "required": True},
    name={"type": "str", "required": True},
)

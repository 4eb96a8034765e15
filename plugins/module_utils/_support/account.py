# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a password is an account's (panel/login.md#verifying-a-password)."""

from __future__ import annotations

from typing import Any, Dict, Optional

from .._api.client import Client
from .._engine.task import Params, Task, reading_module
from .._errors import InputError, Rejected
from .._model.addresses import Address
from .._model.codecs import accept_name, accept_password


class VerifyPasswordTask(Task):
    """Ask the panel."""

    def __init__(self, params: Params) -> None:
        self.mail = accept_name("account", Address(), params["account"])
        self.kind, self.password = params["kind"], accept_password("password", params["password"])
        self.subject = "verify_password %s" % self.mail
        self.valid: Optional[bool] = None

    def run(self, client: Client, check_mode: bool) -> None:
        try:
            self.valid = client.verify_password(self.kind, self.mail, self.password)
        except Rejected as refusal:
            if refusal.code == "PERMISSION_DENIED":
                sentence = "the panel refuses to tell (%s): only a global admin may verify passwords."
                raise InputError(sentence % refusal.code) from None
            raise

    def result(self) -> Dict[str, Any]:
        return {"changed": False, "valid": self.valid}


VERIFY_PASSWORD = reading_module(
    VerifyPasswordTask,
    account={"type": "str", "required": True},
    kind={"type": "str", "choices": ["user", "admin"], "default": "user"},
    password={"type": "str", "required": True, "no_log": True},
)

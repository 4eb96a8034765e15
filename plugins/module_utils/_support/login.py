# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logging in once, for the tasks that follow."""

from __future__ import annotations

from typing import Any, Dict, Optional

from .._api.client import Client
from .._engine.task import Params, Task, reading_module
from .._errors import InputError


class LoginTask(Task):
    """Log in once and hand out the session."""

    def __init__(self, params: Params) -> None:
        if not (params.get("api_username") and params.get("api_password")):
            raise InputError("iredmail_login needs api_username and api_password.")
        self.session: Optional[str] = None

    def run(self, client: Client, check_mode: bool) -> None:
        client.forget_session()
        client.login()
        self.session = client.session

    def result(self) -> Dict[str, Any]:
        return {"changed": False, "session": self.session}


LOGIN = reading_module(LoginTask)

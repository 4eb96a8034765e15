# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each layer hides secrets by itself: a test from outside sees only that one of them does."""

from __future__ import annotations

import json

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.plan import Operation
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.result import Outcome
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import HIDDEN, Module, Task, execute
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError, Rejected
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import KINDS

CANARY = "Canary-7-Battery"
CONNECTION = {
    "api_url": "https://mail.example.com",
    "api_username": "root@example.com",
    "api_password": CANARY,
    "api_timeout": 1.0,
    "api_retries": 0,
    "validate_certs": True,
}


@pytest.mark.parametrize("parameter", ["password", "password_hash"])
def test_an_operation_does_not_tell_what_it_set(parameter):
    outcome = Outcome()
    outcome.record(Operation("PUT", ("user", "a@example.com"), {parameter: CANARY, "name": "Ada"}))
    assert outcome.operations[0]["params"] == {parameter: HIDDEN, "name": "Ada"}


class Echo(Task):
    """A task that repeats secrets, as a server might."""

    subject = "echo"

    def run(self, client, check_mode):
        raise InputError(f"the server said {CANARY}")

    def result(self):
        return {"changed": False, "nested": [{"text": f"x{CANARY}y"}]}


@pytest.mark.parametrize("option", ["api_password", "password", "password_hash"])
def test_what_a_server_echoes_is_blanked(option):
    params = dict(CONNECTION, api_password="another")
    params[option] = CANARY
    result = execute(Module(dict, lambda _params: Echo()), params, check_mode=True)
    assert result["failed"]
    assert result["nested"] == [{"text": f"x{HIDDEN}y"}]
    assert CANARY not in str(result)


@pytest.mark.parametrize("secret", ["Größe-9-Aa", "it's\"S\\9-Aa"])
@pytest.mark.parametrize("quote", [repr, ascii, lambda text: repr(text.encode()), json.dumps])
def test_what_a_server_quotes_is_blanked(secret, quote):
    class Quote(Task):
        def run(self, client, check_mode):
            raise Rejected(f"ValueError({quote(secret)})", "")

        def result(self):
            return {}

    result = execute(Module(dict, lambda _params: Quote()), dict(CONNECTION, password=secret), check_mode=True)
    shown = result["msg"].replace("b'", "'").replace('"', "'")
    assert shown == f"ValueError('{HIDDEN}')"


def test_a_session_is_blanked_with_and_without_the_cookies_name():
    params = dict(CONNECTION, api_session=f"iRedAdmin-Pro-MYSQL={CANARY}")
    assert CANARY not in str(execute(Module(dict, lambda _params: Echo()), params, check_mode=True))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.plural)
def test_ansible_knows_which_options_are_secret(kind):
    spec = kind.module.spec()["argument_spec"]
    for option in ("api_password", "api_session", "password", "password_hash"):
        assert option not in spec or spec[option]["no_log"] is True, option

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tasks of a process share a client, and what plugins are told of connection options that cannot be used."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.connection import connection_spec
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.info import info_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import execute
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import IRedMailError
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller import in_process
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._controller.domains import DOMAINS_MODULE
from tests.support.scripted import BASE

GIVEN = {
    "api_url": BASE,
    "api_username": "root@example.com",
    "api_password": "secret-1",
    "api_timeout": 60,
    "api_retries": 3,
    "validate_certs": True,
}


@pytest.fixture(autouse=True)
def clients(monkeypatch):
    monkeypatch.setattr(in_process, "_CLIENTS", {})


def test_equal_connections_share_a_client():
    assert in_process.shared_client(GIVEN) is in_process.shared_client(dict(GIVEN, mail="ada@example.com"))
    assert in_process.shared_client(GIVEN) is not in_process.shared_client(dict(GIVEN, api_timeout=5))


def test_a_client_that_is_locked_is_another_one_for_each_switch(monkeypatch):
    free, locked = in_process.shared_client(GIVEN), dict(GIVEN, api_read_only=True)
    by_option = in_process.shared_client(locked)
    monkeypatch.setenv("IREDMAIL_READ_ONLY", "true")
    by_environment = in_process.shared_client(locked)
    found = [client.locked_by for client in (free, by_option, by_environment)]
    assert found == [None, "api_read_only", "IREDMAIL_READ_ONLY in the environment"]


#: by option, what is no value for it
UNFIT = {
    "api_url": ["mail.example.com", "http://", "https://root:secret-1@mail.example.com", "https://a b"],
    "api_timeout": ["0", "-1", "nan", "inf", "abc"],
    "api_retries": ["-1", "1.5", "abc"],
    "api_read_only": ["maybe"],
    "validate_certs": ["maybe"],
    "api_session": ["nonsense"],
    "ca_path": ["/nowhere.pem"],
    "client_cert": ["/nowhere.pem", "~/nowhere.pem", __file__],
    "client_key": ["/nowhere.pem"],
}
#: what an action, an inventory and a lookup ask for
ASKED = ((info_module(USER), {"mail": "ada@example.com"}), (DOMAINS_MODULE, {}))


def complaints(given):
    for module, more in ASKED:
        with pytest.raises(IRedMailError) as caught:
            in_process.ask(module, {**given, **more})
        yield str(caught.value)
        validated = in_process.validate(module, {**given, **more})
        if not validated.error_messages:
            yield execute(module, validated.validated_parameters, check_mode=False)["msg"]


@pytest.mark.parametrize(("option", "text"), [(option, text) for option, texts in UNFIT.items() for text in texts])
def test_what_cannot_be_used_is_told_with_the_variable_that_it_came_from(monkeypatch, option, text):
    variable = connection_spec()[option]["fallback"][1][0]
    others = {name: value for name, value in GIVEN.items() if name != option}
    monkeypatch.setenv(variable, text)
    for words in complaints(others):
        assert f"{variable} in the environment" in words
        assert "secret-1" not in words
    monkeypatch.setenv(variable, " ")  # which says nothing
    for words in complaints({**others, option: text}):
        assert option in words
        assert "environment" not in words


def test_every_option_that_may_be_unfit_is_tried():
    free = {"api_username", "api_password"}  # whatever they are, only the panel can say
    assert set(UNFIT) == set(connection_spec()) - free

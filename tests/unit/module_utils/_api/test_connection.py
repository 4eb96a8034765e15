# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options: where they come from, what is wrong with them, and which of them are secrets."""

from __future__ import annotations

import re

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.connection import (
    connection_spec,
    make_client,
    origins,
    secrets_of,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from tests.support.scripted import BASE

GIVEN = {
    "api_url": BASE,
    "api_username": "Root@example.com",
    "api_password": "secret-1",
}


def params(**options):
    """As Ansible hands them over: converted, with what stands in the environment, and defaults."""
    found = ArgumentSpecValidator(connection_spec()).validate({**GIVEN, **options})
    assert not found.error_messages
    return found.validated_parameters


def test_defaults():
    client = make_client(params())
    assert client.retries == 3
    assert client.username == "root@example.com"
    assert client._transport.timeout == 60
    assert not client.read_only


def test_each_option_can_come_from_the_environment(monkeypatch):
    names = {name: option["fallback"][1][0] for name, option in connection_spec().items()}
    odd = {"api_read_only": "READ_ONLY"}
    assert names == {name: "IREDMAIL_" + odd.get(name, name.upper()) for name in names}
    monkeypatch.setenv("IREDMAIL_API_RETRIES", "7")
    assert make_client(params()).retries == 7
    assert make_client(params(api_retries=0)).retries == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"api_url": None}, "api_url is missing"),
        ({"api_url": ""}, "api_url is missing"),
        ({"api_timeout": 0}, "api_timeout must be more than 0"),
        ({"api_timeout": float("nan")}, "api_timeout must be more than 0"),
        ({"api_timeout": float("inf")}, "api_timeout must be more than 0"),
        ({"api_retries": -1}, "api_retries must be 0 or more"),
        ({"client_key": "/key.pem"}, "client_key is given without client_cert"),
        ({"api_password": None}, "Credentials are missing"),
        ({"api_session": "nonsense"}, "api_session"),
    ],
)
def test_what_is_wrong_is_named(options, words):
    with pytest.raises(InputError, match=words) as caught:
        make_client(params(**options))
    assert "secret-1" not in str(caught.value)


def test_a_session_replaces_credentials():
    client = make_client(params(api_username=None, api_password=None, api_session="iRedAdmin-Pro-LDAP=abc"))
    assert client.session == "iRedAdmin-Pro-LDAP=abc"


@pytest.mark.parametrize(("concurrency", "open_at_once"), [(None, 8), (2, 8), (32, 32)])
def test_each_worker_can_have_a_connection(concurrency, open_at_once):
    client = make_client(dict(params(), concurrency=concurrency))
    assert client._transport._session.get_adapter("https://x")._pool_maxsize == open_at_once


def test_secrets_are_known_in_every_form_longest_first():
    found = secrets_of(params(api_session="iRedAdmin-Pro-LDAP=abc") | {"password": "pw", "password_hash": None})
    assert found == ["iRedAdmin-Pro-LDAP%3Dabc", "iRedAdmin-Pro-LDAP=abc", "secret-1", "abc", "pw"]
    assert secrets_of({}) == []
    # as messages show it
    forms = secrets_of({"password": "a\x07\udce4b"})
    assert {"a\\x07\\udce4b", "a\x07\udce4b", "a%07%ED%B3%A4b"} <= set(forms)
    assert [len(form) for form in forms] == sorted((len(form) for form in forms), reverse=True)


def test_every_secret_option_is_hidden_by_ansible_too():
    assert {name for name, option in connection_spec().items() if option.get("no_log")} == {
        "api_password",
        "api_session",
    }


@pytest.mark.parametrize(
    ("given", "environment", "locked_by"),
    [
        ({}, None, None),
        ({"api_read_only": True}, None, "api_read_only"),
        ({"api_read_only": True}, "no", "api_read_only"),
        ({}, "true", "IREDMAIL_READ_ONLY in the environment"),
        ({}, "1", "IREDMAIL_READ_ONLY in the environment"),
        ({}, "false", None),
        ({"api_read_only": False}, "true", None),
    ],
)
def test_the_switch_that_forbids_writes_is_known(monkeypatch, given, environment, locked_by):
    monkeypatch.delenv("IREDMAIL_READ_ONLY", raising=False)
    if environment is not None:
        monkeypatch.setenv("IREDMAIL_READ_ONLY", environment)
    assert make_client(params(**given)).locked_by == locked_by


@pytest.mark.parametrize("variable", ["IREDMAIL_READ_ONLY", "IREDMAIL_VALIDATE_CERTS"])
@pytest.mark.parametrize("text", ["maybe", "enabled", "2", "{{ true }}"])
def test_a_switch_that_is_neither_on_nor_off_is_refused_by_its_name(monkeypatch, variable, text):
    monkeypatch.setenv(variable, text)
    with pytest.raises(InputError, match=f"{variable} in the environment is not a boolean: {re.escape(text)}"):
        params()


@pytest.mark.parametrize(
    ("variable", "text", "words"),
    [
        ("IREDMAIL_API_TIMEOUT", "soon", "is not a number: soon"),
        ("IREDMAIL_API_RETRIES", "1.5", "is not an integer: 1.5"),
    ],
)
def test_a_number_that_is_none_is_refused_by_its_name(monkeypatch, variable, text, words):
    monkeypatch.setenv(variable, text)
    with pytest.raises(InputError, match=f"{variable} in the environment {words}"):
        params()


def test_where_a_wrong_value_came_from_is_also_told_of_what_the_panel_says(monkeypatch):
    monkeypatch.setenv("IREDMAIL_API_USERNAME", GIVEN["api_username"])
    monkeypatch.setenv("IREDMAIL_API_PASSWORD", GIVEN["api_password"])
    refused = "The login was refused: api_username or api_password is wrong."
    assert origins(refused, params()) == (
        "api_username and api_password come from IREDMAIL_API_USERNAME and IREDMAIL_API_PASSWORD in the environment."
    )
    assert origins(refused, params(api_username="other@example.com")) == (
        "api_password comes from IREDMAIL_API_PASSWORD in the environment."
    )
    assert origins("The panel is down.", params()) == ""
    monkeypatch.delenv("IREDMAIL_API_PASSWORD")
    missing = "give api_username and api_password (or IREDMAIL_API_USERNAME and so on)"
    assert origins(missing, params()) == ""  # it names the variable


@pytest.mark.parametrize("text", ["", " "])
def test_a_variable_that_is_empty_says_nothing(monkeypatch, text):
    default = params()
    for option in connection_spec().values():
        monkeypatch.setenv(option["fallback"][1][0], text)
    assert params() == default


def test_only_a_plain_no_switches_the_verification_off(monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    assert make_client(dict(params(), validate_certs=None))._transport._verify is True
    assert make_client(params(validate_certs="no"))._transport._verify is False

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module's work in Ansible's own process: how its arguments are checked, and which client it gets."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Container, Mapping
from typing import Any

from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.text.converters import to_text
from ansible.module_utils.errors import ArgumentTypeError

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.client import Client
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.connection import (
    READ_ONLY,
    connection_spec,
    make_client,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.transport import REQUESTS_IMPORT_ERROR
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.arguments import given, lost
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import Module, execute
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import IRedMailError

#: clients by process and connection options; those of a parent process are left alone, since a connection has one user
_CLIENTS: dict[tuple[int, str], Client] = {}
#: parts of the environment that requests, or a client, looks at
_READ_FROM = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", READ_ONLY)


def shared_client(params: Mapping[str, Any]) -> Client:
    """This process's client for these connection options.

    The items of a loop share a login and a connection; also a refused login is remembered, so it is tried once.
    """
    options: dict[str, Any] = {name: params.get(name) for name in (*connection_spec(), "concurrency")}
    options["environment"] = {
        name: value for name, value in os.environ.items() if name.upper().endswith("_PROXY") or name in _READ_FROM
    }
    key = os.getpid(), hashlib.sha256(json.dumps(options, sort_keys=True, default=str).encode()).hexdigest()
    if key not in _CLIENTS:
        _CLIENTS[key] = make_client(params)
    return _CLIENTS[key]


def validate(module: Module, args: Mapping[str, Any], without: Container[str] = ()) -> Any:
    """The arguments as AnsibleModule checks them; ``without`` are options that are not looked at."""
    spec = dict(module.spec())
    del spec["supports_check_mode"]
    options = {name: option for name, option in spec.pop("argument_spec").items() if name not in without}
    args = given(options, {name: value for name, value in args.items() if name not in without})
    validated = ArgumentSpecValidator(options, **spec).validate(args)
    for sentence in lost(module, args):
        validated.errors.append(ArgumentTypeError(sentence))
    return validated


def ask(module: Module, params: Mapping[str, Any]) -> dict[str, Any]:
    """What a module finds out in read-only mode, for a plugin that is no task: an inventory, a lookup.

    :raises IRedMailError: in one sentence, without secrets
    """
    if REQUESTS_IMPORT_ERROR:
        raise IRedMailError(to_text(missing_required_lib("requests")))
    validated = validate(module, params)
    if validated.error_messages:
        raise IRedMailError(to_text(validated.errors.msg))
    result = execute(module, validated.validated_parameters, check_mode=True, clients=shared_client)
    if result.get("failed"):
        raise IRedMailError(result["msg"])
    return result


def connection_of(option: Callable[[str], Any]) -> dict[str, Any]:
    """The connection options that are given; decrypted, where they come from a vault."""
    found = {name: option(name) for name in connection_spec()}
    return {
        name: to_text(value) if getattr(value, "__ENCRYPTED__", False) else value
        for name, value in found.items()
        if value not in (None, "")
    }

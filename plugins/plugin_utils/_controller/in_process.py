# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module's work in Ansible's own process: how its arguments are checked, and which client it gets."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Container, Mapping
from datetime import date
from typing import Any

from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.text.converters import to_text
from ansible.module_utils.errors import ArgumentTypeError
from ansible.parsing import vault
from ansible.utils.display import Display

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.client import Client
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.connection import (
    READ_ONLY,
    connection_spec,
    make_client,
    without_environment,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._api.transport import REQUESTS_IMPORT_ERROR
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.arguments import given, lost
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import Module, execute
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError, IRedMailError

#: what ansible-core 2.19 and later make of a vaulted text
_ENCRYPTED: tuple[type, ...] = tuple(filter(None, [getattr(vault, "EncryptedString", None)]))
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
    args = {name: value for name, value in args.items() if name not in without}
    validated = _validated(options, given(options, args), **spec)
    for sentence in lost(module, args):
        validated.errors.append(ArgumentTypeError(sentence))
    return validated


def _validated(argument_spec: Mapping[str, Any], args: Mapping[str, Any], **rules: Any) -> Any:
    """Arguments as AnsibleModule checks them; what is wrong with the environment is among the errors, at their end."""
    try:
        return ArgumentSpecValidator(argument_spec, **rules).validate(args)
    except InputError as error:
        validated = ArgumentSpecValidator(without_environment(argument_spec), **rules).validate(args)
        validated.errors.append(ArgumentTypeError(str(error)))
        return validated


def checked(argument_spec: Mapping[str, Any], args: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a plugin, read as modules read theirs.

    Ansible itself takes every text that it does not understand for a no.

    :raises InputError: one cannot be read
    """
    validated = _validated(argument_spec, given(argument_spec, args))
    if validated.error_messages:
        raise InputError(to_text(validated.errors.msg))
    return dict(validated.validated_parameters)


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
    for warning in result.get("warnings", ()):
        Display().warning(warning)
    return result


def plain(value: Any) -> Any:
    """Arguments as a module gets them through JSON: vaulted values decrypted, keys and dates and marked texts plain.

    The class of a text would stand in messages otherwise.
    """
    if isinstance(value, Mapping):
        return {to_text(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, _ENCRYPTED) or getattr(value, "__ENCRYPTED__", False):  # the latter before 2.19
        value = to_text(str(value))
    return str.__str__(value) if isinstance(value, str) else value

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options: their argument_spec, and a client made from them."""

from __future__ import annotations

import os
import re
from threading import TIMEOUT_MAX
from typing import Any, Dict, List, Mapping, Optional

from ansible.module_utils.basic import AnsibleFallbackNotFound
from ansible.module_utils.common.validation import check_type_bool, check_type_float, check_type_int, check_type_path
from ansible.module_utils.parsing.convert_bool import boolean

from .._errors import InputError, quoted
from .client import Client
from .transport import Transport

#: the environment's switch that forbids every write
READ_ONLY = "IREDMAIL_READ_ONLY"


#: how texts are read, and what they are called, as Ansible reads options of these types
_READ = {
    "bool": (check_type_bool, "a boolean"),
    "float": (check_type_float, "a number"),
    "int": (check_type_int, "an integer"),
}


def is_unset(value: Any) -> bool:
    """Whether a connection option says nothing: an empty variable is what AWX makes of an empty field."""
    return value is None or (isinstance(value, str) and not value.strip())


def from_environment(variable: str, kind: str = "str") -> Any:
    """What the environment says of an option of a type, for an argument_spec.

    :raises AnsibleFallbackNotFound: nothing
    :raises InputError: something else
    """
    value = os.environ.get(variable)
    if value is None or is_unset(value):
        raise AnsibleFallbackNotFound
    if kind not in _READ:
        return value
    read, called = _READ[kind]
    try:
        return read(value)
    except (TypeError, ValueError):
        raise InputError("%s in the environment is not %s: %s" % (variable, called, value)) from None


def _option(name: str, **more: Any) -> Dict[str, Any]:
    option = dict({"type": "str"}, **more)
    return dict(option, fallback=(from_environment, ["IREDMAIL_" + name, option["type"]]))


def origins(message: str, params: Mapping[str, Any]) -> str:
    """A sentence that says which of the connection options in a message come from the environment; or nothing."""
    found = {}
    for name, option in connection_spec().items():
        variable, kind = option["fallback"][1]
        named = variable not in message and re.search(r"\b%s\b" % name, message)
        if named and _same(os.environ.get(variable), kind, params.get(name)):
            found[name] = variable
    if not found:
        return ""
    come = "come" if len(found) > 1 else "comes"
    return "%s %s from %s in the environment." % (" and ".join(found), come, " and ".join(found.values()))


def _same(text: Optional[str], kind: str, value: Any) -> bool:
    """Whether a text in the environment says what an option of a type has."""
    if text is None or is_unset(text) or value is None:
        return False
    read = check_type_path if kind == "path" else _READ[kind][0] if kind in _READ else str
    try:
        return str(read(text)) == str(value)
    except (TypeError, ValueError):
        return False


def without_environment(argument_spec: Mapping[str, Any]) -> Dict[str, Any]:
    """The same options, none of them from the environment."""
    return {
        name: {key: value for key, value in option.items() if key != "fallback"}
        for name, option in argument_spec.items()
    }


def connection_spec() -> Dict[str, Any]:
    """The options that every module has."""
    return {
        "api_url": _option("API_URL"),
        "api_username": _option("API_USERNAME"),
        "api_password": _option("API_PASSWORD", no_log=True),
        "api_session": _option("API_SESSION", no_log=True),
        "api_timeout": _option("API_TIMEOUT", type="float", default=60),
        "api_retries": _option("API_RETRIES", type="int", default=3),
        "api_read_only": _option("READ_ONLY", type="bool", default=False),
        "validate_certs": _option("VALIDATE_CERTS", type="bool", default=True),
        "ca_path": _option("CA_PATH", type="path"),
        "client_cert": _option("CLIENT_CERT", type="path"),
        "client_key": _option("CLIENT_KEY", type="path"),
    }


def secrets_of(params: Mapping[str, Any]) -> List[str]:
    """Every secret among the parameters, in each form that a message may show, longest first."""
    names = ("api_password", "api_session", "password", "password_hash")
    found = {str(params[name]) for name in names if params.get(name)}
    session = params.get("api_session")
    if session and "=" in session:
        found.add(session.partition("=")[2])
    return sorted({form for secret in found for form in quoted(secret)}, key=len, reverse=True)


def make_client(params: Mapping[str, Any]) -> Client:
    """A client from the connection options.

    :raises InputError: an option is missing or cannot be used
    """
    if not params.get("api_url"):
        raise InputError(
            "api_url is missing: give the panel's address, e.g. https://mail.example.com/iredadmin "
            "(or IREDMAIL_API_URL in the environment)."
        )
    if not 0 < params["api_timeout"] < TIMEOUT_MAX:  # nan is neither
        raise InputError("api_timeout must be more than 0 seconds, and less than %d." % TIMEOUT_MAX)
    if params["api_retries"] < 0:
        raise InputError("api_retries must be 0 or more.")
    if params.get("client_key") and not params.get("client_cert"):
        raise InputError("client_key is given without client_cert.")
    transport = Transport(
        params["api_url"],
        timeout=params["api_timeout"],
        validate_certs=params["validate_certs"],
        ca_path=params.get("ca_path"),
        client_cert=params.get("client_cert"),
        client_key=params.get("client_key"),
        pool=max(8, params.get("concurrency") or 0),
    )
    return Client(
        transport,
        username=params.get("api_username"),
        password=params.get("api_password"),
        session=params.get("api_session"),
        retries=params["api_retries"],
        locked_by=_lock(params),
    )


def _lock(params: Mapping[str, Any]) -> Optional[str]:
    """Which switch forbids every write; None where none does."""
    if not params.get("api_read_only"):
        return None
    # when both say so, the task has to be tried again without the environment's to find the option's
    in_environment = boolean(os.environ.get(READ_ONLY, "no"), strict=False)
    return "%s in the environment" % READ_ONLY if in_environment else "api_read_only"

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument specs, derived from the descriptors.

What excludes each other is left to `desired.py`: Ansible counts an option that is null as given, and here it is not.
"""

from __future__ import annotations

from typing import Any, Dict, Sequence, Tuple

from .._api.connection import connection_spec
from .._model.codecs import Text
from .._model.descriptors import Resource
from .._model.fields import Field, ListField


def resource_spec(resource: Resource) -> Dict[str, Any]:
    """Everything AnsibleModule needs for the writing module of a resource."""
    spec = connection_spec()
    spec[resource.identity] = {"type": "str", "required": True}
    spec.update(_common(resource.fields, ("present", "absent")))
    if resource.verify:
        spec["password"] = {"type": "str", "no_log": True}
        spec["update_password"] = {
            "type": "str",
            "choices": ["verify", "on_create", "always"],
            "default": "verify",
            "no_log": False,
        }
        if any("password_hash" in group for group in resource.creates_with):
            spec["password_hash"] = {"type": "str", "no_log": True}
    if resource.rename:
        spec["rename_from"] = {"type": "str"}
    if resource.keeps_mailbox:
        spec["keep_mailbox_days"] = {"type": "int"}
    for option, _parameter in resource.delete_flags:
        spec[option] = {"type": "bool"}
    spec.update(resource.modes.options, **resource.modes.write_options)
    return {"argument_spec": spec, "supports_check_mode": True}


def keyed_spec(
    keys: Sequence[Tuple[str, Text]], fields: Sequence[Field], states: Sequence[str] = ("present", "absent")
) -> Dict[str, Any]:
    """Everything AnsibleModule needs for the writing module of a setting or a set of addresses."""
    spec = connection_spec()
    for option, codec in keys:
        spec[option] = dict(codec.argument, required=True)
    spec.update(_common(fields, states))
    return {"argument_spec": spec, "supports_check_mode": True}


def _common(fields: Sequence[Field], states: Sequence[str]) -> Dict[str, Any]:
    """What every writing module takes, and its fields."""
    spec: Dict[str, Any] = {
        "state": {"type": "str", "choices": list(states), "default": "present"},
        "verify": {"type": "str", "choices": ["strict", "warn", "off"], "default": "strict"},
        "unreadable": {"type": "str", "choices": ["send", "skip"], "default": "send"},
    }
    for one in fields:
        spec.update(_field_options(one))
    return spec


def _field_options(one: Field) -> Dict[str, Any]:
    option = dict(one.codec.argument)
    if one.aliases:
        option["aliases"] = list(one.aliases)
    if "password" in one.option:
        option["no_log"] = False  # a length, not a secret
    options = {one.option: option}
    if isinstance(one, ListField):
        for prefix, parameter in (("add_", one.add), ("remove_", one.remove)):
            delta = dict(one.codec.argument)
            if parameter and parameter != prefix + one.option:
                delta["aliases"] = [parameter]
            options[prefix + one.option] = delta
        if one.self_option:
            options[one.self_option] = {"type": "bool"}
    return options


def info_spec(resource: Resource) -> Dict[str, Any]:
    """Everything AnsibleModule needs for the info module of a resource."""
    spec = dict(connection_spec(), **resource.modes.options)
    spec[resource.identity] = {"type": "str", "required": not resource.list_path}
    if not resource.list_path:
        return {"argument_spec": spec, "supports_check_mode": True}
    spec["domain"] = {"type": "str"}
    if resource.reading.lists_disabled:
        spec["enabled"] = {"type": "bool"}
    result: Dict[str, Any] = {"argument_spec": spec, "supports_check_mode": True}
    if resource.identity != "domain":
        result["mutually_exclusive"] = [(resource.identity, "domain")]
        result["required_one_of"] = [(resource.identity, "domain")]
    return result

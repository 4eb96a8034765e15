# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the code says of each module, for those who compare its documentation with it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import Field
from tests.support.common import ROOT

COLLECTION = "mailstate.iredmail"
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
# What stands for a required option without choices. An account may be an address everywhere, a domain not.
FIXTURES: dict[str, Any] = {
    "mail": "ada@example.com",
    "domain": "example.com",
    "account": "ada@example.com",
    "name": "example.com",
    "password": "not used",
    "declared": {"domains": []},
}
# What a module needs beside its required options, to know what it is to do
MORE: dict[str, dict[str, Any]] = {
    "iredmail_server_info": {"capture": True},
    "iredmail_domain_admins": {"add_admins": ["ada@example.com"]},
    "iredmail_domain_users": {"enabled": True},
    "iredmail_greylisting_spf_domains": {"domains": ["example.com"]},
    "iredmail_wblist": {"addresses": ["ada@example.com"]},
}
CONNECTION = {"api_url": "https://mail.example.com", "api_username": "root@example.com", "api_password": "not used"}


def path_of(module: str) -> Path:
    """The module's file."""
    return ROOT / "plugins" / "modules" / f"{module}.py"


def spec_of(module: str) -> dict[str, Any]:
    """What the module, and with it its action plugin, takes."""
    spec: dict[str, Any] = job_of(module).spec()
    return spec


def job_of(module: str) -> Any:
    """What the module runs."""
    found = importlib.import_module(f"ansible_collections.{COLLECTION}.plugins.modules.{module}")
    return found.MODULE


def work_of(module: str) -> Any:
    """The module's work with as few options as possible; nothing is sent."""
    spec = spec_of(module)
    spec.pop("supports_check_mode")
    argument_spec = spec.pop("argument_spec")
    needed = {name for name, option in argument_spec.items() if option.get("required")}
    needed |= {group[0] for group in spec.get("required_one_of", ())}
    params = {name: FIXTURES.get(name) or argument_spec[name]["choices"][0] for name in needed}
    params.update(MORE.get(module, {}))
    validated = ArgumentSpecValidator(argument_spec, **spec).validate(dict(CONNECTION, **params))
    assert validated.error_messages == []
    return job_of(module).start(validated.validated_parameters)


def writes(module: str) -> bool:
    """Whether the module changes anything, by what its work returns."""
    return "operations" in work_of(module).result()


def fields_of(module: str) -> Sequence[Field]:
    """The descriptors of what a writing module manages; none for the others."""
    fields: Sequence[Field] = job_of(module).fields
    return fields


def tasks_in(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every task of examples or a play, also those within blocks; the blocks themselves too."""
    for entry in entries:
        yield entry
        for part in ("block", "rescue", "always"):
            yield from tasks_in(entry.get(part, []))

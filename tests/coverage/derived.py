# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules send, from the descriptors: which option goes where."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
from collections.abc import Iterator
from typing import NamedTuple

from ansible_collections.mailstate.iredmail.plugins.module_utils._model import resources as _resources
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.accounts import Account, Target
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.descriptors import AddressSet, Resource, Setting
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import Field, ListField
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.numbers import SizeWithUnit
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.paths import Path, api_path

EVERY = "all modules"


class Use(NamedTuple):
    """A module makes a call, or carries an option in a parameter of it.

    :ivar parameter: empty for the call as such; then ``option`` is what leads to it, or stands in its path
    :ivar option: ``name``, or ``name: value`` where only that value does; empty: the module always sends it
    :ivar note: for the last column of the table
    """

    call: str
    parameter: str
    module: str
    option: str = ""
    note: str = ""

    @property
    def option_name(self) -> str:
        """The option without a value."""
        return self.option.partition(":")[0]


def descriptors() -> list[Resource | Setting | AddressSet]:
    """Every descriptor there is, found by looking, so that a new one cannot be forgotten."""
    names = [info.name for info in pkgutil.iter_modules(_resources.__path__)]
    modules = [importlib.import_module(f"{_resources.__name__}.{name}") for name in names]
    found = [value for module in modules for value in vars(module).values()]
    return list({id(one): one for one in found if isinstance(one, (Resource, Setting, AddressSet))}.values())


def derived() -> list[Use]:
    """What all descriptors say."""
    uses: list[Use] = []
    for one in descriptors():
        if isinstance(one, Resource):
            uses += _of_resource(one)
        elif isinstance(one, Setting):
            uses += _of_setting(one)
        else:
            uses += _of_set(one)
    return list(dict.fromkeys(uses))


def update_uses(call: str, module: str, one: Field) -> Iterator[Use]:
    """A field on the request that changes things."""
    own = one.self_option if isinstance(one, ListField) else None
    options = [one.option, *([own] if own else [])]
    deltas = isinstance(one, ListField) and one.add
    if one.update:
        yield from _scalar(call, module, one, one.update)
        if deltas:
            note = "only where the panel does not show the list"
            for option in options:
                yield Use(call, one.update, module, option, note)
        elif isinstance(one, ListField):
            yield from (Use(call, one.update, module, prefix + one.option) for prefix in ("add_", "remove_"))
    for does, prefix in (("add", "add_"), ("remove", "remove_")):
        if parameter := one.parameters.get(does):
            yield from (Use(call, parameter, module, option) for option in (*options, prefix + one.option))


def _scalar(call: str, module: str, one: Field, parameter: str) -> Iterator[Use]:
    if "add" not in one.parameters:
        yield Use(call, parameter, module, one.option)
    if isinstance(one.codec, SizeWithUnit):
        yield Use(call, one.codec.unit_parameter, module, one.option)


def _along(call: str, module: str, resource: Resource, one: Field, modes: set[str]) -> Iterator[Use]:
    for parameter in resource.rules.with_params.get(one.option, ()):
        yield Use(call, parameter, module, parameter if parameter in modes else one.option)


def _of_resource(resource: Resource) -> Iterator[Use]:
    module, identity = f"iredmail_{resource.name}", resource.identity
    path = api_path(resource.at(f"<{identity}>"))
    reader = module + "_info"
    for name in (module, reader):
        yield from (Use(f"GET {path}", "", name, option) for option in (identity, *resource.modes.options))
        for parameter, value in resource.reading.query.items():
            yield Use(f"GET {path}", parameter, name, note=f"always {value}")
    yield from _listing(resource, reader)
    post, put, delete = (f"{method} {path}" for method in ("POST", "PUT", "DELETE"))
    for call in (post, put):
        yield Use(call, "", module, identity)
        for group in resource.creates_with:
            yield from (Use(call, option, module, option) for option in group)
    modes = {*resource.modes.options, *resource.modes.write_options}
    for one in resource.fields:
        if one.create:
            yield Use(post, one.create, module, one.option)
            if isinstance(one.codec, SizeWithUnit):
                yield Use(post, one.codec.unit_parameter, module, one.option)
            if isinstance(one, ListField):
                yield Use(post, one.create, module, "add_" + one.option)
            yield from _along(post, module, resource, one, modes)
        yield from update_uses(put, module, one)
        yield from _along(put, module, resource, one, modes)
    yield from (Use(delete, "", module, option) for option in (identity, "state: absent"))
    yield from (Use(delete, parameter, module, option) for option, parameter in resource.delete_flags)
    if resource.keeps_mailbox:
        options = (identity, "state: absent", "keep_mailbox_days")
        yield from (Use(f"{delete}/keep_mailbox_days/<number>", "", module, option) for option in options)
    if resource.rename:
        call = f"{post}/change_email/<new_{identity}>"
        yield from (Use(call, "", module, option) for option in ("rename_from", identity))
    if resource.verify:
        call = f"POST /api/verify_password/{resource.verify}/<{identity}>"
        yield Use(call, "", module, "update_password: verify")
        yield Use(call, "password", module, "password")


def _listing(resource: Resource, reader: str) -> Iterator[Use]:
    if not resource.list_path:
        return
    path = api_path(tuple(f"<{part[1:-1]}>" if part.startswith("{") else part for part in resource.list_path))
    yield Use(f"GET {path}", "", reader, "domain" if "<domain>" in path else "")
    for parameter, value in resource.list_query.items():
        yield Use(f"GET {path}", parameter, reader, note=f"always {value}: each one is then read by itself")
    if resource.reading.lists_disabled:
        yield Use(f"GET {path}", "disabled_only", reader, "enabled: false")


def _targets(thing: Setting | AddressSet) -> Iterator[Target]:
    """Everything its paths can speak of, by example; the examples are replaced in :func:`_paths`."""
    values = [
        ("global", "example.com", "ada@example.com") if isinstance(codec, Account) else codec.argument["choices"]
        for _option, codec in thing.keys
    ]
    for chosen in itertools.product(*values):
        yield Target(tuple(zip((option for option, _codec in thing.keys), chosen, strict=True)))


def _paths(thing: Setting | AddressSet) -> Iterator[str]:
    for target in _targets(thing):
        path: Path = target.at(thing.path)
        yield api_path(tuple({"example.com": "<domain>", "ada@example.com": "<mail>"}.get(part, part) for part in path))


def _of_setting(setting: Setting) -> Iterator[Use]:
    module, keys = f"iredmail_{setting.name}", [option for option, _codec in setting.keys]
    for path in _paths(setting):
        for name in (module, module + "_info"):
            yield from (Use(f"GET {path}", "", name, option) for option in keys)
        write = f"{setting.method} {path}"
        yield from (Use(write, "", module, option) for option in keys)
        for one in setting.fields:
            yield from update_uses(write, module, one)
        if setting.off:
            yield Use(write, "", module, "state: absent")
            tried = {parameter: way for way in setting.off for parameter in way}  # of several ways, the last one
            for parameter, way in tried.items():
                told = f"{way[parameter]} to switch it off" if way[parameter] else "empty to take it away"
                yield Use(write, parameter, module, "state: absent", told)
        else:
            yield from (Use(f"DELETE {path}", "", module, option) for option in (*keys, "state: absent"))


def _of_set(kind: AddressSet) -> Iterator[Use]:
    module, keys = f"iredmail_{kind.name}", [option for option, _codec in kind.keys]
    option = kind.field.option
    for path in _paths(kind):
        for name in (module, module + "_info"):
            yield from (Use(f"GET {path}", "", name, key) for key in keys)
        for (method, parameter), prefix in ((kind.adding, "add_"), (kind.removing, "remove_")):
            yield from (Use(f"{method} {path}", "", module, key) for key in keys)
            yield from (Use(f"{method} {path}", parameter, module, one) for one in (option, prefix + option))
        if kind.clearing:
            yield from (Use(f"DELETE {path}", "", module, key) for key in (*keys, "state: absent"))

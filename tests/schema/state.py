# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/state.schema.json: what may stand in a state file, for editors."""

from __future__ import annotations

import ast
import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.mailstate.iredmail.plugins.doc_fragments.resource import ModuleDocFragment
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.codecs import Text
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.numbers import Size
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import KINDS, Kind
from ansible_collections.mailstate.iredmail.plugins.plugin_utils._files.export import SCHEMA
from tests.coverage.derived import descriptors

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docs" / "state.schema.json"
#: said once for the whole state, and not by its items
SHARED = "verify"
GIVEN = {"not": {"type": "null"}}
SOME = {"type": "array", "minItems": 1}
_MARKUP = re.compile(r"\b(?:[BCEIMOPV]|RV|U)\(((?:[^()\\]|\\.)*)\)")
_ABOUT = (
    "What mailstate.iredmail.iredmail_state takes as src or declared: one list per kind of object. It is a little "
    "stricter than the module, which also takes a boolean or a number that is written as a text."
)
Schema = dict[str, Any]


def text() -> str:
    """The content of the file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def schema() -> Schema:
    """The schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "Mail state of an iRedMail server",
        "description": _ABOUT,
        "type": "object",
        "properties": {kind.plural: _list(kind) for kind in KINDS},
        "additionalProperties": False,
        "$defs": {kind.name: _item(kind) for kind in KINDS},
    }


def _list(kind: Kind) -> Schema:
    about = _documentation(kind)["short_description"]
    return {
        "description": f"{about} (mailstate.iredmail.{_module(kind)}). Left alone if it is missing or null.",
        "type": ["array", "null"],
        "items": {"$ref": f"#/$defs/{kind.name}"},
    }


def _item(kind: Kind) -> Schema:
    options = {name: option for name, option in kind.options().items() if name != SHARED}
    documented = _documentation(kind)["options"]
    codecs = _codecs(kind)
    properties: Schema = {}
    for name, option in options.items():
        described = {"description": _plain(documented[name]["description"])}
        properties[name] = {**described, **_value(option, codecs.get(name))}
        if option.get("default") is not None:
            properties[name]["default"] = option["default"]
        for alias in option.get("aliases", ()):
            same = f"#/$defs/{kind.name}/properties/{name}"
            properties[alias] = {"description": f"The same as {name}, as the API spells it.", "$ref": same}
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    required = [name for name, option in options.items() if option.get("required")]
    if required:
        found["required"] = required
    apart = list(_apart(kind, options))
    if apart:
        found["allOf"] = apart
    return found


def _apart(kind: Kind, options: Schema) -> Iterator[Schema]:
    """What may not stand together; null is as good as missing, and an addition of nothing is none."""
    for group in kind.resource.exclusive if kind.resource else ():
        for one, other in itertools.combinations(group, 2):
            yield _not_both({one: GIVEN, other: GIVEN})
    for name in options:
        for touching in ("add_" + name, "remove_" + name):
            if touching in options:
                yield _not_both({name: GIVEN, touching: SOME})
    for name, option in options.items():
        for alias in option.get("aliases", ()):
            yield _not_both({name: {}, alias: {}})


def _not_both(them: Schema) -> Schema:
    properties = {name: condition for name, condition in them.items() if condition}
    return {"not": {"required": list(them), **({"properties": properties} if properties else {})}}


def _value(option: Schema, codec: Text | None) -> Schema:
    choices = option.get("choices")
    kind = option.get("type", "str")
    if kind == "list":
        items = {"enum": list(choices)} if choices else {"type": ["string", "integer"], "minLength": 1}
        return {"type": ["array", "null"], "items": items}
    nothing = [] if option.get("required") else [None]
    if choices:
        return {"enum": [*choices, *nothing]}
    types, more = _TYPES[kind](codec)
    if option.get("required"):
        return {"type": "string", "minLength": 1}
    return {"type": [*types, "null"], **more}


def _number(codec: Text | None) -> Schema:
    return {} if codec is None else {"minimum": next(value for value in (-1, 0, 1) if _accepts(codec, value))}


def _size(codec: Text | None) -> Schema:
    minus = "-1|" if codec is not None and _accepts(codec, -1) else ""
    pattern = rf"^\s*({minus}[0-9]+(\.[0-9]+)?\s*([KkMmGgTt]?[Ii]?[Bb])?)\s*$"
    return {"minimum": -1 if minus else 0, "pattern": pattern}


#: the types of an option's value, and what else is known of it
_TYPES: dict[str, Callable[[Text | None], tuple[list[str], Schema]]] = {
    "str": lambda codec: (["string", "number"], {}),
    "bool": lambda codec: (["boolean"], {}),
    "int": lambda codec: (["integer"], _number(codec)),
    "float": lambda codec: (["number"], _number(codec)),
    "raw": lambda codec: (["integer", "string"], _size(codec)),
}


def _accepts(codec: Text, value: Any) -> bool:
    try:
        codec.accept(value)
    except ValueError:
        return False
    return True


def _codecs(kind: Kind) -> dict[str, Text]:
    """The forms of the values of a kind, where a descriptor says them."""
    found = {
        field.option: field.codec
        for one in descriptors()
        if one.name == kind.name
        for field in getattr(one, "fields", ())
    }
    raw = {name for name, option in kind.options().items() if option.get("type") == "raw"}
    sizes = {name for name in raw if isinstance(getattr(found.get(name), "inner", found.get(name)), Size)}
    if raw != sizes:
        raise ValueError(f"{kind.name}: {raw - sizes} are no sizes, and nothing is known of them here")
    return found


def _module(kind: Kind) -> str:
    return "iredmail_" + kind.name


def _documentation(kind: Kind) -> Any:
    """The DOCUMENTATION of a kind's module, with what it shares with others."""
    tree = ast.parse((ROOT / "plugins" / "modules" / f"{_module(kind)}.py").read_text(encoding="utf-8"))
    (source,) = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == "DOCUMENTATION"
    ]
    own = yaml.safe_load(source)
    own["options"] = {**yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"], **own["options"]}
    return own


def _plain(description: str | list[str]) -> str:
    """Without Ansible's markup."""
    joined = description if isinstance(description, str) else " ".join(description)
    return re.sub(r"\\(.)", r"\1", _MARKUP.sub(lambda found: found[1].rpartition("#module:")[2], joined))

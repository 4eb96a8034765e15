# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options and returned values as YAML, from a field of a descriptor and the sentences that people wrote."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from typing import Any

import yaml

from ansible_collections.mailstate.iredmail.plugins.module_utils._model.addresses import Address
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.codecs import Items
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import Field, ListField

WIDTH = 120
BACKENDS = ("SQL", "LDAP")
#: what the items of a list are called, by the last word of its option; addresses are addresses
ITEMS = {"profiles": "Parts", "preferences": "Parts", "admins": "Accounts", "whitelist": "Senders"}
#: the sentences that are written here, to know old ones again
WRITTEN = re.compile(
    r"\w+ that must (not )?be among O\(\w+\)\. Others are left as they are\."
    r"|Exists since [\w./-]+(; the \w+ release is not known)?\."
    r"|Exists on \w+ backends only(, since [\w./-]+)?\. On \w+ backends the task fails\."
    r"|\w+ backends only\."
)


class Unfinished(Exception):
    """What only people can write is missing. The text says what."""


def self_option(field: Field) -> str | None:
    """The flag that stands for the account's own address in a list."""
    return field.self_option if isinstance(field, ListField) else None


def options_of(field: Field) -> list[str]:
    """The options that a field makes."""
    touching = [prefix + field.option for prefix in ("add_", "remove_")] if isinstance(field, ListField) else []
    return [field.option, *touching, *filter(None, [self_option(field)])]


def option(field: Field, name: str, spec: Mapping[str, Any], sentences: list[str]) -> list[str]:
    """The lines of one option of a field.

    :param spec: its argument_spec
    :param sentences: its description as it stands
    """
    own = [sentence for sentence in sentences if not WRITTEN.fullmatch(sentence)]
    lines = [f"  {name}:", "    description:"]
    for sentence in [*_touching(field, name), *own, *_releases(field, name, " ".join(own))]:
        lines += wrapped("      - ", sentence)
    if not own and name in (field.option, self_option(field)):
        raise Unfinished(f"write the description of {name} between the marks of the options")
    for key in ("type", "elements", "choices", "default", "aliases"):
        if spec.get(key) is not None:
            lines += _setting(key, spec[key])
    return lines


def returned(name: str, field: Field | None, spec: Mapping[str, Any], sentences: list[str]) -> list[str]:
    """The lines of a returned value, which says in short what the option of its name says.

    :param field: None for what names the object
    """
    lines = [f"    {name}:"]
    about = _short(sentences, field if field and name == field.option else None)
    line = wrapped("      description: ", about)
    lines += line if len(line) == 1 else ["      description:", *wrapped("        - ", about)]
    when = "always"
    if field and name == self_option(field):
        when = f"when the panel shows O({field.option})"
    elif field and field.only:
        when = f"on {field.only.upper()} backends"
    lines.append(f"      returned: {when}")
    # a size that may be written with a unit comes back as a number
    lines.append(f"      type: {'int' if spec['type'] == 'raw' else spec['type']}")
    return lines + ([f"      elements: {spec['elements']}"] if "elements" in spec else [])


def wrapped(start: str, text: str) -> list[str]:
    """A text of YAML in lines."""
    if not _is_plain(text):
        text = json.dumps(text, ensure_ascii=False)
    indent = " " * (len(start) - len(start.lstrip()) + 2)
    return textwrap.wrap(start + text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _is_plain(text: str) -> bool:
    try:
        return bool(yaml.safe_load(f"- {text}") == [text])
    except yaml.YAMLError:
        return False


def _touching(field: Field, name: str) -> list[str]:
    """What ``add_`` and ``remove_`` do."""
    if name in (field.option, self_option(field)):
        return []
    assert isinstance(field.codec, Items)
    word = field.option.rpartition("_")[2]
    items = ITEMS.get(word, "Addresses" if isinstance(field.codec.item, Address) else word.capitalize())
    must = "must" if name.startswith("add_") else "must not"
    return [f"{items} that {must} be among O({field.option}). Others are left as they are."]


def _releases(field: Field, name: str, written: str) -> list[str]:
    """Since when, and on which backend, an option is there; nothing where a sentence names the release already."""
    since, _bracket, touching_only = field.since.partition(" (")
    touches = name not in (field.option, self_option(field))
    if name == self_option(field) or (since and since in written):
        return []
    if field.only and touches:
        return [f"{field.only.upper()} backends only."]
    if field.only:
        (other,) = set(BACKENDS) - {field.only.upper()}
        more = f", since {since}" if since else ""
        return [f"Exists on {field.only.upper()} backends only{more}. On {other} backends the task fails."]
    if not since or touches != bool(touching_only):
        return []
    unknown = [backend for backend in BACKENDS if backend not in since]
    return [f"Exists since {since}" + (f"; the {unknown[0]} release is not known." if unknown else ".")]


def _setting(key: str, value: Any) -> list[str]:
    if not isinstance(value, list):
        return [f"    {key}: {_flow(value)}"]
    line = f"    {key}: {_flow(value)}"
    return [line] if len(line) <= WIDTH else [f"    {key}:", *(f"      - {_flow(one)}" for one in value)]


def _flow(value: Any) -> str:
    text: str = yaml.safe_dump(value, default_flow_style=True, width=10**6)
    return text.removesuffix("\n").removesuffix("\n...")


def _short(sentences: list[str], field: Field | None) -> str:
    """What an option's first sentence says, as of a value: without examples, and a list as it is returned."""
    found = re.match(r"(.*?)(; .*?|, for example .*?)?\.(?= |$)", sentences[0])
    assert found, sentences
    about = found[1]
    if isinstance(field, ListField):
        own = ", without the account's own" if self_option(field) else ""
        about = about.partition(", and no others")[0] + own + ", sorted"
    codec = getattr(field.codec, "inner", field.codec) if field else None
    unit = {"MB": ", in MB", "B": ", in bytes"}.get(getattr(codec, "unit", ""), "")
    zero = re.search(r"V\(0\) means [^.]*\.", " ".join(sentences)) if field else None
    return about + unit + "." + (f" {zero[0]}" if zero else "")

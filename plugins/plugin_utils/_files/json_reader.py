# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON -> lists of items by kind. Programs write it, so messages name an item by its index and not by a line."""

from __future__ import annotations

import json
from typing import Any

from .parsed import EMPTY, NO_KINDS, TOO_DEEP, Parsed, ParseError, is_template, template, twice


def parse_json(text: str) -> Parsed:
    """What a JSON file holds.

    :raises json.JSONDecodeError: it is no JSON
    :raises ParseError: it is empty, no mapping, holds templates or keys twice, ...
    """
    if not text.strip():
        raise ParseError(EMPTY)
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
        if isinstance(found, ParseError):
            raise found
        if not isinstance(found, dict):
            raise ParseError(NO_KINDS)
        return Parsed(found, {kind: ("", _places(kind, items)) for kind, items in found.items()})
    except RecursionError:
        raise ParseError(TOO_DEEP) from None


def _object(pairs: list[tuple[str, Any]]) -> Any:
    """A mapping; if a key stands twice the error for it, since only the whole file tells where that is."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _value in pairs]
    return twice(next(name for name in names if names.count(name) > 1))


def _constant(name: str) -> Any:
    raise ParseError("%s is no value in JSON." % name)


def _places(kind: str, items: Any) -> list[str]:
    """The place of each item.

    :raises ParseError: an item cannot be used
    """
    places = []
    for index, item in enumerate(items if isinstance(items, list) else ()):
        places.append("%s[%d]" % (kind, index))
        try:
            _check(item, kind)
        except ParseError as error:
            raise ParseError(str(error), places[-1] + _name(item)) from None
    return places


def _name(item: Any) -> str:
    """What is known of an item's name, in brackets."""
    known = item if isinstance(item, dict) else {}
    names = (known.get(option) for option in ("mail", "domain", "account"))
    return next((" (%s)" % name for name in names if isinstance(name, str) and not is_template(name)), "")


def _check(value: Any, key: Any) -> None:
    """:raises ParseError: there is a template in a value, or a key twice"""
    if isinstance(value, ParseError):
        raise value
    if isinstance(value, str):
        if is_template(value):
            raise template(key, "put the value itself there")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check(inner, name)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, key)

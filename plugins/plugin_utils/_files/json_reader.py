# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON -> lists of items by kind, each with its line; nearly as fast as ``json.loads``."""

from __future__ import annotations

import json
from json.decoder import WHITESPACE, scanstring
from typing import Any

from .parsed import Parsed, ParseError, is_template, template, twice


def parse_json(text: str) -> Parsed:
    """What a JSON file holds.

    :raises json.JSONDecodeError: it is no JSON
    :raises ParseError: it is empty, no mapping, holds templates or keys twice, ...
    """
    try:
        return _Json(text).read()
    except RecursionError:
        raise ParseError("it is nested too deeply.") from None


class _Json:
    """One JSON object."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._decode = json.JSONDecoder(object_pairs_hook=_object).raw_decode
        self._counted = (0, 1)
        # an escape could hide a template
        self._suspect = is_template(text) or "\\u" in text

    def read(self) -> Parsed:
        if not self._text.strip():
            raise ParseError("the file is empty.")
        at = self._skip(0)
        if self._sign(at) != "{":
            json.loads(self._text)
            raise ParseError("the file holds no mapping of kinds to lists.")
        found = Parsed({}, {})
        at = self._skip(at + 1)
        while self._sign(at) != "}" or found.kinds:
            line = self._line(at)
            if self._sign(at) != '"':
                raise json.JSONDecodeError("Expecting property name enclosed in double quotes", self._text, at)
            kind, at = scanstring(self._text, at + 1)
            if kind in found.kinds:
                raise twice(kind, line)
            at = self._skip(at)
            if self._sign(at) != ":":
                raise json.JSONDecodeError("Expecting ':' delimiter", self._text, at)
            lines: list[int] = []
            found.kinds[kind], at = self._content(kind, self._skip(at + 1), lines)
            found.lines[kind] = (line, lines)
            at = self._skip(at)
            if self._sign(at) == "}":
                break
            at = self._comma(at)
        if self._skip(at + 1) != len(self._text):
            raise json.JSONDecodeError("Extra data", self._text, self._skip(at + 1))
        return found

    def _content(self, kind: str, at: int, lines: list[int]) -> tuple[Any, int]:
        if self._sign(at) != "[":
            return self._value(kind, at)
        items: list[Any] = []
        at = self._skip(at + 1)
        while self._sign(at) != "]" or items:
            lines.append(self._line(at))
            item, at = self._value(kind, at)
            items.append(item)
            at = self._skip(at)
            if self._sign(at) == "]":
                break
            at = self._comma(at)
        return items, at + 1

    def _value(self, kind: str, at: int) -> tuple[Any, int]:
        try:
            value, end = self._decode(self._text, at)
        except ParseError as error:
            raise ParseError(str(error), self._line(at)) from None
        if self._suspect:
            key = _key_of_template(value, kind)
            if key is not None:
                raise template(key, self._line(at), "put the value itself there")
        return value, end

    def _skip(self, at: int) -> int:
        found = WHITESPACE.match(self._text, at)
        return found.end() if found else at

    def _sign(self, at: int) -> str:
        return self._text[at : at + 1]

    def _comma(self, at: int) -> int:
        if self._sign(at) != ",":
            raise json.JSONDecodeError("Expecting ',' delimiter", self._text, at)
        return self._skip(at + 1)

    def _line(self, at: int) -> int:
        before, line = self._counted
        self._counted = (at, line + self._text.count("\n", before, at))
        return self._counted[1]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, value in pairs]
        raise twice(next(name for name in names if names.count(name) > 1), None)
    return result


def _key_of_template(value: Any, key: Any) -> Any:
    """The key of the first template in a value; None if there is none."""
    if isinstance(value, str):
        return key if is_template(value) else None
    pairs = (
        value.items() if isinstance(value, dict) else [(key, one) for one in value] if isinstance(value, list) else []
    )
    return next((found for name, one in pairs if (found := _key_of_template(one, name)) is not None), None)

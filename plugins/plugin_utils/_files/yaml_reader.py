# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML -> lists of items by kind, each with its line; made for tens of thousands of items.

PyYAML spends nine parts of ten of its time on nodes and their tags. Here values are made from events at once. They are
taken as they stand: nothing is a template, and only what reads back the same is a number, so that 007, 12:30 and 1_000
stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from .parsed import Parsed, ParseError, is_template, template, twice

TAG = "tag:yaml.org,2002:"
VAULT = ("!vault", "!vault-encrypted")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVERS: dict[str, list[tuple[str, re.Pattern[str]]]] = yaml.SafeLoader.yaml_implicit_resolvers
_INT = re.compile(r"0|-?[1-9][0-9]*")
#: what a parser quotes from the file; it may be a secret
_QUOTED = re.compile(r""" *('[^']*'|"[^"]*")""")


def parse_yaml(text: str, decrypt: Callable[[str], str]) -> Parsed:
    """What a YAML file holds.

    :param decrypt: decrypts a value with the tag ``!vault``
    :raises ParseError: it is cut off, empty, no mapping, holds templates or keys twice, ...
    """
    try:
        return _Yaml(text, decrypt).read()
    except yaml.YAMLError as error:
        raise _unreadable(error, text) from None
    except RecursionError:
        raise ParseError("it is nested too deeply.") from None


def _unreadable(error: yaml.YAMLError, text: str) -> ParseError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
    line = mark.line + 1 if mark else None
    position = getattr(error, "position", None)
    if line is None and isinstance(position, int):
        line = text.encode("utf-8")[:position].count(b"\n") + 1
    return ParseError("this is no valid YAML: %s." % _QUOTED.sub(_sign_or_token, reason), line)


def _sign_or_token(found: re.Match[str]) -> str:
    quoted = found.group(1)
    return found.group(0) if len(quoted) <= 3 or quoted[1] == "<" else ""


class _Yaml:
    """One YAML document."""

    def __init__(self, text: str, decrypt: Callable[[str], str]) -> None:
        self._next: Callable[[], Any] = _Loader(text).get_event
        self._decrypt = decrypt
        self._anchors: dict[str, Any] = {}
        self._key: Any = ""
        self._unsafe = 0

    def read(self) -> Parsed:
        get = self._next
        get()
        event = get()
        if not isinstance(event, DocumentStartEvent):
            raise ParseError("the file is empty.")
        event = get()
        if not isinstance(event, MappingStartEvent):
            empty = isinstance(event, ScalarEvent) and event.implicit[0] and self._value(event) is None
            raise ParseError("the file is empty." if empty else "the file holds no mapping of kinds to lists.")
        found = Parsed({}, {})
        event = get()
        while not isinstance(event, MappingEndEvent):
            line = event.start_mark.line + 1
            kind = self._value(event)
            if not isinstance(kind, str):
                raise ParseError("a kind is no text.", line)
            if kind in found.kinds:
                raise twice(kind, line)
            self._key = kind
            lines: list[int] = []
            found.kinds[kind] = self._value(get(), lines)
            found.lines[kind] = (line, lines)
            event = get()
        get()
        event = get()
        if not isinstance(event, StreamEndEvent):
            raise ParseError("a second YAML document begins here; a state file is one.", event.start_mark.line + 1)
        return found

    def _value(self, event: Any, lines: list[int] | None = None) -> Any:
        """The value that an event begins; ``lines`` takes the lines of the items of a list."""
        if isinstance(event, AliasEvent):
            if event.anchor not in self._anchors:
                raise ParseError("an alias (*) stands before its anchor (&).", event.start_mark.line + 1)
            value = self._anchors[event.anchor]
            if lines is not None and isinstance(value, list):
                lines += [event.start_mark.line + 1] * len(value)
            return value
        if isinstance(event, ScalarEvent):
            value = self._scalar(event)
        else:
            unsafe = event.tag == "!unsafe"
            if event.tag not in (None, "!", "!unsafe", TAG + "map", TAG + "seq"):
                raise self._unknown_tag(event)
            self._unsafe += unsafe
            value = self._mapping() if isinstance(event, MappingStartEvent) else self._sequence(lines)
            self._unsafe -= unsafe
        if event.anchor:
            self._anchors[event.anchor] = value
        return value

    def _sequence(self, lines: list[int] | None) -> list[Any]:
        get, value, result = self._next, self._value, []
        event = get()
        while not isinstance(event, SequenceEndEvent):
            if lines is not None:
                lines.append(event.start_mark.line + 1)
            result.append(value(event))
            event = get()
        return result

    def _mapping(self) -> dict[Any, Any]:
        get, value = self._next, self._value
        result: dict[Any, Any] = {}
        merged: list[Any] = []
        event = get()
        while not isinstance(event, MappingEndEvent):
            key = value(event)
            if isinstance(key, (dict, list)):
                raise ParseError("a key is no text.", event.start_mark.line + 1)
            self._key = key
            if key == "<<" and event.implicit[0]:
                merged += self._merged(value(get()), event)
            elif key in result:
                raise twice(key, event.start_mark.line + 1)
            else:
                result[key] = value(get())
            event = get()
        for other in merged:
            for key, item in other.items():
                result.setdefault(key, item)
        return result

    @staticmethod
    def _merged(value: Any, event: Any) -> list[Any]:
        found = value if isinstance(value, list) else [value]
        if not all(isinstance(one, dict) for one in found):
            raise ParseError("a merge key (<<) takes mappings only.", event.start_mark.line + 1)
        return found

    def _scalar(self, event: Any) -> Any:
        text, tag = event.value, event.tag
        if tag is None or tag == "!":
            value = _plain(text) if tag is None and event.implicit[0] else text
        elif tag == "!unsafe":
            return text
        elif tag in VAULT:
            try:
                return self._decrypt(text)
            except ParseError as error:
                raise ParseError("the value of %s %s" % (self._key, error), event.start_mark.line + 1) from None
        elif tag == TAG + "str":
            value = text
        elif tag in (TAG + "int", TAG + "float", TAG + "bool", TAG + "null"):
            value = _plain(text)
        else:
            raise self._unknown_tag(event)
        if isinstance(value, str) and is_template(value) and not self._unsafe:
            way_out = "put the value itself there, or the tag !unsafe before it if this is meant to be the text"
            raise template(self._key, event.start_mark.line + 1, way_out)
        return value

    def _unknown_tag(self, event: Any) -> ParseError:
        sentence = "%s has a tag that is not known here; a text that begins with ! stands in quotes." % self._key
        return ParseError("the value of " + sentence, event.start_mark.line + 1)


def _plain(text: str) -> Any:
    """A scalar without quotes: not a text only if YAML says so, and as a number only if no sign of it is lost."""
    for tag, pattern in _RESOLVERS.get(text[:1], ()):
        if pattern.match(text):
            if tag == TAG + "int":
                return int(text) if _INT.fullmatch(text) else text
            if tag == TAG + "float":
                value = float(text) if re.fullmatch(r"-?[0-9]+\.[0-9]+", text) else None
                return value if repr(value) == text else text
            if tag == TAG + "bool":
                return text.lower() in ("yes", "on", "true")
            return None if tag == TAG + "null" else text
    return text

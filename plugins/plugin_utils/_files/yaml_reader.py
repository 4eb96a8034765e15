# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML -> lists of items by kind, each with its line: a strict composer over the events of PyYAML.

PyYAML's own composer makes nodes, which need six times the memory of what is declared, and crashes on a file that is
nested too deeply. Here values are made from events at once. They are taken as they stand: nothing is a template, and
only what reads back the same is a number, so that 007, 12:30 and 1_000 stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from yaml.events import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, StreamEndEvent

from .parsed import EMPTY, NO_KINDS, TOO_DEEP, Parsed, ParseError, is_template, template, twice

_TAG = "tag:yaml.org,2002:"
_UNSAFE, _VAULT = "!unsafe", ("!vault", "!vault-encrypted")
_PLAIN = (None, *(_TAG + name for name in ("int", "float", "bool", "null")))
_COLLECTIONS = (None, "!", _UNSAFE, _TAG + "map", _TAG + "seq")
_MEANINGS = {"null": None, "true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_WORDS = {one: value for word, value in _MEANINGS.items() for one in (word, word.capitalize(), word.upper())}
_WORDS |= {"": None, "~": None}
_NUMBER = re.compile(r"-?[0-9]{1,4000}(?:\.[0-9]+)?")
#: what a parser quotes from the file; it may be a secret
_QUOTED = re.compile(r""" *('[^']*'|"[^"]*")""")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str, decrypt: Callable[[str], str]) -> Parsed:
    """What a YAML file holds.

    :param decrypt: decrypts a value with the tag ``!vault``
    :raises ParseError: it is cut off, empty, no mapping, holds templates or keys twice, ...
    """
    try:
        return _Composer(_Loader(text).get_event, decrypt).read()
    except yaml.YAMLError as error:
        raise _unreadable(error, text) from None
    except RecursionError:
        raise ParseError(TOO_DEEP) from None


class _Composer:
    """The values of one document.

    :param following: returns the next event
    """

    def __init__(self, following: Callable[[], Any], decrypt: Callable[[str], str]) -> None:
        self._next, self._decrypt = following, decrypt
        self._anchors: dict[str, Any] = {}
        self._unsafe = 0

    def read(self) -> Parsed:
        self._next()
        if isinstance(self._next(), StreamEndEvent):
            raise ParseError(EMPTY)
        event = self._next()
        if not isinstance(event, MappingStartEvent):
            nothing = isinstance(event, ScalarEvent) and event.implicit[0] and _plain(event.value) is None
            raise ParseError(EMPTY if nothing else NO_KINDS)
        found = Parsed({}, {})
        for event in self._until(MappingEndEvent):
            kind, place = self._value(event, "a kind"), _line(event)
            if not isinstance(kind, str):
                raise ParseError("a kind is not text.", place)
            if kind in found.kinds:
                raise twice(kind, place)
            places: list[str] = []
            found.kinds[kind] = self._value(self._next(), kind, places)
            found.places[kind] = place, places
        self._next()
        event = self._next()
        if not isinstance(event, StreamEndEvent):
            raise ParseError("a second YAML document begins here; a state file is one.", _line(event))
        return found

    def _until(self, end: type) -> Iterator[Any]:
        """The events that begin the parts of a collection, whose values are to be read before the next."""
        event = self._next()
        while not isinstance(event, end):
            yield event
            event = self._next()

    def _value(self, event: Any, key: Any, places: list[str] | None = None) -> Any:
        """The value that an event begins, which belongs to ``key``; ``places`` takes those of the items of a list."""
        if isinstance(event, AliasEvent):
            if event.anchor not in self._anchors:
                raise ParseError("an alias (*) stands before its anchor (&).", _line(event))
            value = self._anchors[event.anchor]
            if places is not None and isinstance(value, list):
                places += [_line(event)] * len(value)
            return value
        if isinstance(event, ScalarEvent):
            value = self._scalar(event, key)
        elif event.tag not in _COLLECTIONS:
            raise _unknown_tag(event, key)
        else:
            self._unsafe += event.tag == _UNSAFE
            value = self._mapping(key) if isinstance(event, MappingStartEvent) else self._sequence(key, places)
            self._unsafe -= event.tag == _UNSAFE
        if event.anchor:
            self._anchors[event.anchor] = value
        return value

    def _sequence(self, key: Any, places: list[str] | None) -> list[Any]:
        result = []
        for event in self._until(SequenceEndEvent):
            if places is not None:
                places.append(_line(event))
            result.append(self._value(event, key))
        return result

    def _mapping(self, key: Any) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        merged: list[Any] = []
        for event in self._until(MappingEndEvent):
            key = self._value(event, key)
            if isinstance(key, (dict, list)):
                raise ParseError("a key is not text.", _line(event))
            if key in result:
                raise twice(key, _line(event))
            value = self._value(self._next(), key)
            if key == "<<" and event.implicit[0]:
                merged += value if isinstance(value, list) else [value]
                if not all(isinstance(one, dict) for one in merged):
                    raise ParseError("a merge key (<<) takes mappings only.", _line(event))
            else:
                result[key] = value
        for other in merged:
            for name, value in other.items():
                result.setdefault(name, value)
        return result

    def _scalar(self, event: Any, key: Any) -> Any:
        text, tag = event.value, event.tag
        if tag == _UNSAFE:
            return text
        if tag in _VAULT:
            try:
                return self._decrypt(text)
            except ParseError as error:
                raise ParseError("the value of %s %s" % (key, error), _line(event)) from None
        if tag in _PLAIN and (tag or event.implicit[0]):
            text = _plain(text)
        elif tag not in (None, "!", _TAG + "str"):
            raise _unknown_tag(event, key)
        if isinstance(text, str) and is_template(text) and not self._unsafe:
            way_out = "put the value itself there, or the tag !unsafe before it if this is meant to be the text"
            raise template(key, way_out, _line(event))
        return text


def _plain(text: str) -> Any:
    """A scalar without quotes: no text only if YAML says so, and a number only if no sign of it is lost."""
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        number = float(text) if "." in text else int(text)
        return number if repr(number) == text else text
    return text


def _line(event: Any) -> str:
    return "line %d" % (event.start_mark.line + 1)


def _unknown_tag(event: Any, key: Any) -> ParseError:
    sentence = "%s has a tag that is not known here; a text that begins with ! stands in quotes." % key
    return ParseError("the value of " + sentence, _line(event))


def _unreadable(error: yaml.YAMLError, text: str) -> ParseError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
    position = getattr(error, "position", None)
    before = text.encode("utf-8")[:position].count(b"\n") if isinstance(position, int) else 0
    place = "line %d" % ((mark.line if mark else before) + 1) if mark or position is not None else ""
    return ParseError("this is no valid YAML: %s." % _QUOTED.sub(_sign_or_token, reason), place)


def _sign_or_token(found: re.Match[str]) -> str:
    quoted = found.group(1)
    return found.group(0) if len(quoted) <= 3 or quoted[1] == "<" else ""

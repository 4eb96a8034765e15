# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A state file with some of its values changed, everything else as it stands: comments, order, quotes and blank lines.

Values are replaced where they stand in the text. What comes of it is parsed, and must hold what was meant: whoever
writes anchors or anything else that an edit would break is told to change the file by hand.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent

from .parsed import ParseError
from .yaml_reader import parse_yaml
from .yaml_writer import block, scalar

_UNSAFE = "it is written in a form that cannot be edited safely"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class EditError(Exception):
    """The file cannot be changed without its author; a sentence about the file."""


class Secret(str):
    """Stands for a value that is encrypted by itself, which is never compared or changed."""


@dataclass
class _Node:
    """A value in the text: from ``start`` until ``end``, the last sign that belongs to it."""

    start: int
    end: int
    column: int
    flow: bool = False
    text: str | None = None
    items: list[_Node] = field(default_factory=list)
    pairs: dict[str, tuple[_Node, _Node]] = field(default_factory=dict)


class Document:
    """A state file that is being changed.

    :param text: of the file
    :raises ParseError: it is no state file
    :ivar kinds: what it holds after the changes so far
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.kinds: dict[str, Any] = copy.deepcopy(_parsed(text))
        self._root = _Builder(text).root()
        self._edits: list[tuple[int, int, str]] = []
        self._added: dict[str, list[Mapping[str, Any]]] = {}

    def set(self, kind: str, index: int, key: str, value: Any, after: Sequence[str] = ()) -> None:
        """Give an option of an item a value.

        :param key: as the item spells it, or is to
        :param after: the options behind which a new one stands, in their order
        """
        node = self._root.pairs[kind][1].items[index]
        if key in node.pairs:
            name, old = node.pairs[key]
            if self._edit_list(old, self.kinds[kind][index][key], value):
                self.kinds[kind][index][key] = value
                return
            begin = old.start if old.text and old.end > name.end else name.end
            self._replace(name, begin, old.end, value, node.column)
        else:
            before = [pair for one in after for pair in [node.pairs.get(one)] if pair] or list(node.pairs.values())[:1]
            if not before:
                raise EditError("an item is empty")
            written = "%s: %s" % (scalar(key, 0), _inline(value, node.column + 2))
            end = before[-1][1].end
            if node.flow:
                self._edits.append((end, end, ", " + written))
            else:
                self._insert_below(end, [" " * node.column + written])
        self.kinds[kind][index][key] = value

    def remove(self, kind: str, index: int, key: str) -> None:
        """Take an option of an item out, with the comment behind it."""
        node = self._root.pairs[kind][1].items[index]
        names = list(node.pairs)
        place = names.index(key)
        name, value = node.pairs.pop(key)
        if place == 0:  # the next one comes in its place, behind the sign of a list
            end = next((other.start for other, _value in node.pairs.values()), value.end)
            self._edits.append((name.start, end, ""))
        elif node.flow:
            self._edits.append((node.pairs[names[place - 1]][1].end, value.end, ""))
        else:
            self._edits.append((*self._lines_of(name.start, value.end), ""))
        del self.kinds[kind][index][key]

    def replace_text(self, kind: str, index: int, old: str, new: str, but: Sequence[str]) -> list[str]:
        """Put one text for another in the options of an item; returns those that had it.

        :param but: options that are left alone
        """
        node, item = self._root.pairs[kind][1].items[index], self.kinds[kind][index]
        found = []
        for key, (_name, value) in node.pairs.items():
            if key not in but:
                places = [one for one in [value, *value.items] if (one.text or "").strip().lower() == old]
                for place in places:
                    self._edits.append((place.start, place.end, scalar(new, 0)))
                if places:
                    found.append(key)
                    item[key] = _renamed(item[key], old, new)
        return found

    def append(self, kind: str, items: Sequence[Mapping[str, Any]]) -> None:
        """Add items at the end of a list, which is made if the file has none."""
        self._added.setdefault(kind, []).extend(items)
        self.kinds[kind] = (self.kinds.get(kind) or []) + [dict(item) for item in items]

    def result(self) -> str:
        """The text with all changes.

        :raises EditError: it would not hold what was meant
        """
        for kind, items in self._added.items():
            self._append(kind, items)
        text, break_ = self._text, "\r\n" if "\r\n" in self._text else "\n"
        for start, end, new in sorted(self._edits, reverse=True):
            text = text[:start] + new.replace("\n", break_) + text[end:]
        try:
            good = _parsed(text) == self.kinds
        except ParseError:
            good = False
        if not good:
            raise EditError(_UNSAFE)
        return text

    def _replace(self, name: _Node, start: int, end: int, value: Any, column: int) -> None:
        written = _inline(value, column + 2)
        if start == name.end:  # there is no value, or one of several lines, or a reference to one elsewhere
            colon = self._text.index(":", name.end) + 1
            self._edits.append((colon, max(end, colon), " " + written))
        else:
            self._edits.append((start, end, written))

    def _edit_list(self, node: _Node, before: Any, value: Any) -> bool:
        """Whether a list of a line for each item could be changed line by line, so that comments between them stay."""
        texts = [one.text for one in node.items]
        if node.flow or not texts or not isinstance(value, (list, tuple)) or texts != before:
            return False
        kept = [one for one in node.items if one.text in value]
        added = [one for one in value if one not in texts]
        if not kept or [one.text for one in kept] + added != list(value):
            return False
        for one in node.items:
            if one not in kept:
                self._edits.append((*self._lines_of(one.start, one.end), ""))
        if added:
            self._insert_below(kept[-1].end, ["%s- %s" % (" " * node.column, scalar(one, 0)) for one in added])
        return True

    def _lines_of(self, start: int, end: int) -> tuple[int, int]:
        """From the beginning of the line of something until that of the next one."""
        stop = self._text.find("\n", end) + 1
        return self._text.rfind("\n", 0, start) + 1, stop or len(self._text)

    def _insert_below(self, end: int, lines: Sequence[str]) -> None:
        """New lines after the one in which something ends, behind its comment."""
        place = self._text.find("\n", end)
        place = len(self._text) if place < 0 else place - (self._text[place - 1] == "\r")
        self._edits.append((place, place, "".join("\n" + line for line in lines)))

    def _append(self, kind: str, items: Sequence[Mapping[str, Any]]) -> None:
        if self._root.flow:
            raise EditError(_UNSAFE)
        if kind not in self._root.pairs:
            end = len(self._text.rstrip())
            self._edits.append((end, len(self._text), "\n\n%s:\n%s\n" % (kind, "\n".join(block(items, 2)))))
            return
        name, found = self._root.pairs[kind]
        if not found.items:
            colon = self._text.index(":", name.end) + 1
            self._edits.append((colon, max(found.end, colon), "\n" + "\n".join(block(items, 2))))
        elif found.flow:
            flow = [
                "{%s}" % ", ".join("%s: %s" % (key, _inline(one, 0)) for key, one in item.items()) for item in items
            ]
            self._edits.append((found.items[-1].end,) * 2 + (", " + ", ".join(flow),))
        else:
            space = "\n" if self._spaced(found) else ""
            lines = block(items, found.column)
            firsts = " " * found.column + "- "
            self._insert_below(found.end, [space + line if line.startswith(firsts) else line for line in lines])

    def _spaced(self, found: _Node) -> bool:
        """Whether a blank line stands between the items of a list."""
        pairs = zip(found.items, found.items[1:], strict=False)
        return any("\n\n" in self._text[one.end : other.start].replace("\r", "") for one, other in pairs)


class _Builder:
    """Nodes of the events of a parser.

    :param text: what is parsed; nothing in it is wrong
    """

    def __init__(self, text: str) -> None:
        self._text, self._next = text, _Loader(text).get_event
        self._closed = 0

    def root(self) -> _Node:
        self._next()
        self._next()
        return self._node(self._next())

    def _node(self, event: Any) -> _Node:
        start, column = _index(event.start_mark), event.start_mark.column
        if isinstance(event, (AliasEvent, ScalarEvent)):
            end = _index(event.end_mark)
            end = start + len(self._text[start:end].rstrip())
            return _Node(start, end, column, text=getattr(event, "value", None))
        node = _Node(start, start, column, bool(event.flow_style))
        if isinstance(event, MappingStartEvent):
            for name in self._until():
                key = self._node(name)
                node.pairs[str(key.text)] = key, self._node(self._next())
            last = [value for _name, value in node.pairs.values()]
        else:
            node.items = last = [self._node(one) for one in self._until()]
        node.end = max([node.start, *(one.end for one in last)])
        if node.flow:
            node.end = self._closed
        return node

    def _until(self) -> Iterator[Any]:
        event = self._next()
        while not isinstance(event, (SequenceEndEvent, MappingEndEvent)):
            yield event
            event = self._next()
        self._closed = _index(event.end_mark)


def _index(mark: Any) -> int:
    return int(mark.index)


def _parsed(text: str) -> dict[str, Any]:
    return parse_yaml(text, Secret).kinds


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, list):
        return [_renamed(one, old, new) for one in value]
    return new if isinstance(value, str) and value.strip().lower() == old else value


def _inline(value: Any, depth: int) -> str:
    """A value in one line."""
    if isinstance(value, (list, tuple)):
        return "[%s]" % ", ".join("'%s'" % str(one).replace("'", "''") for one in value)
    return scalar(value, depth)

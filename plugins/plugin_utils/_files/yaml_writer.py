# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values -> YAML as a person would write it, which yaml_reader.py reads back as they are.

PyYAML indents no lists and takes some ten seconds for 20,000 mailboxes. What is written here is so simple that every
reader of YAML, old or new, agrees about it: a text has no quotes only where it can be taken for nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .parsed import is_template

_BARE = re.compile(r"[^\W\d_](?:[\w .@/+,'()&;=*%!?-]*[\w.@/+,'()&;=*%!?-])?")
#: words that some readers take for a boolean or nothing
_WORDS = frozenset("true false yes no on off y n null".split())
_HIDDEN = "\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
_ONE_LINE = re.compile("[^%s]*" % _HIDDEN)
_ESCAPED = re.compile(r'[\\"%s]' % _HIDDEN)
_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def write_yaml(value: Mapping[str, Any]) -> str:
    """A mapping of texts, numbers, booleans, lists and mappings as a YAML document; keys are names."""
    return "\n".join(["---", *_lines(value, 0)]) + "\n"


def block(value: Any, depth: int) -> list[str]:
    """The lines of a mapping or a list that is not empty, ``depth`` blanks before each."""
    return [line for lines in _lines(value, depth) for line in lines.split("\n")]


def _lines(value: Any, depth: int) -> Iterator[str]:
    space = " " * depth
    if isinstance(value, Mapping):
        for key, inner in value.items():
            name = space + scalar(str(key), depth) + ":"
            if isinstance(inner, (Mapping, list, tuple)) and inner:
                yield name
                yield from _lines(inner, depth + 2)
            else:
                yield "%s %s" % (name, scalar(inner, depth + 2))
        return
    for inner in value:
        if isinstance(inner, (Mapping, list, tuple)) and inner:
            first, *others = _lines(inner, depth + 2)
            yield "%s- %s" % (space, first[depth + 2 :])
            yield from others
        else:
            yield "%s- %s" % (space, scalar(inner, depth + 2))


def scalar(value: Any, depth: int) -> str:
    """What stands after a key or a dash.

    :param depth: of the lines of a text that has several
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (Mapping, list, tuple)):
        return "{}" if isinstance(value, Mapping) else "[]"
    text = str(value)
    # Ansible would take it for a template; so would the reader of state files, and refuse it
    return "!unsafe " * is_template(text) + _text(text, depth)


def _text(text: str, depth: int) -> str:
    if _BARE.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if _ONE_LINE.fullmatch(text):
        return "'%s'" % text.replace("'", "''")
    lines = text.removesuffix("\n").split("\n")
    if lines[0] and not lines[0].startswith(" ") and lines[-1] and all(map(_keeps, lines)):
        mark = "|" if text.endswith("\n") else "|-"
        return "\n".join([mark, *(" " * depth + line if line else "" for line in lines)])
    return '"%s"' % _ESCAPED.sub(_escape, text)


def _keeps(line: str) -> bool:
    """Whether a line stays as it is within a block of text."""
    return bool(_ONE_LINE.fullmatch(line)) and line == line.rstrip()


def _escape(found: re.Match[str]) -> str:
    sign = found[0]
    number = ord(sign)
    return _SHORT.get(sign) or ("\\x%02X" % number if number < 256 else "\\u%04X" % number)

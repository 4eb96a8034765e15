# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both parsers of state files say: items by kind, each with its line, or one sentence and a line."""

from __future__ import annotations

from typing import Any, NamedTuple


class ParseError(Exception):
    """The text cannot be used; the sentence quotes no value from it.

    :ivar line: where, from 1; None if it concerns the whole file
    """

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence)
        self.line = line


class Parsed(NamedTuple):
    """What a file holds.

    :ivar kinds: by the file's keys, as they stand
    :ivar lines: for each of ``kinds`` its own line, and for a list the line of each item
    """

    kinds: dict[str, Any]
    lines: dict[str, tuple[int, list[int]]]


def is_template(text: str) -> bool:
    """Whether Ansible would take a text for a template."""
    return "{{" in text or "{%" in text


def template(key: Any, line: int | None, way_out: str) -> ParseError:
    """What to say of one."""
    return ParseError(
        "the value of %s holds a Jinja template. What is in state files is taken literally and never rendered, so %s."
        % (key, way_out),
        line,
    )


def twice(key: Any, line: int | None) -> ParseError:
    """What to say of a key that stands twice."""
    return ParseError("the key %s stands twice in one mapping." % key, line)

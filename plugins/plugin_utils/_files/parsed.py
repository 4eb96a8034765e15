# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both readers of state files return: items by kind, each with its place, or one sentence and a place."""

from __future__ import annotations

from typing import Any, NamedTuple

EMPTY = "the file is empty."
NO_KINDS = "the file holds no mapping of kinds to lists."
#: how a place begins that is a line, and not an item
LINE = "line "
TOO_DEEP = "it is nested too deeply."


class ParseError(Exception):
    """The text cannot be used; the sentence quotes no value from it.

    :ivar place: where in the file; empty if it concerns the whole file
    """

    def __init__(self, sentence: str, place: str = "") -> None:
        super().__init__(sentence)
        self.place = place


class Parsed(NamedTuple):
    """What a file holds.

    :ivar kinds: by the file's keys, as they stand
    :ivar places: for each of ``kinds`` its own place, and for a list the place of each item
    """

    kinds: dict[str, Any]
    places: dict[str, tuple[str, list[str]]]


def is_template(text: str) -> bool:
    """Whether Ansible would take a text for a template."""
    return "{{" in text or "{%" in text


def template(key: Any, way_out: str, place: str = "") -> ParseError:
    """The error for a template."""
    return ParseError(
        "the value of %s holds a Jinja template. What is in state files is taken literally and never rendered, so %s."
        % (key, way_out),
        place,
    )


def twice(key: Any, place: str = "") -> ParseError:
    """The error for a key that stands twice."""
    return ParseError("the key %s stands twice in one mapping." % key, place)

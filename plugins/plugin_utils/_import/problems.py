# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a list of people: all of it at once, one sentence a line; and what was probably meant."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import printable


class Problems:
    """Collects sentences with the lines they are about.

    :param name: of the CSV file
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._found: list[tuple[int, str]] = []

    def add(self, line: int, sentence: str) -> None:
        """:param line: in the CSV file; 0 if it is about something else, which the sentence names"""
        self._found.append((line, sentence))

    def place(self, line: int) -> str:
        """How a line is called."""
        return "%s:%d" % (self._name, line)

    def __bool__(self) -> bool:
        return bool(self._found)

    def lines(self) -> list[str]:
        """All of them, in the order of the file, each once."""
        ordered = sorted(self._found, key=lambda one: one[0])
        told = [printable("%s: %s" % (self.place(line), text) if line else text) for line, text in ordered]
        return list(dict.fromkeys(" ".join(text.split()) for text in told))


def plain(text: str) -> str:
    """A heading without case, blanks, accents and signs."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if sign.isalnum())


def nearest(word: str, words: Iterable[str], likeness: float = 0.6) -> str:
    """A question after the word that was probably meant, with a blank before it; empty if there is none."""
    by_form = {plain(one): one for one in words}
    found = difflib.get_close_matches(plain(word), by_form, 1, likeness)
    return " Did you mean %s?" % by_form[found[0]] if found else ""

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bytes of a spreadsheet saved as CSV -> its cells, each row with its line."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
#: the marks at the beginning of a file; what is left out is tried in order
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: Latin-1 fits everything, and cp1252 is what Windows means by it
_GUESSES = ("cp1252", "latin-1")
#: the first line that tells Excel which separator a file has
_HINT = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
#: how many bytes are enough to see that every second one is zero
_SAMPLE = 400


class Row(NamedTuple):
    """A row; ``line`` is where it begins in the file."""

    line: int
    cells: list[str]


class Table(NamedTuple):
    """What a file holds.

    :ivar heading: its first row that is not empty
    :ivar guess: its encoding, if nothing but a guess says so
    """

    heading: Row
    rows: list[Row]
    guess: str


def read_table(data: bytes, name: str, encoding: str = "", separator: str = "") -> Table:
    """The rows of a CSV file, empty ones left out.

    :param name: of the file, for messages
    :param encoding: of the file; by default it is found out
    :param separator: one of ``SEPARATORS``; by default the one that the headings have
    :raises InputError: it is no such file
    """
    text, found = _text(data, name, encoding)
    hint = _HINT.match(text)
    begin = 1 if hint else 0
    if hint:
        text = text[hint.end() :]
    sign = SEPARATORS.get(separator) or (hint.group(1) if hint else _separator(text))
    try:
        rows = [row for row in _rows(text, sign, begin) if any(map(str.strip, row.cells))]
    except csv.Error as error:
        raise InputError("%s cannot be read as CSV: %s. Does a quote have no end?" % (name, error)) from None
    if not rows:
        raise InputError("%s is empty." % name)
    return Table(rows[0], rows[1:], found if found in _GUESSES and not encoding else "")


def _rows(text: str, sign: str, before: int) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    line = before
    for cells in reader:
        yield Row(line + 1, cells)
        line = before + reader.line_num


def _text(data: bytes, name: str, encoding: str) -> tuple[str, str]:
    """The text, and the encoding that it turned out to be in."""
    if data[:2] == b"PK":
        raise InputError("%s is a workbook or an archive; save the sheet as CSV." % name)
    tried = [encoding] if encoding else list(_encodings(data))
    for one in tried:
        try:
            text = data.decode(one)
        except UnicodeDecodeError:
            continue
        except LookupError:
            raise InputError("there is no encoding %s." % one) from None
        if "\0" in text:
            break
        return text, one
    raise InputError("%s is not text in %s." % (name, " or ".join(tried)))


def _encodings(data: bytes) -> Iterator[str]:
    """What it may be in."""
    marked = [found for mark, found in _MARKS if data.startswith(mark)]
    if marked:
        return iter(marked)
    sample = data[:_SAMPLE]
    for found, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if len(sample) > 3 and zeros.count(0) > len(zeros) * 0.7:
            return iter([found])
    return iter(["utf-8", *_GUESSES])


def _separator(text: str) -> str:
    """The one that stands most often in the first line, outside of quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(SEPARATORS.values(), key=bare.count)

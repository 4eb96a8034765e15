# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which column of a table is which option, by its heading."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from .problems import Problems, nearest, plain
from .table import Table

#: headings that are understood without being told, by what they are for
KNOWN: dict[str, tuple[str, ...]] = {
    "mail": ("mail", "email", "e-mail address", "mail address", "mailadresse", "e-mail-adresse"),
    "domain": ("domain", "mail domain", "maildomain"),
    "given_name": ("given name", "first name", "forename", "vorname", "prénom"),
    "surname": ("surname", "last name", "family name", "nachname", "familienname", "nom"),
    "name": ("name", "full name", "display name", "anzeigename"),
    "quota": ("quota", "mailbox size", "mailbox quota", "postfachgröße"),
    "enabled": ("enabled", "active", "aktiv"),
    "language": ("language", "sprache"),
    "employee_id": ("employee id", "employee number", "employee no", "personnel number", "personalnummer"),
    "password_hash": ("password hash",),
}
#: below this likeness, from 0 to 1, one heading is no misspelling of another
ALIKE = 0.8


def are_headings(row: Sequence[str], given: Mapping[str, str]) -> bool:
    """Whether a row has a heading that is known; the words for enabled may be those of a person.

    :param given: headings by option, as the user named them
    """
    known = {plain(name) for option, names in KNOWN.items() for name in (option, *names) if option != "enabled"}
    known |= {plain(str(heading)) for option, heading in given.items() if option != "enabled"}
    return bool(known & set(filter(None, map(plain, row))))


def columns_of(table: Table, given: Mapping[str, str], options: Iterable[str], problems: Problems) -> dict[str, int]:
    """The index of the column of each option that has one.

    :param given: headings by option, as the user named them
    :param options: what a column can be for
    """
    line, headings = table.heading
    places: dict[str, list[int]] = {}
    for index, heading in enumerate(headings):
        places.setdefault(plain(heading), []).append(index)
    found: dict[str, list[int]] = {}
    allowed = list(options)
    for option, heading in given.items():
        if option not in allowed:
            problems.add(0, "mail_import_columns: there is no option %s.%s" % (option, nearest(option, allowed)))
        elif plain(str(heading)) not in places:
            hint = nearest(str(heading), filter(str.strip, headings if are_headings(headings, given) else ()))
            problems.add(line, "there is no column %s, which is to be %s.%s" % (heading, option, hint))
        else:
            found[option] = places[plain(str(heading))]
    taken = {index for indexes in found.values() for index in indexes}
    for option, names in KNOWN.items():
        here = [index for name in (option, *names) for index in places.get(plain(name), ()) if index not in taken]
        if here and option not in given:
            found[option] = sorted(set(here))
    for option, indexes in found.items():
        if len(indexes) > 1:
            named = ", ".join(headings[index] for index in indexes)
            sentence = "several columns may be %s: %s. Name one in mail_import_columns, as {%s: heading}."
            problems.add(line, sentence % (option, named, option))
    _look_for_typos(table, {index for indexes in found.values() for index in indexes}, set(found), problems)
    return {option: indexes[0] for option, indexes in found.items()}


def _look_for_typos(table: Table, used: set[int], found: set[str], problems: Problems) -> None:
    """A heading that nothing is done with, and that looks like one that is missing."""
    missing = {plain(name): name for option, names in KNOWN.items() if option not in found for name in names}
    for index, heading in enumerate(table.heading.cells):
        close = difflib.get_close_matches(plain(heading), missing, 1, ALIKE) if index not in used else []
        if close:
            sentence = "the column %s is unknown. Did you mean %s? If it is something else, give it another heading."
            problems.add(table.heading.line, sentence % (heading, missing[close[0]]))

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of a table -> people, with the options that their rows give."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.addresses import Address, DomainName
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.codecs import Text

from .addresses import Pattern
from .cells import FIELDS, NEVER, id_key, value_of
from .columns import are_headings, columns_of
from .problems import Problems
from .settings import Settings
from .table import Row, Table

#: likeness, from 0 to 1, above which the rarer of two domains is taken for a misspelling of the other
_ALIKE = 0.88
_NO_DOMAIN = (
    "there is no domain to make addresses in: name it in mail_import_address, as {given}.{surname}@example.com, or in "
    "a column domain."
)
#: the cells are not shown: they may be somebody's password
_NO_HEADINGS = (
    "the first row must hold headings, and its %d cells do not look like any: there must be mail, or given name and "
    "surname, or name. Say which is what in mail_import_columns, as {surname: heading}."
)


@dataclass
class Person:
    """One row.

    :ivar made: the address that the pattern makes of the name; empty where the row gives one
    :ivar mail: the address that the row gives
    :ivar options: values of options of a user, as the row gives them
    """

    line: int
    name: str
    parts: dict[str, str]
    made: str
    mail: str
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def employee_id(self) -> str:
        return self.parts["employee_id"]

    @property
    def wanted(self) -> str:
        """The address that the row asks for."""
        return self.mail or self.made


class Reader:
    """Reads a table.

    :param problems: takes what is wrong
    :ivar unused: headings of columns that are not used
    """

    def __init__(self, table: Table, settings: Settings, problems: Problems) -> None:
        self._settings, self._problems, self._table = settings, problems, table
        options = [name for name in FIELDS if name not in NEVER] + ["mail", "domain", "password_hash"]
        self._columns = columns_of(table, settings.columns, options, problems)
        used = set(self._columns.values())
        self.unused = [
            one.strip() for index, one in enumerate(table.heading.cells) if index not in used and one.strip()
        ]
        self._pattern: Pattern | None = None
        self._seen: dict[tuple[str, str], Person] = {}

    def people(self) -> list[Person]:
        """Everybody in the table whose row is without faults."""
        try:
            self._pattern = Pattern(self._settings.address)
        except InputError as error:
            self._problems.add(0, str(error))
        if self._pattern is None or not self._names_known():
            return []
        if not self._table.rows:
            sentence = "there are headings, and nobody below them. Is the list whole?"
            self._problems.add(self._table.heading.line, sentence)
        found = [person for row in self._table.rows for person in [self._person(row)] if person]
        self._refuse_misspelt_domains(found)
        return found

    def _names_known(self) -> bool:
        """Whether everybody can have an address."""
        there, cells = set(self._columns), self._table.heading.cells
        if not are_headings(cells, self._settings.columns):
            self._problems.add(self._table.heading.line, _NO_HEADINGS % len(cells))
            return False
        if not there & {"mail", "domain"} and self._pattern and not self._pattern.domain:
            self._problems.add(self._table.heading.line, _NO_DOMAIN)
            return False
        if there & {"mail", "name"} or {"given_name", "surname"} <= there:
            return True
        headings = ", ".join(filter(None, map(str.strip, cells)))
        sentence = (
            "there is no column of addresses, and none of names to make them of: given_name and surname, or name. "
            "The headings are: %s. Say which is what in mail_import_columns, as {surname: heading}."
        )
        self._problems.add(self._table.heading.line, sentence % headings)
        return False

    def _person(self, row: Row) -> Person | None:
        if len(row.cells) > len(self._table.heading.cells) and any(row.cells[len(self._table.heading.cells) :]):
            sentence = "there are %d cells below %d headings. Is there a separator in a cell without quotes?"
            self._problems.add(row.line, sentence % (len(row.cells), len(self._table.heading.cells)))
            return None
        values, good = self._values(row)
        given, surname, name = _names(values)
        parts = {"given": given, "surname": surname, "domain": values.pop("domain", "")}
        parts["employee_id"] = str(values.get("employee_id") or "")
        mail = str(values.pop("mail", ""))
        person = Person(row.line, name, parts, "", mail, dict(values, name=name) if name else values)
        good = good and self._addressed(person)
        self._refuse_twice(person)
        return person if good else None

    def _values(self, row: Row) -> tuple[dict[str, Any], bool]:
        """What the cells of a row say, and whether all of them can be meant."""
        values, good = {}, True
        for option, index in self._columns.items():
            try:
                value = value_of(option, row.cells[index] if index < len(row.cells) else "", self._settings.quota_unit)
            except ValueError as error:
                self._problems.add(row.line, "%s %s." % (option, error))
                good = False
                continue
            if value is not None:
                values[option] = value
        return values, good

    def _addressed(self, person: Person) -> bool:
        """Whether there is a good address for somebody."""
        codec: Text = Address(mailbox=True)
        try:
            if not person.mail and self._pattern:
                if self._pattern.domain == "" and not person.parts["domain"]:
                    raise ValueError(_NO_DOMAIN.rstrip("."))
                if person.parts["domain"]:
                    DomainName().accept(person.parts["domain"])
                person.made = self._pattern.address(person.parts)
        except ValueError as error:
            self._problems.add(person.line, "%s." % error if person.name else "there is neither a name nor an address.")
            return False
        try:
            codec.accept(person.wanted)
        except ValueError as error:
            self._problems.add(person.line, "%s %s." % (person.wanted, error))
            return False
        return True

    def _refuse_twice(self, one: Person) -> None:
        """The same person in two rows, or two people whom nobody could tell apart next month."""
        keys = [("employee_id", id_key(one.employee_id))] if one.employee_id else []
        keys += [("mail", one.mail)] if one.mail else []
        if not keys and one.made:
            keys = [("name", "%s %s" % (one.name.casefold(), one.made))]
        for key in keys:
            before = self._seen.setdefault(key, one)
            where = self._problems.place(before.line)
            if before is not one and key[0] == "name":
                sentence = "%s stands in %s too. If these are two people, tell them apart by employee_id or mail."
                self._problems.add(one.line, sentence % (one.name, where))
            elif before is not one and key[0] == "employee_id" and before.employee_id != one.employee_id:
                told = (one.employee_id, where, before.employee_id)
                self._problems.add(one.line, "employee_id %s stands in %s too, as %s." % told)
            elif before is not one:
                self._problems.add(one.line, "%s %s stands in %s too." % (key[0], one.parts.get(key[0], key[1]), where))

    def _refuse_misspelt_domains(self, people: list[Person]) -> None:
        counts = Counter(one.wanted.partition("@")[2] for one in people)
        for one in people:
            domain = one.wanted.partition("@")[2]
            often = [other for other, number in counts.items() if number > 3 * counts[domain]]
            close = difflib.get_close_matches(domain, often, 1, _ALIKE)
            if close:
                self._problems.add(one.line, "%s: there is %s elsewhere. Did you mean that?" % (one.wanted, close[0]))


def _names(values: dict[str, Any]) -> tuple[str, str, str]:
    """Given name, surname and full name, of what a row has of them."""
    given, surname = str(values.get("given_name", "")), str(values.get("surname", ""))
    name = str(values.get("name", ""))
    if not given and not surname and name:
        last, comma, first = name.partition(",")
        if comma:
            given, surname = first.strip(), last.strip()
            name = "%s %s" % (given, surname)
        else:
            given, _blank, surname = name.rpartition(" ")
    return given, surname, name or " ".join(filter(None, (given, surname)))

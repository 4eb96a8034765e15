# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who in a list is which account, and the address that each gets: found first, so that nobody takes another's."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from .addresses import Pattern, is_numbered, numbered, unnumbered
from .cells import id_key
from .directory import Account, Directory
from .people import Person
from .problems import Problems
from .settings import Settings


class Match(NamedTuple):
    """A person with an address.

    :ivar account: which the person has already
    :ivar notes: what is to be told
    """

    person: Person
    account: Account | None
    mail: str
    notes: list[str]


class Matching:
    """Finds accounts and addresses.

    :param problems: takes what cannot be decided
    """

    def __init__(self, directory: Directory, settings: Settings, problems: Problems) -> None:
        self._directory, self._settings, self._problems = directory, settings, problems
        self._pattern = Pattern(settings.address)
        self._by_mail = {account.mail: account for account in directory.accounts if account.mail}
        self._by_id: dict[str, list[Account]] = defaultdict(list)
        self._by_base: dict[str, list[Account]] = defaultdict(list)
        for account in self._by_mail.values():
            self._by_base[unnumbered(account.mail)].append(account)
        for account in directory.accounts:
            if account.employee_id:
                self._by_id[id_key(account.employee_id)].append(account)

    def run(self, people: list[Person]) -> list[Match]:
        """Everybody with an address, in the order of the list."""
        found = {id(one): self._account(one) for one in people}
        others = {account.mail for account in found.values() if account}
        for one in people:
            if not found[id(one)] and not one.mail:
                found[id(one)] = self._namesake(one, others)
        held: dict[str, Person] = {}
        for one in people:
            account = found[id(one)]
            if account and held.setdefault(account.mail, one) is not one:
                where = self._problems.place(held[account.mail].line)
                self._problems.add(one.line, "%s would be the account of two people, see %s." % (account.mail, where))
        taken = dict(self._directory.taken)
        for one in people:
            if one.mail and not found[id(one)]:
                if one.mail in taken:
                    self._problems.add(one.line, "%s is taken: %s." % (one.mail, taken[one.mail]))
                taken[one.mail] = self._problems.place(one.line)
        return [self._match(one, found[id(one)], taken) for one in people]

    def _account(self, person: Person) -> Account | None:
        """The account that has the number or the address of somebody."""
        several = self._by_id.get(id_key(person.employee_id), []) if person.employee_id else []
        here = [one for one in several if not one.gone] or several
        if len(here) > 1:
            names = ", ".join(one.mail for one in here)
            sentence = "employee_id %s is that of several accounts: %s. Take it away from all but one."
            if len({one.employee_id for one in here}) > 1:
                sentence += " Case and zeros in front make no difference."
            self._problems.add(person.line, sentence % (person.employee_id, names))
        if here:
            return here[0]
        account = self._by_mail.get(person.mail) if person.mail else None
        if account and person.employee_id and account.employee_id:
            sentence = "%s is the account of employee_id %s, and not of %s; see %s."
            where = self._directory.place(account.file)
            self._problems.add(person.line, sentence % (account.mail, account.employee_id, person.employee_id, where))
        return account

    def _namesake(self, person: Person, others: set[str]) -> Account | None:
        """An account with the address and the name of somebody, and nobody's number.

        :param others: addresses of accounts that other rows name; such an account is the last that is meant
        """
        several = [
            account
            for account in self._by_base.get(unnumbered(person.made), ())
            if is_numbered(account.mail, person.made)
            and not (account.employee_id and person.employee_id)
            and str(account.values.get("name") or person.name).casefold() == person.name.casefold()
        ]
        several = [one for one in several if one.mail not in others] or several
        several = [one for one in several if not one.gone] or several
        several = [one for one in several if one.mail == person.made] or several
        if len(several) > 1:
            sentence = "%s may be %s. Say which in a column mail, or by employee_id, in the list and in the state file."
            names = " or ".join(sorted(one.mail for one in several))
            self._problems.add(person.line, sentence % (person.name, names))
        return several[0] if several else None

    def _match(self, person: Person, account: Account | None, taken: dict[str, str]) -> Match:
        def is_free(name: str) -> bool:
            return name not in taken or (account is not None and self._directory.has(account, name))

        notes: list[str] = []
        mail = self._kept(person, account, notes) if account else ""
        if not mail:
            mail = person.wanted
            if not person.mail:
                number = 1
                while not is_free(numbered(mail, number)):
                    number += 1
                if number > 1:
                    notes.append("%s is taken: %s" % (mail, taken[mail]))
                mail = numbered(mail, number)
            elif account and not is_free(mail) and taken[mail] != self._problems.place(person.line):
                self._problems.add(person.line, "%s is taken: %s." % (mail, taken[mail]))
            taken.setdefault(mail, self._problems.place(person.line))
        return Match(person, account, mail, notes)

    def _kept(self, person: Person, account: Account, notes: list[str]) -> str:
        """The address that somebody keeps; empty if there is to be a new one."""
        old, new = account.mail, person.wanted
        if old == new or (not person.mail and unnumbered(old) == unnumbered(new)):
            return old
        if old.partition("@")[2] != new.partition("@")[2]:
            notes.append("keeps the address: the panel renames no account into another domain, %s" % new)
            return old
        former = str(account.values.get("name") or "")
        if not person.mail and not self._pattern.made(old, former, person.parts):
            if former and former != person.name:
                notes.append("keeps the address, which was not made by the pattern")
            return old
        if not self._settings.rename:
            notes.append("keeps the address; by the list it would be %s" % new)
            return old
        return ""

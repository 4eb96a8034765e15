# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that are probably wrong: nothing in them is, but together they would give accounts to other people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.limits import is_too_much

from .._files.yaml_editor import Secret
from .addresses import is_numbered, unnumbered
from .directory import Account, Directory
from .people import Person
from .problems import Problems

#: a person, and the account that she has
Pair = tuple[Person, "Account | None"]
#: so many are named
_NAMED = 5


def check_ceiling(
    problems: Problems, what: str, names: Sequence[str], there: int, most: tuple[str, int], percent: int
) -> bool:
    """Whether no more people change than may.

    :param what: becomes of them, as a sentence goes on after their number
    :param names: of those who change; ``there`` is how many could
    :param most: a variable and its value
    """
    variable, ceiling = most
    many, share = len(names) > ceiling, is_too_much(len(names), there, percent)
    if not many and not share:
        return True
    limits = ["%s is %d" % most] if many else []
    limits += ["mail_import_max_percent is %d, of %d people" % (percent, there)] if share else []
    remedy = ["%s=%d" % (variable, len(names))] if many else []
    remedy += ["mail_import_max_percent=100"] if share else []
    first = ", ".join(names[:_NAMED])
    sentence = "%d people %s, and %s. Is the list as it should be? First: %s. If it is, run it once with %s."
    problems.add(0, sentence % (len(names), what, " and ".join(limits), first, " and ".join(remedy)))
    return False


def refuse_guessed_names(problems: Problems, guess: str, pairs: Sequence[Pair], follows: Mapping[str, bool]) -> None:
    """New names of people who are declared, if a wrong encoding may have made them. ASCII letters are the same in all.

    :param guess: the encoding
    :param follows: whether an account gets the name of the list, or an address that is made of it, by its address
    """
    for person, account in pairs:
        if not account or not follows[account.mail] or person.name.isascii():
            continue
        if _name(account) not in ("", _folded(person.name)):
            sentence = (
                "%s would become %s, and the file is no UTF-8. That it was read as %s is a guess: name its encoding in "
                "mail_import_encoding, such as cp1252, cp1250, cp850 or mac_roman."
            )
            problems.add(person.line, sentence % (account.values["name"], person.name, guess))


class Strangers:
    """Refuses rows that make somebody another, as a column that was sorted without the others does.

    :param pairs: everybody in the list
    :param leaving: accounts whose people were in the last list, and are not in this one
    :param follows: whether an account gets the name of the list, or an address that is made of it, by its address
    """

    def __init__(
        self, directory: Directory, pairs: Sequence[Pair], leaving: Sequence[Account], follows: Mapping[str, bool]
    ) -> None:
        self._directory, self._pairs = directory, pairs
        self._new_people = {
            account.mail: person
            for person, account in pairs
            if account and person.name and follows[account.mail] and not _fits(person, account)
        }
        lost = [account for _person, account in pairs if account and account.mail in self._new_people]
        self._by_name: dict[str, list[Account]] = defaultdict(list)
        for one in [*lost, *leaving]:
            self._by_name[_name(one) or unnumbered(one.mail)].append(one)

    def refuse(self, problems: Problems) -> None:
        """Name the rows, each with the account that has the name."""
        for person, account in self._pairs:
            if person.name and (account is None or account.mail in self._new_people):
                named = [*self._by_name[_folded(person.name)], *self._by_name[unnumbered(person.made)]]
                for other in [one for one in named if one is not account and _fits(person, one)][:1]:
                    problems.add(person.line, self._sentence(problems, person, account, other))

    def _sentence(self, problems: Problems, person: Person, account: Account | None, other: Account) -> str:
        new = self._new_people.get(other.mail)
        fate = "would go to %s, see %s" % (new.name, problems.place(new.line)) if new else "is no longer in the list"
        number = "employee_id %s, " % other.employee_id if other.employee_id else ""
        place = "%s (%sin %s)" % (other.mail, number, self._directory.place(other.file))
        if account is None:
            sentence = (
                "%s would be new, and %s, which has that name, %s. If this is one person, write one employee_id in the "
                "list and in the file; if these are two, declare that account disabled or absent first."
            )
            return sentence % (person.name, place, fate)
        sentence = (
            "%s would get the account %s%s, and %s, which has that name, %s. Was one column moved without the others? "
            "If not, rename the account in the file first."
        )
        former = account.values.get("name")
        of = " of %s" % former if former else ""
        return sentence % (person.name, account.mail, of, place, fate)


def _fits(person: Person, account: Account) -> bool:
    """Whether an account is somebody's by its name, or by its address where it has none."""
    if _name(account):
        return _name(account) == _folded(person.name)
    return bool(person.made) and is_numbered(account.mail, person.made)


def _name(account: Account) -> str:
    """The name that an account has, as far as it can be read."""
    name = account.values.get("name")
    return "" if name is None or isinstance(name, Secret) else _folded(str(name))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())

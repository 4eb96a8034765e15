# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of people and a directory -> the files to write, and their plan in plain words."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError

from .._files.yaml_editor import EditError, Secret
from .brakes import Strangers, check_ceiling, refuse_guessed_names
from .cells import same
from .directory import Account, Directory, manifest_name, manifest_text
from .matching import Match, Matching
from .passwords import hash_of, new_password
from .people import Person
from .problems import Problems
from .settings import ABSENT, DISABLE, GENERATE, TELL, Settings

_COUNTS = ("new", "renamed", "changed", "left", "as before")


class Import:
    """One import.

    :param problems: takes what is wrong
    :param guess: the encoding in which the list was read, if that is a guess
    :ivar passwords: first passwords of new accounts, by address
    """

    def __init__(self, directory: Directory, settings: Settings, problems: Problems, guess: str = "") -> None:
        self._directory, self._settings, self._problems, self._guess = directory, settings, problems, guess
        self.passwords: dict[str, str] = {}
        self._noted: dict[str, set[str]] = {}
        self._lines: dict[str, list[str]] = defaultdict(list)
        self._told: list[str] = []
        self._spelt: list[str] = []
        self._counts: Counter[str] = Counter()

    def run(self, people: Sequence[Person]) -> dict[str, str]:
        """The content of each file that an import has, changed or not; empty if there are problems."""
        try:
            known = self._directory.manifest(self._settings.list)
            self._noted = {what: set(names) for what, names in known.items()}
            matches = Matching(self._directory, self._settings, self._problems).run(list(people))
            self._refuse_doubtful(known, matches)
            if self._problems:
                return {}
            new: list[tuple[Match, dict[str, Any]]] = []
            for match in matches:
                if match.account:
                    self._merge(match, match.account)
                else:
                    new.append((match, self._item(match)))
            for match, item in sorted(new, key=lambda one: str(one[1]["mail"])):
                self._add(match, item)
            left = self._leavers(known, matches)
            if self._problems:
                return {}
            texts = self._directory.texts()
        except (EditError, InputError) as error:
            self._problems.add(0, "%s." % str(error).rstrip("."))
            return {}
        brought = [match.mail for match in matches]
        gone = [one for one in left if one not in brought]
        texts[manifest_name(self._settings.list)] = manifest_text(brought, gone, self._still_true(gone))
        return texts

    # -- what is probably wrong

    def _refuse_doubtful(self, known: Mapping[str, Sequence[str]], matches: Sequence[Match]) -> None:
        """What must be found before anything is changed."""
        pairs = [(match.person, match.account) for match in matches]
        found = [(match, match.account) for match in matches if match.account]
        here = {account.mail for _match, account in found}
        leaving = [
            one
            for one in self._directory.accounts
            if one.mail in known["people"] and one.mail not in here and not self._done(one, DISABLE)
        ]
        renamed = [one.mail for match, one in found if match.mail != one.mail and not one.gone]
        named = "name" in self._settings.managed
        follows = {one.mail: not one.gone and (named or one.mail in renamed) for _match, one in found}
        if self._guess:
            refuse_guessed_names(self._problems, self._guess, pairs, follows)
        Strangers(self._directory, pairs, leaving, follows).refuse(self._problems)
        ceiling = ("mail_import_max_renames", self._settings.max_renames)
        if not self._problems:
            self._are_few("would be renamed", renamed, len(found), ceiling)

    def _are_few(self, what: str, names: Sequence[str], there: int, most: tuple[str, int]) -> bool:
        return check_ceiling(self._problems, what, names, there, most, self._settings.max_percent)

    # -- those who are there

    def _item(self, match: Match) -> dict[str, Any]:
        options = match.person.options
        hidden = {"given_name", "surname"} - set(self._settings.managed)
        item = {"mail": match.mail, **{name: value for name, value in options.items() if name not in hidden}}
        if "password_hash" not in item and self._settings.passwords == GENERATE:
            self.passwords[match.mail] = new_password()
            item["password_hash"] = hash_of(self.passwords[match.mail])
        return item

    def _add(self, match: Match, item: Mapping[str, Any]) -> None:
        file = self._directory.add(item)
        self._counts["new"] += 1
        said = [_said(name, value) for name, value in item.items() if name not in ("mail", "name", "password_hash")]
        told = ", ".join([match.person.name, *said, *match.notes])
        self._lines[file].append("+ %s  %s" % (match.mail, told))

    def _still_true(self, gone: Sequence[str]) -> dict[str, list[str]]:
        """What the manifest notes of addresses, as far as the files still have it."""
        accounts = self._directory.accounts
        further = {name for one in accounts for name in one.further}
        disabled = {one.mail for one in accounts if one.values.get("enabled") is False}
        absent = {one.mail for one in accounts if one.gone}
        return {
            "former": [one for one in self._noted["former"] if one in further],
            "disabled": [one for one in gone if one in self._noted["disabled"] & disabled],
            "absent": [one for one in gone if one in self._noted["absent"] & absent],
        }

    def _merge(self, match: Match, account: Account) -> None:
        if account.gone and account.mail not in self._noted["absent"]:
            self._told.append("%s is declared absent in %s, and is left so" % (account.mail, self._file(account)))
            return
        changes: dict[str, tuple[Any, Any]] = {}
        old = account.mail
        wishes = {name: match.person.options.get(name) for name in self._settings.managed}
        if match.mail != old:
            changes.update(self._renamed(match, account))
        changes.update(self._aliases(match, account, wishes.pop("aliases", None)))
        if account.gone:
            changes["state"] = ("absent", "present")
            changes.update(self._password_anew(match, account))
        if account.values.get("enabled") is False and wishes.get("enabled") is None:
            if old in self._noted["disabled"]:
                wishes["enabled"] = True
            elif old in self._noted["left"]:
                sentence = "%s is disabled in %s, not by an import, and is left so"
                self._told.append(sentence % (old, self._file(account)))
        for name, value in wishes.items():
            before = account.values.get(name)
            if value is not None and not isinstance(before, Secret) and not same(name, before, value):
                changes[name] = (before, value)
        self._note_spelling(str(account.employee_id), str(wishes.get("employee_id") or ""))
        for name, (_before, value) in changes.items():
            self._directory.set(account, name, value)
        if match.mail != old:
            for file, text in self._directory.follow(old, match.mail):
                self._lines[file].append("~ " + text)
        quiet = ["mail", "rename_from", "password_hash"]
        said = []
        if match.mail != old and old in account.further:
            said.append("stays reachable under both")
            quiet += ["aliases", "add_aliases"]
        said += [_changed(name, *pair) for name, pair in changes.items() if name not in quiet]
        said += ["gets a new first password"] if match.mail in self.passwords else []
        head = "%s -> %s" % (old, match.mail) if match.mail != old else old
        if changes:
            self._counts["renamed" if match.mail != old else "changed"] += 1
            self._lines[account.file].append("~ %s  %s" % (head, ", ".join([*said, *match.notes])))
        else:
            self._counts["as before"] += 1
            self._told += ["%s %s" % (old, note) for note in match.notes]

    def _password_anew(self, match: Match, account: Account) -> dict[str, tuple[Any, Any]]:
        """The hash for a mailbox that was declared absent, and is made anew."""
        held, wish = account.values.get("password_hash"), match.person.options.get("password_hash")
        if isinstance(held, Secret) or "password" in account.values:
            return {}
        if wish is None and self._settings.passwords == GENERATE:
            self.passwords[match.mail] = new_password()
            wish = hash_of(self.passwords[match.mail])
            self._told.append("%s has the new first password only if the mailbox was deleted meanwhile" % match.mail)
        return {} if wish in (None, held) else {"password_hash": (held, wish)}

    def _note_spelling(self, kept: str, wish: str) -> None:
        if kept and wish and kept != wish:
            self._spelt.append("%s for %s" % (kept, wish))

    def _renamed(self, match: Match, account: Account) -> dict[str, tuple[Any, Any]]:
        old, former = account.mail, account.values.get("rename_from")
        if former and former != match.mail:
            sentence = "%s: rename_from was %s; if that was not applied yet, put it there instead of %s"
            self._told.append(sentence % (match.mail, former, old))
        if self._settings.keep_old_address:
            self._noted["former"].add(old)
        return {"mail": (old, match.mail), "rename_from": (former, old)}

    def _aliases(self, match: Match, account: Account, wish: Sequence[str] | None) -> dict[str, tuple[Any, Any]]:
        """The change of the list with alias addresses: those of the list of people, and former addresses that stay."""
        values, renamed = account.values, match.mail != account.mail
        adds = "add_aliases" in values or ("aliases" not in values and wish is None)
        option = "add_aliases" if adds else "aliases"
        before = values.get(option) or []
        if not isinstance(before, list):
            return {}
        stay = before if wish is None or adds else [one for one in before if one in self._noted["former"]]
        kept = [account.mail] if renamed and self._settings.keep_old_address else []
        after = [one for one in dict.fromkeys([*stay, *(wish or ()), *kept]) if one != match.mail]
        return {} if same("aliases", before, after) else {option: (before, after)}

    # -- those who are not

    def _leavers(self, known: Mapping[str, Sequence[str]], matches: Sequence[Match]) -> list[str]:
        """Whom an earlier import brought, and who is no longer in the list."""
        here = {match.account.mail for match in matches if match.account}
        before = {*known["people"], *known["left"]}
        left = [one for one in self._directory.accounts if one.mail in before and one.mail not in here]
        wish = self._settings.leavers
        changed = [one for one in left if not self._done(one, wish)]
        there = sum(one.mail in before and not self._done(one, wish) for one in self._directory.accounts)
        ceiling, names = ("mail_import_max_leavers", self._settings.max_leavers), [one.mail for one in changed]
        if wish != TELL and not self._are_few("are no longer in the list", names, there, ceiling):
            return []
        for one in changed:
            self._counts["left"] += 1
            if wish == DISABLE:
                self._directory.set(one, "enabled", False)
                self._noted["disabled"].add(one.mail)
            elif wish == ABSENT:
                self._forget_former(one)
                self._directory.set(one, "state", "absent")
                self._noted["absent"].add(one.mail)
                if self._settings.keep_mailbox_days is not None:
                    self._directory.set(one, "keep_mailbox_days", self._settings.keep_mailbox_days)
            what = {TELL: "nothing is changed", DISABLE: "is disabled", ABSENT: "is declared absent"}[wish]
            named = self._directory.naming(one.mail) if wish == ABSENT else []
            what += "; take it out of " + ", ".join(named) if named else ""
            self._lines[one.file].append("- %s  no longer in the list; %s" % (one.mail, what))
        return [one.mail for one in left]

    def _forget_former(self, account: Account) -> None:
        """An account that goes cannot be renamed too."""
        former = account.values.get("rename_from")
        if former:
            self._directory.remove(account, "rename_from")
            sentence = "%s: rename_from %s is taken out; if that was not applied yet, declare %s absent instead"
            self._told.append(sentence % (account.mail, former, former))

    @staticmethod
    def _done(account: Account, wish: str) -> bool:
        return account.gone or (account.values.get("enabled") is False and wish != ABSENT)

    # -- what is told

    def _file(self, account: Account) -> str:
        return self._directory.place(account.file)

    def plan(self, source: str, people: int, passwords_file: str, notes: Sequence[str]) -> list[str]:
        """The plan, line by line: what becomes of each file, and what is to be known besides."""
        counts = ", ".join("%d %s" % (self._counts[name], name) for name in _COUNTS if self._counts[name])
        lines = ["%s: %d people%s" % (source, people, "; " + counts if counts else "")]
        for file in sorted(self._lines):
            lines += ["", self._directory.place(file)]
            ordered = sorted(self._lines[file], key=lambda line: "-~+".index(line[0]))
            lines += ["  " + line for line in ordered]
        if self.passwords:
            lines += ["", passwords_file, "  + %d first passwords, encrypted" % len(self.passwords)]
        if self._counts["left"] and self._settings.leavers == TELL:
            notes = [*notes, "mail_import_leavers=disable or =absent declares what becomes of those who left"]
        if self._spelt:
            sentence = "employee_ids are written otherwise in the files, as %s, and are left so: %d of them"
            self._told.append(sentence % (self._spelt[0], len(self._spelt)))
        told = self._told + list(notes)
        if told:
            lines += ["", *("note: " + one for one in told)]
        return lines


def _said(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "enabled" if value else "disabled"
    return "%s %s" % (name, _shown(value))


def _shown(value: Any) -> str:
    return (", ".join(map(str, value)) or "none") if isinstance(value, (list, tuple)) else str(value)


def _changed(name: str, before: Any, value: Any) -> str:
    if name == "enabled":
        return "enabled" if value else "disabled"
    if before in (None, []):
        return _said(name, value)
    return "%s %s -> %s" % (name, _shown(before), _shown(value))


def in_directory(path: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Those of the files that are not as they are to be.

    :raises InputError: one cannot be read
    """
    changed = {}
    for name, text in texts.items():
        target = os.path.join(path, name)
        try:
            with open(target, encoding="utf-8", newline="") as file:
                before = file.read().removeprefix("\ufeff")
        except FileNotFoundError:
            before = ""
        except (OSError, UnicodeDecodeError) as error:
            raise InputError("%s cannot be read: %s." % (target, error)) from None
        if before != text:
            changed[name] = text
    return changed

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state files of a directory, with the accounts in them, and how they are changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import BY_NAME

from .._files.export import state_file
from .._files.parsed import ParseError
from .._files.reader import VAULT_HEADER, StateFiles, walk
from .._files.yaml_editor import Document, EditError
from .._files.yaml_writer import write_yaml

USERS = "users"
#: kinds whose names are addresses, and the options with further ones
_NAMED = {
    "users": ("aliases", "add_aliases"),
    "aliases": (),
    "mls": ("extra_addresses", "add_extra_addresses"),
    "maillists": (),
}
#: former addresses that imports kept, and whose accounts they disabled or declared absent; older manifests lack some
_NOTED = ("former", "disabled", "absent")
#: how the holder of a former address is called
_FORMER = "rename_from of "
_MANIFEST_HEAD = "# Whom the role mail_import brought here, so that it can tell who has left. It is no state file.\n"


def _folded(name: Any) -> str:
    return str(name).strip().lower()


def _further_names(values: Mapping[str, Any], options: Sequence[str]) -> list[str]:
    """The addresses in some lists of an item."""
    lists = [values.get(option) for option in options]
    return [_folded(name) for names in lists if isinstance(names, list) for name in names if name]


@dataclass
class Account:
    """A user in a state file; ``values`` by the options' own names."""

    file: str
    index: int
    values: dict[str, Any]
    keys: dict[str, str]

    @property
    def mail(self) -> str:
        return str(self.values.get("mail") or "").strip().lower()

    @property
    def further(self) -> list[str]:
        """The alias addresses that are declared for it."""
        return _further_names(self.values, _NAMED[USERS])

    @property
    def employee_id(self) -> str:
        found = self.values.get("employee_id")
        return "" if found is None else str(found).strip()

    @property
    def gone(self) -> bool:
        return self.values.get("state") == "absent"


class Directory:
    """What is declared in a directory, which need not exist.

    :param path: of the directory; ``name`` is how messages call it
    :param decrypt: decrypts a file or a value
    :raises InputError: a file in it cannot be used
    """

    def __init__(self, path: str, name: str, decrypt: Callable[[bytes], bytes]) -> None:
        self.path, self.name = path, name
        self._documents: dict[str, Document] = {}
        self._locked: dict[str, str] = {}
        self._new: dict[str, dict[str, list[dict[str, Any]]]] = {}
        spec = BY_NAME[USERS].options()
        self._names = {alias: option for option, one in spec.items() for alias in (option, *one.get("aliases", ()))}
        self._order = list(spec)
        if os.path.isdir(path) and any(walk(path)):
            StateFiles(lambda _given: path, decrypt).read(name)
            for one in sorted(walk(path)):
                self._load(os.path.relpath(one, path), one, decrypt)
        self.accounts = [account for file in self._documents for account in self._accounts(file)]
        self.taken = self._addresses()
        self.domains = {str(item["domain"]).lower() for _file, item in self._items("domains") if item.get("domain")}

    def _load(self, file: str, path: str, decrypt: Callable[[bytes], bytes]) -> None:
        with open(path, "rb") as opened:
            data = opened.read()
        if data.startswith(VAULT_HEADER):
            data = decrypt(data)
            self._locked[file] = "it is encrypted as a whole"
        elif file.endswith(".json"):
            self._locked[file] = "it is written in JSON"
        try:
            self._documents[file] = Document(data.decode("utf-8-sig"))
        except ParseError as error:  # JSON that is no YAML
            raise InputError("%s: %s" % (self.place(file), error)) from None

    def _items(self, kind: str) -> list[tuple[str, Mapping[str, Any]]]:
        found = [(file, item) for file, one in self._documents.items() for item in one.kinds.get(kind) or ()]
        return [(file, item) for file, item in found if isinstance(item, Mapping)]

    def _accounts(self, file: str) -> list[Account]:
        found = []
        for index, item in enumerate(self._documents[file].kinds.get(USERS) or ()):
            if isinstance(item, dict):
                keys = {self._names[key]: key for key in item if key in self._names}
                found.append(Account(file, index, {name: item[key] for name, key in keys.items()}, keys))
        return found

    def _addresses(self) -> dict[str, str]:
        """Every address that something declared has, and what it is the address of.

        A former one may be there still, until its rename is applied.
        """
        found: dict[str, str] = {}
        former: dict[str, str] = {}
        for kind, options in _NAMED.items():
            for file, item in self._items(kind):
                mail = item.get("mail")
                for name in [*([_folded(mail)] if mail else ()), *_further_names(item, options)]:
                    found[name] = self._holder(kind, mail, file)
                if item.get("rename_from"):
                    former[_folded(item["rename_from"])] = _FORMER + self._holder(kind, mail, file)
        return {**former, **found}

    def _holder(self, kind: str, mail: Any, file: str) -> str:
        return "%s %s in %s" % (BY_NAME[kind].name, mail, self.place(file))

    def has(self, account: Account, mail: str) -> bool:
        """Whether an address is one of an account already."""
        holder = self._holder(USERS, account.values.get("mail"), account.file)
        return self.taken.get(mail) in (holder, _FORMER + holder)

    def place(self, file: str) -> str:
        """How messages call a file."""
        return os.path.join(self.name, file)

    # -- changes

    def set(self, account: Account, option: str, value: Any) -> None:
        """:raises EditError: the file cannot be changed"""
        document = self._open(account.file)
        key = account.keys.setdefault(option, option)
        before = self._order[: self._order.index(option)]
        after = [account.keys[name] for name in ["mail", *before] if name in account.keys and name != option]
        document.set(USERS, account.index, key, value, after)
        account.values[option] = value

    def remove(self, account: Account, option: str) -> None:
        """:raises EditError: the file cannot be changed"""
        self._open(account.file).remove(USERS, account.index, account.keys.pop(option))
        del account.values[option]

    def follow(self, old: str, new: str) -> list[tuple[str, str]]:
        """Put a new address where others refer to an old one; the files, and what in them was changed."""
        found = []
        for file, document in self._documents.items():
            for kind, items in list(document.kinds.items()):
                for index, item in enumerate(items or ()):
                    own = kind in _NAMED
                    if isinstance(item, Mapping) and old in _texts(item):
                        but = ["mail", "rename_from", "aliases", "add_aliases"] if own else ["domain"]
                        options = document.replace_text(kind, index, old, new, but)
                        if options and file in self._locked:
                            raise EditError("%s: %s; change it by hand" % (self.place(file), self._locked[file]))
                        name = str(item.get("mail") or item.get("domain") or BY_NAME[kind].name)
                        found += [(file, "%s: %s %s -> %s" % (name, option, old, new)) for option in options]
        return found

    def naming(self, mail: str) -> list[str]:
        """What else names an address, with its file."""
        found = []
        for file, document in self._documents.items():
            for kind, items in document.kinds.items():
                for item in items or ():
                    named = isinstance(item, Mapping) and mail in _texts(item)
                    if named and str(item.get("mail") or "").strip().lower() != mail:
                        label = item.get("mail") or item.get("domain") or BY_NAME[kind].name
                        found.append("%s in %s" % (label, self.place(file)))
        return found

    def add(self, item: Mapping[str, Any]) -> str:
        """Declare a new user; returns the file."""
        domain = str(item["mail"]).partition("@")[2]
        file = self._file_of(domain)
        ordered = {name: item[name] for name in self._order if name in item}
        if file in self._documents:
            self._open(file).append(USERS, [ordered])
        else:
            lists = self._new.setdefault(
                file, {"domains": [], USERS: []} if domain not in self.domains else {USERS: []}
            )
            if "domains" in lists and not lists["domains"]:
                lists["domains"].append({"domain": domain})
            lists[USERS].append(ordered)
        return file

    def _file_of(self, domain: str) -> str:
        """The file that has the domain's name, or the domain, or most of its users."""
        file = domain + ".yml"
        if file in self._documents or file in self._new:
            return file
        declaring = [one for one, item in self._items("domains") if str(item.get("domain")).lower() == domain]
        having = [one.file for one in self.accounts if one.mail.endswith("@" + domain)]
        return next(iter(declaring), max(having, key=having.count) if having else file)

    def _open(self, file: str) -> Document:
        if file in self._locked:
            sentence = "%s: %s, and is not changed by an import; make it a readable file, or change it by hand"
            raise EditError(sentence % (self.place(file), self._locked[file]))
        return self._documents[file]

    def texts(self) -> dict[str, str]:
        """The new content of every state file that is to be written.

        :raises EditError: one of them cannot be changed
        """
        found = {}
        for file, document in self._documents.items():
            if file not in self._locked:
                try:
                    found[file] = document.result()
                except EditError as error:
                    raise EditError("%s: %s" % (self.place(file), error)) from None
        found.update({file: state_file(lists) for file, lists in self._new.items()})
        return found

    # -- what the import notes beside

    def manifest(self, list_name: str) -> dict[str, list[str]]:
        """Whom earlier imports brought, who of them had left, and what they did besides.

        :raises InputError: it cannot be read
        """
        path, keys = os.path.join(self.path, manifest_name(list_name)), ("people", "left", *_NOTED)
        if not os.path.exists(path):
            return {key: [] for key in keys}
        try:
            with open(path, encoding="utf-8") as file:
                found = yaml.safe_load(file)
            return {key: [str(one) for one in found.get(key) or ()] for key in keys}
        except (OSError, ValueError, yaml.YAMLError, AttributeError, TypeError) as error:
            raise InputError("%s cannot be read: %s." % (path, type(error).__name__)) from None


def manifest_name(list_name: str) -> str:
    """Hidden files are not read as state."""
    return ".import-%s.yml" % list_name


def manifest_text(people: Iterable[str], left: Iterable[str], noted: Mapping[str, Iterable[str]]) -> str:
    """The content of the file in which an import notes whom it brought.

    :param noted: addresses by what there is to note of them
    """
    more = {key: sorted(noted[key]) for key in _NOTED if noted.get(key)}
    return _MANIFEST_HEAD + write_yaml({"people": sorted(people), "left": sorted(left), **more})


def _texts(item: Mapping[str, Any]) -> set[str]:
    values = [one for value in item.values() for one in (value if isinstance(value, list) else [value])]
    return {one.strip().lower() for one in values if isinstance(one, str)}

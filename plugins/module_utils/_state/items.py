# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From declared items to checked tasks, before anything is sent.

Every item takes the options of its kind's module. `ArgumentSpecValidator` looks at every option there is, which costs a
millisecond an item; here only what an item gives is looked at, with the same checks.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Callable, Dict, FrozenSet, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from ansible.module_utils.common.validation import (
    check_type_bool,
    check_type_float,
    check_type_int,
    check_type_list,
    check_type_str,
)

from .._engine.arguments import folded, not_as_written, numerals
from .._engine.current import Current
from .._engine.desired import Desired
from .._engine.domain_admins import DomainAdminsTask
from .._engine.entity import EntityTask
from .._engine.holders import FURTHER
from .._engine.writing import WritingTask
from .._errors import InputError
from .._model.accounts import GLOBAL
from .._model.descriptors import Resource
from .._model.fields import Field
from .._model.resources.domain_admins import ADMINS
from .kinds import KINDS, Kind

#: options with further names of an object
OWN = tuple(FURTHER.values())


def _text(value: Any) -> str:
    if isinstance(value, (dict, list, bool)):
        raise TypeError("is not a text")
    return str(check_type_str(value))


_TYPES: Dict[str, Callable[[Any], Any]] = {
    "str": _text,
    "int": check_type_int,
    "float": check_type_float,
    "bool": check_type_bool,
    "list": check_type_list,
    "raw": lambda value: value,
}
#: what people call these
_CALLED = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "a boolean",
    "list": "a list",
    "raw": "",
}


class ItemSpec:
    """The options of one kind, made ready to check many items."""

    def __init__(self, kind: Kind) -> None:
        spec = kind.options()
        self._names = {name: name for name in spec}
        for name, option in spec.items():
            self._names.update(dict.fromkeys(option.get("aliases", ()), name))
        self._options = spec
        self._numerals = numerals(kind.module, spec)
        self._required = [name for name, option in spec.items() if option.get("required")]
        self._defaults = {name: option["default"] for name, option in spec.items() if "default" in option}

    def params(self, item: Any, shared: Mapping[str, Any], exact: bool = False) -> Dict[str, Any]:
        """The parameters of a module for an item.

        :param exact: it is from a state file, whose numbers are what is written there
        :raises InputError: in the user's words
        """
        if not isinstance(item, Mapping):
            raise InputError("is not a mapping of options.")
        params: Dict[str, Any] = dict(self._defaults, **shared)
        given: Dict[str, str] = {}
        for spelling, value in item.items():
            name = self._names.get(spelling)
            if name is None:
                raise InputError("there is no option %s%s" % (spelling, nearest(spelling, self._names)))
            if name in given:
                raise InputError("%s and %s are the same option." % (given[name], spelling))
            if value is None:
                continue
            given[name] = spelling
            params[name] = self._converted(name, value, exact)
        for name in self._required:
            if name not in given:
                raise InputError("%s is missing." % name)
        return params

    def _converted(self, name: str, value: Any, exact: bool) -> Any:
        option = self._options[name]
        reason = not_as_written(option, value, name in self._numerals, exact)
        if reason:
            raise InputError("%s: %s" % (name, reason))
        kind = option.get("type", "str")
        try:
            value = _TYPES[kind](folded(option, value))
            if kind == "list":
                value = [_text(entry) if entry is not None else None for entry in value]
        except (TypeError, ValueError, OverflowError):
            raise InputError("%s is not %s." % (name, _CALLED[kind])) from None
        choices = option.get("choices")
        for entry in value if kind == "list" else [value]:
            if choices and entry not in choices:
                raise InputError("%s: must be one of %s, and not %s." % (name, ", ".join(map(str, choices)), entry))
        return value


class Item(NamedTuple):
    """One thing that is declared, or is to go since it is not.

    :ivar task: brings it to its state
    :ivar domain: the domain it belongs to, or ``""``
    :ivar place: where it stands, for messages
    """

    kind: Kind
    task: WritingTask
    domain: str
    place: str

    @classmethod
    def of(cls, kind: Kind, task: WritingTask, place: str) -> Item:
        return cls(kind, task, domain_of(task.account), place)

    @property
    def ident(self) -> str:
        """Its name within its kind."""
        return self.task.name

    @property
    def desired(self) -> Desired:
        """What it is to be."""
        return self.task.desired

    @property
    def resource(self) -> Optional[Resource]:
        """Its descriptor, where it is an object with a life of its own."""
        return self.task.resource if isinstance(self.task, EntityTask) else None

    @property
    def fields(self) -> Tuple[Field, ...]:
        """Its fields in which names of others may stand that the panel changes by itself."""
        if self.resource is not None:
            return self.resource.fields
        return (ADMINS,) if isinstance(self.task, DomainAdminsTask) else ()

    @property
    def refers(self) -> FrozenSet[str]:
        """The options that name accounts of others."""
        if self.resource is not None:
            return self.resource.with_addresses.difference(OWN)
        return frozenset(one.option for one in self.fields)

    @property
    def label(self) -> str:
        """How messages call it."""
        return self.task.subject

    @property
    def former(self) -> Optional[str]:
        """The name that it is to be renamed from."""
        return self.desired.rename_from

    @property
    def needed(self) -> Optional[FrozenSet[str]]:
        """The options on whose values its plan depends; None: the whole profile is to be read."""
        return self.task.needed() if isinstance(self.task, EntityTask) else None

    @property
    def is_wanted_account(self) -> bool:
        """Whether it is an account, an alias or a list that is to be there."""
        return self.kind.name != "domain" and self.resource is not None and self.desired.present


def domain_of(account: str) -> str:
    """The domain that an account belongs to, or is; empty for what concerns everybody."""
    return "" if account == GLOBAL else account.rpartition("@")[2]


def shown_names(found: Optional[Current]) -> FrozenSet[str]:
    """The further names that were read of an object: alias addresses, alias domains, extra addresses."""
    return frozenset() if found is None else own_names(found.values)


def own_names(values: Mapping[str, Any]) -> FrozenSet[str]:
    """The further names among values of an object by option."""
    lists = (values.get(option) for option in OWN)
    return frozenset().union(*(value for value in lists if isinstance(value, frozenset)))


class Reader:
    """Checks a whole state.

    :param origins: for each kind, the file of each item, for messages
    """

    def __init__(self, declared: Any, shared: Mapping[str, Any], origins: Mapping[str, List[str]]) -> None:
        self._declared, self._shared, self._origins = declared, shared, origins
        self._places: Dict[Tuple[str, str], str] = {}
        self._errors: List[str] = []

    def read(self) -> List[Item]:
        """Every item, in the order of kinds.

        :raises InputError: naming each item that is wrong, one a line; nothing has been sent
        """
        if not isinstance(self._declared, Mapping):
            raise InputError("declared is not a mapping of kinds to lists.")
        known = [kind.plural for kind in KINDS]
        for name in self._declared:
            if name not in known:
                sentence = "there is no kind %s%s There are %s."
                self._errors.append(sentence % (name, nearest(name, known), ", ".join(known)))
        entries = [entry for kind in KINDS for entry in self._kind(kind)]
        self._check_renaming(entries)
        if self._errors:
            raise InputError("\n".join(self._errors))
        return entries

    def _check_renaming(self, entries: List[Item]) -> None:
        """A former name is that of one object only, or the end would depend on the order."""
        taken = {(entry.kind.plural, entry.ident): entry for entry in entries}
        for entry in entries:
            former = entry.former
            if former:
                other = taken.setdefault((entry.kind.plural, former), entry)
                if other is not entry:
                    sentence = "%s: rename_from is %s, and so is a name at %s; one of them must go."
                    self._errors.append(sentence % (entry.place, former, other.place))

    def _kind(self, kind: Kind) -> Iterator[Item]:
        items = self._declared.get(kind.plural)
        if items is None:
            return
        if not isinstance(items, (list, tuple)):
            self._errors.append("%s is not a list." % kind.plural)
            return
        if not items:
            return
        spec, in_files = ItemSpec(kind), bool(self._origins.get(kind.plural))
        for index, item in enumerate(items):
            name = _name(item)
            place = self._place(kind, index, name)
            try:
                entry = Item.of(kind, kind.task(spec.params(item, self._shared, in_files)), place)
            except InputError as error:
                self._errors.append("%s: %s" % (named_place(place, kind.name, name), error))
                continue
            key = (kind.plural, entry.ident)
            if key in self._places:
                self._errors.append("%s is declared twice: %s and %s." % (entry.label, self._places[key], place))
                continue
            self._places[key] = place
            yield entry

    def _place(self, kind: Kind, index: int, name: str) -> str:
        origins = self._origins.get(kind.plural) or []
        if index < len(origins):
            return origins[index]
        return "%s[%d]%s" % (kind.plural, index, " (%s)" % name if name else "")


def _name(item: Any) -> str:
    """What an item calls itself; empty if that is not text."""
    given = item if isinstance(item, Mapping) else {}
    return next((given[key] for key in ("mail", "domain", "account") if isinstance(given.get(key), str)), "")


def named_place(place: str, kind: str, ident: str) -> str:
    """Where an item stands, and what it is called unless the place says so."""
    if not ident or "(%s)" % ident in place:
        return place
    return "%s: %s %s" % (place, kind, ident)


def nearest(word: Any, known: Iterable[str]) -> str:
    """The end of a sentence about a word that is not known."""
    found = get_close_matches(str(word), list(known), 1)
    return "; did you mean %s?" % found[0] if found else "."

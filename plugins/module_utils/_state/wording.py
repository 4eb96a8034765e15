# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values, sizes and lists as people write them."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Sequence, Tuple

from .._engine.result import CHANGED, NOT_SHOWN, SET
from .._model.catalog import RESOURCES, SETTINGS
from .._model.fields import Field
from .._model.numbers import UNITS, Size

#: so many names of a list are named
NAMED = 5
_FIELDS: Dict[str, Sequence[Field]] = {one.name: one.fields for one in RESOURCES}
_FIELDS.update({one.name: one.fields for one in SETTINGS})
#: what an object is called: one, and several
_KINDS: Dict[str, Tuple[str, str]] = {
    "user": ("mailbox", "mailboxes"),
    "alias": ("alias", "aliases"),
    "ml": ("mailing list", "mailing lists"),
    "maillist": ("list without subscription", "lists without subscription"),
    "domain_admins": ("admins of a domain", "admins of domains"),
    "domain_users": ("all mailboxes of a domain", "all mailboxes of domains"),
    "spampolicy": ("spam policy", "spam policies"),
    "throttle": ("throttling setting", "throttling settings"),
    "greylisting": ("greylisting setting", "greylisting settings"),
    "greylisting_spf_domains": ("greylisting exceptions by SPF", "greylisting exceptions by SPF"),
    "wblist": ("list of senders", "lists of senders"),
    # what could not be compared at all goes by the name of its task
    "state": ("task", "tasks"),
}
#: the units of sizes, by kind and option
_SIZES = {
    (kind, one.option): codec.unit
    for kind, fields in _FIELDS.items()
    for one in fields
    for codec in (getattr(one.codec, "inner", one.codec),)
    if isinstance(codec, Size)
}


def change_of(kind: str, option: str, before: Any, after: Any) -> str:
    """What becomes of the value of an option; empty if nothing does."""
    if before == after or option in ("state", "mail"):
        return ""
    if after in (SET, CHANGED):
        return "%s %s" % (option, after.strip("<>"))
    if isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)):
        added = names_of([name for name in after if name not in before])
        removed = names_of([name for name in before if name not in after])
        return "%s %s" % (option, ", ".join(["+ " + added] * bool(added) + ["- " + removed] * bool(removed)))
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        old, new = before or {}, after or {}
        names = [str(name) for name in {**old, **new} if old.get(name) != new.get(name)]
        return "%s of %s" % (option, names_of(names))
    return "%s %s -> %s" % (option, value_of(kind, option, before), value_of(kind, option, after))


def kind_name(kind: str, number: int = 1) -> str:
    """What people call objects of a kind."""
    plain = kind.replace("_", " ")
    return _KINDS.get(kind, (plain, plain + "s"))[number != 1]


def names_of(names: Sequence[Any], most: int = NAMED) -> str:
    """Names; of many the first, and how many more."""
    more = " and %d more" % (len(names) - most) if len(names) > most else ""
    return ", ".join(map(str, names[:most])) + more


def value_of(kind: str, option: str, value: Any) -> str:
    """A value of an option, with its unit."""
    if value is None or value in ("", [], {}):
        return "nothing"
    if value == NOT_SHOWN:
        return "unknown"
    if isinstance(value, bool):
        return "true" if value else "false"
    unit = _SIZES.get((kind, option))
    if unit and isinstance(value, int):
        return size(value, unit)
    if isinstance(value, Mapping):
        return names_of(list(value))
    if isinstance(value, (list, tuple)):
        return names_of(value)
    return str(value)


def size(amount: int, unit: str) -> str:
    """A size as people write it; it is never rounded."""
    if amount <= 0:
        return "unlimited" if amount == 0 else str(amount)
    for larger in ("TB", "GB", "MB", "KB"):
        factor = UNITS[larger] // UNITS[unit]
        if factor > 1 and amount >= factor and amount * 10 % factor == 0:
            return "%g %s" % (amount / factor, larger)
    return "%d %s" % (amount, unit)


def stored_size(stored: int) -> str:
    """The size of what is stored, in bytes, in short."""
    for unit in ("TB", "GB", "MB", "KB"):
        if stored >= UNITS[unit]:
            return "%.1f %s" % (stored / UNITS[unit], unit)
    return "%d B" % stored if stored else "empty"

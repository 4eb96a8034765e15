# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happened to an object, in words, seen from the server: each difference is a sentence of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.result import CHANGED, NOT_SHOWN, SET
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.wording import names_of, value_of

from .entry import FAILED, REPAIRED, UNKNOWN, Entry, as_list

#: so many names of a list are named
NAMED = 10
_FLAGS = {
    "enabled": ("enabled", "disabled"),
    "global_admin": ("a global admin", "no global admin"),
}


def topics(entry: Entry) -> list[str]:
    """What differs, in a word or two each: what equal findings have in common."""
    if entry.status == FAILED:
        return [entry.note]
    if entry.missing:
        return ["was missing" if _done(entry) else "missing on the server"]
    if entry.extra:
        return ["was only on the server" if _done(entry) else "only on the server"]
    return sorted(entry.changes) or [entry.note]


def sentences(entry: Entry, outside: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """All that is to be said of an object.

    :param outside: of an option, the addresses that are nobody's of one's own
    """
    found = [state_words(entry)]
    # one that failed tells why first: what was to change did not
    for option in sorted(entry.differences):
        found += _of_option(entry, option, (outside or {}).get(option, ()))
    for option, names in sorted((outside or {}).items()):
        if option in entry.shown and names:
            found.append("%s: %s (outside)" % (option, names_of(names, NAMED)))
    if entry.status == FAILED:
        found.insert(0, entry.note)
    else:
        found.append(entry.note)
    return [one for one in found if one]


def state_words(entry: Entry) -> str:
    """That an object was there, or was not."""
    if entry.missing:
        return "missing on the server; created" if _done(entry) else "missing on the server"
    if not entry.extra:
        return ""
    why = "declared absent" if entry.declared else "declared nowhere"
    return "only on the server, %s%s" % (why, "; deleted" if _done(entry) else "")


def _done(entry: Entry) -> bool:
    # a certain difference that nobody knows about any more was written
    return entry.status in (REPAIRED, UNKNOWN)


def _of_option(entry: Entry, option: str, outside: Sequence[str]) -> Iterator[str]:
    before, after = entry.changes[option]
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        yield from _of_many(entry, option, before, after)
    elif before == NOT_SHOWN:
        return  # the note names it
    elif isinstance(before, (list, tuple)) or isinstance(after, (list, tuple)):
        yield from _of_list(entry, option, outside)
    elif after in (SET, CHANGED):
        yield "%s %s" % (option, "set again" if _done(entry) else "is not the declared one")
    elif option in _FLAGS and isinstance(before, bool) and isinstance(after, bool):
        words = _FLAGS[option]
        yield _said(entry, "", words[not before], words[not after])
    else:
        only = " (outside)" if outside else ""
        shown, wanted = (_value(entry.kind, option, value) for value in (before, after))
        yield _said(entry, option + " ", shown + only, wanted)


def _said(entry: Entry, lead: str, before: str, after: str) -> str:
    if _done(entry):
        return "%swas %s, is %s again" % (lead, before, after)
    return "%sis %s, declared %s" % (lead, before, after)


def _value(kind: str, option: str, value: Any) -> str:
    if value is None or value in ("", [], ()):
        return "not set"
    if isinstance(value, (list, tuple)):
        return names_of(value, NAMED)
    return value_of(kind, option, value)


def _of_list(entry: Entry, option: str, outside: Sequence[str]) -> Iterator[str]:
    only_there, lacking = entry.sides(option)
    # those from outside are what is looked for
    known = set(outside)
    marked = [one + " (outside)" for one in outside] + [one for one in only_there if one not in known]
    if marked:
        word = "taken out, was only on the server:" if _done(entry) else "only on the server:"
        yield "%s: %s %s" % (option, word, names_of(marked, NAMED))
    if lacking:
        left = entry.changes[option][0]
        nobody = "; nobody is left" if not as_list(left) and not _done(entry) else ""
        word = "put back, was missing on the server:" if _done(entry) else "missing on the server:"
        yield "%s: %s %s%s" % (option, word, names_of(lacking, NAMED), nobody)
    if not marked and not lacking:
        yield "%s: the same values in another form" % option


def _of_many(entry: Entry, option: str, before: Any, after: Any) -> Iterator[str]:
    """A value for each of many accounts: those with the same values are one sentence."""
    old, new = (value if isinstance(value, Mapping) else {} for value in (before, after))
    groups: dict[tuple[str, str], list[str]] = {}
    for name in {**old, **new}:
        values = (_value(entry.kind, option, old.get(name)), _value(entry.kind, option, new.get(name)))
        groups.setdefault(values, []).append(str(name))
    for (shown, wanted), names in groups.items():
        yield _said(entry, "%s of %s " % (option, names_of(names, NAMED)), shown, wanted)

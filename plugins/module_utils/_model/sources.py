# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a profile shows a field: a key, a key inside the settings, or something stored in pieces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, List, Mapping, Optional, Tuple

from .codecs import TRUE_WORDS, Text, first


class _Mark:
    """A value that is not a value; compares only with itself."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


#: the panel does not show this field
UNREADABLE = _Mark("UNREADABLE")
#: nobody can say what this field holds right after a POST that does not name it
UNKNOWN = _Mark("UNKNOWN")
#: no candidate key is present in a profile
MISSING = _Mark("MISSING")


@dataclass(frozen=True)
class Key:
    """A place in a profile: a key, or ``settings.key`` inside a settings column or ``accountSetting``.

    :param codec: reads this place; the field's own codec unless given (other unit, other spelling)
    """

    path: str
    codec: Optional[Text] = None

    def find(self, profile: Mapping[str, Any]) -> Any:
        outer, found, inner = self.path.partition(".")
        if outer not in profile:
            return MISSING
        if not found:
            return profile[outer]
        # the server drops empty values from settings (panel/values.md#settings): not there means empty, not unreadable
        return settings_map(profile[outer]).get(inner)

    def vocabulary(self, profile: Mapping[str, Any]) -> Optional[FrozenSet[str]]:
        """The words this place can hold, where the profile itself limits them; None: any."""
        return None


@dataclass(frozen=True)
class Omitted(Key):
    """An attribute that is not there while it is empty: so it is where others of its entry are shown."""

    beside: Tuple[str, ...] = ()

    def find(self, profile: Mapping[str, Any]) -> Any:
        found = super().find(profile)
        return "" if found is MISSING and any(key in profile for key in self.beside) else found


@dataclass(frozen=True)
class EnabledColumns(Key):
    """SQL mail services: the columns ``enable<service>`` that are set (panel/users.md#services).

    :param without: the services that are known to have no column
    """

    path: str = "enable"
    codec: Optional[Text] = None
    without: FrozenSet[str] = frozenset()

    def find(self, profile: Mapping[str, Any]) -> Any:
        columns = self.vocabulary(profile)
        if not columns:
            return MISSING
        return sorted(name for name in columns if str(first(profile[self.path + name])).lower() in TRUE_WORDS)

    def vocabulary(self, profile: Mapping[str, Any]) -> Optional[FrozenSet[str]]:
        size = len(self.path)
        return frozenset(key[size:] for key in profile if key.startswith(self.path) and len(key) > size)


@dataclass(frozen=True)
class Limited(Key):
    """A place that can hold some words only, beside those that it holds already."""

    words: FrozenSet[str] = frozenset()

    def vocabulary(self, profile: Mapping[str, Any]) -> Optional[FrozenSet[str]]:
        return self.words


@dataclass(frozen=True)
class Joined(Key):
    """A path stored in pieces, joined with ``/`` (SQL, panel/users.md#maildir)."""

    path: str = ""
    codec: Optional[Text] = None
    pieces: Tuple[str, ...] = ()

    def find(self, profile: Mapping[str, Any]) -> Any:
        if any(piece not in profile for piece in self.pieces):
            return MISSING
        return "/".join(str(first(profile[piece]) or "") for piece in self.pieces)


@dataclass(frozen=True)
class Merged(Key):
    """Several keys that together make one list; those that are not there are empty."""

    path: str = ""
    codec: Optional[Text] = None
    pieces: Tuple[str, ...] = ()

    def find(self, profile: Mapping[str, Any]) -> Any:
        found = [profile[piece] for piece in self.pieces if piece in profile]
        if not found:
            return MISSING
        return [item for values in found for item in (values if isinstance(values, list) else [values])]


_BESIDE = ("_active", "_username")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\Z")


@dataclass(frozen=True)
class Matching(Key):
    """The only key that matches a pattern, where nobody has seen the key (panel/open-questions.md#keys-on-sql).

    Beside an address, a panel may show whether it is in use and whose it is: these keys are no candidates, nor is one
    that holds something else than an address. Null and an empty text are none.
    """

    path: str = ""
    codec: Optional[Text] = None
    pattern: str = ""

    def find(self, profile: Mapping[str, Any]) -> Any:
        found = [
            value
            for key, value in profile.items()
            if re.search(self.pattern, key) and not key.lower().endswith(_BESIDE) and _may_be_address(value)
        ]
        return found[0] if len(found) == 1 else MISSING


@dataclass(frozen=True)
class Quantity(Key):
    """A number inside the settings; its unit is beside it, under a key with "unit" in it (panel/admins.md#limits)."""

    unit: str = "(?i)quota.*unit"

    def find(self, profile: Mapping[str, Any]) -> Any:
        number = super().find(profile)
        if number in (MISSING, None):
            return number
        settings = settings_map(profile[self.path.partition(".")[0]])
        units = [settings[key] for key in settings if re.search(self.unit, key)]
        return "%s:%s" % (first(number), first(units[0])) if units and ":" not in str(number) else number


@dataclass(frozen=True)
class Lacks(Key):
    """True unless a list of words holds this one (LDAP, panel/admins.md#prohibitions)."""

    word: str = ""

    def find(self, profile: Mapping[str, Any]) -> Any:
        return self.word not in (profile.get(self.path) or [])


@dataclass(frozen=True)
class RelayTarget(Key):
    """The primary MX of a backup MX domain, kept inside its transport as ``relay:host`` (panel/domains.md#backup-mx).

    Without a primary MX the transport names nobody, or the domain itself (inferred): both mean "ask DNS".
    """

    flag: str = ""
    domain: str = ""

    def find(self, profile: Mapping[str, Any]) -> Any:
        if self.path not in profile:
            return MISSING
        if str(first(profile.get(self.flag))).lower() not in TRUE_WORDS:
            return ""
        kind, _colon, host = str(first(profile[self.path]) or "").partition(":")
        if kind != "relay" or host.strip("[]").lower() == str(first(profile.get(self.domain))).lower():
            return ""
        return host


def _may_be_address(value: Any) -> bool:
    """Whether it is an address, none, or a shape that nobody knows; and no number, flag or word."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str) and value.strip():
        return bool(_ADDRESS.match(value.strip()))
    return not isinstance(value, (int, float))


def settings_map(raw: Any) -> Dict[str, Any]:
    """``settings`` and ``accountSetting`` in each form: dict, ``k:v;k:v;``, list of ``k:v`` (panel/values.md#settings).

    :raises ValueError: another form
    """
    if raw is None or raw == "":
        return {}
    if isinstance(raw, dict):
        return raw
    if isinstance(raw, str):
        raw = raw.split(";")
    if not isinstance(raw, list) or any(not isinstance(item, str) for item in raw):
        raise ValueError("the settings are a %s of a form never seen" % type(raw).__name__)
    found: Dict[str, Any] = {}
    for item in raw:
        name, colon, value = item.partition(":")
        if colon:
            found[name] = value if name not in found else _as_list(found[name]) + [value]
    return found


def _as_list(value: Any) -> List[Any]:
    return value if isinstance(value, list) else [value]

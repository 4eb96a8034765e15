# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values: what a user may write, how it goes on the wire, how it is read back.

Every codec turns three spellings of one value into a canonical one:

* ``accept``: what the user wrote; ``ValueError`` with the rest of a sentence if it cannot be meant;
* ``to_wire``: the canonical value as a form parameter;
* ``from_wire``: what a panel showed; ``ValueError`` if that shape is unknown.

``same`` says whether two canonical values mean the same to the server.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any, Dict, FrozenSet, Iterable, Optional, Sequence, Tuple

from .._errors import InputError

# panel/open-questions.md#scalars
TRUE_WORDS = ("1", "true", "yes", "active", "enable", "enabled", "y", "on")
FALSE_WORDS = ("0", "false", "no", "disabled", "disable", "inactive", "n", "off", "", "none")


def first(raw: Any) -> Any:
    """A scalar of either personality: LDAP wraps every one in a list (panel/values.md#ldap-attributes)."""
    if isinstance(raw, (list, tuple)):
        if len(raw) > 1:
            raise ValueError("it has %d values where one is expected" % len(raw))
        return raw[0] if raw else None
    return raw


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_HALVES = re.compile(r"[\ud800-\udfff]")


def no_control_characters(text: str) -> str:
    """Refuse what a one-line form field cannot hold."""
    if _CONTROL.search(text):
        raise ValueError("holds a line break or another control character, which the panel cannot store")
    return well_formed(text)


def well_formed(text: str) -> str:
    """Refuse halves of characters, which Python makes of bytes that are no UTF-8: they cannot be sent."""
    if _HALVES.search(text):
        raise ValueError("holds something that is not text (no valid UTF-8)")
    return text


class Text:
    """One line of text. The panel strips blanks at both ends (panel/transport.md#blanks), so we do."""

    #: the argument_spec of an option of this kind
    argument: Dict[str, Any] = {"type": "str"}
    #: the canonical value that means "none"
    empty: Any = ""
    #: characters that a column holds (VARCHAR, panel/columns-vmail.md)
    longest = 255
    #: whether digits are a text there and no number: of an identifier each one counts, and the zeros before them
    numeral = False

    def accept(self, value: Any) -> Any:
        text = no_control_characters(str(value).strip())
        if len(text) > self.longest:
            raise ValueError("is longer than the %d characters that the panel can store" % self.longest)
        return text

    def to_wire(self, value: Any) -> str:
        return str(value)

    def params(self, name: str, value: Any) -> Dict[str, str]:
        """The parameters that carry a value; one, unless a codec needs more."""
        return {name: self.to_wire(value)}

    def from_wire(self, raw: Any) -> Any:
        value = first(raw)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ValueError("it is a %s where text is expected" % type(value).__name__)
        return str(value)

    def same(self, left: Any, right: Any) -> bool:
        return bool(left == right)

    def trouble(self, wire: str) -> str:
        """What is known of servers that crash on a parameter; empty if nothing."""
        return ""

    def doubt(self, value: Any) -> str:
        """Why a value that is accepted is probably not what was meant; empty, or a sentence without its full stop."""
        return ""


class Flag(Text):
    """A boolean, spelled by two words on the wire."""

    argument = {"type": "bool"}
    empty = None

    def __init__(self, yes: str = "yes", no: str = "no") -> None:
        self.yes, self.no = yes, no

    def accept(self, value: Any) -> bool:
        return bool(value)

    def to_wire(self, value: Any) -> str:
        return self.yes if value else self.no

    def from_wire(self, raw: Any) -> bool:
        value = first(raw)
        word = "" if value is None else str(value).strip().lower()
        if word in TRUE_WORDS:
            return True
        if word in FALSE_WORDS:
            return False
        raise ValueError("it is neither on nor off")


class Denied(Flag):
    """A permission that the wire speaks of as a prohibition."""

    def __init__(self) -> None:
        super().__init__("no", "yes")

    def from_wire(self, raw: Any) -> bool:
        return not super().from_wire(raw)


class Enum(Text):
    """One of some words. ``synonyms`` maps what a panel may show to the word meant."""

    def __init__(self, *choices: str, synonyms: Optional[Dict[str, str]] = None) -> None:
        self.choices = choices
        self.synonyms = synonyms or {}
        self.argument = {"type": "str", "choices": list(choices)}

    def accept(self, value: Any) -> str:
        if value not in self.choices:
            raise ValueError("must be one of %s" % ", ".join(self.choices))
        return str(value)

    def from_wire(self, raw: Any) -> str:
        value = str(super().from_wire(raw)).strip()
        return self.synonyms.get(value.lower(), value)


class Pattern(Text):
    """Text of a given form; ``hint`` ends the sentence when it has another."""

    def __init__(self, pattern: str, hint: str) -> None:
        self._pattern, self._hint = re.compile(pattern + r"\Z"), hint

    def accept(self, value: Any) -> str:
        text = super().accept(value)
        if text and not self._pattern.match(text):
            raise ValueError(self._hint)
        return str(text)


class Word(Pattern):
    """A name that has a known spelling, whatever the case in which it is written, or another name.

    :param known: the names there are, as far as is known
    """

    def __init__(self, known: Iterable[str], pattern: str, hint: str) -> None:
        super().__init__(pattern, hint)
        self.known = frozenset(known)
        self._spelling = {word.lower(): word for word in self.known}

    def accept(self, value: Any) -> str:
        return self._spelled(super().accept(value))

    def from_wire(self, raw: Any) -> str:
        return self._spelled(str(super().from_wire(raw)))

    def doubt(self, value: Any) -> str:
        if value in self.known:
            return ""
        return "%s is not a name that is known; the nearest one is %s" % (value, nearest(value, self.known))

    def _spelled(self, text: str) -> str:
        return self._spelling.get(text.lower(), text)


def nearest(word: str, known: Iterable[str]) -> str:
    """The one of some words that is most like another."""
    return get_close_matches(word.lower(), sorted(known), 1, 0)[0]


class Items(Text):
    """A list compared as a set; one parameter on the wire, joined by commas (panel/transport.md#lists)."""

    argument = {"type": "list", "elements": "str"}
    separator = ","
    empty: FrozenSet[str] = frozenset()

    def __init__(self, item: Text) -> None:
        self.item = item
        #: every word there is, where the API has a fixed vocabulary
        self.vocabulary: Tuple[str, ...] = getattr(item, "choices", ())
        if self.vocabulary:
            self.argument = {"type": "list", "elements": "str", "choices": list(self.vocabulary)}

    def accept(self, value: Iterable[Any]) -> FrozenSet[str]:
        accepted = set()
        for entry in value:
            if entry is None or isinstance(entry, (dict, list)):
                raise ValueError("has an empty item or one that is not a text")
            try:
                text = self.item.accept(entry)
            except ValueError as error:
                raise ValueError("has the item '%s', which %s" % (entry, error)) from None
            if not text:
                raise ValueError("has an empty item; leave the option out to keep the list, or write [] to clear it")
            if self.separator in text:
                raise ValueError("has the item '%s'; a comma would split it in two" % entry)
            accepted.add(text)
        return frozenset(accepted)

    def takes(self, items: Iterable[str]) -> bool:
        """Whether each of some items could be put into such a list."""
        try:
            self.accept(items)
        except ValueError:
            return False
        return True

    def accept_gone(self, value: Iterable[Any]) -> Tuple[FrozenSet[str], Dict[str, str]]:
        """Items that are not to be in the list, and of those that nobody could put there the rest of a sentence why.

        Something else than the panel may have put them there all the same.
        """
        accepted: FrozenSet[str] = frozenset()
        odd = {}
        for entry in value:
            try:
                accepted |= self.accept([entry])
            except ValueError as error:
                text = self._as_shown(entry)
                if not text:
                    raise
                accepted |= {text}
                odd[text] = str(error)
        return accepted, odd

    def _as_shown(self, entry: Any) -> str:
        """How the panel would show an item that nobody can put there; empty if it cannot be one of several words."""
        text = str(self.item.from_wire(entry.strip())) if isinstance(entry, str) else ""
        if self.vocabulary or self.separator in text or _CONTROL.search(text) or _HALVES.search(text):
            return ""
        return text

    def doubt(self, value: Iterable[str]) -> str:
        return "; ".join(filter(None, (self.item.doubt(one) for one in sorted(value))))

    def to_wire(self, value: Iterable[str]) -> str:
        return self.separator.join(sorted(value))

    def from_wire(self, raw: Any) -> FrozenSet[str]:
        if raw is None or raw == "":
            return frozenset()
        if isinstance(raw, str):
            raw = raw.split(self.separator)  # old releases and raw settings (panel/values.md#settings)
        if isinstance(raw, dict) or not isinstance(raw, Sequence):
            raise ValueError("it is a %s where a list is expected" % type(raw).__name__)
        values = set()
        for entry in raw:
            if not isinstance(entry, (str, int)):
                raise ValueError("it is a list of %s where texts are expected" % type(entry).__name__)
            text = self.item.from_wire(entry)
            if text:
                values.add(text)
        return frozenset(values)


def accept(option: str, codec: Text, value: Any) -> Any:
    """The canonical value.

    :raises InputError: it is impossible; the message names the option
    """
    try:
        return codec.accept(value)
    except ValueError as error:
        shown = "" if isinstance(value, (list, tuple)) else "'%s' " % (value,)
        raise InputError("%s: %s%s." % (option, shown, error)) from None


def accept_name(option: str, codec: Text, value: Any) -> Any:
    """The same for what cannot be empty, or a request would go to another path."""
    name = accept(option, codec, value)
    if not name:
        raise InputError("%s is empty." % option)
    return name


def accept_password(option: str, value: str) -> str:
    """A password that can be sent as it is.

    :raises InputError: it is empty, the panel would change it, or it is not text; the message does not hold it
    """
    if not value:
        raise InputError("%s: is empty; leave it out to keep the password as it is." % option)
    if value != value.strip():
        raise InputError("%s: begins or ends with a blank, which the panel would strip." % option)
    try:
        return well_formed(value)
    except ValueError as error:
        raise InputError("%s: %s." % (option, error)) from None

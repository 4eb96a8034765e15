# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of people -> addresses by a pattern, in the letters that every mail server takes."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator, Mapping

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError

from .problems import nearest

#: letters that are no other letter with a sign on it, and the three that Germans write with an e
_LETTERS = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe", "ð": "d", "đ": "d", "þ": "th",
        "ł": "l", "ı": "i", "ħ": "h", "ŋ": "n", "ŧ": "t", "ĳ": "ij", "ĸ": "k", "ſ": "s", "ə": "e",
    }
)  # fmt: skip
#: what a pattern may name
PARTS = ("given", "surname", "given_initial", "surname_initial", "employee_id", "domain")
_NUMBER = re.compile(r"[0-9]+(?=@)")
#: what RFC 5321 4.5.3.1.1 allows before the @
_LONGEST = 64


def ascii_of(name: str) -> str:
    """A name in small ASCII letters, with a hyphen between its words.

    :raises ValueError: it has letters for which nobody knows others
    """
    text = unicodedata.normalize("NFC", name).lower().translate(_LETTERS)
    apart = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    unknown = sorted({sign for sign in bare if not sign.isascii() and sign.isalpha()})
    if unknown:
        raise ValueError("nobody knows how to write %s in ASCII letters" % " ".join(unknown))
    words = re.split(r"[^a-z0-9]+", re.sub("['\u2019\u02bc`\u00b4.]", "", bare))
    return "-".join(filter(None, words))


class Pattern:
    """How an address is made of a name, such as ``{given}.{surname}@example.com``.

    :raises InputError: it names something that there is not, or makes no address
    """

    def __init__(self, text: str) -> None:
        try:
            names = [name for _text, name, _spec, _mark in string.Formatter().parse(text) if name is not None]
        except ValueError as error:
            raise InputError("mail_import_address: %s." % error) from None
        for name in names:
            if name not in PARTS:
                known = ", ".join("{%s}" % one for one in PARTS)
                hint = nearest(name, PARTS)
                raise InputError("mail_import_address: there is no {%s}; there are %s.%s" % (name, known, hint))
        if text.count("@") != 1 or not names:
            raise InputError("mail_import_address: %s is no pattern such as {given}.{surname}@example.com." % text)
        self.text, self.needs = text, tuple(dict.fromkeys(names))
        self.domain = "" if "{" in text.partition("@")[2] else text.partition("@")[2].lower()

    def address(self, parts: Mapping[str, str]) -> str:
        """The address.

        :param parts: given, surname, employee_id and domain, as far as they are known
        :raises ValueError: something is missing, or cannot be written
        """
        known = {"domain": parts.get("domain", "")}
        for name in ("given", "surname", "employee_id"):
            known[name] = ascii_of(parts.get(name, ""))
        known.update({name + "_initial": known[name][:1] for name in ("given", "surname")})
        missing = [name for name in self.needs if not known[name]]
        if missing:
            raise ValueError("there is no %s to make an address of" % " and no ".join(missing))
        address = self.text.format(**known).lower()
        if len(address.partition("@")[0]) > _LONGEST:
            raise ValueError("%s is longer before the @ than an address may be" % address)
        return address

    def made(self, address: str, name: str, parts: Mapping[str, str]) -> bool:
        """Whether an address was made of a name, wherever its surname begins; a number behind it counts for nothing."""
        return unnumbered(address) in set(self._possible(name, dict(parts, domain=address.partition("@")[2])))

    def _possible(self, name: str, parts: Mapping[str, str]) -> Iterator[str]:
        words = name.split()
        for begin in range(len(words) + 1):
            split = dict(parts, given=" ".join(words[:begin]), surname=" ".join(words[begin:]))
            try:
                yield unnumbered(self.address(split))
            except ValueError:
                continue


def unnumbered(address: str) -> str:
    """An address without the number that tells it from an earlier one."""
    return _NUMBER.sub("", address)


def numbered(address: str, number: int) -> str:
    """The address of the second, third ... person of a name."""
    local, _at, domain = address.partition("@")
    return "%s%d@%s" % (local, number, domain) if number > 1 else address


def is_numbered(address: str, first: str) -> bool:
    """Whether an address is that of the first, second, third ... person of a name."""
    local, _at, domain = first.partition("@")
    head, _at, end = address.partition("@")
    number = head.removeprefix(local)
    return end == domain and head.startswith(local) and (not number or number.isdecimal())

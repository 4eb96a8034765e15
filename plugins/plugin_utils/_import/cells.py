# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One cell -> the value of an option: blanks, decimal commas and words of spreadsheets, and what must not be taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import Field
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER

FIELDS: Mapping[str, Field] = {one.option: one for one in USER.fields}
#: lists, which a cell holds with signs between
LISTS = ("aliases", "forwarding", "telephone_numbers", "mobile_numbers", "services")
#: options that no column can be for: clear text, and what the import itself decides
NEVER = ("password", "rename_from", "state", "update_password", "keep_mailbox_days", "verify", "unreadable")
#: options that hold names of people, some of whom are called Null
_NAMES = ("name", "given_name", "surname")
#: signs that a wrong encoding makes of letters, and that no name has; neither has it those that Unicode calls symbols,
#: numbers and controls
_FOREIGN = "¡¿§¶†‡•…‰"
#: symbols that people write for an apostrophe
_APOSTROPHES = "\u00b4\u02b9\u02bb\u02bc"
#: what stands in a cell that means nothing; the words do so where no name is meant
_NOTHING = frozenset(["", "-", "--", "–", "—", "n/a"])
_NOTHING_WORDS = frozenset(["na", "none", "null", "nil"])
#: what programs write for a name that is missing
_MISSING = ("NULL", "NaN", "\\N")
_BROKEN = re.compile(r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|NV|BEZUG!|WERT!)", re.IGNORECASE)
#: ="00123" keeps the zeros of a number in a spreadsheet
_AS_TEXT = re.compile(r'="([^"]*)"')
#: a spreadsheet takes what follows an apostrophe for text; before a letter it is part of a name ('t Hooft)
_APOSTROPHE = re.compile(r"'(?=[^\w\s']|[0-9])")
#: a number that went through a column of decimals; three zeros may be thousands
_WHOLE = re.compile(r"([0-9]+)[.,]0{1,2}")
_FORMULA = "=+-@\t\r|"
_ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+E\+?|E\+)[0-9]+", re.IGNORECASE)
#: what spreadsheets make of ids such as 3-12, as they write it
_MONTH = "(?:Jan|Feb|Mar|Mrz|Apr|May|Mai|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez)"
_DATE = re.compile(
    r"[0-9]{1,2}[-. ]{1,2}%s|%s[- .]{1,2}[0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}([./])[0-9]{1,2}\1[0-9]{2,4}"
    % (_MONTH, _MONTH)
)
_THOUSANDS = re.compile(r"[0-9]{1,3}([.,][0-9]{3})+(?![0-9])")
#: 1,234 and what else countries write (1'234, 1 234, 1,23,456, 1.234,00), and zeros that are too many to be sure
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,' \u2019][0-9]{2,3})*[.,' \u2019][0-9]{3}(?:[.,][0-9]{1,2})?|[0-9]+[.,]0{3,}")
_QUOTA = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s*([KMGT]?)(?:i?B)?(?:ytes?)?", re.IGNORECASE)
_UNLIMITED = ("unlimited", "unbegrenzt", "infinite", "∞")
_YES = ("yes", "y", "true", "1", "on", "active", "enabled", "ja", "aktiv", "wahr", "x", "oui")
_NO = ("no", "n", "false", "0", "off", "inactive", "disabled", "nein", "inaktiv", "falsch", "non")
_UNITS = ("TB", "GB", "MB")


def clean(text: str) -> str:
    """A text as a person meant it: composed letters, single blanks, nothing that cannot be seen."""
    seen = "".join(" " if sign.isspace() else sign for sign in unicodedata.normalize("NFC", text))
    return " ".join("".join(sign for sign in seen if unicodedata.category(sign) not in ("Cf", "Cc")).split())


def value_of(option: str, cell: str, unit: str = "MB") -> Any:
    """The value of an option; None for an empty cell.

    :param unit: of a quota that is a mere number
    :raises ValueError: the cell cannot be meant; how the sentence goes on after the option
    """
    inside = _AS_TEXT.fullmatch(cell.strip())
    if option in _NAMES:
        _refuse_foreign(cell)
    text = clean(inside.group(1) if inside else cell)
    text = text[1:] if _APOSTROPHE.match(text) else text
    whole = _WHOLE.fullmatch(text) if option == "employee_id" else None
    text = whole.group(1) if whole else text
    nothing = _NOTHING if option in _NAMES else _NOTHING | _NOTHING_WORDS
    if text.casefold() in nothing and not inside:
        return None
    _refuse(option, text, as_text=inside is not None)
    if option == "quota":
        return _quota(text, unit)
    if option == "enabled":
        return _switch(text)
    if option in LISTS:
        parts = [part.strip() for part in re.split(r"[;,|]", text) if part.strip()]
        FIELDS[option].codec.accept(parts)
        return parts
    if option in ("mail", "domain"):
        return text.lower()
    if option in FIELDS and option != "password_hash":
        FIELDS[option].codec.accept(text)
    return text


def _refuse_foreign(name: str) -> None:
    """:raises ValueError: it has a sign that a wrong encoding makes of a letter"""
    for sign in unicodedata.normalize("NFC", name):
        kind = unicodedata.category(sign)
        control = kind == "Cc" and sign not in "\t\n\v\f\r"
        symbol = not sign.isascii() and (kind[0] == "S" or kind == "No") and sign not in _APOSTROPHES
        if control or symbol or sign in _FOREIGN:
            shown = "U+%04X" % ord(sign) if control else sign
            sentence = "has the sign %s, which is in no name. If the file has another encoding, name it in %s"
            raise ValueError(sentence % (shown, "mail_import_encoding"))


def _refuse(option: str, text: str, as_text: bool) -> None:
    """:raises ValueError: it is a formula, or what a spreadsheet made of something else

    :param as_text: the spreadsheet was told to leave it as it is
    """
    if _BROKEN.fullmatch(text):
        raise ValueError("is %s, an error of the spreadsheet" % text)
    if option in _NAMES and text in _MISSING and not as_text:
        raise ValueError("is %s, as programs write what is missing; leave the cell empty" % text)
    numbers = option in ("telephone_numbers", "mobile_numbers") and re.fullmatch(r"\+[0-9 ()/.;,|+-]+", text)
    if text[:1] in _FORMULA and not numbers:
        raise ValueError("begins with %s, as formulas of spreadsheets do" % text[:1])
    if option == "employee_id" and _ROUNDED.fullmatch(text):
        raise ValueError("is %s, a number that the spreadsheet rounded; format the column as text" % text)
    if option == "employee_id" and not as_text and _GROUPED.fullmatch(text):
        raise ValueError('is %s, which may be thousands; write digits only, or ="%s" if it is no number' % (text, text))
    if option == "employee_id" and not as_text and _DATE.fullmatch(text):
        raise ValueError("is %s, a date that the spreadsheet made of something else; format the column as text" % text)


def _quota(text: str, unit: str) -> Any:
    if text.casefold() in _UNLIMITED:
        return 0
    if _THOUSANDS.match(text):
        raise ValueError("is %s, which may be thousands or a fraction; write it without the sign" % text)
    match = _QUOTA.fullmatch(text)
    if not match:
        raise ValueError("is %s, which is not a size; write 5 GB" % text)
    number, letter = match.groups()
    sign = letter.upper() + "B" if letter else unit
    size = FIELDS["quota"].codec.accept(number.replace(",", ".") + sign)
    factors = {"TB": 2**20, "GB": 2**10, "MB": 1}
    fitting = next(one for one in _UNITS if size % factors[one] == 0)
    return "%d%s" % (size // factors[fitting], fitting) if size else 0


def _switch(text: str) -> bool:
    word = text.casefold()
    if word not in _YES + _NO:
        raise ValueError("is %s; write yes or no" % text)
    return word in _YES


def id_key(number: str) -> str:
    """An employee_id without what spreadsheets and people change about it: case, and zeros in front."""
    return number.strip().casefold().lstrip("0") or number.strip()[-1:]


def same(option: str, left: Any, right: Any) -> bool:
    """Whether two values of an option mean the same, however they are written."""
    codec = FIELDS[option].codec if option in FIELDS else None
    try:
        if codec is None or left is None or right is None:
            return bool(left == right)
        if option == "employee_id":
            return id_key(str(left)) == id_key(str(right))
        return bool(codec.accept(_typed(left)) == codec.accept(_typed(right)))
    except (ValueError, TypeError, AttributeError):
        return False


def _typed(value: Any) -> Any:
    if isinstance(value, (bool, list)):
        return value
    return str(value)

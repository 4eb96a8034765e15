# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, in sentences that any terminal may show."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from urllib.parse import quote, quote_plus, urlencode

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    REMEDIES,
    InputError,
    MissingDomain,
    Rejected,
    ServerFault,
    printable,
    quoted,
    remedy,
)
from tests.support.common import ROOT


@pytest.mark.parametrize(
    "error", [InputError("a\x1b[31mb"), Rejected("a\x1b[31mb", "NO"), ServerFault("a\x1b[31mb", 502)]
)
def test_a_sentence_holds_no_control_character(error):
    assert f"{error}" == str(error) == "a\\x1b[31mb"


def test_all_that_a_terminal_obeys_is_shown():
    for number in range(0x250):
        char = chr(number)
        kept = unicodedata.category(char) not in ("Cc",) or char in "\n\t"
        assert (printable(char) == char) is kept, number
    assert printable("\u202egnp.exe \u2066 \ud800") == "\\u202egnp.exe \\u2066 \\ud800"
    assert printable("Zoë 中文 العربية ‍") == "Zoë 中文 العربية ‍"


def test_every_code_that_has_a_remedy_is_a_code_of_the_panel():
    page = (ROOT / "docs/panel/codes.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Z_]+)`", page))
    passwords = {code for code in named if code.startswith("PW_")}
    limits = {code for code in named if code.startswith(("EXCEED", "NOT_ALLOWED"))} - {"NOT_ALLOWED_IP"}
    met = {"INVALID_PASSWORD_SCHEME", "CAN_NOT_BE_LOCAL_DOMAIN", "DOMAIN_NAME_MISMATCH", "ALREADY_EXISTS"}
    assert named >= set(REMEDIES) >= passwords | limits | met | {"INVALID_DOMAIN_NAME"}


@pytest.mark.parametrize("code", sorted(REMEDIES))
def test_a_remedy_is_a_sentence(code):
    text = remedy(code)
    assert text.startswith(" ")
    assert text[1].isupper()
    assert text.endswith(".")
    assert ".." not in text


def test_several_codes_in_one_have_a_remedy_each():
    text = remedy("PW_NO_UPPERCASE,PW_NO_SPECIAL_CHAR,PW_NO_UPPERCASE,OTHER")
    assert text == (
        " Put an upper-case letter into the password; put a character that is neither a letter nor a digit into the "
        "password."
    )
    assert remedy("OTHER") == remedy("") == ""


def test_the_reason_is_the_name_of_the_class():
    assert MissingDomain.reason == "missing_domain"


#: how a program may repeat a secret within another text
QUOTED = {
    "as it is": str,
    "on one line": lambda secret: " ".join(secret.split()),
    "repr": lambda secret: repr(ValueError(secret)),
    "repr of a sentence": lambda secret: repr(ValueError(f"it's {secret}")),
    "repr of a quoted sentence": lambda secret: repr(ValueError(f'it\'s "{secret}"')),
    "ASCII": ascii,
    "repr of bytes": lambda secret: repr(secret.encode()),
    "repr of more bytes": lambda secret: repr(b"'\"" + secret.encode()),
    "statement": lambda secret: secret.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"'),
    "repr of a statement": lambda secret: repr(secret.replace("'", "''")),
    "JSON": json.dumps,
    "JSON in UTF-8": lambda secret: json.dumps(secret, ensure_ascii=False),
    "path": quote,
    "part of a path": lambda secret: quote(secret, safe=""),
    "query": quote_plus,
    "form": lambda secret: urlencode({"password": secret}),
    "page": html.escape,
    "page of old": lambda secret: html.escape(secret).replace("&#x27;", "&#39;"),
    "text of a page": lambda secret: html.escape(secret, quote=False),
}


@pytest.mark.parametrize("secret", ["Größe-9-Aa", "it's\"S\\9-Aa", "it's-9-Aa", "a/b  c&9\te", "<9>\x7f\u200e"])
@pytest.mark.parametrize("way", QUOTED)
def test_a_secret_is_known_however_it_is_quoted(way, secret):
    text = QUOTED[way](secret)
    for form in sorted(quoted(secret), key=len, reverse=True):
        text = text.replace(form, "#")
    assert text.count("#") == 1
    assert "9" not in text


def test_an_ordinary_secret_has_one_form():
    assert quoted("Canary-4711.x_y~") == {"Canary-4711.x_y~"}
    assert quoted("") == frozenset()

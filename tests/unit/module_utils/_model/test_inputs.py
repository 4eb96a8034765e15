# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every codec that a descriptor uses, with whatever people type: refused in words, or sent and read back the same."""

from __future__ import annotations

from collections import Counter

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._model import addresses, codecs, numbers
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.mailing_lists import (
    HeaderLines,
    Paragraphs,
    Prefix,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import KINDS
from tests.support.inputs import codecs_of, explore, values

pytestmark = pytest.mark.thorough

#: texts of which the panel keeps blanks and line breaks (panel/mailing-lists.md#texts)
VERBATIM = (Paragraphs, Prefix, HeaderLines)


def form_of(codec):
    """What makes a codec another one than the next."""
    mine = {name: value for name, value in vars(codec).items() if not isinstance(value, codecs.Text)}
    inner = [form_of(value) for value in vars(codec).values() if isinstance(value, codecs.Text)]
    return f"{type(codec).__name__} {sorted(mine.items())} {inner}"


#: one of each form, by the first option that has it
CODECS = {}
for _kind in KINDS:
    for _option, _codec in codecs_of(_kind).items():
        CODECS.setdefault(form_of(_codec), (f"{_kind.plural}-{_option}", _codec))


def shown(codec, value):
    """The value as panels show it: as it was sent, or as LDAP has it; a unit stands beside its number."""
    sent = list(codec.params("one", value).values())
    text = ":".join(sent)
    if not isinstance(codec, codecs.Items):
        return [text, [text]]
    return [text, text.split(codec.separator) if text else []]


@pytest.mark.parametrize("codec", [pytest.param(codec, id=name) for name, codec in CODECS.values()])
def test_what_is_accepted_is_sent_and_read_back(request, codec):
    seen = Counter()

    @explore(request, few=40, many=600, typed=values(codec))
    def check(typed):
        try:
            value = codec.accept(typed)
        except ValueError:
            seen["refused"] += 1
            return
        seen["accepted"] += 1
        again = sorted(value) if isinstance(value, frozenset) else value
        assert codec.accept(again) == value, "what a result shows can be declared"
        for text in codec.params("one", value).values():
            text.encode()
            if not isinstance(codec, VERBATIM):
                assert text == text.strip()
                assert len(text.splitlines()) <= 1
                assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in text)
        for raw in shown(codec, value):
            assert codec.same(codec.from_wire(raw), value)

    assert seen["accepted"], "nothing was tried"


@pytest.mark.parametrize("codec", [codecs.Text(), Paragraphs()], ids=lambda codec: type(codec).__name__)
def test_texts_in_all_scripts_stay_as_they_are(request, codec):
    @explore(request, few=40, many=600, typed=values(codec))
    def check(typed):
        try:
            value = codec.accept(typed)
        except ValueError:
            return
        assert value.strip() == typed.replace("\r\n", "\n").strip()


@pytest.mark.parametrize("text", ["a\nb", "a\x85b", "a\u2028b", "a\x1bb", "a\x9bb", "a\0", "\ud83d", "a\udcffb"])
def test_what_is_no_line_of_text(text):
    with pytest.raises(ValueError, match=r"line break|not text"):
        codecs.Text().accept(text.join("xx"))


@pytest.mark.parametrize(
    "text",
    [
        "a/../b@x.example",  # the path of a URL would lead to b@x.example
        "a/./b@x.example",
        "a//b@x.example",
        "a/..//../../user/b@x.example",
        "\u212aim@x.example",  # the Kelvin sign, of which lower() makes a k
        "ada@\u212aim.example",
        "٣@x.example",
        "a" * 250 + "@x.example",
        "a@x.example@y.example",
        "a%40b@x.example",
        "a;b@x.example",
    ],
)
def test_what_could_be_taken_for_another_address(text):
    with pytest.raises(ValueError, match=r"address|longer|slashes"):
        addresses.Address().accept(text)


def test_slashes_and_dots_that_lead_nowhere_else_are_fine():
    for text in ("a/b@x.example", "a../b@x.example", "a/b../c@x.example", "a.b@x.example"):
        assert addresses.Address().accept(text) == text


@pytest.mark.parametrize("text", ["\u212a.example", "a..b.example", "a/b.example", "x" * 250 + ".example", "a.b\n.c"])
def test_what_is_no_domain(text):
    with pytest.raises(ValueError, match="domain name"):
        addresses.DomainName().accept(text)


@pytest.mark.parametrize(
    "text",
    ["fe80::1%eth0", "fe80::1%\n", "ü@*", "\0@*", "192.*", "٣.0.0.*", "1.2.3.4.*", "@.a", "@", "a@*b", "*@*", "%@*"],
)
def test_what_is_no_sender(text):
    for wide in (True, False):
        with pytest.raises(ValueError, match="is no IP address"):
            addresses.Sender(wide).accept(text)


@pytest.mark.parametrize("text", ["user@*", "192.0.2.*", "192.*.*.*", "@.", "@.tld", "a+b/c@*"])
def test_what_only_wide_lists_take(text):
    assert addresses.Sender(wide=True).accept(text.upper()) == text
    with pytest.raises(ValueError, match="is no IP address"):
        addresses.Sender().accept(text)


def test_large_sizes_are_exact_or_refused():
    for number in (2**43 - 1, 2**40 + 1, "8796093022207", "8796093022207.0"):
        assert numbers.Size().accept(number) == int(float(number))
    assert numbers.Size("B").accept(2**53 + 1) == 2**53 + 1
    assert numbers.Size("B").accept("0.5 KB") == 512
    for number in (2**43, "8TB" + "0" * 3, "9" * 400, "9" * 30 + "TB", 10**40):
        with pytest.raises(ValueError, match=r"more than|no.* size"):
            numbers.Size().accept(number)
    with pytest.raises(ValueError, match="more than"):
        numbers.Number().accept(2**31)


@pytest.mark.parametrize("number", [0.0001, -1, 1000, float("nan"), float("inf"), -0.5])
def test_scores_that_would_be_sent_as_another(number):
    with pytest.raises(ValueError, match="must be 0"):
        numbers.Score().accept(number)


def test_a_folder_is_one_however_many_slashes():
    folder = addresses.Folder()
    assert folder.accept("//Var//Vmail/x") == "/var/vmail/x" == folder.from_wire("/var/vmail//x")

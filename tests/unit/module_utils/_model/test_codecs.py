# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Codecs: what users write, what goes on the wire, what panels show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.module_utils._model import addresses, codecs, hosts, numbers
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.mailing_lists import Description, HeaderLines
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.common import LANGUAGE_CODE
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.spampolicy import VeryLow


@pytest.mark.parametrize(
    ("text", "megabytes"),
    [(0, 0), (1024, 1024), ("1024", 1024), ("20GB", 20480), ("1.5 TB", 1572864), ("1 gib", 1024), ("2048 KB", 2)],
)
def test_sizes(text, megabytes):
    assert numbers.Size().accept(text) == megabytes


@pytest.mark.parametrize("raw", ["nan", "NaN", "inf", "-Infinity", "1e999", 10**400, "9" * 5000, "x", {}])
def test_what_no_panel_can_mean_by_a_number(raw):
    assert [numbers.finite(one) for one in ("1.5", 2)] == [1.5, 2.0]
    for read in (numbers.Score().from_wire, VeryLow().from_wire):
        with pytest.raises(ValueError, match="not a number"):
            read(raw)
    with pytest.raises(ValueError, match="not a size"):
        numbers.Size(read_unit="TB").from_wire("9" * 4299)
    with pytest.raises(ValueError, match="not a number"):
        numbers.Number().from_wire(float("inf"))


@pytest.mark.parametrize("text", ["", "many", "-1", "1.5", "1 PB", True, None, [1], "10KB", "1e3"])
def test_what_is_no_size(text):
    with pytest.raises(ValueError, match=r"size|whole"):
        numbers.Size().accept(text)


@pytest.mark.parametrize(
    ("unit", "raw", "megabytes"),
    [
        ("MB", 5, 5),
        ("MB", "5", 5),
        ("MB", ["5"], 5),
        ("MB", None, 0),
        ("MB", [], 0),
        ("MB", "10:GB", 10240),
        ("MB", ["2:TB"], 2097152),
        ("B", ["1073741824"], 1024),
        ("B", ["1"], 1),
    ],
)
def test_sizes_as_read(unit, raw, megabytes):
    assert numbers.Size(read_unit=unit).from_wire(raw) == megabytes


@pytest.mark.parametrize("raw", ["big", True, "1:XB", {"a": 1}, ["1", "2"]])
def test_sizes_of_unknown_shape(raw):
    with pytest.raises(ValueError, match=r"size|values"):
        numbers.Size().from_wire(raw)


@pytest.mark.parametrize("raw", [1, "1", ["active"], "yes", True, "TRUE", "enable", "y"])
def test_on(raw):
    assert codecs.Flag().from_wire(raw) is True


@pytest.mark.parametrize("raw", [0, "0", ["disabled"], "no", False, None, [], "", "n"])
def test_off(raw):
    assert codecs.Flag().from_wire(raw) is False


def test_neither_on_nor_off():
    with pytest.raises(ValueError, match="neither"):
        codecs.Flag().from_wire("perhaps")


@pytest.mark.parametrize(
    "text", ["a@b.cd", " A@B.CD ", "o'k"[:1] + "-1@x-y.example", "#a@b.cd", "a.b+c@b.cd", "a/b@b.cd"]
)
def test_addresses(text):
    assert addresses.Address().accept(text) == text.strip().lower()


@pytest.mark.parametrize(
    "text", ["a", "@b.cd", "a@b", "a b@b.cd", "ü@b.cd", "a@bücher.example", "a,b@b.cd", "a@b..cd", "a@b.cd\n.x"]
)
def test_what_is_no_address(text):
    with pytest.raises(ValueError, match="address"):
        addresses.Address().accept(text)


@pytest.mark.parametrize("text", ["a+b@b.cd", "a=b@b.cd", "a/b@b.cd"])
def test_accounts_have_a_stricter_form(text):
    with pytest.raises(ValueError, match=r"\+ = /"):
        addresses.Address(mailbox=True).accept(text)


def test_text_is_one_line_without_outer_blanks():
    assert codecs.Text().accept("  Jörg Müller ") == "Jörg Müller"
    with pytest.raises(ValueError, match="line break"):
        codecs.Text().accept("a\nb")


def test_lists():
    codec = codecs.Items(addresses.Address())
    assert codec.accept(["B@x.example", "a@x.example", "b@x.example"]) == {"a@x.example", "b@x.example"}
    assert codec.to_wire({"b@x.example", "a@x.example"}) == "a@x.example,b@x.example"
    for shown in (["A@x.example"], "a@x.example", "a@x.example,", ["a@x.example", ""]):
        assert codec.from_wire(shown) == {"a@x.example"}
    for none in (None, "", []):
        assert codec.from_wire(none) == frozenset()


@pytest.mark.parametrize("raw", [{"a": 1}, 5, [{"a": 1}], [["a"]]])
def test_lists_of_unknown_shape(raw):
    with pytest.raises(ValueError, match="expected"):
        codecs.Items(codecs.Text()).from_wire(raw)


@pytest.mark.parametrize("items", [[""], [None], ["a,b"], [{"a": 1}]])
def test_items_that_cannot_be_sent(items):
    with pytest.raises(ValueError, match="item"):
        codecs.Items(codecs.Text()).accept(items)


def test_folders_and_hosts_compare_by_meaning():
    folder, host = addresses.Folder(), hosts.MailHost()
    assert folder.same(folder.accept("/Var/Vmail/U"), folder.from_wire("//var/vmail/u/"))
    for one, two in (("mx.example.com", "[mx.example.com]:25"), ("192.0.2.1", "[192.0.2.1]")):
        assert host.same(host.accept(one), host.from_wire(two))
    assert not host.same("mx.example.com", "mx.example.com:26")


def test_empty_access_policy_is_public():
    codec = codecs.Enum("public", "domain", synonyms={"": "public"})
    assert codec.from_wire("") == codec.from_wire(["public"]) == "public"


CODECS = {
    "text": (codecs.Text(), st.text(st.characters(exclude_categories=("Cs", "Cc"))), str),
    "number": (numbers.Number(), st.integers(0, 2**31 - 1), str),
    "size": (numbers.Size(), st.integers(0, 10**9), str),
    "flag": (codecs.Flag("active", "disabled"), st.booleans(), str),
}


@pytest.mark.parametrize("name", CODECS)
@given(data=st.data())
def test_what_is_sent_reads_back_the_same(name, data):
    codec, values, _shown = CODECS[name]
    value = codec.accept(data.draw(values))
    wire = codec.to_wire(value)
    assert isinstance(wire, str)
    assert codec.same(codec.from_wire(wire), value)
    assert codec.same(codec.from_wire([wire]), value)


#: panel/mlmmjadmin.md#default-headers
DEFAULTS = {
    "1.0": ["Precedence: list", "X-Mailing-List: t@x.example", "Reply-To: t@x.example", "List-Unsubscribe: <mailto:u>"],
    "1.1": ["Precedence: list", "List-Subscribe: <mailto:s>", "List-Unsubscribe: <mailto:u>"],
    "3.0": ["Precedence: bulk", "List-Id: <t@x.example>", "List-Post: <mailto:t@x.example>"],
    "3.4.0": ["precedence: bulk", "LIST-ID: <t@x.example>", "Reply-To: t@x.example"],
}


@pytest.mark.parametrize("release", DEFAULTS)
def test_headers_that_a_release_sets_by_itself_are_neither_seen_nor_sent(release):
    codec, own = HeaderLines(), "X-Team: one"
    assert codec.from_wire([*DEFAULTS[release], own]) == {own}
    assert codec.from_wire("\n".join([own, *DEFAULTS[release]])) == {own}
    assert codec.from_wire([own]) == {own}, "none of them is required"
    for line in DEFAULTS[release]:
        with pytest.raises(ValueError, match="sets by itself"):
            codec.accept([line])


def test_known_names_have_one_spelling_and_others_their_own():
    names = codecs.Items(codecs.Word(["imap", "displayedInGlobalAddressBook"], r"[A-Za-z\-]+", "is not a name"))
    assert names.accept(["IMAP", "displayedinglobaladdressbook", "My-Own"]) == {
        "imap",
        "displayedInGlobalAddressBook",
        "My-Own",
    }
    assert names.from_wire(["Imap", "my-own"]) == {"imap", "my-own"}
    assert names.doubt(frozenset({"imap"})) == ""
    assert names.doubt(frozenset({"imap", "impa"})) == "impa is not a name that is known; the nearest one is imap"


def test_a_language_that_the_panel_may_not_have_is_doubted():
    assert LANGUAGE_CODE.accept("de_DE") == "de_DE"
    assert LANGUAGE_CODE.doubt("de_DE") == ""
    assert LANGUAGE_CODE.doubt("de_AT").startswith("de_AT is probably no language of the panel")


def test_texts_as_long_as_their_place():
    line = "X-Long: " + "x" * 900
    assert HeaderLines().accept([line]) == {line}
    with pytest.raises(ValueError, match="998"):
        HeaderLines().accept(["X-Long: " + "x" * 991])
    assert Description().accept(" First line\nsecond\n") == "First line\nsecond"

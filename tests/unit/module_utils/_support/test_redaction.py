# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Redaction: nothing that tells of people survives, and the form of the answer does."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.module_utils._model.codecs import Enum, Items
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.maillist import MAILLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._support.redaction import HIDDEN, Redactor
from tests.support.growth import grows_evenly

# Nothing that is kept and no replacement holds these letters, so what is found of them has survived
MARK = "zq"
_TAIL = "abcdefghijklmnopqrstuvwxyz0123456789"
# what a key holds whose name speaks of a secret is blanked, whatever it is
_TELLING = re.compile("passw|pwd|secret|token|hash|salt|cookie|credential|otp|(api|krb|private).*key")
LABELS = st.text(_TAIL, min_size=1, max_size=8).filter(lambda text: not _TELLING.search(text)).map(MARK.__add__)
LOCALS = st.one_of(
    LABELS,
    st.tuples(LABELS, st.sampled_from("._-"), LABELS).map("".join),
    LABELS.map(str.upper),
    LABELS.map(lambda text: "ü" + text),
)
HOSTS = st.tuples(LABELS, st.sampled_from([".test", ".co.test", ".xn--zqx", ".TEST"])).map("".join)
PLAIN_HOSTS = st.tuples(LABELS, st.sampled_from(["", "-1", "_x"])).map("".join)
ADDRESSES = st.tuples(LOCALS, st.sampled_from(["@", "+zqlist@"]), HOSTS).map("".join)
NAMES = st.lists(st.one_of(LABELS, LABELS.map(str.title), LABELS.map(lambda text: "Ö" + text)), min_size=1).map(
    " ".join
)
HASHES = st.tuples(st.sampled_from(["{SSHA512}", "$6$", ""]), LABELS, st.sampled_from(["", "==", "/x+y="])).map("".join)
OCTETS = st.integers(100, 255).map(str)
IPS = st.tuples(st.just("10"), OCTETS, OCTETS, OCTETS).map(".".join)
IPS6 = st.integers(0x1000, 0xFFFF).map(lambda number: f"fd00:77::{number:x}")
PHONES = st.integers(4930100000, 4930999999).map(lambda number: f"+{number}")
# how a panel may put them
WITHIN = st.sampled_from(
    [
        "{}",
        "{},{}",
        "{} <{}>",
        "see {} and {}",
        "mail={},ou=Users,domainName={},o=domains,dc=test",
        "relay:[{}]:25",
        "smtp:{}:587",
        "List-Id: <{}>",
        "/var/vmail/vmail1/{}/a/{}/",
        "[{}] ",
        "({}) 12:{}",
        '"{}";\n{}',
        "error near '{}': {}!",
    ]
)
TEXTS = st.one_of(ADDRESSES, HOSTS, PLAIN_HOSTS, NAMES, HASHES, IPS, IPS6)
KEYS = st.sampled_from("name cn description mail domain transport note x custom_headers uid address dn Foo_bar".split())


@st.composite
def leaves(draw):
    """A key with a value, and the values that must not survive."""
    key = draw(KEYS)
    kind = draw(st.sampled_from(["text", "settings", "secret", "phone", "plain"]))
    if kind == "settings":
        pairs = [
            draw(st.sampled_from(["default_quota:5", "services:smtp,imap", "x:{}", "relay:{}"])) for _each in "abc"
        ]
        found = [draw(TEXTS) for _each in pairs]
        filled = [pair.format(text) for pair, text in zip(pairs, found, strict=True)]
        return draw(st.sampled_from([("settings", ";".join(filled)), ("accountSetting", filled)])), found
    if kind == "secret":
        secret = draw(st.one_of(HASHES, PHONES, NAMES))
        return (draw(st.sampled_from(["userPassword", "password", "hash", "apiToken", "salt"])), secret), [secret]
    if kind == "phone":
        phone = draw(PHONES)
        return (draw(st.sampled_from(["mobile", "telephoneNumber", "employeeid"])), [phone, phone[1:]]), [phone[1:]]
    if kind == "plain":
        return (
            draw(st.sampled_from(["quota", "active", "x"])),
            draw(st.one_of(st.integers(-(10**9), 10**9), st.booleans(), st.none(), st.floats(0, 9))),
        ), []
    found = [draw(TEXTS), draw(TEXTS)]
    text = draw(WITHIN).format(*found)
    return (key, draw(st.sampled_from([text, [text], [text, found[0]]]))), found


@st.composite
def answers(draw):
    """An answer of some shape, and what must not survive of it."""
    rows, found = [], []
    for pairs in draw(st.lists(st.lists(leaves(), min_size=1, max_size=5), min_size=1, max_size=3)):
        rows.append(dict(pair for pair, _found in pairs))
        found += [text for _pair, texts in pairs for text in texts]
    names = draw(st.lists(st.one_of(ADDRESSES, HOSTS), min_size=len(rows), max_size=len(rows), unique_by=str.lower))
    shape = draw(st.sampled_from(["rows", "named", "pairs", "bare", "names"]))
    # what the row does not hold any more since another had the same key is still no harm to look for
    data = {
        "rows": rows,
        "named": dict(zip(names, rows, strict=True)),
        "pairs": [[f"mail={name},ou=Users", row] for name, row in zip(names, rows, strict=True)],
        "bare": rows[0],
        "names": names,
    }[shape]
    return {"_success": True, "_data": data}, found + names


def redacted(answer):
    redactor = Redactor()
    redactor.learn(answer)
    return redactor.value(answer)


def pieces(texts):
    """The words of what must not survive, and whole IP addresses and numbers."""
    for text in texts:
        yield text.lower()
        yield from re.findall(r"\d{6,}", text)
        yield from re.findall(r"10\.[\d.]+|fd00:[0-9a-f:]+", text)


@given(answers())
def test_nothing_survives(case):
    answer, found = case
    shown = json.dumps(redacted(answer), ensure_ascii=False).lower()
    assert MARK not in shown
    for piece in pieces(found):
        assert piece not in shown


def assert_same_form(before, after, key=""):
    assert type(before) is type(after), key
    if isinstance(before, dict):
        assert len(before) == len(after)
        for (name, item), (new, shown) in zip(before.items(), after.items(), strict=True):
            assert name == new or MARK in name.lower()
            assert_same_form(item, shown, name)
    elif isinstance(before, list):
        assert len(before) == len(after)
        for item, shown in zip(before, after, strict=True):
            assert_same_form(item, shown, key)
    elif not isinstance(before, str):
        assert before == after
    elif key == "settings":
        assert [pair.partition(":")[0] for pair in before.split(";")] == [
            pair.partition(":")[0] for pair in after.split(";")
        ]
    elif key == "accountSetting":
        assert before.partition(":")[0] == after.partition(":")[0]
    else:
        assert bool(before) == bool(after)


@given(answers())
def test_the_form_survives(case):
    answer, _found = case
    assert_same_form(answer, redacted(answer))


@given(st.lists(TEXTS, min_size=2, max_size=6))
def test_the_same_thing_has_the_same_replacement_and_another_thing_another(texts):
    redactor = Redactor()
    first = [redactor.text(text) for text in texts]
    assert first == [redactor.text(text) for text in texts]
    for number, text in enumerate(texts):
        for other, another in enumerate(texts):
            if text.lower() == another.lower() and ("@" in text or "." in text):
                continue  # mail is not case-sensitive
            assert (text == another) == (first[number] == first[other])


@given(ADDRESSES, HOSTS)
def test_an_address_is_the_same_within_a_text(address, host):
    redactor = Redactor()
    alone, domain = redactor.text(address), redactor.text(host)
    match = re.fullmatch(r"text\d+ (\S+), text\d+ <(\S+)>", redactor.text(f"see {host}, or ask <{address}>"))
    assert match is not None
    assert match.groups() == (domain, alone)
    # only the keys: one like manager.test takes its value for somebody's name
    assert list(redactor.value({address: 1, host: 2})) == [alone, domain]


def test_a_long_text_takes_no_long_time():
    blob = "x" * 200_000
    redactor = Redactor()
    redactor.learn([blob, blob + " a@b.test"])
    assert redactor.value({"x": blob}) == {"x": "text1"}


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("mail", "ada@firm.test", "user1@domain1.example"),
        ("mail", "Ada+sales@firm.test", "user1+text1@domain1.example"),
        ("mail", "Ada+list@firm.test", "user1+list@domain1.example"),
        ("sender", "@.firm.test", "@.domain1.example"),
        ("sender", "@.", "@."),
        ("sender", "ada@*", "user1@*"),
        ("sender", "10.1.2.0/24", "192.0.2.1/text1"),
        ("sender", "10.1.2.*", "192.0.2.*"),
        ("sender", "fd00::7", "2001:db8::1"),
        ("transport", "relay:[mx.firm.test]:2525", "relay:[domain1.example]:2525"),
        ("transport", "smtp:mx7:25", "smtp:text1:25"),
        ("transport", ":12345", ":12345"),
        ("transport", "=123456", "=text1"),
        ("x", "12: x", "12: text1"),
        ("x", "a 12: x", "text1: text2"),
        ("x", "see 1:2:3 and ::: too", "text1 text2 text3 ::: text4"),
        ("transport", "lmtp:unix:private/dovecot-lmtp", "lmtp:unix:private/dovecot-lmtp"),
        ("maildir", "firm.test/a/d/ada-2024/", "domain1.example/text1/text2/text3/"),
        ("dn", "mail=ada@firm.test,ou=Users,dc=firm", "mail=user1@domain1.example,ou=Users,dc=text1"),
        ("x", "Ada Lovelace <ada@firm.test>", "text1 <user1@domain1.example>"),
        ("x", "write to ada@firm.test or mx.firm.test", "text1 user1@domain1.example text2 domain2.example"),
        ("custom_headers", "List-Post: <mailto:ada@firm.test>", "List-Post: <mailto:user1@domain1.example>"),
        ("custom_headers", "X-Firm: Ada", "text1: text2"),
        ("mailQuota", "1073741824", "1073741824"),
        ("domainQuota", "1048576:MB", "1048576:MB"),
        ("spam_tag2_level", "-6.31", "-6.31"),
        ("created", "2024-05-06 07:08:09", "2001-02-03 04:05:06"),
        ("created", "20240506070809Z", "20010203040506Z"),
        ("language", "de_DE", "de_DE"),
        ("_msg", "LOGIN REQUIRED", "LOGIN REQUIRED"),
        ("_msg", "NO_SUCH_ACCOUNT", "NO_SUCH_ACCOUNT"),
        ("name", "Active", "text1"),
        ("name", "4711", "text1"),
        ("name", "Firm.Test", "domain1.example"),
        ("name", "", ""),
        ("x", "+49 30 4711", "+text1"),
        ("x", "(030) 4711", "(text1) text2"),
        ("employeeNumber", "4711", "text1"),
        ("employeeid", 4711, 1),
        ("mobile", None, None),
        ("userPassword", ["{SSHA}x", ""], [HIDDEN, ""]),
        ("user_password", {"scheme": "plain", "n": 5, "on": True}, {"scheme": HIDDEN, "n": HIDDEN, "on": True}),
        ("minPasswordLength", "8", "8"),
        ("passwordlastchange", "2024-05-06 07:08:09", "2001-02-03 04:05:06"),
        (
            "settings",
            "default_user_quota:1024;default_language:de_DE;disabled_user_profiles:bcc,relay;relay:mx7;",
            "default_user_quota:1024;default_language:de_DE;disabled_user_profiles:bcc,relay;relay:text1;",
        ),
        ("settings", "Ada;quota:5;;", "text1;quota:5;;"),
        ("settings", "min_passwd_length:8;password:x;name:Ada;", "min_passwd_length:8;password:********;name:text1;"),
        ("accountSetting", ["defaultQuota:5", "timezone:Europe/Berlin"], ["defaultQuota:5", "timezone:text1/text2"]),
        ("x", {"ada": {"mail": "ada@firm.test"}}, {"text1": {"mail": "user1@domain1.example"}}),
        ("x", {"mail": {"mail": "mail@firm.test"}}, {"mail": {"mail": "user1@domain1.example"}}),
        ("x", {"Ada": 1, "k": {"sn": "Ada"}}, {"text1": 1, "k": {"sn": "text1"}}),
        (
            "x",
            {"Ada L": 1, "A@b.cd": 2, "a@b.cd": 3},
            {"text1": 1, "user1@domain1.example": 2, "user1@domain1.example_": 3},
        ),
    ],
    ids=str,
)
def test_examples(key, before, after):
    redactor = Redactor()
    redactor.learn({key: before})
    assert redactor.value({key: before}) == {key: after}


def test_a_key_that_the_collection_reads_is_kept_whatever_somebody_is_called():
    redactor = Redactor()
    # an option, a key of a profile, a fact, and one that nothing reads
    keys = ["employee_id", "employeeNumber", "stored_bytes", "quux"]
    redactor.learn({"members": [f"{key}@firm.test" for key in keys]})
    assert list(redactor.value(dict.fromkeys(keys, True))) == [*keys[:3], "text1"]


def test_addresses_are_those_of_the_documentation_one_after_another():
    redactor = Redactor()
    shown = [redactor.text(f"10.0.{number // 250}.{number % 250}") for number in range(763)]
    assert shown[:2] == ["192.0.2.1", "192.0.2.2"]
    assert shown[253:256] == ["192.0.2.254", "198.51.100.1", "198.51.100.2"]
    assert shown[508:510] == ["203.0.113.1", "203.0.113.2"]
    assert shown[762] == "192.0.2.1"


def test_more_addresses_than_the_documentation_range_has():
    redactor = Redactor()
    shown = [redactor.text(f"10.0.{number // 250}.{number % 250}") for number in range(800)]
    assert len(set(shown)) == 762
    assert all(re.match(r"(192\.0\.2|198\.51\.100|203\.0\.113)\.([1-9]\d*)$", ip) for ip in shown)


@pytest.mark.parametrize("resource", [DOMAIN, USER, ALIAS, ML, MAILLIST], ids=lambda resource: resource.name)
def test_words_that_the_collection_reads_are_kept(resource):
    for field in resource.fields:
        codec = field.codec.item if isinstance(field.codec, Items) else field.codec
        words = codec.choices if isinstance(codec, Enum) else getattr(field, "exact_scope", ())
        assert [Redactor().text(word) for word in words] == list(words), field.option


@pytest.mark.parametrize("piece", ["a.", "a+", "ab1.", "!", "a", "-", "1:", "a b ", "a@", "x.1.", ":a", "1.2.3.4 "])
def test_the_work_grows_with_the_length_of_a_text(piece):
    def prepare(size):
        raw, redactor = (piece * size)[:size], Redactor()
        redactor.learn(raw)
        return lambda: redactor.value(raw)

    assert grows_evenly(prepare, 2000)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people may type, for property tests: by the codec of an option, or its argument_spec where it has none.

Everything comes from the descriptors and argument specs, so a new option is tried as soon as it is there.
"""

from __future__ import annotations

import string
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.domain_admins import KEYS as DOMAIN_KEYS
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.task import Module
from ansible_collections.mailstate.iredmail.plugins.module_utils._model import addresses, codecs, numbers
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.accounts import Account, AccountName, DomainKey
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import ListField
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.mailing_lists import (
    HeaderLine,
    HeaderName,
    Paragraphs,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain_admins import ADMINS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain_users import FIELDS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.greylisting import (
    GREYLISTING,
    SPF_DOMAINS,
    WHITELIST,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.spampolicy import SPAMPOLICY
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.throttle import THROTTLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.kinds import Kind
from tests.support.common import PASSWORD

HERE = "example.com"
#: keys and fields of the kinds that are no objects with a life of their own
DESCRIBED: dict[str, tuple[Any, Any]] = {
    "domain_admins": (DOMAIN_KEYS, (ADMINS,)),
    "domain_users": (DOMAIN_KEYS, FIELDS),
    "spampolicies": (SPAMPOLICY.keys, SPAMPOLICY.fields),
    "throttles": (THROTTLE.keys, THROTTLE.fields),
    "greylistings": (GREYLISTING.keys, GREYLISTING.fields + WHITELIST.fields),
    "greylisting_spf_domains": ((), (SPF_DOMAINS,)),
    "wblists": (WBLIST.keys, WBLIST.fields),
}
#: options without which such a thing cannot be made
NEEDED = {"throttles": THROTTLE.needed}
#: what breaks out of something, if anything does: lists, settings, forms, URLs, headers, templates
BREAKING = (
    *", ; : % + & = # ? / \\ ' \" < > @ * | ` $ ~".split(),
    *("\n", "\r\n", "\t", "\0", "\x1b[2J", "\x85", "\u2028"),
    *("%2C", "%2f", "%00", "%0d%0aX-Evil: 1", "%ZZ", "&isGlobalAdmin=yes", "?isGlobalAdmin=yes", "/../", "../", "//"),
    *(";create_new_domains:yes", "a:b:c", "{{ 7 * 6 }}", "{% raw %}", "';--", "null", "ALL", "global"),
)
#: names in all scripts; combined, right to left, beyond 16 bits, and what changes when its case does
NAMES = (
    *("Ada Lovelace", "O'Hara, Scarlett", "Łukasz Żółć", "Ελένη Παπαδοπούλου", "Ёлкина Анна", "דוד לוי", "محمد علي"),
    *("आरती शर्मा", "สมชาย ใจดี", "山田 太郎", "김철수", "Nguyễn Văn Á", "Ægir Ðunn", "ა ბ", "Straße ẞ", "İstanbul ı"),
    *("e\u0301te\u0301", "👩‍👩‍👧‍👦 & 🏴‍☠️", "\u202etxet\u202c", "\u200bzero\u200d", "\u212aelvin", "\ufeffbom", "𝔐𝔞𝔱𝔥"),
    "x" * 255,
    "x" * 256,
)
DOMAINS = (HERE, "one.example", "Two.Example", "xn--bcher-kva.example", "a-b.c-d.example", "192.0.2.example")
NO_DOMAINS = (
    *("bücher.example", "例え.jp", "a..b.example", ".example.com", "example.com.", "example", "a b.example"),
    *(
        "x.\u212aom",
        "example.com/../x.example",
        "example.com%00",
        "example.com\nx.example",
        "a,b.example",
        "x" * 250 + ".example",
    ),
)
_LOCAL = string.ascii_letters + string.digits + "_-#.+=/&"
#: what Python makes of bytes that are no UTF-8
_HALVES = ("\ud800", "\udc80")
_WORDS = st.sampled_from(BREAKING + NAMES) | st.text(max_size=8)


def strings(min_size: int = 0, max_size: int = 30) -> st.SearchStrategy[str]:
    """Any text; unlike those of st.text(), many have halves of characters."""
    signs = st.lists(st.characters() | st.sampled_from(_HALVES).map(str), min_size=min_size, max_size=max_size)
    return signs.map("".join)


def texts() -> st.SearchStrategy[str]:
    """Any text, with what breaks out of things among it, and halves of characters."""
    words = _WORDS | st.sampled_from(_HALVES)
    return st.lists(words, min_size=1, max_size=3).map("".join)


def _names() -> st.SearchStrategy[str]:
    """Texts of one line, most of which can be stored."""
    calm = [word for word in BREAKING if word.isprintable()]
    return st.lists(st.sampled_from([*NAMES, *calm]), min_size=1, max_size=3).map(" ".join)


def domains() -> st.SearchStrategy[str]:
    """Names of domains."""
    return st.sampled_from(DOMAINS) | st.from_regex(r"[a-z0-9][a-z0-9\-]{0,8}\.(example|test|xn--p1ai)", fullmatch=True)


def mails(local: str = _LOCAL) -> st.SearchStrategy[str]:
    """Addresses, most of which can be stored."""
    parts = st.text(local, min_size=1, max_size=8) | st.sampled_from(["Ada", "a.b", "#x", "a-b_c"])
    return st.builds("{}@{}".format, parts, st.just(HERE) | domains())


def _broken(good: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Texts with something in them that does not belong there."""
    words = texts()
    inside = st.builds(lambda text, at, word: text[:at] + word + text[at:], good, st.integers(0, 30), words)
    return inside | words | st.sampled_from(NO_DOMAINS) | st.sampled_from(["", " ", "@", "@" + HERE, "a@b@c.example"])


def _senders() -> st.SearchStrategy[str]:
    fixed = "192.0.2.1 192.0.2.0/24 2001:DB8::/32 ::1 @. @.tld 192.0.*.* 192.0.2.* user@* fe80::1%eth0 192.0.2.1/24"
    return st.sampled_from(fixed.split()) | mails() | domains().map("@{}".format) | domains().map("@.{}".format)


def _sizes() -> st.SearchStrategy[Any]:
    written = st.builds("{}{}{}".format, st.integers(0, 2**34), st.sampled_from(["", " "]), st.sampled_from(["", "MB"]))
    odd = st.sampled_from(["1.5 TB", "20gib", "0.1GB", "1e3", "٣GB", "5 PB", -1, True, 2**53 + 1, 2**63, "9" * 400])
    return st.integers(0, 2**40) | written | odd


def values(codec: codecs.Text, wild: bool = True) -> st.SearchStrategy[Any]:
    """What somebody may type for an option of this codec; most of what is not wild can be stored."""
    if isinstance(codec, codecs.Items):
        items = st.lists(values(codec.item, wild), max_size=4)
        long = st.integers(100, 300).map(lambda number: [f"n{one}@other.example" for one in range(number)])
        return items if codec.vocabulary else items | items | items | long
    if isinstance(codec, codecs.Flag):
        return st.booleans()
    if isinstance(codec, numbers.Limit):
        return values(codec.inner, wild) | st.just(-1)
    if isinstance(codec, numbers.Number):
        fine = st.integers(codec.minimum, 40) | st.integers(0, 2**31 - 1)
        return fine | st.integers(-3, 3) | st.sampled_from([2**31, 10**30]) if wild else fine
    if isinstance(codec, numbers.Score):
        return st.floats(0, 20) | st.floats() | st.integers(-1, 1001) if wild else st.floats(0.001, 20)
    if isinstance(codec, numbers.Size):
        return _sizes() if wild else st.integers(0, 2**34)
    good: st.SearchStrategy[str] = _names()
    if isinstance(codec, codecs.Enum):
        good = st.sampled_from(codec.choices)
    elif isinstance(codec, AccountName):
        good = mails(_LOCAL.translate({ord(char): None for char in "+=/"}))
    elif isinstance(codec, addresses.Address):
        good = mails()
    elif isinstance(codec, (addresses.DomainName, DomainKey)):
        good = domains()
    elif isinstance(codec, Account):
        good = mails() | domains() | st.sampled_from(["global", "GLOBAL"])
    elif isinstance(codec, addresses.Sender):
        good = _senders()
    elif isinstance(codec, HeaderLine):
        good = st.builds("{}:{}".format, st.sampled_from(["X-One", "X-Two", "Reply-To", "Bad Name", ""]), _names())
    elif isinstance(codec, HeaderName):
        good = st.sampled_from(["Received", "Message-ID:", "DKIM-Signature", "X-A b", "X,Y", "Ü:"])
    elif isinstance(codec, addresses.Folder):
        good = _names().map(lambda text: "/var//" + text.replace(",", "/"))
    elif isinstance(codec, codecs.Pattern):
        good = st.from_regex(codec._pattern, fullmatch=True)
    elif isinstance(codec, Paragraphs):
        good = st.lists(_names() | st.just(""), min_size=1, max_size=4).map("\n".join)
    return good | _broken(good) if wild else good


def _by_spec(option: dict[str, Any]) -> st.SearchStrategy[Any]:
    """The same for an option that is no field of a descriptor."""
    if option.get("no_log"):
        return st.just(PASSWORD) | st.just(PASSWORD) | texts().map((PASSWORD + "{}").format)
    if option.get("choices"):
        return st.sampled_from(option["choices"])
    kind = option.get("type", "str")
    if kind == "bool":
        return st.booleans()
    if kind == "int":
        return st.integers(-1, 4000)
    if kind == "float":
        return st.floats(0, 10)
    return st.lists(texts(), max_size=3) if kind == "list" else texts()


def codecs_of(kind: Kind) -> dict[str, codecs.Text]:
    """Option to codec, keys and the add_ and remove_ forms of lists included."""
    if kind.resource:
        keys: Any = ((kind.resource.identity, kind.resource.identity_codec),)
        if kind.resource.rename:
            keys += (("rename_from", kind.resource.identity_codec),)
        fields = kind.resource.fields
    else:
        keys, fields = DESCRIBED[kind.plural]
    found = dict(keys)
    for one in fields:
        found[one.option] = one.codec
        if isinstance(one, ListField):
            found.update({prefix + one.option: one.codec for prefix in ("add_", "remove_")})
    return found


#: what accounts need, and then what most tasks say
_LIKELY = {"password": PASSWORD, "update_password": "on_create"}


@st.composite
def items(draw: st.DrawFn, kind: Kind, **fixed: st.SearchStrategy[Any]) -> dict[str, Any]:
    """The options of a task for one thing of a kind, of which at most one is wild; ``fixed`` ones as they are told."""
    spec, by_option = kind.options(), codecs_of(kind)

    def drawn(name: str) -> Any:
        if name in fixed:
            return draw(fixed[name])
        return draw(values(by_option[name], name == wild) if name in by_option else _by_spec(spec[name]))

    optional = sorted(set(spec) - set(fixed) - {"verify", "unreadable", "state"})
    needed = {*fixed, *NEEDED.get(kind.plural, ())}
    required = [name for name in spec if spec[name].get("required") or name in needed]
    chosen = draw(st.lists(st.sampled_from(optional), min_size=1, max_size=5, unique=True))
    wild = draw(st.sampled_from([None, *required, *chosen]))
    item = {name: drawn(name) for name in dict.fromkeys([*required, *chosen])}
    if kind.resource and kind.resource.creates_with and not {"password", "password_hash"} & set(item):
        item.update(_LIKELY)
    if "absent" in spec["state"]["choices"]:
        item["state"] = draw(st.sampled_from(["present"] * 5 + ["absent"]))
    return item


def explore(request: pytest.FixtureRequest, few: int, many: int, quick: bool = True, **drawn: Any) -> Any:
    """A decorator that calls a function with drawn values, right here.

    In ``make matrix`` they are many, and others each time; in ``make test`` they are the same as the last time.

    :param quick: a failure is worth looking for a smaller one
    """
    whole = request.config.getoption("--matrix")
    phases = [Phase.generate, Phase.shrink] if quick else [Phase.generate]
    how = settings(max_examples=many if whole else few, derandomize=not whole, database=None, phases=phases)

    def run(check: Any) -> None:
        how(given(**drawn)(check))()

    return run


def validated(job: Module, options: dict[str, Any]) -> dict[str, Any] | None:
    """The parameters as Ansible hands them over; None where it refuses them itself."""
    spec = dict(job.spec())
    spec.pop("supports_check_mode")
    found = ArgumentSpecValidator(spec.pop("argument_spec"), **spec).validate(options)
    return None if found.error_messages else dict(found.validated_parameters)


def clear(result: dict[str, Any]) -> None:
    """The failure is told in a sentence, and is no confession of a bug."""
    message = result["msg"]
    for word in ("bug of", "Traceback", "Error(", "object at 0x"):
        assert word not in message, message
    assert message.strip().endswith((".", ")")), message

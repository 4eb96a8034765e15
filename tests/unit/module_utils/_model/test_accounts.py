# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names: any that the panel routes for what is there, and stricter ones for what is new."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._model import addresses
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.accounts import Account, AccountName, DomainKey

#: names of what may be there, and whether something new may have them
MAILS = {
    "b=c@x.example": False,
    "a+b@x.example": False,
    "ou/team@x.example": False,
    "#a&b@x.example": True,
    "ada@bücher.example": False,
    "ada@xn--bcher-kva.example": True,
    "ada@例え.jp": False,
}
DOMAINS = {"bücher.example": False, "пример.example": False, "xn--bcher-kva.example": True, "x-y.example": True}


@pytest.mark.parametrize(
    ("codec", "name", "new"),
    [(AccountName(), *pair) for pair in MAILS.items()] + [(DomainKey(), *pair) for pair in DOMAINS.items()],
)
def test_what_is_there_may_have_a_name_that_nothing_new_may_have(codec, name, new):
    assert codec.accept(f" {name.upper()} ") == codec.accept(name) == name
    assert Account().accept(name) == name
    if new:
        codec.admit(name)
    else:
        with pytest.raises(ValueError, match=r"xn--|\+ = /"):
            codec.admit(name)


@pytest.mark.parametrize(
    "domain", ["x.\u212aom", "\u212aelvin.example", "İstanbul.example", "ü..x.example", "üx", "ü.例え"]
)
@pytest.mark.parametrize("domain_only", [True, False])
def test_domains_that_no_panel_routes(domain, domain_only):
    codec, name = (DomainKey(), domain) if domain_only else (AccountName(), "ada@" + domain)
    with pytest.raises(ValueError, match=r"domain|address"):
        codec.accept(name)


@pytest.mark.parametrize(
    "text",
    ["o'brien@x.example", "ünder@x.example", "a/../b@bücher.example", "a//b@x.example", "a@b@bücher.example"]
    + [
        "a b@bücher.example",
        "@bücher.example",
        "a@bücher.example/x",
        "a@bücher\u200b.example",
        "a@" + "ü" * 250 + ".xx",
    ],
)
def test_addresses_that_no_panel_routes(text):
    with pytest.raises(ValueError, match=r"address|longer|another account|xn--"):
        AccountName().accept(text)


def test_an_empty_name_is_told_by_whoever_needs_one():
    assert AccountName().accept(" ") == addresses.Address().accept("") == ""
    with pytest.raises(ValueError, match="is empty"):
        DomainKey().accept("")

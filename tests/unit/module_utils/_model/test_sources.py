# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where profiles show what nobody has seen them show."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import decode
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE

ADA, OUT = "ada@example.com", "out@x.example"


def bcc(resource, **shown):
    identity, key = (ADA, "username") if resource is USER else ("example.com", "domain")
    current = decode(resource, identity, {key: identity, "active": 1, **shown})
    return [current.value(option) for option in ("sender_bcc", "recipient_bcc")]


OF_OLD = [(USER, "sbcc_bcc_address", "rbcc_bcc_address"), (DOMAIN, "sbcc_addr", "rbcc_addr")]


@pytest.mark.parametrize(("resource", "sender", "recipient"), OF_OLD)
def test_bcc_under_the_names_of_old_code(resource, sender, recipient):
    beside = {"sbcc_active": 1, "rbcc_active": 0, "sbcc_username": ADA, "mailbox_count": 3}
    assert bcc(resource, **{sender: OUT.upper(), recipient: None}, **beside) == [OUT, ""]
    assert bcc(resource, **{sender: "", recipient: OUT}, **beside) == ["", OUT]
    assert bcc(resource, **beside) == [UNREADABLE, UNREADABLE]


@pytest.mark.parametrize(("resource", "sender", "recipient"), OF_OLD)
def test_a_likelier_name_wins(resource, sender, recipient):
    assert bcc(resource, **{sender: "old@x.example", "user_sender_bcc": OUT}) == [OUT, UNREADABLE]
    assert bcc(resource, **{sender: "old@x.example", "sender_bcc": OUT, "x_sender_bcc": "y@x.example"})[0] == OUT


@pytest.mark.parametrize("odd", [1, True, 0, "yes", "1", 1.5])
def test_what_is_no_address_is_no_candidate(odd):
    assert bcc(USER, sender_bcc_on=odd, sender_bcc_to=OUT) == [OUT, UNREADABLE]
    assert bcc(USER, the_sender_bcc=odd, sbcc_bcc_address=odd) == [UNREADABLE, UNREADABLE]


def test_of_two_candidates_none_is_taken():
    assert bcc(USER, a_sender_bcc=OUT, b_sender_bcc=OUT) == [UNREADABLE, UNREADABLE]


@pytest.mark.parametrize("beside", ["sender_bcc_active", "sender_bcc_username"])
def test_what_stands_beside_an_address_is_no_candidate(beside):
    assert bcc(USER, **{beside: ADA, "user_sender_bcc": OUT}) == [OUT, UNREADABLE]


def test_an_unknown_shape_is_told():
    current = decode(USER, ADA, {"username": ADA, "active": 1, "user_sender_bcc": {"to": OUT}})
    assert "sender_bcc" in current.problems


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        ({"accountStatus": ["active"]}, "public"),
        ({"enabledService": ["mail", "deliver"]}, "public"),
        ({"mtaTransport": ["mlmmj:example.com/team"], "accessPolicy": ["domain"]}, "domain"),
        ({"accessPolicy": ["domain"]}, "domain"),
        ({}, UNREADABLE),
    ],
)
def test_a_list_of_ldap_without_a_policy_is_public_where_its_entry_is_shown(shown, value):
    assert decode(ML, "team@example.com", {"mail": ["team@example.com"], **shown}).value("access_policy") == value
    assert decode(ML, "team@example.com", {"address": "team@example.com"}).value("access_policy") is UNREADABLE


def test_a_key_that_is_only_presumed_and_not_there_is_noted():
    for shown, absent in (({}, {"catchall"}), ({"catchall": []}, set())):
        current = decode(DOMAIN, "example.com", {"domainName": ["example.com"], **shown})
        assert (current.value("catchall"), current.absent) == (frozenset(), absent)
    assert decode(DOMAIN, "example.com", {"domain": "example.com", "active": 1}).absent == frozenset()

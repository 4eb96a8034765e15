# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The desired state: parameters checked and canonical, or refused with the option's name, before anything is sent."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.desired import (
    LONGEST_KEPT,
    Desired,
    desired_object,
    mailbox_days,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.throttle import THROTTLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER

ADA = "ada@example.com"


def user(**params):
    return desired_object(USER, {"mail": "Ada@Example.com", **params})


def refused(resource=USER, **params):
    key = "domain" if resource is DOMAIN else "mail"
    with pytest.raises(InputError) as caught:
        desired_object(resource, {key: "example.com" if resource is DOMAIN else ADA, **params})
    return str(caught.value)


def test_what_is_said_is_canonical_and_the_rest_is_not_there():
    desired = user(name="Ada", quota="1 GB", sender_bcc=None, add_aliases=["B@Example.com"])
    assert (desired.identity, desired.exact) == (ADA, {"name": "Ada", "quota": 1024})
    assert (desired.add, desired.remove) == ({"aliases": {"b@example.com"}}, {})
    assert (desired.present, desired.verify, desired.unreadable, desired.update_password) == (
        True,
        "strict",
        "send",
        "verify",
    )


def test_an_empty_list_is_said_and_an_empty_difference_is_not():
    desired = user(aliases=[], add_forwarding=[], remove_forwarding=[])
    assert (desired.exact, desired.add, desired.remove) == ({"aliases": frozenset()}, {}, {})


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"aliases": ["a@x.example"], "add_aliases": ["b@x.example"]}, "mutually exclusive: aliases and add_aliases"),
        ({"add_aliases": ["a@x.example"], "remove_aliases": ["A@x.example"]}, "a@x.example is named by both"),
        ({"mailbox_folder": ""}, "mailbox_folder: "),
        ({"password": "x", "password_hash": "{SSHA}x"}, "mutually exclusive: password and password_hash"),
        ({"password_hash": "SSHA512"}, "must begin with its scheme"),
        ({"password_hash": "SSHA512}x"}, "must begin with its scheme"),
        ({"password": ""}, "password"),
        ({"mail": "no address"}, "mail: "),
        ({"quota": "much"}, "quota: "),
        ({"rename_from": ADA}, "rename_from must name another address"),
        ({"rename_from": "b@x.example", "state": "absent"}, "rename_from and state: absent conflict"),
        ({"keep_mailbox_days": -1, "state": "absent"}, "keep_mailbox_days"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_option(params, words):
    assert words in refused(**params)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"forwarding": [ADA], "forwarding_keep_copy": False}, "names the account itself although"),
        ({"remove_forwarding": [ADA]}, "say forwarding_keep_copy: false instead"),
        ({"forwarding": [], "forwarding_keep_copy": False}, "would have nowhere to go"),
    ],
)
def test_mail_must_go_somewhere(params, words):
    assert words in refused(**params)


def test_the_own_address_is_a_flag():
    desired = user(forwarding=[ADA, "x@x.example"], forwarding_keep_copy=True)
    assert (desired.exact["forwarding"], desired.keep_self) == ({"x@x.example"}, {"forwarding": True})


def test_numbers_that_contradict_each_other():
    assert refused(DOMAIN, min_password_length=10, max_password_length=5).startswith("min_password_length (10) is more")
    assert refused(DOMAIN, min_password_length=5, max_password_length=5, backup_mx=False, primary_mx="mx.example.net")


def test_options_that_contradict_each_other():
    with pytest.raises(InputError, match="period: 0 switches the throttle off"):
        Desired("x").take(THROTTLE, {"period": 0, "max_msgs": 5})


def test_of_what_is_to_go_nothing_else_is_said():
    desired = user(state="absent", name="Ada", keep_mailbox_days=30)
    assert (desired.present, desired.exact, desired.keep_mailbox_days) == (False, {}, 30)


@pytest.mark.parametrize("days", [None, 0, 1, LONGEST_KEPT])
def test_days_that_give_a_date(days):
    assert mailbox_days("days", days) == days


@pytest.mark.parametrize("days", [-1, LONGEST_KEPT + 1])
def test_days_that_give_none(days):
    with pytest.raises(InputError, match=r"^days: must be 0"):
        mailbox_days("days", days)


def test_a_list_as_it_is_to_be():
    desired = Desired("x", add={"a": frozenset("bc")}, remove={"a": frozenset("d")}, exact={"e": frozenset("z")})
    assert desired.items("a", frozenset("abd")) == frozenset("abc")
    assert desired.items("e", frozenset("abd")) == frozenset("z")
    assert desired.items("other", frozenset("abd")) == frozenset("abd")


def test_secrets_are_known():
    assert user(password="secret-1").secrets == ["secret-1"]
    assert user(name="Ada").secrets == []

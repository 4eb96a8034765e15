# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The planner, with plain values: the cases that the properties cannot name (test_planner_properties.py)."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.creation import plan_create
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.desired import desired_object
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.planner import Planner
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import BadAnswer, InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import LDAP, SQL
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.admin import ADMIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from tests.support.plans import domain, params_of, plan_for, user, want_user

# -- lists: the difference alone


def test_somebody_elses_item_survives_an_exact_list():
    want = want_user(aliases=["a@example.com"])
    assert params_of(want, user(aliases=frozenset({"b@example.com"}))) == [
        {"addAlias": "a@example.com", "removeAlias": "b@example.com"}
    ]


def test_internal_services_are_left_alone():
    current = user(services=frozenset({"smtp", "pop3", "lmtp", "domainadmin"}))
    assert params_of(want_user(services=["smtp"]), current) == [{"removeService": "pop3"}]
    assert params_of(want_user(remove_services=["lmtp"]), current) == [{"removeService": "lmtp"}]


# -- what is not shown, or shown in an alien shape


def test_a_hidden_field_is_sent_and_said_to_be_unverified():
    plan = Planner(USER, want_user(sender_bcc="b@x.example"), user(sender_bcc=UNREADABLE)).update()
    assert [write.params for write in plan.operations] == [{"senderBcc": "b@x.example"}]
    assert plan.unverified == ["sender_bcc"]
    assert len(plan.warnings) == 1
    assert params_of(want_user(sender_bcc="b@x.example", unreadable="skip"), user(sender_bcc=UNREADABLE)) == []


@pytest.mark.parametrize(
    ("options", "params"),
    [
        ({"aliases": ["a@example.com"]}, {"aliases": "a@example.com"}),
        ({"aliases": []}, {"aliases": ""}),
        ({"add_aliases": ["a@example.com"]}, {"addAlias": "a@example.com"}),
        ({"services": ["smtp"]}, {"services": "smtp"}),
        ({"forwarding": ["x@y.example"]}, {"forwarding": "me@example.com,x@y.example"}),
        ({"forwarding": ["x@y.example"], "forwarding_keep_copy": False}, {"forwarding": "x@y.example"}),
    ],
)
def test_a_list_that_is_not_shown_is_sent_as_it_is_wanted(options, params):
    (option,) = {"aliases", "services", "forwarding"} & {name.removeprefix("add_") for name in options}
    assert params_of(want_user(**options), user(**{option: UNREADABLE})) == [params]


@pytest.mark.parametrize(
    ("option", "items", "params"),
    [
        # what is empty at first is added to, as check mode foresees; what is not is replaced
        ("aliases", ["a@example.com"], {"addAlias": "a@example.com"}),
        ("services", ["smtp"], {"services": "smtp"}),
    ],
)
def test_a_list_of_a_new_user_that_is_not_shown_is_sent_as_foreseen(option, items, params):
    assert params_of(want_user(**{option: items}), user(**{option: UNREADABLE}), posted={}) == [params]


def test_where_only_differences_can_be_sent_every_other_word_is_taken_out_unseen():
    plan = plan_for(DOMAIN, domain(SQL, disabled_user_profiles=UNREADABLE), disabled_user_profiles=["bcc"])
    (write,) = plan.operations
    assert write.params["disableUserProfile"] == "bcc"
    assert "forwarding" in write.params["enableUserProfile"].split(",")
    assert "bcc" not in write.params["enableUserProfile"].split(",")


def test_a_list_that_can_only_be_added_to_is_not_emptied_unseen():
    hidden = Current(SQL, {"subscribers": UNREADABLE})
    some = desired_object(ML, {"mail": "team@example.com", "subscribers": ["a@example.com"]})
    (write,) = Planner(ML, some, hidden).update().operations
    assert write.params["add_subscribers"] == "a@example.com"
    with pytest.raises(InputError, match="the API cannot empty it unseen; name those to go as remove_subscribers"):
        Planner(ML, desired_object(ML, {"mail": "team@example.com", "subscribers": []}), hidden).update()


def test_an_alien_shape_is_an_error_and_never_a_guess():
    current = user(aliases=UNREADABLE)
    current.problems["aliases"] = "it is a dict"
    with pytest.raises(BadAnswer, match="aliases"):
        params_of(want_user(aliases=[]), current)


def test_backends_are_told_apart():
    with pytest.raises(InputError, match="LDAP panels, and this one is SQL"):
        params_of(want_user(mobile_numbers=["1"]), user())


# -- creation


def test_creation_takes_what_post_takes_and_nothing_empty():
    want = want_user(password="secret-word", name="Me", quota=0, sender_bcc="b@x.example", enabled=False)
    write, posted = plan_create(USER, want, SQL)
    assert write.params == {"name": "Me", "password": "secret-word"}
    assert posted == {"name": "Me"}


def test_creation_needs_a_password():
    with pytest.raises(InputError, match="password or password_hash"):
        plan_create(USER, want_user(name="Me"), SQL)


# -- wishes that make no sense, or none at all


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mail": "me"}, "mail: 'me' is not"),
        ({"language": ""}, "language: cannot be cleared, since the API has no way to say that"),
        ({"transport": ""}, "transport: cannot be cleared"),
        ({"language": "english"}, "en_US"),
        ({"quota": "lots"}, "quota: 'lots' is not a size"),
        ({"aliases": ["x"]}, "aliases: has the item 'x'"),
        ({"add_aliases": ["a@b.cd"], "remove_aliases": ["a@b.cd"]}, "both"),
        ({"password": ""}, "password: is empty"),
        ({"password": " x "}, "blank"),
        ({"password_hash": "$1$abc"}, "scheme"),
        ({"rename_from": "me@example.com"}, "another address"),
        ({"rename_from": "old@example.com", "state": "absent"}, "conflict"),
        ({"keep_mailbox_days": -1}, "keep_mailbox_days"),
        ({"remove_forwarding": ["me@example.com"]}, "forwarding_keep_copy"),
    ],
)
def test_impossible_wishes_are_refused_in_a_sentence(options, words):
    with pytest.raises(InputError, match=words):
        want_user(**options)


def test_null_and_missing_options_want_nothing():
    want = want_user(name=None, aliases=None, quota=None, enabled=None)
    assert (want.exact, want.add, want.remove) == ({}, {}, {})


# -- what the panel discards since it is no address


@pytest.mark.parametrize("odd", ["o'brien@x.example", "no address"])
def test_what_the_panel_discards_goes_with_the_whole_list(odd):
    current = Current(SQL, {"members": frozenset({odd, "a@x.example"})})
    for options in ({"members": ["a@x.example"]}, {"remove_members": [odd]}):
        plan = plan_for(ALIAS, current, **options)
        assert [write.params for write in plan.operations] == [{"members": "a@x.example"}]
        assert plan.expect["members"].removed == {odd}
    plan = plan_for(ALIAS, current, members=["b@x.example"])
    assert [write.params for write in plan.operations] == [{"members": "b@x.example"}]


def test_what_is_odd_and_stays_is_not_lost_with_another():
    current = Current(SQL, {"members": frozenset({"o'brien@x.example", "o'neil@x.example"})})
    plan = plan_for(ALIAS, current, remove_members=["o'neil@x.example"])
    assert [write.params for write in plan.operations] == [{"removeMember": "o'neil@x.example"}]


def test_a_service_under_an_odd_name_does_not_take_internal_ones_along():
    current = Current(LDAP, {"services": frozenset({"imap", "lmtp", "of old"})})
    plan = plan_for(USER, current, remove_services=["of old"])
    assert [write.params for write in plan.operations] == [{"removeService": "of old"}]


# -- limits of admins, and of domains

LIMITS = [{"max_users": 3}, {"max_quota": 5}, {"allow_mail_log": False}, {"allow_quarantine": False}]


@pytest.mark.parametrize("limit", LIMITS)
def test_a_global_admin_has_no_limits(limit):
    sentence = "limits a normal admin; for a global admin"
    with pytest.raises(InputError, match=sentence):
        desired_object(ADMIN, {"mail": "me@example.com", "global_admin": True, **limit})
    values = dict.fromkeys(limit, 0) if "max" in str(limit) else dict.fromkeys(limit, True)
    for backend in (SQL, LDAP):
        current = Current(backend, {"global_admin": True, **values})
        with pytest.raises(InputError, match=sentence):
            plan_for(ADMIN, current, **limit)
        # nothing is to be sent, it becomes a normal admin, or nobody knows
        assert plan_for(ADMIN, current.changed(limit), **limit).operations == []
        assert plan_for(ADMIN, current, global_admin=False, **limit).operations != []
        assert plan_for(ADMIN, current.changed({"global_admin": UNREADABLE}), **limit).operations != []
        assert plan_for(ADMIN, current, **values).operations == []
        # its limits go when it becomes one, as everybody knows
        normal = Current(backend, {"global_admin": False, **limit})
        assert plan_for(ADMIN, normal, global_admin=True).operations != []


def test_max_lists_is_for_creation_only():
    want = desired_object(DOMAIN, {"domain": "example.com", "max_lists": 5})
    assert Planner(DOMAIN, want, Current(SQL, {"max_lists": 5})).update().operations == []
    with pytest.raises(InputError, match="only when the domain is created"):
        Planner(DOMAIN, want, Current(SQL, {"max_lists": 4})).update()

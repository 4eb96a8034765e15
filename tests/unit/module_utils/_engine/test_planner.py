# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The planner, with plain values: the cases that the properties cannot name (test_planner_properties.py)."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.creation import plan_create
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current, after_post, decode
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


def user(**values):
    return Current(SQL, values)


def want_user(**options):
    return desired_object(USER, dict({"mail": "me@example.com"}, **options))


def params_of(want, current, posted=None):
    return [write.params for write in Planner(USER, want, current, posted).update().operations]


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


# -- the own address, by which an account keeps a copy


@pytest.mark.parametrize(
    ("options", "there", "params"),
    [
        ({"forwarding": ["x@y.example"]}, {"me@example.com"}, {"addForwarding": "x@y.example"}),
        ({"forwarding": ["x@y.example"]}, {"x@y.example"}, {"addForwarding": "me@example.com"}),
        ({"forwarding": []}, {"me@example.com", "x@y.example"}, {"removeForwarding": "x@y.example"}),
        (
            {"forwarding": ["x@y.example"], "forwarding_keep_copy": False},
            {"me@example.com", "x@y.example"},
            {"removeForwarding": "me@example.com"},
        ),
        ({"forwarding_keep_copy": False}, {"me@example.com"}, None),
    ],
)
def test_the_own_address_stands_for_keeping_a_copy(options, there, params):
    assert params_of(want_user(**options), user(forwarding=frozenset(there))) == ([params] if params else [])


@pytest.mark.parametrize("backend", [SQL, LDAP])
@pytest.mark.parametrize("shown", [{}, {"forwardings": [], "mailForwardingAddress": []}, {"own": True}])
def test_the_own_address_is_sent_along_where_it_is_not_shown(backend, shown):
    """Else a panel that shows nothing may deliver no copy any more; a second time, SQL has it there once only."""
    me = "me@example.com"
    profile = {"username": me} if backend == SQL else {"mail": [me]}
    own = shown.get("own")
    profile |= {"forwardings": [me], "mailForwardingAddress": [me]} if own else shown or {"forwardings": []}
    current = decode(USER, me, profile)
    (params,) = params_of(want_user(forwarding=["x@y.example"]), current)
    assert params == {"addForwarding": "x@y.example" if own else me + ",x@y.example"}
    again = current.changed({"name": "Me"})
    assert params_of(want_user(add_forwarding=["x@y.example"]), again) == [params]


OWN, OTHER = "me@example.com", "x@y.example"


@pytest.mark.parametrize(
    ("options", "there", "params"),
    [
        # a mailbox that keeps no copy goes on keeping none, and one that does goes on as well
        ({"add_forwarding": ["z@y.example"]}, {OTHER}, {"addForwarding": "z@y.example"}),
        ({"remove_forwarding": [OTHER]}, {OTHER, "z@y.example"}, {"removeForwarding": OTHER}),
        ({"add_forwarding": [OTHER], "remove_forwarding": ["n@y.example"]}, {OTHER}, None),
        ({"remove_forwarding": [OTHER]}, {OWN, OTHER}, {"removeForwarding": OTHER}),
        (
            {"remove_forwarding": [OTHER], "forwarding_keep_copy": True},
            {OTHER},
            {"addForwarding": OWN, "removeForwarding": OTHER},
        ),
        (
            {"add_forwarding": ["z@y.example"], "forwarding_keep_copy": False},
            {OWN},
            {"addForwarding": "z@y.example", "removeForwarding": OWN},
        ),
    ],
)
def test_what_adds_and_removes_others_leaves_the_copy_as_it_is(options, there, params):
    assert params_of(want_user(**options), user(forwarding=frozenset(there))) == ([params] if params else [])


@pytest.mark.parametrize(
    ("options", "params"),
    [
        ({"add_forwarding": [OTHER]}, {"addForwarding": OTHER}),
        ({"remove_forwarding": [OTHER]}, {"removeForwarding": OTHER}),
        ({"add_forwarding": [OTHER], "forwarding_keep_copy": True}, {"addForwarding": f"{OWN},{OTHER}"}),
        ({"add_forwarding": [OTHER], "forwarding_keep_copy": False}, {"addForwarding": OTHER, "removeForwarding": OWN}),
    ],
)
def test_the_copy_is_left_alone_also_where_nobody_knows_of_it(options, params):
    assert params_of(want_user(**options), user(forwarding=UNREADABLE)) == [params]
    assert params_of(want_user(add_forwarding=[OTHER]), user(forwarding=UNREADABLE), posted={}) == [
        {"addForwarding": f"{OWN},{OTHER}"}
    ], "a new account keeps a copy"


# -- services and languages, in words of the panel


def domain(backend, **values):
    return Current(backend, values, vocabulary={"services": frozenset({"self-service"})} if backend == SQL else {})


def plan_for(resource, current, **options):
    identity = "example.com" if resource is DOMAIN else "me@example.com"
    want = desired_object(resource, dict({resource.identity: identity}, **options))
    return Planner(resource, want, current).update()


def test_names_of_services_are_known_in_any_case():
    current = Current(LDAP, {"services": frozenset({"imap", "smtp", "displayedInGlobalAddressBook"})})
    for options, params in (
        ({"services": ["IMAP", "Smtp"]}, []),
        ({"remove_services": ["IMAP"]}, [{"removeService": "imap"}]),
        ({"add_services": ["IMAP", "POP3"]}, [{"addService": "pop3"}]),
        ({"remove_services": ["displayedinglobaladdressbook"]}, [{"removeService": "displayedInGlobalAddressBook"}]),
    ):
        plan = plan_for(USER, current, **options)
        assert ([write.params for write in plan.operations], plan.warnings) == (params, [])


@pytest.mark.parametrize("services", [frozenset({"imap"}), UNREADABLE])
def test_an_unknown_service_to_remove_is_a_slip(services):
    for resource, name, meant in ((USER, "impa", "imap"), (DOMAIN, "selfservice", "self-service")):
        current = Current(LDAP, {"services": services})
        with pytest.raises(InputError, match=f"^remove_services: there is no {name}; the nearest name is {meant}"):
            plan_for(resource, current, remove_services=["mail", name])
        plan = plan_for(resource, current, remove_services=[name], verify="warn")
        assert any(meant in text for text in plan.warnings)


def test_a_service_of_ones_own_can_be_removed_and_a_new_one_is_doubted():
    current = Current(LDAP, {"services": frozenset({"imap", "vendor-feature"})})
    plan = plan_for(USER, current, remove_services=["vendor-feature"])
    assert [write.params for write in plan.operations] == [{"removeService": "vendor-feature"}]
    plan = plan_for(USER, current, add_services=["impas"])
    assert [write.params for write in plan.operations] == [{"addService": "impas"}]
    assert "services: impas is not a name that is known; the nearest one is imap" in plan.warnings[0]
    current = Current(SQL, {"services": frozenset()}, vocabulary={"services": frozenset({"vendor-feature"})})
    assert plan_for(USER, current, remove_services=["vendor-feature"]).operations == []


@pytest.mark.parametrize("options", [{"services": ["mail", "self-service"]}, {"add_services": ["DomainAlias"]}])
def test_services_of_a_domain_that_only_ldap_has_are_refused_on_sql(options):
    with pytest.raises(InputError, match=r"^services: this panel has no place for (mail|domainalias) "):
        plan_for(DOMAIN, domain(SQL, services=frozenset()), **options)
    assert plan_for(DOMAIN, domain(LDAP, services=frozenset()), **options).operations != []
    plan = plan_for(DOMAIN, domain(SQL, services=frozenset({"self-service"})), verify="warn", **options)
    assert (plan.operations, plan.unverified) == ([], ["services"])


def test_a_language_is_doubted_before_it_is_sent():
    plan = plan_for(USER, user(language="en_US"), language="de_AT")
    assert [text.partition(" which")[0] for text in plan.warnings] == [
        "language: de_AT is probably no language of the panel,"
    ]
    assert plan_for(USER, user(language="de_AT"), language="de_AT").warnings == []


# -- mail must have somewhere to go


@pytest.mark.parametrize(
    "options",
    [
        {"forwarding": [], "forwarding_keep_copy": False},
        {"remove_forwarding": ["x@y.example"], "forwarding_keep_copy": False},
    ],
)
def test_mail_must_have_somewhere_to_go(options):
    with pytest.raises(InputError, match="nowhere to go"):
        params_of(want_user(**options), user(forwarding=frozenset({"me@example.com", "x@y.example"})))


def test_mail_to_a_new_account_must_have_somewhere_to_go():
    """That is told before the account is made."""
    want = want_user(password="Correct-Horse-1", forwarding_keep_copy=False, remove_forwarding=["x@y.example"])
    with pytest.raises(InputError, match="nowhere to go"):
        plan_create(USER, want, SQL)


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


@pytest.mark.parametrize(
    ("keep", "params"),
    [
        (True, {"addForwarding": "me@example.com,x@y.example"}),
        (False, {"addForwarding": "x@y.example", "removeForwarding": "me@example.com"}),
    ],
)
def test_a_new_account_keeps_a_copy_only_if_it_is_to(keep, params):
    want = want_user(password="Secret-1", forwarding=["x@y.example"], forwarding_keep_copy=keep)
    _operation, posted = plan_create(USER, want, LDAP)
    assert params in params_of(want, after_post(USER, LDAP, "me@example.com", posted), posted)


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


# -- the transport and backup MX of a domain


def test_a_new_transport_is_sent_after_leaving_backup_mx():
    want = desired_object(DOMAIN, {"domain": "example.com", "backup_mx": False, "transport": "dovecot"})
    current = Current(SQL, {"backup_mx": True, "transport": "relay:[mx.example.net]"})
    writes = Planner(DOMAIN, want, current).update().operations
    assert [write.params for write in writes] == [{"is_backupmx": "no"}, {"transport": "dovecot"}]


@pytest.mark.parametrize("backend", [SQL, LDAP])
def test_a_transport_that_leaving_backup_mx_would_change_is_sent_again(backend):
    route = "relay:[mx.example.net]:25"
    current = Current(backend, {"backup_mx": True, "transport": route, "primary_mx": "[mx.example.net]:25"})
    plan = plan_for(DOMAIN, current, backup_mx=False, transport=route)
    assert [write.params for write in plan.operations] == [{"is_backupmx": "no"}, {"transport": route}]
    assert plan.expect["transport"].value == route
    assert plan.warnings == []
    plan = plan_for(DOMAIN, current, backup_mx=False)
    assert [write.params for write in plan.operations] == [{"is_backupmx": "no"}]
    assert (plan.after["primary_mx"], plan.expect["primary_mx"].value) == ("", "")
    (warning,) = plan.warnings
    assert warning.startswith("transport is relay:[mx.example.net]:25 now and becomes the server's default")
    ordinary = Current(backend, {"backup_mx": False, "transport": "dovecot", "primary_mx": ""})
    assert plan_for(DOMAIN, ordinary, backup_mx=False).warnings == []


@pytest.mark.parametrize("shown", ["mx.example.net", "", UNREADABLE])
def test_an_empty_primary_mx_does_not_bring_back_backup_mx(shown):
    current = Current(SQL, {"backup_mx": True, "transport": "relay:mx.example.net", "primary_mx": shown})
    plan = plan_for(DOMAIN, current, backup_mx=False, primary_mx="")
    assert [write.params for write in plan.operations] == [{"is_backupmx": "no"}]
    assert plan.expect["backup_mx"].value is False


def test_a_primary_mx_makes_a_backup_mx():
    current = Current(SQL, {"backup_mx": False, "transport": "dovecot", "primary_mx": ""})
    plan = plan_for(DOMAIN, current, primary_mx="mx.example.net")
    assert [write.params for write in plan.operations] == [{"is_backupmx": "yes", "primarymx": "mx.example.net"}]
    assert (plan.before["backup_mx"], plan.after["backup_mx"]) == (False, True)


def test_a_primary_mx_never_goes_alone():
    current = Current(SQL, {"backup_mx": True, "primary_mx": "mx.example.net"})
    for value, params in (("mx2.example.net", {"primarymx": "mx2.example.net", "is_backupmx": "yes"}),):
        want = desired_object(DOMAIN, {"domain": "example.com", "primary_mx": value})
        assert [write.params for write in Planner(DOMAIN, want, current).update().operations] == [params]
    want = desired_object(DOMAIN, {"domain": "example.com", "primary_mx": ""})
    assert [write.params for write in Planner(DOMAIN, want, current).update().operations] == [{"is_backupmx": "yes"}]


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


@pytest.mark.parametrize(("keep", "sent"), [(True, "a@x.example,me@example.com"), (False, "a@x.example")])
def test_the_own_address_goes_along_with_the_whole_list(keep, sent):
    current = user(forwarding=frozenset({"o'brien@x.example", "me@example.com"}))
    plan = plan_for(USER, current, forwarding=["a@x.example"], forwarding_keep_copy=keep)
    assert [write.params for write in plan.operations] == [{"forwarding": sent}]


def test_a_mailbox_that_nothing_else_is_left_for_keeps_its_copy():
    current = user(forwarding=frozenset({"o'brien@x.example", OWN}))
    assert params_of(want_user(remove_forwarding=["o'brien@x.example"]), current) == [{"forwarding": OWN}]


def test_a_copy_that_is_not_shown_is_not_lost_with_what_is_discarded():
    current = user(forwarding=frozenset({"o'brien@x.example", "a@x.example"}))
    plan = plan_for(USER, current, remove_forwarding=["o'brien@x.example"])
    assert [write.params for write in plan.operations] == [{"removeForwarding": "o'brien@x.example"}]


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

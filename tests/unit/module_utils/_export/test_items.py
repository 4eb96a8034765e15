# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what was read to items of a state: they are valid, say what stands, and leave out what goes without saying."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current, after_post
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.planner import Planner
from ansible_collections.mailstate.iredmail.plugins.module_utils._export.items import (
    INTERNAL_SERVICES,
    ItemMaker,
    Notes,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model import addresses, codecs, hosts, numbers
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import LDAP, SQL, ListField
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.mailing_lists import HeaderLine, HeaderName
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.admin import ADMIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.maillist import MAILLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import POSTING, ml
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import (
    SERVICES,
    SQL_SERVICES,
    USER,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNKNOWN, UNREADABLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.items import Reader

ME = "me@example.com"
ML = ml({"mail": ME})
RESOURCES = (DOMAIN, ADMIN, USER, ALIAS, ML, MAILLIST)
WORDS = {
    addresses.Address: st.sampled_from(["a@x.example", "b@x.example", "c@y.example", ME]),
    addresses.DomainName: st.sampled_from(["x.example", "y.example"]),
    hosts.MailHost: st.sampled_from(["mx.example.net", "[192.0.2.1]:2525"]),
    addresses.Folder: st.sampled_from(["/srv/a", "/var/vmail/vmail1/example.com/m/e/_/me-2026.01.02.03.04.05/"]),
    HeaderName: st.sampled_from(["X-Spam:", "DKIM-Signature:"]),
    HeaderLine: st.sampled_from(["X-Team: blue", "X-Floor: 3"]),
    codecs.Flag: st.booleans(),
    codecs.Denied: st.booleans(),
    numbers.Number: st.integers(0, 5),
    numbers.Size: st.integers(0, 5),
    numbers.SizeWithUnit: st.integers(0, 5),
}


def ident_of(resource):
    return "example.com" if resource is DOMAIN else ME


def values(codec):
    if isinstance(codec, codecs.Items):
        return st.frozensets(values(codec.item), max_size=4)
    if isinstance(codec, codecs.Enum):
        return st.sampled_from(codec.choices)
    return WORDS.get(type(codec), st.sampled_from(["", "x1", "sogo", "smtp", "lmtp", "me"]))


def pattern(one, found):
    """Texts of a form of their own get one that fits."""
    if one.option == "language":
        return "en_US" if found else ""
    return found


@st.composite
def objects(draw):
    """Something that a panel shows, some of it hidden."""
    resource, backend = draw(st.sampled_from(RESOURCES)), draw(st.sampled_from([SQL, LDAP]))
    current = Current(LDAP if resource.only else backend)
    for one in resource.fields:
        if one.only in (None, current.backend):
            value = pattern(one, draw(values(one.codec)))
            if isinstance(one, ListField) and one.self_option and not value:
                value = frozenset({ME})
            current.values[one.option] = UNREADABLE if draw(st.integers(0, 9)) == 0 else value
    if resource is USER and current.backend == SQL:
        current.vocabulary["services"] = SQL_SERVICES | {"lmtp", "x1", "me"}
    return resource, current


def made(resource, current, whole=False, shows_own=True):
    notes = Notes()
    maker = ItemMaker(notes, whole)
    maker.shows_own = shows_own
    return maker.entity(resource, ident_of(resource), current), notes.listed()


def wanted(resource, item):
    """What iredmail_state makes of an item."""
    (entry,) = Reader({resource.plural: [item]}, {"verify": "strict"}, {}).read()
    return entry


@given(case=objects(), whole=st.booleans(), shows_own=st.booleans())
def test_items_are_valid_and_ask_for_what_stands(case, whole, shows_own):
    resource, current = case
    item, _notes = made(resource, current, whole, shows_own)
    entry = wanted(resource, item)
    plan = Planner(entry.resource, entry.desired, current).update()
    assert (plan.operations, plan.unverified, plan.warnings) == ([], [], [])


@given(case=objects())
def test_what_is_left_out_is_default_or_noted_or_not_to_be_chosen(case):
    resource, current = case
    item, notes = made(resource, current)
    noted = {option for note in notes for option in note["options"]}
    for one in resource.fields:
        value = current.values.get(one.option)
        if value is None or one.option in item or one.option in noted:
            continue
        default = one.after_create(current.backend)
        if isinstance(one, ListField) and one.self_option:
            assert value == {ME}
        elif isinstance(one, ListField) and one.exact_scope:
            assert value & frozenset(one.exact_scope) == default & frozenset(one.exact_scope)
            assert not value - frozenset(one.exact_scope) - INTERNAL_SERVICES - {"x1", "me"}
        elif isinstance(one, ListField) and one.server_managed:
            assert not value - frozenset(one.server_managed)
        elif default is not UNKNOWN:
            assert one.codec.same(value, default)
        else:
            assert value in ("", "me", "maildir") or "me-2026" in value


@given(case=objects())
def test_everything_is_there_with_the_defaults(case):
    resource, current = case
    item, notes = made(resource, current, whole=True)
    noted = {option for note in notes for option in note["options"]}
    left_out = {one.option for one in resource.fields if one.option in current.values} - set(item) - noted
    for option in left_out:
        # to send those would change the access policy, which is not shown
        assert current.values[option] == "" or (option in POSTING and "access_policy" not in item), option


@pytest.mark.parametrize("flag", POSTING)
def test_posting_flags_are_left_to_the_server_where_the_access_policy_is_hidden(flag):
    default = next(one for one in ML.fields if one.option == flag).after_create(SQL)
    for policy, value, said in (
        ("public", default, True),
        (UNREADABLE, default, False),
        (UNREADABLE, not default, True),
    ):
        item, _notes = made(ML, Current(SQL, {"access_policy": policy, flag: value}), whole=True)
        assert (flag in item) == said


@pytest.mark.parametrize("backend", [SQL, LDAP])
@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.name)
def test_a_new_object_has_little_to_say(resource, backend):
    ident = ident_of(resource)
    current = after_post(resource, backend, ident, {})
    gifts = {"name": "me", "surname": "me"} if backend == LDAP and resource is USER else {}
    gifts.update(mailbox_format="maildir", mailbox_folder="Maildir", maildir=f"/v/example.com/me-{'1' * 4}{'.22' * 5}")
    for option, value in current.values.items():
        if value is UNKNOWN:
            one = next(one for one in resource.fields if one.option == option)
            current.values[option] = gifts.get(option, one.codec.empty if resource is USER else UNREADABLE)
    item, _notes = made(resource, current)
    assert item == dict({resource.identity: ident}, **({"quota": 0} if resource is USER else {}))


# -- users


def user(backend=SQL, **found):
    current = after_post(USER, backend, ME, {})
    current.values = {option: value for option, value in current.values.items() if value is not UNKNOWN}
    current.values.update(found)
    if backend == SQL:
        current.vocabulary["services"] = SQL_SERVICES
    return current


def test_forwarding_speaks_of_the_others():
    assert "forwarding" not in made(USER, user(forwarding=frozenset({ME})))[0]
    both = user(forwarding=frozenset({ME, "x@other.example"}))
    assert made(USER, both)[0] == {"mail": ME, "forwarding": ["x@other.example"]}
    only = user(forwarding=frozenset({"x@other.example"}))
    expected = {"mail": ME, "forwarding": ["x@other.example"], "forwarding_keep_copy": False}
    assert made(USER, only)[0] == expected
    assert made(USER, both, whole=True)[0]["forwarding_keep_copy"] is True


def test_whether_a_copy_is_kept_is_not_guessed_where_own_addresses_are_hidden():
    current = user(forwarding=frozenset({"x@other.example"}))
    item, notes = made(USER, current, shows_own=False)
    assert item == {"mail": ME, "forwarding": ["x@other.example"], "unreadable": "skip"}
    assert [note["options"] for note in notes] == [["forwarding_keep_copy"]]
    # where it is created, it gets one: SQL panels give it to every user
    want = wanted(USER, item).desired
    for backend, own in ((SQL, ""), (LDAP, ME + ",")):
        new = after_post(USER, backend, ME, {})
        (write,) = Planner(USER, want, new, posted={}).update().operations
        assert write.params == {"addForwarding": own + "x@other.example"}


def test_services_name_what_an_exact_list_speaks_for():
    default = frozenset(SERVICES) | INTERNAL_SERVICES - {"domainadmin"}
    assert made(USER, user(LDAP, services=default)) == ({"mail": ME}, [])
    assert made(USER, user(LDAP, services=default | {"domainadmin"})) == ({"mail": ME}, [])
    less = default - {"pop3"}
    assert made(USER, user(LDAP, services=less))[0]["services"] == sorted(frozenset(SERVICES) - {"pop3"})
    assert made(USER, user(LDAP, services=default | {"vpn"}))[0]["services"] == sorted([*SERVICES, "vpn"])
    item, notes = made(USER, user(LDAP, services=default - {"sieve"}))
    assert item == {"mail": ME}
    assert [(note["options"], "remove_services" in note["reason"]) for note in notes] == [(["services"], True)]


def test_services_of_sql_are_columns():
    current = user(services=SQL_SERVICES | {"lmtp"})
    current.vocabulary["services"] = SQL_SERVICES | {"lmtp", "sieve"}
    item, notes = made(USER, current)
    assert item == {"mail": ME}
    assert [note["options"] for note in notes] == [["services"]]


# -- what cannot be said


@pytest.mark.parametrize(
    ("resource", "option", "value"),
    [
        (ALIAS, "members", frozenset({"a@x.example", "nobody"})),
        (ML, "owners", frozenset({"U1"})),
        (USER, "name", "Ada "),
        (USER, "quota", -1),
        (ALIAS, "access_policy", "nobody-knows"),
        (DOMAIN, "disabled_user_profiles", frozenset({"bcc", "new-profile"})),
    ],
)
def test_values_that_cannot_be_declared_are_noted_as_a_whole(resource, option, value):
    item, notes = made(resource, Current(SQL, {option: value}))
    assert item == {resource.identity: ident_of(resource)}
    assert [(note["id"], note["options"]) for note in notes] == [(ident_of(resource), [option])]
    assert "cannot be declared" in notes[0]["reason"]


def test_shapes_nobody_knows_are_noted():
    current = Current(SQL, {"members": UNREADABLE}, problems={"members": "it is a dict (key members)"})
    item, notes = made(ALIAS, current)
    assert item == {"mail": ME}
    assert notes == [
        {
            "kind": "aliases",
            "id": ME,
            "options": ["members"],
            "reason": "It has an unknown form: it is a dict (key members).",
        }
    ]


def test_values_that_contradict_each_other():
    both = {"access_policy": "public", "only_moderator_can_post": True, "only_subscriber_can_post": True}
    item, notes = made(ML, Current(SQL, both), whole=True)
    assert item == {"mail": ME, "access_policy": "public", "only_moderator_can_post": True}
    assert [note["options"] for note in notes] == [["only_subscriber_can_post"]]
    item, notes = made(DOMAIN, Current(SQL, {"min_password_length": 9, "max_password_length": 8}))
    assert item == {"domain": "example.com", "max_password_length": 8}
    assert [note["options"] for note in notes] == [["min_password_length"]]


@pytest.mark.parametrize(("route", "noted"), [("relay:[mx.example.net]:25", []), ("lmtp:unix:x", [["transport"]])])
def test_the_route_of_a_backup_mx_stands_in_primary_mx(route, noted):
    primary = route.partition(":")[2] if route.startswith("relay:") else ""
    current = Current(SQL, {"transport": route, "backup_mx": True, "primary_mx": primary})
    item, notes = made(DOMAIN, current)
    expected = {"domain": "example.com", "backup_mx": True, "primary_mx": primary}
    assert item == {name: value for name, value in expected.items() if value}
    assert [note["options"] for note in notes] == noted

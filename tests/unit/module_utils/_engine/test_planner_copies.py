# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The planner, where a mailbox forwards: its own address among the forwardings is the copy that it keeps."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.creation import plan_create
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import after_post, decode
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.fields import LDAP, SQL
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from tests.support.plans import params_of, plan_for, user, want_user

OWN, OTHER = "me@example.com", "x@y.example"


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


# -- where the panel discards others since they are no addresses


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

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Panels that do not show an account's own address: whether a copy is kept is unknown, and no drift."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import decode
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import BadAnswer, InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from tests.support.common import COM
from tests.support.engine_runs import Runs
from tests.support.fake_panel import Server
from tests.support.fake_state import planned

ADA, BOB, OTHER = f"ada@{COM}", f"bob@{COM}", "x@x.example"
RUNS = Runs(lambda **options: resource_module(USER).start({"mail": ADA, **options}))
SEND_OWN = f"PUT /api/user/{ADA} addForwarding={ADA}"


@pytest.fixture(params=["sql", "ldap"])
def server(request):
    made = Server(request.param)
    made.has(DOMAIN, COM)
    made.has(USER, ADA, forwarding=frozenset({OTHER}))
    return made


def with_bob(server, hides):
    server.has(USER, BOB, forwarding=frozenset({BOB}))
    server.never_shows_own = hides


@pytest.mark.parametrize("options", [{}, {"forwarding_keep_copy": True}, {"forwarding_keep_copy": False}])
@pytest.mark.parametrize("check", [True, False])
def test_where_others_show_that_it_is_hidden_it_is_not_known(server, options, check):
    with_bob(server, hides=True)
    result = RUNS.run(server, check, forwarding=[OTHER], **options)
    assert (result["changed"], server.writes) == (False, [])
    assert result["unverified"] == ["forwarding_keep_copy"]
    assert "nobody's own address is seen among the forwardings" in result["warnings"][0]
    assert result["diff"]["before"] == result["diff"]["after"]


def test_where_others_show_theirs_it_is_not_there(server):
    with_bob(server, hides=False)
    result = RUNS.both(server, forwarding=[OTHER])
    assert server.writes == [SEND_OWN]
    assert result["user"]["forwarding_keep_copy"] is True


@pytest.mark.parametrize("options", [{}, {"forwarding_keep_copy": True}])
def test_where_nobody_tells_a_copy_is_kept(server, options):
    """Most panels are thought to show own addresses, and mail that nobody keeps is lost."""
    RUNS.both(server, forwarding=[OTHER], **options)
    assert server.writes == [SEND_OWN]
    result = RUNS.run(server, forwarding=[OTHER], forwarding_keep_copy=False)
    assert server.writes == [SEND_OWN, f"PUT /api/user/{ADA} removeForwarding={ADA}"]
    assert result["unverified"] == []
    del server.writes[:]
    server.own_shown = None
    again = RUNS.both(server, forwarding=[OTHER], forwarding_keep_copy=False)
    assert (server.writes, again["unverified"], again.get("warnings")) == ([], [], None)


@pytest.mark.parametrize("shows", [True, False])
def test_users_of_another_domain_tell(server, shows):
    server.never_shows_own = not shows
    server.has(DOMAIN, "other.example")
    server.has(USER, "cyd@other.example", forwarding=frozenset({"cyd@other.example"}))
    result = RUNS.run(server, forwarding=[OTHER])
    assert server.writes == ([SEND_OWN] if shows else [])
    assert result["unverified"] == ([] if shows else ["forwarding_keep_copy"])
    reads = len(server.reads)
    RUNS.run(server, forwarding=["y@x.example"])
    assert not [path for path in server.reads[reads:] if ADA not in path]  # that is known by now


def test_what_was_read_before_tells(server):
    with_bob(server, hides=False)
    Runs(lambda **options: resource_module(USER).start({"mail": BOB, **options})).run(server, name="Bob")
    del server.things[USER.at(BOB)]
    server.writes.clear()
    RUNS.both(server, forwarding=[OTHER])
    assert server.writes == [SEND_OWN]


def test_that_it_is_hidden_is_learned_from_what_was_sent_and_is_not_seen(server):
    server.never_shows_own = True
    server.has(USER, ADA, forwarding=frozenset({ADA}))
    RUNS.run(server, forwarding=[OTHER], forwarding_keep_copy=True)
    assert server.own_shown is False
    again = RUNS.run(server, forwarding=[OTHER], forwarding_keep_copy=True)
    assert (again["changed"], again["unverified"]) == (False, ["forwarding_keep_copy"])


@pytest.mark.parametrize("options", [{}, {"forwarding_keep_copy": True}])
def test_skip_leaves_it_without_a_word(server, options):
    with_bob(server, hides=True)
    result = RUNS.run(server, forwarding=[OTHER], unreadable="skip", **options)
    assert (result["changed"], result["unverified"], result.get("warnings")) == (False, [], None)


def test_mail_never_loses_its_last_recipient(server):
    """Where the only forwarding goes, the own address comes along, seen or not."""
    RUNS.run(server, forwarding=[])
    assert server.writes == [f"PUT /api/user/{ADA} addForwarding={ADA}&removeForwarding={OTHER}"]
    with pytest.raises(InputError, match="nowhere to go"):
        RUNS.run(server, forwarding=[], forwarding_keep_copy=False)


def test_nobody_else_is_read_where_it_does_not_matter(server):
    with_bob(server, hides=False)
    RUNS.run(server, name="Ada")
    server.has(USER, ADA, forwarding=frozenset({ADA, OTHER}))
    RUNS.run(server, forwarding=[OTHER])
    assert f"/api/user/{BOB}" not in server.reads


def test_where_others_cannot_be_asked_it_is_not_known_either(server):
    server.things[USER.list_at(COM)] = BadAnswer("odd")
    result = RUNS.run(server, forwarding=[OTHER])
    assert (result["changed"], result["unverified"]) == (False, ["forwarding_keep_copy"])


def test_a_state_finds_the_same(server):
    with_bob(server, hides=True)
    declared = {"users": [{"mail": ADA, "forwarding": [OTHER]}]}
    (step,) = planned(server, declared).steps
    assert (step.action, step.outcome.unverified) == ("none", ["forwarding_keep_copy"])
    server.never_shows_own = False
    (step,) = planned(server, declared).steps
    assert step.action == "update"


@pytest.mark.parametrize(
    ("shown", "own_shown"),
    [([ADA], True), ([ADA, OTHER], True), ([OTHER], None), ([], False), (None, False), (..., None)],
)
def test_what_a_profile_tells(shown, own_shown):
    profile = {"username": ADA, "active": 1} | ({} if shown is ... else {"forwardings": shown})
    assert decode(USER, ADA, profile).own_shown is own_shown

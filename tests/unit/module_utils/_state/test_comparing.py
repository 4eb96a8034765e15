# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing with whole lists: what stands is counted, what differs is planned from them, the rest is asked for."""

from __future__ import annotations

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.listing import Listing
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import NotSent
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.comparing import MAX_UNLISTED
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import Workers
from tests.support.common import COM, PASSWORD
from tests.support.fake_state import actions, planned

MAILS = [f"u{number}@{COM}" for number in range(5)]


def users(mails=MAILS, **options):
    return [{"mail": mail, "password": PASSWORD, "update_password": "on_create", **options} for mail in mails]


def singles(server):
    return [path for path in server.reads if path.startswith("/api/user/")]


def test_what_no_list_has_is_not_there_if_the_first_one_is_not(server):
    server.things[USER.list_at(COM)] = Listing({}, frozenset())
    planner = planned(server, {"users": users(name="U")})
    assert set(actions(planner).values()) == {"create"}
    assert singles(server) == [f"/api/user/{MAILS[0]}"]


def test_a_list_that_leaves_out_the_first_one_tells_nothing_of_the_others(server):
    server.things[USER.list_at(COM)] = Listing({}, frozenset())
    for mail in MAILS:
        server.has(USER, mail, name="U")
    assert set(actions(planned(server, {"users": users(name="V")})).values()) == {"update"}
    assert len(singles(server)) == len(MAILS)


def test_lists_that_cannot_be_had_are_not_asked_for_again_and_again(server):
    domains = [f"d{number}.example" for number in range(9)]
    for domain in domains:
        server.has(DOMAIN, domain)
        server.things[USER.list_at(domain)] = NotSent("refused")
    mails = [f"u{number}@{domain}" for domain in domains for number in range(4)]
    with Workers(1) as workers:
        planner = planned(server, {"users": users(mails)}, workers=workers)
        assert not workers.stopped, "the panel may well answer other questions"
    assert len(planner.steps) == len(mails)
    assert len([path for path in server.reads if path.startswith("/api/users/")]) == 1 + MAX_UNLISTED

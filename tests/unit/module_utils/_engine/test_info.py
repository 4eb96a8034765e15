# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading modules: what is there, in the words of the writing ones; a failed read is never "there is none"."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine import info
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current, Found
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import BadAnswer, InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.throttle import THROTTLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from tests.support.common import COM
from tests.support.fake_panel import FakePanel, Server

ADA, BOB = "ada@example.com", "bob@example.com"


@pytest.fixture(params=["sql", "ldap"])
def server(request):
    made = Server(request.param)
    made.has(DOMAIN, COM)
    made.has(USER, ADA, name="Ada", enabled=True, quota=UNREADABLE, forwarding=frozenset({ADA, "x@x.example"}))
    made.has(USER, BOB, name="Bob", enabled=False)
    return made


def run(server, module, **params):
    task = module.start(params)
    task.collect(FakePanel(server, read_only=True))
    assert server.writes == []
    return task.result()


def fail(server, error, module, **params):
    task = module.start(params)
    with pytest.raises(error) as caught:
        task.collect(FakePanel(server, read_only=True))
    return str(caught.value), task.result()


USERS = info.info_module(USER)


def test_one_object(server):
    result = run(server, USERS, mail=ADA)
    (user,) = result["users"]
    assert result["changed"] is False
    assert (user["mail"], user["name"], user["quota"]) == (ADA, "Ada", None)
    assert (user["forwarding"], user["forwarding_keep_copy"]) == (["x@x.example"], True)


def test_one_that_is_not_there_is_an_empty_list(server):
    assert run(server, USERS, mail="no@example.com") == {"changed": False, "users": []}


def test_all_of_a_domain_are_read_one_by_one(server):
    assert [user["mail"] for user in run(server, USERS, domain=COM)["users"]] == [ADA, BOB]
    assert {f"/api/user/{ADA}", f"/api/user/{BOB}"} <= set(server.reads)
    assert run(server, USERS, domain="other.example")["users"] == []


@pytest.mark.parametrize(("enabled", "mails"), [(True, [ADA]), (False, [BOB]), (None, [ADA, BOB])])
def test_only_the_enabled_or_disabled_ones(server, enabled, mails):
    assert [user["mail"] for user in run(server, USERS, domain=COM, enabled=enabled)["users"]] == mails
    assert (f"/api/users/{COM}?disabled_only=yes" in server.reads) is (enabled is False)


def test_all_of_the_server(server):
    server.has(DOMAIN, "a.example")
    assert [one["domain"] for one in run(server, info.info_module(DOMAIN))["domains"]] == ["a.example", COM]


def test_what_was_read_until_a_failure_is_returned(server):
    server.things[USER.at(BOB)] = BadAnswer("odd")
    _message, result = fail(server, BadAnswer, USERS, domain=COM)
    assert [user["mail"] for user in result["users"]] == [ADA]


def test_a_list_that_fails_is_no_empty_list(server):
    server.things[USER.list_at(COM)] = BadAnswer("odd")
    fail(server, BadAnswer, USERS, domain=COM)


def test_an_address_that_is_none_is_refused(server):
    with pytest.raises(InputError, match="mail"):
        USERS.start({"mail": "no address"})


def test_settings_and_sets(server):
    which = {"account": "global", "direction": "inbound"}
    throttles, lists = info.setting_info_module(THROTTLE), info.set_info_module(WBLIST)
    assert run(server, throttles, **which)["throttles"] == []
    assert run(server, lists, **which, list="whitelist")["wblists"] == []
    server.things["throttle", "global", "inbound"] = Current("sql", {"period": 60, "max_msgs": UNREADABLE})
    server.things["wblist", "inbound", "whitelist", "global"] = Found(frozenset({"b@x.example", "a@x.example"}))
    assert run(server, throttles, **which)["throttles"] == [{**which, "period": 60, "max_msgs": None}]
    (found,) = run(server, lists, **which, list="whitelist")["wblists"]
    assert found["addresses"] == ["a@x.example", "b@x.example"]


def test_a_whitelist_is_shown_with_its_setting_or_without(server):
    assert run(server, info.GREYLISTING_INFO, account=COM)["greylistings"] == []
    server.things["greylisting", COM, "whitelists"] = Found(frozenset({"192.0.2.1"}))
    (found,) = run(server, info.GREYLISTING_INFO, account=COM)["greylistings"]
    assert found == {"account": COM, "whitelist": ["192.0.2.1"]}
    server.things["greylisting", COM] = Current("sql", {"enabled": True})
    (found,) = run(server, info.GREYLISTING_INFO, account=COM)["greylistings"]
    assert found == {"account": COM, "whitelist": ["192.0.2.1"], "enabled": True}


def test_who_manages_a_domain(server):
    server.admins[COM] = frozenset({BOB, ADA})
    assert run(server, info.DOMAIN_ADMINS_INFO, domain=COM)["domain_admins"] == [{"domain": COM, "admins": [ADA, BOB]}]
    assert run(server, info.DOMAIN_ADMINS_INFO, domain="other.example")["domain_admins"] == []
    server.admins[COM] = None
    message, _result = fail(server, InputError, info.DOMAIN_ADMINS_INFO, domain=COM)
    assert "does not show who manages a domain" in message


def test_all_users_of_a_domain(server):
    users = run(server, info.DOMAIN_USERS_INFO, domain=COM)["users"]
    assert [user["mail"] for user in users] == [ADA, BOB]
    assert run(server, info.DOMAIN_USERS_INFO, domain="other.example")["users"] == []

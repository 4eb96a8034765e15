# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel as the engines see it: what means "there is none", what is a failure, and what is sent."""

from __future__ import annotations

import inspect

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Found
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.panel import Panel
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.plan import Operation
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import (
    BadAnswer,
    LoginRefused,
    MissingDomain,
    NoSuchEndpoint,
    NotListed,
    Rejected,
    ServerFault,
    Unroutable,
    WriteInCheckMode,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.accounts import Target
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.maillist import MAILLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.throttle import THROTTLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import MISSING
from tests.support.fake_panel import FakePanel
from tests.support.scripted import Answers

ADA = "ada@example.com"
USER_PATH, USERS, DOMAIN_PATH = f"/api/user/{ADA}", "/api/users/example.com", "/api/domain/example.com"
PROFILE = {"username": ADA, "name": "Ada", "active": 1}
GLOBAL = Target((("account", "global"), ("direction", "inbound"), ("list", "whitelist")))


def refused(code):
    return Rejected("no", code)


@pytest.fixture
def client():
    return Answers()


@pytest.fixture
def panel(client):
    return Panel(client, read_only=False)


# -- objects


def test_an_object_is_read_in_option_values(client, panel):
    client.answers[USER_PATH] = PROFILE
    current = panel.get(USER, ADA)
    assert (current.backend, current.value("name"), current.value("enabled")) == ("sql", "Ada", True)


def test_only_a_documented_refusal_means_that_there_is_none(client, panel):
    client.answers[USER_PATH] = refused("NO_SUCH_ACCOUNT")
    assert panel.get(USER, ADA) is None
    client.answers[USER_PATH] = refused("PERMISSION_DENIED")
    with pytest.raises(Rejected):
        panel.get(USER, ADA)
    assert panel.get(USER, ADA, frozenset({"PERMISSION_DENIED"})) is None


@pytest.mark.parametrize("answer", [None, {}, [], "", {"strange": 1}, {"username": "eve@example.com", "active": 1}])
def test_what_is_no_profile_of_it_is_neither_there_nor_absent(client, panel, answer):
    client.answers[USER_PATH] = answer
    with pytest.raises(BadAnswer):
        panel.get(USER, ADA)


@pytest.mark.parametrize("error", [ServerFault("x", 500), NoSuchEndpoint("x"), BadAnswer("x")])
def test_a_failure_is_a_failure(client, panel, error):
    client.answers[USER_PATH] = error
    with pytest.raises(type(error)):
        panel.get(USER, ADA)


@pytest.mark.parametrize(
    "name", ["o'brien@example.com", "ünder@example.com", "a@b", "@example.com", "a/../b@example.com"]
)
def test_what_the_panel_does_not_route_is_not_asked_for(client, panel, name):
    many = panel.get_many(USER, [name])
    assert str(many.unread[name]).startswith(f"the panel cannot be asked for user {name}: its name")
    assert isinstance(many.unread[name], Unroutable)
    assert client.asked == []


def test_an_old_panel_may_call_what_is_not_there_no_address(client, panel):
    """It is what any panel says of an address that is none, so it is no proof."""
    client.answers[USER_PATH] = Rejected("GET was refused: INVALID_MAIL.", "INVALID_MAIL")
    with pytest.raises(Rejected, match=r"INVALID_MAIL\. Old panels say so of an account that is not there") as caught:
        panel.get(USER, ADA)
    assert caught.value.code == "INVALID_MAIL"


@pytest.mark.parametrize("code", ["INVALID_DOMAIN_NAME", "NO_SUCH_ACCOUNT", "NO_SUCH_OBJECT", "NO_SUCH_DOMAIN"])
def test_a_domain_that_is_not_there(client, panel, code):
    client.answers[DOMAIN_PATH] = refused(code)
    assert panel.get(DOMAIN, "example.com") is None


def test_what_one_backend_has_only_is_named_on_the_other(client, panel):
    path = "/api/maillist/all@example.com"
    client.answers[path] = NoSuchEndpoint("404")
    with pytest.raises(NoSuchEndpoint, match="maillists exist on LDAP panels only"):
        panel.get(MAILLIST, "all@example.com")


def test_a_profile_as_it_was_answered(client, panel):
    client.answers[USER_PATH] = PROFILE
    assert panel.profile(USER, ADA) is PROFILE
    client.answers[USER_PATH] = refused("NO_SUCH_ACCOUNT")
    assert panel.profile(USER, ADA) is MISSING


# -- lists


def test_names_are_asked_for_as_names(client, panel):
    client.answers[USERS] = ["Bob@example.com", ADA]
    assert panel.names(USER, "example.com") == [ADA, "bob@example.com"]
    assert panel.names(USER, "example.com", disabled_only=True)
    queries = [query for _path, query, _crash in client.asked]
    assert queries == [{"email_only": "yes"}, {"email_only": "yes", "disabled_only": "yes"}]


@pytest.mark.parametrize("empty", [[], {}])
def test_only_an_empty_list_is_empty(client, panel, empty):
    client.answers[USERS] = empty
    assert panel.names(USER, "example.com") == []
    for odd in (None, "", 0, False, "none", [1], [None], [{"strange": 1}]):
        client.answers[USERS] = odd
        with pytest.raises(BadAnswer):
            panel.names(USER, "example.com")


@pytest.mark.parametrize("code", ["INVALID_DOMAIN_NAME", "NO_SUCH_ACCOUNT", "NO_SUCH_OBJECT", "NO_SUCH_DOMAIN"])
def test_a_domain_that_is_denied_has_no_list(client, panel, code):
    client.answers[USERS] = refused(code)
    assert panel.names(USER, "example.com") is None
    with pytest.raises(NotListed, match=r"there is no domain example\.com when it is asked for its users"):
        panel.names_in(USER, "example.com")


def test_all_domains_are_never_denied(client, panel):
    client.answers["/api/domains"] = refused("NO_SUCH_DOMAIN")
    with pytest.raises(Rejected):
        panel.names(DOMAIN)


def test_where_names_fail_the_detailed_list_has_them(client, panel):
    class Crashing(Answers):
        def get(self, path, query=None, after_crash=True):
            if query:
                raise ServerFault("crash", 500)
            return super().get(path, query, after_crash)

    crashing = Crashing()
    crashing.answers[USERS] = [PROFILE]
    assert Panel(crashing, False).all_names(USER, "example.com") == [ADA]
    crashing.answers[USERS] = BadAnswer("odd")
    with pytest.raises(ServerFault, match="crash"):
        Panel(crashing, False).all_names(USER, "example.com")
    crashing.answers[USERS] = LoginRefused("no")
    with pytest.raises(LoginRefused):
        Panel(crashing, False).all_names(USER, "example.com")


def test_a_list_that_crashes_is_not_waited_for(client, panel):
    client.answers[USERS] = [PROFILE, dict(PROFILE, username="bob@example.com", extra=1)]
    listing = panel.listing(USER, "example.com")
    assert set(listing.rows) == {ADA, "bob@example.com"}
    assert listing.seen == {"username", "name", "active", "extra"}
    assert client.asked == [(USERS, None, False)]


@pytest.mark.parametrize("odd", [None, "", [ADA], [1], [{}], {"x": 1}])
def test_names_alone_are_no_profiles(client, panel, odd):
    client.answers[USERS] = odd
    with pytest.raises(BadAnswer):
        panel.listing(USER, "example.com")


# -- settings, sets, admins


def test_what_nobody_configured(client, panel):
    for path in ("/api/throttle/global/inbound", "/api/wblist/inbound/whitelist/global"):
        client.answers[path] = refused("NO_SUCH_ACCOUNT")
    assert panel.setting(THROTTLE, GLOBAL) is None
    assert panel.addresses(WBLIST, GLOBAL) == Found()
    for path in client.answers:
        client.answers[path] = refused("PERMISSION_DENIED")
    with pytest.raises(Rejected):
        panel.setting(THROTTLE, GLOBAL)
    with pytest.raises(Rejected):
        panel.addresses(WBLIST, GLOBAL)


def test_a_setting_and_a_set(client, panel):
    client.answers["/api/throttle/global/inbound"] = {"kind": "inbound", "period": 60, "max_msgs": 5}
    client.answers["/api/wblist/inbound/whitelist/global"] = ["A@x.example"]
    assert panel.setting(THROTTLE, GLOBAL).value("max_msgs") == 5
    assert panel.addresses(WBLIST, GLOBAL).own == {"a@x.example"}


@pytest.mark.parametrize(
    ("answer", "own"),
    [
        (["a@x.example", "B@x.example"], {"a@x.example", "b@x.example"}),
        ({"whitelist": ["a@x.example"], "blacklist": ["b@x.example"]}, {"a@x.example"}),
        ({"whitelist": [], "blacklist": ["b@x.example"]}, set()),
        ({"whitelist": None, "blacklist": ["b@x.example"]}, set()),
        ([{"id": 1, "email": "a@x.example"}, {"id": 2, "address": "192.0.2.1"}], {"a@x.example", "192.0.2.1"}),
        (None, set()),
        ({}, set()),
        ([], set()),
    ],
)
def test_the_list_that_was_asked_for(client, panel, answer, own):
    client.answers["/api/wblist/inbound/whitelist/global"] = answer
    assert panel.addresses(WBLIST, GLOBAL) == Found(frozenset(own))


def test_the_other_list_alone_is_no_answer(client, panel):
    client.answers["/api/wblist/inbound/whitelist/global"] = {"blacklist": ["b@x.example"]}
    with pytest.raises(BadAnswer):
        panel.addresses(WBLIST, GLOBAL)


@pytest.mark.parametrize("odd", ["text", 5, {"strange": 1}, [{"strange": 1}]])
def test_a_set_of_an_unknown_shape(client, panel, odd):
    client.answers["/api/wblist/inbound/whitelist/global"] = odd
    with pytest.raises(BadAnswer):
        panel.addresses(WBLIST, GLOBAL)


@pytest.mark.parametrize(
    ("profile", "admins"),
    [
        ({"domainName": ["example.com"], "domainAdmin": [ADA]}, {ADA}),
        ({"domainName": ["example.com"]}, set()),
        ({"domain": "example.com", "active": 1}, None),
        ({"domain": "example.com", "active": 1, "domainAdmin": [ADA]}, {ADA}),
    ],
)
def test_who_manages_a_domain_is_shown_or_not(client, panel, profile, admins):
    client.answers[DOMAIN_PATH] = profile
    assert panel.admins("example.com") == admins


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused("INVALID_DOMAIN_NAME"), MissingDomain),
        (refused("PERMISSION_DENIED"), Rejected),
        ({"strange": 1}, BadAnswer),
        (None, BadAnswer),
        ({"domainName": ["example.com"], "domainAdmin": {"strange": 1}}, BadAnswer),
    ],
)
def test_or_it_is_not_known(client, panel, answer, error):
    client.answers[DOMAIN_PATH] = answer
    with pytest.raises(error):
        panel.admins("example.com")


# -- the rest


def test_a_password_is_wrong_only_if_the_panel_says_so(client, panel):
    path = f"/api/verify_password/user/{ADA}"
    assert panel.verify_password("user", ADA, "x") is True
    assert client.asked == [(path, {"password": "x"})]
    client.answers[path] = refused("INVALID_CREDENTIALS")
    assert panel.verify_password("user", ADA, "x") is False
    for error in (refused("PERMISSION_DENIED"), BadAnswer("odd")):
        client.answers[path] = error
        with pytest.raises(type(error)):
            panel.verify_password("user", ADA, "x")


def test_a_write_is_sent_as_it_was_planned(client, panel):
    panel.write(Operation("PUT", ("user", ADA), {"name": "Ada"}))
    assert client.sent == [("PUT", USER_PATH, {"name": "Ada"})]


def test_whoever_reads_only_writes_nothing(client):
    panel = Panel(client, read_only=True)
    with pytest.raises(WriteInCheckMode, match="nothing is written while planning"):
        panel.write(Operation("PUT", ("user", ADA), {"name": "Ada"}))
    assert client.sent == []
    assert not panel.knows_what_comes


def test_the_fake_panel_of_other_tests_reads_as_this_one_does():
    for name, method in inspect.getmembers(Panel, inspect.isfunction):
        if name.startswith("_") or name in ("login", "pause", "get_many", "names_in", "all_names", "profile", "raw"):
            continue
        assert name in vars(FakePanel), name
        here, there = inspect.signature(method).parameters, inspect.signature(vars(FakePanel)[name]).parameters
        assert list(here) == list(there), name


# -- who is logged in


@pytest.mark.parametrize(
    ("answer", "is_global"),
    [
        ({"username": "root@example.org", "active": 1}, True),
        (Rejected("no", "NO_SUCH_ACCOUNT"), True),
        (Rejected("no", "NO_SUCH_DOMAIN"), True),
        (Rejected("no", "PERMISSION_DENIED"), False),
        (Rejected("no", "ODD"), None),
        (NoSuchEndpoint("no"), None),
        (["odd"], None),
    ],
)
def test_whether_a_global_admin_is_logged_in(answer, is_global):
    found = Panel(Answers(**{"/api/admin/root@example.org": answer}), read_only=True).in_use
    assert (found.account, found.api_username) == ("root@example.org", "root@example.org")
    assert found.is_global() is is_global

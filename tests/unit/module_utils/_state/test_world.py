# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server as it will be: what is planned is known without asking, and what was not read is a question."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import Current, Found
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.accounts import Target
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.admin import ADMIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.throttle import THROTTLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.wblist import WBLIST
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNKNOWN
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.snapshot import Snapshot, Unread, ask
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.world import World, profile_of
from tests.support.fake_panel import FakePanel, Server


@pytest.fixture
def snapshot():
    return Snapshot(None, "sql")


@pytest.mark.parametrize("backend", ["sql", "ldap", None])
def test_what_is_planned_is_known_without_asking(backend):
    world = World(Snapshot(None, backend))
    world.add(DOMAIN, "new.example", Current("sql"))
    world.add(USER, "a@new.example", Current("sql", {"language": "de_DE", "enabled": False, "transport": UNKNOWN}))
    world.add(USER, "b@old.example", Current("sql", {}), "was@old.example")

    made = world.get(USER, "a@new.example")
    assert made.values == {"language": "de_DE", "enabled": False, "transport": ""}, "nobody knows is as good as empty"
    assert world.get(DOMAIN, "new.example") is not None
    for resource, name in ((USER, "x@new.example"), (ALIAS, "a@new.example"), (USER, "was@old.example")):
        assert world.get(resource, name) is None
    assert world.names(USER, "new.example") == ["a@new.example"]
    assert world.admins("new.example") == (frozenset() if backend == "ldap" else None)


def answered(snapshot, look, more=None):
    """What a look finds once the server has said what it needs."""
    server = Server()
    server.has(DOMAIN, "old.example")
    for mail in ("was@old.example", "z@old.example"):
        server.has(USER, mail, language="en_US")
    server.has(ADMIN, "x@new.example")
    server.things.update(more or {})
    while True:
        try:
            return look()
        except Unread as missing:
            for question in missing.questions:
                snapshot.put(question, ask(FakePanel(server, read_only=True), question))


def test_what_is_not_planned_is_a_question(snapshot):
    world = World(snapshot)
    world.add(DOMAIN, "new.example", Current("sql"))
    world.add(USER, "b@old.example", Current("sql", {}), "was@old.example")
    with pytest.raises(Unread):
        world.get(USER, "z@old.example")
    admin = answered(snapshot, lambda: world.get(ADMIN, "x@new.example"))
    assert admin is not None, "a standalone admin belongs to no domain of the server"
    assert answered(snapshot, lambda: world.names(USER, "old.example")) == ["b@old.example", "z@old.example"]
    assert answered(snapshot, lambda: world.setting(THROTTLE, target(THROTTLE, "old.example", "inbound"))) is None
    assert answered(snapshot, lambda: world.admins("old.example")) == frozenset()
    assert answered(snapshot, lambda: world.verify_password("user", "z@old.example", "x")) is False


INBOUND, WHITE = ("inbound",), ("inbound", "whitelist")


def both(world, account):
    """A setting and a set of an account."""
    throttle, wblist = target(THROTTLE, account, *INBOUND), target(WBLIST, account, *WHITE)
    return world.setting(THROTTLE, throttle), world.addresses(WBLIST, wblist)


@pytest.mark.parametrize("account", ["new.example", "a@new.example", "b@old.example"])
def test_what_an_earlier_one_left_may_be_there_or_not(snapshot, account):
    """panel/endpoints-sql.md#change-of-address"""
    world = World(snapshot)
    world.add(DOMAIN, "new.example", Current("sql"))
    for mail in ("a@new.example", "b@old.example"):
        world.add(USER, mail, Current("sql"))
    assert answered(snapshot, lambda: both(world, account)) == (None, Found())
    world, paths = World(Snapshot(None, "sql")), [("throttle", account, *INBOUND), ("wblist", *WHITE, account)]
    world.add(DOMAIN, "new.example", Current("sql"))
    world.add(USER, "b@old.example", Current("sql"))
    more = dict(zip(paths, (Current("sql", {"period": 60}), Found(frozenset({"x@x.example"}))), strict=True))
    setting, found = answered(world.snapshot, lambda: both(world, account), more)
    assert (setting.unsure, setting.value("period")) == (True, 60)
    assert (found.own, found.perhaps) == (frozenset(), {"x@x.example"})
    more = dict.fromkeys(paths, errors.Rejected("it is not there", "PERMISSION_DENIED"))
    world = World(Snapshot(None, "sql"))
    world.add(DOMAIN, "new.example", Current("sql"))
    world.add(USER, "b@old.example", Current("sql"))
    assert answered(world.snapshot, lambda: both(world, account), more) == (None, Found()), "it cannot be asked for yet"


def test_what_an_account_brings_along_may_be_there_or_not(snapshot):
    world, was, new = World(snapshot), "was@old.example", "b@old.example"
    world.add(USER, new, Current("sql"), was)
    there = {
        ("throttle", was, *INBOUND): Current("sql", {"period": 60}),
        ("throttle", new, *INBOUND): Current("sql", {"period": 90}),
        ("wblist", *WHITE, was): Found(frozenset({"x@x.example"})),
        ("wblist", *WHITE, new): Found(frozenset({"y@x.example"})),
    }
    setting, found = answered(snapshot, lambda: both(world, new), there)
    assert (setting.unsure, setting.value("period")) == (True, 60), "that of the account rather than what was left"
    assert (found.own, found.likely) == (frozenset(), {"x@x.example", "y@x.example"})
    there = dict.fromkeys(there, errors.Rejected("no", "PERMISSION_DENIED"))
    world = World(Snapshot(None, "sql"))
    world.add(USER, new, Current("sql"), was)
    with pytest.raises(errors.Rejected):
        answered(world.snapshot, lambda: both(world, new), there)


def test_many_are_asked_for_at_once(snapshot):
    world, names = World(snapshot), ["was@old.example", "z@old.example"]
    with pytest.raises(Unread) as missing:
        world.get_many(USER, names)
    assert len(missing.value.questions) == 2
    found = answered(snapshot, lambda: world.get_many(USER, names))
    assert [name for name, _current in found.found] == names


def test_an_answer_may_be_an_error(snapshot):
    world = World(snapshot)
    snapshot.put(profile_of(USER, "z@old.example"), errors.BadAnswer("odd"))
    with pytest.raises(errors.BadAnswer, match="odd"):
        world.get(USER, "z@old.example")


def test_what_changes_is_known_as_it_will_be(snapshot):
    world = World(snapshot)
    world.change(USER, "z@old.example", Current("sql", {"language": "fr_FR"}))
    assert world.get(USER, "z@old.example", options={"language"}).value("language") == "fr_FR"
    whole = answered(snapshot, lambda: world.get(USER, "z@old.example"))
    assert (whole.value("language"), whole.value("forwarding")) == ("fr_FR", {"z@old.example"})
    assert answered(snapshot, lambda: world.get(USER, "was@old.example")).value("language") == "en_US"


def test_a_row_of_a_list_is_enough_for_the_options_that_it_shows(snapshot):
    world = World(snapshot)
    snapshot.rows["user", "z@old.example"] = Current("sql", {"name": "Z"})
    assert world.get(USER, "z@old.example", options={"name"}).value("name") == "Z"
    for options in ({"name", "language"}, None):
        with pytest.raises(Unread):
            world.get(USER, "z@old.example", options=options)


def target(thing, *names):
    return Target(tuple(zip([option for option, _codec in thing.keys], names, strict=True)))

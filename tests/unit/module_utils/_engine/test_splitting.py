# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning in two: what is given up goes first, what is got goes last."""

from __future__ import annotations

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.desired import desired_object
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import EntityTask
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.splitting import split
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from tests.support.common import PASSWORD
from tests.support.fake_panel import FakePanel, Server

ADA, ALL = "ada@b.example", "all@b.example"


def planned(server, resource, **options):
    task = EntityTask(resource, desired_object(resource, options))
    task.foresee(FakePanel(server, read_only=True))
    return task


def sent(task):
    return [(one["method"], one["params"]) for one in task.outcome.operations]


def test_an_update_gives_up_before_it_gets():
    server = Server()
    server.has(DOMAIN, "b.example")
    server.has(USER, ADA, aliases=frozenset({"x@b.example", "y@b.example"}), name="")
    task = planned(server, USER, mail=ADA, aliases=["y@b.example", "z@b.example"], name="Ada")
    whole, diff = sent(task), (task.outcome.before, task.outcome.after)
    assert whole == [("PUT", {"name": "Ada", "addAlias": "z@b.example", "removeAlias": "x@b.example"})]
    split(task, task.resource, FakePanel(server, read_only=True), frozenset({"aliases"}))
    assert sent(task) == [
        ("PUT", {"removeAlias": "x@b.example"}),
        ("PUT", {"name": "Ada", "addAlias": "z@b.example"}),
    ]
    assert (task.outcome.before, task.outcome.after) == diff, "it comes to the same"


def test_a_password_goes_with_the_second_part():
    server = Server()
    server.has(USER, ADA, aliases=frozenset({"x@b.example"}))
    task = planned(server, USER, mail=ADA, aliases=[], password=PASSWORD, update_password="always")
    split(task, task.resource, FakePanel(server, read_only=True), frozenset({"aliases"}))
    assert [planned.plan.operations[0].params for planned in task.chain] == [
        {"removeAlias": "x@b.example"},
        {"password": PASSWORD},
    ]
    assert PASSWORD not in str(task.outcome.operations)


def test_a_creation_leaves_its_lists_for_later():
    server = Server()
    task = planned(server, ALIAS, mail=ALL, members=[ADA], name="All")
    assert [method for method, _params in sent(task)] == ["POST"]
    split(task, task.resource, FakePanel(server, read_only=True), frozenset({"members"}))
    assert [planned.plan.operations[0].method for planned in task.chain] == ["POST", "PUT"]
    assert "members" not in sent(task)[0][1]
    assert sent(task)[1] == ("PUT", {"addMember": ADA})
    assert "members" not in task.chain[0].plan.expect
    assert task.chain[1].plan.expect["members"].added == {ADA}


def test_a_creation_gets_its_names_before_it_refers_to_others():
    """They may refer to it by one of these."""
    server = Server()
    server.has(DOMAIN, "b.example")
    options = {
        "aliases": ["ad@b.example"],
        "forwarding": [ALL],
        "forwarding_keep_copy": False,
        "update_password": "on_create",
    }
    task = planned(server, USER, mail=ADA, password=PASSWORD, name="Ada", **options)
    split(task, task.resource, FakePanel(server, read_only=True), frozenset({"aliases"}))
    assert [(method, set(params)) for method, params in sent(task)] == [
        ("POST", {"name", "password"}),
        ("PUT", {"addAlias"}),
        ("PUT", {"addForwarding", "removeForwarding"}),
    ]


def test_what_goes_is_not_split():
    server = Server()
    server.has(ALIAS, ALL)
    task = planned(server, ALIAS, mail=ALL, state="absent")
    before = sent(task)
    split(task, task.resource, FakePanel(server, read_only=True), frozenset({"members"}))
    assert sent(task) == before


def test_a_renamed_object_gives_up_its_names_under_the_former_one():
    """Others may be renamed to one of these."""
    server = Server()
    server.has(DOMAIN, "b.example")
    server.has(USER, ADA, aliases=frozenset({"x@b.example", "y@b.example"}))
    options = {"aliases": ["y@b.example", "z@b.example"], "forwarding": [ALL], "password": PASSWORD}
    task = planned(server, USER, mail="eve@b.example", rename_from=ADA, update_password="always", **options)
    split(task, task.resource, FakePanel(server, read_only=True), frozenset({"aliases"}))
    assert [
        ("/".join(one.plan.operations[0].path), set(one.plan.operations[0].params), one.plan.action)
        for one in task.chain
    ] == [
        (f"user/{ADA}", {"removeAlias"}, "update"),
        (f"user/{ADA}/change_email/eve@b.example", set(), "rename"),
        ("user/eve@b.example", {"addAlias"}, "update"),
        ("user/eve@b.example", {"addForwarding", "password"}, "update"),
    ]
    assert task.chain[-1].plan.predicted.value("aliases") == {"y@b.example", "z@b.example"}

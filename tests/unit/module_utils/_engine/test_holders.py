# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has a name that the panel refuses: found out where that can be, and told as unknown where not."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import resource_module
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.holders import MANY, name_taken
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from tests.support.common import COM, ORG, PASSWORD
from tests.support.fake_panel import FakePanel, Server
from tests.support.fake_state import applied

ADA, TEAM = f"ada@{COM}", f"team@{COM}"
TAKEN = errors.Rejected("taken", "ALREADY_EXISTS")


@pytest.fixture
def server():
    made = Server()
    made.has(DOMAIN, COM)
    return made


def told(server, resource=USER, name=TEAM):
    return name_taken(FakePanel(server, read_only=True), resource, name, TAKEN)


def test_another_kind_of_account(server):
    server.has(ALIAS, TEAM)
    assert told(server) == (
        "the server refuses the name (ALREADY_EXISTS): another account, list or alias address has it: alias "
        f"{TEAM}. Take another name, or free this one first."
    )


@pytest.mark.parametrize(("resource", "option"), [(USER, "aliases"), (ML, "extra_addresses")])
def test_a_further_address(server, resource, option):
    server.has(resource, ADA, **{option: frozenset({TEAM})})
    assert f"has it: {option} of {resource.name} {ADA}." in told(server, ALIAS)


def test_an_alias_domain(server):
    server.has(DOMAIN, COM, alias_domains=frozenset({ORG}))
    assert f"another domain has it, as its name or as an alias domain: alias_domains of domain {COM}." in told(
        server, DOMAIN, ORG
    )


def test_whoever_cannot_be_found_is_not_named(server):
    server.things[ALIAS.at(TEAM)] = errors.BadAnswer("odd")
    server.things[USER.list_at(COM)] = errors.BadAnswer("odd")
    assert told(server).endswith("list or alias address has it. Take another name, or free this one first.")


def test_a_large_domain_is_not_read_for_that(server):
    for number in range(MANY + 1):
        server.has(USER, f"u{number}@{COM}", aliases=frozenset({TEAM}))
    told(server)
    assert not [path for path in server.reads if path.startswith("/api/user/u")]


@pytest.mark.parametrize("rename", [True, False])
def test_modules_and_states_tell_the_same(server, rename):
    server.has(ALIAS, TEAM)
    options = {"mail": TEAM, "password": PASSWORD, "update_password": "on_create"}
    if rename:
        server.has(USER, ADA)
        options["rename_from"] = ADA
    server.next_write(TAKEN, done=False)
    with pytest.raises(errors.IRedMailError) as caught:
        resource_module(USER).start(options).reach(FakePanel(server))
    assert f"ALREADY_EXISTS): another account, list or alias address has it: alias {TEAM}." in str(caught.value)
    server.next_write(TAKEN, done=False)
    (step,) = applied(server, {"users": [options]}).steps
    assert step.failure is not None
    assert (step.failure.code, step.failure.sentence) == ("name_taken", str(caught.value))

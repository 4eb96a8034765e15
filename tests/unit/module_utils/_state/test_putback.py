# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting back what was freed in vain: what is wholly known, and nothing else."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import Rejected
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.sources import UNREADABLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.putback import put_back, what_stays
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.step import Step
from tests.support.common import COM
from tests.support.fake_panel import FakePanel
from tests.support.fake_state import item_of, planned

ADA, ALL = f"ada@{COM}", f"all@{COM}"
FAILED = Step(item_of(mail=f"heir@{COM}"))


def step_of(server, plural, **options):
    (step,) = planned(server, {plural: [options]}).steps
    step.begin()
    return step


def test_a_further_name_is_added_again(server):
    server.has(USER, ADA, aliases=frozenset({ALL, "x@" + COM}))
    step = step_of(server, "users", mail=ADA, aliases=[])
    server.things[USER.at(ADA)] = server.things[USER.at(ADA)].changed({"aliases": frozenset({"y@" + COM})})
    put_back(FakePanel(server), step, frozenset({ALL}), FAILED)
    assert server.things[USER.at(ADA)].value("aliases") == {ALL, "y@" + COM}, "and nothing else is touched"
    assert step.failure.code == "put_back"
    assert "user heir@" in step.failure.sentence
    assert len(step.outcome.operations) == 1


def test_also_where_an_empty_list_is_not_shown(server):
    server.has(USER, ADA, aliases=frozenset({ALL}))
    step = step_of(server, "users", mail=ADA, aliases=[])
    server.things[USER.at(ADA)] = server.things[USER.at(ADA)].changed({"aliases": UNREADABLE})
    server.ignores = {"aliases"}
    put_back(FakePanel(server), step, frozenset({ALL}), FAILED)
    assert server.writes == [f"PUT /api/user/{ADA} addAlias={ALL}"]
    assert step.failure.code == "not_put_back", "it is not shown there"


def test_what_is_said_already_stays(server):
    names = frozenset({ALL, "x@" + COM})
    server.has(USER, ADA, aliases=names)
    step = step_of(server, "users", mail=ADA, aliases=[])
    for name in sorted(names):
        server.things[USER.at(ADA)] = server.things[USER.at(ADA)].changed({"aliases": frozenset()})
        put_back(FakePanel(server), step, frozenset({name}), FAILED)
        assert f"{name} was freed" in step.failure.sentence
    assert f"{min(names)} was freed" in step.failure.sentence


def test_an_alias_is_made_as_it_was(server):
    server.has(ALIAS, ALL, members=frozenset({ADA}), name="All", access_policy="domain", enabled=False)
    step = step_of(server, "aliases", mail=ALL, state="absent")
    was = server.things.pop(ALIAS.at(ALL)).values
    put_back(FakePanel(server), step, frozenset({ALL}), FAILED)
    assert server.things[ALIAS.at(ALL)].values == was


def test_that_it_could_not_be_put_back_is_said(server):
    server.has(USER, ADA, aliases=frozenset({ALL}))
    step = step_of(server, "users", mail=ADA, aliases=[])
    server.things[USER.at(ADA)] = server.things[USER.at(ADA)].changed({"aliases": frozenset()})
    server.next_write(Rejected("no", "NO"), done=False)
    put_back(FakePanel(server), step, frozenset({ALL}), FAILED)
    assert step.failure.code == "not_put_back"


def test_that_its_holder_is_gone_is_said(server):
    server.has(USER, ADA, aliases=frozenset({ALL}))
    step = step_of(server, "users", mail=ADA, aliases=[])
    del server.things[USER.at(ADA)]
    put_back(FakePanel(server), step, frozenset({ALL}), FAILED)
    assert (server.writes, step.failure.code) == ([], "not_put_back")
    assert f"user {ADA} is gone" in step.failure.sentence


def test_a_mailbox_is_not_made_anew_but_told_of(server):
    server.has(USER, ADA, maildir="/var/vmail/ada")
    step = step_of(server, "users", mail=ADA, state="absent")
    del server.things[USER.at(ADA)]
    put_back(FakePanel(server), step, frozenset({ADA}), FAILED)
    assert (server.writes, step.failure) == ([], None)
    assert "its messages are in /var/vmail/ada on the server;" in what_stays(step, frozenset({ADA}))
    assert f"mail: {ADA}, maildir: /var/vmail/ada and a new password" in what_stays(step, frozenset({ADA}))
    server.has(ALIAS, ALL)
    assert what_stays(step_of(server, "aliases", mail=ALL, state="absent"), frozenset({ADA})) == ""


@pytest.mark.parametrize("maildir", ["", UNREADABLE])
def test_where_its_messages_are_is_told_if_it_is_known(server, maildir):
    server.has(USER, ADA, maildir=maildir)
    said = what_stays(step_of(server, "users", mail=ADA, state="absent"), frozenset({ADA}))
    assert f"The mailbox {ADA} was deleted" in said
    assert "maildir" not in said
    assert "messages are in" not in said


def test_of_who_was_changed_nothing_is_told(server):
    server.has(USER, ADA, quota=1)
    assert what_stays(step_of(server, "users", mail=ADA, quota="2MB"), frozenset()) == ""

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account gets another name, also one that it has as an alias address."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.desired import desired_object
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.entity import EntityTask
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.renaming import plan_rename, undo_of_rename
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import Rejected
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from tests.support.engine_runs import Runs
from tests.support.fake_panel import Server

OLD, NEW = "cyd@b.example", "c.y@b.example"
RUNS = Runs(lambda **options: EntityTask(USER, desired_object(USER, {"mail": NEW, "rename_from": OLD, **options})))


@pytest.fixture
def server():
    made = Server()
    made.has(DOMAIN, "b.example")
    made.has(USER, OLD, aliases=frozenset({NEW, "x@b.example"}))
    return made


def alike(server, **options):
    """What check mode and the real run say they send; a third has nothing to do."""
    predicted = RUNS.run(server, check=True, **options)
    done = RUNS.run(server, **options)
    assert done["operations"] == predicted["operations"]
    assert RUNS.run(server, **options)["operations"] == []
    return done


def test_its_own_alias_address_becomes_its_name(server):
    result = alike(server, aliases=[OLD, "x@b.example"])
    assert [(one["method"], one["path"], one["params"]) for one in result["operations"]] == [
        ("PUT", f"/api/user/{OLD}", {"removeAlias": NEW}),
        ("POST", f"/api/user/{OLD}/change_email/{NEW}", {}),
        ("PUT", f"/api/user/{NEW}", {"addAlias": OLD}),
    ]


def test_other_alias_addresses_go_along(server):
    result = alike(server)
    assert len(result["operations"]) == 2
    assert server.things[USER.at(NEW)].value("aliases") == {"x@b.example"}


def test_what_was_freed_in_vain_is_given_back(server):
    server.next_write(None, done=True)
    server.next_write(Rejected("no", "NO"), done=False)
    RUNS.fail(server, Rejected)
    assert server.things[USER.at(OLD)].value("aliases") == {NEW, "x@b.example"}
    assert USER.at(NEW) not in server.things


def test_a_rename_that_is_refused_at_once_frees_nothing(server):
    server.next_write(Rejected("no", "NO"), done=False)
    RUNS.fail(server, Rejected)
    assert len(server.writes) == 1


FAULTS = [errors.ServerFault("HTTP 500.", 500), errors.ServerFault("HTTP 502.", 502), errors.NotSent("gone.")]


@pytest.mark.parametrize("fault", FAULTS)
def test_what_was_freed_is_given_back_after_a_fault(server, fault):
    server.next_write(None, done=True)
    server.next_write(fault, done=False)
    if fault.maybe_done and fault.transient:
        server.next_write(fault, done=False)  # tried once more
    assert RUNS.fail(server, type(fault)) == str(fault)
    assert server.writes[-1] == f"PUT /api/user/{OLD} addAlias={NEW}"
    assert server.things[USER.at(OLD)].value("aliases") == {NEW, "x@b.example"}


@pytest.mark.parametrize("fault", FAULTS[:2])
def test_nothing_is_given_back_by_what_was_renamed_before_the_fault(server, fault):
    server.next_write(None, done=True)
    server.next_write(fault, done=True)
    RUNS.run(server)
    assert server.things[USER.at(NEW)].value("aliases") == {"x@b.example"}


def test_what_was_never_taken_off_is_not_given_back(server):
    """A panel may refuse an address that the account has."""
    for _try in range(2):
        server.next_write(errors.AnswerLost("lost."), done=False)
    assert RUNS.fail(server, errors.AnswerLost).startswith("lost.")
    assert server.writes == [f"PUT /api/user/{OLD} removeAlias={NEW}"] * 2


def test_what_was_taken_off_is_not_taken_off_again(server):
    server.next_write(errors.AnswerLost("lost."), done=True)
    RUNS.run(server)
    assert server.writes == [
        f"PUT /api/user/{OLD} removeAlias={NEW}",
        f"POST /api/user/{OLD}/change_email/{NEW}",
    ]


def test_what_was_given_back_is_not_given_back_again(server):
    server.next_write(None, done=True)
    server.next_write(FAULTS[2], done=False)
    server.next_write(errors.AnswerLost("lost."), done=True)
    RUNS.fail(server, errors.NotSent)
    assert server.writes[-1] == f"PUT /api/user/{OLD} addAlias={NEW}"
    assert len([one for one in server.writes if "addAlias" in one]) == 1


def test_an_account_that_was_renamed_late_gets_nothing_back(server):
    server.next_write(None, done=True)
    server.next_write(errors.AnswerLost("lost."), done=True)
    read = server.read
    looks = iter([errors.BadAnswer("odd."), None])

    def reads(path, descriptor=None):
        if path == USER.at(NEW) and len(server.writes) == 2:
            found = next(looks)
            if found:
                raise found
        return read(path, descriptor)

    server.read = reads
    assert "is not known" in RUNS.fail(server, errors.IRedMailError)
    assert len(server.writes) == 2


@pytest.mark.parametrize("fault", [*FAULTS, errors.Interrupted("The run was ended.")])
def test_that_it_could_not_be_given_back_is_said(server, fault):
    server.next_write(None, done=True)
    for _try in range(9):
        server.next_write(fault, done=False)
    message = RUNS.fail(server, type(fault))
    assert message.startswith(str(fault))
    assert f"The alias address {NEW} was taken off for that, could not be given back to {OLD}, and may be" in message
    assert message.count(str(fault)) == 1


def test_what_cannot_be_read_is_not_given_back(server):
    server.next_write(None, done=True)
    server.next_write(FAULTS[0], done=False)
    server.things[USER.at(NEW)] = None
    read = server.read

    def reads(path, descriptor=None):
        if path == USER.at(NEW) and len(server.writes) == 2:
            raise errors.BadAnswer("odd.")
        return read(path, descriptor)

    server.read = reads
    message = RUNS.fail(server, errors.IRedMailError)
    assert "is not known" in message
    assert "may be nobody's now" in message
    assert len(server.writes) == 2


@pytest.mark.parametrize(
    ("sent", "back"),
    [
        ([], None),
        ([{"method": "PUT", "params": {"removeAlias": "x@b.example"}}], None),  # of a part that was sent before
        ([{"method": "PUT", "params": {"removeAlias": NEW}}], {"addAlias": NEW}),
        ([{"method": "PUT", "params": {"removeAlias": NEW}}, {"method": "POST", "params": {}}], {"addAlias": NEW}),
        ([{"method": "PUT", "params": {"removeAlias": NEW}}, {"method": "PUT", "params": {"name": "x"}}], None),
    ],
)
def test_only_what_the_rename_itself_freed_is_given_back(server, sent, back):
    plan = plan_rename(USER, OLD, NEW, server.things[USER.at(OLD)])
    undo = undo_of_rename(USER, plan, sent)
    assert (undo and undo.params) == back

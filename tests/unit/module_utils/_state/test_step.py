# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a state: what happens to one object, what became of it, and what must not be said of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.panel import Panel
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.result import Outcome
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.step import (
    Failure,
    Step,
    checksum,
    is_out_of_reach,
)
from tests.support.common import PASSWORD
from tests.support.fake_panel import FakeOverlay, FakePanel, Server
from tests.support.fake_state import item_of

ADMINS = {"domain": "b.example", "admins": []}


def told(operations, action="update", plural="users", **options):
    step = Step(item_of(plural, **options))
    step.item.task.outcome = Outcome(
        action=action, operations=[{"method": m, "path": p, "params": {}} for m, p in operations]
    )
    return step


def test_nothing_is_done_where_nothing_is_sent():
    assert told([]).action == "none"
    assert told([("DELETE", "/api/user/a@b.example")], "delete", state="absent").deletes_object
    assert not told([("POST", "/api/throttle/a@b.example/inbound")], "delete", "domain_admins", **ADMINS).deletes_object


@given(st.permutations([[("PUT", "/api/a"), ("PUT", "/api/b")], [("POST", "/api/c")], [], [("DELETE", "/api/d")]]))
def test_a_checksum_does_not_depend_on_order(parts):
    steps = [told(part) for part in parts]
    assert checksum(steps) == checksum(
        [told([("DELETE", "/api/d"), ("POST", "/api/c"), ("PUT", "/api/b"), ("PUT", "/api/a")])]
    )
    steps[0].outcome.operations += [{"method": "PUT", "path": "/api/a", "params": {"x": "1"}}]
    assert checksum(steps) != checksum([told(part) for part in parts])


def test_a_failed_plan_is_no_plan():
    class Broken:
        username, backend_hint = None, None

        def get(self, *_arguments):
            raise errors.Rejected("GET was refused: pass-word-1.", "X")

    step = told([("PUT", "/api/user/a@b.example")], password="pass-word-1")
    step.run(Panel(Broken(), read_only=True))
    assert (step.failure, step.action) == (Failure("rejected", "GET was refused: ********."), "none")


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (errors.NotSent("x"), True),
        (errors.AnswerLost("x"), True),
        (errors.ServerFault("x", 502), True),
        (errors.ServerFault("x", 500), False),
        (errors.SessionLost("x"), True),
        (errors.LoginRefused("x"), True),
        (errors.TlsError("x"), True),
        (errors.Rejected("x", "X"), False),
        (errors.InputError("x"), False),
        (errors.BadAnswer("x"), False),
    ],
)
def test_out_of_reach(error, verdict):
    assert is_out_of_reach(error) is verdict
    unclear = errors.IRedMailError("whether it was carried out is not known")
    unclear.__cause__ = error
    assert is_out_of_reach(unclear) is error.transient


# -- over a panel

ADA, EVE = "ada@b.example", "eve@b.example"
NEW = {"mail": ADA, "name": "Ada", "employee_id": "7", "password": PASSWORD, "update_password": "on_create"}


@pytest.fixture
def server():
    made = Server()
    made.has(DOMAIN, "b.example")
    return made


def planned(server, **options):
    step = Step(item_of(**options))
    step.run(FakePanel(server, read_only=True))
    assert step.failure is None
    return step


def test_what_was_begun_and_then_given_up_is_a_failure(server):
    step = Step(item_of(**NEW))
    step.run(FakePanel(server), create_only=True)
    step.skip()
    assert (step.failure.code, step.action) == ("half_done", "create")
    assert len(step.outcome.operations) == 1, "what was done is not forgotten"


def test_what_was_begun_is_completed_by_the_next_run(server):
    step = Step(item_of(**NEW))
    for create_only in (True, False):
        step.run(FakePanel(server), create_only)
    assert server.writes[1:] == [f"PUT /api/user/{ADA} employeeid=7"]
    assert step.action == "create"


def test_what_is_given_up_is_not_planned_any_more(server):
    step = planned(server, **NEW)
    step.give_up("missing_domain", "there is none.")
    assert (step.action, step.skipped, step.failure) == ("none", True, Failure("missing_domain", "there is none."))


def test_half_a_plan_is_none(server):
    server.things["greylisting", ADA, "whitelists"] = errors.BadAnswer("odd")
    for read_only, action in ((True, "none"), (False, "create")):
        step = Step(item_of("greylistings", account=ADA, enabled=True, whitelist=["192.0.2.1"]))
        step.run(FakePanel(server, read_only))
        assert (step.failure.code, step.action) == ("bad_answer", action)


def test_a_bug_takes_nobody_along(server):
    server.things[USER.at(ADA)] = ZeroDivisionError("oh")
    step = Step(item_of(**NEW))
    step.run(FakePanel(server))
    assert step.failure.code == "bug"
    assert "ZeroDivisionError: oh" in step.failure.sentence


@pytest.mark.parametrize(
    ("options", "taken"),
    [
        ({"state": "absent"}, True),
        ({"enabled": False}, True),
        ({"global_admin": False}, True),
        ({"name": "Other"}, False),
        ({"enabled": True}, False),
    ],
)
def test_whether_a_global_admin_loses_its_rights(server, options, taken):
    server.has(USER, ADA, name="Ada", global_admin=True, enabled=True)
    server.has(USER, EVE, name="Eve", global_admin=False, enabled=True)
    assert planned(server, mail=ADA, **options).takes_rights() is taken
    assert planned(server, mail=EVE, **options).takes_rights() is False


def test_later_steps_are_told_what_will_be_there(server):
    server.has(USER, EVE, language="en_US")
    overlay = FakeOverlay(server)
    for options in (NEW, {"mail": EVE, "language": "de_DE"}):
        planned(server, **options).foretell(overlay)
    assert overlay.get(USER, ADA).value("name") == "Ada"
    assert overlay.get(USER, EVE).value("language") == "de_DE"
    planned(server, mail="new@b.example", rename_from=EVE).foretell(overlay)
    assert overlay.get(USER, EVE) is None
    assert overlay.get(USER, "new@b.example") is not None


def test_what_is_there_is_known_under_either_name(server):
    server.has(USER, EVE, name="Eve")
    renamed = planned(server, mail=ADA, rename_from=EVE)
    assert (renamed.existed, renamed.found.value("name"), renamed.action) == (False, "Eve", "rename")
    assert planned(server, mail=EVE).existed


def test_a_change_is_told_with_its_reason(server):
    server.has(USER, ADA)
    step = planned(server, mail=ADA, state="absent")
    step.pruned = True
    assert step.change() == {
        "kind": "user",
        "id": ADA,
        "action": "delete",
        "declared": False,
        "before": {"state": "present"},
        "after": {"state": "absent"},
    }

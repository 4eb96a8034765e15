# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a state: what happens to one object, what became of it, and what must not be said of it."""

from __future__ import annotations

import pytest

from ansible_collections.mailstate.iredmail.plugins.module_utils import _errors as errors
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.result import Outcome
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.snapshot import Snapshot
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.step import (
    Failure,
    Step,
    checksum,
    is_out_of_reach,
    touches,
)
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.world import World
from tests.support.common import PASSWORD
from tests.support.fake_panel import FakePanel, Server
from tests.support.fake_state import item_of, settled

ADMINS = {"domain": "b.example", "admins": []}


@pytest.fixture
def server():
    made = Server()
    made.has(DOMAIN, "b.example")
    return made


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


def test_a_checksum_covers_what_is_sent_what_it_was_planned_from_and_its_terms(server):
    server.has(USER, ADA, name="A")
    server.has(USER, EVE, name="E")
    steps = [planned(server, mail=mail, name="N") for mail in (ADA, EVE)]
    whole = checksum(steps, {"panel": "x"})
    assert checksum(steps[::-1], {"panel": "x"}) == whole, "not the order"
    assert checksum(steps, {"panel": "y"}) != whole
    assert checksum(steps[:1], {"panel": "x"}) != whole
    server.has(USER, EVE, name="Other")
    again = [planned(server, mail=mail, name="N") for mail in (ADA, EVE)]
    assert [step.outcome.operations for step in again] == [step.outcome.operations for step in steps]
    assert checksum(again, {"panel": "x"}) != whole, "but what it was planned from"


def test_a_failed_plan_is_no_plan(server):
    server.things[USER.at("a@b.example")] = errors.Rejected("GET was refused: pass-word-1.", "X")
    step = settled(server, told([("PUT", "/api/user/a@b.example")], password="pass-word-1"), World(Snapshot()))
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


def planned(server, **options):
    step = settled(server, Step(item_of(**options)), World(Snapshot()))
    assert step.failure is None
    return step


def test_what_was_begun_and_then_given_up_is_a_failure(server):
    step = planned(server, **NEW)
    step.begin()
    first = step.chain[0]
    first.task.send(FakePanel(server), first.plan)
    step.skip()
    assert (step.failure.code, step.action) == ("half_done", "create")
    assert len(step.outcome.operations) == 1, "what was done is not forgotten"


def test_what_is_given_up_is_not_planned_any_more(server):
    step = planned(server, **NEW)
    step.give_up("missing_domain", "there is none.")
    assert (step.action, step.skipped, step.failure) == ("none", True, Failure("missing_domain", "there is none."))


def test_half_a_plan_is_none(server):
    server.things["greylisting", ADA, "whitelists"] = errors.BadAnswer("odd")
    step = Step(item_of("greylistings", account=ADA, enabled=True, whitelist=["192.0.2.1"]))
    settled(server, step, World(Snapshot()))
    assert (step.failure.code, step.action) == ("bad_answer", "none")


def test_a_bug_takes_nobody_along(server):
    server.things[USER.at(ADA)] = ZeroDivisionError("oh")
    step = settled(server, Step(item_of(**NEW)), World(Snapshot()))
    assert step.failure.code == "bug"
    assert "ZeroDivisionError: oh" in step.failure.sentence


def test_later_steps_are_told_what_will_be_there(server):
    server.has(USER, EVE, language="en_US")
    world = World(Snapshot())
    for options in (NEW, {"mail": EVE, "language": "de_DE"}):
        settled(server, Step(item_of(**options)), world).foretell(world)
    assert world.get(USER, ADA).value("name") == "Ada"
    assert world.get(USER, EVE, options={"language"}).value("language") == "de_DE"
    world = World(Snapshot())
    settled(server, Step(item_of(mail="new@b.example", rename_from=EVE)), world).foretell(world)
    assert world.get(USER, EVE) is None
    assert world.get(USER, "new@b.example") is not None


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
        "place": "",
        "before": {"state": "present"},
        "after": {"state": "absent"},
        "about": {"name": ""},
        "keep_mailbox_days": None,
    }


@pytest.mark.parametrize(
    ("failed", "does"),
    [
        ({"mail": "x@old.example"}, True),
        ({"mail": "x@new.example", "rename_from": "x@old.example"}, True),
        ({"mail": "x@new.example", "forwarding": ["y@old.example"]}, True),
        ({"mail": "x@new.example", "aliases": ["y@alias.example"]}, True),
        ({"mail": "x@new.example"}, False),
        ({"plural": "domains", "domain": "new.example", "alias_domains": ["old.example"]}, True),
        ({"plural": "wblists", "account": "global", "direction": "inbound", "list": "whitelist"}, True),
    ],
)
def test_what_failed_keeps_what_it_names(server, failed, does):
    server.has(DOMAIN, "old.example", alias_domains=frozenset({"alias.example"}))
    going = planned(server, plural="domains", domain="old.example", state="absent")
    assert going.names == {"old.example", "alias.example"}
    assert touches(Step(item_of(**failed)), going) is does

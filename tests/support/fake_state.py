# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole state over a fake panel: what is planned for a declaration, and what is sent for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._api.interrupt import Interrupt
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.listing import Listing
from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.plan import Operation
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.apply import Run
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.audit import Audit
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.findings import Finding
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.items import Item, Reader, own_names
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.names import Names
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.planner import StatePlanner
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.reading import begin, read_for
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.scope import Prune, prune_of, undeclared_of
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.snapshot import Snapshot, Unread, ask
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.step import Step
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.workers import Workers
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.world import World
from tests.support.common import COM
from tests.support.fake_panel import FakePanel, Server


def items_of(declared: Mapping[str, Any], **shared: Any) -> list[Item]:
    """What is declared, checked."""
    return Reader(declared, {"verify": "strict", **shared}, {}).read()


def item_of(plural: str = "users", **options: Any) -> Item:
    """One declared thing: a user, unless it is said to be something else."""
    (item,) = items_of(
        {plural: [options if {"account", "domain", "mail"} & set(options) else {"mail": "a@b.example", **options}]}
    )
    return item


def planned(
    server: Server, declared: Mapping[str, Any], prune: Mapping[str, Any] | None = None, workers: Workers | None = None
) -> StatePlanner:
    """The plan for a declaration; nothing is written."""
    return _planned(server, declared, prune_of(prune, declared) if prune else Prune(), workers)


def reported(server: Server, declared: Mapping[str, Any], **wishes: Any) -> StatePlanner:
    """The plan for a declaration, with what is not declared."""
    return _planned(server, declared, undeclared_of(wishes), None)


def _planned(server: Server, declared: Mapping[str, Any], checked: Prune, workers: Workers | None) -> StatePlanner:
    written = len(server.writes)
    with workers or Workers(1) as pool:
        snapshot, panel = Snapshot(), FakePanel(server, read_only=True)
        planner = StatePlanner(snapshot, items_of(declared), checked, "strict")
        begin(panel, snapshot)
        read_for(planner.plan(), snapshot, panel, pool)
    assert len(server.writes) == written
    return planner


def carry_out(planner: StatePlanner, panel: FakePanel, workers: Workers) -> None:
    """What is planned is carried out; where that breaks off, the rest is skipped, as a task does."""
    with workers:
        run = Run(planner.steps, planner.order, planner.deletions.inside, panel, workers)
        try:
            run.carry_out()
        except BaseException:
            run.skip_rest()
            raise


def carried_out(server: Server, planner: StatePlanner, go_on: bool = False) -> StatePlanner:
    """What is planned is carried out, one after the other."""
    carry_out(planner, FakePanel(server), Workers(1, go_on))
    return planner


def applied(
    server: Server, declared: Mapping[str, Any], prune: Mapping[str, Any] | None = None, go_on: bool = False
) -> StatePlanner:
    """The plan for a declaration, carried out."""
    return carried_out(server, planned(server, declared, prune), go_on)


def actions(planner: StatePlanner) -> dict[str, str]:
    """What happens to each thing that is planned for."""
    return {step.item.label: step.action for step in planner.steps}


def failures(planner: StatePlanner) -> dict[str, str]:
    """The codes of what failed."""
    return {step.item.label: step.failure.code for step in planner.steps if step.failure}


def settled(server: Server, step: Step, world: World) -> Step:
    """A step that is planned, with all that it needs read."""
    panel = FakePanel(server, read_only=True)
    world.snapshot.username, world.snapshot.backend_hint = panel.username, panel.backend_hint
    while True:
        try:
            step.foresee(world)
        except Unread as missing:
            for question in missing.questions:
                world.snapshot.put(question, ask(panel, question))
        else:
            return step


def findings(server: Server, declared: Mapping[str, Any], prune: Mapping[str, Any] | None = None) -> list[Finding]:
    """What contradicts itself in the plan for a declaration."""
    planner = planned(server, declared, prune)
    panel = FakePanel(server, read_only=True)
    with Workers(1) as workers:
        audit = Audit(planner.world, planner.items, planner.order, planner.deletions)
        read_for(audit.run(), planner.snapshot, panel, workers)
        names = Names(planner.world, planner.order, planner.deletions, planner.spared)
        read_for(names.run(planner.items, audit.gone), planner.snapshot, panel, workers)
    return planner.protection.findings + audit.findings + names.findings


class Listed(Server):
    """Its list shows quotas and names of users as they are."""

    hides = False

    def read(self, path, descriptor=None):
        found = super().read(path, descriptor)
        if path != USER.list_at(COM) or self.hides:
            return found
        users = {place[1]: thing for place, thing in self.things.items() if place[0] == "user"}
        rows = {
            mail: {"username": mail, "active": 1, "quota": one.value("quota"), "name": one.value("name")}
            for mail, one in users.items()
        }
        return Listing(rows, frozenset({"username", "active", "quota", "name"}))


#: the users of the list
MAILS = [f"u{number}@{COM}" for number in range(6)]


def listed_users() -> Listed:
    """A domain with six users whose list shows enough."""
    made = Listed()
    made.has(DOMAIN, COM)
    for mail in MAILS:
        made.has(USER, mail, quota=1, name="U")
    return made


def singles(server: Server) -> list[str]:
    """The users that were read one by one."""
    return [path for path in server.reads if path.startswith("/api/user/")]


class Strict(Server):
    """Drops silently what is not there yet, as panels do with addresses of their own domains."""

    def write(self, operation: Operation) -> None:
        params = dict(operation.params)
        for name in ("members", "addMember", "forwarding", "addForwarding"):
            if name in params:
                known = [one for one in params[name].split(",") if not one.endswith(COM) or self._is_there(one)]
                params[name] = ",".join(known)
        super().write(type(operation)(operation.method, operation.path, params))

    def _is_there(self, mail: str) -> bool:
        if any(resource.at(mail) in self.things for resource in (USER, ALIAS, ML)):
            return True
        users = [thing for place, thing in self.things.items() if place[0] == USER.name]
        return any(mail in own_names(user.values) for user in users)


def sent(server: Server) -> list[str]:
    """Methods and paths, without /api."""
    return [" ".join(line.split(" ")[:2]).replace("/api", "") for line in server.writes]


class Interrupted(FakePanel):
    """Somebody ends the run right after a number of writes."""

    def __init__(self, server: Server, after: int) -> None:
        super().__init__(server)
        self.after, self.interrupt = after, Interrupt()

    def write(self, operation: Operation) -> None:
        self.interrupt.check()
        super().write(operation)
        if len(self.server.writes) == self.after:
            self.interrupt.set("SIGINT")

    def get(self, *args: Any, **options: Any) -> Any:
        self.interrupt.check()
        return super().get(*args, **options)

    def setting(self, *args: Any) -> Any:
        self.interrupt.check()
        return super().setting(*args)


def interrupted(server: Server, planner: StatePlanner, after: int) -> StatePlanner:
    """What is planned is carried out until so many writes were made."""
    panel = Interrupted(server, after)
    carry_out(planner, panel, Workers(1, interrupt=panel.interrupt))
    return planner

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A round: a plan is approved and applied while everything goes wrong, and after that all must be fine."""

from __future__ import annotations

import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.sandbox.handle import Sandbox
from tests.soak import invariants
from tests.soak.controllers import Controller, Playbooks
from tests.soak.figures import TAKEN
from tests.soak.invariants import Deed
from tests.soak.scripts import PATIENCE, Script
from tests.support.canary import forms_of
from tests.support.common import PASSWORD
from tests.support.playbook import connection
from tests.support.random_states import furnished, undone
from tests.support.state_apply import DEFAULTS

FIRST, SECOND = "the first controller", "the second controller"
#: the account of the second one, and its password
SECOND_ROOT, SECOND_PASSWORD = "second@admin.example", "Second-Soak-4716-A1"
NO_PLAN = "0" * 64


@dataclass
class Round:
    """A round and what is found wrong in it.

    :ivar state: what the first controller declares in the end
    :ivar applied: the result of applying that in calm, if it succeeded
    :ivar processes: the controllers that live as long as the soak
    :ivar sessions: cookies, which are secrets too
    """

    script: Script
    sandbox: Sandbox
    first: Controller | Playbooks
    second: Controller
    processes: list[Controller]
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    sessions: set[str] = field(default_factory=set)
    state: dict[str, Any] = field(default_factory=dict)
    applied: dict[str, Any] | None = None

    def run(self) -> None:
        """All of it."""
        self.sandbox.clear_faults()
        self.sandbox.expire_sessions()
        furnished(self.sandbox, self.script.server)
        made = self.sandbox.api("POST", f"/api/admin/{SECOND_ROOT}", password=SECOND_PASSWORD, isGlobalAdmin="yes")
        assert made["_success"], made
        self.troubled()
        self.calm()
        self.reported()
        self.exported()
        self.left_behind()

    # -- what is done

    def params(self, who: str, state: Any, chosen: dict[str, Any], **more: Any) -> dict[str, Any]:
        """The options of a run."""
        login = connection(self.sandbox)
        if who == SECOND:
            login.update(api_username=SECOND_ROOT, api_password=SECOND_PASSWORD)
        return {**DEFAULTS, **login, "declared": state, **chosen, **more}

    def troubled(self) -> None:
        """Both plan, what they planned is approved, and both apply at once while everything goes wrong."""
        script, both = self.script, self.script.other in ("apply", "same")
        self.state, plan = self.planned(self.processes[0], FIRST, script.states, script.chosen)
        if isinstance(self.first, Playbooks):
            plan = self.plan(self.first, FIRST, self.state, script.chosen)
        hasty = {"api_timeout": PATIENCE}
        mine = Deed(FIRST, "state", self.state, plan, {})
        others = [self.state] if script.other == "same" else script.other_states
        if both or script.other == "read_only":
            state, planned = self.planned(self.second, SECOND, others, script.other_chosen)
        else:
            state, planned = others[0], {}
        theirs = Deed(SECOND, script.other, state, planned if both else None, {})
        order = self.params(SECOND, state, script.other_chosen, **hasty)
        if planned:
            order.update(approved(planned), api_read_only=not both)
        for one in script.troubles:
            self.sandbox.fault(one.action, one.method, one.path, one.times, one.skip)
        self.sandbox.clear_log()
        self.first.begin("state", params=self.params(FIRST, self.state, script.chosen, **approved(plan), **hasty))
        meanwhile = self.meanwhile()
        if script.other != "nothing":
            theirs.result = self.beside(script.other, order)
        mine.result = self.first.end()
        meanwhile.join()
        self.settle([mine, theirs], faults=True)

    def beside(self, what: str, order: dict[str, Any]) -> dict[str, Any]:
        """What the second controller does at the same time."""
        if what == "drift":
            return self.second.drift(reporting(order))
        if what == "export":
            return self.second.run("export", params=order)
        return self.second.run("state", params=order)

    def meanwhile(self) -> threading.Thread:
        """What happens at its time: changes by hand, a restart of the server, a jump of all clocks."""
        script = self.script
        events: list[tuple[float, Callable[[], Any]]] = []
        for delay, (method, path, params) in script.by_hand:
            events.append((delay, lambda call=(method, path), params=params: self.sandbox.api(*call, **params)))
        if script.restart:
            delay, away = script.restart
            events.append((delay, lambda: self.sandbox.restart(away)))
        if script.jump:
            delay, seconds = script.jump
            events.append((delay, lambda: self.sandbox.jump(seconds)))
        self.counts["restarts"] += script.restart is not None
        self.counts["jumps of the clocks"] += script.jump is not None
        self.counts["changes by hand"] += len(script.by_hand)

        def happen() -> None:
            began = time.monotonic()
            for delay, event in sorted(events, key=lambda one: one[0]):
                time.sleep(max(0.0, delay - (time.monotonic() - began)))
                try:
                    event()
                except Exception:  # it would end the thread, and nobody would hear of it
                    self.problems.append(f"meanwhile: {traceback.format_exc()}")

        thread = threading.Thread(target=happen)
        thread.start()
        return thread

    def plan(self, controller: Controller | Playbooks, who: str, state: Any, chosen: dict[str, Any]) -> dict[str, Any]:
        """A plan, which writes nothing."""
        self.sandbox.clear_log()
        result = controller.run("state", params=self.params(who, state, chosen), check=True)
        self.settle([Deed(who, "plan", state, None, result)])
        return result

    def planned(
        self, controller: Controller, who: str, states: list[Any], chosen: dict[str, Any]
    ) -> tuple[Any, dict[str, Any]]:
        """The first state that can be planned, or the last one, and its plan."""
        for state in states:
            plan = self.plan(controller, who, state, chosen)
            if plan.get("checksum") and plan["operations"]:
                break
        return state, plan

    def calm(self) -> None:
        """The faults are over: what is planned now is what is done, and then there is nothing more to do."""
        script = self.script
        plan = self.plan(self.first, FIRST, self.state, script.chosen)
        done = Deed(FIRST, "state", self.state, plan, {})
        again = Deed(FIRST, "state", self.state, None, {})
        done.result = self.first.run("state", params=self.params(FIRST, self.state, script.chosen, **approved(plan)))
        self.settle([done])
        self.problems += invariants.as_planned(done)
        self.counts[TAKEN] += invariants.taken(done.result)
        if not done.result.get("failed"):
            self.applied = done.result
            again.result = self.first.run("state", params=self.params(FIRST, self.state, script.chosen))
            self.settle([again])
            self.problems += invariants.silent(again)

    def reported(self) -> None:
        """The report of the night, with clocks that are perhaps not what they were."""
        script = self.script
        for one in self.processes:
            one.run("jump", seconds=script.jump[1] if script.jump else 0)
        state = invariants.without_what_stays(self.state, self.applied)
        deed = Deed(FIRST, "drift", state, None, {})
        deed.result = self.first.drift(reporting(self.params(FIRST, state, script.chosen)))
        self.settle([deed])
        if "crash" not in deed.result:
            self.problems += invariants.report(deed, self.first.document(), self.applied)

    def exported(self) -> None:
        """What is exported, and applied as it is, changes nothing."""
        deed = Deed(FIRST, "export", {}, None, {})
        deed.result = self.first.run("export", params=self.params(FIRST, None, {}))
        self.settle([deed])
        if deed.result.get("failed"):
            self.problems.append(f"{deed}: {deed.result.get('msg')}")
            return
        source: dict[str, Any] = {"src": str(self.first.exported)} if isinstance(self.first, Playbooks) else {}
        back = Deed(FIRST, "the export, applied", {}, None, {})
        order = self.params(FIRST, deed.result["state"], {}, **source)
        back.result = self.first.run("state", params=order, check=True)
        self.settle([back])
        self.problems += invariants.silent(back)

    # -- what is looked at

    def settle(self, deeds: list[Deed], faults: bool = False) -> None:
        """Wait until nothing is carried out any more, and look at what was done by whom."""
        sandbox, counts = self.sandbox, self.counts
        if not sandbox.quiet():
            self.problems.append(f"{deeds[0]}: {sandbox.connections} connections are still open")
        log = sandbox.log()
        sandbox.clear_log()
        counts["faults hit"] += sum(one["done"] for one in sandbox.panel.faults.show())
        sandbox.clear_faults()
        by_whom = invariants.sorted_out(log, {FIRST: sandbox.username, SECOND: SECOND_ROOT})
        self.sessions.update(one["session"] for one in log if one["session"])
        forms = self.forms
        for deed in deeds:
            deed.entries, deed.nobodys = by_whom[deed.who], by_whom["nobody"]
            self.problems += invariants.of_all(deed, forms, self.script.restart is not None and faults)
        self.problems += invariants.of_nobody(by_whom["nobody"])
        counts["requests"] += len(log)
        counts["writes"] += sum(one["write"] for one in log)
        counts["accounts taken away as planned"] += sum(len(one["lost"]) for one in log)
        counts["runs"] += len([deed for deed in deeds if deed.result])
        counts["runs that failed, as they said"] += sum(bool(deed.result.get("failed")) for deed in deeds)
        counts["runs that put something back"] += sum(undone(deed.result) for deed in deeds)
        for violation in sandbox.violations():
            self.problems.append(f"against the document: {violation}")
        sandbox.clear_violations()

    @property
    def forms(self) -> dict[str, set[bytes]]:
        """All secrets, as they may be found."""
        sessions = {f"session {number}": one for number, one in enumerate(sorted(self.sessions))}
        return forms_of({**secrets_of(self.sandbox), **sessions})

    def left_behind(self) -> None:
        """No secret in a file, and no temporary file at all."""
        forms = self.forms
        for controller in self.processes:
            left = [path.name for path in controller.temporary.rglob("*")]
            if left:
                self.problems.append(f"{controller.who}: left in the folder for temporary files: {left}")
            for path in controller.folder.rglob("*"):
                if path.is_file():
                    where = f"{controller.who}: {path.relative_to(controller.folder)}"
                    self.problems += invariants.secrets(where, path.read_bytes(), forms)
        if isinstance(self.first, Playbooks):
            self.problems += self.first.problems


def approved(plan: dict[str, Any]) -> dict[str, Any]:
    """The option that approves a plan, and nothing if that was refused."""
    return {"expect_checksum": plan.get("checksum") or NO_PLAN}


def reporting(params: dict[str, Any]) -> dict[str, Any]:
    """The options of a drift report, for which the same is protected as for the run."""
    prune = params.get("prune") or {}
    rest = {name: value for name, value in params.items() if name != "prune"}
    return {**rest, "undeclared": {"protect": prune.get("protect", [])}}


def secrets_of(sandbox: Sandbox) -> dict[str, str]:
    """What must be seen nowhere."""
    return {
        "declared password": PASSWORD,
        "password of the panel": sandbox.password,
        "password of the second admin": SECOND_PASSWORD,
    }

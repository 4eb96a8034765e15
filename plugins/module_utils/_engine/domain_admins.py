# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who manages a domain. Where its own profile does not show it, the accounts that a task names are asked for theirs."""

from __future__ import annotations

from typing import Any, FrozenSet, Iterable, List, Mapping, NamedTuple, Tuple

from .._errors import BadAnswer, InputError, MissingAccount, MissingDomain
from .._model.addresses import DomainName
from .._model.catalog import MANAGERS
from .._model.codecs import Items
from .._model.resources.domain import DOMAIN
from .._model.resources.domain_admins import ADMINS, KEYS
from .._model.sources import UNREADABLE
from .argument_spec import keyed_spec
from .current import Current
from .desired import Desired, target_of
from .in_use import MANAGER, UNDELEGATED, Hit
from .panel import Panel
from .passes import Passes
from .plan import UPDATE, Expect, Operation, Plan, unmet
from .task import Module, Params
from .view import View
from .writing import WritingTask

Names = FrozenSet[str]
NONE: Names = frozenset()
MANAGED = Items(DomainName())


class Admins(NamedTuple):
    """Who manages a domain: all, where the panel shows them; else of those that the task names."""

    names: Names
    shown: bool = True


class DomainAdminsTask(WritingTask):
    """Bring the admins of one domain to the declared state."""

    def __init__(self, params: Params) -> None:
        self.domain = target_of(KEYS, params).as_dict()["domain"]
        super().__init__("domain_admins", self.domain, Desired.of(self.domain, params))
        self.desired.take_field(ADMINS, params)
        given = any(params.get(option) is not None for option in ("admins", "add_admins", "remove_admins"))
        if self.desired.present != given:
            raise InputError(
                "one of admins, add_admins and remove_admins is needed."
                if self.desired.present
                else "state: absent removes every admin of the domain; to remove some, say state: present with "
                "remove_admins."
            )

    def show(self, state: Admins) -> None:
        self.outcome.values[self.kind] = {"domain": self.domain, "admins": sorted(state.names)}

    def read(self, view: View) -> Admins:
        try:
            shown = view.admins(self.domain)
        except MissingDomain as error:
            if self.desired.present:
                self.missing(view, error)
            return Admins(NONE)
        if shown is not None:
            return Admins(shown)
        if not self.desired.present:
            return Admins(NONE, shown=False)
        if "admins" in self.desired.exact:
            raise InputError(
                "this panel does not show who manages a domain, so the exact list cannot be compared; use add_admins "
                "and remove_admins."
            )
        named = self.desired.mentioned(ADMINS) - frozenset(self.desired.odd.get(ADMINS.option, ()))
        return Admins(frozenset(mail for mail in sorted(named) if self._manages(view, mail)), shown=False)

    def basis(self) -> Any:
        return [sorted(self.found.names), self.found.shown]

    def plan(self, view: View, found: Admins) -> Plan:
        if not self.desired.present:
            return self._plan_absent(view, found)
        wanted = self.desired.items("admins", found.names)
        adding, removing = wanted - found.names, found.names - wanted
        plan = Plan(before={"admins": found.names}, after={"admins": wanted}, predicted=Admins(wanted, found.shown))
        plan.warnings += self.desired.hardly_meant(ADMINS, found.names)
        if not (adding or removing):
            return plan
        self._keep(view, removing)
        if view.read_only and found.shown:
            for mail in sorted(adding):  # the panel ignores who does not exist
                self._manages(view, mail, warn=False)
        named = (("addAdmin", adding), ("removeAdmin", removing))
        params = {name: ADMINS.codec.to_wire(items) for name, items in named if items}
        plan.action, plan.operations = UPDATE, [Operation("PUT", ("domain", "admins", self.domain), params)]
        plan.expect["admins"] = Expect(added=adding, removed=removing)
        return plan

    def name_again(self, view: View, passes: Passes) -> None:
        """Plan besides what names those once more whose names pass to another account in the same run."""
        if not (self.desired.present and self.found.shown):
            return
        was, will = self.found.names, self.state.names
        lost = passes.lost(was, will)
        plan = self.plan(view, Admins(passes.left(will, lost) | passes.came(was, will)))
        if plan.operations:
            self.follow(plan, {"admins": passes.left(was, lost)})

    def _keep(self, view: View, names: Iterable[str]) -> None:
        """A global admin manages every domain anyway; any other who is taken out is locked out of it."""
        hits = [Hit(mail, UNDELEGATED, MANAGER) for mail in sorted(names)]
        self.keep_in_use(view, hits, among="one of its admins")

    def _plan_absent(self, view: View, found: Admins) -> Plan:
        plan = Plan(before={"admins": found.names if found.shown else UNREADABLE}, after={"admins": NONE})
        plan.predicted = Admins(NONE, found.shown)
        if not found.shown:
            plan.unverified.append("admins")
            plan.warnings.append(
                "this panel does not show who manages a domain, so the removal is sent in every run and never verified."
            )
        elif not found.names:
            return plan
        # whoever may do this and is no global admin is one of them
        self._keep(view, found.names if found.shown else [""])
        plan.action = UPDATE
        plan.operations = [Operation("PUT", ("domain", "admins", self.domain), {"removeAllAdmins": ""})]
        return plan

    def is_done(self, panel: Panel, plan: Plan, operation: Operation) -> bool:
        state = self.read(panel)
        if not self.desired.present:
            return state.shown and not state.names
        return not self.unmet(plan, state)

    def values(self, state: Admins) -> Mapping[str, Any]:
        return {"admins": state.names}

    def unmet(self, plan: Plan, state: Admins) -> List[Tuple[Iterable[str], str]]:
        if not self.desired.present:
            left = ", ".join(sorted(state.names))
            sentence = "the server accepted the removal and still shows %s" % left
            return [(("admins",), sentence)] if left else []
        if not unmet((ADMINS,), plan.expect, {"admins": state.names}):
            return []
        expect = plan.expect["admins"]
        wrong = sorted((expect.added - state.names) | (expect.removed & state.names))
        sentence = "the server accepted the change and did not carry it out for " + ", ".join(wrong)
        return [(("admins",), sentence)]

    def _manages(self, view: View, mail: str, warn: bool = True) -> bool:
        """Whether the account's own profile says that it manages the domain."""
        to_remove = mail not in self.desired.items("admins", NONE)
        for resource in MANAGERS:
            # a standalone admin's domain is not hosted, which may be the answer (panel/admins.md#standalone-admins)
            account = view.get(resource, mail, DOMAIN.absent_codes)
            if account is None:
                continue
            self._raise_problem(account, "global_admin", mail)
            if account.value("global_admin") is True:
                # all domains are shown for a global admin, so its own delegations cannot be seen
                # (panel/admins.md#global-admins)
                if warn:
                    self.outcome.warn("%s is a global admin and manages every domain anyway." % mail)
                return not to_remove
            return self.domain in managed_domains(account, mail)
        if not to_remove:
            self.missing(view, MissingAccount("there is no account %s that could manage the domain." % mail))
        return False

    @staticmethod
    def _raise_problem(account: Current, option: str, mail: str) -> None:
        if option in account.problems:
            raise BadAnswer("%s of %s is not clear: %s." % (option, mail, account.problems[option]))


def managed_domains(account: Current, mail: str) -> Names:
    """The domains that an account's profile says it manages.

    :raises BadAnswer: they are shown in an unknown form
    """
    try:
        found: Names = MANAGED.from_wire(account.facts.get("managed_domains"))
    except ValueError as error:
        raise BadAnswer("managed_domains of %s has an unknown form: %s." % (mail, error)) from None
    return found


DOMAIN_ADMINS = Module(lambda: keyed_spec(KEYS, (ADMINS,)), DomainAdminsTask, (ADMINS,))

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The greylisting modules: a setting with a whitelist beside it, and domains nobody can read back."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Tuple

from .._errors import InputError
from .._model.resources.greylisting import GREYLISTING, SPF_DOMAINS, SPF_PATH, WHITELIST
from .._model.sources import UNREADABLE
from .address_set import AddressSetTask
from .argument_spec import keyed_spec
from .desired import Desired
from .panel import Panel
from .plan import UPDATE, Operation, Plan
from .result import show_set, show_setting
from .setting import SettingTask
from .task import Module, Params
from .view import View
from .writing import WritingTask


class GreylistingTask(SettingTask):
    """The setting first, then the whitelist. ``absent`` removes the setting and leaves the whitelist alone."""

    def __init__(self, params: Params) -> None:
        super().__init__(GREYLISTING, params)
        named = any(params.get(prefix + WHITELIST.field.option) is not None for prefix in ("", "add_", "remove_"))
        if named and not self.desired.present:
            raise InputError("state: absent removes the setting only; it does not go with a whitelist.")
        self.whitelist = AddressSetTask(WHITELIST, dict(params, state="present"))
        self.parts = (self.whitelist,) if self.whitelist.desired.names(WHITELIST.field) else ()

    def basis(self) -> Any:
        return [super().basis(), [part.basis() for part in self.parts]]

    def live(self, panel: Panel) -> None:
        super().live(panel)
        found = self.whitelist.state if self.parts else self.whitelist.read(panel)
        shown = self.outcome.values[self.kind] = show_setting(self.target, self.state)
        declared = self.desired.present or bool(shown)
        self.outcome.values[self.kind] = dict(show_set(WHITELIST, self.target, found.own, declared), **shown)


class SpfDomainsTask(WritingTask):
    """Domains whose SPF hosts are whitelisted. There is no GET, so what is sent is a change.

    See panel/greylisting.md#spf-domains.
    """

    def __init__(self, params: Params) -> None:
        super().__init__("greylisting_spf_domains", "", Desired.of("global", params))
        self.desired.verify = "off"
        self.desired.take_field(SPF_DOMAINS, params)
        if not self.desired.present:
            if self.desired.names(SPF_DOMAINS):
                raise InputError("state: absent removes every domain; to remove some, use remove_domains.")
            self.desired.exact["domains"] = frozenset()

    def read(self, view: View) -> None:
        return None

    def basis(self) -> None:
        return None

    def plan(self, view: View, found: None) -> Plan:
        desired, plan = self.desired, Plan()
        named = [
            (option, str(parameter), place["domains"])
            for option, parameter, place in (
                ("domains", SPF_DOMAINS.update, desired.exact),
                ("add_domains", SPF_DOMAINS.add, desired.add),
                ("remove_domains", SPF_DOMAINS.remove, desired.remove),
            )
            if "domains" in place
        ]
        if not named:
            return plan
        if desired.unreadable == "skip":
            plan.uncompared.append("domains")
            plan.warnings.append("the panel does not show these domains, so nothing is sent (unreadable: skip).")
            return plan
        plan.before["domains"] = UNREADABLE
        plan.after.update({option: items for option, _parameter, items in named})
        plan.unverified.append("domains")
        plan.warnings.append("the panel does not show these domains, so they are sent without being compared.")
        params = {parameter: SPF_DOMAINS.codec.to_wire(items) for _option, parameter, items in named}
        plan.action, plan.operations = UPDATE, [Operation("POST", SPF_PATH, params)]
        return plan

    def is_done(self, panel: Panel, plan: Plan, operation: Operation) -> bool:
        return False

    def stands(self, panel: Panel, plan: Plan, operation: Operation) -> List[str]:
        return []

    def unmet(self, plan: Plan, state: None) -> List[Tuple[Iterable[str], str]]:
        return []

    def show(self, state: None) -> None:
        if "domains" in self.desired.exact and self.outcome.operations:
            self.outcome.values[self.kind] = {"domains": sorted(self.desired.exact["domains"])}

    def result(self) -> Dict[str, Any]:
        return self.outcome.to_result(self.kind, "global", self.subject)


def _spec() -> Dict[str, Any]:
    return keyed_spec(GREYLISTING.keys, GREYLISTING.fields + (WHITELIST.field,))


GREYLISTING_MODULE = Module(_spec, GreylistingTask, (*GREYLISTING.fields, WHITELIST.field))
SPF_MODULE = Module(lambda: keyed_spec((), (SPF_DOMAINS,)), SpfDomainsTask, (SPF_DOMAINS,))

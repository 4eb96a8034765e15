# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The greylisting modules: a setting with a whitelist beside it, and domains nobody can read back."""

from __future__ import annotations

from typing import Any, Dict

from .._api.client import Client
from .._errors import InputError
from .._model.resources.greylisting import GREYLISTING, SPF_DOMAINS, SPF_PATH, WHITELIST
from .._model.sources import UNREADABLE
from .address_set import Members, described_set, read_set
from .argument_spec import keyed_spec
from .desired import Want, fill, take
from .plan import Write
from .result import Outcome, in_diff
from .setting import SettingWork
from .task import Job, Params, Work
from .writing import Writer


class GreylistingWork(SettingWork):
    """The setting first, then the whitelist. ``absent`` removes the setting and leaves the whitelist alone."""

    def __init__(self, params: Params) -> None:
        super().__init__(GREYLISTING, params)
        if self.want.present:
            fill(self.want, WHITELIST, params)
        elif any(params.get(prefix + "whitelist") is not None for prefix in ("", "add_", "remove_")):
            raise InputError("state: absent removes the setting only; it does not go with a whitelist.")

    def run(self, client: Client) -> None:
        super().run(client)
        shown = self.outcome.values[GREYLISTING.name]
        if self.want.present and self.want.names(WHITELIST.field):
            writer = Writer(client, self.outcome, self.want.verify)
            found = Members(writer, WHITELIST, self.target, self.want).reach()
        else:
            found = read_set(client, WHITELIST, self.target)
        declared = self.want.present or bool(shown)
        self.outcome.values[GREYLISTING.name] = dict(described_set(WHITELIST, self.target, found, declared), **shown)


class SpfDomainsWork(Work):
    """Domains whose SPF hosts are whitelisted. There is no GET, so what is sent is a change.

    See panel/greylisting.md#spf-domains.
    """

    subject = "greylisting_spf_domains"

    def __init__(self, params: Params) -> None:
        self.want = Want(
            "global",
            present=params.get("state", "present") == "present",
            unreadable=params.get("unreadable") or "send",
        )
        self.outcome = Outcome()
        self._fill(params)

    def _fill(self, params: Params) -> None:
        take(SPF_DOMAINS, params, self.want)
        if not self.want.present:
            if self.want.names(SPF_DOMAINS):
                raise InputError("state: absent removes every domain; to remove some, use remove_domains.")
            self.want.exact["domains"] = frozenset()

    def run(self, client: Client) -> None:
        want, codec = self.want, SPF_DOMAINS.codec
        named = [
            (option, str(parameter), place["domains"])
            for option, parameter, place in (
                ("domains", SPF_DOMAINS.update, want.exact),
                ("add_domains", SPF_DOMAINS.add, want.add),
                ("remove_domains", SPF_DOMAINS.remove, want.remove),
            )
            if "domains" in place
        ]
        if not named:
            return
        if want.unreadable == "skip":
            self.outcome.uncompared.append("domains")
            self.outcome.warnings.append(
                "the panel does not show these domains, so nothing is sent (unreadable: skip)."
            )
            return
        self.outcome.before["domains"] = in_diff(UNREADABLE)
        self.outcome.after.update({option: sorted(items) for option, _parameter, items in named})
        self.outcome.doubt(["domains"])
        self.outcome.warnings.append("the panel does not show these domains, so they are sent without being compared.")
        params = {parameter: codec.to_wire(items) for _option, parameter, items in named}
        Writer(client, self.outcome, "off").send(Write("POST", SPF_PATH, params), lambda: False)
        if "domains" in want.exact:
            self.outcome.values["greylisting_spf_domains"] = {"domains": sorted(want.exact["domains"])}

    def result(self) -> Dict[str, Any]:
        return self.outcome.of("greylisting_spf_domains", "global", self.subject)


def _spec() -> Dict[str, Any]:
    return keyed_spec(GREYLISTING.keys, GREYLISTING.fields + (WHITELIST.field,))


GREYLISTING_JOB = Job(_spec, GreylistingWork)
SPF_JOB = Job(lambda: keyed_spec((), (SPF_DOMAINS,)), SpfDomainsWork)

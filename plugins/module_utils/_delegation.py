# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who manages a domain. There is no GET for it (wire-facts 5): each account's own profile is asked."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, Optional

from ansible_collections.mailstate.iredmail.plugins.module_utils._accounts import target_of
from ansible_collections.mailstate.iredmail.plugins.module_utils._addresses import Address, DomainName
from ansible_collections.mailstate.iredmail.plugins.module_utils._client import Client
from ansible_collections.mailstate.iredmail.plugins.module_utils._codecs import Flag, Items, first
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import InputError, NoSuchEndpoint, Rejected
from ansible_collections.mailstate.iredmail.plugins.module_utils._fields import Field
from ansible_collections.mailstate.iredmail.plugins.module_utils._job import Job, Params, Work
from ansible_collections.mailstate.iredmail.plugins.module_utils._places import UNREADABLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._plan import Write
from ansible_collections.mailstate.iredmail.plugins.module_utils._profile import unwrap
from ansible_collections.mailstate.iredmail.plugins.module_utils._result import Outcome, in_diff
from ansible_collections.mailstate.iredmail.plugins.module_utils._spec import keyed_spec
from ansible_collections.mailstate.iredmail.plugins.module_utils._want import Want, take
from ansible_collections.mailstate.iredmail.plugins.module_utils._writing import Writer

KEYS = (("domain", DomainName()),)
ADMINS = Field("admins", Items(Address()), add="addAdmin", remove="removeAdmin")


def listed(client: Client, domain: str) -> Optional[FrozenSet[str]]:
    """The admins the domain's own profile shows; None where it shows none at all (SQL, wire-facts 5)."""
    profile = unwrap(client.get(("domain", domain)))
    if not isinstance(profile, dict):
        return None
    for key in ("domainAdmin", "domain_admins", "admins"):
        if key in profile:
            return frozenset(ADMINS.codec.from_wire(profile[key]))
    # LDAP leaves out what is empty
    return frozenset() if "domainName" in profile else None


class DelegationWork(Work):
    """Bring the admins of one domain to the declared state."""

    def __init__(self, params: Params) -> None:
        self.target = target_of(KEYS, params)
        self.domain = self.target.as_dict()["domain"]
        self.want = Want(
            self.domain,
            present=params.get("state", "present") == "present",
            verify=params.get("verify") or "strict",
            unreadable=params.get("unreadable") or "send",
        )
        take(ADMINS, params, self.want)
        if self.want.present != self.want.names(ADMINS):
            raise InputError(
                "give admins, add_admins or remove_admins."
                if self.want.present
                else "state: absent removes every admin of the domain; to remove some, use remove_admins."
            )
        self.outcome = Outcome()
        self.subject = "domain_admins " + self.domain

    def run(self, client: Client) -> None:
        writer = Writer(client, self.outcome, self.want.verify)
        shown = listed(client, self.domain)
        if not self.want.present:
            return self._clear(writer, shown)
        exact = self.want.exact.get("admins")
        if exact is not None and shown is None:
            raise InputError(
                "this panel does not show who manages a domain, so the exact list cannot be compared; use add_admins "
                "and remove_admins."
            )
        add, remove = self.want.add.get("admins", frozenset()), self.want.remove.get("admins", frozenset())
        if exact is not None and shown is not None:
            add, remove = exact - shown, shown - exact
        current = shown if shown is not None else self._asked(client, add | remove)
        adding, removing = add - current, remove & current
        self.outcome.before["admins"] = sorted(current)
        self.outcome.after["admins"] = sorted((current | adding) - removing)
        if adding or removing:
            params = {
                name: ADMINS.codec.to_wire(items) for name, items in (("addAdmin", adding), ("removeAdmin", removing))
            }
            params = {name: text for name, text in params.items() if text}
            write = Write("PUT", ("domain", "admins", self.domain), params)
            writer.send(write, lambda: self._done(client, adding, removing))
            if not writer.check and self.want.verify != "off":
                self._verify(client, writer, adding, removing)
        self._show(frozenset(self.outcome.after["admins"]))

    def _clear(self, writer: Writer, shown: Optional[FrozenSet[str]]) -> None:
        if shown is None:
            self.outcome.before["admins"], self.outcome.after["admins"] = in_diff(UNREADABLE), []
            self.outcome.doubt(["admins"])
            self.outcome.warnings.append(
                "this panel does not show who manages a domain; the removal cannot be verified."
            )
        else:
            self.outcome.before["admins"], self.outcome.after["admins"] = sorted(shown), []
            if not shown:
                return self._show(frozenset())
        write = Write("PUT", ("domain", "admins", self.domain), {"removeAllAdmins": ""})
        writer.send(write, lambda: listed(writer.client, self.domain) == frozenset())
        if not writer.check and self.want.verify != "off" and shown is not None:
            left = listed(writer.client, self.domain)
            if left:
                writer.complain("the server accepted the removal and still shows %s" % ", ".join(sorted(left)))
        self._show(frozenset())

    def _asked(self, client: Client, accounts: FrozenSet[str]) -> FrozenSet[str]:
        """Those of some accounts whose own profile says they manage the domain."""
        return frozenset(mail for mail in sorted(accounts) if self._manages(client, mail))

    def _manages(self, client: Client, mail: str) -> bool:
        for kind in ("user", "admin"):
            try:
                profile = unwrap(client.get((kind, mail)))
            except (Rejected, NoSuchEndpoint) as refusal:
                if isinstance(refusal, Rejected) and refusal.code == "NO_SUCH_ACCOUNT":
                    continue
                raise
            if not isinstance(profile, dict):
                raise InputError("the profile of %s is of an unknown shape." % mail)
            if Flag().from_wire(profile.get("isglobaladmin", first(profile.get("domainGlobalAdmin")))):
                # all domains are shown for a global admin, so its own delegations cannot be seen (wire-facts 5)
                self.outcome.warnings.append("%s is a global admin and manages every domain anyway." % mail)
                return mail not in self.want.remove.get("admins", frozenset())
            return self.domain in [str(name).lower() for name in profile.get("managed_domains") or []]
        if mail in self.want.remove.get("admins", frozenset()):
            return False
        raise InputError("there is no account %s that could manage the domain." % mail)

    def _done(self, client: Client, adding: FrozenSet[str], removing: FrozenSet[str]) -> bool:
        there = listed(client, self.domain)
        there = self._asked(client, adding | removing) if there is None else there
        return adding <= there and not removing & there

    def _verify(self, client: Client, writer: Writer, adding: FrozenSet[str], removing: FrozenSet[str]) -> None:
        there = listed(client, self.domain)
        there = self._asked(client, adding | removing) if there is None else there
        wrong: List[str] = sorted((adding - there) | (removing & there))
        if wrong:
            writer.complain("the server accepted the change and did not carry it out for %s" % ", ".join(wrong))

    def _show(self, admins: FrozenSet[str]) -> None:
        self.outcome.values["domain_admins"] = {"domain": self.domain, "admins": sorted(admins)}

    def result(self) -> Dict[str, Any]:
        return self.outcome.of("domain_admins", self.domain, self.subject)


DOMAIN_ADMINS_JOB = Job(lambda: keyed_spec(KEYS, (ADMINS,)), DelegationWork)

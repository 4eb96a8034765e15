# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who manages a domain. There is no GET for it: each account is asked (panel/admins.md#who-manages-a-domain)."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, Mapping, Optional

from .._api.client import Client
from .._api.transport import Path, api_path
from .._errors import BadAnswer, InputError, Rejected
from .._model.accounts import target_of
from .._model.addresses import Address, DomainName
from .._model.codecs import Flag, Items
from .._model.descriptors import LDAP, Field
from .._model.resources.admin import ADMIN
from .._model.resources.domain import DOMAIN
from .._model.resources.user import USER
from .._model.sources import UNREADABLE
from .argument_spec import keyed_spec
from .current import personality, unwrap
from .desired import Want, take
from .plan import Write
from .result import Outcome, in_diff
from .task import Job, Params, Work
from .writing import Writer

KEYS = (("domain", DomainName()),)
ADMINS = Field("admins", Items(Address()), add="addAdmin", remove="removeAdmin")
ACCOUNTS = (USER, ADMIN)
# a standalone admin's domain is not hosted (panel/admins.md#standalone-admins), and asking for a user there may be
# answered with either
NO_ACCOUNT = USER.absent_codes | ADMIN.absent_codes | DOMAIN.absent_codes
Names = FrozenSet[str]


class NoDomain(InputError):
    """There is no such domain."""


def listed(client: Client, domain: str) -> Optional[Names]:
    """The admins the domain's own profile shows; None where it shows none at all (SQL).

    See panel/admins.md#who-manages-a-domain.

    :raises NoDomain: there is no such domain
    """
    path = DOMAIN.at(domain)
    try:
        profile = _profile(client, path)
    except Rejected as refusal:
        if refusal.code not in DOMAIN.absent_codes:
            raise
        raise NoDomain("there is no domain %s." % domain) from None
    for key in ("domainAdmin", "domain_admins", "admins"):
        if key in profile:
            return _names(profile, key, path)
    backend = personality(DOMAIN, profile)
    if backend is None:
        raise BadAnswer(
            "GET %s returned a profile of a shape this collection does not know (keys: %s)."
            % (api_path(path), ", ".join(sorted(map(str, profile))[:40]) or "none")
        )
    # LDAP leaves out what is empty
    return frozenset() if backend == LDAP else None


def _profile(client: Client, path: Path) -> Mapping[str, Any]:
    profile = unwrap(client.get(path))
    if not isinstance(profile, dict):
        raise BadAnswer("GET %s returned a %s where a profile is expected." % (api_path(path), type(profile).__name__))
    return profile


def _names(profile: Mapping[str, Any], key: str, path: Path) -> Names:
    try:
        found: Names = ADMINS.codec.from_wire(profile.get(key))
    except ValueError as error:
        raise BadAnswer("GET %s: %s is of an unknown form: %s." % (api_path(path), key, error)) from None
    return found


class DelegationWork(Work):
    """Bring the admins of one domain to the declared state."""

    def __init__(self, params: Params) -> None:
        self.target = target_of(KEYS, params)
        self.domain = self.target.as_dict()["domain"]
        self.want = Want(
            self.domain,
            present=params.get("state", "present") == "present",
            verify=params.get("verify") or "strict",
        )
        take(ADMINS, params, self.want)
        given = any(params.get(option) is not None for option in ("admins", "add_admins", "remove_admins"))
        if self.want.present != given:
            raise InputError(
                "give admins, add_admins or remove_admins."
                if self.want.present
                else "state: absent removes every admin of the domain; to remove some, say state: present with "
                "remove_admins."
            )
        self.add = self.want.add.get("admins", frozenset())
        self.remove = self.want.remove.get("admins", frozenset())
        self.outcome = Outcome()
        self.subject = "domain_admins " + self.domain

    def run(self, client: Client) -> None:
        writer = Writer(client, self.outcome, self.want.verify)
        if self.want.present:
            try:
                shown = listed(client, self.domain)
            except NoDomain as error:
                writer.not_yet(error)
                shown = frozenset()
            self._present(writer, shown)
        else:
            self._absent(writer)

    # -- present

    def _present(self, writer: Writer, shown: Optional[Names]) -> None:
        exact = self.want.exact.get("admins")
        if exact is not None:
            if shown is None:
                raise InputError(
                    "this panel does not show who manages a domain, so the exact list cannot be compared; use "
                    "add_admins and remove_admins."
                )
            self.add, self.remove = exact - shown, shown - exact
        current = self._asked(writer, first_time=True) if shown is None else shown
        adding, removing = self.add - current, self.remove & current
        after = (current | adding) - removing
        self.outcome.before["admins"], self.outcome.after["admins"] = sorted(current), sorted(after)
        if adding or removing:
            named = (("addAdmin", adding), ("removeAdmin", removing))
            params = {name: ADMINS.codec.to_wire(items) for name, items in named if items}
            write = Write("PUT", ("domain", "admins", self.domain), params)
            if writer.check and shown is not None:
                for mail in sorted(adding):  # the panel ignores who does not exist
                    self._manages(writer, mail, first_time=False)
            writer.send(write, lambda: not self._wrong(self._now(writer), adding, removing))
            if not writer.check and self.want.verify != "off":
                after = self._now(writer)
                wrong = self._wrong(after, adding, removing)
                if wrong:
                    self.outcome.doubt(["admins"])
                    writer.complain("the server accepted the change and did not carry it out for " + ", ".join(wrong))
        self._show(after)

    @staticmethod
    def _wrong(there: Names, adding: Names, removing: Names) -> List[str]:
        return sorted((adding - there) | (removing & there))

    def _now(self, writer: Writer) -> Names:
        shown = listed(writer.client, self.domain)
        return self._asked(writer) if shown is None else shown

    def _asked(self, writer: Writer, first_time: bool = False) -> Names:
        """Of the accounts named by the task, those whose own profile says they manage the domain."""
        return frozenset(mail for mail in sorted(self.add | self.remove) if self._manages(writer, mail, first_time))

    def _manages(self, writer: Writer, mail: str, first_time: bool) -> bool:
        for resource in ACCOUNTS:
            path = resource.at(mail)
            try:
                profile = _profile(writer.client, path)
            except Rejected as refusal:
                if refusal.code in NO_ACCOUNT:
                    continue
                raise
            if self._is_global(profile, path):
                # all domains are shown for a global admin, so its own delegations cannot be seen
                # (panel/admins.md#global-admins)
                if first_time:
                    self.outcome.warnings.append("%s is a global admin and manages every domain anyway." % mail)
                return mail in self.add
            return self.domain in _names({"names": profile.get("managed_domains")}, "names", path)
        if mail in self.remove:
            return False
        writer.not_yet(InputError("there is no account %s that could manage the domain." % mail))
        return False

    @staticmethod
    def _is_global(profile: Mapping[str, Any], path: Path) -> bool:
        raw = profile.get("isglobaladmin", profile.get("domainGlobalAdmin"))
        try:
            return Flag().from_wire(raw)
        except ValueError as error:
            raise BadAnswer(
                "GET %s: whether it is a global admin is not clear: %s." % (api_path(path), error)
            ) from None

    # -- absent

    def _absent(self, writer: Writer) -> None:
        try:
            shown = listed(writer.client, self.domain)
        except NoDomain:
            shown = frozenset()
        if shown is None:
            self.outcome.before["admins"], self.outcome.after["admins"] = in_diff(UNREADABLE), []
            self.outcome.doubt(["admins"])
            self.outcome.warnings.append(
                "this panel does not show who manages a domain, so the removal is sent in every run and never verified."
            )
        else:
            self.outcome.before["admins"], self.outcome.after["admins"] = sorted(shown), []
            if not shown:
                return self._show(frozenset())
        write = Write("PUT", ("domain", "admins", self.domain), {"removeAllAdmins": ""})
        writer.send(write, lambda: listed(writer.client, self.domain) == frozenset())
        left: Names = frozenset()
        if not writer.check and self.want.verify != "off" and shown is not None:
            left = listed(writer.client, self.domain) or frozenset()
            if left:
                self.outcome.doubt(["admins"])
                writer.complain("the server accepted the removal and still shows %s" % ", ".join(sorted(left)))
        self._show(left)

    def _show(self, admins: Names) -> None:
        self.outcome.values["domain_admins"] = {"domain": self.domain, "admins": sorted(admins)}

    def result(self) -> Dict[str, Any]:
        return self.outcome.of("domain_admins", self.domain, self.subject)


DOMAIN_ADMINS_JOB = Job(lambda: keyed_spec(KEYS, (ADMINS,)), DelegationWork)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All users of a domain at once (panel/users.md#all-users-of-a-domain): one PUT when any of them differs."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

from .._api.client import Client
from .._api.connection import connection_spec
from .._errors import BadAnswer, InputError
from .._model.accounts import target_of
from .._model.addresses import DomainName
from .._model.descriptors import Field
from .._model.resources.common import ENABLED, LANGUAGE, TRANSPORT
from .._model.resources.domain import DOMAIN
from .._model.resources.user import USER
from .._model.sources import UNREADABLE
from .argument_spec import keyed_spec
from .current import Current, list_identities, read
from .desired import Want, secret, take
from .plan import Write
from .result import Outcome, described, in_diff, spoken
from .task import Job, Params, Work
from .writing import Writer

KEYS = (("domain", DomainName()),)
FIELDS = (ENABLED, LANGUAGE, TRANSPORT)


Users = List[Tuple[str, Current]]


def users_of(client: Client, domain: str) -> Users:
    """Every user of a domain with its profile, each read by itself: the list shows too little.

    See panel/user-profiles.md#list-of-users.
    """
    names = list_identities(client, USER, domain) or []
    found = [(name, read(client, USER, name)) for name in names]
    return [(name, current) for name, current in found if current is not None]


class DomainUsersWork(Work):
    """Bring all users of a domain to the declared values."""

    def __init__(self, params: Params) -> None:
        self.domain = target_of(KEYS, params).as_dict()["domain"]
        self.want = Want(
            self.domain, verify=params.get("verify") or "strict", unreadable=params.get("unreadable") or "send"
        )
        for one in FIELDS:
            take(one, params, self.want)
        self.password = _password(params)
        if not self.want.exact and self.password is None:
            raise InputError("give enabled, language, transport or password.")
        self.outcome = Outcome()
        self.subject = "domain_users " + self.domain

    def run(self, client: Client) -> None:
        writer = Writer(client, self.outcome, self.want.verify)
        users = users_of(client, self.domain)
        if not users and read(client, DOMAIN, self.domain) is None:
            writer.not_yet(InputError("there is no domain %s." % self.domain))
        names = [name for name, _current in users]
        in_use = client.username in names
        if in_use and self.want.exact.get(ENABLED.option) is False:
            raise InputError("the account of api_username is in this domain; the one in use is never disabled.")
        params: Dict[str, str] = {}
        for one in FIELDS:
            if one.option in self.want.exact:
                params.update(self._difference(one, users))
        if self.password is not None and users:
            params["password"] = self.password
            self.outcome.before["password"], self.outcome.after["password"] = "<unknown>", "<changed>"
            self.outcome.doubt(["password"])
            if in_use:
                self.outcome.warnings.append("the account of api_username is in this domain and gets the password too.")
        if params:
            write = Write("PUT", ("users", self.domain), params)
            writer.send(write, lambda: self._is_done(client, users, params))
            if not writer.check and self.want.verify != "off":
                for option, sentence in self._unmet(self._again(client, users)):
                    self.outcome.doubt([option])
                    writer.complain(sentence)
        self.outcome.values["domain_users"] = dict(self.want.exact, domain=self.domain, users=names)

    def _difference(self, one: Field, users: Users) -> Dict[str, str]:
        wanted, option = self.want.exact[one.option], one.option
        before: Dict[str, Any] = {}
        hidden = differs = False
        for name, current in users:
            if option in current.problems:
                raise BadAnswer("%s: %s: %s." % (name, option, current.problems[option]))
            value = current.values.get(option, UNREADABLE)
            before[name] = in_diff(value)
            hidden = hidden or value is UNREADABLE
            differs = differs or (value is not UNREADABLE and not one.codec.same(value, wanted))
        send = differs or (hidden and self.want.unreadable == "send")
        self.outcome.before[option] = before
        self.outcome.after[option] = dict.fromkeys(before, wanted) if send else before
        if hidden and not send:
            self.outcome.uncompared.append(option)
        if not send:
            return {}
        if hidden:
            self.outcome.doubt([option])
        if not differs:
            self.outcome.warnings.append(
                "%s is not shown by this panel, so it is sent without being compared (unreadable: send)." % option
            )
        return {str(one.update): one.codec.to_wire(wanted)}

    def _again(self, client: Client, users: Users) -> Users:
        """The same users after the request; others who came meanwhile were never meant."""
        names = frozenset(name for name, _current in users)
        return [(name, current) for name, current in users_of(client, self.domain) if name in names]

    def _is_done(self, client: Client, users: Users, params: Dict[str, str]) -> bool:
        again = self._again(client, users)
        blind = any(
            current.values.get(option, UNREADABLE) is UNREADABLE
            for _name, current in again
            for option in self.want.exact
        )
        return "password" not in params and not blind and not self._unmet(again)

    def _unmet(self, users: Users) -> List[Tuple[str, str]]:
        """Options with a sentence on each user who does not show them as sent; what is hidden is left out."""
        found = []
        for one in FIELDS:
            for name, current in users if one.option in self.want.exact else []:
                wanted, value = self.want.exact[one.option], current.values.get(one.option, UNREADABLE)
                if value is not UNREADABLE and not one.codec.same(value, wanted):
                    sentence = "%s of %s was not accepted by the server: sent %s, found %s"
                    found.append((one.option, sentence % (one.option, name, spoken(wanted), spoken(value))))
        return found

    def result(self) -> Dict[str, Any]:
        return self.outcome.of("domain_users", self.domain, self.subject)


def _password(params: Params) -> Optional[str]:
    """:raises InputError: it is impossible, or it is not said that it is meant"""
    password: Optional[str] = params.get("password")
    if password is None:
        return None
    secret("password", password)
    if params.get("update_password") != "always":
        raise InputError(
            "password sets the same password for every user of the domain, in every run; say update_password: "
            "always if that is meant."
        )
    return password


class DomainUsersInfoWork(Work):
    """The users of a domain; none where there is no such domain, as with the other reading modules."""

    def __init__(self, params: Params) -> None:
        self.domain = target_of(KEYS, params).as_dict()["domain"]
        self.users: List[Dict[str, Any]] = []
        self.subject = "domain_users " + self.domain

    def run(self, client: Client) -> None:
        self.users = [described(USER, name, current) for name, current in users_of(client, self.domain)]

    def result(self) -> Dict[str, Any]:
        return {"changed": False, "users": self.users}


def _spec() -> Dict[str, Any]:
    spec = keyed_spec(KEYS, FIELDS, states=("present",))
    spec["argument_spec"]["password"] = {"type": "str", "no_log": True}
    spec["argument_spec"]["update_password"] = {"type": "str", "choices": ["always"], "no_log": False}
    return spec


def _info_spec() -> Dict[str, Any]:
    return {
        "argument_spec": dict(connection_spec(), domain={"type": "str", "required": True}),
        "supports_check_mode": True,
    }


DOMAIN_USERS_JOB = Job(_spec, DomainUsersWork)
DOMAIN_USERS_INFO_JOB = Job(_info_spec, DomainUsersInfoWork)

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All users of a domain at once (wire-facts 8): one PUT when any of them differs."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from ansible_collections.mailstate.iredmail.plugins.module_utils._accounts import target_of
from ansible_collections.mailstate.iredmail.plugins.module_utils._addresses import DomainName
from ansible_collections.mailstate.iredmail.plugins.module_utils._client import Client
from ansible_collections.mailstate.iredmail.plugins.module_utils._connection import connection_spec
from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import BadAnswer, InputError
from ansible_collections.mailstate.iredmail.plugins.module_utils._fields import Field
from ansible_collections.mailstate.iredmail.plugins.module_utils._job import Job, Params, Work
from ansible_collections.mailstate.iredmail.plugins.module_utils._places import UNREADABLE
from ansible_collections.mailstate.iredmail.plugins.module_utils._plan import Write
from ansible_collections.mailstate.iredmail.plugins.module_utils._profile import Current, list_identities, read
from ansible_collections.mailstate.iredmail.plugins.module_utils._resources._common import ENABLED, LANGUAGE, TRANSPORT
from ansible_collections.mailstate.iredmail.plugins.module_utils._resources.domain import DOMAIN
from ansible_collections.mailstate.iredmail.plugins.module_utils._resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._result import Outcome, described, spoken
from ansible_collections.mailstate.iredmail.plugins.module_utils._spec import keyed_spec
from ansible_collections.mailstate.iredmail.plugins.module_utils._want import Want, take
from ansible_collections.mailstate.iredmail.plugins.module_utils._writing import Writer

KEYS = (("domain", DomainName()),)
FIELDS = (ENABLED, LANGUAGE, TRANSPORT)


def users_of(client: Client, domain: str) -> List[Tuple[str, Current]]:
    """Every user of a domain with its profile, each read by itself: the list shows too little (wire-facts 8).

    :raises InputError: there is no such domain
    """
    names = list_identities(client, USER, domain) or []
    if not names and read(client, DOMAIN, domain) is None:
        raise InputError("there is no domain %s." % domain)
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
        self.password = params.get("password")
        if self.password and params.get("update_password") != "always":
            raise InputError(
                "password sets the same password for every user of the domain, in every run; say update_password: "
                "always if that is meant."
            )
        if not self.want.exact and not self.password:
            raise InputError("give enabled, language, transport or password.")
        self.outcome = Outcome()
        self.subject = "domain_users " + self.domain

    def run(self, client: Client) -> None:
        writer = Writer(client, self.outcome, self.want.verify)
        users = users_of(client, self.domain)
        in_use = client.username is not None and client.username.endswith("@" + self.domain)
        if in_use and self.want.exact.get("enabled") is False:
            raise InputError("the account of api_username is in this domain; the one in use is never disabled.")
        params: Dict[str, str] = {}
        for one in FIELDS:
            if one.option in self.want.exact:
                params.update(self._difference(one, users))
        if self.password:
            params["password"] = self.password
            self.outcome.before["password"], self.outcome.after["password"] = "<unknown>", "<changed>"
            self.outcome.doubt(["password"])
        if params and users:
            write = Write("PUT", ("users", self.domain), params)
            writer.send(write, lambda: "password" not in params and not self._unmet(users_of(client, self.domain)))
            if not writer.check and self.want.verify != "off":
                users = users_of(client, self.domain)
                for sentence in self._unmet(users):
                    writer.complain(sentence)
        self.outcome.values["domain_users"] = dict(
            self.want.exact, domain=self.domain, users=[name for name, _current in users]
        )

    def _difference(self, one: Field, users: List[Tuple[str, Current]]) -> Dict[str, str]:
        wanted = self.want.exact[one.option]
        self.outcome.after[one.option] = {name: wanted for name, _current in users}
        self.outcome.before[one.option] = {}
        differs = False
        for name, current in users:
            if one.option in current.problems:
                raise BadAnswer("%s: %s: %s." % (name, one.option, current.problems[one.option]))
            value = current.values.get(one.option, UNREADABLE)
            hidden = value is UNREADABLE
            self.outcome.before[one.option][name] = "<unknown>" if hidden else value
            if hidden:
                self.outcome.doubt([one.option])
            differs = differs or (self.want.unreadable == "send" if hidden else not one.codec.same(value, wanted))
        return {str(one.update): one.codec.to_wire(wanted)} if differs else {}

    def _unmet(self, users: List[Tuple[str, Current]]) -> List[str]:
        return [
            "%s of %s was not accepted by the server: sent %s, found %s"
            % (option, name, spoken(wanted), spoken(current.values[option]))
            for name, current in users
            for option, wanted in self.want.exact.items()
            if current.values.get(option, UNREADABLE) not in (UNREADABLE, wanted)
        ]

    def result(self) -> Dict[str, Any]:
        return self.outcome.of("domain_users", self.domain, self.subject)


class DomainUsersInfoWork(Work):
    """The users of a domain."""

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

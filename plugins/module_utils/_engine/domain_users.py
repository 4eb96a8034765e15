# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All users of a domain at once (panel/users.md#all-users-of-a-domain): one PUT when any of them differs."""

from __future__ import annotations

from typing import AbstractSet, Any, Dict, Iterable, List, Mapping, Optional, Tuple

from .._errors import BadAnswer, InputError, IRedMailError, MissingDomain
from .._model.fields import Field
from .._model.passwords import accept_new_password
from .._model.resources.common import ENABLED
from .._model.resources.domain import DOMAIN
from .._model.resources.domain_users import FIELDS, KEYS
from .._model.resources.user import USER
from .._model.sources import UNKNOWN, UNREADABLE
from .argument_spec import keyed_spec
from .current import Current
from .desired import Desired, target_of
from .in_use import DISABLED, HIDDEN, Hit, credential_changes, rights_of
from .panel import Panel
from .plan import UPDATE, Expect, Operation, Plan, doubts, unmet
from .result import CHANGED, NOT_SHOWN, format_value, in_diff
from .task import Module, Params
from .view import Many, View, names_listed
from .writing import WritingTask

#: users with their profiles
Users = List[Tuple[str, Current]]


def users_of(view: View, domain: str, options: Optional[AbstractSet[str]] = None) -> Many:
    """Every user of a domain, each read by itself: the list shows too little (panel/user-profiles.md#list-of-users).

    :param options: the only options that matter, where that is known
    :raises MissingDomain: there is no such domain
    :raises NotListed: there is one, and the panel denies it when it is asked for its users
    """
    names = view.names(USER, domain)
    if not names and view.get(DOMAIN, domain) is None:
        raise MissingDomain("there is no domain %s." % domain)
    return view.get_many(USER, names_listed(USER, domain, names), options)


class DomainUsersTask(WritingTask):
    """Bring all users of a domain to the declared values."""

    def __init__(self, params: Params) -> None:
        self.domain = target_of(KEYS, params).as_dict()["domain"]
        self._unread: Dict[str, IRedMailError] = {}
        super().__init__("domain_users", self.domain, Desired.of(self.domain, params))
        for one in FIELDS:
            self.desired.take_field(one, params)
        self.desired.password = _password(params)
        if not self.desired.exact and self.desired.password is None:
            raise InputError("one of enabled, language, transport and password is needed.")

    def read(self, view: View) -> Users:
        """The users; after the request the same ones: others who came meanwhile were never meant."""
        try:
            many = users_of(view, self.domain, self._needed())
        except MissingDomain as error:
            self.missing(view, error)
            many = Many([], {})
        self._unread, users = many.unread, many.found
        if self.found is None:
            return users
        meant = frozenset(name for name, _current in self.found)
        return [(name, current) for name, current in users if name in meant]

    def _needed(self) -> Optional[AbstractSet[str]]:
        """The options that matter; whoever is disabled may be an admin, so then it is all of them."""
        return None if self.desired.exact.get(ENABLED.option) is False else frozenset(self.desired.exact)

    def show(self, state: Users) -> None:
        names = [name for name, _current in self.found]
        self.outcome.values[self.kind] = dict(self.desired.exact, domain=self.domain, users=names)

    def basis(self) -> Any:
        options = sorted(self.desired.exact)
        return {name: [in_diff(current.value(option)) for option in options] for name, current in self.found}

    def plan(self, view: View, found: Users) -> Plan:
        if self.desired.exact.get(ENABLED.option) is False:
            enabled = [(name, current) for name, current in found if current.value(ENABLED.option) is not False]
            hits = [Hit(name, DISABLED, rights_of(current)) for name, current in enabled]
            self.keep_in_use(view, hits + [Hit(name, DISABLED, HIDDEN) for name in self._unread])
        plan = Plan(warnings=Many([], self._unread).warnings(USER.name))
        params: Dict[str, str] = {}
        for one in FIELDS:
            if one.option in self.desired.exact:
                params.update(self._difference(plan, one, found))
        if self.desired.password is not None and found:
            params["password"] = self.desired.password
            plan.marks["password"] = (NOT_SHOWN, CHANGED)
            plan.unverified.append("password")
            if credential_changes(view.in_use, [name for name, _current in found]):
                plan.warnings.append(
                    "the account of api_username is in this domain and gets the password too; change api_password as "
                    "well."
                )
        plan.warnings += doubts(FIELDS, plan.expect)
        if params:
            plan.action, plan.operations = UPDATE, [Operation("PUT", ("users", self.domain), params)]
        plan.predicted = [(name, current.changed(self._sent(plan))) for name, current in found]
        return plan

    def _sent(self, plan: Plan) -> Dict[str, Any]:
        return {option: expect.value for option, expect in plan.expect.items()}

    def _difference(self, plan: Plan, one: Field, users: Users) -> Dict[str, str]:
        wanted, option = self.desired.exact[one.option], one.option
        before: Dict[str, Any] = {}
        hidden = differs = False
        for name, current in users:
            if option in current.problems:
                raise BadAnswer("%s: %s: %s." % (name, option, current.problems[option]))
            value = current.value(option)
            before[name] = in_diff(value)
            hidden = hidden or value is UNREADABLE
            differs = differs or (value is not UNREADABLE and not _is(one, value, wanted))
        send = differs or (hidden and self.desired.unreadable == "send")
        plan.before[option] = before
        plan.after[option] = dict.fromkeys(before, wanted) if send else before
        if not send:
            plan.uncompared += [option] if hidden else []
            return {}
        # an option that is the same for all users and hidden for none is not sent, so it need not be seen
        plan.expect[option] = Expect(wanted)
        if hidden:
            plan.unverified.append(option)
        if not differs:
            plan.warnings.append(
                "%s is not shown by this panel, so it is sent without being compared (unreadable: send)." % option
            )
        return {str(one.update): one.codec.to_wire(wanted)}

    def is_done(self, panel: Panel, plan: Plan, operation: Operation) -> bool:
        again = self.read(panel)
        blind = any(current.value(option) is UNREADABLE for _name, current in again for option in self.desired.exact)
        return "password" not in operation.params and not blind and not self.unmet(plan, again)

    def values(self, state: Users) -> Mapping[str, Any]:
        return {one.option: {name: in_diff(current.value(one.option)) for name, current in state} for one in FIELDS}

    def unmet(self, plan: Plan, state: Users) -> List[Tuple[Iterable[str], str]]:
        """What each user does not show as sent; what is hidden is left out."""
        found: List[Tuple[Iterable[str], str]] = []
        sentence = "%s of %s was not accepted by the server: sent %s, found %s"
        for name, current in state:
            for option, (sent, shown) in unmet(FIELDS, plan.expect, current.values).items():
                found.append(((option,), sentence % (option, name, format_value(sent), format_value(shown))))
        return found


def _is(one: Field, value: Any, wanted: Any) -> bool:
    return value is not UNKNOWN and one.codec.same(value, wanted)


def _password(params: Params) -> Optional[str]:
    """:raises InputError: it is impossible, or it is not said that it is meant"""
    password: Optional[str] = params.get("password")
    if password is None:
        return None
    accept_new_password("password", password)
    if params.get("update_password") != "always":
        raise InputError(
            "password sets the same password for every user of the domain, in every run; say update_password: "
            "always if that is meant."
        )
    return password


def _spec() -> Dict[str, Any]:
    spec = keyed_spec(KEYS, FIELDS, states=("present",))
    spec["argument_spec"]["password"] = {"type": "str", "no_log": True}
    spec["argument_spec"]["update_password"] = {"type": "str", "choices": ["always"], "no_log": False}
    return spec


DOMAIN_USERS = Module(_spec, DomainUsersTask, FIELDS)

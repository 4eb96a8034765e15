# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server as it will be: what was read, with what is planned so far. Parents count for their children."""

from __future__ import annotations

from dataclasses import replace
from typing import AbstractSet, Any, Callable, Dict, FrozenSet, Iterable, List, Optional, Set

from .._engine.current import Current, Found
from .._engine.view import NOTHING, InUse, Many, View, check_routed
from .._errors import IRedMailError, Rejected
from .._model.accounts import Target
from .._model.catalog import ACCOUNTS
from .._model.descriptors import AddressSet, Resource, Setting
from .._model.fields import LDAP
from .._model.resources.domain import DOMAIN
from .._model.resources.user import USER
from .._model.sources import UNKNOWN
from .snapshot import Question, Snapshot, Unread, unread

_ACCOUNTS = frozenset(one.name for one in ACCOUNTS)


class World(View):
    """What planning looks at. Nothing is asked here: what was not read is a question to be read.

    :param snapshot: what was read
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._made: Dict[str, Dict[str, Current]] = {name: {} for name in _ACCOUNTS | {DOMAIN.name}}
        self._changed: Dict[str, Dict[str, Current]] = {name: {} for name in _ACCOUNTS}
        self._left: Dict[str, Set[str]] = {name: set() for name in _ACCOUNTS}
        self._former: Dict[str, str] = {}

    @property
    def username(self) -> Optional[str]:
        return self.snapshot.username

    @property
    def in_use(self) -> InUse:
        return InUse(self.snapshot.username, self.snapshot.api_username, self._is_global)

    def _is_global(self) -> Optional[bool]:
        question = Question(("is_global",), lambda panel: panel.in_use.is_global())
        answer: Optional[bool] = self.snapshot.answer(question)
        return answer

    @property
    def backend_hint(self) -> Optional[str]:
        return self.snapshot.backend_hint

    @property
    def knows_what_comes(self) -> bool:
        return True

    # -- what is planned

    def add(self, resource: Resource, ident: str, planned: Current, former: str = "") -> None:
        """Note an object that is going to be made, or to get its name instead of a former one."""
        fields = {one.option: one for one in resource.fields}
        # what nobody knows is as good as empty
        unknown = {option: fields[option].codec.empty for option, value in planned.values.items() if value is UNKNOWN}
        self._made[resource.name][ident] = planned.changed(unknown)
        if former:
            self._left[resource.name].add(former)
            self._former[ident] = former

    def change(self, resource: Resource, ident: str, planned: Current) -> None:
        """Note what an account or a list that is there will be like; nothing asks it of a domain."""
        if resource.name in self._changed:
            self._changed[resource.name][ident] = planned

    def holds(self, kind: str, ident: str) -> bool:
        """Whether an object is among those that are going to be made."""
        return ident in self._made.get(kind, ())

    # -- what will be there

    def get(
        self,
        resource: Resource,
        identity: str,
        absent: FrozenSet[str] = NOTHING,
        options: Optional[AbstractSet[str]] = None,
    ) -> Optional[Current]:
        kind = resource.name
        if identity in self._made[kind]:
            return self._made[kind][identity]
        if kind in _ACCOUNTS:
            in_new_domain = kind != "admin" and self.holds(DOMAIN.name, identity.rpartition("@")[2])
            # a standalone admin belongs to no domain of the server
            if identity in self._left[kind] or in_new_domain:
                return None
            changed = self._changed[kind].get(identity)
            if changed is not None and options is not None and options <= set(changed.values):
                return changed
        row = self.snapshot.rows.get((kind, identity))
        if row is not None and options is not None and options <= set(row.values):
            return row
        found: Optional[Current] = self.snapshot.answer(profile_of(resource, identity, absent))
        planned = self._changed.get(kind, {}).get(identity)
        return found.changed(planned.values) if found is not None and planned is not None else found

    def get_many(self, resource: Resource, names: Iterable[str], options: Optional[AbstractSet[str]] = None) -> Many:
        names, questions = list(names), []
        for name in names:
            try:
                check_routed(resource, name)
                self.get(resource, name, options=options)
            except Unread as missing:
                questions += missing.questions
            except IRedMailError:
                continue  # what it means is told below
        if questions:
            raise Unread(questions)
        return super().get_many(resource, names, options)

    def glance(self, resource: Resource, identity: str) -> Optional[Current]:
        """The object as far as it was read; None also where it could not be, or was not asked for."""
        try:
            return self.get(resource, identity)
        except (IRedMailError, Unread):
            return None

    def listed(self, resource: Resource, domain: str) -> Optional[List[str]]:
        """The names of a domain's objects as they stand; None where they cannot be listed."""
        found = self.snapshot.peek(names_question(resource, domain))
        return found if isinstance(found, list) else None

    def names(self, resource: Resource, domain: str = "", disabled_only: bool = False) -> Optional[List[str]]:
        """Users as they will be; of others those that stand: they matter only for what is to go or in the way."""
        if resource.name != USER.name:
            if domain and self.holds(DOMAIN.name, domain):
                return []
            return self._names(resource, domain, disabled_only)
        made = {mail for mail in self._made[USER.name] if mail.endswith("@" + domain)}
        if self.holds(DOMAIN.name, domain):
            return sorted(made)
        names = self._names(resource, domain, disabled_only)
        return None if names is None else sorted((set(names) - self._left[USER.name]) | made)

    def _names(self, resource: Resource, domain: str, disabled_only: bool) -> Optional[List[str]]:
        question = names_question(resource, domain, disabled_only)
        names: Optional[List[str]] = self.snapshot.answer(question)
        return names

    def setting(self, setting: Setting, target: Target) -> Optional[Current]:
        def question(which: Target) -> Question:
            return Question(("setting", setting.name, which), lambda panel: panel.setting(setting, which))

        if not self._is_made(target.account):
            found: Optional[Current] = self.snapshot.answer(question(target))
            return found
        likely = next((one for one in self._likely(target, question) if one is not None), None)
        return None if likely is None else replace(likely, unsure=True)

    def addresses(self, kind: AddressSet, target: Target) -> Found:
        def question(which: Target) -> Question:
            return Question(("addresses", kind.name, which), lambda panel: panel.addresses(kind, which))

        if not self._is_made(target.account):
            found: Found = self.snapshot.answer(question(target))
            return found
        return Found(perhaps=frozenset().union(*(one.own for one in self._likely(target, question))))

    def _likely(self, target: Target, question: Callable[[Target], Question]) -> List[Any]:
        """What may be configured for an account or a domain once it is made: what an earlier one of its name left.

        Before that, what may come along with an account from its former name: nobody knows whether it does, nor what
        becomes then of what was left at the new one (panel/endpoints-sql.md#change-of-address).
        """
        former = self._former.get(target.account)
        names = (
            target.names
            if former is None
            else [(key, former if key == "account" else one) for key, one in target.names]
        )
        questions = [question(one) for one in dict.fromkeys((Target(tuple(names)), target))]
        missing = unread(questions, self.snapshot)
        if missing:
            raise Unread(missing)
        found = []
        for one in questions:
            try:
                found.append(self.snapshot.answer(one))
            except Rejected:  # it is not there yet, and not every panel may say what it would have
                if former is not None and one is questions[0]:
                    raise
        return found

    def admins(self, domain: str) -> Optional[FrozenSet[str]]:
        if self.holds(DOMAIN.name, domain):
            return frozenset() if self.backend_hint == LDAP else None
        found: Optional[FrozenSet[str]] = self.snapshot.answer(
            Question(("admins", domain), lambda panel: panel.admins(domain))
        )
        return found

    def verify_password(self, kind: str, mail: str, password: str) -> bool:
        question = Question(
            ("password", kind, mail, password), lambda panel: panel.verify_password(kind, mail, password)
        )
        right: bool = self.snapshot.answer(question)
        return right

    def _is_made(self, account: str) -> bool:
        domain = account.rpartition("@")[2]
        return self.holds(DOMAIN.name, domain) or any(account in made for made in self._made.values())


def profile_of(resource: Resource, identity: str, absent: FrozenSet[str] = NOTHING, vital: bool = True) -> Question:
    """The question for an object. Variants of a descriptor see different things in one profile."""
    return Question(
        ("get", resource.name, id(resource), identity, absent),
        lambda panel: panel.get(resource, identity, absent),
        vital,
    )


def names_question(resource: Resource, domain: str, disabled_only: bool = False, vital: bool = True) -> Question:
    """The question for the names of a domain's objects, or of all."""
    key = ("names", resource.name, domain, disabled_only)
    return Question(key, lambda panel: panel.names(resource, domain, disabled_only), vital)

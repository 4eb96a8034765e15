# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One export of the live server: what is read, and in which order."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import (
    Callable,
    DefaultDict,
    Dict,
    FrozenSet,
    Iterable,
    List,
    Mapping,
    Optional,
    Sequence,
    Set,
    Tuple,
    TypeVar,
)

from .._engine.alias_domains import alias_domains, in_other_domains
from .._engine.current import Current
from .._engine.domain_admins import managed_domains
from .._engine.panel import Panel
from .._engine.view import check_routed
from .._errors import BadAnswer, IRedMailError, Rejected, Unroutable
from .._model.accounts import GLOBAL
from .._model.catalog import IN_DOMAIN
from .._model.descriptors import Resource
from .._model.fields import SQL
from .._model.resources.admin import ADMIN
from .._model.resources.domain import DOMAIN
from .._model.resources.maillist import MAILLIST
from .._model.resources.ml import ML
from .._model.resources.user import USER
from .._model.sources import UNREADABLE
from .._state.kinds import KINDS, PRUNABLE
from .._state.patterns import chosen
from .._state.workers import Workers
from .items import Item, ItemMaker, Notes
from .reads import ListRead, UserRead, read_each, read_ml, read_user
from .settings import SETTINGS, settings_of

Thing = TypeVar("Thing")
ADMINS_KIND = "domain_admins"
GONE = "It is listed, and the panel says that there is none."
UNREAD = "It is listed, and cannot be read: %s"


class Export:
    """One export.

    :param kinds: plural names of what is wanted
    :ivar state: items by kind and name
    """

    def __init__(self, panel: Panel, workers: Workers, kinds: FrozenSet[str], whole: bool) -> None:
        self.panel, self.workers, self.kinds = panel, workers, kinds
        self.notes = Notes()
        self.maker = ItemMaker(self.notes, whole)
        self.state: DefaultDict[str, Dict[str, Item]] = defaultdict(dict)
        self.backend: Optional[str] = panel.backend_hint

    def run(self, wanted: Optional[Sequence[str]]) -> None:
        """Read it all.

        :param wanted: domains, names or globs; None: all of them, and what concerns everybody
        :raises IRedMailError: something could not be read; nothing of the rest is of any use
        """
        self.panel.login()
        (here,) = self.workers.read([("the list of domains", partial(self.panel.all_names, DOMAIN))])
        domains = self._routed(DOMAIN, chosen(here, wanted))
        if DOMAIN.plural in self.kinds:
            self._add_entities(DOMAIN, self._entities(DOMAIN, domains))
        admins = self._admins(domains) if self.kinds & {ADMIN.plural, ADMINS_KIND} else {}
        mails = self._names(USER, domains) if self._needs_users(admins) or self.kinds & set(SETTINGS) else []
        users = self._users(mails) if self._needs_users(admins) else {}
        self._delegations(admins, users)
        if "admins" in self.kinds:
            self._standalone_admins(here, admins)
        for resource in IN_DOMAIN:
            if resource.plural in self.kinds and resource not in (USER, ML):
                self._add_entities(resource, self._entities(resource, self._names(resource, domains)))
        self._lists(domains, users)
        self._settings(([GLOBAL] if wanted is None else []) + domains + mails)
        self._general()

    def _settings(self, accounts: Sequence[str]) -> None:
        found = settings_of(self.panel, self.workers, self.maker, self.kinds, accounts)
        for (kind, ident), item in found.items():
            self.state[kind][ident] = item

    # -- objects with a life of their own

    def _names(self, resource: Resource, domains: Sequence[str]) -> List[str]:
        label = "%s of" % resource.plural
        listed = self._each(
            resource.plural, label, domains, partial(self.panel.all_names, resource), "list " + resource.plural
        )
        return self._routed(resource, sorted({name for _domain, names in listed for name in names}))

    def _routed(self, resource: Resource, names: Sequence[str]) -> List[str]:
        """The names that the panel can be asked for; the others are noted."""
        found = []
        for name in names:
            try:
                check_routed(resource, name)
                found.append(name)
            except Unroutable as error:
                self._unread(resource.plural, name, error)
        return found

    def _unread(self, plural: str, name: str, why: object) -> None:
        if plural in self.kinds:
            self.notes.single(plural, name, UNREAD % why)

    def _each(
        self, plural: str, label: str, names: Sequence[str], read: Callable[[str], Thing], what: str = ""
    ) -> List[Tuple[str, Thing]]:
        """What is read of each of them; one that the panel cannot be asked for after all is noted.

        :param what: what progress calls all of them; unless given, what they are
        :raises IRedMailError: it can be asked for none of them
        """
        found: List[Tuple[str, Thing]] = []
        jobs = [("%s %s" % (label, name), partial(read, name)) for name in names]
        for name, answer in zip(names, read_each(self.workers, what or "read " + plural, jobs)):
            if isinstance(answer, IRedMailError):
                self._unread(plural, name, answer)
            else:
                found.append((name, answer))
        return found

    def _entities(self, resource: Resource, names: Sequence[str]) -> List[Tuple[str, Optional[Current]]]:
        return self._each(resource.plural, resource.name, names, partial(self.panel.get, resource))

    def _add_entities(self, resource: Resource, found: Iterable[Tuple[str, Optional[Current]]]) -> None:
        for name, current in found:
            if current is None:
                self.notes.single(resource.plural, name, GONE)
                continue
            self.backend = current.backend
            self.state[resource.plural][name] = self.maker.entity(resource, name, current)

    def _needs_users(self, admins: Dict[str, Optional[FrozenSet[str]]]) -> bool:
        # who manages what, and who is on which list, is told by users where nothing else tells it
        hidden = ADMINS_KIND in self.kinds and None in admins.values()
        return hidden or USER.plural in self.kinds or (MAILLIST.plural in self.kinds and self.backend != SQL)

    def _users(self, mails: Sequence[str]) -> Dict[str, UserRead]:
        answers = self._each(USER.plural, USER.name, mails, partial(read_user, self.panel))
        found = {mail: answer for mail, answer in answers if answer is not None}
        for answer in found.values():
            self.backend = answer.current.backend
        self.maker.shows_own = any(answer.shows_own for answer in found.values())
        if USER.plural in self.kinds:
            self._read_alias_domains(found)
            self._add_entities(USER, [(mail, None if answer is None else answer.current) for mail, answer in answers])
            if found:
                self.notes.general(USER.plural, "Passwords cannot be read.", "password")
        return found

    def _read_alias_domains(self, users: Mapping[str, UserRead]) -> None:
        """The alias domains for which users may have addresses that nobody declares."""
        needed = {
            mail.rpartition("@")[2]
            for mail, answer in users.items()
            if any(in_other_domains(one, [mail], answer.current) for one in USER.fields)
        }
        jobs = [("domain " + domain, partial(alias_domains, self.panel, domain)) for domain in sorted(needed)]
        if jobs:
            self.maker.alias_domains = dict(zip(sorted(needed), self.workers.read(jobs, "read alias domains")))

    # -- who manages what

    def _admins(self, domains: Sequence[str]) -> Dict[str, Optional[FrozenSet[str]]]:
        """The admins of each domain; None where the panel does not show them."""
        return dict(self._each(ADMINS_KIND, "admins of", domains, self.panel.admins))

    def _delegations(self, admins: Dict[str, Optional[FrozenSet[str]]], users: Dict[str, UserRead]) -> None:
        if ADMINS_KIND not in self.kinds:
            return
        managers: DefaultDict[str, Set[str]] = defaultdict(set)
        for mail, answer in users.items():
            # a global admin is shown with all domains, whatever was delegated to it (panel/admins.md#global-admins)
            if answer.current.values.get("global_admin") is not True:
                for domain in self._managed(mail, answer.current):
                    managers[domain].add(mail)
        for domain, names in admins.items():
            option, found = ("add_admins", managers[domain]) if names is None else ("admins", set(names))
            item = self.maker.managers(domain, option, frozenset(found))
            if item:
                self.state[ADMINS_KIND][domain] = item
        if None in admins.values():
            self.notes.general(
                ADMINS_KIND,
                "The panel does not show who manages a domain. Users of the exported domains say so themselves, and "
                "are named in add_admins; standalone admins, users of other domains and global admins are not found.",
                "admins",
            )

    def _managed(self, mail: str, current: Current) -> FrozenSet[str]:
        try:
            return managed_domains(current, mail)
        except BadAnswer as error:
            self.notes.single(ADMINS_KIND, mail, str(error))
            return frozenset()

    def _standalone_admins(self, here: Sequence[str], admins: Dict[str, Optional[FrozenSet[str]]]) -> None:
        """Those named as admin of a domain whose own domain is not hosted here (panel/admins.md#standalone-admins)."""
        hosted = set(here)
        named = sorted({name for names in admins.values() for name in names or ()})
        names = [name for name in named if name.rpartition("@")[2] not in hosted]
        names = self._routed(ADMIN, names)
        for name, (current, refused) in self._each(ADMIN.plural, ADMIN.name, names, partial(_admin, self.panel)):
            if refused:
                self.notes.single(ADMIN.plural, name, "The API account may not read it (%s)." % refused)
            elif current is not None:
                self.state[ADMIN.plural][name] = self.maker.entity(ADMIN, name, current)
        if self.state[ADMIN.plural]:
            self.notes.general(ADMIN.plural, "Passwords cannot be read.", "password")

    # -- mailing lists

    def _lists(self, domains: Sequence[str], users: Dict[str, UserRead]) -> None:
        seeks = MAILLIST.plural in self.kinds and self.backend != SQL
        if not (seeks or ML.plural in self.kinds):
            return
        names = self._names(ML, domains)
        if ML.plural in self.kinds:
            for name, answer in self._each(ML.plural, ML.name, names, partial(read_ml, self.panel)):
                self._add_ml(name, answer)
        if not seeks:
            return
        known = set(names)
        named = {str(name).lower() for answer in users.values() for name in _texts(answer.current, "mailing_lists")}
        others = sorted(name for name in named - known if name.rpartition("@")[2] in domains)
        found = self._entities(MAILLIST, others)
        self._add_entities(MAILLIST, [(name, current) for name, current in found if current is not None])
        if domains:
            self.notes.general(
                MAILLIST.plural,
                "The API has no list of lists without subscription; only those that users name as theirs are found.",
            )

    def _add_ml(self, name: str, answer: Optional[ListRead]) -> None:
        if answer is None:
            self.notes.single(ML.plural, name, GONE)
            return
        self.state[ML.plural][name] = self.maker.entity(answer.resource, name, answer.current)
        for version, found in answer.others.items():
            if found is UNREADABLE:
                if answer.current.values["subscribers"] not in (UNREADABLE, frozenset()):
                    reason = (
                        "The panel does not show who gets which version; all count as subscribers of the normal one."
                    )
                    self.notes.single(ML.plural, name, reason, "subscribers")
            elif found:
                reason = "%d subscribers of the %s version: an item speaks for one version." % (len(found), version)
                self.notes.single(ML.plural, name, reason, "subscribers")

    # -- what is true of every server

    def _general(self) -> None:
        for kind, reason in (
            (ADMIN.plural, "The API has no list of standalone admins; only those that a domain names are found."),
            ("domain_users", "Each user is exported by itself."),
            ("greylisting_spf_domains", "The API does not show them."),
        ):
            if kind in self.kinds:
                self.notes.general(kind, reason)
        for kind in SETTINGS:
            if kind in self.kinds:
                self.notes.general(kind, "Only accounts that are domains or users of them are asked for theirs.")

    def items(self) -> Dict[str, List[Item]]:
        """The state: items sorted by name. Kinds that are known to be complete are there also when empty."""
        return {
            plural: [self.state[plural][ident] for ident in sorted(self.state[plural])]
            for plural in [kind.plural for kind in KINDS]
            if self.state[plural] or (plural in self.kinds and plural in PRUNABLE)
        }


def _admin(panel: Panel, name: str) -> Tuple[Optional[Current], str]:
    """A standalone admin, and the code by which we may not know: only global admins may ask for it."""
    try:
        return panel.get(ADMIN, name), ""
    except Rejected as refusal:
        if refusal.code != "PERMISSION_DENIED":
            raise
        return None, refusal.code


def _texts(current: Current, fact: str) -> List[str]:
    found = current.facts.get(fact)
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what was read to what would be declared: one item of a state, without what goes without saying.

What cannot be said in a state, or would be said wrongly, is left out and noted. An incomplete list is never exported:
applying it would remove the rest from the server.
"""

from __future__ import annotations

import re
from typing import Any, Dict, FrozenSet, List, Optional, Set, Tuple

from .._engine.alias_domains import given, in_other_domains
from .._engine.current import Current
from .._engine.desired import Desired
from .._engine.result import to_output
from .._errors import InputError
from .._model.accounts import Target
from .._model.addresses import Folder
from .._model.descriptors import Resource, Setting
from .._model.fields import LDAP, Field, ListField
from .._model.resources.domain_admins import ADMINS
from .._model.resources.user import INTERNAL
from .._model.sources import UNKNOWN, UNREADABLE
from .._state.kinds import KINDS

#: services that a new LDAP user gets beside those of the API document, and the one that delegation sets
#: (panel/user-profiles.md#services-of-a-new-ldap-user): an exact list leaves them alone
INTERNAL_SERVICES = frozenset(INTERNAL)
HIDDEN = "The panel does not show it."
UNMARKED = (
    "The panel does not tell which of these the server's cron job has put there, so they are named as those that must "
    "be there, and others are left alone."
)
HIDDEN_COPY = (
    "The panel shows nobody's own address among the forwardings, so whether the mailbox keeps a copy is not known; "
    "unreadable: skip leaves it as it is, and a new account keeps one."
)
# the server's own choice: a folder for the domain, with the name and the time below it (panel/users.md#maildir)
_OWN_MAILDIR = r"/(?:.*/)?%s/(?:.*/)?%s-\d{4}(?:\.\d\d){5}/?"
Item = Dict[str, Any]


def _local(ident: str) -> str:
    return ident.partition("@")[0]


def _given(kind: str, option: str, ident: str, backend: str) -> Any:
    """What the server gives a new object by itself, where a descriptor does not say so; UNKNOWN: nobody knows."""
    if kind != "user":
        return UNKNOWN
    if option in ("mailbox_format", "mailbox_folder"):  # panel/users.md#mailbox-format-and-folder
        return {"mailbox_format": "maildir", "mailbox_folder": "Maildir"}[option]
    if backend == LDAP and option in ("name", "surname"):  # panel/users.md#names
        return _local(ident)
    return "" if backend == LDAP and option == "given_name" else UNKNOWN


class Notes:
    """What is not exported, and why."""

    def __init__(self) -> None:
        self._general: Dict[Tuple[str, str], List[str]] = {}
        self._single: Dict[Tuple[str, str, str], List[str]] = {}
        self._hidden: Dict[Tuple[str, str, str], Set[str]] = {}
        self._seen: Dict[str, Set[str]] = {}

    def general(self, kind: str, reason: str, *options: str) -> None:
        """Something that concerns a whole kind."""
        self._general.setdefault((kind, reason), []).extend(options)

    def single(self, kind: str, ident: str, reason: str, *options: str) -> None:
        """Something about one object; without options, the object itself."""
        self._single.setdefault((kind, ident, reason), []).extend(options)

    def hidden(self, kind: str, ident: str, option: str, reason: str = HIDDEN) -> None:
        """An option that is not shown: usually for any object of the kind."""
        self._hidden.setdefault((kind, option, reason), set()).add(ident)

    def seen(self, kind: str, ident: str) -> None:
        """Count an object, so that it can be said of all of them that they hide something."""
        self._seen.setdefault(kind, set()).add(ident)

    def listed(self) -> List[Dict[str, Any]]:
        """All of it, in the order of kinds, what concerns all objects of a kind first."""
        general = {key: list(options) for key, options in self._general.items()}
        single = {key: list(options) for key, options in self._single.items()}
        for (kind, option, reason), idents in self._hidden.items():
            if idents == self._seen.get(kind):
                general.setdefault((kind, reason), []).append(option)
            else:
                for ident in idents:
                    single.setdefault((kind, ident, reason), []).append(option)
        found = [(kind, "*", reason, options) for (kind, reason), options in general.items()]
        found += [(kind, ident, reason, options) for (kind, ident, reason), options in single.items()]
        order = [kind.plural for kind in KINDS]
        found.sort(key=lambda one: (order.index(one[0]), one[1] != "*", one[1], bool(one[3]), sorted(one[3]), one[2]))
        return [
            {"kind": kind, "id": ident, "options": sorted(set(options)), "reason": reason}
            for kind, ident, reason, options in found
        ]


class ItemMaker:
    """Makes items of a state.

    :param whole: leave nothing out that is as the server gives it to a new object
    :ivar shows_own: whether this panel is known to show an account's own address among its forwardings
    :ivar alias_domains: of each domain that was read for it; None: they are not known
    """

    def __init__(self, notes: Notes, whole: bool) -> None:
        self.notes, self.whole = notes, whole
        self.shows_own = False
        self.alias_domains: Dict[str, Optional[FrozenSet[str]]] = {}

    def entity(self, resource: Resource, ident: str, current: Current) -> Item:
        """The item for an object with a life of its own."""
        kind = resource.plural
        self.notes.seen(kind, ident)
        item: Item = {resource.identity: ident}
        for one in resource.fields:
            if one.option in current.values:
                item.update(self._option(resource.name, kind, one, ident, current, self.whole))
        for one in resource.fields:
            # to send it would change what else is not said
            resets = set(resource.rules.resets.get(one.option, ()))
            if one.option in item and not resets <= set(item) and not self._differs(resource, one, current):
                del item[one.option]
        self._untangle(resource, ident, item)
        return item

    def _differs(self, resource: Resource, one: Field, current: Current) -> bool:
        return not self._is_default(resource.name, one, "", current.backend, current.values[one.option])

    def setting(self, setting: Setting, target: Target, current: Optional[Current]) -> Item:
        """The options of a setting; none when nothing is configured, or nothing of it can be said."""
        if current is None:
            return {}
        kind, ident = setting.plural, str(target)
        self.notes.seen(kind, ident)
        if setting.says_nothing(current.values):
            self.notes.single(kind, ident, "It has a period and no limit, and means nothing.")
            return {}
        # a setting that is as the server would have it still overrides the less specific ones: it must say something
        item = self._options(setting, ident, current, self.whole) or self._options(setting, ident, current, True)
        return {} if any(option not in item for option in setting.needed) else item

    def _options(self, setting: Setting, ident: str, current: Current, whole: bool) -> Item:
        found: Item = {}
        for one in setting.fields:
            # what a setting needs goes along, whatever it is
            every = whole or one.option in setting.needed
            found.update(self._option(setting.name, setting.plural, one, ident, current, every))
        return found

    def addresses(self, kind: str, one: Field, target: Target, found: FrozenSet[str], unmarked: bool = False) -> Item:
        """The option with the members of an address set; empty when there are none.

        :param unmarked: some of them may be the server's own, which come and go, as no exact list can say
        """
        item = self._said(kind, one, str(target), found) if found else {}
        if not (item and unmarked):
            return item
        self.notes.single(kind, str(target), UNMARKED, one.option)
        return {"add_" + one.option: item[one.option]}

    def managers(self, domain: str, option: str, names: FrozenSet[str]) -> Item:
        """Who manages a domain; empty when nobody does, or it cannot be said. An exact list is said whole."""
        groups = [names] if option == ADMINS.option else [frozenset({name}) for name in sorted(names)]
        found = [self._said("domain_admins", ADMINS, domain, group) for group in groups if group]
        said = [name for one in found for name in one.get(ADMINS.option, ())]
        return {"domain": domain, option: said} if said else {}

    # -- one option

    def _option(self, name: str, kind: str, one: Field, ident: str, current: Current, whole: bool) -> Item:
        value = current.values[one.option]
        if one.option in current.problems:
            self.notes.single(kind, ident, "It has an unknown form: %s." % current.problems[one.option], one.option)
            return {}
        if value is UNREADABLE:
            self.notes.hidden(kind, ident, one.option)
            return {}
        if isinstance(one, ListField):
            value = value - frozenset(one.server_managed) - self._given(one, ident, current)
            if one.exact_scope:
                value = self._spoken_of(name, kind, one, ident, current)
        if not whole and self._is_default(name, one, ident, current.backend, value):
            return {}
        if not one.clearable and value == one.codec.empty:
            return {}  # the server's own choice, which cannot be asked for
        if isinstance(one, ListField) and one.self_option:
            return self._forwarding(kind, one, ident, value)
        if isinstance(one.codec, Folder):
            value = value.rstrip("/") or "/"  # the server adds a last slash or not, as it likes
        return self._said(kind, one, ident, value)

    def _given(self, one: ListField, ident: str, current: Current) -> FrozenSet[str]:
        """What is there for alias domains; where these are not known, a list is exported as it stands."""
        domains = self.alias_domains.get(ident.rpartition("@")[2])
        return given(in_other_domains(one, [ident], current), domains) if domains else frozenset()

    def _is_default(self, name: str, one: Field, ident: str, backend: str, value: Any) -> bool:
        if name == "user" and one.option == "maildir":
            local, _at, domain = ident.partition("@")
            return bool(re.match(_OWN_MAILDIR % (re.escape(domain), re.escape(local)) + r"\Z", value))
        default = one.after_create(backend)
        if default is UNKNOWN:
            default = _given(name, one.option, ident, backend)
        if default is UNKNOWN:
            return False
        if isinstance(one, ListField) and one.self_option:
            return bool(value == default | {ident})
        if isinstance(one, ListField) and one.exact_scope:
            return bool(value == default & frozenset(one.exact_scope))
        return one.codec.same(value, default)

    def _spoken_of(self, name: str, kind: str, one: ListField, ident: str, current: Current) -> FrozenSet[str]:
        """What an exact list speaks for: the words in its scope, and those that nobody gets by itself."""
        value: FrozenSet[str] = current.values[one.option]
        scope = frozenset(one.exact_scope)
        internal = INTERNAL_SERVICES if name == "user" else frozenset()
        # on SQL every service has a column, and all of them are on for a new user
        words = current.vocabulary.get(one.option)
        internal |= words - scope if words is not None else frozenset()
        off = internal - value - {"domainadmin"}
        if words is not None:
            off &= words
        if off:
            self.notes.hidden(
                kind, ident, one.option, "Internal services are off, which only remove_%s can say." % one.option
            )
        return value - (internal - scope)

    def _forwarding(self, kind: str, one: ListField, ident: str, value: FrozenSet[str]) -> Item:
        own, others = frozenset({ident}), value - {ident}
        item = self._said(kind, one, ident, others)
        if not item or (own <= value and not self.whole):
            return item
        if own <= value or self.shows_own:
            return dict(item, **{str(one.self_option): own <= value})
        self.notes.hidden(kind, ident, str(one.self_option), HIDDEN_COPY)
        return dict(item, unreadable="skip")

    def _said(self, kind: str, one: Field, ident: str, value: Any) -> Item:
        """The option as a user would give it, if it can be given."""
        desired = Desired(ident)
        item = {one.option: to_output(value)}
        try:
            desired.take_field(one, item)
        except InputError as error:
            self.notes.single(kind, ident, "It cannot be declared as it stands: %s" % error, one.option)
            return {}
        said = desired.exact[one.option]
        if (said != value) if isinstance(one, ListField) else not one.codec.same(said, value):
            self.notes.single(kind, ident, "It cannot be declared as it stands: %r." % item[one.option], one.option)
            return {}
        return item

    # -- options that may not stand together

    def _untangle(self, resource: Resource, ident: str, item: Item) -> None:
        """Leave out what contradicts something else; what a panel holds need not be what one may ask for."""
        kind = resource.plural
        if resource.name == "domain" and item.get("backup_mx"):
            route = item.pop("transport", "relay:")
            if not route.startswith("relay:"):
                reason = "A backup MX keeps its route in primary_mx, which cannot say %s." % route
                self.notes.single(kind, ident, reason, "transport")
        for group in resource.exclusive:
            given = sorted((option for option in group if option in item), key=lambda option: bool(item[option]))
            for option in given[:-1]:
                if item.pop(option):
                    self.notes.single(kind, ident, "It cannot be declared beside %s." % given[-1], option)
        for conflict in resource.conflicts:
            if all(option in item and bool(item[option]) is truth for option, truth in conflict.when):
                option = conflict.when[-1][0]
                self.notes.single(kind, ident, "%s (It is %s.)" % (conflict.sentence, item.pop(option)), option)
        for less, more in resource.ordered:
            if item.get(less) and item.get(more) and item[less] > item[more]:
                reason = "%s (%s) is more than %s (%s)." % (less, item.pop(less), more, item[more])
                self.notes.single(kind, ident, reason, less)

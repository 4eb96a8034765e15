# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only a whole state can know: who holds a name, and who refers to it. What contradicts itself is a finding.

Here is what the declaration alone proves, and what it proves together with names that are about to go.
"""

from __future__ import annotations

from typing import AbstractSet, Any, Callable, Dict, FrozenSet, Iterable, Iterator, List, Mapping, NamedTuple, Tuple

from .._engine.desired import Desired
from .._engine.holders import FURTHER
from .._model.mailing_lists import policy_conflict
from .._model.resources.alias import ALIAS
from .._model.resources.domain_admins import ADMINS
from .._model.resources.ml import ML
from .._model.resources.user import USER
from .._model.resources.wblist import WBLIST
from .._model.spellings import delivered_to
from .items import OWN, Item, domain_of, named_place

ERROR, WARNING = "error", "warning"
#: all there are
CODES = (
    "claimed_twice",
    "conflicting_policy",
    "contents_unknown",
    "domain_not_empty",
    "looks_like_rename",
    "loop",
    "no_recipient_left",
    "over_limit",
    "protection_unknown",
    "refers_to_deleted",
    "unknown_account",
    "unknown_address",
)
#: the option of a mailing list that names its further addresses
EXTRA = FURTHER[ML.name]
NONE: FrozenSet[str] = frozenset()


class Finding(NamedTuple):
    """A contradiction.

    :ivar code: for programs, and for ``ignore_findings``; ``severity`` is ``error`` or ``warning``
    :ivar place: where the item stands
    :ivar sentence: what is wrong, and the way out
    """

    code: str
    severity: str
    kind: str
    id: str
    option: str
    place: str
    sentence: str

    def __str__(self) -> str:
        return "%s: %s" % (named_place(self.place, self.kind, self.id), self.sentence)


def finding(code: str, severity: str, item: Item, option: str, sentence: str) -> Finding:
    """A finding about an item."""
    return Finding(code, severity, item.kind.name, item.ident, option, item.place, sentence)


# -- what is held and what is referred to


def held(item: Item) -> Iterator[Tuple[str, str]]:
    """The names that an item has once it is as declared: each with the option that says so."""
    desired = item.desired
    if item.resource is None or not desired.present:
        return
    yield item.resource.identity, item.ident
    for option in OWN:
        if option in desired.exact or option in desired.add:
            for name in sorted(listed(desired, option)):
                yield option, name


def listed(desired: Desired, option: str) -> FrozenSet[str]:
    """What a list option is declared to hold."""
    return NONE.union(*(_items(place, option) for place in (desired.exact, desired.add)))


def _items(place: Mapping[str, Any], option: str) -> FrozenSet[str]:
    value = place.get(option)
    return value if isinstance(value, frozenset) else NONE


def references(item: Item) -> Iterator[Tuple[str, str]]:
    """The accounts and domains of others that an item needs: each with the option that names it."""
    desired = item.desired
    if not desired.present:
        return
    if item.resource is None and item.task.account != "global":
        yield "account", item.task.account
    refers = item.refers
    for place in (desired.exact, desired.add):
        for option, value in place.items():
            if option not in refers:
                continue
            for name in sorted(value) if isinstance(value, frozenset) else filter(None, (value,)):
                if name != item.ident:
                    yield option, name


# -- the findings


def claimed_twice(items: Iterable[Item]) -> Iterator[Finding]:
    """Two items that govern one stored thing.

    What the server has and the plan claims is looked for in ``names``, also of an alias that leads to the list.
    """
    holders: Dict[str, Tuple[Item, str]] = {}
    listing: Dict[Tuple[str, ...], Tuple[Item, str]] = {}
    everybody: Dict[str, Item] = {}
    users: List[Item] = []
    items = list(items)
    members = {item.ident: listed(item.desired, "members") for item in items if item.kind.name == ALIAS.name}
    for item in items:
        for option, name in held(item):
            if option == EXTRA and item.ident in members.get(name, ()):
                continue  # what brings mail there may have that name (panel/mailing-lists.md#extra-addresses)
            other, as_what = holders.setdefault(name, (item, option))
            if other is not item and item.kind.name != "admin" and other.kind.name != "admin":
                sentence = "%s is %s here and %s of %s (%s); take one of the two out."
                yield finding(
                    "claimed_twice",
                    ERROR,
                    item,
                    option,
                    sentence % (name, _as(option), _as(as_what), other.label, other.place),
                )
        if item.kind.name == WBLIST.name and item.desired.present:
            names = dict(item.task.target.names) if hasattr(item.task, "target") else {}
            for address in sorted(listed(item.desired, WBLIST.field.option)):
                key = (names.get("account", ""), names.get("direction", ""), address)
                other, _option = listing.setdefault(key, (item, ""))
                if other is not item:
                    sentence = "%s stands in the white- and in the blacklist of one account (%s); take it out of one."
                    yield finding("claimed_twice", ERROR, item, WBLIST.field.option, sentence % (address, other.place))
        if item.kind.name == "domain_users":
            everybody[item.domain] = item
        elif item.kind.name == USER.name and item.desired.present:
            users.append(item)
    for user in users:
        if user.domain in everybody:
            yield from _other_than_everybody(user, everybody[user.domain])


def _other_than_everybody(user: Item, everybody: Item) -> Iterator[Finding]:
    """Options of a user that are something else for all users of its domain."""
    desired, place = user.desired, everybody.place
    for option, value in everybody.desired.exact.items():
        own = desired.exact.get(option, value)
        if own != value:
            sentence = "%s is %s here and %s for all users of the domain (%s); take one of the two out."
            yield finding("claimed_twice", ERROR, user, option, sentence % (option, _shown(own), _shown(value), place))
    password = everybody.desired.password
    for option, own, comes_back in (
        ("password", desired.password, desired.update_password != "on_create"),
        ("password_hash", desired.password_hash, desired.update_password == "always"),
    ):
        if password and own and own != password and comes_back:
            sentence = "%s is another one here than for all users of the domain (%s); take one of the two out."
            yield finding("claimed_twice", ERROR, user, option, sentence % (option, place))


def _as(option: str) -> str:
    return {
        "aliases": "an alias address",
        "alias_domains": "an alias domain",
        EXTRA: "a further address",
    }.get(option, "the name")


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def refers_to_deleted(
    items: Iterable[Item], gone: AbstractSet[str], admins: AbstractSet[str] = NONE
) -> Iterator[Finding]:
    """Items that need what this run takes away.

    :param admins: the names of admins that go: nobody gets mail there, so only who is to manage a domain is missed
    """
    for item in items:
        if domain_of(item.task.account) in gone and item.is_wanted_account:
            continue  # that its own domain goes is said of the domain
        for option, name in references(item):
            going = gone | admins if option == ADMINS.option else gone
            holder = next((one for one in delivered_to(name) if one in going), None)
            if holder is not None or domain_of(name) in gone:
                what = holder or "the domain of %s" % name
                sentence = "%s: %s goes in this run; take %s out here, or keep it." % (option, what, name)
                yield finding("refers_to_deleted", ERROR, item, option, sentence)


def loops(items: Iterable[Item]) -> Iterator[Finding]:
    """Aliases and forwardings of which nobody ever gets anything, since they only lead to each other."""
    leads: Dict[str, FrozenSet[str]] = {}
    found: Dict[str, Tuple[Item, str]] = {}
    items = list(items)
    holders = {name: item.ident for item in items for option, name in held(item) if option in OWN}
    for item in items:
        desired = item.desired
        option = {ALIAS.name: "members", USER.name: "forwarding"}.get(item.kind.name)
        if option is None or not desired.present or not _items(desired.exact, option):
            continue
        if item.kind.name == USER.name and desired.keep_self.get(option, True):
            continue
        leads[item.ident] = frozenset(holders.get(name, name) for name in _items(desired.exact, option))
        found[item.ident] = (item, option)
    stuck = set(leads)
    while True:
        delivering = {name for name in stuck if leads[name] - stuck}
        if not delivering:
            break
        stuck -= delivering
    for name in sorted(stuck):
        item, option = found[name]
        sentence = "%s: mail to %s goes round in a ring (%s) and is delivered to nobody."
        yield finding("loop", WARNING, item, option, sentence % (option, name, ", ".join(sorted(leads[name]))))


def conflicting_policies(
    items: Iterable[Item], stands: Callable[[Item], Mapping[str, Any]] = lambda _item: {}
) -> Iterator[Finding]:
    """Lists whose access_policy says something else than the flags that decide (panel/mailing-lists.md#who-may-post).

    :param stands: what a list will be like, as far as the server tells
    """
    for item in items:
        exact = item.desired.exact
        if item.kind.name == ML.name and "access_policy" in exact:
            conflict = policy_conflict(dict(stands(item), **exact))
            if conflict:
                yield finding("conflicting_policy", WARNING, item, *conflict)

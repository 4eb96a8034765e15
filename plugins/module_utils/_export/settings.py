# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of accounts for an export. Nobody lists who has any, so every account is asked for each of them."""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, FrozenSet, Iterator, NamedTuple, Optional, Sequence, Tuple

from .._engine.panel import Panel
from .._errors import IRedMailError
from .._model.accounts import Target
from .._model.descriptors import AddressSet, Setting
from .._model.resources.greylisting import GREYLISTING, WHITELIST
from .._model.resources.spampolicy import SPAMPOLICY
from .._model.resources.throttle import THROTTLE
from .._model.resources.wblist import WBLIST
from .._state.workers import Workers
from .items import Item, ItemMaker
from .reads import read_each

#: by kind: the setting, and the set of addresses that it is or that stands beside it
SETTINGS: Dict[str, Tuple[Optional[Setting], Optional[AddressSet]]] = {
    SPAMPOLICY.plural: (SPAMPOLICY, None),
    THROTTLE.plural: (THROTTLE, None),
    GREYLISTING.plural: (GREYLISTING, WHITELIST),
    WBLIST.plural: (None, WBLIST),
}


class Question(NamedTuple):
    """One request: a setting, or a set of addresses, of one account."""

    kind: str
    target: Target
    thing: Any

    @property
    def label(self) -> str:
        return "%s %s" % (self.thing.name, self.target)

    def ask(self, panel: Panel) -> Any:
        if isinstance(self.thing, Setting):
            return panel.setting(self.thing, self.target)
        return panel.addresses(self.thing, self.target)

    def item(self, maker: ItemMaker, answer: Any) -> Item:
        """What the answer has to say; empty when nothing is configured."""
        if isinstance(self.thing, Setting):
            return maker.setting(self.thing, self.target, answer)
        return maker.addresses(self.kind, self.thing.field, self.target, answer.own, answer.unmarked)


def settings_of(
    panel: Panel, workers: Workers, maker: ItemMaker, kinds: FrozenSet[str], accounts: Sequence[str]
) -> Dict[Tuple[str, str], Item]:
    """The items of all settings that the accounts have, by kind and name.

    :raises IRedMailError: one of them could not be read
    """
    asked = [one for account in accounts for one in _questions(kinds, account)]
    reads = [(one.label, partial(one.ask, panel)) for one in asked]
    answers = read_each(workers, "read settings", reads, [one.kind for one in asked])
    found: Dict[Tuple[str, str], Item] = {}
    for one, answer in zip(asked, answers):
        if isinstance(answer, IRedMailError):
            maker.notes.single(one.kind, str(one.target), "It cannot be read: %s" % answer)
            continue
        item = one.item(maker, answer)
        if item:
            found.setdefault((one.kind, str(one.target)), one.target.as_dict()).update(item)
    return found


def _questions(kinds: FrozenSet[str], account: str) -> Iterator[Question]:
    for kind, things in SETTINGS.items():
        for thing in things if kind in kinds else ():
            for target in _targets(thing.keys, account) if thing else ():
                yield Question(kind, target, thing)


def _targets(keys: Sequence[Tuple[str, Any]], account: str) -> Iterator[Target]:
    """An account in every direction and list that there is of a kind."""
    found = [Target((("account", account),))]
    for option, codec in keys:
        if option != "account":
            found = [Target((*target.names, (option, word))) for target in found for word in codec.choices]
    return iter(found)

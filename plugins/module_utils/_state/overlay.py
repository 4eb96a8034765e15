# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel as it will be once what is planned is done: parents count for their children in check mode."""

from __future__ import annotations

from typing import Dict, FrozenSet, List, Optional, Set

from .._api.client import Client
from .._engine.current import Current, Found, after_post
from .._engine.panel import Panel
from .._model.accounts import Target
from .._model.catalog import ACCOUNTS
from .._model.descriptors import AddressSet, Resource, Setting
from .._model.fields import LDAP
from .._model.resources.domain import DOMAIN
from .._model.resources.user import USER
from .._model.sources import UNKNOWN

_ACCOUNTS = frozenset(one.name for one in ACCOUNTS)


class Overlay(Panel):
    """A panel that is read only, with the objects that this run will make, rename or change."""

    def __init__(self, client: Client) -> None:
        super().__init__(client, read_only=True)
        self._made: Dict[str, Dict[str, Current]] = {name: {} for name in _ACCOUNTS | {DOMAIN.name}}
        self._changed: Dict[str, Dict[str, Current]] = {name: {} for name in _ACCOUNTS}
        self._left: Dict[str, Set[str]] = {name: set() for name in _ACCOUNTS}

    @property
    def knows_what_comes(self) -> bool:
        return True

    def add(self, resource: Resource, ident: str, planned: Optional[Current] = None, former: str = "") -> None:
        """Note an object that is going to be made, or to get its name instead of a former one.

        :param planned: as it will be
        """
        if planned is None:
            planned = after_post(resource, self.backend_hint, ident, {})
        fields = {one.option: one for one in resource.fields}
        # what nobody knows is as good as empty
        unknown = {option: fields[option].codec.empty for option, value in planned.values.items() if value is UNKNOWN}
        self._made[resource.name][ident] = planned.changed(unknown)
        if former:
            self._left[resource.name].add(former)

    def change(self, resource: Resource, ident: str, planned: Current) -> None:
        """Note what an object that is there will be like."""
        if resource.name in self._changed:
            self._changed[resource.name][ident] = planned

    def holds(self, kind: str, ident: str) -> bool:
        """Whether an object is among those that are going to be made."""
        return ident in self._made.get(kind, ())

    # -- reading

    def get(self, resource: Resource, identity: str, absent: FrozenSet[str] = frozenset()) -> Optional[Current]:
        kind = resource.name
        if identity in self._made[kind]:
            return self._made[kind][identity]
        if kind in _ACCOUNTS:
            in_new_domain = kind != "admin" and self.holds(DOMAIN.name, identity.rpartition("@")[2])
            # a standalone admin belongs to no domain of the server
            if identity in self._left[kind] or in_new_domain:
                return None
            if identity in self._changed[kind]:
                return self._changed[kind][identity]
        return super().get(resource, identity, absent)

    def names(self, resource: Resource, domain: str = "", disabled_only: bool = False) -> Optional[List[str]]:
        """Users as they will be; others are listed only for what is to go, where those that come do not matter."""
        if resource.name != USER.name:
            return super().names(resource, domain, disabled_only)
        made = {mail for mail in self._made[USER.name] if mail.endswith("@" + domain)}
        if self.holds(DOMAIN.name, domain):
            return sorted(made)
        names = super().names(resource, domain, disabled_only)
        return None if names is None else sorted((set(names) - self._left[USER.name]) | made)

    def setting(self, setting: Setting, target: Target) -> Optional[Current]:
        return None if self._is_made(target.account) else super().setting(setting, target)

    def addresses(self, kind: AddressSet, target: Target) -> Found:
        return Found() if self._is_made(target.account) else super().addresses(kind, target)

    def admins(self, domain: str) -> Optional[FrozenSet[str]]:
        if not self.holds(DOMAIN.name, domain):
            return super().admins(domain)
        return frozenset() if self.backend_hint == LDAP else None

    def _is_made(self, account: str) -> bool:
        domain = account.rpartition("@")[2]
        return self.holds(DOMAIN.name, domain) or any(account in made for made in self._made.values())

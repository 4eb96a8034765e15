# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reads will show once the writes planned so far are done: parents count for their children in check mode."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Set

from .._api.transport import Path
from .._engine.current import unwrap
from .._errors import Rejected
from .._model.catalog import ACCOUNTS, ADDRESS_SETS, SETTINGS
from .._model.descriptors import LDAP

_ACCOUNTS = tuple(one.name for one in ACCOUNTS)
_INHERITED = tuple(one.name for one in SETTINGS + ADDRESS_SETS)
#: what later kinds ask of an account, with its column and its attribute: domain_users and domain_admins do
ASKED = (
    ("enabled", "active", "accountStatus"),
    ("language", "language", "preferredLanguage"),
    ("transport", "transport", "mtaTransport"),
    ("global_admin", "isglobaladmin", "domainGlobalAdmin"),
)
NEW = {"enabled": True, "language": "", "transport": "", "global_admin": False}
Values = Mapping[str, Any]


class Planned:
    """Objects that this run will make, rename or change, and the answers that follow from them.

    :param backend: ``sql``, ``ldap`` or None, for the form of an answer
    """

    def __init__(self, backend: Optional[str]) -> None:
        self._ldap = backend == LDAP
        self._domains: Set[str] = set()
        self._accounts: Dict[str, Dict[str, Values]] = {kind: {} for kind in _ACCOUNTS}
        self._changed: Dict[str, Dict[str, Values]] = {kind: {} for kind in _ACCOUNTS}
        self._left: Dict[str, Set[str]] = {kind: set() for kind in _ACCOUNTS}

    def add(self, kind: str, ident: str, values: Optional[Values] = None, former: Optional[str] = None) -> None:
        """Note an object that is going to be made, or to get its name instead of a former one.

        :param values: what it will hold, in option vocabulary
        """
        if kind == "domain":
            self._domains.add(ident)
        elif kind in self._accounts:
            self._accounts[kind][ident] = values or {}
            if former:
                self._left[kind].add(former)

    def change(self, kind: str, ident: str, values: Values) -> None:
        """Note what will be different about an object that is there."""
        if kind in self._changed:
            self._changed[kind][ident] = values

    def holds(self, kind: str, ident: str) -> bool:
        """Whether an object is among those that are going to be made."""
        return ident in (self._domains if kind == "domain" else self._accounts.get(kind, ()))

    def answer(self, path: Path, ask: Callable[[], Any]) -> Any:
        """What a GET will answer.

        :raises Rejected: the object is not there: it is in a domain that is yet to be made, or has another name by then
        """
        kind, name = path[0], path[-1]
        if kind == "domain" and name in self._domains:
            return {"domainName": [name], "accountStatus": ["active"]} if self._ldap else {"domain": name, "active": 1}
        if kind in _ACCOUNTS:
            return self._account(kind, name, ask)
        if kind == "users":
            return self._users(name, ask)
        if kind in _INHERITED and any(self._is_made(part) for part in path[1:]):
            return {}
        return ask()

    def _account(self, kind: str, mail: str, ask: Callable[[], Any]) -> Any:
        if mail in self._accounts[kind]:
            values = self._accounts[kind][mail]
            known = self._wire(dict(NEW, **values))
            known["managed_domains"] = values.get("managed_domains") or []
            return dict(known, **({"mail": [mail]} if self._ldap else {"username": mail}))
        # a standalone admin belongs to no domain of the server
        if mail in self._left[kind] or (kind != "admin" and mail.rpartition("@")[2] in self._domains):
            raise Rejected("There is no %s %s then." % (kind, mail), "NO_SUCH_ACCOUNT")
        profile = ask()
        changed = self._wire(self._changed[kind].get(mail, {}))
        shown = unwrap(profile)
        return dict(shown, **changed) if changed and isinstance(shown, dict) else profile

    def _users(self, domain: str, ask: Callable[[], Any]) -> Any:
        """Names of users; profiles are left alone, since they are asked for before anything is planned."""
        made: List[str] = sorted(mail for mail in self._accounts["user"] if mail.endswith("@" + domain))
        if domain in self._domains:
            return made
        names = ask()
        gone = self._left["user"].union(made)
        if not gone or not isinstance(names, list):
            return names
        return [name for name in names if not (isinstance(name, str) and name in gone)] + made

    def _wire(self, values: Values) -> Dict[str, Any]:
        """The values that later kinds ask for, as a profile shows them; what nobody knows is as good as empty."""
        found: Dict[str, Any] = {}
        for option, column, attribute in ASKED:
            if option not in values:
                continue
            value = values[option]
            if value is None or value == "<unknown>":
                value = ""
            if not self._ldap:
                found[column] = int(value) if isinstance(value, bool) else value
            elif isinstance(value, bool):
                words = ("disabled", "active") if option == "enabled" else ("no", "yes")
                found[attribute] = [words[value]]
            else:
                found[attribute] = [value]
        return found

    def _is_made(self, name: str) -> bool:
        domain = name.rpartition("@")[2]
        return domain in self._domains or any(name in made for made in self._accounts.values())

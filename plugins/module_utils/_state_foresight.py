# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reads will show once the writes planned so far are done: parents count for their children in check mode."""

from __future__ import annotations

from typing import Any, Callable, Dict, Optional, Set

from ansible_collections.mailstate.iredmail.plugins.module_utils._errors import Rejected
from ansible_collections.mailstate.iredmail.plugins.module_utils._fields import LDAP
from ansible_collections.mailstate.iredmail.plugins.module_utils._transport import Path

ACCOUNTS = ("user", "admin", "alias", "ml", "maillist")
SETTINGS = ("spampolicy", "throttle", "greylisting", "wblist")


class Planned:
    """Objects that this run will make, and the answers that follow from them.

    :param backend: ``sql``, ``ldap`` or None, for the form of an answer
    """

    def __init__(self, backend: Optional[str]) -> None:
        self._ldap = backend == LDAP
        self._domains: Set[str] = set()
        self._accounts: Dict[str, Set[str]] = {kind: set() for kind in ACCOUNTS}

    def add(self, kind: str, ident: str) -> None:
        """Note an object that is going to be made."""
        if kind == "domain":
            self._domains.add(ident)
        elif kind in self._accounts:
            self._accounts[kind].add(ident)

    def holds(self, kind: str, ident: str) -> bool:
        """Whether an object is among them."""
        return ident in (self._domains if kind == "domain" else self._accounts.get(kind, set()))

    def answer(self, path: Path, ask: Callable[[], Any]) -> Any:
        """What a GET will answer.

        :raises Rejected: the object is not there: it is in a domain that is yet to be made
        """
        kind, name = path[0], path[-1]
        if kind == "domain" and name in self._domains:
            return {"domainName": [name], "accountStatus": ["active"]} if self._ldap else {"domain": name, "active": 1}
        if kind in ACCOUNTS:
            return self._account(kind, name, ask)
        if kind == "users":
            made = sorted(mail for mail in self._accounts["user"] if mail.endswith("@" + name))
            return made if name in self._domains else _with(ask(), made)
        if kind in SETTINGS and any(self._is_made(part) for part in path[1:]):
            return {}
        return ask()

    def _account(self, kind: str, mail: str, ask: Callable[[], Any]) -> Any:
        if mail in self._accounts[kind]:
            if self._ldap:
                return {"mail": [mail], "accountStatus": ["active"]}
            return {"username": mail, "active": 1, "isglobaladmin": 0, "managed_domains": []}
        # a standalone admin belongs to no domain of the server
        if kind != "admin" and mail.rpartition("@")[2] in self._domains:
            raise Rejected("There is no %s %s yet." % (kind, mail), "NO_SUCH_ACCOUNT")
        return ask()

    def _is_made(self, name: str) -> bool:
        domain = name.rpartition("@")[2]
        return domain in self._domains or any(name in made for made in self._accounts.values())


def _with(names: Any, made: Any) -> Any:
    """A list of names with those that are going to be there."""
    return names + [name for name in made if name not in names] if isinstance(names, list) else names

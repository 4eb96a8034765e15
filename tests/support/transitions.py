# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random declarations with some of everything in them, without contradictions, and what leads from one to another."""

from __future__ import annotations

from random import Random
from typing import Any

from ansible_collections.mailstate.iredmail.plugins.module_utils._state.items import domain_of
from tests.support.common import COM, ORG, user

#: the domains, each with the alias domain that it may have
ALIAS_DOMAINS = {COM: "alias.example", ORG: "other.example"}
LOCAL, IN_ALIAS_DOMAIN = "abcdef", "gh"
OUTSIDE = ["x@x.example", "y@x.example"]
#: how often a name is what; the rest may be further names of others
KINDS = ("users", "users", "aliases", "mls", "maillists", "", "")
ACCOUNTS = ("users", "aliases", "mls", "maillists")
State = dict[str, list[dict[str, Any]]]


def accounts(state: State) -> dict[str, str]:
    """What is declared to be there: the kinds by name."""
    return {item["mail"]: kind for kind in ACCOUNTS for item in state.get(kind, ()) if item.get("state") != "absent"}


class World:
    """Who is what in a declaration: domains, accounts, and the further names of accounts.

    :param ldap: whether there may be unsubscribable mailing lists
    """

    def __init__(self, random: Random, ldap: bool) -> None:
        self.random, self.ldap = random, ldap
        self.domains = random.choice([[COM], [COM, ORG]])
        self.alias_domains = {domain: random.choice([[], [ALIAS_DOMAINS[domain]]]) for domain in self.domains}
        self.kinds: dict[str, str] = {}
        self.further: dict[str, list[str]] = {}
        for domain in self.domains:
            self._fill(domain)
        of_users = [name for holder, names in self.further.items() if self.kinds[holder] == "users" for name in names]
        #: all who get mail
        self.known = [*self.kinds, *of_users, *OUTSIDE]

    def _fill(self, domain: str) -> None:
        free = [f"{local}@{other}" for other in self.alias_domains[domain] for local in IN_ALIAS_DOMAIN]
        for name in (f"{local}@{domain}" for local in LOCAL):
            kind = self.random.choice(KINDS)
            if kind == "maillists" and not self.ldap:
                kind = "aliases"
            if kind:
                self.kinds[name] = kind
            else:
                free.append(name)
        holders = [name for name, kind in self.kinds.items() if kind in ("users", "mls") and name.endswith(domain)]
        for name in free if holders else ():
            holder = self.random.choice([*holders, ""])
            if holder and (self.kinds[holder] == "users" or name.endswith(domain)):
                self.further.setdefault(holder, []).append(name)

    def some(self, among: list[str], name: str = "", least: int = 1, most: int = 3) -> list[str]:
        """Some of these that are others than who has a name."""
        others = [one for one in among if one != name and one not in self.further.get(name, ())]
        return self.random.sample(others, self.random.randint(least, min(most, len(others))))

    def perhaps(self, name: str) -> str:
        """Somebody else, or nobody."""
        return self.random.choice(["", "", "", *self.some(self.known, name, most=1)])

    def account(self, name: str) -> dict[str, Any]:
        """One account, which refers to others in every way that its kind has."""
        kind, random, some = self.kinds[name], self.random, self.some
        further, letter = self.further.get(name, []), random.choice("AB")
        if kind == "users":
            item = user(name, aliases=further, forwarding=some(self.known, name, least=0), name=letter)
            item.update(sender_bcc=self.perhaps(name), recipient_bcc=self.perhaps(name))
            if item["forwarding"] and random.random() < 0.7:
                item["forwarding_keep_copy"] = random.random() < 0.7
            return item
        if kind == "aliases":
            return {"mail": name, "name": letter, "members": some(self.known, name)}
        if kind == "mls":
            subscribers = some(self.known, name, least=0)
            moderators = some(self.known, name, most=2)
            return {"mail": name, "extra_addresses": further, "moderators": moderators, "subscribers": subscribers}
        # its members are marked on their own entries
        return {"mail": name, "members": some([*self.kinds, *OUTSIDE], name)}

    def domain(self, name: str) -> dict[str, Any]:
        """One domain."""
        catchall = self.some(self.known, least=0, most=2)
        values = {"alias_domains": self.alias_domains[name], "sender_bcc": self.perhaps("")}
        return {"domain": name, "catchall": catchall, **values}


def states(random: Random, ldap: bool) -> State:
    """Domains, accounts that refer to each other in every way, and settings of accounts."""
    world = World(random, ldap)
    state: State = {"domains": [world.domain(name) for name in world.domains]}
    state.update({kind: [] for kind in ACCOUNTS if ldap or kind != "maillists"})
    for name, kind in world.kinds.items():
        state[kind].append(world.account(name))
    for mailing_list in state["mls"]:  # an alias that leads to a list may be an extra address of it
        leading = [item["mail"] for item in state["aliases"] if mailing_list["mail"] in item["members"]]
        own = mailing_list["extra_addresses"]
        mailing_list["extra_addresses"] = own + random.sample(leading, random.randint(0, len(leading)))
    mails = [item["mail"] for item in state["users"]]
    limit = {"direction": "outbound", "period": 60, "max_msgs": 5}
    state["throttles"] = [{"account": mail, **limit} for mail in world.some(mails, least=0, most=2)]
    if ldap:
        admins = [{"domain": name, "admins": world.some(mails, most=2)} for name in world.domains if mails]
        state["domain_admins"] = admins
    return state


def transition(random: Random, ldap: bool) -> tuple[State, State]:
    """A declaration, and another one that takes away what only the first one has; some users are renamed."""
    before, after = states(random, ldap), states(random, ldap)
    were, will_be = accounts(before), accounts(after)
    domains = [item["domain"] for item in after["domains"]]
    gone = [name for name, kind in were.items() if will_be.get(name) != kind and domain_of(name) in domains]
    for item in after["users"]:
        name = item["mail"]
        leaving = [one for one in gone if were[one] == "users" and domain_of(one) == domain_of(name)]
        if leaving and were.get(name) != "users" and random.random() < 0.5:
            item["rename_from"] = leaving[0]
            gone.remove(leaving[0])
    for name in gone:
        after[were[name]].append({"mail": name, "state": "absent"})
    limited = [item["account"] for item in after["throttles"]]
    for item in before["throttles"]:
        if item["account"] not in limited:
            after["throttles"].append({"account": item["account"], "direction": "outbound", "state": "absent"})
    for item in before["domains"]:
        if item["domain"] not in domains:
            after["domains"].append({"domain": item["domain"], "state": "absent"})
    managed = [item["domain"] for item in after.get("domain_admins", ())]
    for item in before.get("domain_admins", ()):
        if item["domain"] in domains and item["domain"] not in managed:
            after["domain_admins"].append({"domain": item["domain"], "admins": []})
    for state in (before, after):
        for items in state.values():
            random.shuffle(items)
    return before, after

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


def states(random: Random, ldap: bool) -> State:
    """Domains, accounts that refer to each other in every way, and settings of accounts."""
    domains = random.choice([[COM], [COM, ORG]])
    alias_domains = {domain: random.choice([[], [ALIAS_DOMAINS[domain]]]) for domain in domains}
    kinds: dict[str, str] = {}
    further: dict[str, list[str]] = {}
    for domain in domains:
        free = [f"{local}@{other}" for other in alias_domains[domain] for local in IN_ALIAS_DOMAIN]
        for name in (f"{local}@{domain}" for local in LOCAL):
            kind = random.choice(KINDS)
            if kind == "maillists" and not ldap:
                kind = "aliases"
            if kind:
                kinds[name] = kind
            else:
                free.append(name)
        holders = [name for name, kind in kinds.items() if kind in ("users", "mls") and name.endswith(domain)]
        for name in free if holders else ():
            holder = random.choice([*holders, ""])
            if holder and (kinds[holder] == "users" or name.endswith(domain)):
                further.setdefault(holder, []).append(name)
    of_users = [name for holder, names in further.items() if kinds[holder] == "users" for name in names]
    known = [*kinds, *of_users, *OUTSIDE]

    def some(among: list[str], name: str = "", least: int = 1, most: int = 3) -> list[str]:
        others = [one for one in among if one != name and one not in further.get(name, ())]
        return random.sample(others, random.randint(least, min(most, len(others))))

    def perhaps(name: str) -> str:
        return random.choice(["", "", "", *some(known, name, most=1)])

    state: State = {"domains": [], **{kind: [] for kind in ACCOUNTS if ldap or kind != "maillists"}}
    for name, kind in kinds.items():
        item: dict[str, Any] = {"mail": name}
        if kind == "users":
            item = user(name, aliases=further.get(name, []), forwarding=some(known, name, least=0))
            item.update(name=random.choice("AB"), sender_bcc=perhaps(name), recipient_bcc=perhaps(name))
            if item["forwarding"] and random.random() < 0.7:
                item["forwarding_keep_copy"] = random.random() < 0.7
        elif kind == "aliases":
            item.update(name=random.choice("AB"), members=some(known, name))
        elif kind == "mls":
            item.update(extra_addresses=further.get(name, []), moderators=some(known, name, most=2))
            item.update(subscribers=some(known, name, least=0))
        else:  # its members are marked on their own entries
            item.update(members=some([*kinds, *OUTSIDE], name))
        state[kind].append(item)
    for mailing_list in state["mls"]:  # an alias that leads to a list may be an extra address of it
        leading = [item["mail"] for item in state["aliases"] if mailing_list["mail"] in item["members"]]
        mailing_list["extra_addresses"] += random.sample(leading, random.randint(0, len(leading)))
    for domain in domains:
        values = {"alias_domains": alias_domains[domain], "sender_bcc": perhaps("")}
        state["domains"].append({"domain": domain, "catchall": some(known, least=0, most=2), **values})
    mails = [item["mail"] for item in state["users"]]
    limit = {"direction": "outbound", "period": 60, "max_msgs": 5}
    state["throttles"] = [{"account": mail, **limit} for mail in some(mails, least=0, most=2)]
    if ldap:
        state["domain_admins"] = [{"domain": domain, "admins": some(mails, most=2)} for domain in domains if mails]
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

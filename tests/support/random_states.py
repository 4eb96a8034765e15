# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random servers, declarations, options and troubles of whole states, and what may be said of any run.

A small world makes collisions likely: the same few names are users, aliases, alias addresses and members of each other.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.sandbox.handle import Sandbox
from tests.support.common import COM, ORG, PASSWORD

#: states that are drawn for each backend, half of them with troubles; `make matrix` has more
RUNS = int(os.environ.get("MAILSTATE_RANDOM_RUNS", "200"))
DOMAINS = (COM, ORG)
NAMES = [f"{name}@{domain}" for domain in DOMAINS for name in "abcd"]
#: no domain that may go has it, since then nobody could log in any more
ROOT = "root@admin.example"
OUTSIDE = ["x@x.example", "y@x.example"]

#: of tests whose fixtures are one sandbox for all examples
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
names = st.sampled_from(NAMES)
#: by kind, the first letters of names as often as they stand there: most are of one kind, some are of two
USUAL = {"users": "aaabbbcd", "aliases": "bccccd", "mls": "cdddd"}


def usual(kind: str) -> st.SearchStrategy[str]:
    """A name that is likely for something of a kind."""
    return st.sampled_from([f"{letter}@{domain}" for letter in USUAL[kind] for domain in DOMAINS])


addresses = st.lists(st.sampled_from(NAMES + OUTSIDE), max_size=3, unique=True)


def within(domain: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([name for name in NAMES if name.endswith(domain)]), max_size=2, unique=True)


@st.composite
def servers(draw: Any) -> list[tuple[str, str, dict[str, str]]]:
    """Requests that furnish a server; those that it refuses change nothing."""
    made = [("POST", f"/api/domain/{domain}", {}) for domain in DOMAINS if draw(st.integers(0, 9))]
    for name in draw(st.lists(names, max_size=6, unique=True)):
        kind = draw(st.sampled_from([kind for kind in USUAL for letter in USUAL[kind] if letter == name[0]]))
        if kind == "users":
            quota = draw(st.sampled_from(("0", "5")))
            made.append(("POST", f"/api/user/{name}", {"password": PASSWORD, "name": "Old", "quota": quota}))
            taken = draw(within(name.partition("@")[2]))
            if taken:
                made.append(("PUT", f"/api/user/{name}", {"addAlias": ",".join(taken)}))
            targets = draw(addresses)
            if targets:
                made.append(("PUT", f"/api/user/{name}", {"addForwarding": ",".join(targets)}))
        elif kind == "aliases":
            made.append(("POST", f"/api/alias/{name}", {"members": ",".join(draw(addresses))}))
        else:
            made.append(("POST", f"/api/ml/{name}", {"name": "Old"}))
            members = draw(addresses)
            if members:
                made.append(("PUT", f"/api/ml/{name}", {"add_subscribers": ",".join(members)}))
    if draw(st.booleans()):
        made.append(("PUT", f"/api/domain/{COM}", {"numberOfUsers": str(draw(st.integers(1, 4)))}))
    return made


@st.composite
def by_hand(draw: Any) -> tuple[str, str, dict[str, str]]:
    """What somebody else asks of the server meanwhile; it may refuse that."""
    name = draw(names)
    quota = draw(st.sampled_from(("0", "5", "7")))
    return draw(
        st.sampled_from(
            [
                ("POST", f"/api/user/{name}", {"password": PASSWORD, "name": "Mine", "quota": quota}),
                ("PUT", f"/api/user/{name}", {"name": "Mine", "quota": quota}),
                ("PUT", f"/api/user/{name}", {"forwarding": ",".join(draw(addresses))}),
                ("DELETE", f"/api/user/{name}", {}),
                ("POST", f"/api/alias/{name}", {"members": ",".join(draw(addresses))}),
                ("DELETE", f"/api/alias/{name}", {}),
                ("POST", f"/api/ml/{name}", {"name": "Mine"}),
                ("DELETE", f"/api/ml/{name}", {}),
                ("DELETE", f"/api/domain/{name.partition('@')[2]}", {}),
                ("POST", f"/api/domain/{name.partition('@')[2]}", {}),
            ]
        )
    )


@st.composite
def users(draw: Any) -> dict[str, Any]:
    mail = draw(usual("users"))
    if draw(st.integers(0, 4)) == 0:
        return {"mail": mail, "state": "absent"}
    item: dict[str, Any] = {"mail": mail, "password": PASSWORD, "update_password": "on_create"}
    if draw(st.booleans()):
        item["quota"] = draw(st.sampled_from(("5MB", "7MB")))
    if draw(st.booleans()):
        item["name"] = draw(st.sampled_from(("Old", "New")))
    if draw(st.booleans()):
        item["aliases"] = [name for name in draw(within(mail.partition("@")[2])) if name != mail]
    if draw(st.booleans()):
        item["forwarding"] = [name for name in draw(addresses) if name != mail]
        leads_away = set(item["forwarding"]) - set(item.get("aliases", ()))
        if leads_away and not draw(st.integers(0, 2)):
            item["forwarding_keep_copy"] = False
    if draw(st.integers(0, 6)) == 0:
        others = [name for name in NAMES if name != mail and name.endswith(mail.partition("@")[2])]
        item["rename_from"] = draw(st.sampled_from(others))
    return item


@st.composite
def aliases(draw: Any) -> dict[str, Any]:
    mail = draw(usual("aliases"))
    if draw(st.integers(0, 3)) == 0:
        return {"mail": mail, "state": "absent"}
    members = [name for name in draw(addresses) if name != mail]
    return {"mail": mail, "members": members} if members else {"mail": mail}


@st.composite
def lists(draw: Any) -> dict[str, Any]:
    mail = draw(usual("mls"))
    if draw(st.integers(0, 3)) == 0:
        return {"mail": mail, "state": "absent"}
    item: dict[str, Any] = {"mail": mail, "name": draw(st.sampled_from(("Old", "New")))}
    if draw(st.booleans()):
        item["subscribers"] = [name for name in draw(addresses) if name != mail]
    return item


#: an item of each kind; lists are fewer
ITEMS = {"users": users(), "aliases": aliases(), "mls": lists()}


@st.composite
def states(draw: Any) -> dict[str, list[dict[str, Any]]]:
    """A declaration in which no item stands twice."""
    state: dict[str, list[dict[str, Any]]] = {"domains": [], **{kind: [] for kind in ITEMS}}
    for domain in DOMAINS:
        what = draw(st.integers(0, 9))
        if what == 0:
            state["domains"].append({"domain": domain, "state": "absent"})
        elif what < 6:
            state["domains"].append({"domain": domain})
    for kind, items in ITEMS.items():
        seen: set[str] = set()
        for item in draw(st.lists(items, max_size=2 if kind == "mls" else 5)):
            mine = {item["mail"], item.get("rename_from", item["mail"])}
            if not mine & seen:
                seen |= mine
                state[kind].append(item)
    return tidy(state) if draw(st.integers(0, 3)) else state


def tidy(state: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The state without most of what contradicts itself, so that it may be applied."""
    claimed: set[str] = set()
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in state}
    for kind in ITEMS:
        for item in state[kind]:
            mine = {item["mail"], *item.get("aliases", ())}
            if not mine & claimed:
                claimed |= mine
                found[kind].append(dict(item))
    items = [item for kind in ITEMS for item in found[kind] if item.get("state") != "absent"]
    held = {name for item in items for name in (item["mail"], *item.get("aliases", ()))} | set(OUTSIDE)
    for item in items:
        others = held - set(item.get("aliases", ()))
        for option in ("members", "forwarding", "subscribers"):
            kept = [name for name in item.pop(option, ()) if name in others]
            if kept:
                item[option] = kept
        if "forwarding" not in item:
            item.pop("forwarding_keep_copy", None)
    needed = {item["mail"].partition("@")[2] for item in items}
    found["domains"] = [one for one in state["domains"] if one["domain"] not in needed]
    found["domains"] += [{"domain": domain} for domain in sorted(needed)]
    return found


@st.composite
def options(draw: Any) -> dict[str, Any]:
    chosen: dict[str, Any] = {
        "concurrency": draw(st.sampled_from((1, 4))),
        "continue_on_error": draw(st.booleans()),
        "max_deletions": 99,
        "max_delete_percent": 100.0,
        "api_retries": 1,
    }
    if draw(st.integers(0, 2)) == 0:
        kinds = draw(st.lists(st.sampled_from(tuple(ITEMS)), min_size=1, unique=True))
        protect = draw(st.lists(st.sampled_from([*NAMES[:2], f"c@{COM}", "d@*"]), max_size=1))
        chosen["prune"] = {"kinds": kinds, "domains": ["*"], "protect": protect}
    return chosen


troubles = st.lists(
    st.tuples(
        st.sampled_from(("POST", "PUT", "DELETE")),
        st.integers(0, 3),
        st.sampled_from(({"fail": "NO_SPACE_LEFT"}, {"status": 500}, {"drop": "after"}, {"drop": "before"})),
    ),
    max_size=2,
)


def furnished(sandbox: Sandbox, server: list[tuple[str, str, dict[str, str]]]) -> None:
    sandbox.reset()
    for method, path, params in server:
        sandbox.api(method, path, **params)


def may_be_lost(plan: dict[str, Any], state: dict[str, Any]) -> set[str]:
    """The accounts that a plan takes away, as it says."""
    lost: set[str] = set()
    for change in plan["changes"]:
        if change["action"] == "delete":
            lost.add(change["id"])
            if change["kind"] == "domain":
                lost |= {name for name in NAMES if name.endswith("@" + change["id"])}
        elif change["action"] == "rename":
            lost |= {
                one["rename_from"] for one in state["users"] if one.get("rename_from") and one["mail"] == change["id"]
            }
    return lost


def lost(sandbox: Sandbox) -> set[str]:
    return {one["name"] for entry in sandbox.losses() for one in entry["lost"]}


def undone(done: dict[str, Any]) -> bool:
    """Whether a run put something back, or tried to, after a failure."""
    return any(one["code"] in ("put_back", "not_put_back") for one in done.get("failures", ()))

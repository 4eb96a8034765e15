# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that pass from object to object: one that does, random worlds, and what must stay whatever goes wrong."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.planner import StatePlanner
from tests.support.common import COM, user
from tests.support.fake_panel import Server
from tests.support.fake_state import planned

MANY, FEW = [f"{name}@{COM}" for name in ("ada", "bob", "cy", "dee")], [f"{name}@{COM}" for name in "xyz"]
OUTSIDE = "x@x.example"
#: what a name may be in a random world, or of whom it is a further name
MANY_KINDS, FEW_KINDS = ("users", "users", "aliases", "mls", "", ""), ("aliases", "", "", "")
#: by name, the kind, the further names, and to whom it refers
Accounts = dict[str, dict[str, Any]]
#: what is there, what is to be there, and who is renamed
World = tuple[Accounts, Accounts, dict[str, str]]


def one_name_passes(server: Server, **options: Any) -> StatePlanner:
    """The plan for a name that Ada has as an alias address and Bob is to get.

    :param options: what else is declared of Bob
    """
    ada, bob, cy, _dee = MANY
    server.has(USER, ada, aliases=frozenset({cy}))
    server.has(USER, bob)
    return planned(server, {"users": [user(bob, aliases=[cy], **options), user(ada, aliases=[])]})


@st.composite
def worlds(draw: Any) -> World:
    """What is there, what is to be there, and who is renamed: users with their alias addresses, aliases with none."""
    there, wanted = draw(accounts()), draw(accounts())
    gone = [name for name in there if name not in wanted and there[name]["kind"] == "users"]
    new = [name for name in wanted if name not in there and wanted[name]["kind"] == "users"]
    renamed = {name: former for name, former in zip(new, gone, strict=False) if draw(st.booleans())}
    return there, wanted, renamed


@st.composite
def accounts(draw: Any) -> Accounts:
    """By name, the kind, the further names, and to whom it refers.

    Nobody refers to an extra address of a list, which a panel does not take for somebody's address; an alias that
    refers to the list may be one.
    """
    found: Accounts = {}
    free = []
    for name in (*MANY, *FEW):
        kind = draw(st.sampled_from(MANY_KINDS if name in MANY else FEW_KINDS))
        if kind:
            found[name] = {"kind": kind, "aliases": []}
        else:
            free.append(name)
    holders = [name for name in found if found[name]["kind"] != "aliases"]
    for name in free if holders else ():
        holder = draw(st.sampled_from([*holders, None]))
        if holder:
            found[holder]["aliases"].append(name)
    known = [*found, *(name for one in found.values() if one["kind"] == "users" for name in one["aliases"]), OUTSIDE]
    lists = [name for name in found if found[name]["kind"] == "mls"]
    for name, one in found.items():
        others = [other for other in known if other != name and other not in one["aliases"]]
        one["refers"] = draw(st.lists(st.sampled_from(others), min_size=1, max_size=3, unique=True))
        for other in lists if one["kind"] == "aliases" else ():
            if other in one["refers"] and draw(st.booleans()):
                found[other]["aliases"].append(name)
    return found


def declaration(there: Accounts, wanted: Accounts, renamed: dict[str, str]) -> dict[str, Any]:
    """The state that makes one of the other; what is not wanted any more goes."""
    found: dict[str, list[dict[str, Any]]] = {"users": [], "aliases": [], "mls": []}
    for name, one in wanted.items():
        if one["kind"] == "users":
            more = {"rename_from": renamed[name]} if name in renamed else {}
            found["users"].append(user(name, aliases=one["aliases"], forwarding=one["refers"], **more))
        elif one["kind"] == "mls":
            found["mls"].append({"mail": name, "extra_addresses": one["aliases"]})
        else:
            found["aliases"].append({"mail": name, "members": one["refers"]})
    for name, one in there.items():
        if name not in renamed.values() and (name not in wanted or wanted[name]["kind"] != one["kind"]):
            found[one["kind"]].append({"mail": name, "state": "absent"})
    return found


def lasting(world: World) -> set[str]:
    """The names that are there and are to be there, and so must be somebody's at all times.

    A mailbox or a list that makes way is told of, and not made anew, and who is renamed keeps the new name.
    """
    there, wanted, renamed = world
    kinds = {name: one["kind"] for name, one in wanted.items()}
    ways = [name for name, one in there.items() if one["kind"] not in ("aliases", kinds.get(name))]
    gone = [name for name in ways if name not in renamed.values()]
    lost = {*ways, *(alias for name in gone for alias in there[name]["aliases"])}
    return (_names(there) & _names(wanted)) - lost


def _names(accounts: Accounts) -> set[str]:
    return {name for account, one in accounts.items() for name in [account, *one["aliases"]]}

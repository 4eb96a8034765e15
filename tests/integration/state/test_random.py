# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random servers, declarations, prunes, refusals and losses: what must be true of every run.

A small world makes collisions likely: the same few names are users, aliases, alias addresses and members of each other.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.sandbox.handle import Sandbox
from tests.support.common import COM, ORG, PASSWORD
from tests.support.state_apply import apply, told, written

#: runs of each backend; `make matrix` has more
RUNS = int(os.environ.get("MAILSTATE_RANDOM_RUNS", "200"))
DOMAINS = (COM, ORG)
NAMES = [f"{name}@{domain}" for domain in DOMAINS for name in "abcd"]
#: no domain that may go has it, since then nobody could log in any more
ROOT = "root@admin.example"
OUTSIDE = ["x@x.example", "y@x.example"]

pytestmark = [pytest.mark.both_backends]

randomly = settings(
    max_examples=RUNS, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
names = st.sampled_from(NAMES)
addresses = st.lists(st.sampled_from(NAMES + OUTSIDE), max_size=3, unique=True)


def within(domain: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([name for name in NAMES if name.endswith(domain)]), max_size=2, unique=True)


@st.composite
def servers(draw: Any) -> list[tuple[str, str, dict[str, str]]]:
    """Requests that furnish a server; those that it refuses change nothing."""
    made = [("POST", f"/api/domain/{domain}", {}) for domain in DOMAINS if draw(st.integers(0, 9))]
    for name in draw(st.lists(names, max_size=6, unique=True)):
        kind = draw(st.sampled_from(("user", "user", "alias")))
        if kind == "user":
            quota = draw(st.sampled_from(("0", "5")))
            made.append(("POST", f"/api/user/{name}", {"password": PASSWORD, "name": "Old", "quota": quota}))
            taken = draw(within(name.partition("@")[2]))
            if taken:
                made.append(("PUT", f"/api/user/{name}", {"addAlias": ",".join(taken)}))
        else:
            made.append(("POST", f"/api/alias/{name}", {"members": ",".join(draw(addresses))}))
    if draw(st.booleans()):
        made.append(("PUT", f"/api/domain/{COM}", {"numberOfUsers": str(draw(st.integers(1, 4)))}))
    return made


@st.composite
def users(draw: Any) -> dict[str, Any]:
    mail = draw(names)
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
    if draw(st.integers(0, 6)) == 0:
        others = [name for name in NAMES if name != mail and name.endswith(mail.partition("@")[2])]
        item["rename_from"] = draw(st.sampled_from(others))
    return item


@st.composite
def aliases(draw: Any) -> dict[str, Any]:
    mail = draw(names)
    if draw(st.integers(0, 3)) == 0:
        return {"mail": mail, "state": "absent"}
    members = [name for name in draw(addresses) if name != mail]
    return {"mail": mail, "members": members} if members else {"mail": mail}


@st.composite
def states(draw: Any) -> dict[str, list[dict[str, Any]]]:
    """A declaration in which no item stands twice."""
    state: dict[str, list[dict[str, Any]]] = {"domains": [], "users": [], "aliases": []}
    for domain in DOMAINS:
        what = draw(st.integers(0, 9))
        if what == 0:
            state["domains"].append({"domain": domain, "state": "absent"})
        elif what < 6:
            state["domains"].append({"domain": domain})
    for kind, items in (("users", users()), ("aliases", aliases())):
        seen: set[str] = set()
        for item in draw(st.lists(items, max_size=5)):
            mine = {item["mail"], item.get("rename_from", item["mail"])}
            if not mine & seen:
                seen |= mine
                state[kind].append(item)
    return state


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
        kinds = draw(st.lists(st.sampled_from(("users", "aliases")), min_size=1, unique=True))
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


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[dict[str, Sandbox]]:
    with Sandbox(backend="sql", admin=ROOT) as sql, Sandbox(backend="ldap", admin=ROOT) as ldap:
        yield {"sql": sql, "ldap": ldap}


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


@randomly
@given(server=servers(), state=states(), chosen=options())
def test_what_was_planned_is_done_and_nothing_else(sandboxes, backend, server, state, chosen):
    sandbox = sandboxes[backend]
    furnished(sandbox, server)
    plan = apply(sandbox, state, check=True, **chosen)
    assert sandbox.writes() == []
    note(plan.get("msg") or plan["operations"])
    if not plan.get("checksum"):
        assert plan["failed"], "what must not be done has no checksum"
        done = apply(sandbox, state, **dict(chosen, continue_on_error=False))
        assert done["failed"]
        assert sandbox.writes() == []
        return
    done = apply(sandbox, state, expect_checksum=plan["checksum"], **chosen)
    assert lost(sandbox) <= may_be_lost(plan, state)
    assert set(told(done)) <= set(written(sandbox)), "what it tells was sent"
    if plan.get("failed") or done.get("failed"):
        planned = told(plan)
        undone = any(one["code"] in ("put_back", "not_put_back") for one in done["failures"])
        assert undone or all(one in planned for one in told(done)), "nothing outside the plan"
        return
    assert told(done) == told(plan)
    again = apply(sandbox, state, **chosen)
    assert not again.get("failed"), again["msg"]
    assert told(again) == []


@randomly
@given(server=servers(), state=states(), chosen=options(), trouble=troubles)
def test_whatever_goes_wrong_nothing_is_lost_that_was_not_to_go(sandboxes, backend, server, state, chosen, trouble):
    sandbox = sandboxes[backend]
    furnished(sandbox, server)
    plan = apply(sandbox, state, check=True, **chosen)
    for method, skip, action in trouble:
        sandbox.fault(action, method, "/api/[!l]*", times=1, skip=skip)
    done = apply(sandbox, state, **chosen)
    note(done.get("msg") or done["operations"])
    assert lost(sandbox) <= may_be_lost(plan, state)
    planned = {(one["method"], one["path"]) for one in plan["operations"]}
    undone = any(one["code"] in ("put_back", "not_put_back") for one in done.get("failures", ()))
    if not undone:
        assert {(one["method"], one["path"]) for one in sandbox.writes()} <= planned, "nothing outside the plan"
    sandbox.clear_faults()
    again = apply(sandbox, state, **chosen)
    if not plan.get("failed") and not again.get("failed"):
        assert told(apply(sandbox, state, **chosen)) == []

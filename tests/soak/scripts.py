# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens in a round, drawn at random, and always the same for the same number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.support.common import ORG, user
from tests.support.random_states import by_hand, options, servers, states

Anything = TypeVar("Anything")
Request = tuple[str, str, dict[str, str]]

#: what the second controller does while the first one applies; most often it applies something as well
OTHERS = ("apply", "apply", "same", "read_only", "drift", "export", "nothing")
#: seconds that a request of a run with faults may take, and that a slow answer takes
PATIENCE, SLOW = 1.0, 1.3
#: what happens to requests; the quick ones more often than those for which somebody waits
FAULTS: tuple[dict[str, Any], ...] = (
    *({"status": status} for status in (500, 502, 503, 504)),
    *({"status": status, "after": True} for status in (500, 502, 504)),
    *({"drop": when} for when in ("before", "after")),
    *({name: True} for name in ("cut", "truncate", "garbage", "html", "logout", "redirect", "expire")),
    {"fail": "NO_SPACE_LEFT"},
    {"ignore": ["name", "quota", "cn", "members", "addForwarding"]},
    {"body": {"_success": True}},
    {"delay": SLOW},
    {"delay": SLOW, "after": True},
)
PATHS = (
    "/api/*",
    "/api/*",
    "/api/[!l]*",
    "/api/[!l]*",
    "/api/user*",
    "/api/alias*",
    "/api/ml*",
    "/api/domain*",
    "/api/login",
)
CROWD = [f"u{number}@{ORG}" for number in range(9)]
HOUR, DAY, YEAR = 3600, 86400, 365 * 86400


@dataclass(frozen=True)
class Trouble:
    """A fault of the sandbox, by its arguments."""

    action: dict[str, Any]
    method: str | None
    path: str
    times: int
    skip: int


@dataclass(frozen=True)
class Script:
    """A round.

    :ivar server: requests that furnish the server
    :ivar states: of what may be declared, the first that can be planned is
    :ivar chosen: its options
    :ivar other: what the second one does at the same time, one of ``OTHERS``
    :ivar by_hand: what somebody does in the panel meanwhile: seconds after the beginning, and a request
    :ivar restart: seconds after which the server is restarted, and for which it is away
    :ivar jump: seconds after which the clocks jump, and how far
    """

    backend: str
    server: list[Request]
    states: list[dict[str, list[dict[str, Any]]]]
    chosen: dict[str, Any]
    other: str
    other_states: list[dict[str, list[dict[str, Any]]]]
    other_chosen: dict[str, Any]
    troubles: list[Trouble]
    by_hand: list[tuple[float, Request]]
    restart: tuple[float, float] | None
    jump: tuple[float, int] | None


soon = st.sampled_from((0.0, 0.02, 0.05, 0.1, 0.2, 0.4))
troubles = st.builds(
    Trouble,
    action=st.sampled_from(FAULTS),
    method=st.sampled_from((None, None, "GET", "POST", "PUT", "PUT", "DELETE")),
    path=st.sampled_from(PATHS),
    times=st.sampled_from((1, 1, 1, 2, 5)),
    skip=st.sampled_from((0, 0, 0, 1, 2, 3, 5, 8)),
)


@st.composite
def settings_of(draw: Any) -> dict[str, list[dict[str, Any]]]:
    """Settings of a domain, of some users, and of everybody."""
    found: dict[str, list[dict[str, Any]]] = {"throttles": [], "greylistings": [], "wblists": [], "spampolicies": []}
    for account in draw(st.lists(st.sampled_from(("global", ORG, *CROWD[:2])), max_size=2, unique=True)):
        limits = {"period": draw(st.sampled_from((60, 3600))), "max_msgs": draw(st.sampled_from((5, 9)))}
        limits = draw(st.sampled_from((limits, limits, {"state": "absent"})))
        found["throttles"].append({"account": account, "direction": "inbound", **limits})
        found["greylistings"].append({"account": account, "enabled": draw(st.booleans())})
        bad = draw(st.lists(st.sampled_from(("@bad.example", "@worse.example")), unique=True))
        found["wblists"].append({"account": account, "direction": "inbound", "list": "blacklist", "addresses": bad})
        found["spampolicies"].append({"account": account, "quarantine_spam": draw(st.booleans())})
    return {kind: items for kind, items in found.items() if items and draw(st.booleans())}


@st.composite
def crowded(draw: Any) -> dict[str, list[dict[str, Any]]]:
    """A small state in which names collide, often with a crowd of users that do not, and with settings."""
    state = draw(states())
    for one in state["users"]:  # a loop, and the panel drops it as long as the alias address is not there
        if "forwarding" in one:
            one["forwarding"] = [mail for mail in one["forwarding"] if mail not in one.get("aliases", ())]
    if {"domain": ORG, "state": "absent"} in state["domains"]:
        return state
    domains = state["domains"] if {"domain": ORG} in state["domains"] else [*state["domains"], {"domain": ORG}]
    quota = draw(st.sampled_from(("5MB", "7MB")))
    crowd = [user(mail, quota=quota) for mail in CROWD[: draw(st.sampled_from((0, 3, 9)))]]
    return {**state, "domains": domains, "users": [*state["users"], *crowd], **draw(settings_of())}


#: many contradict themselves or the server
several = st.lists(crowded(), min_size=2, max_size=4)
scripts = st.builds(
    Script,
    backend=st.sampled_from(("sql", "ldap")),
    server=servers(),
    states=several,
    chosen=options(),
    other=st.sampled_from(OTHERS),
    other_states=several,
    other_chosen=options(),
    troubles=st.lists(troubles, min_size=2, max_size=5),
    by_hand=st.just([]) | st.lists(st.tuples(soon, by_hand()), max_size=2),
    restart=st.none() | st.none() | st.tuples(soon, st.sampled_from((0.0, 0.1, 0.6))),
    jump=st.none() | st.none() | st.tuples(soon, st.sampled_from((-DAY, -HOUR, HOUR, DAY, YEAR))),
)


def drawn(strategy: st.SearchStrategy[Anything], number: int) -> Anything:
    """A value of a strategy: any number gives one, and always the same."""
    found: list[Anything] = []

    # the first example is the simplest one, whatever the number, and the second begins otherwise than the first
    @seed(number)
    @settings(
        max_examples=3,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def take(value: Anything) -> None:
        found.append(value)

    take()
    return found[-1]

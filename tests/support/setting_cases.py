# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings and address sets with values to create, update and clear them, and how to look at them on the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.cases import Case
from tests.support.playbook import IN_PROCESS, MODULE, task

FLAGS = (
    "bypass_spam_checks bypass_virus_checks bypass_banned_checks bypass_header_checks quarantine_spam quarantine_virus "
    "quarantine_banned quarantine_bad_header prefix_spam_in_subject always_insert_x_spam_headers"
).split()
_HOUR, _MINUTE = {"period": 3600, "direction": "inbound"}, {"period": 60, "direction": "outbound"}
CASES = {
    # the quarantine of viruses is the one that is on unless told otherwise
    "spampolicy": [
        *(Case(flag, flag != "quarantine_virus", flag == "quarantine_virus") for flag in FLAGS),
        Case("spam_score", 4.5, 6, 0),
        Case("banned_rulenames", "ALLOW_MS_WORD,ALLOW_MS_EXCEL", "DEFAULT", ""),
    ],
    "throttle": [
        # a period without a limit is not saved
        Case("period", 3600, 60, along={"direction": "inbound", "max_msgs": 7}),
        Case("msg_size", "10MB", 1024, 0, along=_HOUR, shown={"create": 10485760}),
        Case("max_msgs", 20, 30, 0, along=_MINUTE),
        Case(
            "max_quota",
            "1.5 GB",
            "1TB",
            -1,
            along={**_HOUR, "max_msgs": 7},
            shown={"create": 1610612736, "update": 2**40},
        ),
    ],
    "greylisting": [
        Case("enabled", True, False),
        Case("whitelist", ["192.0.2.1", "a@other.example"], ["a@other.example", "@.two.example", "2001:db8::/32"], []),
    ],
    "wblist": [
        Case(
            "addresses",
            ["192.0.2.1", "a@other.example", "@."],
            ["a@other.example", "@two.example", "@.three.example", "198.51.100.0/24", "192.0.3.*", "postmaster@*"],
            [],
            along={"direction": direction, "list": name},
        )
        for direction in ("inbound", "outbound")
        for name in ("whitelist", "blacklist")
    ],
}
KEYS = ("account", "direction", "list")
# the doors share the code, and these settings look the same on either backend
one_backend_for_modules = pytest.mark.parametrize(
    ("backend", "door"), [("sql", IN_PROCESS), ("ldap", IN_PROCESS), ("sql", MODULE)]
)


@dataclass(frozen=True)
class Life:
    """One setting or set, what is declared of it at each stage, and what is shown then."""

    kind: str
    keys: dict[str, str]
    stages: dict[str, dict[str, Any]] = field(default_factory=dict)
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)


def own(case: Case) -> tuple[str, ...]:
    """The options by which a case is told."""
    return case.option, "add_" + case.option, "remove_" + case.option


def lives(together: bool = False) -> list[Life]:
    """One life for each option; or (together) one for all options of a kind that name the same thing."""
    found: dict[Any, Life] = {}
    for kind, cases in CASES.items():
        for number, case in enumerate(cases):
            more = {key: case.along[key] for key in KEYS if key in case.along}
            if together and case.along.get("list") and number:
                continue  # an address cannot be on both lists of a direction
            if together and "direction" in more:
                more["direction"] = "inbound"
            place = 0 if together else number
            account = f"d{place}.example" if (place + (kind == "throttle")) % 2 else f"u{place}@example.com"
            life = found.setdefault((kind, account, *more.values()), Life(kind, {"account": account, **more}))
            for stage in case.stages()[:-1]:
                life.shown.setdefault(stage.name, {})[case.option] = stage.shown
                needed = {name: text for name, text in stage.options.items() if name not in (*KEYS, *own(case))}
                asked = {name: value for name, value in stage.options.items() if name in own(case)}
                life.stages[stage.name] = needed | life.stages.get(stage.name, {}) | asked
    return list(found.values())


def loop(module: str, name: str, items: list[dict[str, Any]], **keywords: Any) -> dict[str, Any]:
    """A task that calls a module with each of these options: items share a process, which a task costs."""
    options = {name: f"{{{{ item.{name} | default(omit) }}}}" for item in items for name in item}
    return {**task(module, name, **options), "loop": items, "loop_control": {"label": ""}, **keywords}


def called(run: Any, name: str) -> list[dict[str, Any]]:
    """The results of the items of a loop."""
    return [line["result"] for line in run.lines if line["item"] and line["task"] == name]


def requests(entries: list[dict[str, Any]]) -> list[tuple[str, str, dict[str, str]]]:
    """Operations that were told, or writes that were logged."""
    return [(one["method"], one["path"], one["params"]) for one in entries]


# One known form of each answer, so that looking needs no decoder
_PLAIN = {
    "spampolicy": "friendly",
    "throttle": "row",
    "greylisting": "enable",
    "greylist_whitelists": "strings",
    "wblist": "strings",
} | dict.fromkeys(
    ("spampolicy_unset", "throttle_unset", "greylisting_unset", "greylist_whitelists_unset", "wblist_unset"), "null"
)


@contextmanager
def plainly(sandbox: Sandbox) -> Iterator[None]:
    """Answers in one known form, whatever the preset."""
    before = {name: sandbox.panel.shapes[name] for name in _PLAIN}
    sandbox.shape(**_PLAIN)
    yield
    sandbox.shape(**before)


def on_server(sandbox: Sandbox, kind: str, keys: dict[str, str]) -> dict[str, Any]:
    """What the server has, in the vocabulary of the options; empty when nothing is configured."""
    account = keys["account"]
    scope = account if account == "global" else ("user/" if "@" in account else "domain/") + account
    with plainly(sandbox):
        if kind == "spampolicy":
            found = sandbox.api("GET", f"/api/spampolicy/{scope}")["_data"] or {}
            words = {"yes": True, "no": False}
            others = {"spam_score": 0, "banned_rulenames": ""} if found else {}
            others = {name: found[name] or nothing for name, nothing in others.items()}
            return {name: words[text] for name, text in found.items() if name not in others} | others
        if kind == "throttle":
            return sandbox.api("GET", f"/api/throttle/{account}/{keys['direction']}")["_data"] or {}
        if kind == "greylisting":
            setting = sandbox.api("GET", f"/api/greylisting/{account}")["_data"]
            listed = sandbox.api("GET", f"/api/greylisting/{account}/whitelists")["_data"] or []
            return ({"enabled": setting == {"status": "enable"}} if setting else {}) | {"whitelist": sorted(listed)}
        path = f"/api/wblist/{keys['direction']}/{keys['list']}/{account}"
        return {"addresses": sorted(sandbox.api("GET", path)["_data"] or [])}

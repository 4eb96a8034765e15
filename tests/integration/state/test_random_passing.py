# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that pass in random worlds, while something goes wrong with one of the writes: all are somebody's, or told."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from ansible_collections.mailstate.iredmail.plugins.module_utils._engine.current import decode
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.alias import ALIAS
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.ml import ML
from ansible_collections.mailstate.iredmail.plugins.module_utils._model.resources.user import USER
from ansible_collections.mailstate.iredmail.plugins.module_utils._state.items import own_names
from tests.sandbox.handle import Sandbox
from tests.support.common import COM, PASSWORD
from tests.support.passing import FEW, MANY, Accounts, declaration, lasting, worlds
from tests.support.random_states import RUNS, SHARED
from tests.support.state_apply import TROUBLES, apply, told, trouble_one

pytestmark = [pytest.mark.both_backends]

OPTIONS = {"max_deletions": 99, "max_delete_percent": 100.0, "concurrency": 1}
#: what a failure says of names: that they were put back, that they could not be, that nobody knows
NAMES = r"((?:\w+@[\w.]+\w(?:, )?)+)"
BACK = NAMES + r" was freed for \S+ \S+, which failed, so it was put back\."
GONE = NAMES + r" was freed for \S+ \S+, which failed, and it could not be put back:"
OPEN = r"may be nobody's now: " + NAMES


def furnish(sandbox: Sandbox, there: Accounts) -> None:
    sandbox.clear_faults()
    sandbox.reset()
    sandbox.api("POST", f"/api/domain/{COM}")
    plurals = {"users": USER, "aliases": ALIAS, "mls": ML}
    for name, one in there.items():
        made = sandbox.api("POST", f"/api/{plurals[one['kind']].name}/{name}", name=name, password=PASSWORD)
        assert made["_success"], made
    for name, one in there.items():
        refers, names = ",".join(one["refers"]), ",".join(one["aliases"])
        if one["kind"] == "users":
            sandbox.api("PUT", f"/api/user/{name}", addForwarding=refers, addAlias=names)
        elif one["kind"] == "aliases":
            sandbox.api("PUT", f"/api/alias/{name}", members=refers)
        elif names:
            sandbox.api("PUT", f"/api/ml/{name}", extra_addresses=names)


def names_in(sandbox: Sandbox) -> set[str]:
    """Every name that somebody has."""
    found: set[str] = set()
    for resource in (USER, ALIAS, ML):
        for name in (*MANY, *FEW):
            answer = sandbox.api("GET", f"/api/{resource.name}/{name}")
            if answer["_success"]:
                found |= {name} | own_names(decode(resource, name, answer["_data"]).values)
    return found


def named(pattern: str, text: str) -> set[str]:
    """The names of which a text says something."""
    return {name for several in re.findall(pattern, text) for name in several.split(", ")}


@settings(SHARED, max_examples=max(RUNS // 5, 1))
@given(world=worlds(), number=st.integers(0, 9), trouble=st.sampled_from(TROUBLES), go_on=st.booleans())
def test_every_name_is_somebodys_or_told_and_the_next_run_comes_to_what_is_declared(
    sandboxes, backend, world, number, trouble, go_on
):
    there, wanted, renamed = world
    sandbox, declared = sandboxes[backend], declaration(there, wanted, renamed)
    furnish(sandbox, there)
    assert lasting(world) <= names_in(sandbox), "else the test looks at nothing"
    plan = apply(sandbox, declared, check=True, **OPTIONS)
    assume(plan["operations"])
    trouble_one(sandbox, plan, number, trouble)
    done = apply(sandbox, declared, continue_on_error=go_on, **OPTIONS)
    note(done.get("msg") or done["operations"])
    sandbox.clear_faults()
    held, text = names_in(sandbox), done.get("msg", "")
    back, gone, unsure = named(BACK, text), named(GONE, text), named(OPEN, text)
    assert lasting(world) - held <= gone | unsure, "what is nobody's is told"
    assert back <= held, "what is told to be put back is there"
    assert not gone & held, "and what is not is not"
    again = apply(sandbox, declared, **OPTIONS)
    assert not again.get("failed"), again["msg"]
    assert told(apply(sandbox, declared, **OPTIONS)) == []
    assert lasting(world) <= names_in(sandbox)
    assert sandbox.violations() == []

# Copyright (c) 2026, The mailstate.iredmail authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server comes from any declaration to any other one in one run, and then there is nothing to do."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random, randrange

import pytest

from tests.sandbox.handle import Sandbox
from tests.support.random_states import RUNS
from tests.support.state_apply import TROUBLES, apply, told, trouble_one
from tests.support.transitions import State, transition

pytestmark = pytest.mark.both_backends

OPTIONS = {"max_deletions": 999, "max_delete_percent": 100.0}


def comes_to_be(sandbox: Sandbox, declared: State) -> None:
    """In one run, as check mode foresees it; a second run has nothing to do."""
    plan = apply(sandbox, declared, check=True, **OPTIONS)
    done = apply(sandbox, declared, **OPTIONS)
    assert not done.get("failed"), done["msg"]
    assert told(done) == told(plan)
    again = apply(sandbox, declared, **OPTIONS)
    assert not again.get("failed"), again["msg"]
    assert told(again) == []


def pairs(sandbox: Sandbox) -> Iterator[tuple[Random, State, State]]:
    """An empty sandbox for each of some random pairs of declarations."""
    first = randrange(2**32)
    for seed in range(first, first + max(RUNS // 10, 1)):
        print(f"seed {seed}")  # the last one is that of a failure
        sandbox.reset()
        random = Random(seed)
        yield random, *transition(random, sandbox.backend == "ldap")
        assert sandbox.violations() == []


def test_a_server_comes_from_one_declaration_to_another(backend):
    with Sandbox(backend=backend) as sandbox:
        for _random, before, after in pairs(sandbox):
            comes_to_be(sandbox, before)
            comes_to_be(sandbox, after)


def test_the_run_after_one_that_failed_comes_to_what_is_declared(backend):
    with Sandbox(backend=backend) as sandbox:
        for random, before, after in pairs(sandbox):
            comes_to_be(sandbox, before)
            options = {**OPTIONS, "concurrency": random.choice((1, 8)), "continue_on_error": random.random() < 0.3}
            plan = apply(sandbox, after, check=True, **options)
            if not plan["operations"]:
                continue
            trouble_one(sandbox, plan, random.randrange(len(plan["operations"])), random.choice(TROUBLES))
            apply(sandbox, after, **options)
            sandbox.clear_faults()
            comes_to_be(sandbox, after)
